"""Signing for items: asked when a unit gets its part, signed or objected to by the unit, decided by the office."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched

from django.db import transaction

from accounts.bulk import insert_rows
from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record_all
from accounts.models import Department
from accounts.models.among import among
from accounts.models.dated import in_force
from accounts.versions import raise_version
from projects.calendars import workdays_for
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.models import Involvement, Plan, Task
from projects.swapping import Party, swap_parties
from tracker.choices import ReceiptState
from tracker.models import Receipt
from tracker.rules import rules_of

PER_STATEMENT = 5000
ASKED = (InvolvementRole.LEAD, InvolvementRole.SUPPORT)
ANSWERED = ("state", "answered_by", "answerer_name", "answered_at")
OPEN = (ReceiptState.WAITING, ReceiptState.OBJECTED)


class NotAnswerable(Exception):
    """The receipt is in a state that takes no such answer; `receipt` is what stands there."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(f"receipt {receipt.pk} is {receipt.state}")
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Seen:
    """A receipt as its reader saw it."""

    id: int
    version: int


def ask(task_ids: Collection[int], *, today: date) -> None:
    """Ask every unit with a part in these items for its receipt once, and let go of units that have none any more.

    Drafts are asked for when they are issued.
    """
    for ids in batched(task_ids, PER_STATEMENT):
        known = {(row.task_id, row.department_id): row for row in Receipt.objects.filter(among("task", ids))}
        parts = _parts(ids, today)
        _release([row.pk for key, row in known.items() if key not in parts and row.state in OPEN])
        _ask_again([row for key, row in known.items() if key in parts and row.state == ReceiptState.RELEASED], today)
        _insert(parts - set(known), today)


def _parts(task_ids: Collection[int], today: date) -> set[tuple[int, int]]:
    """Return the units that have a part in those of these items that are in force, in a plan that is."""
    rows = Involvement.objects.filter(
        in_force(today),
        among("task", task_ids),
        role__in=ASKED,
        department__isnull=False,
        task__state=TaskState.ISSUED,
        task__plan__state=PlanState.ISSUED,
    )
    return set(rows.values_list("task_id", "department_id"))


def _insert(parts: Collection[tuple[int, int]], today: date) -> None:
    if not parts:
        return
    tasks = Task.objects.filter(among("pk", {task for task, _ in parts})).select_related("plan")
    issued = {task.pk: task for task in tasks}
    due = _due_days({task.plan_id: task.plan for task in issued.values()}, today)
    rows = [
        Receipt(
            organization_id=issued[task].organization_id,
            plan_id=issued[task].plan_id,
            task_id=task,
            department_id=unit,
            asked_on=today,
            due_on=due[issued[task].plan_id],
        )
        for task, unit in sorted(parts)
    ]
    insert_rows(Receipt, rows)


def _due_days(plans: Mapping[int, Plan], today: date) -> dict[int, date]:
    """Return each plan's last day to sign: the days its rules give, and on to a working day."""
    rules = rules_of(list(plans.values()), on=today)
    workdays = {plan.organization_id: workdays_for(plan.organization_id) for plan in plans.values()}
    return {
        pk: workdays[plan.organization_id].on_or_after(today + timedelta(days=rules[pk].receipt_days))
        for pk, plan in plans.items()
    }


def _release(ids: Collection[int]) -> None:
    if ids:
        Receipt.objects.filter(among("pk", ids)).update(state=ReceiptState.RELEASED)


def _ask_again(rows: Sequence[Receipt], today: date) -> None:
    if not rows:
        return
    due = _due_days(Plan.objects.in_bulk({row.plan_id for row in rows}), today)
    for row in rows:
        # What was objected to before the item stopped still waits for its answer when the item goes on.
        unanswered = row.state == ReceiptState.RELEASED and row.objection and not row.decision
        row.state = ReceiptState.OBJECTED if unanswered else ReceiptState.WAITING
        row.asked_on, row.due_on = today, due[row.plan_id]
        row.save(update_fields=["state", "asked_on", "due_on"])


