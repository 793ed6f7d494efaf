"""What is stored only to be quick, held against what it is derived from."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from django.db.models import Case, Count, Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import HistoryEntry
from accounts.models.among import among
from projects.choices import TaskState
from projects.models import Milestone, MilestoneDate, Task
from projects.steps import sum_up
from tracker import searching
from tracker.choices import STILL_OWED, Decision, OwedState, ReviewState
from tracker.facts import PER_STATEMENT
from tracker.models import (
    Closure,
    Directive,
    Extension,
    Handover,
    LookBack,
    Obstacle,
    Owed,
    ProgressReport,
    Receipt,
    ReportingRound,
    Standing,
    SupportPart,
)
from tracker.owed_rows import ASKED_FOR, ENDED, look_anew
from tracker.reminding import subjects
from tracker.reminding.due import next_step_at
from tracker.standing import differing, rewrite

TOLD: Mapping[type[Model], str] = {
    Task: "task",
    ProgressReport: "report",
    Extension: "extension",
    Closure: "closure",
    LookBack: "look_back",
    Obstacle: "obstacle",
    Directive: "directive",
    SupportPart: "part",
    Handover: "handover",
    Receipt: "receipt",
    ReportingRound: "round",
}
"""What counts its versions, one an entry, by its name in the history."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What isn't as facts, rules, reports and history say.

    `items`: those whose stored days are wrong; `late`: those at which the reminder pass would look too late, and
    `late_owed` such rows of what is owed; `owed`: rows with a wrong state; `steps`: steps that repeat another date than
    theirs; `chains`: requests for a later day that count other decisions than were made; `unfound`: items that can't be
    found by their own words; `untold`: kind and number of what changed without an entry. Only the last can't be derived
    again.
    """

    looked_at: int
    items: tuple[int, ...]
    late: tuple[int, ...]
    late_owed: tuple[int, ...]
    owed: tuple[int, ...]
    steps: tuple[int, ...]
    chains: tuple[int, ...]
    unfound: tuple[int, ...]
    untold: tuple[tuple[str, int], ...]

    def __bool__(self) -> bool:
        looks = self.late or self.late_owed
        return bool(self.items or looks or self.owed or self.steps or self.chains or self.unfound or self.untold)


def differences(*, now: datetime) -> Differences:
    ids = list(Task.objects.exclude(state=TaskState.DRAFT).order_by("pk").values_list("pk", flat=True))
    items = [item for chunk in batched(ids, PER_STATEMENT) for item in differing(chunk, now=now)]
    late = [item for chunk in batched(ids, PER_STATEMENT) for item in _late_looks(chunk, now)]
    asked = Owed.objects.filter(ASKED_FOR, state__in=STILL_OWED).order_by("pk").values_list("pk", flat=True)
    late_owed = [row for chunk in batched(asked, PER_STATEMENT) for row in _late_looks_at_owed(chunk, now)]
    owed = [row.pk for row in _owed() if row.state != row.derived]  # type: ignore[attr-defined]  # annotated
    steps = [step for chunk in batched(ids, PER_STATEMENT) for step, _ in _wrong_steps(chunk)]
    chains = tuple(_wrong_chains().values_list("pk", flat=True))
    every = Task.objects.order_by("pk").values_list("pk", flat=True)
    unfound = [item for chunk in batched(every, PER_STATEMENT) for item in searching.differing(chunk)]
    return Differences(
        len(ids),
        tuple(items),
        tuple(late),
        tuple(late_owed),
        tuple(owed),
        tuple(steps),
        chains,
        tuple(unfound),
        untold=tuple(_untold()),
    )


@transaction.atomic
def repair(found: Differences, *, now: datetime) -> None:
    """Write afresh what differs; nothing that somebody entered is touched."""
    tasks = set(Milestone.objects.filter(among("pk", found.steps)).values_list("task", flat=True))
    for step, (issued, current, moves) in _wrong_steps(tasks):
        Milestone.objects.filter(pk=step).update(issued_due_on=issued, current_due_on=current, moves=moves)
    for chain in _wrong_chains():
        Extension.objects.filter(pk=chain.pk).update(decided=chain.agreed)  # type: ignore[attr-defined]  # annotated
    rewrite(sorted({*found.items, *found.late, *tasks}), now=now)
    for ids in batched(found.late_owed, PER_STATEMENT):
        look_anew(Q(among("pk", ids)), now=now)
    searching.write_items(found.unfound)
    for ids in batched(found.owed, PER_STATEMENT):
        rows = list(_owed().filter(pk__in=ids))
        for row in rows:
            row.state = row.derived  # type: ignore[attr-defined]  # annotated
            row.next_step_at = now
        Owed.objects.bulk_update(rows, ["state", "next_step_at"])


def _late_looks(task_ids: Collection[int], now: datetime) -> Iterator[int]:
    """Yield the items at which the reminder pass would look only after something of them was to be told.

    A look that comes early finds nothing to do and is no difference.
    """
    ahead = Standing.objects.filter(among("task", task_ids)).exclude(next_step_at__lte=now)
    stored = dict(ahead.values_list("task_id", "next_step_at"))
    looked = subjects.milestone_cases(stored, now=now, until=datetime.max.replace(tzinfo=now.tzinfo))
    yield from _too_late(stored, looked, now)


def _late_looks_at_owed(owed_ids: Collection[int], now: datetime) -> Iterator[int]:
    """Yield the same of what is still to be reported."""
    ahead = Owed.objects.filter(among("pk", owed_ids)).exclude(next_step_at__lte=now)
    stored = dict(ahead.values_list("pk", "next_step_at"))
    yield from _too_late(stored, subjects.owed_cases(stored, now=now), now)


def _too_late(
    stored: Mapping[int, datetime | None], looked: Mapping[int, subjects.Looked], now: datetime
) -> Iterator[int]:
    for subject, found in looked.items():
        moments = [at for case in found.cases if (at := _to_tell_at(case, now))]
        look = stored[subject]
        if moments and (look is None or look > min(moments)):
            yield subject


def _to_tell_at(case: subjects.Case, now: datetime) -> datetime | None:
    """Return when something of a case is to be told next; None: never.

    A step that has passed counts as told when it or a higher one is in the record for anybody: whoever came to the
    item since is told with the next one.
    """
    passed = case.timetable.passed(case.subject, now)
    codes = {code for code, _ in case.raised}
    last = max((step.number for step in passed if step.code in codes), default=0)
    told = {
        (step.code, who)
        for step in passed
        if step.number <= last
        for audience in step.audience
        for who in case.subject.recipients.get(audience, ())
    }
    return next_step_at(case.subject, case.timetable, now, told | set(case.raised))


def _wrong_steps(task_ids: Collection[int]) -> Iterator[tuple[int, tuple[date | None, date | None, int]]]:
    """Yield the steps that don't repeat their dates, with what they should say."""
    dates: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = MilestoneDate.objects.filter(among("milestone__task", task_ids), withdrawn_on__isnull=True).order_by("pk")
    for step, kind, due_on in rows.values_list("milestone_id", "kind", "due_on"):
        dates[step].append((kind, due_on))
    steps = Milestone.objects.filter(among("task", task_ids)).order_by("pk")
    for step, *stored in steps.values_list("pk", "issued_due_on", "current_due_on", "moves"):
        if tuple(stored) != (right := sum_up(dates[step])):
            yield step, right


