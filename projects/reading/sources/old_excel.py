"""Old .xls workbooks: values by calamine, formats and hidden rows by xlrd as far as it gets."""

from __future__ import annotations

import struct
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO

import xlrd
from xlrd.biffh import XLRDError
from xlrd.book import Book
from xlrd.sheet import Sheet

from projects.reading.grid import Workbook
from projects.reading.sources.excel import read_excel
from projects.reading.sources.looks import Looks, SheetLooks

# xlrd raises these on a damaged file; the values are read without formats then.
_XLRD_FAILURES = (
    XLRDError,
    AssertionError,
    IndexError,
    KeyError,
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


def read_old_excel(path: str) -> Workbook:
    return read_excel(path, "xls", _opened(path))


def _opened(path: str) -> Looks:
    try:
        with redirect_stdout(StringIO()):
            return OldLooks(xlrd.open_workbook(path, formatting_info=True, on_demand=True, logfile=StringIO()))
    except _XLRD_FAILURES:
        return Looks()


def _looks(book: Book, sheet: Sheet) -> SheetLooks:
    codes = {}
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                style = book.xf_list[sheet.cell_xf_index(row, column)]
                codes[row, column] = book.format_map[style.format_key].format_str
    hidden = frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden)
    epoch = datetime(1904, 1, 1) if book.datemode else datetime(1899, 12, 30)
    return SheetLooks(codes, hidden, epoch)
