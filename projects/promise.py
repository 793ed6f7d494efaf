"""A promise whole: an item with its parties, steps, dates and targets, and the form in which history keeps it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.history import Spelled, canonical
from accounts.models.among import among
from projects.drafts import TASK_FIELDS
from projects.models import Section, Task
from projects.rows import TABLES, AimRow, DateRow, ItemRow, PartyRow, Row, StepRow, TaskRow


@dataclass(slots=True)
class Promise:
    task: TaskRow
    category: tuple[str, ...] = ()
    parties: list[PartyRow] = field(default_factory=list)
    steps: list[StepRow] = field(default_factory=list)
    aims: list[AimRow] = field(default_factory=list)


def load_promises(task_ids: Collection[int]) -> dict[int, Promise]:
    """Return the promises in the order of `task_ids`, locked until the transaction ends where the database can."""
    found = _load(Task.objects.select_for_update().filter(among("pk", task_ids)))
    steps = {step.pk: step for promise in found.values() for step in promise.steps}
    for milestone, *values in _rows(DateRow, "pk", of="milestone__task", ids=found) if steps else ():
        step = steps[milestone]
        step.dates.append(DateRow(step, *values))
    return {task_id: found[task_id] for task_id in task_ids if task_id in found}


def promises_as_they_stand(tasks: QuerySet[Task]) -> list[Promise]:
    """Return the promises in the order of the plan, to be read only: without the dates that held before."""
    return sorted(_load(tasks).values(), key=lambda promise: (promise.task.position, promise.task.pk))


def canonical_task(task: Task) -> dict[str, object]:
    """Return the whole promise as history stores it, read afresh."""
    return content(load_promises([task.pk])[task.pk])


def _load(tasks: QuerySet[Task]) -> dict[int, Promise]:
    rows = tasks.order_by("pk").values_list(*TABLES[TaskRow].names)
    found = {task.pk: Promise(task) for task in (TaskRow(*values) for values in rows)}
    headed = [promise for promise in found.values() if promise.task.section_id is not None]
    headings = section_paths({promise.task.plan_id for promise in headed}) if headed else {}
    for promise in headed:
        promise.category = headings[promise.task.section_id or 0]
    for task, *values in _rows(PartyRow, "position", "pk", of="task", ids=found):
        promise = found[task]
        promise.parties.append(PartyRow(promise.task, *values))
    steps: dict[int, StepRow] = {}
    for task, *values in _rows(StepRow, "position", "pk", of="task", ids=found):
        promise = found[task]
        step = StepRow(promise.task, *values)
        promise.steps.append(step)
        steps[step.pk] = step
    aims: dict[int, AimRow] = {}
    for task, milestone, *values in _rows(AimRow, "position", "pk", of="task", ids=found):
        promise = found[task]
        aim = AimRow(promise.task, steps.get(milestone), *values)
        promise.aims.append(aim)
        aims[aim.pk] = aim
    for target, *values in _rows(ItemRow, "position", of="target__task", ids=found) if aims else ():
        if (of_list := aims.get(target)) is not None:  # without a lock, another list may have come meanwhile
            of_list.items.append(ItemRow(of_list, *values))
    return found


def _rows(record: type[Row], *order: str, of: str, ids: Iterable[int]) -> Iterable[tuple[Any, ...]]:
    table = TABLES[record]
    return table.model._default_manager.filter(among(of, ids)).order_by(*order).values_list(*table.names)


def section_paths(plan_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return each heading with those above it, from the outermost in."""
    return heading_paths(Section.objects.filter(plan__in=plan_ids))


def heading_paths(headings: Iterable[Section]) -> dict[int, tuple[str, ...]]:
    """Return the paths of headings all of whose parents are among them."""
    rows: dict[int, tuple[int | None, str]] = {heading.pk: (heading.parent_id, heading.title) for heading in headings}
    paths: dict[int, tuple[str, ...]] = {}

    def path(pk: int) -> tuple[str, ...]:
        if pk not in paths:
            parent, title = rows[pk]
            paths[pk] = (*(path(parent) if parent is not None else ()), title)
        return paths[pk]

    return {pk: path(pk) for pk in rows}


def content(promise: Promise) -> Spelled:
    """Return the whole promise in its one spelling; what is empty is left out."""
    task = promise.task
    whole: dict[str, Any] = {name: getattr(task, name) for name in TASK_FIELDS}
    whole |= {
        "plan": task.plan_id,
        "category": [*promise.category],
        "state": str(task.state),
        "position": task.position,
        "issued_on": _day(task.issued_on),
        "closed_on": _day(task.closed_on),
        "carried_from": task.carried_from_id,
        "extra": task.extra and canonical(task.extra),
        "parties": [_party(party) for party in promise.parties],
        "milestones": [_step(step) for step in promise.steps],
        "targets": [_aim(aim) for aim in promise.aims],
    }
    return Spelled({name: whole[name] for name in sorted(whole) if whole[name] or whole[name] == 0})


def changed_from(before: Mapping[str, Any], after: Mapping[str, Any]) -> Spelled:
    """Return what `before` said where `after` says something else (None: it said nothing)."""
    names = sorted({*before, *after})
    return Spelled({name: before.get(name) for name in names if before.get(name) != after.get(name)})


def _filled(parts: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty; the names stand in their order already."""
    return {name: value for name, value in parts.items() if value or value == 0}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(number: Decimal | None) -> str | None:
    spelled: str | None = canonical(number)
    return spelled


def _party(row: PartyRow) -> dict[str, Any]:
    return _filled(
        {
            "as_written": row.as_written,
            "department": row.department_id,
            "from_on": _day(row.from_on),
            "group": row.group_id,
            "person": row.person_id,
            "post": row.post_id,
            "role": str(row.role),
            "to_on": _day(row.to_on),
        }
    )


def _step(row: StepRow) -> dict[str, Any]:
    return _filled(
        {
            "dates": [_date(each) for each in row.dates],
            "done_on": _day(row.done_on),
            "dropped_on": _day(row.dropped_on),
            "due_on": _day(row.current_due_on),
            "id": row.pk,
            "issued_due_on": _day(row.issued_due_on),
            "phrase": row.phrase,
            "position": row.position,
            "start_on": _day(row.start_on),
            "text": row.text,
        }
    )


def _date(row: DateRow) -> dict[str, Any]:
    return _filled(
        {
            "document": row.document,
            "due_on": _day(row.due_on),
            "kind": str(row.kind),
            "reason": row.reason,
            "set_on": _day(row.set_on),
            "withdrawn_on": _day(row.withdrawn_on),
        }
    )


def _aim(row: AimRow) -> dict[str, Any]:
    return _filled(
        {
            "baseline": _number(row.baseline),
            "comparison": str(row.comparison),
            "cumulative": row.cumulative,
            "curve": row.curve and canonical(row.curve),
            "dropped_on": _day(row.dropped_on),
            "due_on": _day(row.due_on),
            "horizon_year": row.horizon_year,
            "id": row.pk,
            "items": [item.name for item in row.items],
            "milestone": row.milestone_id,
            "name": row.name,
            "position": row.position,
            "start_on": _day(row.start_on),
            "unit": row.unit,
            "value": _number(row.value),
        }
    )
