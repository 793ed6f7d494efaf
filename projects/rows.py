"""The rows of a promise as plain records: what the tables hold, without the weight of a model's instance a row.

A row holds its parent itself, not the parent's id: ids are drawn when rows are written, parents first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import Model

from projects.models import Involvement, Milestone, MilestoneDate, Target, TargetItem, Task

UNWRITTEN = 0


@dataclass(slots=True, eq=False)
class TaskRow:
    organization_id: int
    plan_id: int
    section_id: int | None
    state: str
    position: int
    issued_on: date | None
    number: str
    title: str
    content: str
    target_text: str
    measures: str
    deadline_text: str
    deadline_kind: str
    contacts: str
    note: str
    extra: dict[str, Any]
    carried_from_id: int | None = None
    closed_on: date | None = None
    version: int = 1
    pk: int = UNWRITTEN

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(slots=True, eq=False)
class PartyRow:
    task: TaskRow
    organization_id: int
    role: str
    department_id: int | None
    post_id: int | None
    person_id: int | None
    group_id: int | None
    as_written: str
    from_on: date | None
    to_on: date | None = None
    position: int = 0
    pk: int = UNWRITTEN


@dataclass(slots=True, eq=False)
class StepRow:
    """A milestone with every date it ever had."""

    task: TaskRow
    organization_id: int
    position: int
    text: str
    phrase: str
    start_on: date | None
    issued_due_on: date | None = None
    current_due_on: date | None = None
    done_on: date | None = None
    dropped_on: date | None = None
    moves: int = 0
    cycle: int = 1
    pk: int = UNWRITTEN
    dates: list["DateRow"] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class DateRow:
    milestone: StepRow
    organization_id: int
    kind: str
    due_on: date
    document: str
    reason: str
    user_id: int | None
    set_on: date
    at: datetime
    withdrawn_on: date | None = None
    pk: int = UNWRITTEN


@dataclass(slots=True, eq=False)
class AimRow:
    """A target with the names of its list, if it is one."""

    task: TaskRow
    milestone: StepRow | None
    organization_id: int
    position: int
    name: str
    comparison: str
    value: Decimal
    unit: str
    baseline: Decimal | None
    cumulative: bool
    start_on: date | None = None
    due_on: date | None = None
    curve: list[Any] = field(default_factory=list)
    horizon_year: int | None = None
    dropped_on: date | None = None
    pk: int = UNWRITTEN
    items: list["ItemRow"] = field(default_factory=list)

    @property
    def milestone_id(self) -> int | None:
        return None if self.milestone is None else self.milestone.pk


@dataclass(slots=True, eq=False)
class ItemRow:
    target: AimRow
    organization_id: int
    position: int
    name: str
    pk: int = UNWRITTEN


Row = TaskRow | PartyRow | StepRow | DateRow | AimRow | ItemRow


@dataclass(frozen=True, slots=True)
class Table:
    """Where rows of one kind are kept: the columns in the order of the record's fields, and how to read them off one."""

    model: type[Model]
    names: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]


def _table(model: type[Model], record: type[Row], *parents: str) -> Table:
    own = [name for name in record.__dataclass_fields__ if name not in {*parents, "pk", "dates", "items"}]
    read = [
        *("milestone_id" if record is AimRow and name == "milestone" else f"{name}.pk" for name in parents),
        *own,
        "pk",
    ]
    return Table(model, (*(f"{name}_id" for name in parents), *own, "id"), attrgetter(*read))


TABLES: dict[type[Row], Table] = {
    TaskRow: _table(Task, TaskRow),
    PartyRow: _table(Involvement, PartyRow, "task"),
    StepRow: _table(Milestone, StepRow, "task"),
    DateRow: _table(MilestoneDate, DateRow, "milestone"),
    AimRow: _table(Target, AimRow, "task", "milestone"),
    ItemRow: _table(TargetItem, ItemRow, "target"),
}
"""Parents first."""
