"""What a screen on a wall shows of a plan, a page at a time: figures, what is late, headings and units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

from accounts.access import Reach
from projects.choices import InvolvementRole
from projects.models import Plan
from tracker.boards.filters import Filters
from tracker.boards.lines import Line, party_names
from tracker.boards.overview import Overview, Row, overview
from tracker.lights import Counter

LATE, ROWS = 6, 12
"""Rows that can be read across a room: of late items, and of headings or units beside them."""


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """A late item by its unit; people who lead one are not named on a wall."""

    line: Line
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    board: Overview
    light: Counter
    lines: tuple[ScreenLine, ...]
    late_page: int
    late_pages: int
    by_unit: bool
    rows: tuple[Row, ...]
    number: int
    pages: int


def screen(plan: Plan, *, number: int, today: date) -> Screen:
    """Read one page; a number past the last begins anew. Where nothing is overdue, what needs attention is listed."""
    light, board = Counter.OVERDUE, _board(plan, Counter.OVERDUE, today=today)
    if not board.lines:
        light, board = Counter.ATTENTION, _board(plan, Counter.ATTENTION, today=today)
    late = list(batched(board.lines, LATE)) or [()]
    sides = [*_sides(board.sections, by_unit=False), *_sides(board.units, by_unit=True)] or [(False, ())]
    pages = max(len(late), len(sides))
    place = (number - 1) % pages
    by_unit, rows = sides[place % len(sides)]
    return Screen(
        board=board,
        light=light,
        lines=tuple(_line(line) for line in late[place % len(late)]),
        late_page=place % len(late) + 1,
        late_pages=len(late),
        by_unit=by_unit,
        rows=rows,
        number=place + 1,
        pages=pages,
    )


def _board(plan: Plan, light: Counter, *, today: date) -> Overview:
    """Read the whole plan: whoever made the link may see all of it, and nobody signs in at a screen."""
    everything = Reach(user_id=0, organization_id=plan.organization_id, office=True)
    return overview(plan, everything, Filters(plan=plan.pk, light=light.value), today=today)


def _sides(rows: Sequence[Row], *, by_unit: bool) -> Iterator[tuple[bool, tuple[Row, ...]]]:
    for few in batched(rows, ROWS):
        yield by_unit, few


def _line(line: Line) -> ScreenLine:
    leads = line.parties.get(InvolvementRole.LEAD, ())
    return ScreenLine(line, party_names([row for row in leads if row.department_id or row.group_id]))
