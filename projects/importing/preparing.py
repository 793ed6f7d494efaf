"""The one path that preview and apply share: reading + directory + decisions + plan → drafts, questions, diff."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.directory import Directory
from projects.choices import DateKind, PlanState, RowOutcome
from projects.drafts import TaskDraft
from projects.importing.diff import DateMove, RowDiff, TaskSnapshot, plan_diff
from projects.importing.drafting import Drafted, draft_task
from projects.importing.naming import Expected
from projects.importing.questions import Choice, Question, Questions
from projects.importing.snapshot import plan_snapshot
from projects.models import Plan
from projects.reading.model import ReadColumn, Reading, ReadTask

CANCEL, KEEP_TASK = "cancel", "keep"
KEEP_DATE = "keep_date"
"""Leave the date in force as it is, whatever the table says."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the file that holds an item, and where it stands."""

    sheet: str
    columns: tuple[ReadColumn, ...]
    task: ReadTask


@dataclass(frozen=True, slots=True)
class SkippedRow:
    sheet: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an import would do. `rows[i]` was drafted as `drafts[i]`; `diff` tells what becomes of each."""

    reading: Reading
    rows: tuple[SheetRow, ...]
    skipped: tuple[SkippedRow, ...]
    drafts: tuple[TaskDraft, ...]
    tasks: Mapping[int, TaskSnapshot]
    diff: tuple[RowDiff, ...]
    questions: tuple[Question, ...]
    make: tuple[tuple[Expected, str], ...]
    decided: Mapping[str, str]

    @property
    def undecided(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if not question.decided)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows of each outcome, with all outcomes present, and the steps and targets in the file."""
        outcomes = Counter(row.outcome for row in self.diff)
        return {
            **{outcome.value: outcomes[outcome] for outcome in RowOutcome},
            RowOutcome.SKIPPED.value: len(self.skipped),
            "rows": len(self.rows),
            "fields": sum(len(row.changes) for row in self.diff),
            "milestones": sum(len(draft.milestones) for draft in self.drafts),
            "targets": sum(len(draft.targets) for draft in self.drafts),
        }

    @property
    def fingerprint(self) -> str:
        """Return a mark of the plan the table was compared with: apply refuses when it moved in between."""
        compared = [(row.outcome, row.row, row.task_id, row.version) for row in self.diff]
        return hashlib.sha256(repr(compared).encode()).hexdigest()[:16]

    def date_kind(self, move: DateMove) -> DateKind | None:
        """Return what the new date is, None where the date in force stays."""
        decided = self.decided.get(move_key(move), DateKind.CORRECTED)
        return None if decided == KEEP_DATE else DateKind(decided)

    def cancelled(self, row: RowDiff) -> bool:
        return self.decided.get(drop_key(row.task_id or 0)) == CANCEL


def prepare(
    reading: Reading, *, plan: Plan | None, organization_id: int, decisions: Mapping[str, str], today: date
) -> Prepared:
    """Work out what the table would do to the plan; reads the directory and the plan, writes nothing."""
    directory = Directory.load(organization_id, today=today)
    questions = Questions(decisions)
    rows = sheet_rows(reading)
    drafted = [
        draft_task(row.task, row.columns, index=index, directory=directory, questions=questions)
        for index, row in enumerate(rows)
    ]
    drafts = tuple(one.task for one in drafted)
    tasks = plan_snapshot(plan) if plan else []
    diff = plan_diff(drafts, tasks)
    if plan and plan.state == PlanState.ISSUED:
        _ask_about_dates(diff, questions)
    _ask_about_dropped(diff, tasks, questions, after=len(rows))
    asked = questions.all()
    return Prepared(
        reading=reading,
        rows=rows,
        skipped=skipped_rows(reading),
        drafts=drafts,
        tasks={task.task_id: task for task in tasks},
        diff=tuple(diff),
        questions=asked,
        make=_unique(drafted),
        decided={question.key: question.value for question in asked},
    )


def sheet_rows(reading: Reading) -> tuple[SheetRow, ...]:
    return tuple(
        SheetRow(sheet.name, table.columns, task)
        for sheet in reading.sheets
        for table in sheet.tables
        for task in table.tasks
    )


def skipped_rows(reading: Reading) -> tuple[SkippedRow, ...]:
    """Return every row of the file that is no item, with its reason."""
    return tuple(
        SkippedRow(sheet.name, skipped.row, skipped.reason)
        for sheet in reading.sheets
        for skipped in sorted(
            (*sheet.skipped, *(one for table in sheet.tables for one in table.skipped)), key=lambda one: one.row
        )
    )


def move_key(move: DateMove) -> str:
    return f"date:{move.milestone_id}:{move.new}"


def drop_key(task_id: int) -> str:
    return f"drop:{task_id}"


def _ask_about_dates(diff: Sequence[RowDiff], questions: Questions) -> None:
    for row in diff:
        for move in row.moves:
            later = move.current is None or (move.new is not None and move.new > move.current)
            kinds = (DateKind.REISSUED, *((DateKind.EXTENDED,) if later else ()), DateKind.CORRECTED)
            questions.ask(
                Question(
                    key=move_key(move),
                    code="date_changed",
                    field="deadline",
                    choices=(*(Choice(kind, kind) for kind in kinds), Choice(KEEP_DATE, KEEP_DATE)),
                    fallback=DateKind.REISSUED,
                    params={"old": str(move.current or move.old or ""), "new": str(move.new or "")},
                ),
                row=row.row or 0,
            )


def _ask_about_dropped(
    diff: Sequence[RowDiff], tasks: Sequence[TaskSnapshot], questions: Questions, *, after: int
) -> None:
    by_id = {task.task_id: task for task in tasks}
    dropped = [row.task_id for row in diff if row.outcome == RowOutcome.DROPPED and row.task_id]
    for place, task_id in enumerate(dropped):
        draft = by_id[task_id].draft
        questions.ask(
            Question(
                key=drop_key(task_id),
                code="dropped_task",
                field="row",
                choices=(Choice(KEEP_TASK, KEEP_TASK), Choice(CANCEL, CANCEL)),
                fallback=KEEP_TASK,
                params={"number": draft.number, "title": draft.title},
            ),
            row=after + place,
        )


def _unique(drafted: Sequence[Drafted]) -> tuple[tuple[Expected, str], ...]:
    return tuple(dict.fromkeys(made for one in drafted for made in one.make))
