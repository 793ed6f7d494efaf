"""Where the tables of a sheet are: titles, header rows, sections, repeated headers, footers, and the rows of tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from projects.reading.columns import Header, column_roles, plain
from projects.reading.furniture import (
    CHAPTER,
    ITEM,
    base_title,
    choose_title,
    is_annex,
    is_first,
    is_form_line,
    is_note,
    is_page_mark,
    is_remark,
    is_titled,
    is_total,
    is_unit_line,
    level,
    reason,
)
from projects.reading.grid import Grid
from projects.reading.guessing import guess_roles
from projects.reading.header_rows import (
    flattened,
    header_end,
    is_column_count,
    is_foreign_header,
    is_header,
    is_numbered_header,
    likely_header,
)
from projects.reading.merging import Cells
from projects.reading.model import Skipped
from projects.reading.said import NOTHING_SAID, Said
from projects.reading.sections import Heading, Outline

_SENTENCE = re.compile(r"[。；;]|.{25,}")
_RUNNING = re.compile(r"^[(（]?\d{1,4}[)）.、]?$")
_AMOUNT = re.compile(r"^[\d,.，]+(?:[亿万千百]?元|个|项|%)?$|^[-—/]$")
_WORDS = frozenset({"title", "content", "target", "measures"})
_PARTIES = frozenset({"lead_department", "support_departments", "leader", "owner", "contact"})
_ANSWERS = _PARTIES | {"deadline", "progress", "status"}
_LOOK_AHEAD = 8


@dataclass(slots=True)
class Region:
    """One table: its header, and the row numbers (from 0) of its tasks with the headings each stands under."""

    title: str
    header_rows: list[int]
    headers: list[Header]
    roles: list[str]
    rows: list[int] = field(default_factory=list)
    sections: dict[int, tuple[Heading, ...]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubtful: bool = False
    guessed: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    regions: list[Region]
    skipped: list[Skipped]


def find_tables(grid: Grid, cells: Cells, *, hidden_too: bool, said: Said = NOTHING_SAID) -> Layout:
    """Sort every non-empty row of a sheet into tables, sections, furniture and tasks; what a person `said` holds."""
    finder = _Finder(grid, cells, hidden_too=hidden_too, said=said)
    found = finder.layout()
    likely = None if found.regions else likely_header(cells, len(grid.rows), said)
    if likely is None:
        return found
    return _Finder(grid, cells, hidden_too=hidden_too, said=said, header=likely).layout()


class _Finder:
    def __init__(self, grid: Grid, cells: Cells, *, hidden_too: bool, said: Said, header: int | None = None) -> None:
        self._grid = grid
        self._cells = cells
        self._said = said
        self._header = header
        self._hidden = grid.struck if hidden_too else grid.hidden_rows | grid.struck
        self._regions: list[Region] = []
        self._waiting: list[tuple[int, str]] = []
        self._header_end = -1
        self._names: list[str] = []
        self._outline = Outline()
        self._in_notes = False
        self._foreign = False
        self._outside: list[Skipped] = []

    def _take(self, row: int) -> None:
        texts = self._cells.own_texts(row)
        if row <= self._header_end or not texts:
            return
        if row in self._hidden:
            self._skip(row, "台账注明不在计划内" if row in self._grid.struck else "隐藏行")
        elif row == self._header or self._is_header(row, texts):
            self._take_header(row)
        elif not self._regions:
            self._waiting.append((row, _line(texts)))
        elif self._foreign or self._is_foreign(row, texts):
            self._take_foreign(row, texts)
        else:
            self._take_body(row, texts)

    def _is_header(self, row: int, texts: list[str]) -> bool:
        """Tell a header: one a person named, the first one, the same again, or one apart from the tasks above it."""
        told = self._said.header(texts)
        if told is not None:
            return told
        if not self._regions:
            return is_header(texts)
        if _squeezed(texts) == self._names:
            return True
        apart = bool(self._waiting) or self._in_notes or self._foreign or len(self._cells.own_texts(row - 1)) < 2
        return (apart or is_numbered_header(texts)) and is_header(texts, among_tasks=True)

    def _heads_a_table(self, texts: list[str]) -> bool:
        told = self._said.header(texts)
        return is_header(texts, among_tasks=True) if told is None else told

    def layout(self) -> Layout:
        for row in range(len(self._grid.rows)):
            self._take(row)
        if not self._regions:
            outside = [Skipped(row + 1, "不在表格内") for row, _ in self._waiting]
            return Layout([], sorted([*self._outside, *outside], key=lambda skipped: skipped.row))
        self._settle_waiting()
        return Layout(self._regions, self._outside)

    def _skip(self, row: int, why: str) -> None:
        target = self._regions[-1].skipped if self._regions else self._outside
        target.append(Skipped(row + 1, why))

    def _note(self, row: int, why: str = "表尾说明") -> None:
        self._regions[-1].notes.append(_line(self._cells.own_texts(row)))
        self._skip(row, why)

    def _take_header(self, row: int) -> None:
        last = header_end(self._grid, self._cells, row)
        headers = flattened(self._grid, self._cells, row, last)
        self._header_end = last
        self._names = _squeezed(self._cells.own_texts(row))
        if self._regions and self._repeats(headers):
            self._settle_waiting(as_headings=True)
            for repeated in range(row, last + 1):
                self._skip(repeated, "重复表头")
            return
        roles = column_roles(headers)
        told = self._said.header(self._cells.own_texts(row))
        guessed = guess_roles(roles, self._grid.rows[last + 1 :]) if told else {}
        roles = self._said.over(headers, [guessed.get(place, role) for place, role in enumerate(roles)])
        doubtful = row == self._header and told is None
        region = Region("", list(range(row, last + 1)), headers, roles, doubtful=doubtful, guessed=guessed)
        self._regions.append(region)
        self._outline, self._in_notes, self._foreign = Outline(), False, False
        title = choose_title(self._waiting)
        region.title = title[1] if title else ""
        waiting, self._waiting = self._waiting, []
        for place, text in waiting:
            if title is not None and place == title[0]:
                self._skip(place, "标题")
            elif level(text) is not None and (title is None or place > title[0]):
                self._open(place, text)
            else:
                region.notes.append(text)
                self._skip(place, reason(text))

    def _repeats(self, headers: list[Header]) -> bool:
        """Tell the header of the table above, repeated at a page break, from the header of a new table."""
        current = self._regions[-1]
        if [header.label for header in headers] != [header.label for header in current.headers]:
            return False
        titles = [text for _, text in self._waiting if is_titled(text)]
        return all(base_title(title) == base_title(current.title) for title in titles)

    def _settle_waiting(self, *, as_headings: bool = False) -> None:
        waiting, self._waiting = self._waiting, []
        for place, text in waiting:
            why = reason(text)
            if why == "表外文字" and as_headings and not is_titled(text):
                self._open(place, text)
            else:
                self._skip(place, "重复标题" if why == "表外文字" and as_headings else why)

    def _is_foreign(self, row: int, texts: list[str]) -> bool:
        """Tell the header of another kind of table, which stands apart from the tasks above it."""
        if len(texts) < 3 or self._cells.is_covered(row) or not is_foreign_header(texts):
            return False
        above = self._cells.own_texts(row - 1)
        return self._in_notes or bool(self._waiting) or len(above) < 2

    def _take_foreign(self, row: int, texts: list[str]) -> None:
        self._foreign = True
        if len(texts) == 1 and (is_annex(texts[0]) or self._may_be_title(row, texts[0])):
            self._waiting.append((row, texts[0]))
        else:
            self._settle_waiting()
            self._skip(row, "其他表格")

    def _take_body(self, row: int, texts: list[str]) -> None:
        if self._cells.is_covered(row) and not is_total(texts):
            self._take_row(row)
        elif is_total(texts) and not self._is_numbered(row):
            self._skip(row, "合计行")
        elif len(texts) == 1:
            self._take_alone(row, texts[0])
        elif is_form_line(texts):
            self._take_form_line(row, texts)
        elif (is_note(texts[0]) or self._in_notes) and not self._is_task(row) and not self._heading(row):
            self._in_notes = True
            self._note(row)
        elif is_column_count(texts) and not self._regions[-1].rows:
            self._skip(row, "栏次行")
        else:
            self._take_row(row)

    def _take_form_line(self, row: int, texts: list[str]) -> None:
        if self._header_follows(row):
            self._waiting.append((row, _line(texts)))
        else:
            self._in_notes = True
            self._note(row)

    def _take_alone(self, row: int, text: str) -> None:
        if is_page_mark(text):
            self._skip(row, reason(text))
        elif is_annex(text) or self._may_be_title(row, text) or (is_unit_line(text) and not self._in_notes):
            self._waiting.append((row, text))
        elif is_note(text):
            self._in_notes = True
            self._note(row)
        elif self._in_notes:
            if _is_heading(text) and not is_unit_line(text) and len(text) <= 30 and self._tasks_follow(row):
                self._take_heading(row, text)
            else:
                self._note(row)
        elif self._is_alone_task(row, text):
            self._take_row(row)
        elif is_remark(text):
            self._note(row, "表外文字")
        elif _is_numbered_heading(text) or (self._tasks_follow(row) and not _is_sentence(text)):
            self._take_heading(row, text)
        else:
            self._note(row, "表外文字" if self._tasks_follow(row) else "表尾说明")

    def _is_alone_task(self, row: int, text: str) -> bool:
        """Tell a task of which only the words are filled in from a heading in the same place."""
        column = self._cells.texts(row)[0][0]
        roles = self._regions[-1].roles
        if self._cells.is_wide(row):
            return False
        if column and roles[column] in _ANSWERS:
            return True
        if roles[column] not in _WORDS:
            return False
        depth = level(text)
        if depth is not None and depth < ITEM:
            return bool(_SENTENCE.search(text)) or not self._tasks_follow(row)
        first = next((place for place, role in enumerate(roles) if role != "ignore"), 0)
        return column != first or len(text) > 12 or depth == ITEM or not self._tasks_follow(row)

    def _may_be_title(self, row: int, text: str) -> bool:
        """Tell a row with a header soon below it: the title of the next table, not a section of this one."""
        return level(text) is None and not is_note(text) and self._header_follows(row)

    def _header_follows(self, row: int) -> bool:
        for below in range(row + 1, min(row + 6, len(self._grid.rows))):
            texts = self._cells.own_texts(below)
            if texts and self._heads_a_table(texts):
                return True
            if len(texts) > 1 and not is_form_line(texts):
                return False
        return False

    def _tasks_follow(self, row: int) -> bool:
        """Tell whether tasks stand below a row before the table ends, other headings between them allowed."""
        seen = 0
        for below in range(row + 1, len(self._grid.rows)):
            texts = self._cells.own_texts(below)
            if not texts or below in self._hidden:
                continue
            if self._heads_a_table(texts):
                same = flattened(self._grid, self._cells, below, header_end(self._grid, self._cells, below))
                return [header.label for header in same] == [header.label for header in self._regions[-1].headers]
            if len(texts) > 2 and is_foreign_header(texts):
                return False
            if self._is_task(below):
                return True
            seen += 1
            if seen > _LOOK_AHEAD:
                return False
        return False

    def _is_numbered(self, row: int) -> bool:
        roles = self._regions[-1].roles
        return any(roles[column] == "no" and _RUNNING.match(text.strip()) for column, text in self._cells.texts(row))

    def _is_task(self, row: int) -> bool:
        """Tell a row filled in like a task: number and words, or words and who or when."""
        if self._cells.is_covered(row):
            return True
        texts = self._cells.texts(row)
        if len(texts) < 2 or is_form_line([text for _, text in texts]):
            return False
        roles = self._regions[-1].roles
        filled = {roles[column] for column, _ in texts}
        numbered = self._is_numbered(row)
        labelled = texts[0][1].strip()[-1:] in (":", "：")
        if labelled and not numbered:
            return False
        return numbered or bool(filled & _WORDS and filled & _ANSWERS) or len(texts) >= max(3, (len(roles) + 1) // 2)

    def _take_row(self, row: int) -> None:
        self._settle_waiting()
        self._in_notes = False
        region = self._regions[-1]
        heading = self._heading(row)
        if heading:
            self._take_heading(row, heading)
            return
        region.rows.append(row)
        region.sections[row] = self._outline.open

    def _take_heading(self, row: int, text: str) -> None:
        self._settle_waiting()
        self._in_notes = False
        self._open(row, text)

    def _open(self, row: int, text: str) -> None:
        below = next(
            (texts[0] for at in range(row + 1, len(self._grid.rows)) if (texts := self._cells.own_texts(at))), ""
        )
        first = level(below) in range(ITEM) and is_first(below)
        given = {
            column: cell
            for column, cell in self._cells.texts(row)[1:]
            if self._regions[-1].roles[column] in _PARTIES | {"deadline"}
        }
        self._outline.add(text, given=given, before_first=first)
        self._skip(row, "板块标题")

    def _heading(self, row: int) -> str:
        """Return the words of a section row with more than one text: `一` beside a name, a name beside its sums."""
        texts = self._cells.texts(row)
        depth = level(texts[0][1])
        if depth is None or depth >= ITEM or self._cells.is_covered(row) or len(texts) < 2:
            return ""
        roles = self._regions[-1].roles
        split = len(plain(texts[0][1])) <= 4
        words, rest = texts[: 1 + split], texts[1 + split :]
        plain_rest = all(_AMOUNT.match(text.strip()) or roles[column] in _PARTIES for column, text in rest)
        if not plain_rest or (split and _is_sentence(words[1][1])) or not self._deeper_follows(row, depth):
            return ""
        if not split:
            return "" if _is_sentence(words[0][1]) else words[0][1]
        mark = words[0][1].strip()
        joint = "" if depth != CHAPTER or mark[-1:] in "、.．:：" else "、"
        return f"{mark}{joint}{words[1][1].strip()}"

    def _deeper_follows(self, row: int, depth: int) -> bool:
        """Tell whether the next row stands below a heading of this depth, not beside it."""
        for below in range(row + 1, len(self._grid.rows)):
            texts = self._cells.own_texts(below)
            if texts and not is_total(texts) and below not in self._hidden:
                next_depth = level(texts[0])
                return next_depth is None or next_depth > depth
        return False


def _is_heading(text: str) -> bool:
    depth = level(text)
    return (depth is not None and depth < ITEM) or (depth is None and not _is_sentence(text))


def _is_numbered_heading(text: str) -> bool:
    depth = level(text)
    return depth is not None and depth < ITEM and not re.search(r"[。；;！!]\s*$", text)


def _is_sentence(text: str) -> bool:
    return bool(re.search(r"[。；;！!]\s*$|[。；;].", text)) or len(text) > 40


def _squeezed(texts: list[str]) -> list[str]:
    return ["".join(text.split()) for text in texts]


def _line(texts: list[str]) -> str:
    return " ".join(text.strip() for text in texts)
