"""Excel workbooks: values by calamine, what the cells show by their number formats."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
from projects.reading.remarks import Remark
from projects.reading.sources.figures import plain_number
from projects.reading.sources.formats import Value, is_date_format, shown
from projects.reading.sources.looks import Looks, SheetLooks

MAX_CELLS = 4_000_000


Ranges = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def read_excel(path: Path, kind: str, looks: Looks) -> Workbook:
    """Read every worksheet; `looks` says how its cells are shown."""
    book = _opened(path)
    grids: list[Grid] = []
    remarks: list[Remark] = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = _sound(partial(book.get_sheet_by_index, index))
        if sheet is None:
            remarks.append(Remark("unreadable_sheet", params={"sheet": meta.name}))
            continue
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            raise ReadingRefused("too_many_cells", sheet=sheet.name)
        look = looks.sheet(meta.name)
        grid = grid_of(
            sheet.name, sheet.to_python(skip_empty_area=False), look, look.ranges or sheet.merged_cell_ranges or []
        )
        grid.hidden = meta.visible is not SheetVisibleEnum.Visible
        grids.append(grid)
    return Workbook(grids, kind, remarks=remarks)


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
    remarks = [Remark("unsaved_formula", *place) for place in look.unsaved]
    rows = []
    for row, line in enumerate(values):
        texts = []
        for column, value in enumerate(line):
            if value == "":
                texts.append(look.errors.get((row, column), "") if look.errors else "")
                continue
            text = value if isinstance(value, str) else _shown(value, (row, column), look, unseen, days)
            if len(text) > MAX_CELL:
                remarks.append(Remark("cell_too_long", row, column, text[:40], {"limit": MAX_CELL}))
                text = text[:MAX_CELL]
            texts.append(text.replace("_x000D_", "") if "_x000D_" in text else text)
        rows.append(texts)
    rows = trimmed(name, rows)
    remarks += hidden_columns(rows, look.hidden_columns)
    return Grid(
        name,
        rows,
        [Box(top, left, bottom, right) for (top, left), (bottom, right) in ranges],
        hidden_rows=look.hidden_rows,
        unseen=frozenset(unseen),
        days=days,
        remarks=remarks,
    )


def hidden_columns(rows: Sequence[Sequence[str]], columns: Collection[int]) -> list[Remark]:
    """Remark on the hidden columns that hold anything."""
    held = sum(any(row[column] for row in rows) for column in columns if rows and column < len(rows[0]))
    return [Remark("hidden_columns", params={"count": held})] if held else []


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
    elif isinstance(plain, float) and not plain.is_integer() and (code is None or code.lower() == "general"):
        unseen.add(place)
    return shown(plain, code)
