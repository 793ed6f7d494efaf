"""Striking an item off (办结销号), taking that back, and looking at it again later (回头看)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from accounts.models import Department
from accounts.versions import raise_version
from projects import planning
from projects.calendars import workdays_for
from projects.choices import PlanState, TaskState
from projects.models import Task
from tracker.asking import Refusal, closing_refusal, left_open, look_back_on
from tracker.choices import ClosureState
from tracker.evidence import Inspected, attach
from tracker.extending import end_requests
from tracker.facts import task_facts
from tracker.models import Closure, LookBack
from tracker.reminding.noticing import closing_returned
from tracker.rules import rules_for

CLOSURE, LOOK_BACK = "closure", "look_back"
ENDS = {
    ClosureState.CLOSED: "closure.closed",
    ClosureState.RETURNED: "closure.returned",
    ClosureState.WITHDRAWN: "closure.withdrawn",
}


class NotClosable(Exception):
    """The unit can't ask for the closing; `refusal` says why, `left` counts what isn't done."""

    def __init__(self, refusal: Refusal, left: int = 0) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.left = left


class LeftOpen(Exception):
    """Something of the item isn't done, and the office hasn't said why it closes all the same; `left` counts it."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} left open")
        self.left = left


class Ended(Exception):
    """The request or second look has had its answer; `row` is what stands there."""

    def __init__(self, row: Closure | LookBack) -> None:
        super().__init__(f"{row} has ended")
        self.row = row


@dataclass(frozen=True, slots=True)
class Statement:
    """What the unit says was done, and the files that bear it out, looked through before."""

    text: str
    token: str
    files: Sequence[Inspected] = ()


@transaction.atomic
def ask_closing(*, task: Task, department: Department, statement: Statement, by: Actor, now: datetime) -> Closure:
    """Ask the office to strike the item off; the same token again returns the first request and changes nothing.

    Raise NotClosable, or EvidenceRefused.
    """
    task = _locked(task)
    first = Closure.objects.filter(token=statement.token).first()
    if first is not None:
        return first
    _refuse(task, files=len(statement.files), today=by.today)
    row = Closure.objects.create(
        organization_id=task.organization_id,
        task=task,
        department=department,
        user=by.user,
        author_name=by.name,
        statement=statement.text,
        asked_on=by.today,
        asked_at=now,
        token=statement.token,
    )
    _note(row, "closure.asked", by=by)
    attach(task=task, files=statement.files, closure=row, department=department, by=by, now=now)
    return row


def _refuse(task: Task, *, files: int, today: date) -> None:
    if task.plan.state != PlanState.ISSUED:
        raise NotClosable(Refusal.ITEM_NOT_OPEN)
    facts = task_facts([task.pk])[task.pk]
    waits = Closure.objects.filter(task=task, state=ClosureState.ASKED).exists()
    needed = rules_for(task.plan, on=today).closing_evidence
    refusal = closing_refusal(facts, waiting=waits, evidence_needed=needed, files=files)
    if refusal is not None:
        raise NotClosable(refusal, left_open(facts))


@transaction.atomic
def close_asked(
    *, closure: Closure, version: int, how: str, on: date, despite: str = "", by: Actor, now: datetime
) -> Closure:
    """Close the item that a unit asked to close; `how` says how the office verified it.

    With something left open, `despite` says why it is closed all the same. Raise Conflict, Ended, LeftOpen, or
    planning's WrongStateError.
    """
    row = _waiting(closure, version)
    _close(row.task, on=on, reason=how, despite=despite, by=by, now=now)
    row.verified_how = how
    return _answer(row, ClosureState.CLOSED, reason=despite, by=by, now=now)


@transaction.atomic
def return_closing(*, closure: Closure, version: int, reason: str, by: Actor, now: datetime) -> Closure:
    """Send the request back with a reason: the item stays open. Raise Conflict or Ended."""
    row = _answer(_waiting(closure, version), ClosureState.RETURNED, reason=reason, by=by, now=now)
    closing_returned(closure=row, by=by, now=now)
    return row


@transaction.atomic
def withdraw_closing(*, closure: Closure, version: int, by: Actor, now: datetime) -> Closure:
    """Take the request back. Raise Conflict or Ended."""
    return _answer(_waiting(closure, version), ClosureState.WITHDRAWN, reason="", by=by, now=now)


