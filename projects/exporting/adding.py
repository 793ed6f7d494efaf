"""Rows put between the rows of a table, with all that stands below moved down in one pass."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from projects.exporting.orders import Added
from projects.exporting.sheets import boundaries, cell_at, look_like, merged_ranges, write_text


class Moved:
    """Where each row stands now."""

    def __init__(self, added: Sequence[Added]) -> None:
        self._after = sorted(one.after for one in added for _ in range(len(one.headings) + 1))

    def __call__(self, row: int) -> int:
        return row + bisect_left(self._after, row)


def add_rows(sheet: Worksheet, added: Sequence[Added], width: int) -> tuple[Moved, dict[int, Added]]:
    """Put the rows in; return where the old rows stand now, and the new items by the rows they came to."""
    moved = Moved(added)
    if not added:
        return moved, {}
    boxes = _without_boxes(sheet)
    _move(sheet, moved)
    places: dict[int, Added] = {}
    headings: list[CellRange] = []
    below: defaultdict[int, int] = defaultdict(int)
    for one in added:
        for heading in one.headings:
            below[one.after] += 1
            row = moved(one.after) + below[one.after]
            for column in range(1, width + 1):
                _fresh(sheet, row, column, moved(one.after))
            if (first := cell_at(sheet, row, 1)) is not None:
                write_text(first, heading)
            headings.append(CellRange(None, 1, row, width, row))
        below[one.after] += 1
        row = moved(one.after) + below[one.after]
        places[row] = one
        for column in range(1, width + 1):
            _fresh(sheet, row, column, moved(one.after))
    _put_boxes(sheet, boxes, moved, places, headings)
    for row, one in places.items():
        for column, text in one.cells.items():
            if (cell := cell_at(sheet, row, column)) is not None:
                write_text(cell, text)
                if text.isdecimal() and str(int(text)) == text:
                    cell.value = int(text)
    return moved, places


def _without_boxes(sheet: Worksheet) -> list[tuple[CellRange, Any]]:
    """Take all merged ranges off; what a range says is kept with it."""
    boxes = [(CellRange(box.coord), sheet.cell(box.min_row, box.min_col).value) for box in merged_ranges(sheet)]
    for box, _ in boxes:
        sheet.unmerge_cells(box.coord)
    return boxes


def _move(sheet: Worksheet, moved: Moved) -> None:
    cells = {}
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001 - insert_rows takes as long for each row
        cell.row = moved(row)
        cells[cell.row, column] = cell
        if cell.hyperlink:
            cell.hyperlink.ref = cell.coordinate
    sheet._cells = cells  # noqa: SLF001
    heights = sorted(sheet.row_dimensions.items())
    for row, _ in heights:
        del sheet.row_dimensions[row]
    for row, height in heights:
        height.index = moved(row)
        sheet.row_dimensions[moved(row)] = height
    for line in sheet.row_breaks.brk:
        line.id = moved(line.id)
    area = boundaries(str(sheet.print_area)) if sheet.print_area and "," not in str(sheet.print_area) else None
    if area:
        sheet.print_area = CellRange(None, area[0], area[1], area[2], moved(area[3] + 1) - 1).coord


def _fresh(sheet: Worksheet, row: int, column: int, like: int) -> Cell | MergedCell:
    """Return an empty cell that looks as the one in its column that was there before."""
    cell, model = sheet.cell(row, column), sheet.cell(like, column)
    if model.has_style and isinstance(cell, Cell):
        look_like(cell, model)
        alignment: Any = model.alignment
        cell.alignment, cell.number_format = copy(alignment), "General"
    return cell


def _put_boxes(
    sheet: Worksheet,
    boxes: Sequence[tuple[CellRange, Any]],
    moved: Moved,
    places: dict[int, Added],
    headings: Sequence[CellRange],
) -> None:
    """Merge again; a range goes on over a new row only in columns the row shares with the one above, else it parts."""
    new = sorted({*places, *(box.min_row for box in headings)})
    shared = {(row, column) for row, one in places.items() if not one.headings for column in one.going_on}
    for box, said in boxes:
        start, end = moved(box.min_row), moved(box.max_row)
        if box.max_row > box.min_row or (end + 1, box.min_col) in shared:
            while (end + 1, box.min_col) in shared:
                end += 1
        first = start
        for row in [row for row in new if start < row <= end and (row, box.min_col) not in shared] + [end + 1]:
            if row > first:
                sheet.cell(first, box.min_col).value = said
                _merge(sheet, CellRange(None, box.min_col, first, box.max_col, row - 1))
            first = row + 1
    for box in headings:
        _merge(sheet, box)


def _merge(sheet: Worksheet, box: CellRange) -> None:
    if box.max_row > box.min_row or box.max_col > box.min_col:
        sheet.merge_cells(box.coord)
