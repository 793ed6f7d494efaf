"""What the clock will tell if nothing changes: the same rules, asked with a later day."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import batched, chain

from django.db.models import QuerySet

from tracker.choices import ReminderState
from tracker.models import Owed, Reminder, Standing
from tracker.reminding import due
from tracker.reminding.lastlook import still_to_tell
from tracker.reminding.subjects import Case, Looked, milestone_cases, owed_cases, reminder_of

BATCH = 1000


def forecast(*, since: datetime, until: datetime, organization_id: int | None = None) -> list[Reminder]:
    """Return what will be told between two local moments, by time: rows not yet written, and those that wait already.

    Nothing is written. Without an organization, all of the installation.
    """
    found = [*_waiting(since, until, organization_id), *_to_come(since, until, organization_id)]
    return sorted(found, key=lambda row: (row.tell_at, row.recipient))


def _waiting(since: datetime, until: datetime, organization_id: int | None) -> list[Reminder]:
    raised = Reminder.objects.filter(state=ReminderState.DUE, tell_at__lte=until)
    rows = list(raised.filter(organization=organization_id) if organization_id else raised)
    holding = still_to_tell(rows, today=since.date())
    return [row for row in rows if row.pk in holding]


def _to_come(since: datetime, until: datetime, organization_id: int | None) -> Iterator[Reminder]:
    for case in _cases(since, until, organization_id):
        events = due.forecast(case.subject, case.timetable, since=since, until=until, raised=case.raised)
        yield from (reminder_of(case, event) for event in events if event.state == ReminderState.DUE)


def _cases(since: datetime, until: datetime, organization_id: int | None) -> Iterator[Case]:
    items = Standing.objects.filter(next_step_at__lte=until)
    owed = Owed.objects.filter(next_step_at__lte=until)
    for ids in batched(_of(items, organization_id), BATCH):
        yield from _all_cases(milestone_cases(ids, now=since, until=until))
    for ids in batched(_of(owed, organization_id), BATCH):
        yield from _all_cases(owed_cases(ids, now=since))


def _all_cases(looked: Mapping[int, Looked]) -> Iterator[Case]:
    return chain.from_iterable(each.cases for each in looked.values())


def _of[Row: (Standing, Owed)](rows: QuerySet[Row], organization_id: int | None) -> list[int]:
    own = rows.filter(organization=organization_id) if organization_id else rows
    return list(own.order_by("pk").values_list("pk", flat=True))
