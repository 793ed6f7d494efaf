"""Old .xls workbooks: values by calamine, formats and hidden rows by xlrd as far as it gets."""

from __future__ import annotations

import struct
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import xlrd
from xlrd.biffh import XLRDError
from xlrd.book import Book
from xlrd.compdoc import CompDocError
from xlrd.formula import FormulaError
from xlrd.sheet import Cell, Sheet

from projects.reading.grid import MAX_COLUMNS, Box, Grid, Workbook, trimmed
from projects.reading.refusals import ReadingRefused
from projects.reading.sources.excel import MAX_CELLS, read_excel
from projects.reading.sources.formats import shown
from projects.reading.sources.looks import ERRORS, Looks, SheetLooks

# xlrd raises these on a damaged file; the values are read without formats then.
_XLRD_FAILURES = (
    XLRDError,
    CompDocError,
    FormulaError,
    AssertionError,
    ArithmeticError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    struct.error,
    OSError,
    MemoryError,
    RecursionError,
)


class OldLooks(Looks):
    def __init__(self, book: Book) -> None:
        self._book = book

    def sheet(self, name: str) -> SheetLooks:
        if name not in self._book.sheet_names():
            return SheetLooks()
        try:
            return _looks(self._book, self._book.sheet_by_name(name))
        except _XLRD_FAILURES:
            return SheetLooks()


def read_old_excel(path: Path) -> Workbook:
    """Read a workbook of any age; the oldest, which calamine does not know, by xlrd alone."""
    book = _opened(path)
    if book is not None:
        _refuse_vast(book)
    try:
        return read_excel(path, "xls", OldLooks(book) if book else Looks())
    except ReadingRefused as refusal:
        if book is None or refusal.code != "damaged":
            raise
        return _by_xlrd(book)


def _refuse_vast(book: Book) -> None:
    """Refuse before calamine lays the sheet out in full: 41 KiB can be 16 million cells."""
    for sheet in book.sheets():
        if sheet.nrows * sheet.ncols > MAX_CELLS:
            raise ReadingRefused("too_many_cells", sheet=sheet.name)


def _opened(path: Path) -> Book | None:
    for formatting in (True, False):
        try:
            with redirect_stdout(StringIO()):
                return xlrd.open_workbook(str(path), formatting_info=formatting, logfile=StringIO())
        except _XLRD_FAILURES as error:
            if "encrypted" in str(error).lower():
                raise ReadingRefused("encrypted") from error
    return None


def _by_xlrd(book: Book) -> Workbook:
    grids = []
    for sheet in book.sheets():
        look = OldLooks(book).sheet(sheet.name)
        rows = [
            [_text(cell, place, number, look) for place, cell in enumerate(sheet.row(number))]
            for number in range(sheet.nrows)
        ]
        boxes = [Box(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
        grid = Grid(sheet.name, trimmed(sheet.name, rows), boxes, hidden=bool(sheet.visibility))
        grid.hidden_rows = look.hidden_rows
        grids.append(grid)
    return Workbook(grids, "xls")


def _text(cell: Cell, column: int, row: int, look: SheetLooks) -> str:
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        code = look.codes.get((row, column))
        dated = cell.ctype == xlrd.XL_CELL_DATE and 0 < cell.value < 100_000
        return shown(look.epoch + timedelta(days=cell.value) if dated else cell.value, code)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value), None)
    return str(cell.value).strip() if cell.ctype == xlrd.XL_CELL_TEXT else look.errors.get((row, column), "")


def _looks(book: Book, sheet: Sheet) -> SheetLooks:
    codes, errors = {}, {}
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                errors[row, column] = ERRORS.get(sheet.cell_value(row, column), "#N/A")
            if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                style = book.xf_list[sheet.cell_xf_index(row, column)]
                codes[row, column] = book.format_map[style.format_key].format_str
    hidden = frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden)
    epoch = datetime(1904, 1, 1) if book.datemode else datetime(1899, 12, 30)
    columns = frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden and column < MAX_COLUMNS)
    return SheetLooks(codes, hidden, columns, errors=errors, epoch=epoch)
