"""The office's own file as a workbook to write in: itself where it is one, else laid out the same."""

from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from projects.exporting.sheets import cell_at, write_text
from projects.reading.shown import Shown
from projects.reading.sources.formats import shown

DAY_FORMATS = (
    "yyyy-mm-dd",
    "yyyy/m/d",
    "yyyy.m.d",
    'yyyy"年"m"月"d"日"',
    'yyyy"年"m"月"',
    'm"月"d"日"',
    "m/d",
    "m-d",
    "d-mmm",
)


def opened(path: Path) -> Workbook:
    """Return the stored file as a workbook of values: no macros, no formulas, nothing from elsewhere."""
    with path.open("rb") as file:
        book = load_workbook(file, data_only=True, keep_links=False, rich_text=True)
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in [name for name, named in names.items() if _outside(named.value or "")]:
            del names[name]
    for sheet in book.worksheets:
        anything: Any = sheet
        anything._pivots = []  # noqa: SLF001 - a pivot may draw on a source that isn't carried
        sheet.legacy_drawing = None
        for cell in sheet._cells.values():  # noqa: SLF001
            if isinstance(cell.value, CellRichText):
                cell.value = _with_blanks(cell.value)
    return book


def _with_blanks(text: CellRichText) -> CellRichText:
    """Put a run of nothing but white space to the one before it: written by itself, it would be lost."""
    runs: list[str | TextBlock] = []
    for run in text:
        if runs and not str(run).strip():
            before = runs[-1]
            runs[-1] = TextBlock(before.font, f"{before}{run}") if isinstance(before, TextBlock) else f"{before}{run}"
        else:
            runs.append(run)
    return CellRichText(*runs)


def _outside(value: str) -> bool:
    return "[" in value or "#REF" in value


def laid_out(sheets: tuple[Shown, ...]) -> Workbook:
    """Return a workbook with the cells of these sheets in their places, framed as a table."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _lay(book.create_sheet(_sheet_name(sheet.name, book)), sheet)
    return book


def _sheet_name(name: str, book: Workbook) -> str:
    plain = "".join("·" if sign in "[]:*?/\\" else sign for sign in name)[:31].strip("'") or "Sheet"
    return plain if plain not in book.sheetnames else f"{plain[:27]} {len(book.sheetnames) + 1}"


def _lay(sheet: Worksheet, found: Shown) -> None:
    for top, left, bottom, right in found.boxes:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    days = {(row, column): date.fromisoformat(day) for row, column, day in found.days}
    loose = set(found.loose)
    line = Side(style="thin")
    for number, row in enumerate(found.rows):
        table = sum(bool(text) for text in row) > 1
        for place, text in enumerate(row):
            cell = cell_at(sheet, number + 1, place + 1)
            if cell is None:
                continue
            if table:
                cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.font = Font(name="宋体", size=11)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if not _is_day(cell, text, days.get((number, place))):
                write_text(cell, text)
            if (number, place) in loose and _number(text) is not None:
                cell.value = _number(text)
    for place in range(max((len(row) for row in found.rows), default=0)):
        widest = max((len(row[place]) for row in found.rows if place < len(row)), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(8, widest * 2), 44)


def _is_day(cell: Any, text: str, day: date | None) -> bool:
    """Write a day as one, if some format shows it as it was shown."""
    code = next((code for code in DAY_FORMATS if day and shown(day, code) == text), "")
    if code and day:
        cell.value, cell.number_format = day, code
    return bool(code)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
