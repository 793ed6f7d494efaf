"""An item's light on a day, and the lights of its steps and targets."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from projects.choices import TaskState
from tracker.turning import (
    LightRules,
    MilestoneFacts,
    TargetFacts,
    TaskFacts,
    TurningDays,
    is_settled,
    milestone_starts,
    target_behind_from,
    targets_as_deadlines,
    year_over_on,
)


class Light(StrEnum):
    """The lights, gravest first."""

    OVERDUE = "overdue"
    BEHIND = "behind"
    DUE_SOON = "due_soon"
    ON_SCHEDULE = "on_schedule"
    NOT_STARTED = "not_started"
    ONGOING = "ongoing"
    CLOSED = "closed"

    @property
    def gravity(self) -> int:
        """Return 0 for the gravest."""
        return list(Light).index(self)


class Counter(StrEnum):
    """The four figures of a board; together they are all that it counts."""

    OVERDUE = "overdue"
    ATTENTION = "attention"
    ON_SCHEDULE = "on_schedule"
    CLOSED = "closed"


COUNTER_OF: Mapping[Light, Counter] = {
    Light.OVERDUE: Counter.OVERDUE,
    Light.BEHIND: Counter.ATTENTION,
    Light.DUE_SOON: Counter.ATTENTION,
    Light.ON_SCHEDULE: Counter.ON_SCHEDULE,
    Light.NOT_STARTED: Counter.ON_SCHEDULE,
    Light.ONGOING: Counter.ON_SCHEDULE,
    Light.CLOSED: Counter.CLOSED,
}


def gravest(lights: Iterable[Light]) -> Light | None:
    return min(lights, key=lambda light: light.gravity, default=None)


def counters(lights: Mapping[Light, int]) -> dict[Counter, int]:
    """Add the numbers of items by light up into the figures of a board; a figure without items is 0."""
    figures = dict.fromkeys(Counter, 0)
    for light, number in lights.items():
        figures[COUNTER_OF[light]] += number
    return figures


def light_on(day: date, state: TaskState, turning: TurningDays) -> Light | None:
    """Compare the turning days with `day`.

    None for what boards don't count: drafts, cancelled and withdrawn items, and suspended ones, which stand apart
    by their state.
    """
    if state == TaskState.CLOSED:
        return Light.CLOSED
    if state != TaskState.ISSUED:
        return None
    if _reached(turning.overdue_from, day):
        return Light.OVERDUE
    if _reached(turning.behind_from, day):
        return Light.BEHIND
    if _reached(turning.soon_from, day):
        return Light.DUE_SOON
    if turning.complete:
        return Light.ON_SCHEDULE
    if day < turning.starts_on:
        return Light.NOT_STARTED
    return Light.ONGOING if turning.ongoing else Light.ON_SCHEDULE


def milestone_light(facts: TaskFacts, step: MilestoneFacts, day: date, rules: LightRules) -> Light:
    """Return a step's own light; one without a date is ongoing until the item itself is red for its year."""
    if step.done_on or facts.state == TaskState.CLOSED:
        return Light.CLOSED
    due = step.current_due
    if (due and due < day) or (not due and _reached(year_over_on(facts), day)):
        return Light.OVERDUE
    if due and (due - day).days <= rules.due_soon_days:
        return Light.DUE_SOON
    if day < milestone_starts(facts.milestones, facts.year)[step.id]:
        return Light.NOT_STARTED
    return Light.ON_SCHEDULE if due else Light.ONGOING


def target_light(facts: TaskFacts, target: TargetFacts, day: date, rules: LightRules) -> Light:
    """Return a target's own light; it is red or soon due only where it stands in for a step."""
    if facts.state == TaskState.CLOSED or any(s.done_on for s in facts.milestones if s.id == target.milestone_id):
        return Light.CLOSED
    deadline = target in targets_as_deadlines(facts)
    if deadline and target.due < day:
        return Light.OVERDUE
    if _reached(target_behind_from(facts, target, rules), day):
        return Light.BEHIND
    if deadline and (target.due - day).days <= rules.due_soon_days:
        return Light.DUE_SOON
    return Light.NOT_STARTED if day < target.start and not is_settled(facts, target) else Light.ON_SCHEDULE


def _reached(turns_on: date | None, day: date) -> bool:
    return turns_on is not None and turns_on <= day
