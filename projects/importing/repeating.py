"""Columns that a table only repeats: what the office changed in the plan since the last table stays by default."""

from collections import Counter
from collections.abc import Mapping, Sequence

from accounts.directory import Directory
from projects.choices import BatchState, RowOutcome
from projects.drafts import TaskDraft
from projects.importing.diff import RowDiff, field_changes
from projects.importing.drafting import draft_task
from projects.importing.questions import Questions
from projects.importing.table_names import TableNames
from projects.models import ImportBatch, ImportRow, Plan
from projects.reading.model import Reading


def repeated_columns(
    diff: Sequence[RowDiff], drafts: Sequence[TaskDraft], plan: Plan | None, directory: Directory
) -> Mapping[int, frozenset[str]]:
    """Return by item the columns that differ from the plan and say what the last table written to it said."""
    changed = {row.task_id: row for row in diff if row.outcome == RowOutcome.CHANGED and row.task_id}
    if plan is None or not changed:
        return {}
    last = plan.batches.filter(state=BatchState.APPLIED, reading__isnull=False).order_by("-applied_at", "-pk").first()
    said = _said_in(last, changed, directory) if last else {}
    return {
        task_id: frozenset(change.field for change in changed[task_id].changes)
        - {change.field for change in field_changes(before, drafts[changed[task_id].row or 0])}
        for task_id, before in said.items()
    }


def _said_in(batch: ImportBatch, tasks: Mapping[int, RowDiff], directory: Directory) -> dict[int, TaskDraft]:
    """Return what a written table said of these items; a row that stands for several says nothing of one."""
    written = ImportRow.objects.filter(batch=batch, task__in=tasks).values_list("sheet", "row", "task_id")
    items = {(sheet, row): task_id for sheet, row, task_id in written if task_id}
    rows = [
        (sheet.name, table.columns, task)
        for sheet in Reading.from_dict(batch.reading or {}).sheets
        for table in sheet.tables
        for task in table.tasks
    ]
    times = Counter((sheet, task.row) for sheet, _, task in rows)
    names = TableNames.of((task for _, _, task in rows), directory=directory, decisions=batch.decisions)
    questions = Questions(batch.decisions)
    return {
        items[sheet, task.row]: draft_task(task, columns, index=place, names=names, questions=questions).task
        for place, (sheet, columns, task) in enumerate(rows)
        if (sheet, task.row) in items and times[sheet, task.row] == 1
    }
