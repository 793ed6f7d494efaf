"""Editing promises under lock: one version, one history entry an item, and a word to whoever stands above."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from itertools import batched
from operator import attrgetter

from django.db import DEFAULT_DB_ALIAS

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record_all
from projects.models import Task
from projects.ports import promise_changed
from projects.promise import Promise, changed_from, content, load_promises
from projects.rows import TaskRow
from projects.writing import Writing

AT_ONCE = 1000
"""How many items are held whole in memory, and written by one set of statements."""

Edit = Callable[[Promise, Writing], None]

TASK_VALUES = attrgetter(*("pk" if each.primary_key else each.attname for each in Task._meta.concrete_fields))


def as_model(row: TaskRow) -> Task:
    return Task.from_db(DEFAULT_DB_ALIAS, [], TASK_VALUES(row))


def edit_one(
    task: Task, edit: Edit, *, action: str, by: Actor, now: datetime, reason: str = "", version: int | None = None
) -> Task:
    versions = None if version is None else {task.pk: version}
    edit_all([task.pk], edit, action=action, by=by, now=now, reason=reason, versions=versions)
    return Task.objects.get(pk=task.pk)


def edit_all(
    task_ids: Collection[int],
    edit: Edit,
    *,
    action: str,
    by: Actor,
    now: datetime,
    reason: str = "",
    versions: Mapping[int, int] | None = None,
    held: Mapping[int, Promise] | None = None,
) -> list[Task]:
    """Edit promises in one transaction and return the items that really changed.

    `held` are the promises, where the caller's transaction has loaded them already.
    """
    changed: list[Task] = []
    # In one order, so that no two bulk edits wait for each other.
    for ids in batched(sorted(task_ids), AT_ONCE):
        promises = load_promises(ids) if held is None else {task_id: held[task_id] for task_id in ids}
        changed += _edit_chunk(promises, edit, action=action, by=by, reason=reason, versions=versions)
    promise_changed([task.pk for task in changed], now=now)
    return changed


def _edit_chunk(
    promises: Mapping[int, Promise],
    edit: Edit,
    *,
    action: str,
    by: Actor,
    reason: str,
    versions: Mapping[int, int] | None,
) -> list[Task]:
    """Edit promises under lock; an edit that touches no row leaves no trace."""
    writing = Writing()
    before: dict[int, dict[str, object]] = {}
    for task_id, promise in promises.items():
        if versions is not None and promise.task.version != versions[task_id]:
            raise Conflict(as_model(promise.task))
        old, count = content(promise), writing.count
        edit(promise, writing)
        if writing.count > count:
            before[task_id] = old
            promise.task.version += 1
            writing.rewrite(promise.task)
    writing.save()
    record_all(_entries([promises[task_id] for task_id in before], before, action, reason), by=by)
    return [as_model(promises[task_id].task) for task_id in before]


def _entries(
    promises: Iterable[Promise], before: Mapping[int, Mapping[str, object]], action: str, reason: str
) -> Iterable[Change]:
    for promise in promises:
        after = content(promise)
        yield entry(promise, action, after, changed_from(before[promise.task.pk], after), reason)


def entry(
    promise: Promise,
    action: str,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
    reason: str = "",
) -> Change:
    task = promise.task
    return Change(
        organization_id=task.organization_id,
        object_type="task",
        object_id=task.pk,
        version=task.version,
        action=action,
        after=after,
        before=before or {},
        task_id=task.pk,
        reason=reason,
    )
