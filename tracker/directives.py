"""A leader's line on an item (批示): a dated follow-up that a unit answers and the leader or the office settles."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.models import Department, Person
from projects.models import Task
from tracker.choices import DirectiveState
from tracker.follow_ups import day_ahead, lock_item, require_issued, standing
from tracker.models import Directive
from tracker.reminding.noticing import directive_answered, directive_given

UNSETTLED = (DirectiveState.OPEN, DirectiveState.ANSWERED)


@transaction.atomic
def give_directive(
    *,
    task: Task,
    leader: Person,
    department: Department,
    text: str,
    due_on: date,
    meeting_on: date | None = None,
    token: str,
    by: Actor,
    now: datetime,
) -> Directive:
    """Write a leader's line; the same token again returns the first one.

    Where somebody else than the leader writes it down, the record keeps who did.
    """
    lock_item(task.pk)
    if (known := Directive.objects.filter(token=token).first()) is not None:
        return known
    require_issued(task.pk)
    own = by.user is not None and by.user.person_id == leader.pk
    row = Directive.objects.create(
        organization_id=task.organization_id,
        task=task,
        leader=leader,
        leader_name=leader.name,
        user=by.user,
        recorder_name="" if own else by.name,
        text=text,
        given_on=by.today,
        given_at=now,
        meeting_on=meeting_on,
        department=department,
        due_on=day_ahead(due_on, today=by.today),
        token=token,
    )
    _note(row, "directive.given", by=by)
    directive_given(directive=row, by=by, now=now)
    return row


@transaction.atomic
def answer_directive(*, directive: Directive, version: int, answer: str, by: Actor, now: datetime) -> Directive:
    """Answer for the unit; the same answer sent twice counts once. Raise Conflict when it moved on."""
    row = _locked(directive)
    if row.version == version + 1 and row.answer == answer and by.user is not None and row.answered_by_id == by.user.pk:
        return row
    before = standing(row, version, (DirectiveState.OPEN,))
    row.state, row.answer = DirectiveState.ANSWERED, answer
    row.answered_by, row.answerer_name, row.answered_on, row.answered_at = by.user, by.name, by.today, now
    names = ("state", "answer", "answered_by", "answerer_name", "answered_on", "answered_at")
    _written(row, names, "directive.answered", before, by=by)
    directive_answered(directive=row, by=by, now=now)
    return row


@transaction.atomic
def settle_directive(*, directive: Directive, version: int, settlement: str = "", by: Actor) -> Directive:
    """Take it for done, with a closing line or none."""
    row = _locked(directive)
    before = standing(row, version, UNSETTLED)
    row.state, row.settled_on, row.settlement = DirectiveState.SETTLED, by.today, settlement
    names = ("state", "settled_on", "settlement")
    return _written(row, names, "directive.settled", before, by=by, reason=settlement)


@transaction.atomic
def ask_again(*, directive: Directive, version: int, due_on: date, reason: str, by: Actor, now: datetime) -> Directive:
    """Ask the unit once more, with a line and a new day: a new cycle begins."""
    row = _locked(directive)
    before = standing(row, version, UNSETTLED)
    require_issued(row.task_id)
    row.state, row.due_on, row.cycle = DirectiveState.OPEN, day_ahead(due_on, today=by.today), row.cycle + 1
    _written(row, ("state", "due_on", "cycle"), "directive.asked_again", before, by=by, reason=reason)
    directive_given(directive=row, again=reason, by=by, now=now)
    return row


@transaction.atomic
def withdraw_directive(*, directive: Directive, version: int, reason: str, by: Actor) -> Directive:
    """Take a directive back; what was written of it stays."""
    row = _locked(directive)
    before = standing(row, version, UNSETTLED)
    row.state = DirectiveState.WITHDRAWN
    return _written(row, ("state",), "directive.withdrawn", before, by=by, reason=reason)


def _locked(directive: Directive) -> Directive:
    lock_item(directive.task_id)
    return Directive.objects.select_for_update(of=("self",)).select_related("department").get(pk=directive.pk)


def _written(
    row: Directive, names: Collection[str], action: str, before: dict[str, Any], *, by: Actor, reason: str = ""
) -> Directive:
    row.version += 1
    row.save(update_fields=[*names, "version"])
    _note(row, action, by=by, before=before, reason=reason)
    return row


def _note(row: Directive, action: str, *, by: Actor, before: dict[str, Any] | None = None, reason: str = "") -> None:
    record(
        Change(
            organization_id=row.organization_id,
            object_type="directive",
            object_id=row.pk,
            version=row.version,
            action=action,
            before=before or {},
            after={
                "leader": row.leader_name,
                "recorder": row.recorder_name,
                "department": row.department.name,
                "text": row.text,
                "meeting_on": row.meeting_on,
                "due_on": row.due_on,
                "state": row.state,
                "answer": row.answer,
                "cycle": row.cycle,
            },
            task_id=row.task_id,
            reason=reason,
        ),
        by=by,
    )