@transaction.atomic
def sign(*, seen: Collection[Seen], by: Actor, now: datetime) -> list[Receipt]:
    """Sign for items, all or none; raise Conflict or NotAnswerable."""
    rows = _locked(seen, (ReceiptState.WAITING,))
    for row in rows:
        row.state, row.answered_by, row.answerer_name, row.answered_at = ReceiptState.SIGNED, by.user, by.name, now
        row.version += 1
    Receipt.objects.bulk_update(rows, [*ANSWERED, "version"], batch_size=500)
    _note(rows, "receipt.signed", by=by)
    return rows


@transaction.atomic
def object_to(*, seen: Seen, reason: str, by: Actor, now: datetime) -> Receipt:
    """Say that an item isn't the unit's own; the office decides, and until then the item stays where it is."""
    (row,) = _locked([seen], (ReceiptState.WAITING,))
    row.objection, row.decision = reason, ""
    row.state, row.answered_by, row.answerer_name, row.answered_at = ReceiptState.OBJECTED, by.user, by.name, now
    row.save(update_fields=[*ANSWERED, "objection", "decision"])
    raise_version(row)
    _note([row], "receipt.objected", by=by, reason=reason)
    return row


@transaction.atomic
def uphold(*, seen: Seen, reason: str, by: Actor, now: datetime) -> Receipt:
    """Leave an objected item with its unit, which is asked to sign once more."""
    (row,) = _locked([seen], (ReceiptState.OBJECTED,))
    row.state = ReceiptState.WAITING
    row.due_on = _due_days({row.plan_id: row.plan}, by.today)[row.plan_id]
    _decide(row, reason, by, now)
    _note([row], "receipt.upheld", by=by, reason=reason)
    return row


@transaction.atomic
def redirect_to(
    *, seen: Seen, department: Department, supporting: bool = False, reason: str, by: Actor, now: datetime
) -> Receipt:
    """Give an objected item to another unit in the same role, which is then asked for its receipt.

    `supporting`: the unit that objected stays with a supporting part, and is asked to sign for that.
    """
    (row,) = _locked([seen], (ReceiptState.OBJECTED,))
    own = Party("department", row.department_id)
    swap_parties(
        tasks=[row.task],
        swaps={own: Party("department", department.pk)},
        roles=ASKED,
        supporting=[own] if supporting else [],
        reason=reason,
        by=by,
        now=now,
    )
    row.refresh_from_db()
    row.state = ReceiptState.WAITING if supporting else ReceiptState.RELEASED
    if supporting:
        row.due_on = _due_days({row.plan_id: row.plan}, by.today)[row.plan_id]
    _decide(row, reason, by, now)
    # Who has signed for a supporting part hasn't signed for the whole item.
    signed = list(Receipt.objects.filter(task=row.task_id, department=department, state=ReceiptState.SIGNED))
    _ask_again(signed, by.today)
    for each in signed:
        raise_version(each)
    _note(signed, "receipt.asked_again", by=by)
    _note([row], "receipt.redirected", by=by, reason=reason, to=department)
    return row


def _locked(seen: Collection[Seen], allowed: Collection[ReceiptState]) -> list[Receipt]:
    versions = {one.id: one.version for one in seen}
    rows = list(
        Receipt.objects.select_for_update(of=("self",))
        .select_related("task", "plan", "department")
        .filter(pk__in=versions)
        .order_by("pk")
    )
    for row in rows:
        if row.version != versions[row.pk]:
            raise Conflict(row)
        if row.state not in allowed:
            raise NotAnswerable(row)
    return rows


def _decide(row: Receipt, reason: str, by: Actor, now: datetime) -> None:
    row.decision, row.decided_by, row.decided_at = reason, by.user, now
    row.save(update_fields=["state", "due_on", "decision", "decided_by", "decided_at"])
    raise_version(row)


def _passed_on(row: Receipt, to: Department) -> dict[str, object]:
    """Return what the unit that gets an item is told at its own receipt, with the names of that day."""
    return {"to": to.pk, "to_unit": to.name, "unit": row.department.name, "objection": row.objection}


def _note(rows: Iterable[Receipt], action: str, *, by: Actor, reason: str = "", to: Department | None = None) -> None:
    record_all(
        (
            Change(
                organization_id=row.organization_id,
                object_type="receipt",
                object_id=row.pk,
                version=row.version,
                action=action,
                after={"department": row.department_id, "state": row.state, **(_passed_on(row, to) if to else {})},
                task_id=row.task_id,
                reason=reason,
            )
            for row in rows
        ),
        by=by,
    )
