"""Due reminders are told: an inbox entry at once, and a place in the day's digest on each other channel."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from tracker.choices import ReminderState
from tracker.models import Reminder
from tracker.reminding.bundling import put_in_digests, tell_inbox
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.lastlook import still_holds

BATCH = 200


def expand(*, now: datetime, gather_seconds: int | None = None) -> int:
    """Expand every reminder whose moment has come by `now` (business time); return how many.

    A message that is begun gathers for a while, by default the setting, so that what comes a batch later finds its
    place in it.
    """
    seconds = settings.REMINDER_GATHER_SECONDS if gather_seconds is None else gather_seconds
    total = 0
    while found := _expand_batch(now, timezone.now() + timedelta(seconds=seconds)):
        total += found
        crashpoint("expand_after_commit")
    return total


@transaction.atomic
def _expand_batch(now: datetime, ready_at: datetime) -> int:
    due = list(
        Reminder.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=ReminderState.DUE, tell_at__lte=now)
        .order_by("recipient", "tell_at", "pk")[:BATCH]
    )
    if not due:
        return 0
    people, holding = _people(due), still_holds(due)
    for reminder in due:
        reminder.state, reminder.reason = _fate(reminder, people, holding)
    told = [(row, people[row.person_id or 0]) for row in due if row.state == ReminderState.EXPANDED]
    tell_inbox(told, today=now.date())
    put_in_digests(told, day=now.date(), ready_at=ready_at)
    Reminder.objects.bulk_update(due, ["state", "reason"])
    crashpoint("expand_before_commit")
    return len(due)


def _people(reminders: Iterable[Reminder]) -> dict[int, Person]:
    """Return those who can still sign in."""
    ids = {row.person_id for row in reminders if row.person_id}
    return Person.objects.filter(user__is_active=True).in_bulk(ids)


def _fate(reminder: Reminder, people: dict[int, Person], holding: frozenset[int]) -> tuple[ReminderState, str]:
    if reminder.person_id not in people:
        return ReminderState.SUPPRESSED, "no_sign_in"
    if reminder.pk not in holding:
        return ReminderState.CANCELLED, "answered"
    return ReminderState.EXPANDED, ""
