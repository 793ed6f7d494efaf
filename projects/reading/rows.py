"""One task's cells by role: merged cells filled, 同上 replaced, rows of one task put together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from projects.reading.columns import ColumnFacts
from projects.reading.grid import Grid
from projects.reading.guessing import people_role
from projects.reading.layout import Region
from projects.reading.merging import Cells
from projects.reading.model import Skipped
from projects.reading.sections import Heading

_AS_ABOVE = re.compile(r"^(?:同上|同前|〃|″|〞|〟|\"|“|”|''|’’|、、|ˮ|〝|同上行|如上|【同上】|[（(]同上[)）])$")
_TICK = re.compile(r"^[√✓✔●■★▲○◆☑✅Vv]$")
_RUNNING = re.compile(r"^[(（]?\d{1,4}[)）.、]?$")
_TASK_ROLES = frozenset({"no", "title", "content"})
_WORDS = frozenset({"title", "content", "target", "measures"})
_INHERITED = frozenset({"leader", "lead_department", "support_departments", "owner", "contact", "deadline"})
_DEPTHS = (
    re.compile(r"^[(（]\d{1,2}[)）]|^\d{1,3}[.．-]\d{1,2}(?!\d|[.．-]\d)"),
    re.compile(r"^[①-⒛]|^\d{1,3}[.．-]\d{1,2}[.．-]\d{1,2}"),
)
_BROKEN_OFF = re.compile(r"[，,、；;：:（(和与及的]$")
UNNUMBERED = "unnumbered_row"
JOINED = "joined_row"


@dataclass(slots=True)
class TaskRow:
    """The filled cells of one task; `rows` are all the sheet's rows it came from (from 0), `doubts` codes of what to ask."""

    rows: list[int]
    cells: list[str]
    raw: list[str]
    section: tuple[Heading, ...] = ()
    depth: int = 0
    doubts: tuple[str, ...] = ()


def column_facts(region: Region, cells: Cells, width: int) -> list[ColumnFacts]:
    """Tell what the cells below each header show; an empty column between ticked ones counts as ticked."""
    facts = [_facts(region, cells, column) for column in range(width)]
    ticked = [place for place, fact in enumerate(facts) if fact.ticks]
    if ticked:
        for place, fact in enumerate(facts):
            beside = place + 1 in ticked or place - 1 in ticked
            if beside and not any(cells.own(row, place) for row in region.rows):
                facts[place] = replace(fact, ticks=True)
                ticked.append(place)
    return facts


def _facts(region: Region, cells: Cells, column: int) -> ColumnFacts:
    own = [cells.own(row, column).strip() for row in region.rows]
    texts = [text for text in own if text]
    merged = any(cells.continues(row, column) for row in region.rows)
    running = len(texts) >= 1 and all(_RUNNING.match(text) for text in texts)
    ticks = bool(texts) and all(_TICK.match(text) for text in texts)
    each = len(texts) == len(own) > 1 and len(set(texts)) == len(texts)
    return ColumnFacts(merged, running, ticks, each, people_role(texts))


def task_rows(grid: Grid, region: Region, cells: Cells, roles: list[str]) -> list[TaskRow]:
    """Return the tasks of a table; rows that only continue one, and rows without words, go to its skipped rows."""
    return _Gatherer(grid, region, cells, roles).gathered()


