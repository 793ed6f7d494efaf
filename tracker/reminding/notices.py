"""What is told at once: whom, from when on, and whether it still has to be said. Facts and a moment in, events out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from projects.workdays import Workdays
from tracker.choices import (
    ClosureState,
    DirectiveState,
    ExtensionState,
    NoticeStep,
    ObstacleState,
    PartState,
    ReminderState,
    ReviewState,
    SubjectKind,
)
from tracker.reminding.due import Audience, Event, Recipient, ReminderRules

Told = tuple[SubjectKind, NoticeStep]
OPEN = "open"
"""The state of an urging, which has none of its own."""
WITHDRAWN = "withdrawn"
STATES: Mapping[Told, str] = {
    (SubjectKind.REPORT, NoticeStep.RETURNED): ReviewState.RETURNED,
    (SubjectKind.OBSTACLE, NoticeStep.RAISED): ObstacleState.OPEN,
    (SubjectKind.OBSTACLE, NoticeStep.AGAIN): ObstacleState.OPEN,
    (SubjectKind.OBSTACLE, NoticeStep.ANSWERED): ObstacleState.ANSWERED,
    (SubjectKind.DIRECTIVE, NoticeStep.GIVEN): DirectiveState.OPEN,
    (SubjectKind.DIRECTIVE, NoticeStep.AGAIN): DirectiveState.OPEN,
    (SubjectKind.DIRECTIVE, NoticeStep.ANSWERED): DirectiveState.ANSWERED,
    (SubjectKind.URGING, NoticeStep.URGED): OPEN,
    (SubjectKind.PART, NoticeStep.ASKED): PartState.ASKED,
    (SubjectKind.EXTENSION, NoticeStep.GRANTED): ExtensionState.GRANTED,
    (SubjectKind.EXTENSION, NoticeStep.REFUSED): ExtensionState.REFUSED,
    (SubjectKind.CLOSURE, NoticeStep.RETURNED): ClosureState.RETURNED,
}
"""Everything that is told at once, with the state its subject stands in while it is worth telling."""
KINDS = frozenset(kind for kind, _ in STATES)
NEWS = frozenset(
    {
        (SubjectKind.OBSTACLE, NoticeStep.ANSWERED),
        (SubjectKind.EXTENSION, NoticeStep.GRANTED),
        (SubjectKind.EXTENSION, NoticeStep.REFUSED),
    }
)
"""What only tells and asks nothing of whom it tells."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that has just happened, and whom it concerns."""

    kind: SubjectKind
    id: int
    cycle: int
    step: NoticeStep
    recipients: Mapping[Audience, tuple[Recipient, ...]]


@dataclass(frozen=True, slots=True)
class Facts:
    """How the subject stands now; `settled`: somebody has done since what it asks for."""

    cycle: int
    state: str
    item_open: bool
    settled: bool = False


def events(
    notice: Notice, rules: ReminderRules, workdays: Workdays, now: datetime, *, besides: Recipient | None = None
) -> tuple[Event, ...]:
    """Return a row for each person once, in the first of the audiences they stand in.

    `besides` is who did it, and needs no telling.
    """
    first: dict[Recipient, Audience] = {}
    for audience, people in notice.recipients.items():
        for who in people:
            first.setdefault(who, audience)
    tell_at = opening(now, rules, workdays)
    return tuple(
        Event(notice.step, who, audience, ReminderState.DUE, tell_at)
        for who, audience in first.items()
        if who != besides
    )


def opening(moment: datetime, rules: ReminderRules, workdays: Workdays) -> datetime:
    """Return `moment` itself in waking hours of a working day, else when the next ones begin."""
    if moment.tzinfo is None:
        raise ValueError("the moment must name its zone")
    day, clock = moment.date(), moment.timetz().replace(tzinfo=None)
    if workdays.is_workday(day) and rules.quiet_to <= clock < rules.quiet_from:
        return moment
    if not workdays.is_workday(day) or clock >= rules.quiet_from:
        day = workdays.on_or_after(day + timedelta(days=1))
    return datetime.combine(day, rules.quiet_to, tzinfo=moment.tzinfo)


def why_void(kind: str, step: str, cycle: int, facts: Facts | None) -> str:
    """Return the code why there is nothing to tell any more, or nothing where it still has to be said."""
    if facts is None:
        return "withdrawn"
    if not facts.item_open:
        return "item_ended"
    if facts.state == WITHDRAWN:
        return "withdrawn"
    wanted = STATES[SubjectKind(kind), NoticeStep(step)]
    return "answered" if facts.settled or facts.cycle != cycle or facts.state != wanted else ""


def asks(kind: str, step: str) -> bool:
    """Say whether whoever is told has something to do."""
    return (kind, step) not in NEWS
