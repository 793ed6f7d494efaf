"""A wall chart on paper or screen: where a step stands in its year, how long its name may be, which rows share a sheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

CHARACTER = 1.75
"""Width of a Chinese character in percent of the narrowest chart, that of a 1366-pixel screen."""
MARK = 1.4
"""Half a mark and the gap to its name, in percent."""
SHORTEST = 2
"""Characters under which a shortened name says nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """A dated step or amount; `key` is its light's."""

    key: str
    name: str
    on: date
    done: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A step at `x` percent of the year; its name stands behind it, or before it where `before`."""

    key: str
    x: float
    label: str
    before: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """One item's year in percent: a thin line, the thick one up to the last finished step, dashes for what is late."""

    start: float
    end: float
    done_to: float | None
    late_from: float | None
    today: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Part[G, R]:
    """Rows of one group on one sheet; `continued` from the sheet before."""

    group: G
    rows: tuple[R, ...]
    continued: bool


type Sheet[G, R] = tuple[Part[G, R], ...]


def position(day: date, year: int) -> float:
    """Return where a day stands in its year, in percent; days outside the year stand at its ends."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    share = (day - first).days / (last - first).days * 100
    return round(min(max(share, 0.0), 100.0), 2)


def month_lines(year: int) -> list[float]:
    """Return where the months from February on begin."""
    return [position(date(year, month, 1), year) for month in range(2, 13)]


def month_middles(year: int) -> list[float]:
    return [position(date(year, month, 16), year) for month in range(1, 13)]


def drawn(steps: Iterable[Step], *, start: date, year: int, today: date) -> Drawing:
    """Lay an item's steps out on its year."""
    placed = sorted(steps, key=lambda step: step.on)
    now = position(today, year)
    finished = [position(step.on, year) for step in placed if step.done]
    late = [position(step.on, year) for step in placed if step.key == "overdue"]
    ends = [position(step.on, year) for step in placed]
    begins = min([position(start, year), *ends])
    return Drawing(
        start=begins,
        end=max(ends, default=100.0),
        done_to=max(finished, default=None),
        late_from=min(late, default=None),
        today=now,
        marks=tuple(_marks(placed, year)),
    )


def _marks(placed: Sequence[Step], year: int) -> Iterator[Mark]:
    """Name each step on the side where it has room; a name that would say nothing in its room is left out."""
    places = [position(step.on, year) for step in placed]
    reached = 0.0
    for index, (step, x) in enumerate(zip(placed, places, strict=True)):
        following = places[index + 1] - MARK if index + 1 < len(placed) else 100.0
        behind, before = following - x - MARK, x - MARK - reached
        wanted = width(step.name)
        to_left = wanted > behind and before > behind
        label = fitted(step.name, before if to_left else behind)
        reached = x + MARK + (0.0 if to_left else width(label))
        yield Mark(step.key, x, label, before=to_left)


def width(text: str) -> float:
    """Return how wide a text is, in percent of the chart: Latin letters and figures take little more than half."""
    return sum(CHARACTER if ord(sign) > 0xFF else CHARACTER * 0.6 for sign in text)


def fitted(text: str, room: float) -> str:
    """Return the text, shortened to its room; empty where too little of it would be left."""
    if width(text) <= room:
        return text
    room -= CHARACTER
    kept = 0
    for sign in text:
        room -= width(sign)
        if room < 0:
            break
        kept += 1
    return f"{text[:kept]}…" if kept >= SHORTEST else ""


def sheets[G, R](groups: Iterable[tuple[G, Sequence[R]]], *, lines: int) -> list[Sheet[G, R]]:
    """Deal groups onto sheets of so many lines; a heading takes a line, and never the last one of a sheet."""
    dealt: list[list[Part[G, R]]] = [[]]
    free = lines
    for group, rows in groups:
        left, continued = list(rows), False
        while left:
            if free < SHORTEST:
                dealt.append([])
                free = lines
            taken = left[: free - 1]
            dealt[-1].append(Part(group, tuple(taken), continued))
            left, continued = left[len(taken) :], True
            free -= len(taken) + 1
    return [tuple(sheet) for sheet in dealt if sheet]
