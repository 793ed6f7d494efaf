"""When a supporting unit owes its part, and since when it is late: facts in, answers out."""

from datetime import date

from tracker.choices import PartState

ANSWERS = (PartState.ANSWERED, PartState.OBJECTED)


def is_open(state: str, *, asked: bool, item_open: bool = True) -> bool:
    """Say whether the unit owes an answer: only where a lead asked, and not for an item that ended."""
    return asked and item_open and state == PartState.ASKED


def days_late(state: str, due_on: date | None, answered_on: date | None, *, today: date) -> int:
    """Return the days past the last day: until the answer, or until today where there is none; nought in time."""
    if due_on is None or state == PartState.WITHDRAWN:
        return 0
    until = answered_on if state in ANSWERS and answered_on else today
    return max(0, (until - due_on).days)


def takes_answer(state: str) -> bool:
    """Say whether it can be answered, or answered in other words; what was withdrawn can't."""
    return state != PartState.WITHDRAWN
