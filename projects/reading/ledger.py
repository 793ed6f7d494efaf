"""The columns a ledger adds to an office's own table: they say what happened since, so nothing of them is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from projects.reading.columns import plain
from projects.reading.grid import Box, Grid

NAMES = ("状态", "存在问题", "下一步", "现行时限", "报送时间")
"""What stands right of the first column, whose name carries the ledger's day."""
STATUS = NAMES[0]
CANCELLED, LEFT_OUT = "已取消", "未纳入"
"""The words of a row that is no item of the plan any more, or never became one."""
_FIRST = re.compile(r"进展情况\(截至\d{4}年\d{1,2}月\d{1,2}日\)")


@dataclass(frozen=True, slots=True)
class OwnColumns:
    """The ledger's columns of a sheet, and the rows it marks as no items, all counted from 0."""

    columns: frozenset[int]
    struck: frozenset[int]


def head(day: date) -> str:
    """Return the name of the first column of a ledger of that day."""
    return f"进展情况（截至{day.year}年{day.month}月{day.day}日）"


def own_columns(rows: Iterable[Sequence[str]]) -> OwnColumns | None:
    """Find what a ledger added to a sheet; None where it is no ledger."""
    columns: set[int] = set()
    struck: set[int] = set()
    status: int | None = None
    for number, row in enumerate(rows):
        found = dict(_named(row))
        if found:
            columns.update(found)
            status = next((place for place, name in found.items() if name == STATUS), None)
        elif status is not None and status < len(row) and row[status].strip() in (CANCELLED, LEFT_OUT):
            struck.add(number)
    return OwnColumns(frozenset(columns), frozenset(struck)) if columns else None


def _named(row: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Yield the places and names of a header's own columns: the first one, and what stands right of it by name."""
    first = next((place for place, text in enumerate(row) if "截" in text and _FIRST.fullmatch(plain(text))), None)
    if first is None:
        return
    yield first, plain(row[first])
    left = set(NAMES)
    for place, text in enumerate(row[first + 1 :], start=first + 1):
        if (name := plain(text)) in left:
            left.remove(name)
            yield place, name


def without_own(grid: Grid) -> None:
    """Take a ledger's columns off a sheet, which is then the office's table again."""
    own = own_columns(grid.rows)
    if own is None:
        return
    grid.struck = own.struck
    for row in grid.rows:
        for place in own.columns:
            if place < len(row):
                row[place] = ""
    width = max((place for row in grid.rows for place in range(len(row), 0, -1) if row[place - 1].strip()), default=0)
    grid.rows = [row[:width] for row in grid.rows]
    grid.boxes = [
        Box(box.top, box.left, box.bottom, min(box.right, width - 1)) for box in grid.boxes if box.left < width
    ]
