"""Receipts as pages show them: what a unit has still to sign for, who hasn't signed, what is objected to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from accounts.access import Reach
from accounts.models import Department, HistoryEntry
from projects.access import tasks_for
from projects.choices import InvolvementRole, PlanState
from projects.models import Involvement, Task
from tracker.choices import ReceiptState
from tracker.models import Receipt, Urging

MOST_SIGNED = 50
MOST_DECIDED = 50
UPHELD, REDIRECTED = "receipt.upheld", "receipt.redirected"


@dataclass(frozen=True, slots=True)
class Decided:
    """An objection as it was decided: `unit` objected, `to_unit` has the item since; empty where it stayed."""

    unit: str
    objection: str
    to_unit: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """`role` is the unit's part in the item now, empty where it has none any more.

    `came` is why an item was passed to this unit, `gone` where its objection led.
    """

    receipt: Receipt
    role: str
    late: bool
    came: Decided | None = None
    gone: Decided | None = None


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
    """`waiting` is what the reader may sign for; `units`, `objected` and `decided` are the office's."""

    waiting: tuple[Line, ...]
    signed: tuple[Line, ...]
    units: tuple[Unit, ...]
    objected: tuple[Line, ...]
    decided: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One item of a unit; `urged` is its last urging and `times` how many there were."""

    line: Line
    urged: Urging | None
    times: int


@dataclass(frozen=True, slots=True)
class UnitSigning:
    department: Department
    waiting: tuple[UnitLine, ...]
    answered: tuple[UnitLine, ...]

    @property
    def late(self) -> int:
        return sum(each.line.late for each in self.waiting)


def signing(reach: Reach, *, today: date) -> Signing:
    """Return the page in a fixed number of queries."""
    own = _rows().filter(department__in=reach.departments, task__in=tasks_for(reach, today=today))
    office = _rows().filter(organization=reach.organization_id) if reach.office else _rows().none()
    decided = office.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    lists = (
        own.filter(state=ReceiptState.WAITING),
        own.exclude(state=ReceiptState.WAITING).order_by("-answered_at")[:MOST_SIGNED],
        office.filter(state=ReceiptState.OBJECTED),
        decided.exclude(state=ReceiptState.OBJECTED)[:MOST_DECIDED],
    )
    waiting, signed, objected, answered = _lines([list(rows) for rows in lists], today)
    units = tuple(_units(reach, today)) if reach.office else ()
    return Signing(waiting=waiting, signed=signed, units=units, objected=objected, decided=answered)


def unit_signing(reach: Reach, unit_id: int, *, today: date) -> UnitSigning:
    """Return one unit's items with what was urged, for the office; raise Http404 where the unit isn't its own."""
    department = Department.objects.filter(organization=reach.organization_id, pk=unit_id).first()
    if department is None:
        raise Http404
    rows = list(_rows().filter(department=department).exclude(state=ReceiptState.RELEASED))
    (lines,) = _lines([rows], today)
    urged: dict[int, list[Urging]] = {}
    tasks = [row.task_id for row in rows]
    for urging in Urging.objects.filter(task__in=tasks, department=department).order_by("pk"):
        urged.setdefault(urging.task_id, []).append(urging)
    found = [
        UnitLine(line, urged=past[-1] if past else None, times=len(past))
        for line in lines
        for past in (urged.get(line.receipt.task_id, []),)
    ]
    return UnitSigning(
        department=department,
        waiting=tuple(each for each in found if each.line.receipt.state == ReceiptState.WAITING),
        answered=tuple(each for each in found if each.line.receipt.state != ReceiptState.WAITING),
    )


def waiting_tasks(reach: Reach, unit_id: int, task_ids: Collection[int]) -> list[Task]:
    """Return which of these items the unit has still to sign for."""
    rows = Receipt.objects.filter(
        organization=reach.organization_id, department=unit_id, state=ReceiptState.WAITING, task__in=task_ids
    )
    return list(Task.objects.filter(pk__in=rows.values("task")).order_by("pk"))


def to_sign(reach: Reach) -> QuerySet[Receipt]:
    """Return what this reader's units have to sign for."""
    return _asked(reach).filter(department__in=reach.departments, state=ReceiptState.WAITING)


def objections(reach: Reach) -> QuerySet[Receipt]:
    """Return the objections, which the office decides."""
    return _asked(reach).filter(state=ReceiptState.OBJECTED)


def _asked(reach: Reach) -> QuerySet[Receipt]:
    return Receipt.objects.filter(organization=reach.organization_id).exclude(plan__state=PlanState.ARCHIVED)


def signable(reach: Reach, ids: Collection[int], *, today: date) -> set[int]:
    """Return which of these receipts the reader may answer: those of the reader's own units."""
    rows = Receipt.objects.filter(pk__in=ids, department__in=reach.departments, task__in=tasks_for(reach, today=today))
    return set(rows.values_list("pk", flat=True))


def _rows() -> QuerySet[Receipt]:
    """Return receipts in the order in which they are due; those of plans that were put away ask for nothing."""
    rows = Receipt.objects.exclude(plan__state=PlanState.ARCHIVED).select_related("task", "plan", "department")
    return rows.order_by("due_on", "plan_id", "task__position", "pk")


def _lines(lists: Collection[list[Receipt]], today: date) -> tuple[tuple[Line, ...], ...]:
    """Return each list as lines, all in two queries."""
    rows = [row for found in lists for row in found]
    roles = _roles({row.task_id for row in rows}, today)
    came, gone = _decisions({row.task_id for row in rows})
    return tuple(
        tuple(
            Line(
                row,
                role=roles.get((row.task_id, row.department_id), ""),
                late=row.state == ReceiptState.WAITING and row.due_on < today,
                came=came.get((row.task_id, row.department_id)),
                gone=gone.get(row.pk),
            )
            for row in found
        )
        for found in lists
    )


def _roles(tasks: Iterable[int], today: date) -> dict[tuple[int, int], str]:
    """Return what units do in items, lead before support; a part that has ended counts no more."""
    roles = (InvolvementRole.SUPPORT, InvolvementRole.LEAD)
    rows = Involvement.objects.filter(task__in=tasks, role__in=roles, department__isnull=False)
    standing = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=today))
    found = set(standing.values_list("task_id", "department_id", "role"))
    return {(task, unit): role for role in roles for task, unit, had in found if had == role}


def _decisions(tasks: Iterable[int]) -> tuple[dict[tuple[int, int], Decided], dict[int, Decided]]:
    """Return the last decisions by the item and unit that got it, and by the receipt objected to."""
    entries = HistoryEntry.objects.filter(
        task_id__in=tasks, object_type="receipt", action__in=(UPHELD, REDIRECTED)
    ).order_by("pk")
    came: dict[tuple[int, int], Decided] = {}
    gone: dict[int, Decided] = {}
    for entry in entries:
        found = _decided(entry)
        gone[entry.object_id] = found
        if entry.task_id is not None and (to := entry.after.get("to")):
            came[entry.task_id, to] = found
    return came, gone


def _decided(entry: HistoryEntry) -> Decided:
    said: Mapping[str, str] = entry.after
    return Decided(
        unit=said.get("unit", ""),
        objection=said.get("objection", ""),
        to_unit=said.get("to_unit", ""),
        reason=entry.reason,
        by=entry.actor_name,
        at=entry.at,
    )


def _units(reach: Reach, today: date) -> list[Unit]:
    counted = (
        Receipt.objects.filter(organization=reach.organization_id)
        .exclude(state=ReceiptState.RELEASED)
        .exclude(plan__state=PlanState.ARCHIVED)
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
