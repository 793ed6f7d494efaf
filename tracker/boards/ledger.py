"""The list of a plan's items, by light, unit, leader, section or words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet

from accounts.access import Reach
from projects.access import tasks_for
from projects.models import Plan, Task
from tracker.boards.filters import Choices, Filters, choices_of, counted, lit, narrowed, unreported
from tracker.boards.lines import Line, lines_of

ROWS = 50


@dataclass(frozen=True, slots=True)
class Ledger:
    plan: Plan
    filters: Filters
    choices: Choices
    lines: tuple[Line, ...]
    unreported: frozenset[int]
    page: Page[Task]


def ledger(plan: Plan, reach: Reach, filters: Filters, *, number: int = 1, today: date) -> Ledger:
    """Return one page of the items, those without a light too unless a light is asked for; a fixed number of queries."""
    shown = Paginator(found(plan, reach, filters, today=today), ROWS)
    page = shown.get_page(number)
    rows = list(page.object_list)
    return Ledger(
        plan=plan,
        filters=filters,
        choices=choices_of(plan),
        lines=tuple(lines_of(rows, today=today)),
        unreported=lacking(rows, filters, today=today),
        page=page,
    )


def found(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> QuerySet[Task]:
    """Return the items that answer to the filters, in the order of the list."""
    if filters.light or filters.change:
        tasks = lit(counted(plan, reach, filters, today=today), filters, today=today)
    else:
        tasks = narrowed(tasks_for(reach, today=today).filter(plan=plan), filters, reach, today=today)
    late_first = (F("standing__late_since").asc(nulls_last=True),) if filters.light == "overdue" else ()
    return tasks.select_related("plan", "section").order_by(*late_first, "position", "pk")


def lacking(tasks: Sequence[Task], filters: Filters, *, today: date) -> frozenset[int]:
    """Return which of the items the current rounds still lack a report of."""
    return frozenset(unreported(filters, today=today).filter(task__in=tasks).values_list("task", flat=True))
