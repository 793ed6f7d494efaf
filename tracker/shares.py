"""How much of a target should be there on a day, how much is, and the first day it is too far under."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from projects.choices import Comparison

Point = tuple[date, Fraction]
ALL = Fraction(1)
NOTHING = Fraction(0)
MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A promised amount; a list to tick is a target whose value is the number of its items.

    `curve` holds (day, share 0 to 1 due by that day), rising; empty means a straight line from `start` to `due`.
    `accepted` is the last figure the office accepted, None while there is none.
    """

    id: int
    milestone_id: int | None
    name: str
    unit: str
    comparison: str
    value: Decimal
    baseline: Decimal | None
    cumulative: bool
    start: date
    due: date
    curve: tuple[tuple[date, Decimal], ...]
    accepted: Decimal | None


def is_met(target: TargetFacts) -> bool:
    """Say whether the accepted figure keeps the promise; no figure keeps none."""
    if target.accepted is None:
        return False
    if target.comparison == Comparison.AT_MOST:
        return target.accepted <= target.value
    if target.comparison == Comparison.EXACTLY:
        return target.accepted == target.value
    return target.accepted >= target.value


def is_bound(target: TargetFacts) -> bool:
    """Say whether the value is a line not to cross rather than a place to reach.

    "At most 100 complaints" is one; "PM2.5 from 40 down to 35" is not, for its baseline lies on the far side.
    """
    if target.comparison == Comparison.AT_MOST:
        return target.baseline is None or target.baseline <= target.value
    origin = _origin(target)
    return origin == target.value if target.comparison == Comparison.EXACTLY else origin >= target.value


def achieved_share(target: TargetFacts) -> Fraction:
    """Return the share of the way from the baseline to the value; for a bound, 1 less what it's broken by."""
    if target.accepted is None:
        return ALL if is_bound(target) else NOTHING
    accepted, value = Fraction(target.accepted), Fraction(target.value)
    if is_bound(target):
        kept = is_met(target)
        return ALL if kept else ALL - (abs(accepted - value) / abs(value) if value else ALL)
    origin = Fraction(_origin(target))
    return (accepted - origin) / (value - origin)


def expected_share(target: TargetFacts, day: date) -> Fraction:
    """Return the share due by `day` (序时); a period-end target owes nothing before its due day."""
    before, before_share = None, NOTHING
    for at, share in _points(target):
        if day < at:
            if before is None:
                return NOTHING
            return before_share + (share - before_share) * Fraction((day - before).days, (at - before).days)
        before, before_share = at, share
    return before_share


def gap(target: TargetFacts, day: date) -> Fraction:
    return expected_share(target, day) - achieved_share(target)


def gap_points(target: TargetFacts, day: date) -> Decimal:
    """Return the percentage points under the expected share (negative when ahead), to one place, rounded down.

    Rounding down keeps a printed "10.0" from standing beside a target that isn't ten points under.
    """
    return _tenths(gap(target, day) * 100)


def achieved_percent(target: TargetFacts) -> Decimal:
    return _tenths(achieved_share(target) * 100)


def expected_percent(target: TargetFacts, day: date) -> Decimal:
    return _tenths(expected_share(target, day) * 100)


def expected_amount(target: TargetFacts, day: date) -> Decimal:
    """Return the amount due by `day`, in the target's unit, to the places its value and its curve are written with."""
    return _to_places(target, _amount_at(target, expected_share(target, day)))


def behind_from(target: TargetFacts, points: int) -> date | None:
    """Return the first day on which the target is `points` or more under its expected share; None: never."""
    return _first_day(tuple(_points(target)), achieved_share(target) + Fraction(points, 100))


@lru_cache(maxsize=8192)
def _first_day(points: tuple[Point, ...], needed: Fraction) -> date | None:
    """Return the first day on which the share is as high; a year's targets share few spans, and fractions are slow."""
    before: Point | None = None
    for point in points:
        if point[1] >= needed:
            return point[0] if before is None else _crossing(before, point, needed)
        before = point
    return None


def amount_to_catch_up(target: TargetFacts, day: date, points: int) -> Decimal:
    """Return the least amount (written like the value) that is under `points` behind on `day`; a bound: the value."""
    if is_bound(target):
        return target.value
    edge = _amount_at(target, expected_share(target, day) - Fraction(points, 100))
    quantum = Fraction(_quantum(target))
    rising = target.value > _origin(target)
    steps = floor(edge / quantum) + 1 if rising else ceil(edge / quantum) - 1
    return _quantum(target) * steps


def _origin(target: TargetFacts) -> Decimal:
    return Decimal(0) if target.baseline is None else target.baseline


def _points(target: TargetFacts) -> Iterator[Point]:
    """Yield the corners of the expected share, in order, ending with everything on the due day."""
    if target.cumulative and target.start < target.due:
        yield target.start, ALL if is_bound(target) else NOTHING
        if not is_bound(target):
            for day, share in sorted(target.curve):
                if target.start < day < target.due:
                    yield day, Fraction(share)
    yield target.due, ALL


def _crossing(before: Point, after: Point, needed: Fraction) -> date:
    (from_day, from_share), (to_day, to_share) = before, after
    days = (needed - from_share) / (to_share - from_share) * (to_day - from_day).days
    return from_day + timedelta(days=ceil(days))


def _amount_at(target: TargetFacts, share: Fraction) -> Fraction:
    origin, value = Fraction(_origin(target)), Fraction(target.value)
    return value if is_bound(target) else origin + (value - origin) * share


def _quantum(target: TargetFacts) -> Decimal:
    """Return the last place amounts are told to: of 2 亿元 with 0.8 by June in its curve, tenths."""
    points = (_told(_amount_at(target, Fraction(share))) for _, share in target.curve)
    exponents = [amount.normalize().as_tuple().exponent for amount in (target.value, *points)]
    return Decimal(1).scaleb(min(0, *(place for place in exponents if isinstance(place, int))))


def _told(amount: Fraction) -> Decimal:
    """Return an amount of a curve as somebody wrote it, without what the digits of its share add."""
    return round(Decimal(amount.numerator) / Decimal(amount.denominator), MOST_PLACES)


def _to_places(target: TargetFacts, amount: Fraction) -> Decimal:
    quantum = _quantum(target)
    return quantum * round(amount / Fraction(quantum))


def _tenths(points: Fraction) -> Decimal:
    return (Decimal(points.numerator) / Decimal(points.denominator)).quantize(Decimal("0.1"), rounding=ROUND_FLOOR)
