"""Due reminders are told: an inbox entry at once, and a place in the day's digest or the hour's message elsewhere."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts.clock import database_now
from accounts.taking_turns import give_turn
from tracker.choices import ReminderState
from tracker.models import Reminder
from tracker.reminding.bundling import Telling, put_in_digests, put_in_hours, tell_inbox
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.hours import Hours, hours_of
from tracker.reminding.lastlook import look_anew, why_not_told
from tracker.reminding.notices import KINDS
from tracker.reminding.rendering import is_notice
from tracker.reminding.theirs import HANDED_ON, NO_SIGN_IN
from tracker.reminding.ways import Addressee, directory_of

BATCH = 200
NO_GROUP = "no_group"
"""Why a unit isn't told: its group's robot was taken out of use since."""


def expand(*, now: datetime, gather_seconds: int | None = None) -> int:
    """Expand every reminder whose moment has come by `now` (business time); return how many.

    A message that is begun gathers for a while, by default the setting, so that what comes a batch later finds its
    place in it.
    """
    seconds = settings.REMINDER_GATHER_SECONDS if gather_seconds is None else gather_seconds
    total = 0
    while found := _expand_batch(now, timedelta(seconds=seconds)):
        total += found
        crashpoint("expand_after_commit")
        give_turn()
    return total


@transaction.atomic
def _expand_batch(now: datetime, gather: timedelta) -> int:
    due = list(
        Reminder.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=ReminderState.DUE, tell_at__lte=now)
        .order_by("recipient", "tell_at", "pk")[:BATCH]
    )
    if not due:
        return 0
    directory, void = directory_of(due, on=now.date()), why_not_told(due, today=now.date())
    for reminder in due:
        reminder.state, reminder.reason = _fate(reminder, directory.addressees, void[reminder.pk])
    hours = hours_of({row.task_id for row in due if row.task_id and is_notice(row)}, on=now.date())
    _wait_for_hours(due, hours, now)
    told = [
        Telling(row, directory.addressees[row.recipient], directory.ways(row))
        for row in due
        if row.state == ReminderState.EXPANDED
    ]
    notices = [each for each in told if is_notice(each.reminder)]
    at = database_now()
    tell_inbox(told, today=now.date(), at=at)
    digests = [each for each in told if not is_notice(each.reminder)]
    waits = _more_to_come([each.reminder for each in digests], now)
    put_in_digests(digests, day=now.date(), at=at, gather=gather, waits=waits)
    put_in_hours(notices, now=now, at=at, gather=gather, hours=hours)
    Reminder.objects.bulk_update(due, ["state", "reason", "tell_at"])
    look_anew([row for row in due if row.reason in (HANDED_ON, NO_SIGN_IN)], today=now.date())
    crashpoint("expand_before_commit")
    return len(due)


def _more_to_come(told: Iterable[Reminder], now: datetime) -> dict[str, timedelta]:
    """Return by recipient how long till the last of what is told yet today: after downtime leaders' steps wait an hour.

    Whoever is an owner here and a head there is sent one digest for all that.
    """
    recipients = {row.recipient for row in told}
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Reminder.objects.filter(
        recipient__in=recipients, state=ReminderState.DUE, tell_at__gt=now, tell_at__lt=midnight
    ).exclude(subject_kind__in=KINDS)
    last = rows.order_by().values("recipient").annotate(last=Max("tell_at")).values_list("recipient", "last")
    return {recipient: at - now for recipient, at in last} if recipients else {}


def _wait_for_hours(due: Iterable[Reminder], hours: Hours, now: datetime) -> None:
    """Put off the notices that nobody may be told of now: a service that was down till the evening waits for the morning."""
    for row in due:
        if row.state == ReminderState.EXPANDED and is_notice(row):
            opening = hours.opening(row.task_id or 0, now)
            if opening > now:
                row.state, row.tell_at = ReminderState.DUE, opening


def _fate(reminder: Reminder, reached: Mapping[str, Addressee], void: str) -> tuple[ReminderState, str]:
    if void == NO_SIGN_IN or (not void and reminder.recipient not in reached):
        return ReminderState.SUPPRESSED, NO_GROUP if reminder.department_id else NO_SIGN_IN
    if void:
        return ReminderState.CANCELLED, void
    return ReminderState.EXPANDED, ""
