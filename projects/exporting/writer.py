"""Carry out an order: the office's workbook with what changed, what was added and what happened since."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from projects.exporting.adding import add_rows
from projects.exporting.marking import Marks, mark, used_width
from projects.exporting.orders import Order, SheetOrder
from projects.exporting.originals import laid_out, opened
from projects.exporting.sheets import cell_at, stand_alone, write_text

STRUCK = "FF808080"


def write(order: Order) -> None:
    """Write the workbook to where it goes."""
    book = laid_out(order.laid) if order.laid else opened(Path(order.path))
    named = [sheet.name for sheet in order.laid] or book.sheetnames
    sheets = dict(zip(named, book.worksheets if order.laid else (book[name] for name in named), strict=True))
    for sheet in order.sheets:
        _fill(sheets[sheet.name], sheet, order.names)
    _lead_with_a_table(book, order)
    book.save(order.out)


def _fill(sheet: Worksheet, order: SheetOrder, names: tuple[str, ...]) -> None:
    for change in order.changes:
        stand_alone(sheet, change.row, change.column, change.last)
        if (cell := cell_at(sheet, change.row, change.column)) is not None:
            write_text(cell, change.text)
    width = used_width(sheet)
    moved, new = add_rows(sheet, order.added, width)
    for row in order.struck:
        for column in range(1, width + 1):
            if (cell := cell_at(sheet, moved(row), column)) is not None:
                cell.font = Font(
                    name=cell.font.name, size=cell.font.size, bold=cell.font.bold, strike=True, color=STRUCK
                )
    mark(
        sheet,
        Marks(
            names,
            [(moved(first), moved(last)) for first, last in order.headers],
            {moved(row): texts for row, texts in order.rows.items()} | {row: one.texts for row, one in new.items()},
        ),
    )


def _lead_with_a_table(book: Workbook, order: Order) -> None:
    """Open on a sheet that is shown: a workbook whose active sheet is hidden does not open everywhere."""
    if order.sheets and book.worksheets and book.worksheets[0].sheet_state == "visible":
        return
    first = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
    if first is not None:
        book.active = first
