"""What a change does to a promise, row by row: nothing is deleted that ever held for a day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from projects.choices import DateKind, TaskState
from projects.drafts import (
    TASK_FIELDS,
    MilestoneChange,
    MilestoneDraft,
    PartyDraft,
    TargetChange,
    TargetDraft,
    TaskChange,
)
from projects.parties import PartyBook
from projects.promise import Promise
from projects.rows import AimRow, PartyRow, StepRow, TaskRow
from projects.sections import Path
from projects.steps import Setting, add_date, fill, new_aim, new_item, new_step
from projects.writing import Writing

ONE_DAY = timedelta(days=1)


class NoSuchPartError(ValueError):
    """A change names a step, a target or a field that the item hasn't."""


def revise(
    promise: Promise,
    change: TaskChange,
    *,
    book: PartyBook,
    sections: Mapping[Path, int],
    setting: Setting,
    writing: Writing,
) -> None:
    """Change the promise in memory and note in `writing` which rows that touches."""
    _change_fields(promise.task, change.fields, writing)
    if change.category is not None and change.category != promise.category:
        set_heading(promise, change.category, sections, writing)
    if change.parties is not None:
        change_parties(promise, change.parties, book, setting, writing)
    for milestone_change in change.milestones:
        change_step(promise, milestone_change, setting, writing)
    promise.steps.sort(key=lambda step: step.position)
    live = [step for step in promise.steps if step.dropped_on is None]
    for target_change in change.targets:
        change_aim(promise, target_change, live, setting, writing)


def set_heading(promise: Promise, path: Path, sections: Mapping[Path, int], writing: Writing) -> None:
    """Let an item stand under the headings of `path`, none where it is empty; `sections` holds those that are new."""
    if path != promise.category:
        promise.category = path
        promise.task.section_id = sections[path] if path else None
    writing.rewrite(promise.task)


def _change_fields(task: TaskRow, fields: Mapping[str, object], writing: Writing) -> None:
    if unknown := fields.keys() - set(TASK_FIELDS):
        raise NoSuchPartError(f"an item has no {', '.join(sorted(unknown))}")
    different = {name: value for name, value in fields.items() if getattr(task, name) != value}
    for name, value in different.items():
        setattr(task, name, value)
    if different:
        writing.rewrite(task)


def change_parties(
    promise: Promise, drafts: Sequence[PartyDraft], book: PartyBook, setting: Setting, writing: Writing
) -> None:
    """Replace who has a part: kept rows stay, new ones hold from today, ended ones held until yesterday.

    Rows that never held for a day (a draft's, or those that came today) are removed.
    """
    drafted = promise.task.state == TaskState.DRAFT
    wanted = book.rows(promise.task, drafts, from_on=None if drafted else setting.on)
    live = {_who(row): row for row in promise.parties if row.to_on is None or row.to_on >= setting.on}
    for row in wanted:
        kept = live.pop(_who(row), None)
        if kept is None:
            promise.parties.append(row)
            writing.insert(row)
        elif (kept.position, kept.as_written) != (row.position, row.as_written):
            kept.position, kept.as_written = row.position, row.as_written
            writing.rewrite(kept)
    for row in live.values():
        if drafted or (row.from_on is not None and row.from_on >= setting.on):
            promise.parties.remove(row)
            writing.remove(row)
        else:
            row.to_on = setting.on - ONE_DAY
            writing.rewrite(row)
    promise.parties.sort(key=lambda row: row.position)


def _who(row: PartyRow) -> tuple[object, ...]:
    return (row.role, row.department_id, row.post_id, row.person_id, row.group_id)


def change_step(promise: Promise, change: MilestoneChange, setting: Setting, writing: Writing) -> None:
    if change.id is None:
        if change.draft is None:
            raise NoSuchPartError("a step that is neither there nor drafted")
        last = max((step.position for step in promise.steps), default=-1)
        place = last + 1 if change.place is None else change.place
        step = new_step(promise.task, place, change.draft, setting)
        promise.steps.append(step)
        writing.insert_step(step)
        return
    step = _step_of(promise, change.id)
    if change.draft is None:
        _drop(step, setting, writing)
    else:
        _change_step(step, change.draft, change, setting, writing)


