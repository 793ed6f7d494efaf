"""The wall chart as sheets of A3 that a screen shows one under the other: rows drawn, dealt and numbered."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tracker.boards.wall import Wall, WallGroup, WallRow, WallStep
from tracker.lights import Light, gravest
from tracker.publishing.wall_geometry import Drawing, Mark, Part, Step, drawn, sheets

LINES = 35
"""Rows and headings of one sheet: at 6.6 mm each they fill an A3 between its head and its foot."""


@dataclass(frozen=True, slots=True)
class WallSheet:
    number: int
    parts: Sequence[Part[WallGroup, "DrawnRow"]]


@dataclass(frozen=True, slots=True)
class DrawnRow:
    row: WallRow
    drawing: SafeString
    said: tuple[str, ...]


def wall_sheets(wall: Wall) -> list[WallSheet]:
    """Deal the chart's rows onto sheets."""
    groups = ((group, [_drawn_row(row, wall) for row in group.rows]) for group in wall.groups)
    return [WallSheet(number, parts) for number, parts in enumerate(sheets(groups, lines=LINES), start=1)]


def _drawn_row(row: WallRow, wall: Wall) -> DrawnRow:
    year = wall.plan.year
    drawing = svg(drawn(_dated(row.steps), start=row.start, year=year, today=wall.today))
    return DrawnRow(row, drawing, tuple(step.said(year=year) for step in row.steps))


def _dated(steps: Iterable[WallStep]) -> Iterator[Step]:
    """Yield one mark a day: a step and its amount are due together, and the graver light would hide the other."""
    by_day: defaultdict[date, list[WallStep]] = defaultdict(list)
    for step in steps:
        if step.on is not None:
            by_day[step.on].append(step)
    for day, due in by_day.items():
        light = gravest(step.light for step in due) or Light.ON_SCHEDULE
        yield Step(light, next((step.name for step in due if step.name), ""), day, light is Light.CLOSED)


def svg(drawing: Drawing) -> SafeString:
    """Draw one row; the cell's words are its content. A function and no template, since a chart has a thousand."""
    late = drawing.late_from is not None and drawing.late_from < drawing.today
    return format_html(
        '<svg class="wall-line" aria-hidden="true" focusable="false">'
        '<line class="thin" x1="{}%" x2="{}%" y1="50%" y2="50%"/>{}{}{}</svg>',
        drawing.start,
        drawing.end,
        _line("thick", drawing.start, drawing.done_to) if drawing.done_to is not None else "",
        _line("late", drawing.late_from, drawing.today) if late else "",
        format_html_join("", "{}", ((_mark(mark),) for mark in drawing.marks)),
    )


def _line(kind: str, x: float | None, end: float) -> SafeString:
    return format_html('<line class="{}" x1="{}%" x2="{}%" y1="50%" y2="50%"/>', kind, x, end)


def _mark(mark: Mark) -> SafeString:
    kind = f"{'overdue ' if mark.key == Light.OVERDUE else ''}{'before' if mark.before else ''}".strip()
    style = format_html(' class="{}"', kind) if kind else ""
    word = format_html('<text x="{}%" y="50%"{}>{}</text>', mark.x, style, mark.label) if mark.label else ""
    drawn_at = '{}<use href="#light-{}" x="{}%" y="50%" width="14" height="14" transform="translate(-7 -7)"/>'
    return format_html(drawn_at, word, mark.key, mark.x)
