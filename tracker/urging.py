"""Urging by hand (催办): a word from the office to a unit about an item, on record however it is passed on."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.models import Department
from projects.models import Task
from tracker.models import Urging


@transaction.atomic
def urge(*, task: Task, department: Department, text: str, by: Actor, now: datetime, token: str) -> Urging:
    """Urge a unit about an item; the same token a second time is the same urging."""
    Task.objects.select_for_update().get(pk=task.pk)
    made = Urging.objects.filter(token=token).first()
    if made is not None:
        return made
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


@transaction.atomic
def urge_all(
    *, tasks: Collection[Task], department: Department, text: str, by: Actor, now: datetime, token: str
) -> list[Urging]:
    """Urge a unit about several items at once, all or none; each is an urging of its own."""
    in_order = sorted(tasks, key=lambda task: task.pk)
    return [
        urge(task=task, department=department, text=text, by=by, now=now, token=f"{token}-{task.pk}")
        for task in in_order
    ]
