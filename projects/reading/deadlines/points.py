"""A point in time as a deadline names it, and the days it covers once its year is known."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from projects.reading.deadlines.festivals import event_day, festival_day
from projects.reading.model import Choice


class Grain(StrEnum):
    DAY = "day"
    PART = "part"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    FESTIVAL = "festival"
    EVENT = "event"


KINDS = {
    Grain.DAY: "date",
    Grain.PART: "date",
    Grain.MONTH: "month_end",
    Grain.QUARTER: "quarter",
    Grain.HALF: "half_year",
    Grain.YEAR: "year_end",
    Grain.FESTIVAL: "date",
    Grain.EVENT: "date",
}

# 初/上旬 to the 10th, 中/中旬 to the 20th, 上半月 to the 15th, everything else to the month's end.
_PART_DAYS = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中": (11, 20),
    "中旬": (11, 20),
    "上半月": (1, 15),
    "前半月": (1, 15),
    "前半个月": (1, 15),
}
_PART_DAYS |= {"上中旬": (1, 20), "中上旬": (1, 20)}
# What ends with its month still begins within it; its end itself is one day.
_PART_OPENS = {"中下旬": 11, "下半月": 16, "后半月": 16, "后半个月": 16, "下旬": 21, "底": 31, "末": 31}


@dataclass(frozen=True, slots=True)
class Point:
    """`year` is written out, `offset` counts from the plan's year (明年 = 1); neither means the year goes unsaid.

    `closed` says that the words name the end itself (月底, 年内), so that 前 adds nothing to them.
    """

    start: int
    end: int
    grain: Grain
    year: int | None = None
    offset: int | None = None
    month: int = 0
    day: int = 0
    part: str = ""
    nth: int = 0
    name: str = ""
    closed: bool = False
    bare_year: bool = False
    doubts: tuple[Choice, ...] = ()

    @property
    def has_year(self) -> bool:
        return self.year is not None or self.offset is not None

    def in_year(self, year: int) -> Point:
        return replace(self, year=year, offset=None)


@dataclass(frozen=True, slots=True)
class Days:
    first: date
    last: date
    clamped: bool = False


def days(point: Point, base: int) -> Days | None:
    """Return the days of a point whose unsaid year is `base`; None for an event without a known day."""
    year = point.year if point.year is not None else base + (point.offset or 0)
    match point.grain:
        case Grain.DAY:
            return _day(year, point.month, point.day)
        case Grain.PART:
            first, last = _PART_DAYS[point.part]
            return Days(date(year, point.month, first), date(year, point.month, last))
        case Grain.MONTH:
            month = _months(year, point.month, point.month)
            opens = min(_PART_OPENS.get(point.part, 1), month.last.day)
            return replace(month, first=month.first.replace(day=opens))
        case Grain.QUARTER:
            return _months(year, point.nth * 3 - 2, point.nth * 3)
        case Grain.HALF:
            return _months(year, point.nth * 6 - 5, point.nth * 6)
        case Grain.YEAR:
            return _months(year, 1, 12)
    if point.day:
        return _day(year, point.month, point.day)
    known = festival_day(point.name, year) if point.grain is Grain.FESTIVAL else event_day(point.name)
    return Days(known, known) if known else None


def part_of_month(part: str) -> tuple[Grain, str]:
    """Return how fine `3月` + part is, with the part in its plain form."""
    part = part.removeprefix("月")
    return (Grain.PART if part in _PART_DAYS else Grain.MONTH), part


def day_before(known: Days) -> date:
    return known.first - timedelta(days=1)


def _day(year: int, month: int, day: int) -> Days:
    last = monthrange(year, month)[1]
    known = date(year, month, min(day, last))
    return Days(known, known, clamped=day > last)


def _months(year: int, first: int, last: int) -> Days:
    return Days(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
