"""Items and reports as plain values for programs: no instances, one query a relation, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet

from accounts.access import Reach
from accounts.models.among import among
from accounts.models.dated import in_force
from accounts.prepared import Prepared
from projects.access import tasks_for
from projects.choices import COUNTED_STATES
from projects.models import Involvement, Milestone, Target, Task
from tracker.boards.filters import Filters, lit, narrowed
from tracker.facts import of_items
from tracker.lights_sql import light_expression
from tracker.models import ItemTick, MilestoneMark, ProgressReport, Review, TargetValue

Row = dict[str, Any]
Nested = dict[int, list[Row]]

TASK_COLUMNS = {
    "id": "pk",
    "plan": "plan_id",
    "section": "section_id",
    "number": "number",
    "title": "title",
    "state": "state",
    "light": "light",
    "position": "position",
    "issued_on": "issued_on",
    "closed_on": "closed_on",
    "next_due_on": "standing__next_due_on",
    "overdue_from": "standing__overdue_from",
    "moves": "standing__moves",
    "version": "version",
}
"""What a list tells of an item, and where it stands."""

MILESTONE_COLUMNS = (
    "id",
    "position",
    "text",
    "phrase",
    "start_on",
    "issued_due_on",
    "current_due_on",
    "done_on",
    "moves",
)
TARGET_COLUMNS = (
    "id",
    "milestone",
    "position",
    "name",
    "comparison",
    "value",
    "unit",
    "baseline",
    "cumulative",
    "start_on",
    "due_on",
    "horizon_year",
)
STEPS, AIMS = of_items(Milestone, MILESTONE_COLUMNS), of_items(Target, TARGET_COLUMNS)
PARTIES = {"departments": "department", "people": "person", "posts": "post"}
NESTED = (*PARTIES, "milestones", "targets")

REPORT_COLUMNS = {
    "id": "pk",
    "task": "task_id",
    "plan": "round__plan_id",
    "round": "round__key",
    "department": "department_id",
    "department_name": "department__name",
    "author_name": "author_name",
    "state": "state",
    "no_change": "no_change",
    "sentence": "sentence",
    "problems": "problems",
    "next_step": "next_step",
    "help_needed": "help_needed",
    "review_state": "review_state",
    "late": "late",
    "submitted_at": "submitted_at",
    "submitted_on": "submitted_on",
    "version": "version",
}


def sought(reach: Reach, filters: Filters, *, today: date) -> QuerySet[Task]:
    """Return the items that answer to the filters of a board, of one plan or of all that the reader sees."""
    tasks = tasks_for(reach, today=today)
    if filters.plan is not None:
        tasks = tasks.filter(plan=filters.plan)
    if filters.light or filters.change:
        counted = narrowed(tasks.filter(state__in=COUNTED_STATES), filters, reach, today=today)
        return lit(counted, filters, today=today)
    return narrowed(tasks, filters, reach, today=today)


def task_rows(tasks: QuerySet[Task], names: Collection[str], *, today: date) -> list[Row]:
    """Return these items with the columns named, in one query."""
    kept = [name for name in TASK_COLUMNS if name in names or name == "id"]
    if "light" in kept:
        tasks = tasks.annotate(light=light_expression(today))
    return [dict(zip(kept, row, strict=True)) for row in tasks.values_list(*(TASK_COLUMNS[name] for name in kept))]


def nest(rows: Sequence[Row], nested: Collection[str], *, today: date) -> None:
    """Hang on items what has been asked for, in one query a relation."""
    ids = [row["id"] for row in rows]
    parts: dict[str, Nested] = {}
    if wanted := [name for name in PARTIES if name in nested]:
        parts |= _parties(ids, wanted, today=today)
    if "milestones" in nested:
        parts["milestones"] = _by_task(MILESTONE_COLUMNS, STEPS.rows(tasks=ids))
    if "targets" in nested:
        parts["targets"] = _by_task(TARGET_COLUMNS, AIMS.rows(tasks=ids))
    for name, found in parts.items():
        for row in rows:
            row[name] = found.get(row["id"], [])


def _by_task(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Nested:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for task, *values in rows:
        found[task].append(dict(zip(columns, values, strict=True)))
    return found


@cache
def _parts(wanted: tuple[str, ...]) -> Prepared:
    """Return the query of who has a part in items on a day, with id and name of each kind of party that is wanted."""
    columns = [column for name in wanted for column in (f"{PARTIES[name]}_id", f"{PARTIES[name]}__name")]
    return Prepared(
        lambda tasks, today: (
            Involvement.objects.filter(among("task", tasks), in_force(today))
            .order_by("position", "pk")
            .values_list("task_id", "role", *columns)
        ),
        lists=["tasks"],
        days=["today"],
    )


def _parties(ids: Collection[int], wanted: Sequence[str], *, today: date) -> dict[str, Nested]:
    """Return who has a part today, by the kind of party, in the table's order."""
    found: dict[str, Nested] = {name: defaultdict(list) for name in wanted}
    for task, role, *parties in _parts(tuple(wanted)).rows(tasks=ids, today=today):
        for place, name in enumerate(wanted):
            if parties[2 * place] is not None:
                party = {"id": parties[2 * place], "name": parties[2 * place + 1], "role": role}
                found[name][task].append(party)
    return found


