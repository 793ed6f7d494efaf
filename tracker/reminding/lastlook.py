"""The last look before telling, for what no longer holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
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
from django.utils import timezone

from projects.choices import PlanState, TaskState
from projects.models import Milestone, Task
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
    Standing,
    SupportPart,
    Urging,
)
from tracker.owed_rows import ASKED_FOR
from tracker.reminding.notices import KINDS, OPEN, Facts, why_void
from tracker.reminding.theirs import why_not_theirs

ONCE = Value(1, IntegerField())
"""The cycle of what happens to a subject once."""
NEVER = Value(False, BooleanField())
GOING: Mapping[str, str] = {"state": TaskState.ISSUED, "plan__state": PlanState.ISSUED}
"""What an item is of which something is told."""


def still_holds(reminders: Iterable[Reminder]) -> frozenset[int]:
    """Return the ids of those that still have to be told to somebody, in the very cycle they speak of."""
    return frozenset(pk for pk, why in _why_over(list(reminders)).items() if not why)


def still_to_tell(reminders: Iterable[Reminder], *, today: date) -> frozenset[int]:
    """Return the ids of those that still have to be told to the very people they are for."""
    return frozenset(pk for pk, why in why_not_told(reminders, today=today).items() if not why)


def why_not_told(reminders: Iterable[Reminder], *, today: date) -> dict[int, str]:
    """Return by id the code why a reminder isn't to be told any more, or nothing where it is; some queries a kind at most."""
    rows = list(reminders)
    over = _why_over(rows)
    going = [pk for pk, why in over.items() if not why]
    return over | (why_not_theirs(going, today=today) if going else {})


def look_anew(reminders: Iterable[Reminder], *, today: date) -> None:
    """Let the next pass look at what these were about: somebody else has the part now, and is to be told."""
    steps = [row for row in reminders if row.subject_kind in (SubjectKind.MILESTONE, SubjectKind.OWED)]
    if not steps:
        return
    begin = timezone.make_aware(datetime.combine(today, time.min))
    items = {row.task_id for row in steps if row.subject_kind == SubjectKind.MILESTONE}
    owed = {row.subject_id for row in steps if row.subject_kind == SubjectKind.OWED}
    Standing.objects.filter(task__in=items).update(next_step_at=begin)
    Owed.objects.filter(pk__in=owed).update(next_step_at=begin)


def cancel_held(*, now: datetime) -> None:
    """Cancel what the office holds past its time with nothing left to tell; whoever releases one meanwhile is first."""
    held = list(Reminder.objects.filter(state=ReminderState.HELD, tell_at__lte=now))
    for pk, void in why_not_told(held, today=now.date()).items() if held else ():
        if void:
            row = Reminder.objects.filter(pk=pk, state=ReminderState.HELD)
            row.update(state=ReminderState.CANCELLED, reason=void)


def _why_over(rows: Collection[Reminder]) -> dict[int, str]:
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.subject_kind].add(row.subject_id)
    steps = {
        SubjectKind.MILESTONE.value: _open_in(ids[SubjectKind.MILESTONE]),
        SubjectKind.OWED.value: _owed_in(ids[SubjectKind.OWED]),
    }
    facts = {kind.value: _facts(kind, ids[kind]) for kind in KINDS if ids[kind]}
    over = {}
    for row in rows:
        if row.subject_kind in steps:
            over[row.pk] = "" if steps[row.subject_kind].get(row.subject_id) == row.cycle else "answered"
        else:
            over[row.pk] = why_void(row.subject_kind, row.step, row.cycle, facts[row.subject_kind].get(row.subject_id))
    past = [row for row in rows if over[row.pk] and row.subject_kind in steps]
    return over | (_reasons(past) if past else {})


def _reasons(past: Collection[Reminder]) -> dict[int, str]:
    """Return why steps are over, in the words the record has for it."""
    tasks = {row.task_id for row in past if row.task_id}
    going = set(Task.objects.filter(pk__in=tasks, **GOING).values_list("pk", flat=True))
    ids = {row.subject_id for row in past if row.subject_kind == SubjectKind.MILESTONE}
    steps = Milestone.objects.filter(pk__in=ids).annotate(later=Exists(_asked_for_later()))
    standing = {pk: (cycle, later) for pk, cycle, later in steps.values_list("pk", "cycle", "later")}
    found = {}
    for row in past:
        is_step = row.subject_kind == SubjectKind.MILESTONE
        cycle, later = standing[row.subject_id] if is_step else (row.cycle, False)
        if row.task_id not in going:
            found[row.pk] = "item_ended"
        elif cycle != row.cycle:
            found[row.pk] = "new_date"
        else:
            found[row.pk] = "later_asked" if later else "answered"
    return found


def open_steps() -> QuerySet[Milestone]:
    """Return the steps of issued items somebody still has to answer for."""
    return unanswered_steps().filter(task__state=TaskState.ISSUED)


def unanswered_steps() -> QuerySet[Milestone]:
    """Return the steps somebody would have to answer for if their items were issued.

    One that a report calls done waits for the unit's head or the office instead, one for which a later date was asked
    in time for the answer. A refusal is neither a new date nor a return: the step goes on in its cycle, and what came due meanwhile
    is told as missed.
    """
    waiting = (ReviewState.UNSIGNED, ReviewState.SUBMITTED)
    reported = MilestoneMark.objects.filter(report__review_state__in=waiting).values("milestone")
    open_ones = Milestone.objects.filter(~Exists(_asked_for_later()), done_on__isnull=True, dropped_on__isnull=True)
    return open_ones.exclude(pk__in=reported)


def _asked_for_later() -> QuerySet[Extension]:
    return Extension.objects.filter(
        milestone=OuterRef("pk"), state=ExtensionState.PENDING, asked_on__lte=OuterRef("current_due_on")
    )


def _open_in(ids: Collection[int]) -> dict[int, int]:
    """Return the cycles of open steps; none is asked for no ids."""
    going = {f"task__{name}": value for name, value in GOING.items()}
    return dict(open_steps().filter(pk__in=ids, **going).values_list("pk", "cycle")) if ids else {}


def _owed_in(ids: Collection[int]) -> dict[int, int]:
    going = {f"task__{name}": value for name, value in GOING.items()}
    rows = Owed.objects.filter(ASKED_FOR, pk__in=ids, state__in=STILL_OWED, **going)
    return dict(rows.values_list("pk", "cycle")) if ids else {}


def _facts(kind: SubjectKind, ids: Collection[int]) -> dict[int, Facts]:
    """Return how the subjects of notices stand; of reports, requests and urgings also whether somebody has acted since."""
    rows = _standing(kind).filter(pk__in=list(ids))
    told = rows.values_list("pk", "cycle_now", "state_now", "task__state", "task__plan__state", "settled")
    return {
        pk: Facts(cycle, state, (task, plan) == (TaskState.ISSUED, PlanState.ISSUED), settled)
        for pk, cycle, state, task, plan, settled in told
    }


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