def _change_step(
    step: StepRow, draft: MilestoneDraft, change: MilestoneChange, setting: Setting, writing: Writing
) -> None:
    if draft.due_on is None and step.current_due_on is not None:
        raise NoSuchPartError("a step can't lose its date: drop it and add one without")
    words: dict[str, object] = {"text": draft.text, "phrase": draft.phrase, "start_on": draft.start_on}
    if change.place is not None:
        words["position"] = change.place
    different = {name: value for name, value in words.items() if getattr(step, name) != value}
    for name, value in different.items():
        setattr(step, name, value)
    if draft.due_on is not None and draft.due_on != step.current_due_on:
        writing.insert(add_date(step, change.date_kind or first_or_corrected(step), draft.due_on, setting))
        different["due_on"] = draft.due_on
    if different:
        writing.rewrite(step)


def move_step(
    promise: Promise, milestone_id: int, kind: DateKind, due_on: date, setting: Setting, writing: Writing
) -> None:
    step = _step_of(promise, milestone_id)
    writing.insert(add_date(step, kind, due_on, setting))
    writing.rewrite(step)


def mark_step(promise: Promise, milestone_id: int, done_on: date | None, writing: Writing) -> None:
    """Set the day a step was done; None opens it again, and reminders of before are void."""
    step = _step_of(promise, milestone_id)
    if step.done_on != done_on:
        step.cycle += done_on is None
        step.done_on = done_on
        writing.rewrite(step)


def first_or_corrected(step: StepRow) -> DateKind:
    return DateKind.CORRECTED if any(date.withdrawn_on is None for date in step.dates) else DateKind.ISSUED


def _drop(step: StepRow, setting: Setting, writing: Writing) -> None:
    if step.dropped_on is None:
        step.dropped_on = setting.on
        step.cycle += 1
        writing.rewrite(step)


def change_aim(
    promise: Promise, change: TargetChange, milestones: Sequence[StepRow], setting: Setting, writing: Writing
) -> None:
    aim = None if change.id is None else _aim_of(promise, change.id)
    if aim is not None and change.draft is not None and len(change.draft.items) >= len(aim.items):
        _change_aim(aim, change.draft, milestones, writing)
        return
    # A list that got shorter is another list: what was ticked on the old one stays true of the old one.
    if aim is not None and aim.dropped_on is None:
        aim.dropped_on = setting.on
        writing.rewrite(aim)
    if change.draft is not None:
        last = max((each.position for each in promise.aims), default=-1)
        made = new_aim(promise.task, last + 1, change.draft, milestones)
        promise.aims.append(made)
        writing.insert_aim(made)


def _change_aim(aim: AimRow, draft: TargetDraft, milestones: Sequence[StepRow], writing: Writing) -> None:
    before = _amount(aim)
    fill(aim, draft, milestones)
    if _amount(aim) != before:
        writing.rewrite(aim)
    for item, name in zip(aim.items, draft.items, strict=False):
        if item.name != name:
            item.name = name
            writing.rewrite(item)
    for place in range(len(aim.items), len(draft.items)):
        item = new_item(aim, place, draft.items[place])
        aim.items.append(item)
        writing.insert(item)


def _amount(aim: AimRow) -> tuple[object, ...]:
    amount = (aim.milestone, aim.name, aim.comparison, aim.value, aim.unit, aim.baseline, aim.cumulative)
    return (*amount, aim.start_on, aim.due_on, aim.curve, aim.horizon_year)


def _step_of(promise: Promise, milestone_id: int) -> StepRow:
    for step in promise.steps:
        if step.pk == milestone_id:
            return step
    raise NoSuchPartError(f"item {promise.task.pk} has no step {milestone_id}")


def _aim_of(promise: Promise, target_id: int) -> AimRow:
    for aim in promise.aims:
        if aim.pk == target_id:
            return aim
    raise NoSuchPartError(f"item {promise.task.pk} has no target {target_id}")
