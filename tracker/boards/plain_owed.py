"""What is owed as plain values for programs: one query, whatever the number of rows."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.access import Reach
from tracker.boards.owing import asked_now
from tracker.boards.plain import Row, on_items_seen
from tracker.models import Owed

OWED_COLUMNS = {
    "id": "pk",
    "task": "task_id",
    "plan": "round__plan_id",
    "round": "round__key",
    "cutoff_on": "round__cutoff_on",
    "department": "department_id",
    "department_name": "department__name",
    "state": "state",
    "late": "late",
    "answered_at": "answered_at",
}


@dataclass(frozen=True, slots=True)
class OwedFilters:
    """A list's filters; empty ones ask for nothing.

    `asked`: "now" for what can be answered and hasn't been. `whose`: "mine" for what the reader's own units owe.
    """

    task: int | None = None
    plan: int | None = None
    unit: int | None = None
    round: str = ""
    state: str = ""
    asked: str = ""
    whose: str = ""


def owed_for(reach: Reach, filters: OwedFilters, *, today: date) -> QuerySet[Owed]:
    """Return what is owed of items that the reader sees, by whomever."""
    rows = on_items_seen(Owed, reach, today=today)
    wanted = {
        "task": filters.task,
        "round__plan": filters.plan,
        "department": filters.unit,
        "round__key": filters.round or None,
        "state": filters.state or None,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if filters.whose:
        rows = rows.filter(department__in=reach.departments)
    return rows.filter(asked_now(today=today)) if filters.asked else rows


def owed_rows(owed: QuerySet[Owed]) -> list[Row]:
    """Return these rows with the name of the unit that owes."""
    rows = [dict(zip(OWED_COLUMNS, row, strict=True)) for row in owed.values_list(*OWED_COLUMNS.values())]
    for row in rows:
        row["department"] = {"id": row["department"], "name": row.pop("department_name")}
    return rows
