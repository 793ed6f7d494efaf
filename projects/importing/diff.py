"""What a new table changes in the plan, row by row and column by column: old beside new, nothing written."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from projects.choices import InvolvementRole, RowOutcome
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft, headline
from projects.importing.matching import Ground, Words, match, normal


@dataclass(frozen=True, slots=True)
class StepSnapshot:
    """A step as it stands, with the date as issued; `settled`: it has a done day, so a table never drops it silently.

    `current_on` is the date in force: an extension moves it, and a table that repeats the issued date changes nothing.
    """

    id: int
    draft: MilestoneDraft
    settled: bool
    current_on: date | None = None


@dataclass(frozen=True, slots=True)
class TargetSnapshot:
    id: int
    draft: TargetDraft


@dataclass(frozen=True, slots=True)
class TaskSnapshot:
    """An item as it stands, in the same shape as a row of the new table."""

    task_id: int
    version: int
    draft: TaskDraft
    milestones: tuple[StepSnapshot, ...] = ()
    targets: tuple[TargetSnapshot, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of one row that differs; `old` and `new` as a reader would write them."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DateMove:
    """A step whose date differs: reissued, extended, or a corrected reading — only a person knows."""

    milestone_id: int
    old: date | None
    new: date | None
    current: date | None = None


@dataclass(frozen=True, slots=True)
class RowDiff:
    """One row of the new table against the plan; `row` indexes the drafts, None for a dropped item."""

    outcome: RowOutcome
    row: int | None = None
    task_id: int | None = None
    version: int = 0
    ground: Ground | None = None
    changes: tuple[FieldChange, ...] = ()
    moves: tuple[DateMove, ...] = ()
    milestone_ids: tuple[int | None, ...] = ()
    target_ids: tuple[int | None, ...] = ()
    dropped_milestones: tuple[int, ...] = ()
    dropped_targets: tuple[int, ...] = ()
    kept: tuple[str, ...] = ()


TEXT_FIELDS = ("number", "title", "content", "measures", "contacts", "note")
ROLE_FIELDS = {
    "leaders": InvolvementRole.LEADER,
    "lead": InvolvementRole.LEAD,
    "support": InvolvementRole.SUPPORT,
    "owners": InvolvementRole.OWNER,
}


def plan_diff(drafts: Sequence[TaskDraft], tasks: Sequence[TaskSnapshot]) -> list[RowDiff]:
    """Return one RowDiff a draft, in their order, then one for each item the table no longer has."""
    found = {one.new: one for one in match([_words(draft) for draft in drafts], [_words(task.draft) for task in tasks])}
    rows = [
        _row_diff(index, draft, tasks[found[index].old], found[index].ground)
        if index in found
        else RowDiff(
            RowOutcome.NEW,
            row=index,
            milestone_ids=(None,) * len(draft.milestones),
            target_ids=(None,) * len(draft.targets),
        )
        for index, draft in enumerate(drafts)
    ]
    kept = {one.old for one in found.values()}
    rows += [
        RowDiff(RowOutcome.DROPPED, task_id=task.task_id, version=task.version)
        for index, task in enumerate(tasks)
        if index not in kept
    ]
    return rows


def field_changes(old: TaskDraft, new: TaskDraft) -> tuple[FieldChange, ...]:
    """Return the columns that differ; widths, white space and line breaks never count.

    A title that is only the beginning of the content isn't a column of its own.
    """
    derived = all(draft.title == headline(draft.content) for draft in (old, new))
    return tuple(
        FieldChange(field, shown(old), shown(new))
        for field, (compared, shown) in COLUMNS.items()
        if compared(old) != compared(new) and not (field == "title" and derived)
    )


def same_text(text: str) -> str:
    """Return what counts of a text: NFKC, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _words(draft: TaskDraft) -> Words:
    return Words(same_text(draft.number), normal(draft.title + draft.content))


