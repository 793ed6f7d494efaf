"""The working calendar of an organization, from its rows: State Council days and its own exceptions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q

from accounts.history import Actor, Change, record
from accounts.models import HistoryEntry, Organization
from projects.choices import TaskState
from projects.models import CalendarDay, Task
from projects.ports import promise_changed
from projects.workdays import Workdays

OCTOBER = 10
"""Notices for the next year come out in autumn; from this month on a missing one is told."""
KIND = "calendarday"
DAYS_A_WEEK = 7


class NothingToChangeError(ValueError):
    """Every one of these days is already as it was said."""


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of the year view; `named` is the row that makes it other than its weekday says, `own` where it is ours."""

    day: date
    working: bool
    named: CalendarDay | None

    @property
    def own(self) -> bool:
        return self.named is not None and self.named.organization_id is not None


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """`weeks` begin on Monday; None fills the places of other months' days."""

    month: int
    weeks: tuple[tuple[ShownDay | None, ...], ...]

    @property
    def workdays(self) -> int:
        return sum(day.working for week in self.weeks for day in week if day is not None)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    year: int
    months: tuple[ShownMonth, ...]
    statutory: tuple[CalendarDay, ...]
    own: tuple[CalendarDay, ...]
    known: bool
    missing: int | None

    @property
    def workdays(self) -> int:
        return sum(month.workdays for month in self.months)


def workdays_for(organization_id: int) -> Workdays:
    """Ask once; an organization's own day goes before the State Council's."""
    return _workdays(_rows(organization_id))


def workdays_of(organization_ids: Collection[int]) -> dict[int, Workdays]:
    """Return the calendars of several organizations in one query; those without days of their own share one."""
    ours = CalendarDay.objects.filter(Q(organization__isnull=True) | Q(organization__in=organization_ids))
    rows: defaultdict[int | None, list[CalendarDay]] = defaultdict(list)
    for row in ours.order_by("day"):
        rows[row.organization_id].append(row)
    common = _workdays(rows[None])
    own = {each: _workdays([*rows[None], *rows[each]]) for each in organization_ids if rows[each]}
    return {each: own.get(each, common) for each in organization_ids}


def calendar_year(organization_id: int, *, year: int, today: date) -> CalendarYear:
    """Ask once; `missing` is the year whose notice isn't there though it is time: this one, or from October the next."""
    rows = _rows(organization_id)
    workdays, named = _workdays(rows), {row.day: row for row in rows}
    due = [today.year, today.year + 1] if today.month >= OCTOBER else [today.year]
    here = [row for row in sorted(named.values(), key=lambda row: row.day) if row.day.year == year]
    return CalendarYear(
        year=year,
        months=tuple(_month(year, month, workdays, named) for month in range(1, 13)),
        statutory=tuple(row for row in rows if row.organization_id is None and row.day.year == year),
        own=tuple(row for row in here if row.organization_id is not None),
        known=workdays.knows(year),
        missing=next((one for one in due if not workdays.knows(one)), None),
    )


@transaction.atomic
def set_own_days(
    *, organization: Organization, first: date, last: date, working: bool, name: str, by: Actor, now: datetime
) -> list[CalendarDay]:
    """Say of each of these days whether this organization works; days that are so already stay untouched.

    Raise NothingToChangeError when that is all of them. What counts working days to a date is told.
    """
    Organization.objects.select_for_update().get(pk=organization.pk)
    workdays = workdays_for(organization.pk)
    own = {row.day: row for row in CalendarDay.objects.filter(organization=organization, day__range=(first, last))}
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    wanted = [day for day in days if workdays.is_workday(day) != working or (day in own and own[day].name != name)]
    if not wanted:
        raise NothingToChangeError
    rows = [own.get(day) or CalendarDay(organization=organization, day=day) for day in wanted]
    for row in rows:
        before = _content(row) if row.pk else {}
        row.working, row.name = working, name
        row.save()
        _record(organization, row, "changed" if before else "created", by, before=before, after=_content(row))
    _tell(organization, now)
    return rows


@transaction.atomic
def remove_own_day(*, organization: Organization, row: CalendarDay, by: Actor, now: datetime) -> None:
    """Let the day be again what the State Council or its weekday says; what the row said stays in the history."""
    before = _content(row)
    _record(organization, row, "removed", by, before=before, after={"day": row.day})
    row.delete()
    _tell(organization, now)


def _tell(organization: Organization, now: datetime) -> None:
    """Tell of the promises still open: a reminder two working days before one of them may have to go out sooner."""
    open_ones = Task.objects.filter(organization=organization, state=TaskState.ISSUED).order_by("pk")
    promise_changed(list(open_ones.values_list("pk", flat=True)), now=now)


def _record(
    organization: Organization,
    row: CalendarDay,
    verb: str,
    by: Actor,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    """Write the entry; a day's versions are counted in its history alone, for the row itself may go."""
    entries = HistoryEntry.objects.filter(organization=organization, object_type=KIND, object_id=row.pk)
    version = (entries.aggregate(last=Max("object_version"))["last"] or 0) + 1
    record(Change(organization.pk, KIND, row.pk, version, f"{KIND}.{verb}", after, before=before), by=by)


def _content(row: CalendarDay) -> dict[str, object]:
    return {"day": row.day, "working": row.working, "name": row.name}


def _rows(organization_id: int) -> list[CalendarDay]:
    mine = CalendarDay.objects.filter(Q(organization__isnull=True) | Q(organization=organization_id))
    return list(mine.order_by(F("organization").asc(nulls_first=True), "day"))


def _workdays(rows: Iterable[CalendarDay]) -> Workdays:
    kept = list(rows)
    return Workdays(
        exceptions={row.day: row.working for row in kept},
        years=known_years(row.day for row in kept if row.organization_id is None),
    )


def _month(year: int, month: int, workdays: Workdays, named: dict[date, CalendarDay]) -> ShownMonth:
    first = date(year, month, 1)
    days: list[ShownDay | None] = [None] * first.weekday()
    day = first
    while day.month == month:
        days.append(ShownDay(day, workdays.is_workday(day), named.get(day)))
        day += timedelta(days=1)
    days += [None] * (-len(days) % DAYS_A_WEEK)
    weeks = (tuple(days[at : at + DAYS_A_WEEK]) for at in range(0, len(days), DAYS_A_WEEK))
    return ShownMonth(month, tuple(weeks))


def known_years(statutory: Iterable[date]) -> frozenset[int]:
    """Return the years whose notice is loaded.

    A notice always names its year's National Day; its New Year may reach back into a year that has no notice here.
    """
    return frozenset(day.year for day in statutory if day.month == OCTOBER)
