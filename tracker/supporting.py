"""What supporting units add to an item: asked for by the lead with a last day, or given unasked; answered or objected to."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record_all
from accounts.models import Department
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Task
from tracker.choices import PartState
from tracker.models import SupportPart
from tracker.parts import takes_answer
from tracker.reminding.noticing import parts_asked

ANSWERED = ("state", "answer", "answered_by", "answerer_name", "answered_on", "answered_at")


class NotPossibleError(Exception):
    """It can't be done: `reason` is a code (`not_issued`, `not_supporting`, `already_asked`, `past`, `withdrawn`, `answered`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def ask_for_parts(
    *,
    task: Task,
    lead: Department,
    departments: Sequence[Department],
    question: str,
    due_on: date,
    token: str,
    by: Actor,
    now: datetime,
) -> list[SupportPart]:
    """Ask supporting units for their part until a day, all or none; the same token again returns the first questions."""
    _lock_open(task)
    tokens = {department.pk: f"{token}.{department.pk}" for department in departments}
    if known := list(SupportPart.objects.filter(token__in=tokens.values()).order_by("pk")):
        return known
    if due_on < by.today:
        raise NotPossibleError("past")
    _require_supporting(task, departments, today=by.today)
    waiting = SupportPart.objects.filter(task=task, state=PartState.ASKED, asking_department=lead)
    if waiting.filter(department__in=departments).exists():
        raise NotPossibleError("already_asked")
    rows = [
        SupportPart.objects.create(
            organization_id=task.organization_id,
            task=task,
            department=department,
            asking_department=lead,
            asked_by=by.user,
            asker_name=by.name,
            asked_on=by.today,
            question=question,
            due_on=due_on,
            token=tokens[department.pk],
        )
        for department in departments
    ]
    _note(rows, "part.asked", by=by)
    parts_asked(parts=rows, by=by, now=now)
    return rows


@transaction.atomic
def add_part(
    *, task: Task, department: Department, text: str, objects: bool, token: str, by: Actor, now: datetime
) -> SupportPart:
    """Add a unit's part unasked, or its word that the item isn't its own; the same token again returns the first."""
    _lock_open(task)
    known = SupportPart.objects.filter(token=token).first()
    if known is not None:
        return known
    _require_supporting(task, [department], today=by.today)
    row = SupportPart(organization_id=task.organization_id, task=task, department=department, token=token)
    _say(row, text, objects=objects, by=by, now=now)
    row.save()
    _note([row], "part.objected" if objects else "part.added", by=by)
    return row


@transaction.atomic
def answer_part(*, part: SupportPart, version: int, text: str, objects: bool, by: Actor, now: datetime) -> SupportPart:
    """Answer what was asked, object, or say either in other words; the same answer sent twice counts once.

    Raise Conflict when someone answered or withdrew it since `version`.
    """
    row = _locked(part)
    state = PartState.OBJECTED if objects else PartState.ANSWERED
    if row.version == version + 1 and (row.state, row.answer, row.answered_by) == (state, text, by.user):
        return row
    before = _content(row)
    _require(row, version)
    if not takes_answer(row.state):
        raise NotPossibleError("withdrawn")
    if row.task.state != TaskState.ISSUED:
        raise NotPossibleError("not_issued")
    _say(row, text, objects=objects, by=by, now=now)
    return _changed(row, ANSWERED, "part.objected" if objects else "part.answered", before, by=by)


@transaction.atomic
def withdraw_part(*, part: SupportPart, version: int, reason: str, by: Actor) -> SupportPart:
    """Take a question back that waits, or a part that was given unasked; what was written of it stays."""
    row = _locked(part)
    before = _content(row)
    _require(row, version)
    if row.state == PartState.WITHDRAWN:
        raise NotPossibleError("withdrawn")
    if row.question and row.state != PartState.ASKED:
        raise NotPossibleError("answered")
    row.state = PartState.WITHDRAWN
    return _changed(row, ("state",), "part.withdrawn", before, by=by, reason=reason)


def _lock_open(task: Task) -> None:
    state = Task.objects.select_for_update().values_list("state", flat=True).get(pk=task.pk)
    if state != TaskState.ISSUED:
        raise NotPossibleError("not_issued")


def _require_supporting(task: Task, departments: Collection[Department], *, today: date) -> None:
    wanted = {department.pk for department in departments}
    parts = Involvement.objects.on(today).filter(task=task, role=InvolvementRole.SUPPORT, department__in=wanted)
    if not wanted or wanted - set(parts.values_list("department_id", flat=True)):
        raise NotPossibleError("not_supporting")


def _locked(part: SupportPart) -> SupportPart:
    """Lock the item first, as every writer does, then the row."""
    Task.objects.select_for_update().get(pk=part.task_id)
    rows = SupportPart.objects.select_for_update(of=("self",))
    return rows.select_related("task", "department", "asking_department", "answered_by").get(pk=part.pk)


def _require(row: SupportPart, version: int) -> None:
    if row.version != version:
        raise Conflict(row)


def _say(row: SupportPart, text: str, *, objects: bool, by: Actor, now: datetime) -> None:
    row.state = PartState.OBJECTED if objects else PartState.ANSWERED
    row.answer = text
    row.answered_by, row.answerer_name, row.answered_on, row.answered_at = by.user, by.name, by.today, now


def _changed(
    row: SupportPart, names: Collection[str], action: str, before: dict[str, Any], *, by: Actor, reason: str = ""
) -> SupportPart:
    row.version += 1
    row.save(update_fields=[*names, "version"])
    _note([row], action, by=by, before=before, reason=reason)
    return row


def _content(row: SupportPart) -> dict[str, Any]:
    return {
        "department": row.department.name,
        "asking_department": row.asking_department.name if row.asking_department else None,
        "question": row.question,
        "due_on": row.due_on,
        "state": row.state,
        "answer": row.answer,
        "answered_on": row.answered_on,
    }


def _note(
    rows: Sequence[SupportPart], action: str, *, by: Actor, before: dict[str, Any] | None = None, reason: str = ""
) -> None:
    record_all(
        (
            Change(
                organization_id=row.organization_id,
                object_type="part",
                object_id=row.pk,
                version=row.version,
                action=action,
                before=before or {},
                after=_content(row),
                task_id=row.task_id,
                reason=reason,
            )
            for row in rows
        ),
        by=by,
    )