class _Gatherer:
    def __init__(self, grid: Grid, region: Region, cells: Cells, roles: list[str]) -> None:
        self._grid = grid
        self._region = region
        self._cells = cells
        self._roles = roles
        self._found: list[TaskRow] = []
        self._parents: list[TaskRow] = []
        self._words = [place for place, role in enumerate(roles) if role in _WORDS]
        self._task_places = [place for place, role in enumerate(roles) if role in _TASK_ROLES]
        self._speaking = [place for place, role in enumerate(roles) if role not in ("no", "category", "ignore")]
        self._categories = [place for place, role in enumerate(roles) if role == "category"]
        self._number = next((place for place, role in enumerate(roles) if role == "no"), None)
        self._content = next((place for place, role in enumerate(roles) if role == "content"), None)
        full = [] if self._number is None else [row for row in region.rows if len(cells.texts(row)) > 2]
        numbers = [row for row in full if cells.filled(row, self._number or 0)]
        self._all_numbered = bool(full) and len(numbers) * 5 >= len(full) * 4

    def gathered(self) -> list[TaskRow]:
        previous: list[str] = [""] * self._grid.width
        for row in self._region.rows:
            raw = [text.strip() for text in self._grid.rows[row]]
            line = [self._filled(row, column, text, previous[column]) for column, text in enumerate(raw)]
            self._carry_categories(row, line)
            previous = line
            self._take(row, raw, line)
        return self._found

    def _take(self, row: int, raw: list[str], line: list[str]) -> None:
        last = self._found[-1] if self._found else None
        if last and self._continues(row, raw):
            self._append(last, row, raw)
        elif not any(line[place] for place in self._speaking):
            self._region.skipped.append(Skipped(row + 1, "没有事项内容"))
        elif last and self._adds(row, raw, line, last):
            last.doubts = (*last.doubts, JOINED)
            self._append(last, row, raw)
        elif last and self._breaks_off(row, raw, line, last):
            self._append(last, row, raw, words=True)
        else:
            self._add(row, raw, line)

    def _add(self, row: int, raw: list[str], line: list[str]) -> None:
        depth = self._depth(line)
        while self._parents and self._parents[-1].depth >= depth:
            self._parents.pop()
        section = self._region.sections[row]
        if self._parents and depth and self._parents[-1].section == section:
            own = {role for place, role in enumerate(self._roles) if line[place]}
            for place, role in enumerate(self._roles):
                if role in _INHERITED and role not in own:
                    line[place] = self._parents[-1].cells[place]
        for heading in reversed(section):
            for place, text in heading.given.items():
                line[place] = line[place] or text
        unnumbered = self._all_numbered and self._number is not None and not line[self._number] and not depth
        task = TaskRow([row], line, raw, section, depth, (UNNUMBERED,) if unnumbered else ())
        self._parents.append(task)
        self._found.append(task)

    def _depth(self, line: list[str]) -> int:
        """Return 1 for a sub-item （1）, 2 for one below it, 0 for an item of its own."""
        mark = line[self._number] if self._number is not None else ""
        words = mark or (line[self._content] if self._content is not None else "")
        return next((depth for depth, pattern in enumerate(_DEPTHS, start=1) if pattern.match(words)), 0)

    def _filled(self, row: int, column: int, text: str, above: str) -> str:
        if not text:
            box = self._cells.box(row, column)
            if box is not None and box.top < row and box.left == column:
                merged = self._cells.filled(row, column).strip()
                return above if not merged or _AS_ABOVE.match(merged) else merged
            return ""
        return above if len(text) <= 4 and _AS_ABOVE.match(text) else text

    def _carry_categories(self, row: int, line: list[str]) -> None:
        """Let a category cell hold until the next one, within its section and outer category."""
        last = self._found[-1] if self._found else None
        if last is None or last.section != self._region.sections[row]:
            return
        for place in self._categories:
            if not line[place]:
                line[place] = last.cells[place]
            elif line[place] != last.cells[place]:
                return

    def _continues(self, row: int, raw: list[str]) -> bool:
        """Tell a row whose task words belong to a merged range from above."""
        words = [place for place in self._task_places if self._roles[place] != "no"]
        return (
            bool(words)
            and all(self._cells.continues(row, place) for place in words)
            and not any(raw[place] for place in self._task_places)
        )

    def _adds(self, row: int, raw: list[str], line: list[str], last: TaskRow) -> bool:
        """Tell a row with parties or a limit only, which can but belong to the task above."""
        own = [place for place, text in enumerate(raw) if text]
        return (
            last.section == self._region.sections[row]
            and not self._cells.is_covered(row)
            and all(self._roles[place] in _INHERITED for place in own)
            and not any(line[place] for place in self._task_places)
        )

    def _breaks_off(self, row: int, raw: list[str], line: list[str], last: TaskRow) -> bool:
        """Tell words that only go on with the sentence of the row above."""
        own = [place for place, text in enumerate(raw) if text]
        return (
            self._all_numbered
            and len(own) == 1
            and own[0] in self._words
            and not self._depth(line)
            and last.section == self._region.sections[row]
            and bool(_BROKEN_OFF.search(last.cells[own[0]]))
        )

    def _append(self, task: TaskRow, row: int, raw: list[str], *, words: bool = False) -> None:
        task.rows.append(row)
        self._region.skipped.append(Skipped(row + 1, f"与第{task.rows[0] + 1}行为同一事项"))
        for place, text in enumerate(raw):
            role = self._roles[place]
            if words and text:
                task.cells[place] += text
            elif text and role not in _TASK_ROLES and text != task.cells[place] and not _AS_ABOVE.match(text):
                task.cells[place] = f"{task.cells[place]}\n{text}".strip()
