"""The days that concern a person: what falls due, and until when to report; a day is one entry, however much falls on it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.access import Reach
from accounts.models.dated import in_force
from projects.access import tasks_for
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Milestone, Task
from tracker.boards.owing import still_owed
from tracker.sentences import round_text

PAST, COMING = timedelta(days=366), timedelta(days=400)
MOST = 2000


@dataclass(frozen=True, slots=True)
class Due:
    """An open step that falls due, by its item's number and title; `text` is empty where the item is its own step."""

    task_id: int
    number: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class DueDay:
    on: date
    steps: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class CutoffDay:
    """The day until which a round is to be reported, with how many reports are still owed."""

    on: date
    round_name: str
    owed: int


@dataclass(frozen=True, slots=True)
class Days:
    due: tuple[DueDay, ...]
    cutoffs: tuple[CutoffDay, ...]


def days_of(reach: Reach, *, today: date) -> Days:
    """Return the days of a year before and after, in a fixed number of queries; of very many steps the soonest."""
    by_day: defaultdict[date, list[Due]] = defaultdict(list)
    steps = Milestone.objects.filter(
        task__in=_concerning(reach, today=today),
        done_on__isnull=True,
        current_due_on__range=(today - PAST, today + COMING),
    ).order_by("current_due_on", "task__position", "position", "pk")
    for step in steps.select_related("task")[:MOST]:
        if step.current_due_on is not None:
            by_day[step.current_due_on].append(Due(step.task_id, step.task.number, step.task.title, step.text))
    return Days(tuple(DueDay(on, tuple(found)) for on, found in by_day.items()), _cutoffs(reach, today=today))


def _concerning(reach: Reach, *, today: date) -> QuerySet[Task]:
    """Return everything for who answers for all of it, else what one's unit leads or one is named in."""
    tasks = tasks_for(reach, today=today).filter(state=TaskState.ISSUED, organization=reach.organization_id)
    if reach.office or reach.main_leader:
        return tasks
    led = Q(department__in=reach.departments, role=InvolvementRole.LEAD)
    named = Q(post__in=reach.posts) | Q(person=reach.person_id, person__isnull=False)
    parts = Involvement.objects.filter(led | named, in_force(today))
    return tasks.filter(pk__in=parts.values("task"))


def _cutoffs(reach: Reach, *, today: date) -> tuple[CutoffDay, ...]:
    counted: defaultdict[tuple[date, str], int] = defaultdict(int)
    for on, key in still_owed(reach.departments, today=today).values_list("round__cutoff_on", "round__key"):
        counted[on, key] += 1
    return tuple(CutoffDay(on, round_text(key), number) for (on, key), number in sorted(counted.items()))
