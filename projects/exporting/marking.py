"""The ledger's columns put beside an office's table, which stays as it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from projects.exporting.sheets import Wardrobe, boundaries, cell_at, filled_rows, make_room, merged_ranges, write_text
from projects.reading.ledger import own_columns

A3 = 8
WIDTHS = (40, 12, 26, 26, 14, 14)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is put beside the tables of one sheet: header rows from first to last, texts by row, all rows from 1."""

    names: Sequence[str]
    headers: Sequence[tuple[int, int]]
    rows: Mapping[int, Sequence[str]]


def mark(sheet: Worksheet, marks: Marks) -> None:
    """Put the columns right of everything that stands on the sheet; those of an earlier ledger give way."""
    wardrobe = Wardrobe()
    _take_off(sheet)
    width = used_width(sheet)
    places = range(width + 1, width + 1 + len(marks.names))
    _settle_ranges(sheet, width, len(marks.names))
    _settle_widths(sheet, places)
    for first, last in marks.headers:
        for place, name in zip(places, marks.names, strict=True):
            for row in range(first, last + 1):
                if (cell := cell_at(sheet, row, place)) is not None:
                    wardrobe.dress(cell, _beside(sheet, row, width), centred=True)
            if (top := cell_at(sheet, first, place)) is not None:
                write_text(top, name)
            if last > first:
                sheet.merge_cells(start_row=first, end_row=last, start_column=place, end_column=place)
    for row, texts in marks.rows.items():
        _write_row(sheet, wardrobe, row, places, texts)
    _settle_printing(sheet, width, places[-1])


def used_width(sheet: Worksheet) -> int:
    """Return the last column with anything in it."""
    return max((len(row) for row in filled_rows(sheet)), default=1)


def _write_row(sheet: Worksheet, wardrobe: Wardrobe, row: int, places: Sequence[int], texts: Sequence[str]) -> None:
    like = cell_at(sheet, row, places[0] - 1) or _beside(sheet, row, places[0] - 1)
    for at, (place, text) in enumerate(zip(places, texts, strict=True)):
        if (cell := cell_at(sheet, row, place)) is not None:
            wardrobe.dress(cell, like, centred=at in (1, 4, 5))
            write_text(cell, text)
    make_room(sheet, row, zip(texts, WIDTHS, strict=True))


def _beside(sheet: Worksheet, row: int, width: int) -> Cell | None:
    return next((cell for at in range(width, 0, -1) if (cell := cell_at(sheet, row, at)) is not None), None)


def _take_off(sheet: Worksheet) -> None:
    """Remove the columns of an earlier ledger."""
    own = own_columns(filled_rows(sheet))
    if own is None:
        return
    columns = {place + 1 for place in own.columns}
    for box in merged_ranges(sheet):
        if {*range(box.min_col, box.max_col + 1)} <= columns:
            sheet.unmerge_cells(box.coord)
    for place in [place for place in sheet._cells if place[1] in columns]:  # noqa: SLF001
        del sheet._cells[place]  # noqa: SLF001


def _settle_ranges(sheet: Worksheet, width: int, count: int) -> None:
    """Let a range across the whole table reach over the new columns too; any other ends where the table ends."""
    for box in merged_ranges(sheet):
        if box.max_col < width or box.min_col > width:
            if box.min_col > width:
                sheet.unmerge_cells(box.coord)
            continue
        across = box.min_col <= 2 < box.max_col
        right = max(width + count, box.max_col) if across else width
        if right != box.max_col:
            sheet.unmerge_cells(box.coord)
            if right > box.min_col or box.max_row > box.min_row:
                sheet.merge_cells(CellRange(None, box.min_col, box.min_row, right, box.max_row).coord)


def _settle_widths(sheet: Worksheet, places: Sequence[int]) -> None:
    """Set the widths; a width that was set for many columns ends before ours, for two may not be set for one."""
    for letter, column in list(sheet.column_dimensions.items()):
        column.reindex()
        if (column.min or 0) >= places[0]:
            del sheet.column_dimensions[letter]
        elif (column.max or 0) >= places[0]:
            column.max = places[0] - 1
    for place, width in zip(places, WIDTHS, strict=True):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _settle_printing(sheet: Worksheet, width: int, last: int) -> None:
    """Print all columns on the width of one page, of the size such tables are hung up in."""
    area = boundaries(str(sheet.print_area)) if sheet.print_area and "," not in str(sheet.print_area) else None
    if area:
        left, top, _, bottom = area
        sheet.print_area = CellRange(None, left, top, max(area[2], last), bottom).coord
    shown = boundaries(sheet.auto_filter.ref) if sheet.auto_filter.ref else None
    if shown and shown[2] == width:
        sheet.auto_filter.ref = CellRange(None, shown[0], shown[1], last, shown[3]).coord
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.page_setup.scale = 1, 0, None


def texts_of(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the texts of several items that share a row, each column numbered through."""
    listed = list(rows)
    if len(listed) == 1:
        return tuple(listed[0])
    return tuple(
        "\n".join(f"{number}. {text}" for number, text in enumerate(column, start=1) if text)
        for column in zip(*listed, strict=True)
    )
