"""Handing an item down to offices below: offered as a copy, then taken into a plan of theirs, declined, or withdrawn.

Each entry of history stands with the office that acted: neither side reads who it was on the other.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, canonical, record
from accounts.models import Department, Organization
from accounts.versions import raise_version
from projects.choices import Comparison, HandDownState, InvolvementRole, PlanState, TaskState
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.importing.diff import TaskSnapshot
from projects.importing.snapshot import task_snapshot
from projects.models import HandDown, Plan, Task
from projects.numbering import next_number
from projects.planning import add_tasks

FROM_ABOVE = "上级交办"
"""The column under which the child's item says who handed it down."""
WORDS = ("title", "content", "target_text", "measures", "deadline_text", "deadline_kind")
"""What of an item's own words goes down: notes, contacts and further columns are the office's own."""
ANSWERS = {
    HandDownState.TAKEN: "handdown.taken",
    HandDownState.DECLINED: "handdown.declined",
    HandDownState.WITHDRAWN: "handdown.withdrawn",
}
GOING = (HandDownState.OFFERED, HandDownState.TAKEN)


class NotHandableError(ValueError):
    """The item isn't in work, or the plan is no issued one."""


class NotAChildError(ValueError):
    """An item goes to the offices directly below, to none further down or beside."""


class NotOwnError(ValueError):
    """The plan or the unit isn't that of the office which takes the item, or the unit is no more."""


class AnsweredError(Conflict):
    """The offer was answered or withdrawn already, and whoever comes saw it so."""


class HandedAlreadyError(ValueError):
    """`offices` have it already, offered or taken."""

    def __init__(self, offices: Collection[Organization]) -> None:
        super().__init__(f"handed down already to {[office.pk for office in offices]}")
        self.offices = tuple(offices)


@transaction.atomic
def hand_down(
    *,
    task: Task,
    version: int,
    to: Collection[Organization],
    word: str = "",
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time
) -> list[HandDown]:
    """Offer the item as it stands to offices directly below, all of them or none.

    Raise Conflict when it moved on since it was seen, NotHandableError, NotAChildError or HandedAlreadyError.
    """
    task = Task.objects.select_for_update(of=("self",)).select_related("plan").get(pk=task.pk)
    if task.version != version:
        raise Conflict(task)
    if task.state != TaskState.ISSUED or task.plan.state != PlanState.ISSUED:
        raise NotHandableError(task.title)
    offices = {office.pk: office for office in to}
    if not offices or any(office.parent_id != task.organization_id for office in offices.values()):
        raise NotAChildError([*offices])
    having = HandDown.objects.filter(task=task, to__in=offices, state__in=GOING).select_related("to").order_by("pk")
    if having:
        raise HandedAlreadyError([row.to for row in having])
    promise = _sent(task_snapshot(task))
    return [_offer(task, office, promise, word, by) for office in offices.values()]


def _offer(task: Task, office: Organization, promise: dict[str, Any], word: str, by: Actor) -> HandDown:
    made = HandDown.objects.create(
        organization_id=task.organization_id,
        task=task,
        task_version=task.version,
        to=office,
        promise=promise,
        word=word,
        offered_on=by.today,
    )
    after = {"office": office.name, "word": word, "state": made.state}
    entry = Change(task.organization_id, "handdown", made.pk, 1, "handdown.offered", after, task_id=task.pk)
    record(entry, by=by)
    return made


@transaction.atomic
def take(
    *,
    handed: HandDown,
    version: int,
    plan: Plan,
    lead: Department,
    category: tuple[str, ...] = (),
    number: str = "",
    by: Actor,
    now: datetime,
) -> Task:
    """Write the promise into a plan of the child, led by a unit of its own; return the new item.

    Without a `number` it gets the plan's next one. Raise Conflict when it was answered or withdrawn meanwhile,
    NotOwnError, or WrongStateError for an archived plan.
    """
    handed = _held(handed, version)
    own = leading_units(handed.to_id, today=by.today).filter(pk=lead.pk)
    if plan.organization_id != handed.to_id or not own.exists():
        raise NotOwnError([plan.pk, lead.pk])
    # Of two that are taken at once each finds the other's number.
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    draft = _received(handed, lead, category, number or next_number(plan))
    (made,) = add_tasks(plan=plan, drafts=[draft], by=by, now=now, reason=handed.word)
    handed.taken_as = made
    _settle(handed, HandDownState.TAKEN, handed.to_id, made.pk, "", by)
    return made


@transaction.atomic
def decline(*, handed: HandDown, version: int, reason: str, by: Actor) -> HandDown:
    """Send the offer back with a reason; raise Conflict when it was answered or withdrawn meanwhile."""
    handed = _held(handed, version)
    return _settle(handed, HandDownState.DECLINED, handed.to_id, None, reason, by)


