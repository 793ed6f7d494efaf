"""The last look before telling, for what no longer holds."""

from collections.abc import Iterable

from django.db.models import QuerySet

from projects.choices import TaskState
from projects.models import Milestone
from tracker.choices import STILL_OWED, ReviewState, SubjectKind
from tracker.models import MilestoneMark, Owed, Reminder


def still_holds(reminders: Iterable[Reminder]) -> frozenset[int]:
    """Return the ids of those whose step is still open, or report still owed, in the very cycle they speak of."""
    rows = list(reminders)
    steps = _cycles_of_open_steps({row.subject_id for row in rows if row.subject_kind == SubjectKind.MILESTONE})
    owed = _cycles_of_owed({row.subject_id for row in rows if row.subject_kind == SubjectKind.OWED})
    current = {SubjectKind.MILESTONE.value: steps, SubjectKind.OWED.value: owed}
    return frozenset(row.pk for row in rows if current[row.subject_kind].get(row.subject_id) == row.cycle)


def open_steps() -> QuerySet[Milestone]:
    """Return the steps somebody still has to answer for; one that a report calls done waits for the office instead."""
    reported = MilestoneMark.objects.filter(report__review_state=ReviewState.SUBMITTED).values("milestone")
    return Milestone.objects.filter(
        task__state=TaskState.ISSUED, done_on__isnull=True, dropped_on__isnull=True
    ).exclude(pk__in=reported)


def _cycles_of_open_steps(ids: Iterable[int]) -> dict[int, int]:
    return dict(open_steps().filter(pk__in=list(ids)).values_list("pk", "cycle"))


def _cycles_of_owed(ids: Iterable[int]) -> dict[int, int]:
    rows = Owed.objects.filter(pk__in=list(ids), state__in=STILL_OWED, task__state=TaskState.ISSUED)
    return dict(rows.values_list("pk", "cycle"))
