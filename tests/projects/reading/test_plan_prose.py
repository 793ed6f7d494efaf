"""Plans in prose in the manner of real offices, each read as a careful clerk would."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects.reading.table import Wishes, read_workbook
from tests import tables_written
from tests.tables_written.notation import PROSE, book
from tests.tables_written.scoring import compare, prose_of, unaccounted

PLANS = sorted((Path(tables_written.__file__).parent / "plans").glob("*.txt"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_in_prose_reads_as_its_clerk_would(path: Path) -> None:
    written = book(path)
    reading = read_workbook(prose_of(written), Wishes(written.year, 2017))
    wrong = compare(written, reading).wrong
    sheet, (read,) = written.sheet(PROSE), reading.sheets
    rows = [row for row, text in enumerate(sheet.paragraphs, start=1) if text.strip()]
    wrong += unaccounted(rows, read)
    reasons = {one.row: one.reason for one in (*read.skipped, *(one for table in read.tables for one in table.skipped))}
    wrong += [
        f"row {row} is {reasons.get(row)}, not {why}" for row, why in sheet.reasons.items() if reasons.get(row) != why
    ]
    assert wrong == []
