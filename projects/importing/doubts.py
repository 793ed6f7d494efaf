"""What only a person knows about a changed plan: what a new date is, and whether what the table dropped shall go."""

from collections.abc import Iterable, Mapping, Sequence

from projects.choices import DateKind, RowOutcome
from projects.drafts import TaskDraft
from projects.importing.decisions import DATE, TWICE, drop_key, drop_step_key, drop_target_key
from projects.importing.diff import DateMove, RowDiff, TaskSnapshot, shown_milestone, shown_target
from projects.importing.questions import Choice, Question, Questions, spelled

CANCEL, KEEP_TASK = "cancel", "keep"
BOTH, LEAVE_ONE = "both", "leave"
"""Two rows say the same: both are meant, or the later one is left out."""
SAME_AS_ROW = "same_as_row"
SHORTEST_TWICE = 6
"""Characters of content below which rows may well say the same of different things."""
KEEP_DATE = "keep_date"
"""Leave the date in force as it is, whatever the table says."""
DROP_PART, KEEP_PART = "drop", "keep"

FEEDS: Mapping[str, frozenset[str]] = {
    "department": frozenset({"lead", "support"}),
    "lead": frozenset({"lead", "support"}),
    "support": frozenset({"support"}),
    "post": frozenset({"leaders"}),
    "person": frozenset({"owners"}),
    "deadline": frozenset({"deadline"}),
    "target": frozenset({"target"}),
}
"""Which columns an answer goes into, by what the question is about."""


def move_key(move: DateMove) -> str:
    return f"{DATE}{move.milestone_id}:{move.new}"


def ask_about_doubles(drafts: Sequence[TaskDraft], rows: Sequence[int], questions: Questions) -> frozenset[int]:
    """Ask about rows that say what an earlier one says, and return the places of those left out; `rows` are theirs."""
    first: dict[tuple[object, ...], int] = {}
    left = set()
    for place, draft in enumerate(drafts):
        parties = frozenset([party.as_written for party in draft.parties])
        words = (draft.title, draft.content, draft.deadline_text, draft.measures, draft.target_text)
        earlier = first.setdefault((*words, draft.category, parties), place)
        if earlier == place or len(draft.content or draft.title) < SHORTEST_TWICE:
            continue
        said = spelled("".join(words), 200)
        question = Question(
            key=f"{TWICE}{said}",
            code=SAME_AS_ROW,
            field="row",
            choices=(Choice(BOTH, BOTH), Choice(LEAVE_ONE, LEAVE_ONE)),
            fallback=BOTH,
            params={"row": str(rows[earlier])},
        )
        if questions.ask(question, row=place) == LEAVE_ONE:
            left.add(place)
    return frozenset(left)


def ask_about_dates(diff: Iterable[RowDiff], questions: Questions) -> None:
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


def ask_about_parts(diff: Iterable[RowDiff], tasks: Mapping[int, TaskSnapshot], questions: Questions) -> None:
    """Ask about steps that are done and targets that have figures, where the table has them no more."""
    for row in diff:
        if row.outcome != RowOutcome.CHANGED or not (row.settled_milestones or row.settled_targets):
            continue
        task = tasks[row.task_id or 0]
        if any(change.field == "deadline" for change in row.changes):
            steps = {step.id: shown_milestone(step.draft) for step in task.milestones}
            for step in row.settled_milestones:
                questions.ask(_part(drop_step_key(step), "dropped_step", "deadline", steps[step]), row=row.row or 0)
        if any(change.field == "target" for change in row.changes):
            targets = {one.id: shown_target(one.draft) for one in task.targets}
            for one in row.settled_targets:
                questions.ask(_part(drop_target_key(one), "dropped_target", "target", targets[one]), row=row.row or 0)


def ask_about_dropped(diff: Sequence[RowDiff], tasks: Mapping[int, TaskSnapshot], questions: Questions) -> None:
    """Ask about items the table has no more; closed ones stay what they are."""
    for place, row in enumerate(diff):
        if row.outcome != RowOutcome.DROPPED or row.task_id is None or tasks[row.task_id].closed:
            continue
        draft = tasks[row.task_id].draft
        questions.ask(
            Question(
                key=drop_key(row.task_id),
                code="dropped_task",
                field="row",
                choices=(Choice(KEEP_TASK, KEEP_TASK), Choice(CANCEL, CANCEL)),
                fallback=KEEP_TASK,
                params={"number": draft.number, "title": draft.title},
            ),
            row=place,
        )


def still_asked(questions: Iterable[Question], diff: Sequence[RowDiff]) -> tuple[Question, ...]:
    """Return the questions whose answers are written somewhere: what was left out of the import asks nothing."""
    if not any(row.refused or row.left for row in diff):
        return tuple(questions)
    found = []
    for question in questions:
        rows = tuple(place for place in question.rows if not _moot(question, diff[place]))
        if rows:
            found.append(question if rows == question.rows else question.at(rows))
    return tuple(found)


def _moot(question: Question, row: RowDiff) -> bool:
    if row.refused:
        return question.code != SAME_AS_ROW
    changed = FEEDS.get(question.field, frozenset()) & {change.field for change in row.changes}
    return bool(changed) and changed <= row.left


def _part(key: str, code: str, field: str, words: str) -> Question:
    return Question(
        key=key,
        code=code,
        field=field,
        choices=(Choice(KEEP_PART, KEEP_PART), Choice(DROP_PART, DROP_PART)),
        fallback=KEEP_PART,
        params={"part": words},
    )
