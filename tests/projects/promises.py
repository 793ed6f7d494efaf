"""What tests of planning ask of an item, and an ear where the tracker's stands."""

from collections.abc import Collection
from datetime import date, datetime

import pytest
from pytest_django import Settings

from accounts.models import HistoryEntry
from projects import planning
from projects.choices import InvolvementRole
from projects.drafts import TaskChange
from projects.models import Involvement, Milestone, Task
from tests.cast import TODAY, Cast, at

NOW = at(TODAY)
told: list[int] = []


def hear(task_ids: Collection[int], *, now: datetime) -> None:
    """Stand where the tracker stands, to see what it is told."""
    told.extend(task_ids)


@pytest.fixture
def heard(settings: Settings) -> list[int]:
    settings.PROMISE_CHANGED = f"{__name__}.hear"
    told.clear()
    return told


def history(task: Task) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(object_type="task", object_id=task.pk).order_by("object_version"))


def change(cast: Cast, task: Task, **what: object) -> list[Task]:
    edit = TaskChange(task_id=task.pk, version=task.version, **what)  # type: ignore[arg-type]
    return planning.change_tasks(plan=task.plan, changes=[edit], by=cast.actor(), now=NOW, reason="更正")


def step(task: Task, position: int = 0) -> Milestone:
    return Milestone.objects.get(task=task, position=position)


def leads(task: Task, day: date) -> set[int | None]:
    rows = Involvement.objects.on(day).filter(task=task, role=InvolvementRole.LEAD)
    return set(rows.values_list("department", flat=True))