def _wrong_chains() -> QuerySet[Extension]:
    """Return requests that count other steps of their chain as agreed than have a word of agreement."""
    said = Count("decisions", filter=Q(decisions__decision=Decision.ACCEPTED))
    return Extension.objects.annotate(agreed=said).exclude(decided=F("agreed")).order_by("pk")


def _untold() -> Iterator[tuple[str, int]]:
    """Yield what has another version than its last entry, or than it has entries."""
    for model, kind in TOLD.items():
        entries = HistoryEntry.objects.filter(object_type=kind, object_id=OuterRef("pk")).order_by()
        last = entries.values("object_id").annotate(last=Max("object_version")).values("last")
        number = entries.values("object_id").annotate(number=Count("pk")).values("number")
        rows = model._default_manager.annotate(
            told=Coalesce(Subquery(last), 0), entries=Coalesce(Subquery(number), 0)
        ).exclude(told=F("version"), entries=F("version"))
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            yield kind, pk


def _owed() -> QuerySet[Owed]:
    """Return what was ever owed, with the state that its reports and its item give it."""
    reports = ProgressReport.objects.filter(owed=OuterRef("pk"))
    derived = Case(
        When(Exists(reports.filter(review_state=ReviewState.ACCEPTED)), then=Value(OwedState.ACCEPTED)),
        When(Exists(reports.filter(review_state=ReviewState.SUBMITTED)), then=Value(OwedState.SUBMITTED)),
        # An item that went on again isn't asked for a round that was waived meanwhile.
        When(state=OwedState.WAIVED, then=Value(OwedState.WAIVED)),
        When(task__state__in=ENDED, then=Value(OwedState.WAIVED)),
        When(Exists(reports.filter(review_state=ReviewState.UNSIGNED)), then=Value(OwedState.UNSIGNED)),
        When(Exists(reports), then=Value(OwedState.RETURNED)),
        default=Value(OwedState.OWED),
    )
    return Owed.objects.annotate(derived=derived).order_by("pk")
