"""Broken files of every kind: each ends with a reading or one clear line (`./run prove mutants` tries ten thousand)."""

from __future__ import annotations

from pathlib import Path

from tests.faults.mutants import GROWTH_MIB, try_mutants

COUNT = 500


def test_five_hundred_broken_files_each_end_with_a_reading_or_one_clear_line(tmp_path: Path) -> None:
    found = try_mutants(tmp_path, COUNT, seed=20)
    assert len(found.outcomes) == COUNT
    assert found.crashes == []
    assert found.hangs == []
    assert found.unclear == []
    assert found.growth_mib <= GROWTH_MIB
