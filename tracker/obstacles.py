"""What blocks an item (吹哨报到): raised by the unit that leads it, answered by a unit or a person, in time or in silence."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.models import Department, Membership, Person
from projects.models import Task
from tracker.choices import ObstacleState
from tracker.follow_ups import day_ahead, lock_item, require_issued, standing
from tracker.models import Obstacle
from tracker.reminding.noticing import obstacle_answered, obstacle_raised
from tracker.standing import rewrite


@transaction.atomic
def raise_obstacle(
    *,
    task: Task,
    department: Department,
    text: str,
    answerer: Department | Person,
    due_on: date,
    token: str,
    by: Actor,
    now: datetime,
) -> Obstacle:
    """Say for a leading unit what blocks, and who answers by when; the same token again returns the first one."""
    lock_item(task.pk)
    if (known := Obstacle.objects.filter(token=token).first()) is not None:
        return known
    require_issued(task.pk)
    unit = answerer if isinstance(answerer, Department) else None
    person = answerer if isinstance(answerer, Person) else None
    row = Obstacle.objects.create(
        organization_id=task.organization_id,
        task=task,
        department=department,
        user=by.user,
        author_name=by.name,
        text=text,
        raised_on=by.today,
        raised_at=now,
        answering_department=unit,
        answering_person=person,
        due_on=day_ahead(due_on, today=by.today),
        token=token,
    )
    _note(row, "obstacle.raised", by=by, on_behalf=not _belongs(by, department))
    rewrite([task.pk], now=now)
    obstacle_raised(obstacle=row, by=by, now=now)
    return row


@transaction.atomic
def answer_obstacle(*, obstacle: Obstacle, version: int, answer: str, by: Actor, now: datetime) -> Obstacle:
    """Answer an open obstacle; the same answer sent twice counts once. Raise Conflict when it moved on."""
    row = _locked(obstacle)
    if row.version == version + 1 and row.answer == answer and by.user is not None and row.answered_by_id == by.user.pk:
        return row
    before = standing(row, version, (ObstacleState.OPEN,))
    row.state, row.answer = ObstacleState.ANSWERED, answer
    row.answered_by, row.answerer_name, row.answered_on, row.answered_at = by.user, by.name, by.today, now
    names = ("state", "answer", "answered_by", "answerer_name", "answered_on", "answered_at")
    _written(row, names, "obstacle.answered", before, by=by, now=now)
    obstacle_answered(obstacle=row, by=by, now=now)
    return row


@transaction.atomic
def ask_again(*, obstacle: Obstacle, version: int, due_on: date, reason: str, by: Actor, now: datetime) -> Obstacle:
    """Give a new answer day, or ask once more after an answer that didn't help: a new cycle begins."""
    row = _locked(obstacle)
    before = standing(row, version, (ObstacleState.OPEN, ObstacleState.ANSWERED))
    require_issued(row.task_id)
    row.state, row.due_on, row.cycle = ObstacleState.OPEN, day_ahead(due_on, today=by.today), row.cycle + 1
    names = ("state", "due_on", "cycle")
    _written(row, names, "obstacle.asked_again", before, by=by, now=now, reason=reason)
    obstacle_raised(obstacle=row, again=reason, by=by, now=now)
    return row


@transaction.atomic
def withdraw_obstacle(*, obstacle: Obstacle, version: int, reason: str, by: Actor, now: datetime) -> Obstacle:
    """Take an obstacle back that is none any more; what was written of it stays."""
    row = _locked(obstacle)
    before = standing(row, version, (ObstacleState.OPEN, ObstacleState.ANSWERED))
    row.state = ObstacleState.WITHDRAWN
    return _written(row, ("state",), "obstacle.withdrawn", before, by=by, now=now, reason=reason)


def _belongs(by: Actor, department: Department) -> bool:
    if by.user is None:
        return False
    return Membership.objects.on(by.today).filter(person__user=by.user, department=department).exists()


def _locked(obstacle: Obstacle) -> Obstacle:
    lock_item(obstacle.task_id)
    rows = Obstacle.objects.select_for_update(of=("self",))
    return rows.select_related("department", "answering_department", "answering_person").get(pk=obstacle.pk)


def _written(
    row: Obstacle,
    names: Collection[str],
    action: str,
    before: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Obstacle:
    row.version += 1
    row.save(update_fields=[*names, "version"])
    _note(row, action, by=by, before=before, reason=reason)
    rewrite([row.task_id], now=now)
    return row


def _note(
    row: Obstacle,
    action: str,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    reason: str = "",
    on_behalf: bool = False,
) -> None:
    after = {
        "department": row.department.name,
        "text": row.text,
        "answerer": str(row.answering_department or row.answering_person),
        "due_on": row.due_on,
        "state": row.state,
        "answer": row.answer,
        "cycle": row.cycle,
        **({"on_behalf": True} if on_behalf else {}),
    }
    record(
        Change(
            organization_id=row.organization_id,
            object_type="obstacle",
            object_id=row.pk,
            version=row.version,
            action=action,
            before=before or {},
            after=after,
            task_id=row.task_id,
            reason=reason,
        ),
        by=by,
    )
