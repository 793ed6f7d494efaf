"""Small workbooks for tests: a grid of values written as a real .xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from projects.reading.child import read_file
from projects.reading.model import Reading

Merge = tuple[int, int, int, int, str]


def workbook(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    merges: Sequence[Merge] = (),
    hidden: Sequence[int] = (),
    sheet: str = "责任分解表",
) -> Path:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(sheet)
    for row, line in enumerate(rows):
        for column, value in enumerate(line):
            if value != "":
                page.write(row, column, value)
    for merge in merges:
        page.merge_range(*merge)
    for row in hidden:
        page.set_row(row, None, None, {"hidden": True})
    book.close()
    return path


def read(path: Path, rows: Sequence[Sequence[Any]], **form: Any) -> Reading:
    return read_file(workbook(path / "plan.xlsx", rows, **form), year=2017)
