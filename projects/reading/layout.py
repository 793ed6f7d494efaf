"""Where the tables of a sheet are: titles, header rows, sections, repeated headers, footers, and the rows of tasks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from projects.reading.columns import Header, plain, split_remark
from projects.reading.grid import Grid
from projects.reading.headers import GENERIC, known_sign, sign_of
from projects.reading.merging import Cells
from projects.reading.model import Skipped

_CORE = frozenset(
    {
        GENERIC,
        "content",
        "title",
        "category",
        "target",
        "measures",
        "deadline",
        "lead_department",
        "strong_lead",
        "owner",
    }
    | {"leader", "support_departments", "progress", "status", "schedule", "contact"}
)
_TASKLIKE = frozenset({GENERIC, "content", "title", "category", "target", "measures", "note"})
_ASKING = frozenset(
    {
        "deadline",
        "lead_department",
        "strong_lead",
        "owner",
        "leader",
        "support_departments",
        "schedule",
        "measures",
        "progress",
        "status",
    }
)
_SENTENCE = re.compile(r"[。；;]|.{25,}")
_ANNEX = re.compile(r"^附[件表录]?[\d一二三四五六七八九十]*[:：]?$")
_UNIT_LINE = re.compile(
    r"^[(（]?(?:计量|金额)?单位[:：]|^(?:填报|制表|编制|报送|填表)(?:单位|部门|日期|时间|人)[:：]|^\d{4}年\d{1,2}月\d{1,2}日$|^日期[:：]|^第\d+页"
)
_FOOTER = re.compile(
    r"^[*＊※]?(?:备注|说明|注|附注|填表说明|填报说明|注释)(?:[:：]|\d|[(（]|$)|^(?:填表人|制表人?|审核人?|填报人|联系人|联系电话|单位负责人|分管领导签[字名]|主要领导签[字名]|负责人签[字名]|签[字发]人?|印章|盖章|抄送|报送)[:：]"
)
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|累计)")
LEVELS = (
    re.compile(
        r"^第?[一二三四五六七八九十]+(?:部分|篇|章|板块|类|大类)|^[一二三四五六七八九十]{1,3}\s*[、.．:：]|^[一二三四五六七八九十]{1,3}$|^[IVX]+[、.．]"
    ),
    re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]|^第[一二三四五六七八九十]+节"),
)


@dataclass(slots=True)
class Region:
    """One table: its header, and the row numbers (from 0) of its tasks with the section each stands under."""

    title: str
    header_rows: list[int]
    headers: list[Header]
    rows: list[int] = field(default_factory=list)
    sections: dict[int, tuple[str, ...]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    regions: list[Region]
    skipped: list[Skipped]


def find_tables(grid: Grid, cells: Cells, *, hidden_too: bool) -> Layout:
    """Sort every non-empty row of a sheet into tables, sections, furniture and tasks."""
    finder = _Finder(grid, cells, hidden_too=hidden_too)
    for row in range(len(grid.rows)):
        finder.take(row)
    return finder.layout()


class _Finder:
    def __init__(self, grid: Grid, cells: Cells, *, hidden_too: bool) -> None:
        self._grid = grid
        self._cells = cells
        self._hidden = frozenset[int]() if hidden_too else grid.hidden_rows
        self._regions: list[Region] = []
        self._waiting: list[tuple[int, str]] = []
        self._header_end = -1
        self._section: list[str] = []
        self._in_footer = False
        self._outside: list[Skipped] = []

    def take(self, row: int) -> None:
        texts = self._cells.distinct(row)
        if row <= self._header_end or not texts:
            return
        if row in self._hidden:
            self._skip(row, "隐藏行")
        elif self._is_header(row):
            self._take_header(row)
        elif not self._regions:
            self._waiting.append((row, _line(texts)))
        else:
            self._take_body(row, texts)

    def layout(self) -> Layout:
        if not self._regions:
            outside = [Skipped(row + 1, "不在表格内") for row, _ in self._waiting]
            return Layout([], sorted([*self._outside, *outside], key=lambda skipped: skipped.row))
        for row, text in self._waiting:
            self._settle_waiting(row, text)
        return Layout(self._regions, self._outside)

    def _skip(self, row: int, reason: str) -> None:
        target = self._regions[-1].skipped if self._regions else self._outside
        target.append(Skipped(row + 1, reason))

    def _is_header(self, row: int) -> bool:
        return header_score(self._cells.own_texts(row)) and len(self._cells.distinct(row)) > 1

    def _take_header(self, row: int) -> None:
        last = header_end(self._grid, row)
        headers = flattened(self._grid, self._cells, row, last)
        self._header_end = last
        current = self._regions[-1] if self._regions else None
        if (
            current
            and [header.label for header in headers] == [header.label for header in current.headers]
            and not self._titled()
        ):
            for place, text in self._waiting:
                self._settle_waiting(place, text)
            self._waiting = []
            for repeated in range(row, last + 1):
                self._skip(repeated, "重复表头")
            return
        region = Region("", list(range(row, last + 1)), headers)
        self._regions.append(region)
        self._section, self._in_footer = [], False
        title, self._waiting = _title(self._waiting), self._waiting
        region.title = title[1] if title else ""
        for place, text in self._waiting:
            region.skipped.append(
                Skipped(place + 1, _furniture(text, is_title=title is not None and place == title[0]))
            )
        self._waiting = []

    def _titled(self) -> bool:
        return any(
            re.search(r"表|清单|附件|台账|计划|分解", text) and not _UNIT_LINE.match(text) for _, text in self._waiting
        )

    def _take_body(self, row: int, texts: list[str]) -> None:
        first = plain(texts[0][:_LONGEST_NAME])
        alone = len(texts) == 1
        if _FOOTER.match(first) and (alone or first[-1:] in ":：" or len(first) > 4):
            self._in_footer = True
        if (
            alone
            and (_ANNEX.match(first) or self._may_be_title(row) or (_UNIT_LINE.match(first) and not self._in_footer))
        ) or (alone and self._waiting and self._is_wide(row) and not _FOOTER.match(first)):
            self._waiting.append((row, texts[0]))
        elif self._in_footer:
            self._regions[-1].footers.append(_line(texts))
            self._skip(row, "表尾说明")
        elif _TOTAL.match(first):
            self._skip(row, "合计行")
        else:
            self._take_row(row, texts)

    def _may_be_title(self, row: int) -> bool:
        """Tell a wide row with a header soon below it: the title of the next table, not a section of this one."""
        if not self._is_wide(row) or level(self._cells.distinct(row)[0]) is not None:
            return False
        for below in range(row + 1, min(row + 5, len(self._grid.rows))):
            texts = self._cells.distinct(below)
            if self._is_header(below):
                return True
            if len(texts) > 1:
                return False
        return False

    def _is_wide(self, row: int) -> bool:
        return self._cells.is_wide(row) or (len(self._cells.distinct(row)) == 1 and bool(self._grid.cell(row, 0)))

    def _take_row(self, row: int, texts: list[str]) -> None:
        for place, text in self._waiting:
            self._settle_waiting(place, text)
        self._waiting = []
        region = self._regions[-1]
        heading = self._heading(row, texts)
        if heading:
            self._open_section(heading)
            self._skip(row, "板块标题")
            return
        region.rows.append(row)
        region.sections[row] = tuple(self._section)

    def _settle_waiting(self, row: int, text: str) -> None:
        self._skip(row, _furniture(text, is_title=False))

    def _heading(self, row: int, texts: list[str]) -> str:
        """Return the words of a section row: one text across the table, or `一` beside one text."""
        if len(texts) == 1:
            alone = self._cells.is_wide(row) or level(texts[0]) is not None
            return texts[0] if alone or self._starts_alone(row, texts[0]) else ""
        numbered = len(texts) == 2 and level(texts[0]) is not None and len(plain(texts[0])) <= 4
        return f"{texts[0].strip('、.． ')}、{texts[1]}" if numbered and not _SENTENCE.search(texts[1]) else ""

    def _starts_alone(self, row: int, text: str) -> bool:
        headers = self._regions[-1].headers
        first = sign_of(split_remark(plain(headers[0].name))[0]).role if headers else ""
        return bool(self._grid.cell(row, 0)) and first in ("no", "ignore") and not plain(text).isdigit()

    def _open_section(self, heading: str) -> None:
        depth = level(heading)
        if depth == 1 and self._section:
            self._section = [self._section[0], heading]
        else:
            self._section = [heading]


def level(text: str) -> int | None:
    """Return 0 for `一、`, 1 for `（一）`, None for an unnumbered text."""
    bare = plain(text[:_LONGEST_NAME])
    return next((depth for depth, pattern in enumerate(LEVELS) if pattern.match(bare)), None)


def _line(texts: Sequence[str]) -> str:
    return " ".join(text.strip() for text in texts)


def _furniture(text: str, *, is_title: bool) -> str:
    if is_title:
        return "标题"
    if _ANNEX.match(plain(text)):
        return "附件标记"
    return "单位或日期说明" if _UNIT_LINE.match(plain(text)) else "表外文字"


def _title(waiting: list[tuple[int, str]]) -> tuple[int, str] | None:
    """Choose the title among the rows above a header: named like a table first, else the last line of words."""
    named = [
        (row, text) for row, text in waiting if not _ANNEX.match(plain(text)) and not _UNIT_LINE.match(plain(text))
    ]
    likely = [
        pair for pair in named if re.search(r"表$|清单|分解|台账|计划|任务|方案|要点|一览|\d{4}年", plain(pair[1]))
    ]
    chosen = (likely or named)[-1:] if not likely else likely[:1]
    return (chosen[0][0], re.sub(r"\s+", "", chosen[0][1])) if chosen else None


_LONGEST_NAME = 80


def header_score(texts: Sequence[str]) -> bool:
    """Tell whether a row's own texts are the names of columns."""
    if len(texts) < 2:
        return False
    signs = [sign for text in texts if len(text) <= _LONGEST_NAME and (sign := _header_sign(text))]
    if len(signs) < max(2, 0.6 * len(texts)):
        return False
    core = {sign for sign in signs if sign in _CORE}
    return len(core) >= 2 and bool(core & _TASKLIKE) and bool(core & _ASKING)