@transaction.atomic
def withdraw(*, handed: HandDown, version: int, reason: str, by: Actor) -> HandDown:
    """Take back what nobody answered yet; what was taken is the child's own promise by then. Raise Conflict."""
    handed = _held(handed, version)
    return _settle(handed, HandDownState.WITHDRAWN, handed.organization_id, handed.task_id, reason, by)


def leading_units(organization_id: int | None, *, today: date) -> QuerySet[Department]:
    """Return the units that may lead what was handed down: all that still are."""
    return Department.objects.filter(organization=organization_id).exclude(dissolved_on__lte=today)


def promised_words(handed: HandDown) -> str:
    """Return the words as they were handed down, each once."""
    text = ""
    for name in ("content", "target_text", "measures", "deadline_text"):
        part = str(handed.promise.get(name, ""))
        if part and part not in text:
            text = f"{text}　{part}" if text else part
    return text or str(handed.promise["title"])


def promised_amounts(handed: HandDown) -> tuple[TargetDraft, ...]:
    return tuple(_amount(said) for said in handed.promise["targets"])


def promised_steps(handed: HandDown) -> tuple[MilestoneDraft, ...]:
    return tuple(
        MilestoneDraft(said["text"], said["phrase"], _day(said["due_on"]), _day(said["start_on"]))
        for said in handed.promise["steps"]
    )


def _held(handed: HandDown, version: int) -> HandDown:
    """Lock the offer for this transaction: of two who answer it one finds it answered."""
    row = HandDown.objects.select_for_update().get(pk=handed.pk)
    if row.version != version:
        raise Conflict(row)
    if row.state != HandDownState.OFFERED:
        raise AnsweredError(row)
    return row


def _settle(
    handed: HandDown, state: HandDownState, organization_id: int, task_id: int | None, reason: str, by: Actor
) -> HandDown:
    handed.state, handed.reason, handed.answered_on = state, reason, by.today
    handed.save(update_fields=["state", "reason", "answered_on", "taken_as"])
    raise_version(handed)
    entry = Change(
        organization_id,
        "handdown",
        handed.pk,
        handed.version,
        ANSWERS[state],
        {"state": state},
        before={"state": HandDownState.OFFERED},
        task_id=task_id,
        reason=reason,
    )
    record(entry, by=by)
    return handed


def _sent(seen: TaskSnapshot) -> dict[str, Any]:
    """Return what goes down: the words, the steps still open with their dates in force, and what is to be reached."""
    places = [place for place, step in enumerate(seen.milestones) if not step.settled]
    steps = [seen.milestones[place] for place in places]
    said: dict[str, Any] = canonical(
        {
            **{name: getattr(seen.draft, name) for name in WORDS},
            "steps": [
                {
                    "text": step.draft.text,
                    "phrase": step.draft.phrase,
                    "due_on": step.current_on,
                    "start_on": step.draft.start_on,
                }
                for step in steps
            ],
            "targets": [_said(one.draft, places) for one in seen.targets],
        }
    )
    return said


def _said(draft: TargetDraft, places: list[int]) -> dict[str, Any]:
    kept = draft.milestone is not None and draft.milestone in places
    names = ("name", "value", "unit", "comparison", "baseline", "cumulative", "start_on", "due_on", "horizon_year")
    return {
        **{name: getattr(draft, name) for name in names},
        "milestone": places.index(draft.milestone) if kept and draft.milestone is not None else None,
        "items": list(draft.items),
        "curve": [[day, share] for day, share in draft.curve],
    }


def _received(handed: HandDown, lead: Department, category: tuple[str, ...], number: str) -> TaskDraft:
    said = handed.promise
    return TaskDraft(
        **{name: said[name] for name in WORDS},
        number=number,
        category=category,
        extra={FROM_ABOVE: handed.organization.name},
        parties=(PartyDraft(InvolvementRole.LEAD, lead.name, department_id=lead.pk),),
        milestones=promised_steps(handed),
        targets=promised_amounts(handed),
    )


def _amount(said: Mapping[str, Any]) -> TargetDraft:
    return TargetDraft(
        name=said["name"],
        value=Decimal(said["value"]),
        unit=said["unit"],
        comparison=Comparison(said["comparison"]),
        baseline=None if said["baseline"] is None else Decimal(said["baseline"]),
        cumulative=said["cumulative"],
        milestone=said["milestone"],
        items=tuple(said["items"]),
        start_on=_day(said["start_on"]),
        due_on=_day(said["due_on"]),
        curve=tuple((date.fromisoformat(day), Decimal(share)) for day, share in said["curve"]),
        horizon_year=said["horizon_year"],
    )


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
