"""The reading's side of the page: what a row was read as, line by line, old beside new where it differs."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext

from accounts.days import day_words
from projects.choices import Comparison, InvolvementRole
from projects.drafts import MilestoneDraft, TargetDraft, TaskDraft
from projects.importing.decisions import field_key
from projects.importing.diff import FieldChange, RowDiff, shown_target
from projects.importing.page.parts import Line
from projects.importing.wording import field_label

BESIDE = (("lead", "support"), ("leaders", "owners"))
"""Fields that share a line of the reading while neither is changed."""

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def reading_lines(draft: TaskDraft, row: RowDiff, before: TaskDraft, year: int) -> tuple[Line, ...]:
    changes = {change.field: change for change in row.changes}
    for field, told in (("deadline", _deadlines), ("target", _amounts)):
        if field in changes:
            changes[field] = _telling(changes[field], told(before, year), told(draft, year))
    fields = {
        "deadline": _steps_text(draft.milestones, year) or draft.deadline_text,
        "target": _targets(draft),
        "lead": names(draft, InvolvementRole.LEAD),
        "support": names(draft, InvolvementRole.SUPPORT),
        "leaders": names(draft, InvolvementRole.LEADER),
        "owners": names(draft, InvolvementRole.OWNER),
    }
    for first, second in BESIDE:
        if fields[first] and fields[second] and not {first, second} & {*changes}:
            fields[first] = f"{fields[first]}　{field_label(second)} {fields.pop(second)}"
    task = row.task_id or 0
    lines = [_line(field, text, changes.pop(field, None), task) for field, text in fields.items()]
    lines += [_line(field, "", change, task) for field, change in changes.items()]
    return tuple(line for line in lines if line.text or line.old)


def names(draft: TaskDraft, role: InvolvementRole) -> str:
    return "、".join(party.as_written for party in draft.parties if party.role == role)


def _telling(change: FieldChange, old: Sequence[str], new: Sequence[str]) -> FieldChange:
    """Return the change in what was read, or in the words where that is the same; some differ in neither to the eye."""
    for was, now in zip(old, new, strict=True):
        if was != now:
            return replace(change, old=was, new=now)
    return replace(change, old=old[-1], new=f"{new[-1]}{gettext('（读法不同，文字未变）')}")


def _deadlines(draft: TaskDraft, year: int) -> tuple[str, str]:
    return _steps_text(draft.milestones, year), draft.deadline_text


def _amounts(draft: TaskDraft, year: int) -> tuple[str, str]:  # noqa: ARG001 - told like deadlines
    return _targets(draft), draft.target_text or _targets(draft)


def _targets(draft: TaskDraft) -> str:
    return "；".join(_target_text(target) for target in draft.targets)


def _target_text(target: TargetDraft) -> str:
    """Return an amount with how it is compared where more than reaching it is meant."""
    mark = {Comparison.AT_MOST: "≤", Comparison.EXACTLY: "="}.get(target.comparison, "")
    step = CIRCLED[target.milestone % len(CIRCLED)] if target.milestone is not None else ""
    return f"{step}{mark}{shown_target(target)}"


def _line(field: str, text: str, change: FieldChange | None, task_id: int) -> Line:
    if change is None:
        return Line(field_label(field), text)
    return Line(field_label(field), change.new or gettext("无"), change.old, field_key(task_id, field), change.refused)


def _steps_text(steps: Sequence[MilestoneDraft], year: int) -> str:
    if len(steps) == 1:
        return _step_text(steps[0], year)
    return "　".join(f"{CIRCLED[at % len(CIRCLED)]} {_step_text(step, year)}" for at, step in enumerate(steps))


def _step_text(step: MilestoneDraft, year: int) -> str:
    day = day_words(step.due_on, year=year) if step.due_on else ""
    begins = gettext("%(day)s起") % {"day": day_words(step.start_on, year=year)} if step.start_on else ""
    return " ".join(part for part in (begins, day, step.text) if part)
