"""The whole sheet of a unit's owed items: what each form of it is made of, read for many rows in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.access import Reach
from accounts.models.dated import in_force
from projects.access import tasks_for
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement
from tracker.boards.answering import Answering, answerings
from tracker.boards.mine import OwedLine, current_rounds, owed_rows
from tracker.boards.owing import still_owed
from tracker.choices import OwedState
from tracker.models import (
    Owed,
    ReportDraft,
    ReportingRound,
)
from tracker.rules import rules_of
from tracker.sentences import cutoff_text, round_text
from tracker.told import Asked

ROWS = 50
ENDED = (OwedState.ACCEPTED, OwedState.WAIVED)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row to fill in; `draft` is what this reader began and hasn't handed in."""

    owed: Owed
    asked: Answering
    draft: ReportDraft | None

    @property
    def owed_line(self) -> OwedLine:
        return self.asked.row


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A row that takes no report any more: accepted meanwhile, ended, or another unit's now."""

    owed: Owed
    reason: str


@dataclass(frozen=True, slots=True)
class GridHead:
    """How much is owed and until when, whatever page is shown."""

    owed: int
    round_name: str
    cutoff: str
    over: bool


@dataclass(frozen=True, slots=True)
class Grid:
    head: GridHead
    rows: tuple[GridRow, ...]
    page: Page[Owed]


def grid(reach: Reach, *, number: int = 1, today: date) -> Grid:
    """Return one page of what this reader's units have to report, in the table's order, what was returned first."""
    page = Paginator(_in_order(to_fill(reach, today=today)), ROWS).get_page(number)
    return Grid(grid_head(reach, today=today), rows_of(reach, list(page.object_list), today=today), page)


def grid_head(reach: Reach, *, today: date) -> GridHead:
    nearest = next(iter(current_rounds(reach, today=today)), None)
    return GridHead(
        owed=still_owed(reach.departments, today=today).count(),
        round_name=round_text(nearest.key) if nearest else "",
        cutoff=_cutoff(nearest, today) if nearest else "",
        over=nearest is not None and nearest.cutoff_on < today,
    )


def whole_grid(reach: Reach, *, today: date) -> tuple[GridRow, ...]:
    """Return all rows at once, as a file of them holds them."""
    return rows_of(reach, list(_in_order(to_fill(reach, today=today))), today=today)


def to_fill(reach: Reach, *, today: date) -> QuerySet[Owed]:
    """Return the rows still owed, and those reported meanwhile of which this reader keeps a draft."""
    begun = ReportDraft.objects.filter(
        user=reach.user_id, task=OuterRef("task"), round=OuterRef("round"), department=OuterRef("department")
    )
    owed = Q(pk__in=still_owed(reach.departments, today=today).values("pk"))
    return _answerable(reach, today=today).filter(owed | Q(Exists(begun)))


def named_rows(
    reach: Reach, ids: Collection[int], *, today: date
) -> tuple[tuple[GridRow, ...], tuple[GoneRow, ...], frozenset[int]]:
    """Sort rows by id into those that may be reported on, those that may not any more, and ids of no row of ours."""
    ours = Owed.objects.filter(pk__in=ids, department__in=reach.departments, task__in=tasks_for(reach, today=today))
    found = {row.pk: row for row in owed_rows(ours)}
    open_ids = set(_answerable(reach, today=today).filter(pk__in=found).values_list("pk", flat=True))
    rows = rows_of(reach, [found[pk] for pk in ids if pk in open_ids], today=today)
    gone = tuple(GoneRow(row, _why_gone(row)) for pk, row in found.items() if pk not in open_ids)
    return rows, gone, frozenset(ids) - found.keys()


def rows_of(reach: Reach, owed: Sequence[Owed], *, today: date) -> tuple[GridRow, ...]:
    drafts = ReportDraft.objects.filter(user=reach.user_id, task__in=[row.task_id for row in owed])
    begun = {(draft.task_id, draft.round_id, draft.department_id): draft for draft in drafts}
    forms = answerings([Asked(row.task, row.department, row.round, row) for row in owed], today=today)
    return tuple(
        GridRow(row, asked, begun.get((row.task_id, row.round_id, row.department_id)))
        for row, asked in zip(owed, forms, strict=True)
    )


def _answerable(reach: Reach, *, today: date) -> QuerySet[Owed]:
    """Return the rows of open items that one of the reader's units leads today."""
    leads = Involvement.objects.filter(
        in_force(today), role=InvolvementRole.LEAD, task=OuterRef("task"), department=OuterRef("department")
    )
    rows = Owed.objects.filter(Exists(leads), department__in=reach.departments, task__state=TaskState.ISSUED)
    return rows.exclude(state__in=ENDED).filter(task__in=tasks_for(reach, today=today))


def _why_gone(row: Owed) -> str:
    if row.state == OwedState.ACCEPTED:
        return "already_accepted"
    return "not_issued" if row.task.state != TaskState.ISSUED else "not_ours"


def _in_order(rows: QuerySet[Owed]) -> QuerySet[Owed]:
    first = Case(When(state=OwedState.RETURNED, then=Value(0)), default=Value(1))
    return owed_rows(rows).order_by(first, "task__plan", "task__position", "pk")


def _cutoff(row: ReportingRound, today: date) -> str:
    return cutoff_text(row.cutoff_on, rules_of([row.plan], on=today)[row.plan_id].cutoff_at, today=today)
