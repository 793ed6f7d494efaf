"""Template tags that turn figures and days into the bars and lines of the pages; geometry only, no rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django import template
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop

register = template.Library()

LINE_LEVELS = (50, 38)  # heights at which milestone names may stand above the line
NAME_UNIT = 1.55  # width of one Chinese character of a name, in percent of the line at its usual width


@dataclass(frozen=True, slots=True)
class Segment:
    key: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Month:
    label: str
    x: float
    width: float
    middle: float


@dataclass(frozen=True, slots=True)
class Point:
    key: str
    x: float
    name: str
    anchor: str
    y: int


@dataclass(frozen=True, slots=True)
class Span:
    x: float
    end: float


@register.simple_tag
def light(*, key: str, word: str = "", days: int = 0, note: str = "", size: str = "") -> SafeString:
    """Draw a light: shape, word, colour; a tag and no template, since a page has one a row.

    `key` is a light's or not_reported, whose plain name stands where there is neither `word` (逾期 85 天) nor `days` (the
    same with a large figure). `note` is a second line; `size` is "head" for titles or "mark-only" for a shape whose word
    stands elsewhere in its cell.
    """
    said = mark_safe(gettext("逾期 <b>%(days)s</b> 天") % {"days": days}) if days else word or plain_word(key)  # noqa: S308 - a number in words of ours
    kind, shown = escape(key), "unseen" if size == "mark-only" else "light-word"
    return mark_safe(  # noqa: S308 - each word of others is escaped
        f'<span class="light {kind}{f" {escape(size)}" if size else ""}">'
        f'<svg class="light-shape" aria-hidden="true" focusable="false"><use href="#light-{kind}"/></svg>'
        f'<span class="{shown}">{conditional_escape(said)}</span>'
        f"{f'<span class="light-note">{conditional_escape(note)}</span>' if note else ''}</span>"
    )


PLAIN = {
    "overdue": gettext_noop("逾期"),
    "behind": gettext_noop("滞后"),
    "due_soon": gettext_noop("临期"),
    "on_schedule": gettext_noop("正常"),
    "ongoing": gettext_noop("长期"),
    "closed": gettext_noop("已办结"),
    "not_started": gettext_noop("未启动"),
    "not_reported": gettext_noop("未报送"),
}


def plain_word(key: str) -> str:
    """Name a light as the legend does."""
    return gettext(PLAIN[key]) if key in PLAIN else ""


@register.simple_tag
def stacked_bar(
    *, overdue: int, attention: int, on_schedule: int, closed: int, scale: int = 0, low: bool = True
) -> SafeString:
    """Draw counts of items; `scale` is the count that fills the whole width (default: their sum).

    The figures beside it are the content. A tag and no template, since a matrix has one a row.
    """
    counts = {"overdue": overdue, "attention": attention, "on_schedule": on_schedule, "closed": closed}
    height, thin = ("11", "4") if low else ("14", "5")
    tall = {"closed": f'y="{thin}" height="5"', "attention": f'y="1" height="{height}" fill="url(#hatch)"'}
    drawn = "".join(
        f'<rect class="seg {each.key}" x="{each.x}%" width="{each.width}%" '
        f"{tall.get(each.key, f'y="1" height="{height}"')}/>"
        for each in segments(counts, scale or sum(counts.values()))
    )
    kind = "stacked low" if low else "stacked"
    return mark_safe(f'<svg class="{kind}" aria-hidden="true" focusable="false">{drawn}</svg>')  # noqa: S308 - numbers


def segments(counts: Mapping[str, int], scale: int) -> list[Segment]:
    """Lay non-empty counts side by side, in percent of `scale`."""
    laid, reached = [], 0
    for key, count in counts.items():
        if count and scale:
            laid.append(Segment(key, round(reached / scale * 100, 3), round(count / scale * 100, 3)))
        reached += count
    return laid


@register.simple_tag
def matrix_cells(cells: Iterable[Any]) -> SafeString:
    """Write a row's figures, each (`number`, `url`, `key`) a link into its list; a nought leads nowhere.

    A tag and no template, since a board has hundreds of them.
    """
    return mark_safe("".join(_matrix_cell(cell.key, cell.number, cell.url) for cell in cells))  # noqa: S308 - escaped


def _matrix_cell(key: str, number: int, url: str) -> str:
    apart = " apart" if key == "not_reported" else ""
    if not number:
        return f'<td class="num{apart}"><span class="zero" aria-label="0">·</span></td>'
    loud = ' class="overdue"' if key == "overdue" else ""
    return (
        f'<td class="num{apart}"><a{loud} href="{escape(url)}">{number if number < 1000 else localize(number)}</a></td>'
    )


@register.simple_tag
def schedule_bar(*, done: float | None, expected: float | None, behind: bool = False) -> SafeString:
    """Draw what is done against what is expected today, both in percent; no tick when nothing is expected by today.

    The figures beside it are the content. A tag and no template, as `stacked_bar`.
    """
    hatched = ' fill="url(#hatch)" data-behind' if behind else ""
    tick = (
        '<svg x="{}%" overflow="visible"><rect class="schedule-today" x="-1.25" y="1" width="2.5" height="16"/></svg>'
    )
    return mark_safe(  # noqa: S308 - numbers
        '<svg class="schedule" aria-hidden="true" focusable="false">'
        '<rect class="schedule-track" y="5" width="100%" height="8"/>'
        f'<rect class="schedule-fill" y="5" width="{clamp(done or 0)}%" height="8"{hatched}/>'
        f"{'' if expected is None else tick.format(clamp(expected))}</svg>"
    )


def clamp(percent: float) -> float:
    return round(min(max(float(percent), 0.0), 100.0), 3)


@register.inclusion_tag("components/timeline.html")
def timeline(*, steps: Iterable[Any], year: int, today: date) -> dict[str, Any]:
    """Draw milestones on one year; each step has number, name, key (its light), due_on (or None), done_on (or None)."""
    dated = sorted((step for step in steps if step.due_on), key=lambda step: step.due_on)
    today_x = position(today, year)
    finished = [position(step.due_on, year) for step in dated if step.done_on]
    return {
        "months": months(year),
        "points": points(dated, year, today_x),
        "done_to": max(finished, default=0),
        "late": [Span(position(step.due_on, year), today_x) for step in dated if step.key == "overdue"],
        "today_x": today_x if today.year == year else None,
        "today_on": today,
    }


def position(day: date, year: int) -> float:
    """Return where a day stands in its year, in percent; days outside the year stand at its ends."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return clamp((day - first).days / (last - first).days * 100)


