"""Files no one here wrote: each ends in time with a reading or one clear line (ODD_SPREADSHEETS=all reads every one)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from projects.reading.child import ReadingRefused, read_file
from tests.projects.reading.shared import SHARED

SECONDS = 20
SAMPLE = 60
FOLDER = SHARED / "odd_spreadsheets"


def files() -> list[Path]:
    found = sorted(path for path in FOLDER.glob("*__*") if path.suffix != ".tsv") if FOLDER.is_dir() else []
    step = 1 if os.environ.get("ODD_SPREADSHEETS") == "all" else max(1, len(found) // SAMPLE)
    return found[::step]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared files are not here (DUBAN_SHARED)")
def test_every_odd_file_ends_in_time_with_a_reading_or_one_clear_line() -> None:
    assert files()
    for path in files():
        begun = time.monotonic()
        line = outcome(path)
        assert line, path.name
        assert "\n" not in line, path.name
        assert time.monotonic() - begun < SECONDS, path.name


def outcome(path: Path) -> str:
    """Return the clear line of a refusal, or how much was read."""
    try:
        reading = read_file(path, year=2017)
    except ReadingRefused as refused:
        return refused.message
    return (
        f"{len(reading.sheets)} sheets, {len(reading.problems)} problems" if reading.sheets or reading.problems else ""
    )