@transaction.atomic
def close_directly(
    *, task: Task, version: int, on: date, reason: str, despite: str = "", by: Actor, now: datetime
) -> Task:
    """Close an item without being asked; a request that waits is answered by it. Raise as `close_asked` does."""
    task = _locked(task)
    if task.version != version:
        raise Conflict(task)
    _close(task, on=on, reason=reason, despite=despite, by=by, now=now)
    for row in Closure.objects.select_for_update().filter(task=task, state=ClosureState.ASKED):
        row.verified_how = reason
        _answer(row, ClosureState.CLOSED, reason=despite, by=by, now=now)
    return Task.objects.get(pk=task.pk)


@transaction.atomic
def reopen(*, task: Task, version: int, reason: str, by: Actor, now: datetime) -> Task:
    """Take a closing back: lights, reports and reminders begin again, and no second look is due any more."""
    task = _locked(task)
    opened = planning.reopen_task(task=task, version=version, reason=reason, by=by, now=now)
    for row in LookBack.objects.select_for_update().filter(task=task, looked_on__isnull=True):
        row.looked_on = by.today
        row.save(update_fields=["looked_on"])
        raise_version(row)
        _note_look(row, "look_back.dropped", by=by, reason=reason)
    return opened


@transaction.atomic
def look_back(*, look: LookBack, version: int, holds: bool, finding: str, by: Actor, now: datetime) -> LookBack:
    """Note what the second look found; an item that doesn't hold is open again, with the finding as the reason.

    Raise Conflict, Ended, or planning's WrongStateError.
    """
    task = _locked(look.task)
    row = LookBack.objects.select_for_update().get(pk=look.pk)
    if row.version != version:
        raise Conflict(row)
    if row.looked_on is not None:
        raise Ended(row)
    row.looked_on, row.holds, row.finding = by.today, holds, finding
    row.user_id, row.author_name, row.at = by.user.pk if by.user else None, by.name, now
    row.save(update_fields=["looked_on", "holds", "finding", "user", "author_name", "at"])
    raise_version(row)
    _note_look(row, "look_back.held" if holds else "look_back.failed", by=by, reason=finding)
    if not holds:
        reopen(task=task, version=task.version, reason=finding, by=by, now=now)
    return row


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).select_related("plan").get(pk=task.pk)


def _waiting(closure: Closure, version: int) -> Closure:
    """Lock the item first, then the request; raise Conflict or Ended."""
    task = _locked(closure.task)
    row = Closure.objects.select_for_update().get(pk=closure.pk)
    if row.version != version:
        raise Conflict(row)
    if row.state != ClosureState.ASKED:
        raise Ended(row)
    row.task = task
    return row


def _close(task: Task, *, on: date, reason: str, despite: str, by: Actor, now: datetime) -> None:
    """Close a locked item, end what waits on it, and set the day of the second look."""
    left = left_open(task_facts([task.pk])[task.pk])
    if left and not despite and task.state == TaskState.ISSUED:
        raise LeftOpen(left)
    said = "；".join(filter(None, (reason, despite if left else "")))
    planning.close_task(task=task, on=on, reason=said, by=by, now=now)
    end_requests(task=task, reason=said, by=by, now=now)
    days = rules_for(task.plan, on=by.today).look_back_days
    due_on = look_back_on(on, days, workdays_for(task.organization_id))
    if due_on is not None:
        look = LookBack.objects.create(organization_id=task.organization_id, task=task, due_on=due_on, at=now)
        _note_look(look, "look_back.set", by=by)


def _answer(row: Closure, state: ClosureState, *, reason: str, by: Actor, now: datetime) -> Closure:
    row.state, row.reason = state, reason
    row.decided_by_id, row.decider_name = by.user.pk if by.user else None, by.name
    row.decided_on, row.decided_at = by.today, now
    names = ["state", "reason", "verified_how", "decided_by", "decider_name", "decided_on", "decided_at"]
    row.save(update_fields=names)
    raise_version(row)
    _note(row, ENDS[state], by=by, reason="；".join(filter(None, (row.verified_how, reason))))
    return row


def _note(row: Closure, action: str, *, by: Actor, reason: str = "") -> None:
    after = {
        "department": row.department_id,
        "statement": row.statement,
        "state": row.state,
        "verified_how": row.verified_how,
        "reason": row.reason,
    }
    _record(row, CLOSURE, action, after, by=by, reason=reason)


def _note_look(row: LookBack, action: str, *, by: Actor, reason: str = "") -> None:
    after = {"due_on": row.due_on, "looked_on": row.looked_on, "holds": row.holds, "finding": row.finding}
    _record(row, LOOK_BACK, action, after, by=by, reason=reason)


def _record(
    row: Closure | LookBack, kind: str, action: str, after: Mapping[str, Any], *, by: Actor, reason: str
) -> None:
    change = Change(row.organization_id, kind, row.pk, row.version, action, after, task_id=row.task_id, reason=reason)
    record(change, by=by)
