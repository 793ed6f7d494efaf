"""Cells of a workbook as the ledger writes them: text that is never reckoned, looks taken from the cell beside."""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767
TALLEST = 409
"""Points; the height a row may have."""
LINE = 16.5
_UNFIT = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell | None:
    """Return the cell; None inside a merged range, which has nothing but its first cell."""
    found = sheet.cell(row, column)
    return found if isinstance(found, Cell) else None


def write_text(cell: Cell, text: str) -> None:
    """Write what a person typed as text, whatever it begins with, and keep it text when it is edited."""
    plain = _UNFIT.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST]
    cell.value = plain or None
    if plain:
        cell.data_type = "s"
    if plain.lstrip().startswith(_FORMULA):
        cell.quotePrefix = True


def look_like(cell: Cell, model: Cell | MergedCell) -> None:
    """Give a cell the font, frame and fill of another."""
    look: Any = model  # its parts are proxies, of which copies are what they stand for
    cell.font, cell.border, cell.fill = copy(look.font), copy(look.border), copy(look.fill)


class Wardrobe:
    """Dresses the cells of one sheet; a look is put together once and then handed out again."""

    def __init__(self) -> None:
        self._looks: dict[tuple[object, ...], Any] = {}

    def dress(self, cell: Cell, like: Cell | None, *, centred: bool = False) -> None:
        """Give a cell the font, frame and fill of another, and let its text break into lines."""
        look: Any = cell
        model: Any = like
        key = (None if like is None else tuple(model._style or ()), centred)  # noqa: SLF001 - the numbers of its parts
        if key in self._looks:
            look._style = copy(self._looks[key])  # noqa: SLF001
            return
        if like is not None and like.has_style:
            look_like(cell, like)
        across = "center" if centred else "left"
        cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
        self._looks[key] = copy(look._style)  # noqa: SLF001


def filled_rows(sheet: Worksheet) -> Iterable[list[str]]:
    """Yield the texts of each row that has any; asking a sheet for its rows would make every cell down to the last."""
    rows: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001
        if cell.value is not None and str(cell.value).strip():
            rows[row][column] = str(cell.value)
    for texts in rows.values():
        yield [texts.get(column, "") for column in range(1, max(texts) + 1)]


def merged_ranges(sheet: Worksheet) -> list[CellRange]:
    return list(sheet.merged_cells.ranges)


def lines_needed(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of this width in characters."""
    return sum(max(1, math.ceil(_width(line) / max(width - 1, 1))) for line in text.split("\n"))


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def stand_alone(sheet: Worksheet, row: int, column: int, last: int) -> None:
    """Part a merged range of which only the rows up to `last` are meant; each row keeps what it said."""
    for box in merged_ranges(sheet):
        if box.min_col <= column <= box.max_col and box.min_row <= row <= box.max_row:
            if box.min_row == row and box.max_row <= last:
                return
            said = sheet.cell(box.min_row, box.min_col).value
            sheet.unmerge_cells(box.coord)
            for each in range(box.min_row, box.max_row + 1):
                sheet.cell(each, box.min_col).value = said


def make_room(sheet: Worksheet, row: int, cells: Iterable[tuple[str, float]]) -> None:
    """Raise a row of a set height until these texts fit; one without grows when it is opened."""
    height = sheet.row_dimensions[row].height
    if height is None:
        return
    lines = max((lines_needed(text, width) for text, width in cells), default=1)
    sheet.row_dimensions[row].height = min(max(height, lines * LINE), TALLEST)


def boundaries(reference: str) -> tuple[int, int, int, int] | None:
    """Return left, top, right, bottom of a reference; None where it is none."""
    try:
        left, top, right, bottom = range_boundaries(reference.replace("$", "").rpartition("!")[2])
    except ValueError:
        return None
    if left is None or top is None or right is None or bottom is None:
        return None
    return left, top, right, bottom
