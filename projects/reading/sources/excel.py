"""Excel workbooks: values by calamine, what the cells show by their number formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from projects.reading.grid import MAX_CELL, MAX_MERGES, Box, Grid, Workbook, trimmed
from projects.reading.refusals import ReadingRefused
from projects.reading.sources.figures import plain_number
from projects.reading.sources.formats import Value, is_date_format, shown
from projects.reading.sources.looks import Looks, SheetLooks

MAX_CELLS = 4_000_000


Ranges = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def read_excel(path: Path, kind: str, looks: Looks) -> Workbook:
    """Read every worksheet; `looks` says how its cells are shown."""
    book = _opened(path)
    grids: list[Grid] = []
    notes: list[tuple[str, str, str]] = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = _sound(partial(book.get_sheet_by_index, index))
        if sheet is None:
            notes.append((meta.name, "unreadable_sheet", f"工作表“{meta.name}”读不出来，已跳过。"))
            continue
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            raise ReadingRefused("too_many_cells", sheet=sheet.name)
        look = looks.sheet(meta.name)
        grid = grid_of(
            sheet.name, sheet.to_python(skip_empty_area=False), look, look.ranges or sheet.merged_cell_ranges or []
        )
        grid.hidden = meta.visible is not SheetVisibleEnum.Visible
        grids.append(grid)
    return Workbook(grids, kind, notes=notes)


def _opened(path: Path) -> CalamineWorkbook:
    # By its content, not by its name: uploads are stored without one.
    content = BytesIO(path.read_bytes())
    try:
        book = _sound(partial(CalamineWorkbook.from_filelike, content))
    except PasswordError as error:
        raise ReadingRefused("encrypted") from error
    if book is None:
        raise ReadingRefused("damaged")
    return book


def _sound[Found](read: Callable[[], Found]) -> Found | None:
    """Return what calamine reads, None where it fails; a wrong password is still raised."""
    try:
        return read()
    except PasswordError:
        raise
    except (CalamineError, OSError):
        return None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # it has no name to be caught by
            return None
        raise


def grid_of(name: str, values: Sequence[Sequence[Value]], look: SheetLooks, ranges: Ranges) -> Grid:
    """Return a sheet's cells as they are shown."""
    if len(ranges) > MAX_MERGES:
        raise ReadingRefused("too_many_merges", sheet=name)
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
            texts.append(text if text.isprintable() else _clean(text))
        rows.append(texts)
    boxes = [Box(top, left, bottom, right) for (top, left), (bottom, right) in ranges]
    return Grid(
        name,
        trimmed(name, rows),
        boxes,
        hidden_rows=look.hidden_rows,
        unseen=frozenset(unseen),
        days=days,
        notes=notes,
    )


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
    return text.translate(_GONE).replace("\r\n", "\n").replace("_x000D_", "").replace("\r", "\n")
