"""The pull: what the rules say is due now becomes rows of the reminder record, each once."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched

from django.db import connection, transaction
from django.utils import timezone

from accounts.bulk import insert_missing, uncollected, update_values
from accounts.models.among import among
from accounts.taking_turns import give_turn
from tracker.models import Owed, Reminder, Standing
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.due import Event, events, next_step_at
from tracker.reminding.lastlook import cancel_held
from tracker.reminding.subjects import COLUMNS, Case, Looked, Values, in_record, milestone_cases, owed_cases, values_of

BATCH = 5000
LANES = 2
"""Of more than one batch so many are raised at a time: the database writes the one while the rules go through the other."""
LOOK_AGAIN = timedelta(days=1)
Look = Callable[[Collection[int]], Mapping[int, Looked]]


def raise_due(*, now: datetime) -> int:
    """Raise everything that has come due by `now` (local, business time); return how many rows were new.

    Only items and owed rows whose next step has come are read. A second pass finds the first one's rows and adds none.
    """
    cancel_held(now=now)
    return _pass_over(Standing, lambda ids: milestone_cases(ids, now=now, until=now), now) + _pass_over(
        Owed, lambda ids: owed_cases(ids, now=now), now
    )


def look_again(*, until: datetime, at: datetime) -> None:
    """Let a pass at `at` read also what is next looked at by `until`; looking once too often adds nothing."""
    for model in (Standing, Owed):
        model._default_manager.filter(next_step_at__gt=at, next_step_at__lte=until).update(next_step_at=at)


def _pass_over(model: type[Standing | Owed], look: Look, now: datetime) -> int:
    # Neighbours share people, rules and calendar, and lie beside each other on disk.
    due = model._default_manager.filter(next_step_at__lte=now).order_by("organization", "pk")
    ids = list(due.values_list("pk", flat=True))
    batches = list(batched(ids, BATCH))
    with uncollected():
        if len(batches) > 1 and _may_part():
            with ThreadPoolExecutor(LANES) as pool:
                return sum(pool.map(lambda batch: _raise_in_lane(model, batch, look, now), batches))
        return sum(_raise_in_turn(model, batch, look, now) for batch in batches)


def _raise_in_turn(model: type[Standing | Owed], ids: Collection[int], look: Look, now: datetime) -> int:
    give_turn()
    return _raise_batch(model, ids, look, now)


def _may_part() -> bool:
    """Say whether batches may go side by side: SQLite has one pen, and what a transaction holds is its own."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def _raise_in_lane(model: type[Standing | Owed], ids: Collection[int], look: Look, now: datetime) -> int:
    try:
        return _raise_batch(model, ids, look, now)
    finally:
        connection.close()  # a thread has its own, and nobody else gives it back


@transaction.atomic
def _raise_batch(model: type[Standing | Owed], ids: Collection[int], look: Look, now: datetime) -> int:
    """Raise for those of a batch that nobody else is raising for, and return how many rows were raised."""
    rows = model._default_manager.select_for_update(skip_locked=True).filter(among("pk", ids), next_step_at__lte=now)
    ours = list(rows.order_by("pk").values_list("pk", flat=True))
    if not ours:
        return 0
    batch = _Batch(look(ours), now, timezone.now(), dict.fromkeys(ours))
    insert_missing(Reminder, COLUMNS, batch.rows())
    _link_merged(batch.told)
    update_values(model, "next_step_at", batch.nexts)
    crashpoint("raise_before_commit")
    return len(batch.told)


@dataclass(slots=True)
class _Batch:
    """What was looked at together: the rules go through it as its rows are taken, so that the database writes meanwhile.

    `told` and `nexts`, by item or owed row the moment to look again, are whole when the last row was taken.
    """

    found: Mapping[int, Looked]
    now: datetime
    at: datetime
    nexts: dict[int, datetime | None]
    told: list[tuple[Case, Event]] = field(default_factory=list)

    def rows(self) -> Iterator[Values]:
        for pk, looked in self.found.items():
            for case in looked.cases:
                for event in events(case.subject, case.timetable, self.now, case.raised):
                    self.told.append((case, event))
                    yield values_of(case, event, at=self.at)
            self.nexts[pk] = _next_look(looked, self.now)


def _next_look(looked: Looked, now: datetime) -> datetime | None:
    """Return when what was just raised for is worth reading again; with nobody to answer for it, in a day at the latest."""
    moments = [] if looked.later is None else [looked.later]
    moments += [at for case in looked.cases if (at := _next_step(case, now)) is not None]
    if not looked.answered:
        moments.append(now + LOOK_AGAIN)
    return min(moments, default=None)


def _next_step(case: Case, now: datetime) -> datetime | None:
    """Return the case's next step: where something may be told now, all that has passed is in the record."""
    return next_step_at(case.subject, case.timetable, now, None if case.timetable.may_tell(now) else case.raised)


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
