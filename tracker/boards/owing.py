"""What is owed now: the rows of each plan's current round, and what was returned from any."""

from collections.abc import Collection
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.access import Reach
from projects.choices import TaskState
from tracker.choices import STILL_OWED, OwedState, ReviewState
from tracker.models import Owed, ProgressReport, ReportingRound
from tracker.owed_rows import ASKED_FOR


def rows_of_current_rounds(*, today: date) -> QuerySet[Owed]:
    """Return the owed rows of the round `today` lies in, or the latest one before; one round a plan."""
    begun = ReportingRound.objects.filter(plan=OuterRef("plan"), starts_on__lte=today).order_by("-starts_on")
    current = ReportingRound.objects.filter(pk=Subquery(begun.values("pk")[:1]))
    return Owed.objects.filter(round__in=current.values("pk")).exclude(state=OwedState.WAIVED)


def unsigned_reports(reach: Reach) -> QuerySet[ProgressReport]:
    """Return the reports of open items that wait for the signature of a unit's head in this reach."""
    return ProgressReport.objects.filter(
        department__in=reach.headed, review_state=ReviewState.UNSIGNED, task__state=TaskState.ISSUED
    )


def still_owed(departments: Collection[int], *, today: date) -> QuerySet[Owed]:
    """Return what these units have to report: the current rounds' open rows, and returned ones of any round."""
    mine = Owed.objects.filter(department__in=departments)
    now = rows_of_current_rounds(today=today).filter(ASKED_FOR, state__in=STILL_OWED, department__in=departments)
    return mine.filter(Q(pk__in=now.values("pk")) | Q(state=OwedState.RETURNED))
