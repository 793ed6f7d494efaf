"""What in an account contradicts what is known of the item: it is asked about, and taken when its author says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from projects.choices import Comparison
from tracker.choices import ReportState
from tracker.shares import TargetFacts, is_bound, is_met
from tracker.turning import MilestoneFacts, TaskFacts


class DoubtCode(StrEnum):
    FELL = "fell"  # a running total goes back behind the last accepted figure
    BEYOND = "beyond"  # past the target, as a slip of the finger is
    NOT_BEGUN = "not_begun"  # a step done before it began
    AHEAD = "ahead"  # a step done on a day still to come
    STEPS_OPEN = "steps_open"  # said to be done, with open steps
    AMOUNTS_OPEN = "amounts_open"  # said to be done, with amounts not reached


@dataclass(frozen=True, slots=True)
class Claim:
    """What an account says of the item's facts; a list's figure is the number of its ticks."""

    state: ReportState
    values: Mapping[int, Decimal]
    marks: Mapping[int, date]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One contradiction; `subject` is the target or step it is about (0: the whole item), `said` what was said of it.

    `known` is what it is held against: the accepted figure, the target, the first possible day, or how many are open.
    """

    code: DoubtCode
    subject: int
    said: Decimal | date | None
    known: Decimal | date | int

    @property
    def key(self) -> str:
        """Return what a confirmation names: another value is another question."""
        said = "" if self.said is None else self.said if isinstance(self.said, date) else self.said.normalize()
        return f"{self.code}:{self.subject}:{said}"


def doubts(claim: Claim, facts: TaskFacts, *, year: int, today: date) -> tuple[Doubt, ...]:
    """Return what should be asked before the account is taken, in the order of the form."""
    return (
        *_of_values(claim, facts),
        *_of_marks(claim, facts, year, today),
        *(_of_completion(claim, facts) if claim.state == ReportState.DONE else ()),
    )


def _of_values(claim: Claim, facts: TaskFacts) -> Iterator[Doubt]:
    for target in facts.targets:
        value = claim.values.get(target.id)
        if value is None:
            continue
        if target.accepted is not None and _goes_back(target, value):
            yield Doubt(DoubtCode.FELL, target.id, value, target.accepted)
        if _goes_beyond(target, value):
            yield Doubt(DoubtCode.BEYOND, target.id, value, target.value)


def _goes_back(target: TargetFacts, value: Decimal) -> bool:
    """Say whether a running total loses what was accepted; a reading at a period's end may go either way."""
    if not target.cumulative or target.accepted is None:
        return False
    return value > target.accepted if _downwards(target) else value < target.accepted


def _goes_beyond(target: TargetFacts, value: Decimal) -> bool:
    if is_bound(target) and target.comparison == Comparison.AT_LEAST:
        return False  # a floor is kept by any value above it
    return value < target.value if _downwards(target) else value > target.value


def _downwards(target: TargetFacts) -> bool:
    """Say whether progress means less of it: from a baseline of 40 down to 35."""
    return target.baseline is not None and target.baseline > target.value and not is_bound(target)


def _of_marks(claim: Claim, facts: TaskFacts, year: int, today: date) -> Iterator[Doubt]:
    for step in facts.milestones:
        on = claim.marks.get(step.id)
        if on is None:
            continue
        begins = _begins(step, year)
        if on > today:
            yield Doubt(DoubtCode.AHEAD, step.id, on, today)
        elif on < begins:
            yield Doubt(DoubtCode.NOT_BEGUN, step.id, on, begins)


def _begins(step: MilestoneFacts, year: int) -> date:
    """Return the day its words name, else the first of the plan's year; being early for a date is no contradiction."""
    return step.start or date(year, 1, 1)


def _of_completion(claim: Claim, facts: TaskFacts) -> Iterator[Doubt]:
    open_steps = [step for step in facts.milestones if step.done_on is None and step.id not in claim.marks]
    if open_steps:
        yield Doubt(DoubtCode.STEPS_OPEN, 0, None, len(open_steps))
    unmet = [target for target in facts.targets if not is_met(_with(target, claim))]
    if unmet:
        yield Doubt(DoubtCode.AMOUNTS_OPEN, 0, None, len(unmet))


def _with(target: TargetFacts, claim: Claim) -> TargetFacts:
    value = claim.values.get(target.id)
    return target if value is None else replace(target, accepted=value)
