"""What is stored only to be quick, held against what it is derived from."""

from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from projects.choices import TaskState
from projects.models import Task
from tracker.choices import OwedState, ReviewState
from tracker.facts import PER_STATEMENT
from tracker.models import Owed, ProgressReport
from tracker.owed_rows import ENDED
from tracker.standing import differing, rewrite


@dataclass(frozen=True, slots=True)
class Differences:
    """Items whose stored days, and owed rows whose state, aren't what facts, rules and reports say."""

    looked_at: int
    items: tuple[int, ...]
    owed: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.items or self.owed)


def differences(*, now: datetime) -> Differences:
    ids = list(Task.objects.exclude(state=TaskState.DRAFT).order_by("pk").values_list("pk", flat=True))
    items = [item for chunk in batched(ids, PER_STATEMENT) for item in differing(chunk, now=now)]
    owed = [row.pk for row in _owed() if row.state != row.derived]  # type: ignore[attr-defined]  # annotated
    return Differences(len(ids), tuple(items), tuple(owed))


@transaction.atomic
def repair(found: Differences, *, now: datetime) -> None:
    """Write afresh what differs; nothing that somebody entered is touched."""
    rewrite(found.items, now=now)
    for ids in batched(found.owed, PER_STATEMENT):
        rows = list(_owed().filter(pk__in=ids))
        for row in rows:
            row.state = row.derived  # type: ignore[attr-defined]  # annotated
            row.next_step_at = now
        Owed.objects.bulk_update(rows, ["state", "next_step_at"])


def _owed() -> QuerySet[Owed]:
    """Return what was ever owed, with the state that its reports and its item give it."""
    reports = ProgressReport.objects.filter(owed=OuterRef("pk"))
    derived = Case(
        When(Exists(reports.filter(review_state=ReviewState.ACCEPTED)), then=Value(OwedState.ACCEPTED)),
        When(Exists(reports.filter(review_state=ReviewState.SUBMITTED)), then=Value(OwedState.SUBMITTED)),
        # An item that went on again isn't asked for a round that was waived meanwhile.
        When(state=OwedState.WAIVED, then=Value(OwedState.WAIVED)),
        When(task__state__in=ENDED, then=Value(OwedState.WAIVED)),
        When(Exists(reports), then=Value(OwedState.RETURNED)),
        default=Value(OwedState.OWED),
    )
    return Owed.objects.annotate(derived=derived).order_by("pk")
