"""The one path that preview and apply share: reading + directory + decisions + plan → drafts, questions, diff."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from accounts.directory import Directory
from projects.choices import DateKind, PlanState, RowOutcome
from projects.drafts import TaskDraft
from projects.importing.decisions import Refusals, drop_key, drop_step_key, drop_target_key, matches, merges
from projects.importing.diff import DateMove, RowDiff, TaskSnapshot, plan_diff, row_diff, words
from projects.importing.doubts import (
    CANCEL,
    DROP_PART,
    KEEP_DATE,
    ask_about_dates,
    ask_about_doubles,
    ask_about_dropped,
    ask_about_parts,
    move_key,
    still_asked,
)
from projects.importing.drafting import Drafted, draft_task
from projects.importing.joining import joined, standing_merges
from projects.importing.matching import nearest
from projects.importing.questions import Question, Questions
from projects.importing.remembering import recall
from projects.importing.repeating import repeated_columns
from projects.importing.snapshot import figures_on_record, plan_snapshot
from projects.importing.table_names import Expected, TableNames
from projects.models import Plan
from projects.reading.model import ReadColumn, Reading, ReadTask

MOST_LIKELY = 8


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
    text: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an import would do. `rows[i]` was drafted as `drafts[i]`; `diff` tells what becomes of each.

    `decided` is what holds by question key; `names` tells everyone a name may mean; `twin` is an applied batch of the
    same bytes.
    """

    reading: Reading
    rows: tuple[SheetRow, ...]
    skipped: tuple[SkippedRow, ...]
    drafts: tuple[TaskDraft, ...]
    tasks: Mapping[int, TaskSnapshot]
    diff: tuple[RowDiff, ...]
    questions: tuple[Question, ...]
    make: tuple[tuple[Expected, str], ...]
    decided: Mapping[str, str]
    names: TableNames
    twin: int | None = None

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
            "refused": sum(row.refused for row in self.diff),
        }

    @property
    def to_write(self) -> dict[str, int]:
        """Return the same counts for what will be written: rows and columns that were left out don't count."""
        changed = [row for row in self.diff if row.outcome == RowOutcome.CHANGED]
        written = sum(bool(row.taken) for row in changed)
        new = [row for row in self.diff if row.makes]
        return {
            **self.counts,
            RowOutcome.NEW.value: len(new),
            RowOutcome.CHANGED.value: written,
            RowOutcome.UNCHANGED.value: self.counts[RowOutcome.UNCHANGED.value] + len(changed) - written,
            "fields": sum(len(row.taken) for row in changed),
            "cancelled": sum(row.outcome == RowOutcome.DROPPED and self.cancelled(row) for row in self.diff),
        }

    @property
    def fingerprint(self) -> str:
        """Return a mark of the plan the table was compared with: apply refuses when it moved in between."""
        compared = [(row.outcome, row.row, row.task_id, row.version) for row in self.diff]
        remembered = [(question.key, question.chosen) for question in self.questions if question.remembered]
        return hashlib.sha256(repr((compared, remembered, self.twin)).encode()).hexdigest()[:16]

    def date_kind(self, move: DateMove) -> DateKind | None:
        """Return what the new date is, None where the date in force stays."""
        decided = self.decided.get(move_key(move), DateKind.CORRECTED)
        return None if decided == KEEP_DATE else DateKind(decided)

    def cancelled(self, row: RowDiff) -> bool:
        return self.decided.get(drop_key(row.task_id or 0)) == CANCEL

    def drops_step(self, milestone_id: int) -> bool:
        return self.decided.get(drop_step_key(milestone_id)) == DROP_PART

    def drops_target(self, target_id: int) -> bool:
        return self.decided.get(drop_target_key(target_id)) == DROP_PART

    def likely_items(self, place: int) -> tuple[TaskSnapshot, ...]:
        """Return the items that no row was matched to and this one might be, the likest first."""
        free = [self.tasks[row.task_id or 0] for row in self.diff if row.outcome == RowOutcome.DROPPED]
        known = [words(task.draft) for task in free]
        return tuple(free[at] for at in nearest(words(self.drafts[place]), known, range(len(free)))[:MOST_LIKELY])


