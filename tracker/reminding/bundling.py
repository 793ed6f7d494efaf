"""Putting reminders into messages: an inbox entry each, and one digest a person, channel and day."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from email.utils import make_msgid
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from accounts.models import Person
from tracker.choices import Channel, DeliveryState
from tracker.models import Delivery, DeliveryItem, Reminder
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.rendering import body_text, reminder_line

Told = Collection[tuple[Reminder, Person]]


class Letterbox(NamedTuple):
    """Where a person is reached on a channel."""

    recipient: str
    channel: str
    address_hash: str


def tell_inbox(told: Told, *, today: date) -> None:
    """Write the entries in the caller's transaction: on this channel "once" needs no sending."""
    at = timezone.now()
    entries = [
        inbox_entry(
            organization_id=reminder.organization_id,
            person=person,
            bundle=f"r{reminder.pk}",
            subject=reminder_line(reminder, today=today),
            body=body_text(person.name, [reminder], today=today),
            at=at,
        )
        for reminder, person in told
    ]
    Delivery.objects.bulk_create(entries)
    DeliveryItem.objects.bulk_create(_item(entry, row) for entry, (row, _) in zip(entries, told, strict=True))


def put_in_digests(told: Told, *, day: date, ready_at: datetime) -> None:
    """Add each reminder to the day's message to its person, or to the next one when that is claimed already.

    A message that is begun here gathers until `ready_at` (real time) before it may be claimed.
    """
    first: dict[Letterbox, Delivery] = {}
    held: defaultdict[Letterbox, list[Reminder]] = defaultdict(list)
    for reminder, person in told:
        for box, message in _boxes(reminder, person, ready_at):
            first.setdefault(box, message)
            held[box].append(reminder)
    messages = _open_messages(first, day.isoformat())
    rows = [_item(messages[box], reminder) for box, reminders in held.items() for reminder in reminders]
    DeliveryItem.objects.bulk_create(rows, ignore_conflicts=True)


def address_hash(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def inbox_entry(
    *, organization_id: int, person: Person, bundle: str, subject: str, body: str, at: datetime
) -> Delivery:
    """Return an entry not yet written; with its bundle it stands in a person's inbox once."""
    recipient = f"person:{person.pk}"
    return Delivery(
        organization_id=organization_id,
        recipient=recipient,
        person=person,
        channel=Channel.INBOX,
        address=recipient,
        address_hash=address_hash(recipient),
        bundle=bundle,
        state=DeliveryState.SENT,
        message_id=make_msgid(domain="inbox"),
        subject=subject,
        body=body,
        next_try_at=at,
        created_at=at,
        rendered_at=at,
        sent_at=at,
    )


def _boxes(reminder: Reminder, person: Person, ready_at: datetime) -> Iterable[tuple[Letterbox, Delivery]]:
    at = timezone.now()
    for channel in CHANNELS.values():
        if address := channel.address_of(person):
            box = Letterbox(reminder.recipient, channel.name, address_hash(address))
            yield (
                box,
                Delivery(
                    **box._asdict(),
                    organization_id=reminder.organization_id,
                    person=person,
                    address=address,
                    message_id=make_msgid(domain=_domain()),
                    next_try_at=ready_at,
                    created_at=at,
                ),
            )


def _open_messages(wanted: Mapping[Letterbox, Delivery], day: str) -> dict[Letterbox, Delivery]:
    """Return a message of the day for each box that nobody has claimed yet, locked; make those that are missing.

    Three statements, and two more only when another process made or claimed the same message in between.
    """
    while True:
        known = _messages_of_day(wanted, day)
        still_open = {
            box: row
            for box, rows in known.items()
            for row in rows
            if row.state == DeliveryState.READY and box in wanted
        }
        missing = [box for box in sorted(wanted) if box not in still_open]
        if not missing:
            return still_open
        for box in missing:
            made = len(known.get(box, ()))
            wanted[box].bundle = f"{day}#{made + 1}" if made else day
        Delivery.objects.bulk_create([wanted[box] for box in missing], ignore_conflicts=True)


def _messages_of_day(boxes: Collection[Letterbox], day: str) -> Mapping[Letterbox, list[Delivery]]:
    rows = (
        Delivery.objects.select_for_update(of=("self",))
        .filter(recipient__in={box.recipient for box in boxes}, bundle__startswith=day)
        .order_by("pk")
    )
    known: defaultdict[Letterbox, list[Delivery]] = defaultdict(list)
    for row in rows:
        known[Letterbox(row.recipient, row.channel, row.address_hash)].append(row)
    return known


def _item(delivery: Delivery, reminder: Reminder) -> DeliveryItem:
    return DeliveryItem(
        organization_id=reminder.organization_id,
        delivery=delivery,
        reminder=reminder,
        channel=delivery.channel,
        address_hash=delivery.address_hash,
    )


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