def months(year: int) -> list[Month]:
    starts = [position(date(year, number, 1), year) for number in range(1, 13)] + [100.0]
    return [
        Month(month_label(number), start, round(end - start, 3), round((start + end) / 2, 3))
        for number, (start, end) in enumerate(pairwise(starts), start=1)
    ]


def month_label(number: int) -> str:
    return gettext("%(number)d月") % {"number": number}


def points(dated: Iterable[Any], year: int, today_x: float) -> list[Point]:
    """Place names above the line, clear of today's line, on the second level where they would run into the one before."""
    placed: list[Point] = []
    reached = [-1.0] * len(LINE_LEVELS)
    for step in dated:
        x, name = position(step.due_on, year), f"{circled(step.number)} {step.name}"
        width = len(name) * NAME_UNIT
        anchor, left = anchored(x, width, today_x)
        level = next((index for index, end in enumerate(reached) if end <= left), len(reached) - 1)
        reached[level] = left + width
        placed.append(Point(step.key, x, name, anchor, LINE_LEVELS[level]))
    return placed


def anchored(x: float, width: float, today_x: float) -> tuple[str, float]:
    """Return the text anchor at x and where the text then begins, so that it stays within the line and off today."""
    left, right = x - width / 2, x + width / 2
    crosses_today = left < today_x < right
    if left < 0 or (crosses_today and x >= today_x and x + width <= 100):
        return "start", x
    if right > 100 or (crosses_today and x < today_x and x - width >= 0):
        return "end", x - width
    return "middle", left


@register.filter
def circled(number: int | str) -> str:
    """Write 1 to 20 as ① to ⑳, as issued texts number their steps; others as they are."""
    value = int(number)
    return chr(0x2460 + value - 1) if 1 <= value <= 20 else str(value)
