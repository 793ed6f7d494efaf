"""Excel workbooks: values by calamine, what the cells show by their number formats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from projects.reading.grid import MAX_CELL, MAX_MERGES, Box, Grid, Workbook, trimmed
from projects.reading.refusals import ReadingRefused
from projects.reading.sources.formats import Value, is_date_format, plain_number, shown
from projects.reading.sources.looks import Looks, SheetLooks

MAX_CELLS = 4_000_000


def read_excel(path: Path, kind: str, looks: Looks) -> Workbook:
    """Read every worksheet; `looks` says how its cells are shown."""
    try:
        # By its content, not by its name: uploads are stored without one.
        book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    except PasswordError as error:
        raise ReadingRefused("encrypted") from error
    except CalamineError as error:
        raise ReadingRefused("damaged") from error
    grids: list[Grid] = []
    notes: list[tuple[str, str, str]] = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        hidden = meta.visible is not SheetVisibleEnum.Visible
        try:
            sheet = book.get_sheet_by_index(index)
        except CalamineError:
            notes.append((meta.name, "unreadable_sheet", f"工作表“{meta.name}”读不出来，已跳过。"))
            continue
        grids.append(_grid(sheet, looks.sheet(meta.name), hidden=hidden))
    return Workbook(grids, kind, notes=notes)


def _grid(sheet: CalamineSheet, look: SheetLooks, *, hidden: bool) -> Grid:
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise ReadingRefused("too_many_cells", sheet=sheet.name)
    values = sheet.to_python(skip_empty_area=False)
    unseen: set[tuple[int, int]] = set()
    days: dict[tuple[int, int], date] = {}
    notes: list[tuple[int | None, int | None, str, str, str]] = []
    rows = []
    for row, line in enumerate(values):
        texts = []
        for column, value in enumerate(line):
            if value == "":
                texts.append("")
                continue
            text = value if isinstance(value, str) else _shown(value, (row, column), look, unseen, days)
            if len(text) > MAX_CELL:
                notes.append((row, column, "cell_too_long", f"单元格超过{MAX_CELL}个字符，已截断。", text[:40]))
                text = text[:MAX_CELL]
            texts.append(_clean(text))
        rows.append(texts)
    boxes = [Box(top, left, bottom, right) for (top, left), (bottom, right) in _ranges(sheet)]
    grid = Grid(sheet.name, trimmed(sheet.name, rows), boxes, hidden=hidden, notes=notes)
    grid.hidden_rows = look.hidden_rows
    grid.unseen, grid.days = frozenset(unseen), days
    return grid


def _ranges(sheet: CalamineSheet) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > MAX_MERGES:
        raise ReadingRefused("too_many_merges", sheet=sheet.name)
    return ranges


def _shown(
    value: Value,
    place: tuple[int, int],
    look: SheetLooks,
    unseen: set[tuple[int, int]],
    days: dict[tuple[int, int], date],
) -> str:
    code = look.codes.get(place)
    if code == "General" and isinstance(value, float) and value.is_integer():
        return plain_number(value)
    plain: Value = value
    if isinstance(value, float) and code and is_date_format(code) and 0 < value < 100_000:
        plain = look.epoch + timedelta(days=value)
    if isinstance(plain, (date, datetime)):
        days[place] = plain.date() if isinstance(plain, datetime) else plain
    elif isinstance(plain, float) and plain != int(plain) and (code is None or code.lower() == "general"):
        unseen.add(place)
    return shown(plain, code)


_GONE = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0x202A, 0x202F), 0xFEFF, 0x200B])


def _clean(text: str) -> str:
    """Drop control, direction and zero-width characters."""
    if text.isprintable():
        return text
    return text.translate(_GONE).replace("\r\n", "\n").replace("_x000D_", "").replace("\r", "\n")
