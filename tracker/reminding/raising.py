"""The pull: what the rules say is due now becomes rows of the reminder record, each once."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tracker.models import Owed, Reminder, Standing
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.due import Audience, Event, Recipient, events, next_step_at
from tracker.reminding.lastlook import cancel_held
from tracker.reminding.subjects import Case, milestone_cases, owed_cases, reminder_of

BATCH = 500
LOOK_AGAIN = timedelta(days=1)
Key = tuple[str, int, int, str, str]


def raise_due(*, now: datetime) -> int:
    """Raise everything that has come due by `now` (local, business time); return how many rows were new.

    Only items and owed rows whose next step has come are read. A second pass finds the first one's rows and adds none.
    """
    cancel_held(now=now)
    return _repeated(_pass_over_items, now) + _repeated(_pass_over_owed, now)


def look_again(*, until: datetime, at: datetime) -> None:
    """Let a pass at `at` read also what is next looked at by `until`; looking once too often adds nothing."""
    for model in (Standing, Owed):
        model._default_manager.filter(next_step_at__gt=at, next_step_at__lte=until).update(next_step_at=at)


def _repeated(one_pass: Callable[[datetime], int | None], now: datetime) -> int:
    total = 0
    while (new := one_pass(now)) is not None:
        total += new
    return total


@transaction.atomic
def _pass_over_items(now: datetime) -> int | None:
    """Handle one batch and return how many rows were raised; None when there was no batch."""
    standings = list(
        Standing.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_step_at__lte=now)
        .order_by("next_step_at", "task")[:BATCH]
    )
    if not standings:
        return None
    cases = milestone_cases([standing.pk for standing in standings], now=now)
    new, nexts = _raise([case for found in cases.values() for case in found], now)
    for standing in standings:
        standing.next_step_at = _earliest(nexts[id(case)] for case in cases.get(standing.pk, ()))
    Standing.objects.bulk_update(standings, ["next_step_at"])
    crashpoint("raise_before_commit")
    return new


@transaction.atomic
def _pass_over_owed(now: datetime) -> int | None:
    rows = list(
        Owed.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_step_at__lte=now)
        .order_by("next_step_at", "pk")[:BATCH]
    )
    if not rows:
        return None
    cases = owed_cases([row.pk for row in rows], now=now)
    new, nexts = _raise(list(cases.values()), now)
    for row in rows:
        row.next_step_at = nexts[id(cases[row.pk])] if row.pk in cases else None
    Owed.objects.bulk_update(rows, ["next_step_at"])
    crashpoint("raise_before_commit")
    return new


def _raise(cases: Sequence[Case], now: datetime) -> tuple[int, dict[int, datetime | None]]:
    """Insert what is new and return how much, with each case's next moment."""
    rows: list[tuple[Case, Event]] = []
    nexts: dict[int, datetime | None] = {}
    for case in cases:
        found = events(case.subject, case.rules, case.workdays, now, case.raised)
        rows += [(case, event) for event in found]
        raised = {*case.raised, *((event.step, int(event.recipient)) for event in found)}
        nexts[id(case)] = _next_look(case, now, raised)
    Reminder.objects.bulk_create(
        [reminder_of(case, event) for case, event in rows], ignore_conflicts=True, batch_size=BATCH
    )
    _link_merged(rows)
    return len(rows), nexts


def _next_look(case: Case, now: datetime, raised: Collection[tuple[str, Recipient]]) -> datetime | None:
    """Return when the case is worth reading again; with nobody to answer for it, daily until somebody signs in."""
    step_at = next_step_at(case.subject, case.rules, case.workdays, now, raised)
    if case.subject.recipients.get(Audience.OWNER):
        return step_at
    return min(step_at or now + LOOK_AGAIN, now + LOOK_AGAIN)


def _link_merged(rows: Sequence[tuple[Case, Event]]) -> None:
    """Point each merged row at the one that is told instead, to the same person where there is one."""
    merged = [(case, event) for case, event in rows if event.merged_into]
    if not merged:
        return
    known = _known({case.subject.id for case, _ in merged})
    linked = []
    for case, event in merged:
        row = known.get(_key(case, event.step, event.recipient))
        told = known.get(_key(case, event.merged_into or "", event.recipient))
        if row and told and row.merged_into_id is None:
            row.merged_into = told
            linked.append(row)
    Reminder.objects.bulk_update(linked, ["merged_into"], batch_size=BATCH)


def _known(subjects: Iterable[int]) -> Mapping[Key, Reminder]:
    rows = Reminder.objects.filter(subject_id__in=list(subjects))
    return {(row.subject_kind, row.subject_id, row.cycle, row.step, row.recipient): row for row in rows}


def _key(case: Case, step: str, recipient: int | str) -> Key:
    subject = case.subject
    return subject.kind, subject.id, subject.cycle, step, f"person:{recipient}"


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
