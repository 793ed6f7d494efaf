"""What a department does with a promise in the sample story, and what that comes to by a given day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal

DAYS_EARLY = 9
DAYS_TO_CLOSE = 5
ASKED_DAYS_BEFORE = 3
EXTENDED_DAYS_LEFT = 5

Answer = Literal["reported", "unchanged", "waiting", "returned", "silent"]
"""What stands in the latest round; earlier rounds were all reported and accepted."""

ANSWERS: tuple[Answer, ...] = ("unchanged", "waiting", "returned", "silent")


@dataclass(frozen=True, slots=True)
class Conduct:
    """The words of `seeds/text/story-142.toml`; steps count from 1, `late` maps a step to days after its date.

    `extended` holds (step, days after its issued date), in order; None instead of days: until shortly after today.
    """

    early: int = DAYS_EARLY
    late_by: int | None = None
    late: dict[int, int] = field(default_factory=dict)
    stuck: int | None = None
    extended: tuple[tuple[int, int | None], ...] = ()
    pace: Fraction = Fraction(1)
    figures: tuple[Decimal, ...] = ()
    close_after: int | None = None
    answer: Answer = "reported"


def parse_conduct(text: str) -> Conduct:
    """Read the words of one line; raises ValueError for a word outside the vocabulary."""
    conduct = Conduct()
    for word in text.split():
        conduct = _with_word(conduct, word)
    return conduct


def done_days(conduct: Conduct, dues: Sequence[date | None], *, today: date) -> tuple[date | None, ...]:
    """Return the day on which each step was done, None where it isn't by `today`; undated steps never are."""
    days: list[date | None] = []
    before: date | None = date.min
    for step, due in enumerate(dues, start=1):
        if due is not None:
            before = _done_on(conduct, step, due, before)
        days.append(before if due and before and before <= today else None)
    return tuple(days)


@dataclass(frozen=True, slots=True)
class Extension:
    """A step, counted from 1, got the date `due` on the day `on`."""

    step: int
    on: date
    due: date


def extensions(conduct: Conduct, dues: Sequence[date | None], *, today: date) -> Iterator[Extension]:
    """Yield what was granted by `today`, each a few days before the date then in force; nothing for a step done."""
    done = done_days(conduct, dues, today=today)
    in_force = dict(enumerate(dues, start=1))
    for step, days in conduct.extended:
        issued, current, finished = dues[step - 1], in_force[step], done[step - 1]
        if issued is None or current is None:
            continue
        on = current - timedelta(days=ASKED_DAYS_BEFORE)
        if days is None and (current >= today or finished):
            continue
        due = today + timedelta(days=EXTENDED_DAYS_LEFT) if days is None else issued + timedelta(days=days)
        if on <= today and (finished is None or on < finished):
            in_force[step] = due
            yield Extension(step, on, due)


def closed_on(conduct: Conduct, done: Sequence[date | None], *, today: date) -> date | None:
    """Return the day on which the office closed the item, if it has by `today`."""
    if conduct.close_after is None or not done or None in done:
        return None
    day = max(each for each in done if each) + timedelta(days=conduct.close_after)
    return day if day <= today else None


def reported_amount(
    conduct: Conduct,
    value: Decimal,
    expected: Fraction,
    *,
    quantum: Decimal,
    done: Sequence[date | None],
) -> Decimal:
    """Return the figure a report carries where `expected` is the share due on its day (序时).

    In whole steps of `quantum`: up for those who keep pace, down for the slow.
    """
    if done and None not in done:
        return value
    if conduct.figures:
        return conduct.figures[len(done) - done.count(None)]
    share = expected * conduct.pace
    steps = Fraction(value) * share / Fraction(quantum)
    return min((floor(steps) if conduct.pace < 1 else ceil(steps)) * quantum, _most(conduct, value, quantum))


def measured_amount(value: Decimal, elapsed: Fraction, *, quantum: Decimal) -> Decimal:
    """Return the figure for an amount that is judged at its period's end: it nears `value` as the period elapses."""
    return floor(Fraction(value) * (Fraction(4, 5) + elapsed / 5) / Fraction(quantum)) * quantum


def _most(conduct: Conduct, value: Decimal, quantum: Decimal) -> Decimal:
    """Return the most that stands in a report while the item is open.

    All of it only where one unit less would be ten points and the steps keep their dates.
    """
    slips = conduct.late_by is not None or bool(conduct.late) or conduct.stuck is not None
    return value - quantum if slips or value >= 10 * quantum else value


def _done_on(conduct: Conduct, step: int, due: date, before: date | None) -> date | None:
    if before is None or (conduct.stuck is not None and step >= conduct.stuck):
        return None
    late = conduct.late.get(step, conduct.late_by)
    return max(before, due - timedelta(days=conduct.early) if late is None else due + timedelta(days=late))


def _with_word(conduct: Conduct, word: str) -> Conduct:
    name, _, number = word.partition(":")
    if name in ANSWERS and not number:
        return replace(conduct, answer=name)
    match name, number:
        case ("punctual", days):
            return replace(conduct, early=int(days or DAYS_EARLY))
        case ("late-done", days) if "+" in days:
            step, by = days.split("+")
            return replace(conduct, late={**conduct.late, int(step): int(by)})
        case ("late-done", days):
            return replace(conduct, late_by=int(days))
        case ("extended", days):
            step, _, by = days.partition("+")
            return replace(conduct, extended=(*conduct.extended, (int(step), int(by) if by else None)))
        case ("stuck", step):
            return replace(conduct, stuck=int(step))
        case (("slow" | "ahead"), share):
            return replace(conduct, pace=Fraction(share))
        case ("figures", figures):
            return replace(conduct, figures=tuple(Decimal(figure) for figure in figures.split(",")))
        case ("closed", days):
            return replace(conduct, close_after=int(days or DAYS_TO_CLOSE))
    raise ValueError(f"unknown conduct: {word}")
