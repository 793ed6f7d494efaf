"""The dated steps and the amounts of a promise, as rows made from drafts and changed by them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounts.models import User
from projects.choices import DateKind
from projects.drafts import Curve, MilestoneDraft, TargetDraft
from projects.rows import AimRow, DateRow, ItemRow, StepRow, TaskRow


@dataclass(frozen=True, slots=True)
class Setting:
    """By whom, when and under which document dates are set."""

    user: User | None
    on: date
    at: datetime
    document: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a new date rests on, where it isn't the plan's own document or the reason of the whole change."""

    document: str = ""
    reason: str = ""


PLAIN = Grounds()


def new_step(task: TaskRow, position: int, draft: MilestoneDraft, setting: Setting) -> StepRow:
    step = StepRow(task, task.organization_id, position, draft.text, draft.phrase, draft.start_on)
    if draft.due_on is not None:
        add_date(step, DateKind.ISSUED, draft.due_on, setting)
        step.cycle = 1
    return step


def add_date(step: StepRow, kind: DateKind, due_on: date, setting: Setting) -> DateRow:
    """Append a date to the step and repeat on the step what its dates now say; reminders of before are void."""
    row = DateRow(
        step,
        step.organization_id,
        kind,
        due_on,
        document=setting.document,
        reason=setting.reason,
        user_id=setting.user.pk if setting.user else None,
        set_on=setting.on,
        at=setting.at,
    )
    step.dates.append(row)
    repeat_dates(step)
    step.cycle += 1
    return row


def repeat_dates(step: StepRow) -> None:
    """Say on the step again what its dates amount to; withdrawn ones count for nothing."""
    standing = [(date.kind, date.due_on) for date in step.dates if date.withdrawn_on is None]
    step.issued_due_on, step.current_due_on, step.moves = sum_up(standing)


def sum_up(dates: Sequence[tuple[str, date]]) -> tuple[date | None, date | None, int]:
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


def new_aim(task: TaskRow, position: int, draft: TargetDraft, milestones: Sequence[StepRow]) -> AimRow:
    """Return an unsaved target; `milestones` are those the draft counts its step among."""
    aim = AimRow(
        task,
        None if draft.milestone is None else milestones[draft.milestone],
        task.organization_id,
        position,
        draft.name,
        draft.comparison,
        draft.value,
        draft.unit,
        draft.baseline,
        draft.cumulative,
        draft.start_on,
        draft.due_on,
        curve_kept(draft.curve),
        draft.horizon_year,
    )
    aim.items = [new_item(aim, place, name) for place, name in enumerate(draft.items)]
    return aim


def fill(aim: AimRow, draft: TargetDraft, milestones: Sequence[StepRow]) -> None:
    aim.milestone = None if draft.milestone is None else milestones[draft.milestone]
    aim.name = draft.name
    aim.value = draft.value
    aim.unit = draft.unit
    aim.comparison = draft.comparison
    aim.baseline = draft.baseline
    aim.cumulative = draft.cumulative
    aim.start_on, aim.due_on = draft.start_on, draft.due_on
    aim.curve = curve_kept(draft.curve)
    aim.horizon_year = draft.horizon_year


def curve_kept(curve: Curve) -> list[list[str]]:
    """Return the curve as the table keeps it: the digits as they are, no floats."""
    return [[day.isoformat(), str(share)] for day, share in curve]


def curve_of(kept: Iterable[Sequence[object]]) -> Curve:
    return tuple((date.fromisoformat(str(day)), Decimal(str(share))) for day, share in kept)


def new_item(aim: AimRow, position: int, name: str) -> ItemRow:
    return ItemRow(aim, aim.organization_id, position, name)
