"""What is owed now: the rows of each plan's current round, and what was returned from any."""

from collections.abc import Collection
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.access import Reach
from projects.choices import TaskState
from tracker.choices import STILL_OWED, OwedState, ReviewState
from tracker.models import Owed, ProgressReport, ReportingRound
from tracker.owed_rows import ASKED_FOR


def _current_rounds(today: date) -> QuerySet[ReportingRound]:
    """Return the round `today` lies in, or the latest one before; one a plan."""
    begun = ReportingRound.objects.filter(plan=OuterRef("plan"), starts_on__lte=today).order_by("-starts_on")
    return ReportingRound.objects.filter(pk=Subquery(begun.values("pk")[:1]))


def rows_of_current_rounds(*, today: date) -> QuerySet[Owed]:
    """Return the owed rows of each plan's current round that weren't waived."""
    return Owed.objects.filter(round__in=_current_rounds(today).values("pk")).exclude(state=OwedState.WAIVED)


def asked_now(*, today: date) -> Q:
    """Say which owed rows are to be answered: the current rounds' open ones, and returned ones of any round."""
    current = Q(round__in=_current_rounds(today).values("pk"))
    return current & ASKED_FOR & Q(state__in=STILL_OWED) | Q(state=OwedState.RETURNED)


def unsigned_reports(reach: Reach) -> QuerySet[ProgressReport]:
    """Return the reports of open items that wait for the signature of a unit's head in this reach."""
    return ProgressReport.objects.filter(
        department__in=reach.headed, review_state=ReviewState.UNSIGNED, task__state=TaskState.ISSUED
    )


def still_owed(departments: Collection[int], *, today: date) -> QuerySet[Owed]:
    """Return what these units have to report: the current rounds' open rows, and returned ones of any round."""
    return Owed.objects.filter(asked_now(today=today), department__in=departments)