def _row_diff(row: int, draft: TaskDraft, task: TaskSnapshot, ground: Ground) -> RowDiff:
    steps = pair_up(
        [step.draft for step in task.milestones], draft.milestones, lambda step: (normal(step.text), step.phrase)
    )
    # A step that lost its date is another step: dates are moved, never wiped out.
    steps = {
        index: paired
        for index, paired in steps.items()
        if draft.milestones[paired].due_on or not task.milestones[index].draft.due_on
    }
    targets = pair_up([one.draft for one in task.targets], draft.targets, lambda one: (normal(one.name), one.unit))
    dropped_steps = [step for index, step in enumerate(task.milestones) if index not in steps]
    dropped_targets = [one for index, one in enumerate(task.targets) if index not in targets]
    settled = [step for step in dropped_steps if step.settled]
    changes = field_changes(task.draft, draft)
    return RowDiff(
        RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED,
        row=row,
        task_id=task.task_id,
        version=task.version,
        ground=ground,
        changes=changes,
        moves=tuple(
            DateMove(
                task.milestones[index].id,
                task.milestones[index].draft.due_on,
                draft.milestones[paired].due_on,
                task.milestones[index].current_on,
            )
            for index, paired in sorted(steps.items())
            if task.milestones[index].draft.due_on != draft.milestones[paired].due_on
        ),
        milestone_ids=_ids(len(draft.milestones), steps, [step.id for step in task.milestones]),
        target_ids=_ids(len(draft.targets), targets, [one.id for one in task.targets]),
        dropped_milestones=tuple(step.id for step in dropped_steps if not step.settled),
        dropped_targets=tuple(one.id for one in dropped_targets),
        kept=tuple(step.draft.text or step.draft.phrase for step in settled),
    )


def pair_up[Item](old: Sequence[Item], new: Sequence[Item], key: Callable[[Item], tuple[str, str]]) -> dict[int, int]:
    """Pair old with new: equal words and phrase first, then equal words or phrase, then by order among the rest."""
    found: dict[int, int] = {}
    grounds: tuple[Callable[[tuple[str, str], tuple[str, str]], bool], ...] = (
        lambda one, other: one == other,
        lambda one, other: bool(one[0]) and one[0] == other[0],
        lambda one, other: bool(one[1]) and one[1] == other[1],
        lambda *_: True,
    )
    for same in grounds:
        for index, item in enumerate(old):
            if index in found:
                continue
            free = (at for at in range(len(new)) if at not in found.values() and same(key(item), key(new[at])))
            if (paired := next(free, None)) is not None:
                found[index] = paired
    return found


def _ids(count: int, paired: Mapping[int, int], ids: Sequence[int]) -> tuple[int | None, ...]:
    by_new = {new: ids[old] for old, new in paired.items()}
    return tuple(by_new.get(index) for index in range(count))


def shown_milestone(step: MilestoneDraft) -> str:
    """Return `start—due words`, days as ISO; what is missing is left out."""
    days = "—".join(str(day) for day in (step.start_on, step.due_on) if day)
    return " ".join(part for part in (days, step.text or step.phrase) if part)


def shown_number(value: Decimal) -> str:
    """Return the number without the noughts a spreadsheet or a database adds behind it."""
    return f"{value.normalize():f}"


def shown_target(target: TargetDraft) -> str:
    items = f"（{'、'.join(target.items)}）" if target.items else ""
    return f"{target.name}{items} {shown_number(target.value)}{target.unit}".strip()


def _shown_deadline(draft: TaskDraft) -> str:
    steps = "；".join(shown_milestone(step) for step in draft.milestones)
    return f"{draft.deadline_text}（{steps}）" if steps else draft.deadline_text


def _deadline(draft: TaskDraft) -> Any:
    return same_text(draft.deadline_text), [
        (step.due_on, step.start_on, same_text(step.text)) for step in draft.milestones
    ]


def _targets(draft: TaskDraft) -> Any:
    return same_text(draft.target_text), [
        replace(one, name=same_text(one.name), value=Decimal(one.value).normalize()) for one in draft.targets
    ]


def _shown_targets(draft: TaskDraft) -> str:
    return draft.target_text or "；".join(shown_target(one) for one in draft.targets)


def _parties(role: InvolvementRole) -> Callable[[TaskDraft], Any]:
    def compared(draft: TaskDraft) -> list[PartyDraft]:
        return [replace(party, as_written="") for party in draft.parties if party.role == role]

    return compared


def _shown_parties(role: InvolvementRole) -> Callable[[TaskDraft], str]:
    return lambda draft: "、".join(party.as_written for party in draft.parties if party.role == role)


def _text(field: str) -> tuple[Callable[[TaskDraft], Any], Callable[[TaskDraft], str]]:
    return lambda draft: same_text(getattr(draft, field)), lambda draft: getattr(draft, field)


COLUMNS: dict[str, tuple[Callable[[TaskDraft], Any], Callable[[TaskDraft], str]]] = {
    **{field: _text(field) for field in TEXT_FIELDS},
    "category": (
        lambda draft: tuple(same_text(heading) for heading in draft.category),
        lambda draft: " › ".join(draft.category),
    ),
    "target": (_targets, _shown_targets),
    "deadline": (_deadline, _shown_deadline),
    **{field: (_parties(role), _shown_parties(role)) for field, role in ROLE_FIELDS.items()},
    "extra": (
        lambda draft: {same_text(key): same_text(str(value)) for key, value in draft.extra.items()},
        lambda draft: "；".join(f"{key}：{value}" for key, value in draft.extra.items()),
    ),
}
