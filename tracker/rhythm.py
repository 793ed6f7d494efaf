"""Reporting periods: weeks, ten-day spans, half months, months and quarters, each with its cut-off."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from projects.workdays import Workdays
from tracker.choices import RhythmKind

ONE_DAY = timedelta(days=1)
Span = tuple[date, date]

DEFAULT_CUTOFF: Mapping[RhythmKind, int] = {
    RhythmKind.WEEK: 5,
    RhythmKind.TEN_DAY: 11,
    RhythmKind.HALF_MONTH: 16,
    RhythmKind.MONTH: 25,
    RhythmKind.QUARTER: 25,
}


@dataclass(frozen=True, slots=True)
class Period:
    key: str
    starts_on: date
    ends_on: date
    cutoff_on: date


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a plan is reported on.

    `cutoff` is the weekday (1 Monday to 7) of a week, the n-th day of a ten-day span or half month, the day of the
    month, or of a quarter's last month; what lies past the end means the last day; None means the usual one
    (Friday, the last day, the 25th). With `after_end` it counts in the span after: the 5th of the next month.
    """

    kind: RhythmKind = RhythmKind.MONTH
    cutoff: int | None = None
    after_end: bool = False

    def period_containing(self, day: date, workdays: Workdays) -> Period:
        starts_on, ends_on = _SPANS[self.kind](day)
        return Period(self._key(starts_on), starts_on, ends_on, self._cutoff_on(starts_on, ends_on, workdays))

    def next_period(self, period: Period, workdays: Workdays) -> Period:
        return self.period_containing(period.ends_on + ONE_DAY, workdays)

    def _cutoff_on(self, starts_on: date, ends_on: date, workdays: Workdays) -> date:
        """Return the last working day on or before the nominal cut-off, but never one before the span it counts in."""
        first, last = self._cutoff_span(ends_on)
        nth = DEFAULT_CUTOFF[self.kind] if self.cutoff is None else self.cutoff
        cutoff = workdays.on_or_before(min(first + timedelta(days=max(nth, 1) - 1), last))
        earliest = max(first, starts_on)
        return cutoff if cutoff >= earliest else workdays.on_or_after(earliest)

    def _cutoff_span(self, ends_on: date) -> Span:
        kind = RhythmKind.MONTH if self.kind == RhythmKind.QUARTER else self.kind
        return _SPANS[kind](ends_on + ONE_DAY if self.after_end else ends_on)

    def _key(self, starts_on: date) -> str:
        year, month, day = starts_on.year, starts_on.month, starts_on.day
        if self.kind == RhythmKind.WEEK:
            iso = starts_on.isocalendar()
            return f"{iso.year}-W{iso.week:02}"
        if self.kind == RhythmKind.QUARTER:
            return f"{year}-Q{(month + 2) // 3}"
        part = {RhythmKind.TEN_DAY: f"-T{day // 10 + 1}", RhythmKind.HALF_MONTH: f"-H{day // 15 + 1}"}
        return f"{year}-{month:02}{part.get(self.kind, '')}"


def late_after(cutoff_on: date, grace_days: int, workdays: Workdays) -> date:
    """Return the last day on which a report isn't late: `grace_days` working days after the cut-off."""
    return workdays.add(cutoff_on, grace_days)


def _week(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _ten_days(day: date) -> Span:
    part = min((day.day - 1) // 10, 2)
    first = day.replace(day=part * 10 + 1)
    return first, first.replace(day=part * 10 + 10) if part < 2 else _month(day)[1]


def _half_month(day: date) -> Span:
    first, last = _month(day)
    return (first, day.replace(day=15)) if day.day <= 15 else (day.replace(day=16), last)


def _month(day: date) -> Span:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _quarter(day: date) -> Span:
    first = (day.month - 1) // 3 * 3 + 1
    return date(day.year, first, 1), _month(date(day.year, first + 2, 1))[1]


_SPANS: Mapping[RhythmKind, Callable[[date], Span]] = {
    RhythmKind.WEEK: _week,
    RhythmKind.TEN_DAY: _ten_days,
    RhythmKind.HALF_MONTH: _half_month,
    RhythmKind.MONTH: _month,
    RhythmKind.QUARTER: _quarter,
}
