"""What a unit may ask for an item, when, and whose word is waited for: facts in, answers out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from projects.choices import TaskState
from projects.workdays import Workdays
from tracker.choices import ApprovalStep
from tracker.turning import TaskFacts, is_settled

Chain = tuple[ApprovalStep, ...]


class Refusal(StrEnum):
    """Why something can't be asked."""

    ITEM_NOT_OPEN = "item_not_open"
    STEP_DONE = "step_done"
    NO_DATE = "no_date"
    WAITING = "waiting"  # the same was asked already and waits
    TOO_LATE = "too_late"  # the date in force is past
    NOT_LATER = "not_later"
    NOT_A_WORKDAY = "not_a_workday"
    LEFT_OPEN = "left_open"  # something of the item isn't done yet
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True)
class StepAsked:
    """The step a new date is asked for; `done` also of one that was dropped."""

    item_open: bool
    due_on: date | None
    done: bool
    waiting: bool


def step_refusal(step: StepAsked, *, today: date) -> Refusal | None:
    """Say why no later date can be asked for."""
    if not step.item_open:
        return Refusal.ITEM_NOT_OPEN
    if step.done:
        return Refusal.STEP_DONE
    if step.due_on is None:
        return Refusal.NO_DATE
    if step.waiting:
        return Refusal.WAITING
    return Refusal.TOO_LATE if today > step.due_on else None


def extension_refusal(step: StepAsked, to_on: date, *, today: date, workdays: Workdays) -> Refusal | None:
    """Say why this date can't be asked for."""
    refusal = step_refusal(step, today=today)
    if refusal is not None or step.due_on is None:
        return refusal
    if to_on <= step.due_on:
        return Refusal.NOT_LATER
    return None if workdays.is_workday(to_on) else Refusal.NOT_A_WORKDAY


@dataclass(frozen=True, slots=True)
class Turn:
    """The step of the chain that is waited for; where nobody holds it, the office speaks in its place."""

    step: ApprovalStep
    vacant: bool

    @property
    def decider(self) -> ApprovalStep:
        return ApprovalStep.OFFICE if self.vacant else self.step


def turn(chain: Sequence[ApprovalStep], decided: int, held: Collection[ApprovalStep]) -> Turn | None:
    """Return whose word is waited for now, `held` being the roles that somebody holds; None: all have agreed."""
    if decided >= len(chain):
        return None
    step = chain[decided]
    return Turn(step, vacant=step != ApprovalStep.OFFICE and step not in held)


@dataclass(frozen=True, slots=True)
class Way:
    """The chain from here, and the steps of it that are passed over."""

    chain: Chain
    passed: Chain


def way_on(chain: Sequence[ApprovalStep], decided: int, *, asker: Collection[ApprovalStep], agreed: bool) -> Way:
    """Pass over the next steps that the asker holds; the office never is one of them.

    Nobody grants their own request: where the chain would end and no one else has `agreed`, the office comes last.
    """
    rest = chain[decided:]
    passed = tuple(takewhile(lambda step: step in asker and step != ApprovalStep.OFFICE, rest))
    alone = len(passed) == len(rest) and not agreed
    return Way((*chain, ApprovalStep.OFFICE) if alone else tuple(chain), passed)


def may_decide(waited: Turn, roles: Collection[ApprovalStep], *, asked_it: bool) -> bool:
    """Say whether someone with these roles may speak now: whoever is waited for, or the office on their behalf.

    Whoever asked may speak for the office where its own word is waited for, and for nobody else.
    """
    if asked_it:
        return waited.decider == ApprovalStep.OFFICE and ApprovalStep.OFFICE in roles
    return waited.step in roles or ApprovalStep.OFFICE in roles


def closing_refusal(
    facts: TaskFacts, *, waiting: bool, evidence_needed: bool = False, files: int = 0
) -> Refusal | None:
    """Say why a unit can't ask for this item to be closed."""
    if facts.state != TaskState.ISSUED:
        return Refusal.ITEM_NOT_OPEN
    if waiting:
        return Refusal.WAITING
    if left_open(facts):
        return Refusal.LEFT_OPEN
    return Refusal.NO_EVIDENCE if evidence_needed and not files else None


def left_open(facts: TaskFacts) -> int:
    """Count the steps that aren't done and the amounts that aren't reached."""
    steps = sum(step.done_on is None for step in facts.milestones)
    return steps + sum(not is_settled(facts, target) for target in facts.targets)


def look_back_on(closed_on: date, days: int, workdays: Workdays) -> date | None:
    """Return the working day on which a closed item is looked at again; None: the plan asks for no second look."""
    return workdays.on_or_after(closed_on + timedelta(days=days)) if days > 0 else None
