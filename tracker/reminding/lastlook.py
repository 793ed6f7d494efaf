"""The last look before telling, for what no longer holds."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from projects.choices import TaskState
from projects.models import Milestone
from tracker.choices import STILL_OWED, ExtensionState, ReviewState, SubjectKind
from tracker.models import Extension, MilestoneMark, Owed, Reminder
from tracker.owed_rows import ASKED_FOR


def still_holds(reminders: Iterable[Reminder]) -> frozenset[int]:
    """Return the ids of those whose step is still open, or report still owed, in the very cycle they speak of."""
    rows = list(reminders)
    steps = _cycles_of_open_steps({row.subject_id for row in rows if row.subject_kind == SubjectKind.MILESTONE})
    owed = _cycles_of_owed({row.subject_id for row in rows if row.subject_kind == SubjectKind.OWED})
    current = {SubjectKind.MILESTONE.value: steps, SubjectKind.OWED.value: owed}
    return frozenset(row.pk for row in rows if current[row.subject_kind].get(row.subject_id) == row.cycle)


def open_steps() -> QuerySet[Milestone]:
    """Return the steps somebody still has to answer for.

    One that a report calls done waits for the unit's head or the office instead, one for which a later date was asked
    in time for the answer. A refusal is neither a new date nor a return: the step goes on in its cycle, and what came due meanwhile
    is told as missed.
    """
    waiting = (ReviewState.UNSIGNED, ReviewState.SUBMITTED)
    reported = MilestoneMark.objects.filter(report__review_state__in=waiting).values("milestone")
    asked = Extension.objects.filter(
        milestone=OuterRef("pk"), state=ExtensionState.PENDING, asked_on__lte=OuterRef("current_due_on")
    )
    return Milestone.objects.filter(
        ~Exists(asked), task__state=TaskState.ISSUED, done_on__isnull=True, dropped_on__isnull=True
    ).exclude(pk__in=reported)


def _cycles_of_open_steps(ids: Iterable[int]) -> dict[int, int]:
    return dict(open_steps().filter(pk__in=list(ids)).values_list("pk", "cycle"))


def _cycles_of_owed(ids: Iterable[int]) -> dict[int, int]:
    rows = Owed.objects.filter(ASKED_FOR, pk__in=list(ids), state__in=STILL_OWED, task__state=TaskState.ISSUED)
    return dict(rows.values_list("pk", "cycle"))
