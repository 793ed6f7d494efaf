"""Receipts as pages show them: what a unit has still to sign for, who hasn't signed, what is objected to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.access import Reach
from accounts.models import Department
from projects.access import tasks_for
from projects.choices import InvolvementRole
from projects.models import Involvement
from tracker.choices import ReceiptState
from tracker.models import Receipt

MOST_SIGNED = 50


@dataclass(frozen=True, slots=True)
class Line:
    receipt: Receipt
    lead: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """How far one unit is with signing; `late` counts what is waiting past its day."""

    department: Department
    asked: int
    signed: int
    waiting: int
    objected: int
    late: int


@dataclass(frozen=True, slots=True)
class Signing:
    """`waiting` is what the reader may sign for; `units` and `objected` are the office's."""

    waiting: tuple[Line, ...]
    signed: tuple[Line, ...]
    units: tuple[Unit, ...]
    objected: tuple[Line, ...]


def signing(reach: Reach, *, today: date) -> Signing:
    """Return the page in a fixed number of queries."""
    own = _rows().filter(department__in=reach.departments, task__in=tasks_for(reach, today=today))
    office = _rows().filter(organization=reach.organization_id) if reach.office else _rows().none()
    return Signing(
        waiting=_lines(own.filter(state=ReceiptState.WAITING), today),
        signed=_lines(own.exclude(state=ReceiptState.WAITING).order_by("-answered_at")[:MOST_SIGNED], today),
        units=tuple(_units(reach, today)) if reach.office else (),
        objected=_lines(office.filter(state=ReceiptState.OBJECTED), today),
    )


def to_answer(reach: Reach) -> int:
    """Count what waits for this reader: items to sign for, and for the office the objections to decide."""
    waiting = Q(department__in=reach.departments, state=ReceiptState.WAITING)
    if reach.office:
        waiting |= Q(state=ReceiptState.OBJECTED)
    return Receipt.objects.filter(waiting, organization=reach.organization_id).count()


def signable(reach: Reach, ids: Collection[int], *, today: date) -> set[int]:
    """Return which of these receipts the reader may answer: those of the reader's own units."""
    rows = Receipt.objects.filter(pk__in=ids, department__in=reach.departments, task__in=tasks_for(reach, today=today))
    return set(rows.values_list("pk", flat=True))


def _rows() -> QuerySet[Receipt]:
    rows = Receipt.objects.select_related("task", "plan", "department")
    return rows.order_by("due_on", "plan_id", "task__position", "pk")


def _lines(rows: QuerySet[Receipt], today: date) -> tuple[Line, ...]:
    found = list(rows)
    leads = set(
        Involvement.objects.filter(
            task__in=[row.task_id for row in found], role=InvolvementRole.LEAD, department__isnull=False
        ).values_list("task_id", "department_id")
    )
    return tuple(Line(row, lead=(row.task_id, row.department_id) in leads, late=_late(row, today)) for row in found)


def _late(row: Receipt, today: date) -> bool:
    return row.state == ReceiptState.WAITING and row.due_on < today


def _units(reach: Reach, today: date) -> list[Unit]:
    counted = (
        Receipt.objects.filter(organization=reach.organization_id)
        .exclude(state=ReceiptState.RELEASED)
        .values_list("department")
        .annotate(
            asked=Count("pk"),
            signed=Count("pk", filter=Q(state=ReceiptState.SIGNED)),
            waiting=Count("pk", filter=Q(state=ReceiptState.WAITING)),
            objected=Count("pk", filter=Q(state=ReceiptState.OBJECTED)),
            late=Count("pk", filter=Q(state=ReceiptState.WAITING, due_on__lt=today)),
        )
    )
    departments = Department.objects.in_bulk([row[0] for row in counted])
    units = [Unit(departments[pk], *figures) for pk, *figures in counted]
    return sorted(units, key=lambda unit: (-unit.late, -unit.waiting, unit.department.position, unit.department.pk))
