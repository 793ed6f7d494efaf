"""Writing what was prepared: one publish through planning, all or nothing, with every row's fate on record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.bulk import draw_ids, insert_values
from accounts.history import Actor
from projects import planning
from projects.choices import RowOutcome
from projects.drafts import TaskDraft
from projects.importing.changing import task_change
from projects.importing.decisions import REFUSED
from projects.importing.diff import RowDiff
from projects.importing.doubts import CANCEL, KEEP_TASK
from projects.importing.joining import joined_reason
from projects.importing.preparing import Prepared
from projects.models import ImportBatch, ImportRow, Plan, Task

COLUMNS = (
    "id",
    "organization_id",
    "batch_id",
    "sheet",
    "row",
    "cells",
    "outcome",
    "reason",
    "task_id",
    "task_version",
    "undone_version",
)


@dataclass(frozen=True, slots=True)
class Written:
    """The ids of the items made, really changed and cancelled, and the version in which each was left."""

    made: tuple[int, ...]
    changed: tuple[int, ...]
    cancelled: tuple[int, ...]
    versions: Mapping[int, int]


def write(prepared: Prepared, *, batch: ImportBatch, plan: Plan, by: Actor, now: datetime) -> Written:
    """Bring the plan to what the table says. The caller holds the transaction and the plan's lock."""
    new = [row for row in prepared.diff if row.makes]
    changed = [row for row in prepared.diff if row.outcome == RowOutcome.CHANGED and row.taken]
    dropped = [row for row in prepared.diff if row.outcome == RowOutcome.DROPPED and prepared.cancelled(row)]
    made = planning.add_tasks(plan=plan, drafts=[_draft(prepared, row) for row in new], by=by, now=now)
    moved, struck = _rewrite(prepared, plan, changed, dropped, reason=batch.file_name, by=by, now=now)
    written = Written(
        tuple(task.pk for task in made),
        tuple(task.pk for task in moved),
        tuple(task.pk for task in struck),
        {task.pk: task.version for task in (*made, *moved, *struck)},
    )
    ids = dict(zip((row.row for row in new), written.made, strict=True))
    rows = list(_rows(prepared, batch, ids, written.versions))
    with_ids = ((pk, *row) for pk, row in zip(draw_ids(ImportRow, len(rows)), rows, strict=True))
    insert_values(ImportRow, COLUMNS, with_ids)
    return written


def _rewrite(
    prepared: Prepared,
    plan: Plan,
    changed: Sequence[RowDiff],
    dropped: Sequence[RowDiff],
    *,
    reason: str,
    by: Actor,
    now: datetime,
) -> tuple[Sequence[Task], Sequence[Task]]:
    moved: Sequence[Task] = ()
    struck: Sequence[Task] = ()
    if changed:
        changes = [
            task_change(row, _draft(prepared, row), prepared.tasks[row.task_id or 0], prepared) for row in changed
        ]
        moved = planning.change_tasks(plan=plan, changes=changes, by=by, now=now, reason=reason)
    if dropped:
        ids = [row.task_id for row in dropped if row.task_id]
        struck = planning.cancel_tasks(task_ids=ids, reason=reason, by=by, now=now)
    return moved, struck


def _draft(prepared: Prepared, row: RowDiff) -> TaskDraft:
    if row.row is None:
        raise ValueError("a dropped item has no row in the new table")
    return prepared.drafts[row.row]


def _rows(
    prepared: Prepared, batch: ImportBatch, made: Mapping[int | None, int], versions: Mapping[int, int]
) -> Iterable[tuple[object, ...]]:
    """Yield what becomes of each row of the file, and of each item that is in it no more: COLUMNS after the id."""
    of = (batch.organization_id, batch.pk)
    for row in prepared.diff:
        if row.row is None:
            kept = CANCEL if prepared.cancelled(row) else KEEP_TASK
            yield *of, "", 0, [], row.outcome, kept, row.task_id, versions.get(row.task_id or 0), None
            continue
        read = prepared.rows[row.row]
        task_id = row.task_id or made.get(row.row)
        fate = _fate(row, prepared)
        yield *of, read.sheet, read.task.row, read.task.cells, *fate, task_id, versions.get(task_id or 0), None
    for skipped in prepared.skipped:
        text = [skipped.text] if skipped.text else []
        yield *of, skipped.sheet, skipped.row, text, RowOutcome.SKIPPED, skipped.reason, None, None, None


def _fate(row: RowDiff, prepared: Prepared) -> tuple[RowOutcome, str]:
    if row.merged_into is not None:
        return RowOutcome.SKIPPED, joined_reason(prepared.rows[row.merged_into].task.row)
    if row.outcome == RowOutcome.NEW and row.refused:
        return RowOutcome.SKIPPED, REFUSED
    if row.outcome == RowOutcome.CHANGED and not row.taken:
        return RowOutcome.UNCHANGED, REFUSED
    return row.outcome, ""
