"""The last look before telling, for what no longer holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import BaseExpression

from projects.choices import TaskState
from projects.models import Milestone
from tracker.choices import STILL_OWED, ExtensionState, ReminderState, ReviewState, SubjectKind
from tracker.models import (
    Closure,
    Directive,
    Extension,
    MilestoneMark,
    Obstacle,
    Owed,
    ProgressReport,
    Receipt,
    Reminder,
    SupportPart,
    Urging,
)
from tracker.owed_rows import ASKED_FOR
from tracker.reminding.notices import KINDS, OPEN, Facts, why_void

ONCE = Value(1, IntegerField())
"""The cycle of what happens to a subject once."""
NEVER = Value(False, BooleanField())


def still_holds(reminders: Iterable[Reminder]) -> frozenset[int]:
    """Return the ids of those that still have to be told, in the very cycle they speak of."""
    return frozenset(pk for pk, why in why_not_told(reminders).items() if not why)


def why_not_told(reminders: Iterable[Reminder]) -> dict[int, str]:
    """Return by id the code why a reminder isn't to be told any more, or nothing where it is; a query a kind at most."""
    rows = list(reminders)
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.subject_kind].add(row.subject_id)
    cycles = {
        SubjectKind.MILESTONE.value: _cycles_of_open_steps(ids[SubjectKind.MILESTONE]),
        SubjectKind.OWED.value: _cycles_of_owed(ids[SubjectKind.OWED]),
    }
    facts = {kind.value: _facts(kind, ids[kind]) for kind in KINDS}
    return {
        row.pk: why_void(row.subject_kind, row.step, row.cycle, facts[row.subject_kind].get(row.subject_id))
        if row.subject_kind in facts
        else ("" if cycles[row.subject_kind].get(row.subject_id) == row.cycle else "answered")
        for row in rows
    }


def cancel_held(*, now: datetime) -> None:
    """Cancel what the office holds past its time with nothing left to tell; whoever releases one meanwhile is first."""
    held = list(Reminder.objects.filter(state=ReminderState.HELD, tell_at__lte=now))
    for pk, void in why_not_told(held).items() if held else ():
        if void:
            row = Reminder.objects.filter(pk=pk, state=ReminderState.HELD)
            row.update(state=ReminderState.CANCELLED, reason=void)


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


def _facts(kind: SubjectKind, ids: Collection[int]) -> dict[int, Facts]:
    """Return how the subjects of notices stand; of reports, requests and urgings also whether somebody has acted since."""
    rows = _standing(kind).filter(pk__in=list(ids))
    told = rows.values_list("pk", "cycle_now", "state_now", "task__state", "settled")
    return {pk: Facts(cycle, state, task == TaskState.ISSUED, settled) for pk, cycle, state, task, settled in told}


def _standing(kind: SubjectKind) -> QuerySet[Any]:
    match kind:
        case SubjectKind.REPORT:
            return _annotated(ProgressReport, cycle=F("version"), state=F("review_state"), settled=_reported_again())
        case SubjectKind.OBSTACLE:
            return _annotated(Obstacle, cycle=F("cycle"), state=F("state"))
        case SubjectKind.DIRECTIVE:
            return _annotated(Directive, cycle=F("cycle"), state=F("state"))
        case SubjectKind.PART:
            return _annotated(SupportPart, state=F("state"))
        case SubjectKind.EXTENSION:
            return _annotated(Extension, state=F("state"))
        case SubjectKind.CLOSURE:
            later = Closure.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("pk"))
            return _annotated(Closure, state=F("state"), settled=Exists(later))
        case SubjectKind.URGING:
            return _annotated(Urging, state=Value(OPEN), settled=_acted_upon())
    raise ValueError(kind)


def _annotated(
    model: type[Model],
    *,
    state: Expression | F,
    cycle: Expression | F = ONCE,
    settled: BaseExpression = NEVER,
) -> QuerySet[Any]:
    return model._default_manager.annotate(cycle_now=cycle, state_now=state, settled=settled)


def _reported_again() -> BaseExpression:
    """Say of a returned report whether a later one answers the same, or nothing is owed for it any more."""
    same = ("task", "round", "department")
    later = ProgressReport.objects.filter(pk__gt=OuterRef("pk"), **{name: OuterRef(name) for name in same})
    answered = Owed.objects.filter(pk=OuterRef("owed")).exclude(state__in=STILL_OWED)
    return _either(later, answered)


def _acted_upon() -> BaseExpression:
    """Say of an urging whether the unit has since reported on the item, or answered whether it is its own."""
    theirs = {"task": OuterRef("task"), "department": OuterRef("department")}
    reported = ProgressReport.objects.filter(submitted_at__gte=OuterRef("at"), **theirs)
    signed = Receipt.objects.filter(answered_at__gte=OuterRef("at"), **theirs)
    return _either(reported, signed)


def _either(first: QuerySet[Any], second: QuerySet[Any]) -> Expression:
    return ExpressionWrapper(Q(Exists(first)) | Q(Exists(second)), BooleanField())
