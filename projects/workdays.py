"""Counting in working days: weekdays, corrected by the holidays and make-up days that are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Workdays:
    """A working calendar.

    `exceptions` says of a day whether it is worked where its weekday would say otherwise; `years` are those whose
    notice is known. A year outside them counts Monday to Friday, and `knows` tells the pages to show a banner.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "exceptions", dict(self.exceptions))
        object.__setattr__(self, "years", frozenset(self.years))

    def knows(self, year: int) -> bool:
        return year in self.years

    def is_workday(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def add(self, day: date, n: int) -> date:
        """Return the n-th working day after `day`, or before it when n is negative; `day` itself when n is 0."""
        step = ONE_DAY if n > 0 else -ONE_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def on_or_before(self, day: date) -> date:
        return day if self.is_workday(day) else self.add(day, -1)

    def on_or_after(self, day: date) -> date:
        return day if self.is_workday(day) else self.add(day, 1)

    def between(self, a: date, b: date) -> int:
        """Count the working days after `a` up to and including `b`; negative when `b` lies before `a`.

        So `between(a, add(a, n))` is n.
        """
        if b < a:
            return -sum(self.is_workday(b + ONE_DAY * offset) for offset in range((a - b).days))
        return sum(self.is_workday(a + ONE_DAY * (offset + 1)) for offset in range((b - a).days))