def prepare(
    reading: Reading, *, plan: Plan | None, organization_id: int, decisions: Mapping[str, str], today: date
) -> Prepared:
    """Work out what the table would do to the plan; reads the directory, the memory and the plan, writes nothing."""
    directory = Directory.load(organization_id, today=today)
    questions = Questions(decisions, recall(organization_id, year=reading.year))
    rows = sheet_rows(reading)
    names = TableNames.of((row.task for row in rows), directory=directory, decisions=decisions)
    drafted = [
        draft_task(row.task, row.columns, index=index, names=names, questions=questions)
        for index, row in enumerate(rows)
    ]
    merged = standing_merges(merges(decisions), len(rows), Refusals(decisions).rows)
    drafts = joined([one.task for one in drafted], merged)
    tasks = {task.task_id: task for task in (plan_snapshot(plan) if plan else ())}
    left = ask_about_doubles(drafts, [row.task.row for row in rows], questions)
    compared = _compared(drafts, tasks, decisions, merged)
    repeated = repeated_columns(compared, drafts, plan, directory)
    diff = _decided_diff(compared, decisions, left, repeated)
    if plan and plan.state == PlanState.ISSUED:
        ask_about_dates(diff, questions)
    ask_about_parts(diff, tasks, questions)
    ask_about_dropped(diff, tasks, questions)
    asked = still_asked(questions.all(), diff)
    return Prepared(
        reading=reading,
        rows=rows,
        skipped=skipped_rows(reading),
        drafts=drafts,
        tasks=tasks,
        diff=diff,
        questions=asked,
        make=_unique(drafted, diff),
        decided={question.key: question.value for question in asked},
        names=names,
    )


def _compared(
    drafts: Sequence[TaskDraft],
    tasks: Mapping[int, TaskSnapshot],
    decisions: Mapping[str, str],
    merged: Mapping[int, int],
) -> Sequence[RowDiff]:
    """Compare the table with the plan, with the rows matched by hand and merged as a person said."""
    diff = plan_diff(drafts, list(tasks.values()), matches(decisions) | dict.fromkeys(merged))
    if merged:
        diff = [row if row.row is None else replace(row, merged_into=merged.get(row.row)) for row in diff]
    losing = {row.task_id for row in diff if row.dropped_targets and row.task_id}
    figured = figures_on_record(losing) if losing else frozenset()
    if figured:
        diff = [
            row_diff(row.row, drafts[row.row], tasks[row.task_id], row.ground, figured)
            if row.row is not None and row.task_id is not None and row.ground and figured & {*row.dropped_targets}
            else row
            for row in diff
        ]
    return diff


def _decided_diff(
    diff: Sequence[RowDiff],
    decisions: Mapping[str, str],
    left: frozenset[int],
    repeated: Mapping[int, frozenset[str]],
) -> tuple[RowDiff, ...]:
    """Return the comparison as far as a person lets it be written.

    `left` are rows that say what others say and were decided to be no items; `repeated` are the columns of items
    that say what the last table said, and stay as the office changed them unless a person takes them.
    """
    refusals = Refusals(decisions)
    if not (refusals.any or left or any(repeated.values())):
        return tuple(diff)
    return tuple(_refused(row, refusals, left, repeated.get(row.task_id or 0, frozenset())) for row in diff)


def _refused(row: RowDiff, refusals: Refusals, left: frozenset[int], repeated: frozenset[str]) -> RowDiff:
    if row.row is None or row.outcome not in {RowOutcome.NEW, RowOutcome.CHANGED}:
        return row
    changes = tuple(
        replace(change, refused=True)
        if refusals.field(row.task_id or 0, change.field, repeated=change.field in repeated)
        else change
        for change in row.changes
    )
    return replace(row, changes=changes, refused=refusals.row(row.row) or row.row in left)


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
        SkippedRow(sheet.name, skipped.row, skipped.reason, skipped.text)
        for sheet in reading.sheets
        for skipped in sorted(
            (*sheet.skipped, *(one for table in sheet.tables for one in table.skipped)), key=lambda one: one.row
        )
    )


def _unique(drafted: Sequence[Drafted], diff: Sequence[RowDiff]) -> tuple[tuple[Expected, str], ...]:
    """Return who must be made for what is written; nobody is made for what was left out."""
    rows = {row.row: row for row in diff if row.row is not None}
    return tuple(
        dict.fromkeys(
            (kind, name)
            for place, one in enumerate(drafted)
            for field, kind, name in one.make
            if not rows[place].refused and field not in rows[place].left
        )
    )
