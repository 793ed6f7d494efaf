"""A cell that is nothing but a number: a serial day, a year, or a decimal that may have lost its last zero."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from projects.reading.deadlines.words.signs import BEFORE
from projects.reading.model import Choice, Question

_SERIAL = re.compile(r"^([2-6]\d{4})(?:\.\d+)?$")
_YEAR = re.compile(r"^(20[0-6]\d)$")
_YEARS = re.compile(r"^(20[0-6]\d)[-~至到]+(20[0-6]\d)$")
_YEAR_MONTH = re.compile(r"^(20\d\d)\.1$")
_SHORT_YEAR_MONTH = re.compile(r"^(\d\d)[./](0?[1-9]|1[0-2])$")
_SHORT_YEAR_MONTHS = re.compile(r"^(\d\d)[./](?:0?[1-9]|1[0-2])[-~至到]+(\d\d)[./](0?[1-9]|1[0-2])$")
_MONTH_DAY = re.compile(r"^(1[0-2]|0?[1-9])\.([123])$")
_TWO_SMALL = re.compile(r"^(1[0-2]|[1-9])[-/](1[0-2]|[1-9])$")
_SHORT_DAY = re.compile(rf"^(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:{BEFORE})?$")
_EPOCH = date(1899, 12, 30)

Number = tuple[date | None, str, tuple[Question, ...]]


def whole_number(text: str, year: int, *, shown: bool) -> Number | None:
    """Read a folded text that is one number; None when it is not. `shown`: no zero can have been lost."""
    if match := _SERIAL.match(text):
        day = _EPOCH + timedelta(days=int(match[1]))
        return (day, "date", ()) if 2000 <= day.year <= 2100 else None
    if (match := _SHORT_DAY.match(text)) and -1 <= 2000 + int(match[1]) - year <= 3:
        month_end = _month_end(2000 + int(match[1]), int(match[2]))
        if int(match[3]) <= month_end.day:
            due = month_end.replace(day=int(match[3]))
            return due, "date", (_question((due,)),)
    if match := _YEAR.match(text):
        return date(int(match[1]), 12, 31), "year_end", ()
    if match := _YEARS.match(text):
        return date(int(match[2]), 12, 31), "range", ()
    if (match := _YEAR_MONTH.match(text)) and not shown:
        return _either(_month_end(int(match[1]), 1), _month_end(int(match[1]), 10), "month_end")
    if (match := _MONTH_DAY.match(text)) and not shown:
        month, short = int(match[1]), int(match[2])
        longer = min(short * 10, monthrange(year, month)[1])
        return _either(date(year, month, short), date(year, month, longer), "date")
    if (match := _SHORT_YEAR_MONTH.match(text)) and abs(2000 + int(match[1]) - year) <= 3 and int(match[1]) > 12:
        due = _month_end(2000 + int(match[1]), int(match[2]))
        return due, "month_end", (_question((due,)),)
    if (match := _SHORT_YEAR_MONTHS.match(text)) and 12 < int(match[1]) <= int(match[2]) <= year % 100 + 5:
        due = _month_end(2000 + int(match[2]), int(match[3]))
        return due, "range", (_question((due,)),)
    if match := _TWO_SMALL.match(text):
        month, other = int(match[1]), int(match[2])
        return _either(_month_end(year, other), date(year, month, other), "range" if month < other else "date")
    return None


def _either(first: date, second: date, kind: str) -> Number:
    return first, kind, (_question((first, second)),)


def _question(days: tuple[date, ...]) -> Question:
    choices = tuple(Choice(day.isoformat(), f"{day.year}年{day.month}月{day.day}日") for day in days)
    return Question("ambiguous_date", "due", "这个数字有不止一种读法，请选择。", choices)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
