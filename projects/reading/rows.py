"""One task's cells by role: merged cells filled, 同上 replaced, rows of one task put together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from projects.reading.columns import ColumnFacts
from projects.reading.grid import Grid
from projects.reading.layout import Region
from projects.reading.merging import Cells
from projects.reading.model import Skipped

_AS_ABOVE = re.compile(r"^(?:同上|同前|〃|″|〞|〟|\"|“|”|''|’’|、、|ˮ|〝)$")
_TICK = re.compile(r"^[√✓✔●■★▲○◆☑✅Vv]$")
_RUNNING = re.compile(r"^[(（]?\d{1,4}[)）.、]?$")
_TASK_ROLES = frozenset({"no", "title", "content"})
_INHERITED = frozenset({"leader", "lead_department", "support_departments", "owner", "deadline"})
_SUB_NUMBER = re.compile(r"^(?:[(（]\d{1,2}[)）]|[①-⑳]|\d{1,3}[.．-]\d{1,2}$)")


@dataclass(slots=True)
class TaskRow:
    """The filled cells of one task; `rows` are all the sheet's rows it came from (from 0)."""

    rows: list[int]
    cells: list[str]
    raw: list[str]
    section: tuple[str, ...] = ()
    parts: list[list[str]] = field(default_factory=list)


def column_facts(region: Region, cells: Cells, width: int) -> list[ColumnFacts]:
    return [_facts(region, cells, column) for column in range(width)]


def _facts(region: Region, cells: Cells, column: int) -> ColumnFacts:
    own = [cells.own(row, column).strip() for row in region.rows]
    texts = [text for text in own if text]
    merged = any(cells.continues(row, column) for row in region.rows)
    running = len(texts) >= 1 and all(_RUNNING.match(text) for text in texts)
    ticks = bool(texts) and all(_TICK.match(text) for text in texts)
    each = len(texts) == len(own) > 1 and len(set(texts)) == len(texts)
    return ColumnFacts(merged, running, ticks, each)


def task_rows(grid: Grid, region: Region, cells: Cells, roles: list[str]) -> list[TaskRow]:
    """Return the tasks of a table; rows that only continue one, and rows without words, go to its skipped rows."""
    found: list[TaskRow] = []
    previous: list[str] = [""] * grid.width
    for row in region.rows:
        raw = [text.strip() for text in grid.rows[row]]
        line = [_filled(cells, row, column, previous[column]) for column in range(grid.width)]
        _carry_categories(region, row, roles, line, found)
        previous = line
        if found and _continues(cells, row, roles, raw):
            _append(found[-1], row, raw, roles)
            region.skipped.append(Skipped(row + 1, f"与第{found[-1].rows[0] + 1}行为同一事项"))
        elif not any(line[place] for place, role in enumerate(roles) if role not in ("no", "category", "ignore")):
            region.skipped.append(Skipped(row + 1, "没有事项内容"))
        else:
            _inherit(found, line, roles)
            found.append(TaskRow([row], line, raw, region.sections[row]))
    return found


def _filled(cells: Cells, row: int, column: int, above: str) -> str:
    text = cells.own(row, column).strip()
    if _AS_ABOVE.match(text):
        return above
    if not text and cells.continues(row, column):
        return above or cells.filled(row, column).strip()
    return text


def _carry_categories(region: Region, row: int, roles: list[str], line: list[str], found: list[TaskRow]) -> None:
    """Let a category cell hold until the next one, within its section and outer category."""
    last = found[-1] if found else None
    if last is None or last.section != region.sections[row]:
        return
    for place, role in enumerate(roles):
        if role == "category":
            if line[place]:
                if line[place] != last.cells[place]:
                    return
            else:
                line[place] = last.cells[place]


def _continues(cells: Cells, row: int, roles: list[str], raw: list[str]) -> bool:
    places = [place for place, role in enumerate(roles) if role in _TASK_ROLES]
    words = [place for place in places if roles[place] != "no"]
    return (
        bool(words) and all(cells.continues(row, place) for place in words) and not any(raw[place] for place in places)
    )


def _append(task: TaskRow, row: int, raw: list[str], roles: list[str]) -> None:
    task.rows.append(row)
    for place, text in enumerate(raw):
        if text and roles[place] not in _TASK_ROLES and text != task.cells[place] and not _AS_ABOVE.match(text):
            task.cells[place] = f"{task.cells[place]}\n{text}".strip()


def _inherit(found: list[TaskRow], line: list[str], roles: list[str]) -> None:
    """Let a sub-item without own unit or date take its parent's."""
    mark = next((line[place] for place, role in enumerate(roles) if role == "no"), "")
    words = next((line[place] for place, role in enumerate(roles) if role == "content"), "")
    if not found or not (_SUB_NUMBER.match(mark) or (not mark and _SUB_NUMBER.match(words))):
        return
    for place, role in enumerate(roles):
        if role in _INHERITED and not line[place]:
            line[place] = found[-1].cells[place]
