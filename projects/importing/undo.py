"""An import taken back: what it made is withdrawn, what it changed or struck is as before, while nobody built on it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.conflicts import conflict_when_held
from accounts.history import Actor
from accounts.models import HistoryEntry
from projects import planning
from projects.choices import BatchState, PlanState, RowOutcome, TaskState
from projects.importing.keeping import MADE_PLAN, NotApplicable, locked, note
from projects.models import ImportBatch, ImportRow, Plan, Task

PER_STATEMENT = 1000
KEPT_SINCE = "cancelled"
"""A count that is on record since the versions of items are."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something done to an item since the import; `happened` is the action of its history entry."""

    task_id: int
    number: str
    title: str
    happened: str
    who: str
    when: datetime


class Obstacles(Exception):
    """The import can't be taken back: `obstacles` stand on its items."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        super().__init__(f"{len(obstacles)} entries stand on the import")
        self.obstacles = obstacles


def obstacles_to_undo(batch: ImportBatch) -> tuple[Obstacle, ...]:
    """Return what was done to the batch's items since, oldest first; what was itself undone stands in nobody's way."""
    written = _written(batch)
    found = [entry for ids in batched(written, PER_STATEMENT) for entry in _later({pk: written[pk] for pk in ids})]
    tasks = Task.objects.in_bulk({entry.task_id for entry in found if entry.task_id})
    return tuple(
        Obstacle(
            task_id=entry.task_id or 0,
            number=tasks[entry.task_id or 0].number,
            title=tasks[entry.task_id or 0].title,
            happened=entry.action,
            who=entry.actor_name,
            when=entry.at,
        )
        for entry in sorted(found, key=lambda entry: entry.pk)
    )


@conflict_when_held()
@transaction.atomic
def undo_batch(
    *, batch: ImportBatch, by: Actor, now: datetime, reason: str = "", version: int | None = None
) -> ImportBatch:
    """Withdraw the items the batch made and bring back those it changed or struck; nothing is deleted.

    Raise Obstacles when later entries stand on them, Conflict, or NotApplicable for a batch that isn't applied, whose
    plan is archived, or that was applied before its items' versions were kept (`no_record`).
    """
    row = locked(batch, BatchState.APPLIED, version=version)
    if row.plan_id is None:
        raise NotApplicable("not_applied")
    plan = Plan.objects.select_for_update().get(pk=row.plan_id)
    if plan.state == PlanState.ARCHIVED:
        raise NotApplicable("archived")
    lines = list(_lines(row).defer("cells"))
    if KEPT_SINCE not in row.summary:
        raise NotApplicable("no_record")
    _lock_items(line.task_id for line in lines if line.task_id)
    if obstacles := obstacles_to_undo(row):
        raise Obstacles(obstacles)
    undone = _take_back(lines, plan, reason=reason or row.file_name, by=by, now=now)
    _note_versions(row, undone)
    row.state, row.undone_by, row.undone_at, row.undo_reason = BatchState.UNDONE, by.user, now, reason
    row.version += 1
    row.save(update_fields=["state", "undone_by", "undone_at", "undo_reason", "version"])
    note(row, "import.undone", by=by, after={"items": len(undone), "state": row.state}, reason=reason)
    _put_away(row, plan, by=by)
    return row


def _put_away(batch: ImportBatch, plan: Plan, *, by: Actor) -> None:
    """Archive the draft that only this import had made, once nothing is left in it."""
    left = Task.objects.filter(plan=plan).exclude(state=TaskState.WITHDRAWN)
    if batch.summary.get(MADE_PLAN) and plan.state == PlanState.DRAFT and not left.exists():
        planning.archive_plan(plan=plan, by=by, reason=batch.undo_reason)


def _take_back(lines: Collection[ImportRow], plan: Plan, *, reason: str, by: Actor, now: datetime) -> dict[int, int]:
    """Return the version in which each item was left."""
    made = [line.task_id for line in lines if line.outcome == RowOutcome.NEW and line.task_id]
    rewritten = {
        line.task_id: line.task_version
        for line in lines
        if line.outcome != RowOutcome.NEW and line.task_id and line.task_version
    }
    tasks: list[Task] = []
    if made:
        tasks += planning.withdraw_tasks(task_ids=made, reason=reason, by=by, now=now)
    if rewritten:
        before = {pk: was for ids in batched(rewritten, PER_STATEMENT) for pk, was in _before(ids, rewritten)}
        tasks += planning.restore_tasks(plan=plan, before=before, reason=reason, by=by, now=now)
    return {task.pk: task.version for task in tasks}


def _lock_items(ids: Iterable[int]) -> None:
    """Hold the items before looking at what was done to them: a report on its way comes before or after all this."""
    list(Task.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk").values_list("pk", flat=True))


def _lines(batch: ImportBatch) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(batch=batch, task_version__isnull=False).order_by("task")


def _written(batch: ImportBatch) -> dict[int, int]:
    """Return the version in which the batch left each item it wrote."""
    return {task: version for task, version in _lines(batch).values_list("task", "task_version") if task and version}


def _note_versions(batch: ImportBatch, undone: Mapping[int, int]) -> None:
    """Keep in which version each item was left; most were left in the same."""
    of_version: defaultdict[int, list[int]] = defaultdict(list)
    for task, version in undone.items():
        of_version[version].append(task)
    for version, tasks in of_version.items():
        for ids in batched(tasks, PER_STATEMENT):
            ImportRow.objects.filter(batch=batch, task__in=ids).update(undone_version=version)


def _later(written: Mapping[int, int]) -> Iterator[HistoryEntry]:
    own = _entry_ids(written.items())
    undone = _entry_ids(
        (task, version)
        for task, first, second in ImportRow.objects.filter(task__in=written, undone_version__isnull=False).values_list(
            "task", "task_version", "undone_version"
        )
        for version in (first, second)
        if task and version
    )
    void = {*own.values(), *undone.values()}
    after = HistoryEntry.objects.filter(task_id__in=written, pk__gt=min(own.values(), default=0))
    for entry in after.defer("before", "after").order_by("pk"):
        task = entry.task_id or 0
        if entry.pk not in void and entry.pk > own.get((task, written[task]), 0):
            yield entry


def _entry_ids(versions: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the history entries of items in these versions."""
    wanted = set(versions)
    entries = HistoryEntry.objects.filter(object_type="task", object_id__in={task for task, _ in wanted})
    rows = entries.values_list("object_id", "object_version", "pk")
    return {(task, version): pk for task, version, pk in rows if (task, version) in wanted}


def _before(ids: Collection[int], versions: Mapping[int, int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what history says each item was before the import wrote it."""
    own = _entry_ids((task, versions[task]) for task in ids)
    entries = HistoryEntry.objects.filter(pk__in=own.values())
    for task, before, after in entries.values_list("object_id", "before", "after"):
        yield task, {key: value for key, value in {**after, **before}.items() if value is not None}