@lru_cache(maxsize=8192)
def _header_sign(text: str) -> str:
    """Return the role a short text would have as a header; empty when it is no header's name."""
    name = split_remark(plain(text))[0]
    if len(name) > 16 or name.isdigit() or _SENTENCE.search(name):
        return ""
    sign = known_sign(name)
    return sign.role if sign else ""


def header_end(grid: Grid, row: int) -> int:
    """Return the last row of a header that begins at `row`."""
    last = max(
        [row, *(box.bottom for box in grid.boxes if box.top == row and box.bottom <= row + 2 and box.left < grid.width)]
    )
    if last > row:
        return last
    below = row + 1
    if below >= len(grid.rows):
        return row
    wide = [box for box in grid.boxes if box.top == row == box.bottom and box.right > box.left]
    under = [column for box in wide for column in range(box.left, box.right + 1)]
    if not wide:
        under = [column for column in range(1, grid.width) if not grid.cell(row, column) and grid.cell(below, column)]
        if not under or any(
            grid.cell(below, column) and grid.cell(row, column) and column + 1 not in under
            for column in range(grid.width)
        ):
            return row
    children = [plain(grid.cell(below, column)) for column in under if grid.cell(below, column)]
    fits = len(children) >= 2 and all(len(child) <= 12 and not child.isdigit() for child in children)
    named = sum(known_sign(child) is not None or bool(re.search(r"季度?|月|半年", child)) for child in children)
    outside = [column for column in range(grid.width) if column not in under and grid.cell(below, column)]
    return below if fits and named * 2 >= len(children) and (not outside or not wide) else row


def flattened(grid: Grid, cells: Cells, first: int, last: int) -> list[Header]:
    """Return one header a column, the lower rows under the upper ones."""
    headers = []
    parent = ""
    for column in range(grid.width):
        names: list[str] = []
        for row in range(first, last + 1):
            name = cells.filled(row, column).strip() if last > first else cells.own(row, column).strip()
            if name and (not names or names[-1] != name):
                names.append(name)
        if last > first and not cells.filled(first, column) and names:
            names.insert(0, parent)
        parent = names[0] if names and cells.filled(first, column) else parent
        names = [name for name in names if name]
        headers.append(Header(_flat(names[-1]), _flat("/".join(names[:-1]))) if names else Header(""))
    return headers


def _flat(name: str) -> str:
    return re.sub(r"\s+", "", name)
