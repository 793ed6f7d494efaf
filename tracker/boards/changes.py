"""What changed since a day: which items turned overdue or green, were closed, put off or issued."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.prepared import Prepared
from projects.choices import DateKind, TaskState
from projects.models import MilestoneDate, Plan, Task
from tracker.choices import MeetingState
from tracker.lights import Counter, Light
from tracker.lights_sql import light_expression, lights_of
from tracker.models import LightChange, LightsNoted, Meeting

NOT_GREEN = (Light.OVERDUE, Light.BEHIND, Light.DUE_SOON)


class Change(StrEnum):
    """What an item can have done since a day, in the order of the board."""

    OVERDUE = "overdue"
    GREEN = "green"
    CLOSED = "closed"
    EXTENDED = "extended"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class Span:
    """From which morning on changes are told.

    `met_on` is the day of the last meeting; `noted_from` the first day whose lights were noted: on a day before it
    nobody knows which items were not green.
    """

    since: date
    met_on: date | None
    noted_from: date | None

    @property
    def unnoted(self) -> bool:
        return self.noted_from is None or self.since < self.noted_from


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the span, by figure. `coming` items turn overdue before the month is over if nothing happens."""

    span: Span
    numbers: Mapping[Change, int]
    coming: int


def span_of(plan: Plan, since: date | None, *, today: date) -> Span:
    """Return the span since a day, by default since the plan's last meeting, else since Monday; two queries."""
    met_on, noted_from = _met_on(plan, today), next((day for (day,) in _NOTED.rows()), None)
    return Span(since or met_on or last_monday(today), met_on, noted_from)


def changed(tasks: QuerySet[Task], change: Change, plan: int | None, since: date, *, today: date) -> QuerySet[Task]:
    """Return those of the items that a figure of `changes` counts."""
    return tasks.annotate(light=light_expression(today)).filter(_rule(change, plan, since))


def turning_overdue(today: date) -> Q:
    """Return what holds of an item that will be overdue by the end of this month, by the days stored of it."""
    dated = Q(standing__overdue_from__gt=today, standing__overdue_from__lt=month_after(today))
    return Q(state=TaskState.ISSUED) & dated


def month_after(day: date) -> date:
    """Return the first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def last_monday(today: date) -> date:
    """Return the Monday before today; on a Monday the one a week ago, for nothing has changed since this morning."""
    return today - timedelta(days=today.weekday() or 7)


def _met_on(plan: Plan, today: date) -> date | None:
    return next((day for (day,) in _HELD.rows(plan=plan.pk, today=today)), None)


def _held(plan: int, today: date) -> QuerySet[Meeting, Any]:
    held = Meeting.objects.filter(plan=plan, day__lt=today).exclude(state=MeetingState.PREPARED)
    return held.order_by("-day", "-pk").values_list("day")[:1]


_NOTED = Prepared(lambda: LightsNoted.objects.order_by("noted_on").values_list("noted_on")[:1])
_HELD = Prepared(_held, ids=("plan",), days=("today",))


def _rule(change: Change, plan: int | None, since: date) -> Q:
    """Return what holds of an item that did this, where `light` is today's."""
    match change:
        case Change.OVERDUE:
            return _turned_overdue(plan, since)
        case Change.GREEN:
            green = Q(light__in=lights_of(Counter.ON_SCHEDULE))
            return green & Q(pk__in=lit_then(NOT_GREEN, plan, since).values("task"))
        case Change.CLOSED:
            return Q(state=TaskState.CLOSED, closed_on__gte=since)
        case Change.EXTENDED:
            dates = MilestoneDate.objects.filter(kind=DateKind.EXTENDED, set_on__gte=since, withdrawn_on__isnull=True)
            return Q(pk__in=dates.values("milestone__task"))
        case Change.ISSUED:
            return Q(issued_on__gte=since)


def _turned_overdue(plan: int | None, since: date) -> Q:
    """Tell by the log; of an item that was not yet noted then by the day it is overdue from."""
    noted = Exists(LightChange.objects.filter(task=OuterRef("pk"), noted_on__lte=since))
    then = lit_then((Light.OVERDUE,), plan, since).values("task")
    return Q(light=Light.OVERDUE) & (Q(standing__overdue_from__gt=since) | noted) & ~Q(pk__in=then)


def lit_then(lights: Collection[Light], plan: int | None, on: date) -> QuerySet[LightChange]:
    """Return of each item that had one of these lights on that day the row that says so."""
    return lights_then(plan, on).filter(light__in=lights)


def lights_then(plan: int | None, on: date) -> QuerySet[LightChange]:
    """Return of each item the row that was its last on that day."""
    rows = LightChange.objects.filter(noted_on__lte=on)
    # Both sides are found by their plan: an item stays in the one it came with.
    rows = rows if plan is None else rows.filter(plan=plan)
    return rows.filter(~Exists(rows.filter(task=OuterRef("task"), noted_on__gt=OuterRef("noted_on"))))
