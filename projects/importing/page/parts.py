"""The parts of the import page as templates read them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a cell's text; `mark` is how the words a date was read from are set: deadline, doubt or impossible."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line of a reading; a changed one carries what stood there, and by which key it is taken or left."""

    label: str
    text: str
    old: str | None = None
    key: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not kept: what was typed, and why."""

    typed: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on the page, numbered in the order of the rows; `more` counts others that one answer could settle.

    With `other_day` another day may be typed, with `anyone` any name of the directory, with `several` more than one;
    `chosen` is what was. `refused` is an answer just given that was not kept.
    """

    number: int
    name: str
    field: str
    text: str
    summary: str
    options: tuple[Option, ...]
    decided: bool
    impossible: bool
    other_day: bool = False
    remembered: bool = False
    anyone: bool = False
    chosen: str = ""
    alike: str = ""
    more: int = 0
    several: bool = False
    refused: Refused | None = None

    @property
    def typed(self) -> str:
        """Return what stands in the field."""
        return (self.refused and self.refused.typed) or self.chosen

    @property
    def undecided(self) -> bool:
        return not self.decided

    @property
    def day_name(self) -> str:
        """Return the name under which another day may be typed."""
        return f"day:{self.name}" if self.other_day else ""

    @property
    def who_name(self) -> str:
        """Return the name under which anyone of the directory may be named."""
        return f"who:{self.name}" if self.anyone else ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A question about this row that is asked at an earlier one."""

    number: int
    name: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """A proposal read from prose; `sentence` is told where title and paragraph don't say it, `holds` what was merged into it."""

    place: int
    title: str
    paragraph: int
    sentence: str
    merged_into: str
    holds: tuple[str, ...]
    into: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row of the sheet (or an item it no longer has: `row_label` is a dash).

    By `key` the whole row is taken or left; `ground` says by what it was taken for the item `matched` names.
    By `words` it may be said to name the columns; a row that can't has none. By `due_key`, `lead_key` and `support_key`
    its deadline and its units may be changed where nothing asks about them.
    """

    place: int
    anchor: str
    row_label: str
    heading: str
    cells: tuple[tuple[Segment, ...], ...]
    outcome: str
    lines: tuple[Line, ...]
    questions: tuple[Asked, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    key: str = ""
    left: bool = False
    ground: str = ""
    matched: str = ""
    remarks: tuple[str, ...] = ()
    prose: Prose | None = None
    words: str = ""
    due_key: str = ""
    lead_key: str = ""
    support_key: str = ""

    @property
    def undecided(self) -> bool:
        return any(not asked.decided for asked in self.questions)

    def told(self, refused: Mapping[str, Refused]) -> "PageRow":
        """Return the row with the answers that were not kept at their questions."""
        if not any(asked.name in refused for asked in self.questions):
            return self
        return replace(self, questions=tuple(replace(one, refused=refused.get(one.name)) for one in self.questions))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet by its letter; `span` says what its longest text makes it: number, name or long.

    `label` is its header in one line, `name` the header by which a role is kept.
    """

    at: int
    letter: str
    name: str
    label: str
    role: str
    span: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table under its head; `sheet` is told where the file has several tables.

    By `named_by` its header may be said to be none; prose has none.
    """

    sheet: str
    title: str
    columns: tuple[Column, ...]
    hidden: tuple[Column, ...]
    rows: tuple[PageRow, ...]
    named_by: str = ""

    def told(self, refused: Mapping[str, Refused]) -> "Block":
        return replace(self, rows=tuple(row.told(refused) for row in self.rows)) if refused else self


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of a long sheet: the rows it holds and how many questions wait there."""

    number: int
    label: str
    undecided: int
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind that one answer may settle."""

    key: str
    label: str
    undecided: int


@dataclass(frozen=True, slots=True)
class SkippedLine:
    sheet: str
    row: int
    reason: str
    text: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be known of the file; `where` names sheet and row, empty for the whole of it."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One page of the sheet with the questions at its rows, and the figures of the whole of it."""

    show: str
    blocks: tuple[Block, ...]
    questions: tuple[Asked, ...]
    pages: tuple[PageLink, ...]
    groups: tuple[Group, ...]
    counts: Mapping[str, int]
    to_write: Mapping[str, int]
    total: int
    undecided: int
    remembered: int
    next_undecided: int
    skipped: tuple[tuple[str, int], ...]
    unread: int
    remarks: tuple[Remark, ...]
    skipped_lines: tuple[SkippedLine, ...]
    fingerprint: str

    @property
    def rows(self) -> tuple[PageRow, ...]:
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def decided(self) -> int:
        return self.total - self.undecided

    @property
    def first_undecided(self) -> int:
        """Return the number of the first open question on this page, 0 where there is none."""
        return next((asked.number for asked in self.questions if asked.undecided), 0)

    @property
    def number(self) -> int:
        return next((page.number for page in self.pages if page.current), 1)
