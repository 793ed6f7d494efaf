"""From a row that differs to the change that planning makes: what was left out stays, and so does what no table says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from projects.choices import DateKind
from projects.drafts import (
    MilestoneChange,
    MilestoneDraft,
    PartyDraft,
    TargetChange,
    TargetDraft,
    TaskChange,
    TaskDraft,
)
from projects.importing.diff import ROLE_FIELDS, DateMove, RowDiff, TaskSnapshot

DIRECT_FIELDS = ("number", "title", "content", "measures", "contacts", "note", "extra")


class Decided(Protocol):
    """What a person decided of dates and of what the table has no more."""

    def date_kind(self, move: DateMove) -> DateKind | None: ...
    def drops_step(self, milestone_id: int) -> bool: ...
    def drops_target(self, target_id: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps as they will stand: what becomes of each, and at which place a step of the table or of the item is."""

    changes: tuple[MilestoneChange, ...]
    of_table: Mapping[int, int]
    of_item: Mapping[int, int]


def task_change(row: RowDiff, draft: TaskDraft, task: TaskSnapshot, decided: Decided) -> TaskChange:
    """Return the change of one matched row: only the columns that differ and were not left out."""
    taken = row.taken
    steps = _moved_steps(row, draft, task, decided) if "deadline" in taken else _same_steps(row, task)
    return TaskChange(
        task_id=task.task_id,
        version=row.version,
        fields=_fields(row, draft),
        category=draft.category if "category" in taken else None,
        parties=_parties(row, draft, task) if taken & ROLE_FIELDS.keys() else None,
        milestones=steps.changes,
        targets=_targets(row, draft, task, steps, decided),
    )


def _fields(row: RowDiff, draft: TaskDraft) -> dict[str, object]:
    taken = row.taken
    fields: dict[str, object] = {name: getattr(draft, name) for name in DIRECT_FIELDS if name in taken}
    if "target" in taken:
        fields["target_text"] = draft.target_text
    if "deadline" in taken:
        fields |= {"deadline_text": draft.deadline_text, "deadline_kind": draft.deadline_kind}
    if "content" in taken and "title" not in row.left:
        fields["title"] = draft.title
    return fields


def _parties(row: RowDiff, draft: TaskDraft, task: TaskSnapshot) -> tuple[PartyDraft, ...]:
    """Return the whole new list; a role left out, and roles no table names, stay as they are."""
    found: list[PartyDraft] = []
    for field, role in ROLE_FIELDS.items():
        source = task.draft if field in row.left else draft
        found += [party for party in source.parties if party.role == role]
    return (*found, *(party for party in task.draft.parties if party.role not in ROLE_FIELDS.values()))


def _same_steps(row: RowDiff, task: TaskSnapshot) -> _Steps:
    place_of = {step.id: place for place, step in enumerate(task.milestones)}
    of_table = {at: place_of[step] for at, step in enumerate(row.milestone_ids) if step is not None}
    return _Steps((), of_table, place_of)


def _moved_steps(row: RowDiff, draft: TaskDraft, task: TaskSnapshot, decided: Decided) -> _Steps:
    moves = {move.milestone_id: move for move in row.moves}
    standing = {step.id: step for step in task.milestones}
    kept = [standing[step] for step in row.settled_milestones if not decided.drops_step(step)]
    changes: list[MilestoneChange] = []
    of_table: dict[int, int] = {}
    for at, (number, step) in enumerate(zip(row.milestone_ids, draft.milestones, strict=True)):
        while kept and _earlier(kept[0].draft, step):
            old = kept.pop(0)
            changes.append(_stays(old.id, old.draft, old.current_on, len(changes)))
        kind = decided.date_kind(moves[number]) if number in moves else None
        in_force = standing[number].current_on if number is not None and kind is None else None
        of_table[at] = len(changes)
        changes.append(MilestoneChange(number, replace(step, due_on=in_force or step.due_on), kind, len(changes)))
    for old in kept:
        changes.append(_stays(old.id, old.draft, old.current_on, len(changes)))
    of_item = {change.id: place for place, change in enumerate(changes) if change.id is not None}
    gone = (*row.dropped_milestones, *(step for step in row.settled_milestones if step not in of_item))
    return _Steps((*changes, *(MilestoneChange(step, None) for step in gone)), of_table, of_item)


def _earlier(one: MilestoneDraft, other: MilestoneDraft) -> bool:
    return one.due_on is not None and other.due_on is not None and one.due_on <= other.due_on


def _stays(number: int, draft: MilestoneDraft, current_on: date | None, place: int) -> MilestoneChange:
    """Return the change of a step that only gets another place: its date in force is no new date."""
    return MilestoneChange(number, replace(draft, due_on=current_on or draft.due_on), None, place)


def _targets(
    row: RowDiff, draft: TaskDraft, task: TaskSnapshot, steps: _Steps, decided: Decided
) -> tuple[TargetChange, ...]:
    standing = {one.id: one.draft for one in task.targets}
    if "target" not in row.taken:
        return _follow_steps(row, draft, task, steps) if "deadline" in row.taken else ()
    changes = []
    for number, target in zip(row.target_ids, draft.targets, strict=True):
        place = None if target.milestone is None else steps.of_table.get(target.milestone)
        wanted = replace(target, milestone=place)
        changes.append(TargetChange(number, wanted if number is None else _as_known(wanted, standing[number])))
    gone = (*row.dropped_targets, *(one for one in row.settled_targets if decided.drops_target(one)))
    return (*changes, *(TargetChange(number, None) for number in gone))


def _as_known(wanted: TargetDraft, old: TargetDraft) -> TargetDraft:
    """Keep what no table says, and a list's names in the order in which they were ticked."""
    return replace(
        wanted,
        baseline=old.baseline if wanted.baseline is None else wanted.baseline,
        cumulative=old.cumulative,
        start_on=old.start_on,
        due_on=old.due_on,
        curve=old.curve,
        horizon_year=old.horizon_year,
        items=(*old.items, *(name for name in wanted.items if name not in old.items)),
    )


def _follow_steps(row: RowDiff, draft: TaskDraft, task: TaskSnapshot, steps: _Steps) -> tuple[TargetChange, ...]:
    """Hang the targets on their steps' new places; where the step is gone, on the one the table has for it, if any."""
    ids: Sequence[int] = [step.id for step in task.milestones]
    said = dict(zip(row.target_ids, draft.targets, strict=True))
    changes = []
    for one in task.targets:
        if one.draft.milestone is None:
            continue
        place = steps.of_item.get(ids[one.draft.milestone])
        if place is None and one.id in said and said[one.id].milestone is not None:
            place = steps.of_table.get(said[one.id].milestone or 0)
        changes.append(TargetChange(one.id, replace(one.draft, milestone=place)))
    return tuple(changes)
