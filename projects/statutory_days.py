"""The State Council's holidays and make-up days, from the table beside this module.

A release that adds a year's days loads them by a migration, and one of `tracker` after it has every item and report
looked at again (`next_step_at` = now): a reminder some working days before a date may have to go out sooner.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

TABLE = Path(__file__).with_name("statutory_days.tsv")


@dataclass(frozen=True, slots=True)
class StatutoryDay:
    """A day named in a notice of the State Council; `source` is the notice's number."""

    day: date
    working: bool
    name: str
    source: str


def statutory_days() -> tuple[StatutoryDay, ...]:
    """Read every named day, in order; the table keeps the ranges as the notices print them."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return tuple(sorted((day for row in rows for day in _days(row)), key=lambda named: named.day))


def _days(row: dict[str, str]) -> Iterator[StatutoryDay]:
    day, last = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
    while day <= last:
        yield StatutoryDay(day, row["working"] == "yes", row["name"], row["source"])
        day += timedelta(days=1)
