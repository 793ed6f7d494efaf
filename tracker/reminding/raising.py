"""The pull: what the rules say is due now becomes rows of the reminder record, each once."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.db import transaction
from django.utils import timezone

from accounts.bulk import insert_missing, uncollected, update_values
from accounts.models.among import among
from tracker.models import Owed, Reminder, Standing
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.due import Audience, Event, events, next_step_at
from tracker.reminding.lastlook import cancel_held
from tracker.reminding.subjects import COLUMNS, Case, Raised, in_record, milestone_cases, owed_cases, values_of

BATCH = 5000
LOOK_AGAIN = timedelta(days=1)
CasesOf = Callable[[Collection[int]], Mapping[int, Sequence[Case]]]


def raise_due(*, now: datetime) -> int:
    """Raise everything that has come due by `now` (local, business time); return how many rows were new.

    Only items and owed rows whose next step has come are read. A second pass finds the first one's rows and adds none.
    """
    cancel_held(now=now)
    return _pass_over(Standing, lambda ids: milestone_cases(ids, now=now, until=now), now) + _pass_over(
        Owed, lambda ids: {row: [case] for row, case in owed_cases(ids, now=now).items()}, now
    )


def look_again(*, until: datetime, at: datetime) -> None:
    """Let a pass at `at` read also what is next looked at by `until`; looking once too often adds nothing."""
    for model in (Standing, Owed):
        model._default_manager.filter(next_step_at__gt=at, next_step_at__lte=until).update(next_step_at=at)


def _pass_over(model: type[Standing | Owed], cases_of: CasesOf, now: datetime) -> int:
    # Neighbours share people, rules and calendar, and lie beside each other on disk.
    due = model._default_manager.filter(next_step_at__lte=now).order_by("organization", "pk")
    ids = list(due.values_list("pk", flat=True))
    with uncollected():
        return sum(_raise_batch(model, batch, cases_of, now) for batch in batched(ids, BATCH))


@transaction.atomic
def _raise_batch(model: type[Standing | Owed], ids: Collection[int], cases_of: CasesOf, now: datetime) -> int:
    """Raise for those of a batch that nobody else is raising for, and return how many rows were raised."""
    rows = model._default_manager.select_for_update(skip_locked=True).filter(among("pk", ids), next_step_at__lte=now)
    ours = list(rows.order_by("pk").values_list("pk", flat=True))
    if not ours:
        return 0
    found = cases_of(ours)
    new: list[tuple[Case, Event]] = []
    nexts: dict[int, datetime | None] = dict.fromkeys(ours)
    for pk, cases in found.items():
        moments = []
        for case in cases:
            told = events(case.subject, case.timetable, now, case.raised)
            new += [(case, event) for event in told]
            known = {*case.raised, *((event.step, event.recipient) for event in told)} if told else case.raised
            moments.append(_next_look(case, now, known))
        nexts[pk] = _earliest(moments)
    at = timezone.now()
    insert_missing(Reminder, COLUMNS, (values_of(case, event, at=at) for case, event in new))
    _link_merged(new)
    update_values(model, "next_step_at", nexts)
    crashpoint("raise_before_commit")
    return len(new)


def _next_look(case: Case, now: datetime, raised: Raised) -> datetime | None:
    """Return when the case is worth reading again; with nobody to answer for it, daily until somebody signs in."""
    step_at = next_step_at(case.subject, case.timetable, now, raised)
    if case.subject.recipients.get(Audience.OWNER):
        return step_at
    return min(step_at or now + LOOK_AGAIN, now + LOOK_AGAIN)


def _link_merged(new: Sequence[tuple[Case, Event]]) -> None:
    """Point each merged row at the one that is told instead, to the same person where there is one."""
    merged = [(case, event) for case, event in new if event.merged_into]
    if not merged:
        return
    subjects = {(case.organization_id, case.subject.id, case.subject.cycle) for case, _ in merged}
    known = in_record(merged[0][0].subject.kind, subjects, "pk", "merged_into_id")
    linked = {}
    for case, event in merged:
        rows = known[case.subject.id]
        row, told = rows.get((event.step, event.recipient)), rows.get((event.merged_into or "", event.recipient))
        if row and told and row[1] is None:
            linked[row[0]] = told[0]
    update_values(Reminder, "merged_into_id", linked)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
