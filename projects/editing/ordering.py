"""Items put in another place of the table, and under another heading."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts.conflicts import Conflict
from accounts.history import Actor
from projects.choices import TaskState
from projects.drafts import TaskChange
from projects.models import Plan, Task
from projects.planning import change_tasks, reorder_tasks
from projects.promise import section_paths

HIDDEN = (TaskState.WITHDRAWN, TaskState.CANCELLED)


class NoSuchPlaceError(ValueError):
    """The table has no item behind which to put them."""


@transaction.atomic
def move_by_one(*, plan: Plan, task_id: int, up: bool, by: Actor, now: datetime) -> list[Task]:
    """Let an item change places with the one shown above or below it; at the end of the table nothing moves."""
    order, shown = _order(plan)
    if task_id not in shown:
        raise NoSuchPlaceError(str(task_id))
    place = shown.index(task_id) + (-1 if up else 1)
    if not 0 <= place < len(shown):
        return []
    one, other = order.index(task_id), order.index(shown[place])
    order[one], order[other] = order[other], order[one]
    return reorder_tasks(plan=plan, order=order, by=by, now=now)


@transaction.atomic
def move_behind(*, plan: Plan, task_ids: Collection[int], number: str, by: Actor, now: datetime) -> list[Task]:
    """Put items behind the one of this number, in the order they have (empty: to the top); NoSuchPlaceError."""
    order, shown = _order(plan)
    moving = [pk for pk in order if pk in task_ids]
    if len(moving) != len(set(task_ids)):
        raise NoSuchPlaceError(number)
    rest = [pk for pk in order if pk not in task_ids]
    place = 0
    if number:
        found = Task.objects.filter(plan=plan, number=number).exclude(state__in=HIDDEN).exclude(pk__in=moving)
        behind = next((pk for pk in shown if pk in set(found.values_list("pk", flat=True))), None)
        if behind is None:
            raise NoSuchPlaceError(number)
        place = rest.index(behind) + 1
    return reorder_tasks(plan=plan, order=[*rest[:place], *moving, *rest[place:]], by=by, now=now)


@transaction.atomic
def move_under(
    *, plan: Plan, versions: dict[int, int], category: Sequence[str], by: Actor, now: datetime
) -> list[Task]:
    """Put items under another heading, behind the last one that stands there; raise Conflict when one moved on."""
    tasks = {task.pk: task for task in Task.objects.filter(plan=plan, pk__in=versions)}
    if len(tasks) != len(versions):
        raise NoSuchPlaceError("/".join(category))
    for pk, version in versions.items():
        if tasks[pk].version != version:
            raise Conflict(tasks[pk])
    order, shown = _order(plan)
    path = tuple(category)
    headings = {pk for pk, found in section_paths({plan.pk}).items() if found[: len(path)] == path}
    there = set(Task.objects.filter(plan=plan, section__in=headings).values_list("pk", flat=True))
    rest = [pk for pk in order if pk not in versions]
    moving = [pk for pk in order if pk in versions]
    last = max((at for at, pk in enumerate(rest) if pk in there and pk in shown), default=None)
    placed = order if last is None else [*rest[: last + 1], *moving, *rest[last + 1 :]]
    return reorder_tasks(plan=plan, order=placed, under=dict.fromkeys(moving, path), by=by, now=now)


@transaction.atomic
def renumber(*, plan: Plan, by: Actor, now: datetime) -> list[Task]:
    """Give the items shown their own numbers anew, in the order in which they stand; return those that changed.

    No number comes or goes, so none is taken from an item that was struck.
    """
    _order(plan)
    shown = list(Task.objects.filter(plan=plan).exclude(state__in=HIDDEN).order_by("position", "pk"))
    if not out_of_order(task.number for task in shown):
        return []
    numbers = sorted((task.number for task in shown), key=int)
    changes = [
        TaskChange(task_id=task.pk, version=task.version, fields={"number": number})
        for task, number in zip(shown, numbers, strict=True)
        if task.number != number
    ]
    return change_tasks(plan=plan, changes=changes, by=by, now=now)


def out_of_order(numbers: Iterable[str]) -> bool:
    """Say whether these are plain numbers, each there once, that don't rise; others are the plan's own."""
    found = list(numbers)
    if not all(number.isascii() and number.isdecimal() for number in found):
        return False
    counted = [int(number) for number in found]
    return len(set(counted)) == len(counted) and counted != sorted(counted)


def _order(plan: Plan) -> tuple[list[int], list[int]]:
    """Return all items in their order, and those of them that the table shows."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    rows = list(Task.objects.filter(plan=plan).order_by("position", "pk").values_list("pk", "state"))
    return [pk for pk, _ in rows], [pk for pk, state in rows if state not in HIDDEN]
