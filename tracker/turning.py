"""The days on which an item's light turns, computed from its facts so that any day's light is a comparison."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from projects.choices import TaskState
from tracker.shares import TargetFacts, behind_from, is_bound, is_met

__all__ = [
    "LightRules",
    "MilestoneFacts",
    "TargetFacts",
    "TaskFacts",
    "TurningDays",
    "first_overdue",
    "is_complete",
    "is_ongoing",
    "is_settled",
    "late_since",
    "milestone_starts",
    "open_dated",
    "target_behind_from",
    "targets_as_deadlines",
    "turning_days",
    "year_over_on",
]

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LightRules:
    """A plan's light settings; `late_from` says from which date days late run."""

    due_soon_days: int = 7
    behind_points: int = 10
    late_from: Literal["issued", "current"] = "issued"


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A step; `start` only where the text names one, `moves` counts extensions."""

    id: int
    position: int
    text: str
    phrase: str
    start: date | None
    issued_due: date | None
    current_due: date | None
    done_on: date | None
    moves: int = 0


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What an item's light depends on; `obstacle_due` are the answer days of its unanswered obstacles."""

    state: TaskState
    year: int
    milestones: tuple[MilestoneFacts, ...] = ()
    targets: tuple[TargetFacts, ...] = ()
    obstacle_due: tuple[date, ...] = ()
    completion_pending: bool = False


@dataclass(frozen=True, slots=True)
class TurningDays:
    """First days of each light (None: never); see `tracker.lights.light_on`.

    `late_since` is the date from which days late run, of whatever turns (or turned) red first.
    """

    starts_on: date
    soon_from: date | None
    behind_from: date | None
    overdue_from: date | None
    ongoing: bool
    complete: bool
    next_due: date | None
    last_due: date | None
    late_since: date | None


def turning_days(facts: TaskFacts, rules: LightRules) -> TurningDays:
    """Compute the turning days; the item's state plays no part, so a change of state alone needs no new ones."""
    complete, steps = is_complete(facts), open_dated(facts)
    targets = [] if steps else targets_as_deadlines(facts)
    year_over = None if steps or targets else year_over_on(facts)
    dues = [step.current_due for step in steps if step.current_due] + [target.due for target in targets]
    overdue = [due + ONE_DAY for due in dues] + ([year_over] if year_over else [])
    return TurningDays(
        starts_on=_starts_on(facts),
        soon_from=min((due - timedelta(days=rules.due_soon_days) for due in dues), default=None),
        behind_from=None if complete else _behind_from(facts, rules),
        overdue_from=min(overdue, default=None),
        ongoing=is_ongoing(facts),
        complete=complete,
        next_due=min(dues, default=None),
        last_due=max(_all_dues(facts), default=None),
        late_since=_late_since(steps, targets, year_over, rules),
    )


def is_ongoing(facts: TaskFacts) -> bool:
    return not facts.targets and not any(step.current_due for step in facts.milestones)


def is_settled(facts: TaskFacts, target: TargetFacts) -> bool:
    """Say whether a target asks for nothing more: met, or of a step the office has taken as done."""
    return is_met(target) or target.milestone_id in {step.id for step in facts.milestones if step.done_on}


def is_complete(facts: TaskFacts) -> bool:
    """Say whether every step is done and every target settled.

    Without steps, a target that must hold to its end (a bound, a period-end amount) completes nothing by itself:
    zero accidents in March isn't a year without accidents.
    """
    if not facts.milestones and not facts.targets:
        return False
    if any(step.done_on is None for step in facts.milestones):
        return False
    holds_to_the_end = not facts.milestones and any(is_bound(t) or not t.cumulative for t in facts.targets)
    return not holds_to_the_end and all(is_settled(facts, target) for target in facts.targets)


def open_dated(facts: TaskFacts) -> list[MilestoneFacts]:
    """Return the open steps that have a date, in the order in which they turn red."""
    steps = [step for step in facts.milestones if step.current_due and step.done_on is None]
    return sorted(steps, key=lambda step: (step.current_due, step.issued_due or step.current_due, step.position))


def next_due(facts: TaskFacts) -> date | None:
    """Return the date the item stands at: of its next open step, or where none has one the earliest end of an amount."""
    step = next(iter(open_dated(facts)), None)
    return step.current_due if step else min((target.due for target in facts.targets), default=None)


def targets_as_deadlines(facts: TaskFacts) -> list[TargetFacts]:
    """Return the unsettled targets whose due days stand in for steps, where no open step has a date."""
    if open_dated(facts):
        return []
    return sorted((target for target in facts.targets if not is_settled(facts, target)), key=lambda t: (t.due, t.id))


def year_over_on(facts: TaskFacts) -> date | None:
    """Return the day from which an item with nothing dated left is red: 1 January after the year, unless done."""
    if open_dated(facts) or targets_as_deadlines(facts):
        return None
    left = any(step.done_on is None for step in facts.milestones) or not (facts.milestones or facts.targets)
    return date(facts.year + 1, 1, 1) if left else None


def target_behind_from(facts: TaskFacts, target: TargetFacts, rules: LightRules) -> date | None:
    return None if is_settled(facts, target) else behind_from(target, rules.behind_points)


def milestone_starts(milestones: Iterable[MilestoneFacts], year: int) -> dict[int, date]:
    """Return each step's first day by id: from its text, else the date of a step before it, else 1 January."""
    steps = sorted(milestones, key=lambda step: step.position)
    return {step.id: _start(step, steps[:index], year) for index, step in enumerate(steps)}


def first_overdue(facts: TaskFacts, day: date) -> MilestoneFacts | None:
    """Return the open step that turned red first, if one has by `day`."""
    step = next(iter(open_dated(facts)), None)
    return step if step and step.current_due and step.current_due < day else None


def late_since(step: MilestoneFacts, rules: LightRules) -> date | None:
    """Return the date from which a step's days late run; never later than the date in force."""
    if rules.late_from == "current" or step.issued_due is None or step.current_due is None:
        return step.current_due
    return min(step.issued_due, step.current_due)


def _starts_on(facts: TaskFacts) -> date:
    starts = [*milestone_starts(facts.milestones, facts.year).values(), *(target.start for target in facts.targets)]
    done = [step.done_on for step in facts.milestones if step.done_on]
    return min([*starts, *done], default=date(facts.year, 1, 1))


def _start(step: MilestoneFacts, before: Sequence[MilestoneFacts], year: int) -> date:
    if step.start:
        return step.start
    due = step.current_due
    earlier = (other.current_due for other in reversed(before) if other.current_due)
    return next((day for day in earlier if due is None or day < due), date(year, 1, 1))


def _behind_from(facts: TaskFacts, rules: LightRules) -> date | None:
    days = [target_behind_from(facts, target, rules) for target in facts.targets]
    days += [answer_due + ONE_DAY for answer_due in facts.obstacle_due]
    return min((day for day in days if day), default=None)


def _all_dues(facts: TaskFacts) -> list[date]:
    dues = [step.current_due for step in facts.milestones if step.current_due]
    return dues or [target.due for target in facts.targets]


def _late_since(
    steps: Sequence[MilestoneFacts], targets: Sequence[TargetFacts], year_over: date | None, rules: LightRules
) -> date | None:
    if steps:
        return late_since(steps[0], rules)
    if targets:
        return targets[0].due
    return year_over - ONE_DAY if year_over else None
