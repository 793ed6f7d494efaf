"""A file as its program shows it: sheets of text cells with their merged ranges and what is hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from projects.reading.refusals import ReadingRefused
from projects.reading.remarks import Remark

MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 32_767
MAX_MERGES = 20_000


@dataclass(frozen=True, slots=True)
class Box:
    """A merged range, both ends included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """One sheet; `caption` is a title outside its cells; `unseen` are number cells whose format may have dropped a last zero, `days` the days of date cells.

    `struck` are the rows that a ledger marks as no items of the plan.
    """

    name: str
    rows: list[list[str]]
    boxes: list[Box] = field(default_factory=list)
    caption: str = ""
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    unseen: frozenset[tuple[int, int]] = frozenset()
    days: dict[tuple[int, int], date] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def cell(self, row: int, column: int) -> str:
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""


@dataclass(slots=True)
class Workbook:
    """The sheets of a file, or the paragraphs of a text; `remarks` are about it as a whole."""

    grids: list[Grid]
    kind: str
    encoding: str = ""
    paragraphs: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def trimmed(name: str, rows: list[list[str]]) -> list[list[str]]:
    """Return rows of one width without what is blank below and beside; refuse a sheet over a limit."""
    while rows and not _used(rows[-1]):
        rows.pop()
    width = max((_used(row) for row in rows), default=0)
    if len(rows) > MAX_ROWS:
        raise ReadingRefused("too_many_rows", sheet=name, limit=MAX_ROWS)
    # One line is no table, and nothing of it is read: how long it is harms nobody.
    if width > MAX_COLUMNS and sum(_used(row) > 0 for row in rows) > 1:
        raise ReadingRefused("too_many_columns", sheet=name, limit=MAX_COLUMNS)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def _used(row: list[str]) -> int:
    return next((place for place in range(len(row), 0, -1) if row[place - 1] and not row[place - 1].isspace()), 0)
