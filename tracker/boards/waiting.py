"""What waits for a reader, counted for every page in one statement that is written once for readers of a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet

from accounts.access import Reach
from accounts.prepared import PreparedCounts
from tracker.boards.closing import closings_to_answer, look_backs_due
from tracker.boards.directives import directives_given, directives_to_answer, directives_waiting
from tracker.boards.inbox import unread_entries
from tracker.boards.obstacles import obstacles_to_answer
from tracker.boards.owing import still_owed
from tracker.boards.signing import objections, to_sign
from tracker.choices import ReviewState
from tracker.deciding import pending_of
from tracker.models import ProgressReport


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """How many wait for this reader, by what they are.

    `directives` are those to answer and those answered that are to be settled; `pending` are the office's requests for
    a later date, whoever decides them. What isn't for such a reader is 0.
    """

    sign: int = 0
    decide: int = 0
    unread: int = 0
    obstacles: int = 0
    directives: int = 0
    directives_to_answer: int = 0
    directives_given: int = 0
    pending: int = 0
    owed: int = 0
    reports: int = 0
    closings: int = 0
    look_backs: int = 0

    @property
    def receipts(self) -> int:
        return self.sign + self.decide


def waiting_for(reach: Reach, *, today: date) -> WaitingCounts:
    """Count everything in one statement; a sign-in without an organization has nothing waiting."""
    if reach.organization_id is None:
        return WaitingCounts()
    units = {f"unit{place}": unit for place, unit in enumerate(reach.departments)}
    person = {"person": reach.person_id} if reach.person_id is not None else {}
    counts = _counts(len(units), person=bool(person), office=reach.office)
    return WaitingCounts(**counts.counts(organization=reach.organization_id, **person, **units, today=today))


@cache
def _counts(units: int, *, person: bool, office: bool) -> PreparedCounts:
    """Return the statement for readers of so many units, with or without a name, of the office or not."""

    def build(*, organization: int, today: date, **ids: int) -> Mapping[str, QuerySet[Any]]:
        departments = frozenset(ids[f"unit{place}"] for place in range(units))
        reach = Reach(0, organization, ids.get("person"), departments, office=office)
        return lists_waiting(reach, today=today)

    ids = ["organization", *(["person"] if person else []), *(f"unit{place}" for place in range(units))]
    # Planned with each reader: without knowing whose they are PostgreSQL would read the receipts of all organizations.
    return PreparedCounts(build, ids=ids, days=["today"], planned=False)


def lists_waiting(reach: Reach, *, today: date) -> dict[str, QuerySet[Any]]:
    """Return what is counted, by its name; the conditions look at units, person and office alone."""
    office = reach.organization_id
    found: dict[str, QuerySet[Any]] = {
        "sign": to_sign(reach),
        "unread": unread_entries(reach),
        "obstacles": obstacles_to_answer(reach),
        "directives": directives_waiting(reach),
        "directives_to_answer": directives_to_answer(reach),
        "directives_given": directives_given(reach),
        "pending": pending_of(office),
        "owed": still_owed(reach.departments, today=today),
    }
    if reach.office:
        reports = ProgressReport.objects.filter(organization=office, review_state=ReviewState.SUBMITTED)
        found |= {
            "decide": objections(reach),
            "reports": reports,
            "closings": closings_to_answer(reach),
            "look_backs": look_backs_due(reach, today=today),
        }
    return found
