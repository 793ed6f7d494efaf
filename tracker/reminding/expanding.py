"""Due reminders become messages: an inbox entry at once, and a place in the day's digest on each other channel."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from tracker.choices import Channel, DeliveryState, ReminderState
from tracker.models import Delivery, DeliveryItem, Reminder
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.lastlook import still_holds
from tracker.reminding.rendering import body_text, reminder_line

BATCH = 200


def expand(*, now: datetime) -> int:
    """Expand every reminder whose moment has come by `now` (business time); return how many."""
    total = 0
    while found := _expand_batch(now):
        total += found
        crashpoint("expand_after_commit")
    return total


@transaction.atomic
def _expand_batch(now: datetime) -> int:
    due = list(
        Reminder.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=ReminderState.DUE, tell_at__lte=now)
        .order_by("recipient", "tell_at", "pk")[:BATCH]
    )
    if not due:
        return 0
    holding = still_holds(due)
    people = {
        person.pk: person
        for person in Person.objects.filter(
            pk__in=[row.person_id for row in due if row.person_id], user__is_active=True
        )
    }
    for reminder in due:
        reminder.state, reminder.reason = _expand_one(reminder, people, holding, now)
    Reminder.objects.bulk_update(due, ["state", "reason"])
    crashpoint("expand_before_commit")
    return len(due)


def _expand_one(
    reminder: Reminder, people: dict[int, Person], holding: frozenset[int], now: datetime
) -> tuple[ReminderState, str]:
    person = people.get(reminder.person_id or 0)
    if person is None:
        return ReminderState.SUPPRESSED, "no_sign_in"
    if reminder.pk not in holding:
        return ReminderState.CANCELLED, "answered"
    _tell_inbox(reminder, person, now)
    for channel in CHANNELS.values():
        if address := channel.address_of(person):
            _put_in_digest(reminder, person, channel.name, address, now)
    return ReminderState.EXPANDED, ""


def _tell_inbox(reminder: Reminder, person: Person, now: datetime) -> None:
    """Write the entry in this very transaction: on this channel "once" needs no sending."""
    at = timezone.now()
    today = now.date()
    line = reminder_line(reminder, today=today)
    delivery, made = Delivery.objects.get_or_create(
        recipient=reminder.recipient,
        channel=Channel.INBOX,
        address_hash=address_hash(reminder.recipient),
        bundle=f"r{reminder.pk}",
        defaults={
            "organization_id": reminder.organization_id,
            "person": person,
            "address": reminder.recipient,
            "state": DeliveryState.SENT,
            "next_try_at": at,
            "message_id": make_msgid(domain="inbox"),
            "subject": line,
            "body": body_text(person.name, [reminder], today=today),
            "rendered_at": at,
            "created_at": at,
            "sent_at": at,
        },
    )
    if made:
        _add_item(delivery, reminder)


def _put_in_digest(reminder: Reminder, person: Person, channel: str, address: str, now: datetime) -> None:
    """Add the reminder to the day's message, or to the next one of the day when that is claimed already."""
    at = timezone.now()
    day = now.date().isoformat()
    for bundle in _bundles(day):
        delivery, _ = Delivery.objects.select_for_update(of=("self",)).get_or_create(
            recipient=reminder.recipient,
            channel=channel,
            address_hash=address_hash(address),
            bundle=bundle,
            defaults={
                "organization_id": reminder.organization_id,
                "person": person,
                "address": address,
                "next_try_at": at + timedelta(seconds=settings.REMINDER_GATHER_SECONDS),
                "message_id": make_msgid(domain=_domain()),
                "created_at": at,
            },
        )
        if delivery.state == DeliveryState.READY:
            _add_item(delivery, reminder)
            return


def _bundles(day: str) -> Sequence[str]:
    return [day, *(f"{day}#{number}" for number in range(2, 100))]


def _add_item(delivery: Delivery, reminder: Reminder) -> None:
    DeliveryItem.objects.get_or_create(
        reminder=reminder,
        channel=delivery.channel,
        address_hash=delivery.address_hash,
        defaults={"organization_id": reminder.organization_id, "delivery": delivery},
    )


def address_hash(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