@dataclass(frozen=True, slots=True)
class ReportFilters:
    """A list's filters; empty ones ask for nothing."""

    task: int | None = None
    plan: int | None = None
    unit: int | None = None
    state: str = ""
    review_state: str = ""


def on_items_seen[M: Model](model: type[M], reach: Reach, *, today: date) -> QuerySet[M]:
    """Return those rows of a table that are about items which the reader sees."""
    # The items are the organization's own: to say so keeps the database to its part of a table of all of them.
    own = model._default_manager.filter(organization=reach.organization_id)
    return own.filter(task__in=tasks_for(reach, today=today).values("pk"))


def reports_for(reach: Reach, filters: ReportFilters, *, today: date) -> QuerySet[ProgressReport]:
    """Return the reports on items that the reader sees."""
    rows = on_items_seen(ProgressReport, reach, today=today)
    wanted = {
        "task": filters.task,
        "round__plan": filters.plan,
        "department": filters.unit,
        "state": filters.state or None,
        "review_state": filters.review_state or None,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def report_rows(reports: QuerySet[ProgressReport]) -> list[Row]:
    """Return these reports with their figures, ticks, done steps and answers, in five queries."""
    rows = [dict(zip(REPORT_COLUMNS, row, strict=True)) for row in reports.values_list(*REPORT_COLUMNS.values())]
    ids = [row["id"] for row in rows]
    parts = {
        "values": _of_reports(
            ("target", "value"), TargetValue.objects.filter(among("report", ids)), "target_id", "value"
        ),
        "marks": _of_reports(
            ("milestone", "done_on"), MilestoneMark.objects.filter(among("report", ids)), "milestone_id", "done_on"
        ),
        "reviews": _of_reports(
            ("decision", "reason", "actor_name", "at"),
            Review.objects.filter(among("report", ids)),
            "decision",
            "reason",
            "actor_name",
            "at",
        ),
    }
    ticks: defaultdict[int, list[int]] = defaultdict(list)
    for report, item in (
        ItemTick.objects.filter(among("report", ids)).order_by("pk").values_list("report_id", "item_id")
    ):
        ticks[report].append(item)
    for row in rows:
        row["department"] = {"id": row["department"], "name": row.pop("department_name")}
        row["ticks"] = ticks.get(row["id"], [])
        row.update({name: found.get(row["id"], []) for name, found in parts.items()})
    return rows


def _of_reports(names: Sequence[str], rows: QuerySet[Any], *columns: str) -> Nested:
    return _by_task(names, rows.order_by("pk").values_list("report_id", *columns))
