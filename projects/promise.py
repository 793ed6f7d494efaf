"""A promise whole: an item with its parties, steps, dates and targets, and the form in which history keeps it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.history import canonical
from projects.drafts import TASK_FIELDS
from projects.models import Involvement, Milestone, MilestoneDate, Section, Target, TargetItem, Task


@dataclass(slots=True)
class Step:
    milestone: Milestone
    dates: list[MilestoneDate] = field(default_factory=list)


@dataclass(slots=True)
class Aim:
    """A target with the names of its list, if it is one."""

    target: Target
    items: list[TargetItem] = field(default_factory=list)


@dataclass(slots=True)
class Promise:
    task: Task
    category: tuple[str, ...] = ()
    parties: list[Involvement] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)


def load_promises(task_ids: Collection[int]) -> dict[int, Promise]:
    """Return the promises in the order of `task_ids`, locked until the transaction ends where the database can."""
    found = _load(tuple(task_ids))
    return {task_id: found[task_id] for task_id in task_ids if task_id in found}


def _load(ids: tuple[int, ...]) -> dict[int, Promise]:
    tasks = Task.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    promises = {task.pk: Promise(task) for task in tasks}
    headings = section_paths({promise.task.plan_id for promise in promises.values()})
    dates = _by(MilestoneDate.objects.filter(milestone__task__in=ids).order_by("pk"), lambda date: date.milestone_id)
    items = _by(TargetItem.objects.filter(target__task__in=ids).order_by("position"), lambda item: item.target_id)
    for promise in promises.values():
        section = promise.task.section_id
        promise.category = headings[section] if section is not None else ()
    for party in Involvement.objects.filter(task__in=ids).order_by("position", "pk"):
        promises[party.task_id].parties.append(party)
    for milestone in Milestone.objects.filter(task__in=ids).order_by("position", "pk"):
        promises[milestone.task_id].steps.append(Step(milestone, dates[milestone.pk]))
    milestones = {step.milestone.pk: step.milestone for each in promises.values() for step in each.steps}
    for target in Target.objects.filter(task__in=ids).order_by("position", "pk"):
        if target.milestone_id is not None:
            target.milestone = milestones[target.milestone_id]
        promises[target.task_id].aims.append(Aim(target, items[target.pk]))
    return promises


def _by[Row](rows: Iterable[Row], key: Callable[[Row], int]) -> defaultdict[int, list[Row]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped


def section_paths(plan_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return each heading with those above it, from the outermost in."""
    rows: dict[int, tuple[int | None, str]] = {
        pk: (parent, title)
        for pk, parent, title in Section.objects.filter(plan__in=plan_ids).values_list("pk", "parent_id", "title")
    }
    paths: dict[int, tuple[str, ...]] = {}

    def path(pk: int) -> tuple[str, ...]:
        if pk not in paths:
            parent, title = rows[pk]
            paths[pk] = (*(path(parent) if parent is not None else ()), title)
        return paths[pk]

    return {pk: path(pk) for pk in rows}


def content(promise: Promise) -> dict[str, Any]:
    """Return the whole promise in its one spelling; what is empty is left out."""
    task = promise.task
    whole = {
        "plan": task.plan_id,
        "category": promise.category,
        "state": task.state,
        "position": task.position,
        "issued_on": task.issued_on,
        "closed_on": task.closed_on,
        "carried_from": task.carried_from_id,
        **{name: getattr(task, name) for name in TASK_FIELDS},
        "parties": [_party(party) for party in promise.parties],
        "milestones": [_step(step) for step in promise.steps],
        "targets": [_aim(aim) for aim in promise.aims],
    }
    spelled: dict[str, Any] = canonical(_filled(whole))
    return spelled


def changed_from(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `before` said where `after` says something else (None: it said nothing)."""
    return {key: before.get(key) for key in sorted({*before, *after}) if before.get(key) != after.get(key)}


def _filled(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value or value == 0}


def _party(row: Involvement) -> dict[str, Any]:
    return _filled(
        {
            "role": row.role,
            "department": row.department_id,
            "post": row.post_id,
            "person": row.person_id,
            "group": row.group_id,
            "as_written": row.as_written,
            "from_on": row.from_on,
            "to_on": row.to_on,
        }
    )


def _step(step: Step) -> dict[str, Any]:
    row = step.milestone
    return _filled(
        {
            "id": row.pk,
            "position": row.position,
            "text": row.text,
            "phrase": row.phrase,
            "start_on": row.start_on,
            "issued_due_on": row.issued_due_on,
            "due_on": row.current_due_on,
            "done_on": row.done_on,
            "dropped_on": row.dropped_on,
            "dates": [_date(date) for date in step.dates],
        }
    )


def _date(row: MilestoneDate) -> dict[str, Any]:
    return _filled(
        {
            "kind": row.kind,
            "due_on": row.due_on,
            "set_on": row.set_on,
            "document": row.document,
            "reason": row.reason,
            "withdrawn_on": row.withdrawn_on,
        }
    )


def _aim(aim: Aim) -> dict[str, Any]:
    row = aim.target
    return _filled(
        {
            "id": row.pk,
            "position": row.position,
            "milestone": row.milestone_id,
            "name": row.name,
            "comparison": row.comparison,
            "value": row.value,
            "unit": row.unit,
            "baseline": row.baseline,
            "cumulative": row.cumulative,
            "start_on": row.start_on,
            "due_on": row.due_on,
            "curve": row.curve,
            "horizon_year": row.horizon_year,
            "dropped_on": row.dropped_on,
            "items": [item.name for item in aim.items],
        }
    )
