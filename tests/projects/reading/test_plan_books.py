"""Workbooks in the manner of real offices, each read as a careful clerk would."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects.reading.model import ReadSheet
from projects.reading.table import Wishes, read_workbook
from projects.reading.workbook import open_workbook
from tests import tables_written
from tests.tables_written.notation import Sheet, book
from tests.tables_written.scoring import compare, save, unaccounted

BOOKS = sorted((Path(tables_written.__file__).parent / "books").glob("*.txt"))


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_workbook_of_a_real_layout_reads_as_its_clerk_would(path: Path, tmp_path: Path) -> None:
    written = book(path)
    save(written, str(tmp_path / "plan.xlsx"))
    reading = read_workbook(open_workbook(tmp_path / "plan.xlsx"), Wishes(written.year, 2017))
    wrong = compare(written, reading).wrong
    for sheet, read in zip(written.sheets, reading.sheets, strict=True):
        wrong += _furniture(sheet, read)
        codes = {(problem.row, problem.code) for problem in reading.problems if problem.sheet == sheet.name}
        wrong += [f"{sheet.name}: no problem {asked}" for asked in sheet.problems if asked not in codes]
    assert wrong == []


def _furniture(sheet: Sheet, read: ReadSheet) -> list[str]:
    rows = [row for row, cells in enumerate(sheet.rows, start=1) if any(cells)]
    wrong = [f"{sheet.name}: {fault}" for fault in unaccounted(rows, read)]
    headers = sorted(row for table in read.tables for row in table.header_rows)
    if headers != sorted(sheet.headers):
        wrong.append(f"{sheet.name}: headers {headers} instead of {sheet.headers}")
    reasons = {one.row: one.reason for one in read.skipped}
    reasons |= {one.row: one.reason for table in read.tables for one in table.skipped}
    wrong += [
        f"{sheet.name}: row {row} is {reasons.get(row)}, not {reason}"
        for row, reason in sheet.reasons.items()
        if reasons.get(row) != reason
    ]
    return wrong
