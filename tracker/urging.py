"""Urging by hand (催办): a word from the office to a unit about an item, on record however it is passed on."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.models import Department
from projects.models import Task
from tracker.models import Urging
from tracker.reminding.noticing import urged


@transaction.atomic
def urge(*, task: Task, department: Department, text: str, by: Actor, now: datetime, token: str) -> Urging:
    """Urge a unit about an item; the same token a second time is the same urging."""
    (made,) = _urge({token: task}, department, text, by=by, now=now)
    return made


@transaction.atomic
def urge_all(
    *, tasks: Collection[Task], department: Department, text: str, by: Actor, now: datetime, token: str
) -> list[Urging]:
    """Urge a unit about several items at once, all or none; each is an urging of its own."""
    in_order = sorted(tasks, key=lambda task: task.pk)
    return _urge({f"{token}-{task.pk}": task for task in in_order}, department, text, by=by, now=now)


@transaction.atomic
def urge_units(
    *, pairs: Collection[tuple[Task, Department]], text: str, by: Actor, now: datetime, token: str
) -> list[Urging]:
    """Urge units about items, each pair by itself, all or none, with the same word."""
    of_unit: dict[int, tuple[Department, list[Task]]] = {}
    for task, department in pairs:
        of_unit.setdefault(department.pk, (department, []))[1].append(task)
    lock_items(task for task, _ in pairs)
    return [
        urging
        for unit, (department, tasks) in sorted(of_unit.items())
        for urging in urge_all(tasks=tasks, department=department, text=text, by=by, now=now, token=f"{token}-{unit}")
    ]


def lock_items(tasks: Iterable[Task]) -> None:
    """Lock items in order, as every writer does."""
    list(Task.objects.select_for_update().filter(pk__in=[task.pk for task in tasks]).order_by("pk"))


def _urge(tasks: Mapping[str, Task], department: Department, text: str, *, by: Actor, now: datetime) -> list[Urging]:
    """Keep an urging by its token, and have the new ones told."""
    lock_items(tasks.values())
    known = {row.token: row for row in Urging.objects.filter(token__in=tasks)}
    fresh = {
        token: _made(task, department, text, token, by=by, now=now)
        for token, task in tasks.items()
        if token not in known
    }
    urged(urgings=list(fresh.values()), by=by, now=now)
    return [(known | fresh)[token] for token in tasks]


def _made(task: Task, department: Department, text: str, token: str, *, by: Actor, now: datetime) -> Urging:
    made = Urging.objects.create(
        organization_id=task.organization_id,
        task=task,
        department=department,
        text=text,
        user=by.user,
        author_name=by.name,
        urged_on=by.today,
        at=now,
        token=token,
    )
    record(
        Change(
            organization_id=task.organization_id,
            object_type="urging",
            object_id=made.pk,
            version=1,
            action="urging.made",
            after={"department": department.pk, "text": text},
            task_id=task.pk,
        ),
        by=by,
    )
    return made
