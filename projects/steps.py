"""The dated steps and the amounts of a promise, as rows made from drafts and changed by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from projects.choices import DateKind
from projects.drafts import MilestoneDraft, TargetDraft
from projects.models import Milestone, MilestoneDate, Target, TargetItem, Task
from projects.promise import Aim, Step


@dataclass(frozen=True, slots=True)
class Setting:
    """By whom, when and under which document dates are set."""

    user: User | None
    on: date
    at: datetime
    document: str = ""
    reason: str = ""


def new_step(task: Task, position: int, draft: MilestoneDraft, setting: Setting) -> Step:
    milestone = Milestone(
        organization_id=task.organization_id,
        task=task,
        position=position,
        text=draft.text,
        phrase=draft.phrase,
        start_on=draft.start_on,
    )
    step = Step(milestone)
    if draft.due_on is not None:
        add_date(step, DateKind.ISSUED, draft.due_on, setting)
        milestone.cycle = 1
    return step


def add_date(step: Step, kind: DateKind, due_on: date, setting: Setting) -> MilestoneDate:
    """Append a date to the step and repeat on the step what its dates now say; reminders of before are void."""
    row = MilestoneDate(
        organization_id=step.milestone.organization_id,
        milestone=step.milestone,
        kind=kind,
        due_on=due_on,
        document=setting.document,
        reason=setting.reason,
        user=setting.user,
        set_on=setting.on,
        at=setting.at,
    )
    step.dates.append(row)
    repeat_dates(step)
    step.milestone.cycle += 1
    return row


def repeat_dates(step: Step) -> None:
    """Say on the step again what its dates amount to; withdrawn ones count for nothing."""
    standing = [(DateKind(date.kind), date.due_on) for date in step.dates if date.withdrawn_on is None]
    issued, current, moves = sum_up(standing)
    step.milestone.issued_due_on, step.milestone.current_due_on, step.milestone.moves = issued, current, moves


def sum_up(dates: Sequence[tuple[DateKind, date]]) -> tuple[date | None, date | None, int]:
    """Return the issued day, the day in force and the number of moves that a step's dates, in order, amount to.

    A reissue is a new promise, so it sets the issued day too; a correction mends the reading of the date before it:
    the issued day, unless an extension has come since.
    """
    issued: date | None = None
    current: date | None = None
    moves = 0
    extended = False
    for kind, day in dates:
        extended = kind == DateKind.EXTENDED or (extended and kind == DateKind.CORRECTED)
        moves += kind == DateKind.EXTENDED
        current = day
        if not extended:
            issued = day
    return issued, current, moves


def new_aim(task: Task, position: int, draft: TargetDraft, milestones: Sequence[Milestone]) -> Aim:
    """Return an unsaved target; `milestones` are those the draft counts its step among."""
    target = Target(organization_id=task.organization_id, task=task, position=position)
    fill(target, draft, milestones)
    return Aim(target, [new_item(target, place, name) for place, name in enumerate(draft.items)])


def fill(target: Target, draft: TargetDraft, milestones: Sequence[Milestone]) -> None:
    target.milestone = None if draft.milestone is None else milestones[draft.milestone]
    target.name = draft.name
    target.value = draft.value
    target.unit = draft.unit
    target.comparison = draft.comparison
    target.baseline = draft.baseline
    target.cumulative = draft.cumulative


def new_item(target: Target, position: int, name: str) -> TargetItem:
    return TargetItem(organization_id=target.organization_id, target=target, position=position, name=name)
