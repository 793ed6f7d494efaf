"""The months and quarters a bulletin can be of, and how they are named in it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from tracker.choices import PeriodKind


@dataclass(frozen=True, slots=True)
class Period:
    """A month or quarter of the calendar, both days included."""

    kind: PeriodKind
    starts_on: date
    ends_on: date

    @property
    def key(self) -> str:
        """Return the word for it in addresses and forms: 2026-06, 2026-Q2."""
        if self.kind == PeriodKind.QUARTER:
            return f"{self.starts_on.year}-Q{self.ends_on.month // 3}"
        return f"{self.starts_on:%Y-%m}"

    @property
    def short(self) -> str:
        """Name it within its year, as the words of a bulletin do."""
        if self.kind == PeriodKind.QUARTER:
            return f"{'一二三四'[self.ends_on.month // 3 - 1]}季度"
        return f"{self.starts_on.month}月"

    @property
    def name(self) -> str:
        between = "第" if self.kind == PeriodKind.QUARTER else ""
        return f"{self.starts_on.year}年{between}{self.short}"


def month(year: int, number: int) -> Period:
    return Period(PeriodKind.MONTH, date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def quarter(year: int, number: int) -> Period:
    last = number * 3
    return Period(PeriodKind.QUARTER, date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]))


def periods_of(year: int, *, since: date, today: date) -> tuple[Period, ...]:
    """Return the periods of a plan's year that have begun, the latest month first, then the quarters."""
    every = [month(year, number) for number in range(12, 0, -1)] + [quarter(year, number) for number in range(4, 0, -1)]
    return tuple(each for each in every if each.starts_on <= today and each.ends_on >= since)
