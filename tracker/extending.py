"""Asking for a later date (延期申请): requested in time, decided along the chain, granted into the promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.access import Reach, reach_of
from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from accounts.models import Department
from accounts.versions import raise_version
from projects.calendars import workdays_for
from projects.choices import DateKind, PlanState, TaskState
from projects.models import Milestone, Task
from projects.planning import move_milestone
from tracker.asking import Refusal, StepAsked, extension_refusal, way_on
from tracker.choices import ApprovalStep, Decision, ExtensionState
from tracker.deciding import Waiting, asker_roles, chain_of, waiting, with_holders
from tracker.evidence import Inspected, attach
from tracker.models import Extension, ExtensionDecision
from tracker.reminding.noticing import extension_decided
from tracker.rules import approval_chain, rules_for
from tracker.standing import rewrite

KIND = "extension"
ENDS = {
    ExtensionState.GRANTED: "extension.granted",
    ExtensionState.REFUSED: "extension.refused",
    ExtensionState.WITHDRAWN: "extension.withdrawn",
}


class NotExtendable(Exception):
    """No later date can be asked for; `refusal` says why, `milestone` is the step as it stands."""

    def __init__(self, refusal: Refusal, milestone: Milestone) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.milestone = milestone


class NotDecidable(Exception):
    """The request takes no such word now: `reason` is a code (`ended`, `not_yours`, `item_not_open`, `date_moved`)."""

    def __init__(self, reason: str, extension: Extension) -> None:
        super().__init__(reason)
        self.reason = reason
        self.extension = extension


@dataclass(frozen=True, slots=True)
class Request:
    """What the unit asks, and the files that bear it out, looked through before."""

    to_on: date
    reason: str
    progress: str
    token: str
    files: Sequence[Inspected] = ()


@transaction.atomic
def ask_extension(
    *, milestone: Milestone, department: Department, request: Request, by: Actor, now: datetime
) -> Extension:
    """Ask for a later date of a step; the same token again returns the first request and changes nothing.

    Raise NotExtendable, or EvidenceRefused.
    """
    task = Task.objects.select_for_update(of=("self",)).select_related("plan").get(pk=milestone.task_id)
    first = Extension.objects.filter(token=request.token).first()
    if first is not None:
        return first
    milestone = Milestone.objects.get(pk=milestone.pk)
    due_on = _refuse(task, milestone, request.to_on, today=by.today)
    row = Extension.objects.create(
        organization_id=task.organization_id,
        task=task,
        milestone=milestone,
        department=department,
        user=by.user,
        author_name=by.name,
        from_on=due_on,
        to_on=request.to_on,
        reason=request.reason,
        progress=request.progress,
        chain=[step.value for step in approval_chain(rules_for(task.plan, on=by.today))],
        asked_on=by.today,
        asked_at=now,
        token=request.token,
    )
    _note(row, "extension.asked", by=by, reason=request.reason, progress=request.progress)
    attach(task=task, files=request.files, extension=row, department=department, by=by, now=now)
    return _go_on(row, by=by, now=now)


def step_asked(task: Task, milestone: Milestone, *, waiting: bool) -> StepAsked:
    """Return the facts on which it depends whether a later date can be asked for; the item brings its plan."""
    return StepAsked(
        item_open=task.state == TaskState.ISSUED and task.plan.state == PlanState.ISSUED,
        due_on=milestone.current_due_on,
        done=milestone.done_on is not None or milestone.dropped_on is not None,
        waiting=waiting,
    )


def _refuse(task: Task, milestone: Milestone, to_on: date, *, today: date) -> date:
    """Return the date in force, or raise NotExtendable."""
    pending = Extension.objects.filter(milestone=milestone, state=ExtensionState.PENDING).exists()
    facts, workdays = step_asked(task, milestone, waiting=pending), workdays_for(task.organization_id)
    refusal = extension_refusal(facts, to_on, today=today, workdays=workdays)
    if refusal is not None or milestone.current_due_on is None:
        raise NotExtendable(refusal or Refusal.NO_DATE, milestone)
    return milestone.current_due_on


@transaction.atomic
def decide_extension(
    *, extension: Extension, version: int, agrees: bool, reason: str, by: Actor, now: datetime
) -> Extension:
    """Say the word that is waited for: the last who agrees grants the date, one who doesn't ends the request.

    The office may speak for a leader or head; the record says so. Raise Conflict when someone spoke first, or
    NotDecidable.
    """
    waited = _locked(extension, version, by=by)
    row = waited.extension
    if waited.turn is None or not waited.may_decide:
        raise NotDecidable("not_yours", row)
    if row.task.state != TaskState.ISSUED:
        raise NotDecidable("item_not_open", row)
    if agrees and not _still_asks_for_later(row):
        raise NotDecidable("date_moved", row)
    step, said = waited.turn.step, {"step": waited.turn.step.value, "on_behalf": waited.on_behalf}
    _write(row, step, Decision.ACCEPTED if agrees else Decision.RETURNED, reason=reason, by=by, now=now)
    if not agrees:
        return _end(row, ExtensionState.REFUSED, reason=reason, by=by, now=now, **said)
    _count(row)
    _note(row, "extension.accepted", by=by, reason=reason, **said)
    return _go_on(row, by=by, now=now)


@transaction.atomic
def withdraw_extension(*, extension: Extension, version: int, reason: str = "", by: Actor, now: datetime) -> Extension:
    """Take a request back; the date stays. Raise Conflict or NotDecidable."""
    row = _locked(extension, version, by=by).extension
    return _end(row, ExtensionState.WITHDRAWN, reason=reason, by=by, now=now)


@transaction.atomic
def end_requests(*, task: Task, reason: str, by: Actor, now: datetime) -> None:
    """End what waits on an item that is struck off."""
    for row in Extension.objects.select_for_update().filter(task=task, state=ExtensionState.PENDING).order_by("pk"):
        _end(row, ExtensionState.WITHDRAWN, reason=reason, by=by, now=now)


def _locked(extension: Extension, version: int, *, by: Actor) -> Waiting:
    """Lock the item first, then the request; raise Conflict, or NotDecidable where it has ended."""
    Task.objects.select_for_update().get(pk=extension.task_id)
    reach = reach_of(by.user, today=by.today) if by.user else Reach(user_id=0)
    same = Extension.objects.select_related("task__plan", "milestone").filter(pk=extension.pk)
    row = with_holders(same, reach, today=by.today).select_for_update(of=("self",)).get()
    if row.version != version:
        raise Conflict(row)
    if row.state != ExtensionState.PENDING:
        raise NotDecidable("ended", row)
    return waiting(row, reach)


def _still_asks_for_later(row: Extension) -> bool:
    """Say whether the step still has the date from which the unit asked to go on."""
    step = row.milestone
    return step.done_on is None and step.dropped_on is None and step.current_due_on == row.from_on


def _go_on(row: Extension, *, by: Actor, now: datetime) -> Extension:
    """Pass over the steps that the asker holds, on the record; grant the date where the chain has come to its end."""
    told = with_holders(Extension.objects.filter(pk=row.pk), Reach(user_id=0), today=by.today).get()
    agreed = ExtensionDecision.objects.filter(extension=row).exclude(reason="").exists()
    way = way_on(chain_of(told), told.decided, asker=asker_roles(told), agreed=agreed)
    for step in way.passed:
        _write(row, step, Decision.ACCEPTED, reason="", by=by, now=now)
        _count(row)
        _note(row, "extension.passed_over", by=by, step=step.value)
    if len(way.chain) > len(row.chain):
        row.chain = [step.value for step in way.chain]
        row.save(update_fields=["chain"])
        raise_version(row)
        _note(row, "extension.left_to_office", by=by)
    return _grant(row, by=by, now=now) if row.decided == len(row.chain) else row


def _grant(row: Extension, *, by: Actor, now: datetime) -> Extension:
    move_milestone(milestone=row.milestone, kind=DateKind.EXTENDED, due_on=row.to_on, reason=row.reason, by=by, now=now)
    return _end(row, ExtensionState.GRANTED, by=by, now=now)


def _count(row: Extension) -> None:
    row.decided += 1
    row.save(update_fields=["decided"])
    raise_version(row)


def _end(
    row: Extension, state: ExtensionState, *, reason: str = "", by: Actor, now: datetime, **said: object
) -> Extension:
    """End the request; where the date stays, the reminders of the step go on in the cycle they were in."""
    row.state, row.ended_on = state, by.today
    row.save(update_fields=["state", "ended_on"])
    raise_version(row)
    _note(row, ENDS[state], by=by, reason=reason, **said)
    if state != ExtensionState.GRANTED:
        rewrite([row.task_id], now=now)
    if state != ExtensionState.WITHDRAWN:
        extension_decided(extension=row, reason=reason, by=by, now=now)
    return row


def _write(row: Extension, step: ApprovalStep, decision: Decision, *, reason: str, by: Actor, now: datetime) -> None:
    """Keep one word; one without a reason is of a step that was passed over, in the name of who asked."""
    ExtensionDecision.objects.create(
        organization_id=row.organization_id,
        extension=row,
        step=step,
        decision=decision,
        reason=reason,
        user_id=by.user.pk if by.user and reason else row.user_id,
        actor_name=by.name if reason else row.author_name,
        at=now,
        decided_on=by.today,
    )


def _note(row: Extension, action: str, *, by: Actor, reason: str = "", **said: object) -> None:
    after: dict[str, Any] = {
        "milestone": row.milestone_id,
        "milestone_text": str(row.milestone),
        "department": row.department_id,
        "from_on": row.from_on,
        "to_on": row.to_on,
        "state": row.state,
        "decided": row.decided,
        "chain": list(row.chain),
    }
    change = Change(
        row.organization_id,
        KIND,
        row.pk,
        row.version,
        action,
        after | said,
        task_id=row.task_id,
        reason=reason,
    )
    record(change, by=by)
