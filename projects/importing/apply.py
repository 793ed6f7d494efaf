"""Writing what was prepared: one publish through planning, all or nothing, with every row's fate on record."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.history import Actor
from projects import planning
from projects.choices import RowOutcome
from projects.drafts import MilestoneChange, TargetChange, TaskChange, TaskDraft
from projects.importing.diff import RowDiff
from projects.importing.preparing import Prepared
from projects.models import ImportBatch, ImportRow, Plan

DIRECT_FIELDS = ("number", "title", "content", "measures", "contacts", "note", "extra")


@dataclass(frozen=True, slots=True)
class Written:
    """The ids of the items made, changed and cancelled."""

    made: tuple[int, ...]
    changed: tuple[int, ...]
    cancelled: tuple[int, ...]


def write(prepared: Prepared, *, batch: ImportBatch, plan: Plan, by: Actor, now: datetime) -> Written:
    """Bring the plan to what the table says. The caller holds the transaction and the plan's lock."""
    new = [row for row in prepared.diff if row.outcome == RowOutcome.NEW]
    changed = [row for row in prepared.diff if row.outcome == RowOutcome.CHANGED]
    cancelled = [
        row.task_id
        for row in prepared.diff
        if row.outcome == RowOutcome.DROPPED and row.task_id and prepared.cancelled(row)
    ]
    made = planning.add_tasks(plan=plan, drafts=[_draft(prepared, row) for row in new], by=by, now=now)
    if changed:
        planning.change_tasks(
            plan=plan,
            changes=[task_change(prepared, row) for row in changed],
            by=by,
            now=now,
            reason=batch.file_name,
        )
    if cancelled:
        planning.cancel_tasks(task_ids=cancelled, reason=batch.file_name, by=by, now=now)
    _record_rows(prepared, batch, dict(zip((row.row for row in new), (task.pk for task in made), strict=True)))
    return Written(
        tuple(task.pk for task in made), tuple(row.task_id for row in changed if row.task_id), tuple(cancelled)
    )


def task_change(prepared: Prepared, row: RowDiff) -> TaskChange:
    """Return the change of one matched row: only the columns that differ."""
    draft = _draft(prepared, row)
    differs = {change.field for change in row.changes}
    fields = {name: getattr(draft, name) for name in DIRECT_FIELDS if name in differs}
    if "target" in differs:
        fields["target_text"] = draft.target_text
    if "deadline" in differs:
        fields |= {"deadline_text": draft.deadline_text, "deadline_kind": draft.deadline_kind}
    if "content" in differs:
        fields["title"] = draft.title
    return TaskChange(
        task_id=row.task_id or 0,
        version=row.version,
        fields=fields,
        category=draft.category if "category" in differs else None,
        parties=draft.parties if differs & {"leaders", "lead", "support", "owners"} else None,
        milestones=_milestones(prepared, row, draft) if "deadline" in differs else (),
        targets=_targets(row, draft) if differs & {"target", "deadline"} else (),
    )


def _draft(prepared: Prepared, row: RowDiff) -> TaskDraft:
    if row.row is None:
        raise ValueError("a dropped item has no row in the new table")
    return prepared.drafts[row.row]


def _milestones(prepared: Prepared, row: RowDiff, draft: TaskDraft) -> tuple[MilestoneChange, ...]:
    moves = {move.milestone_id: move for move in row.moves}
    current = {step.id: step.current_on for step in prepared.tasks[row.task_id or 0].milestones}
    kept = []
    for place, (number, step) in enumerate(zip(row.milestone_ids, draft.milestones, strict=True)):
        kind = prepared.date_kind(moves[number]) if number in moves else None
        in_force = current.get(number) if number is not None and kind is None else None
        kept.append(MilestoneChange(number, replace(step, due_on=in_force or step.due_on), kind, place))
    return (*kept, *(MilestoneChange(number, None) for number in row.dropped_milestones))


def _targets(row: RowDiff, draft: TaskDraft) -> tuple[TargetChange, ...]:
    kept = (TargetChange(number, target) for number, target in zip(row.target_ids, draft.targets, strict=True))
    return (*kept, *(TargetChange(number, None) for number in row.dropped_targets))


def _record_rows(prepared: Prepared, batch: ImportBatch, made: dict[int | None, int]) -> None:
    ImportRow.objects.bulk_create(_rows(prepared, batch, made), batch_size=500)


def _rows(prepared: Prepared, batch: ImportBatch, made: dict[int | None, int]) -> Iterable[ImportRow]:
    for row in prepared.diff:
        if row.row is None:
            continue
        read = prepared.rows[row.row]
        yield ImportRow(
            organization_id=batch.organization_id,
            batch=batch,
            sheet=read.sheet,
            row=read.task.row,
            cells=list(read.task.cells),
            outcome=row.outcome,
            task_id=row.task_id or made[row.row],
        )
    for skipped in prepared.skipped:
        yield ImportRow(
            organization_id=batch.organization_id,
            batch=batch,
            sheet=skipped.sheet,
            row=skipped.row,
            outcome=RowOutcome.SKIPPED,
            reason=skipped.reason,
        )
