"""Putting reminders into messages: an inbox entry each; on each other channel one digest a day, one message an hour.

`at` is the database's time throughout: what is ready at which moment is compared with it, by whatever process.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from email.utils import make_msgid
from itertools import count
from types import MappingProxyType
from typing import NamedTuple

from django.conf import settings

from accounts.models import Person
from tracker.choices import Channel, DeliveryState
from tracker.models import Delivery, DeliveryItem, Reminder
from tracker.reminding.hours import Hours
from tracker.reminding.rendering import body_text, reminder_line
from tracker.reminding.ways import Addressee, Way


class Telling(NamedTuple):
    """A reminder, whom it is told, and the ways it goes there beside the inbox."""

    reminder: Reminder
    to: Addressee
    ways: tuple[Way, ...]


Told = Collection[Telling]
HOUR = "%Y-%m-%dT%H"


class Letterbox(NamedTuple):
    """Where a recipient is reached on a channel."""

    recipient: str
    channel: str
    address_hash: str


class Place(NamedTuple):
    """A message that may take a reminder: its bundle, and the database's time from which on it may be claimed."""

    bundle: str
    ready_at: datetime


def tell_inbox(told: Told, *, today: date, at: datetime) -> None:
    """Write the people's entries in the caller's transaction: on this channel "once" needs no sending."""
    of_people = [(reminder, to.person) for reminder, to, _ in told if to.person]
    entries = [
        inbox_entry(
            organization_id=reminder.organization_id,
            person=person,
            bundle=f"r{reminder.pk}",
            subject=reminder_line(reminder, today=today),
            body=body_text(person.name, [reminder], today=today),
            at=at,
        )
        for reminder, person in of_people
    ]
    Delivery.objects.bulk_create(entries)
    DeliveryItem.objects.bulk_create(item_of(entry, row) for entry, (row, _) in zip(entries, of_people, strict=True))


def put_in_digests(
    told: Told, *, day: date, at: datetime, gather: timedelta, waits: Mapping[str, timedelta] = MappingProxyType({})
) -> None:
    """Add each reminder to the day's message to its recipient, or to the next one when that is claimed already.

    A message that is begun here gathers for `gather` before it may be claimed, and longer for a recipient who `waits`
    for more of the day.
    """
    _put(told, lambda reminder: _digests(day, at + gather + waits.get(reminder.recipient, timedelta())), at)


def put_in_hours(told: Told, *, now: datetime, at: datetime, gather: timedelta, hours: Hours) -> None:
    """Add each notice to the hour's message to its recipient, or to the next hour's when that is claimed already."""
    _put(told, lambda reminder: _hours(reminder.task_id or 0, now, at, gather, hours), at)


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


def _digests(day: date, ready_at: datetime) -> Iterator[Place]:
    yield Place(day.isoformat(), ready_at)
    for number in count(2):
        yield Place(f"{day.isoformat()}#{number}", ready_at)


def _hours(task_id: int, now: datetime, at: datetime, gather: timedelta, hours: Hours) -> Iterator[Place]:
    """Yield this hour and the waking ones after it; `now` is business time."""
    moment = now
    yield Place(f"{now:{HOUR}}", at + gather)
    while True:
        next_hour = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        moment = hours.opening(task_id, next_hour)
        yield Place(f"{moment:{HOUR}}", at + (moment - now))


def _put(told: Told, places: Callable[[Reminder], Iterator[Place]], at: datetime) -> None:
    wanted: dict[Letterbox, Delivery] = {}
    ahead: dict[Letterbox, Iterator[Place]] = {}
    held: defaultdict[Letterbox, list[Reminder]] = defaultdict(list)
    for reminder, to, ways in told:
        for way in ways:
            box = Letterbox(to.key, way.channel, address_hash(way.address))
            if box not in wanted:
                wanted[box] = message_to(to, way, organization_id=reminder.organization_id, at=at)
                ahead[box] = places(reminder)
            held[box].append(reminder)
    messages = _open_messages(wanted, ahead)
    rows = [item_of(messages[box], reminder) for box, reminders in held.items() for reminder in reminders]
    DeliveryItem.objects.bulk_create(rows, ignore_conflicts=True)


def message_to(to: Addressee, way: Way, *, organization_id: int, at: datetime) -> Delivery:
    """Return a message not yet written, without its bundle and its time."""
    return Delivery(
        organization_id=organization_id,
        recipient=to.key,
        person=to.person,
        department=to.department,
        channel=way.channel,
        outlet_id=way.outlet_id,
        address=way.address,
        address_hash=address_hash(way.address),
        message_id=make_msgid(domain=message_domain()),
        created_at=at,
    )


def _open_messages(
    wanted: Mapping[Letterbox, Delivery], ahead: Mapping[Letterbox, Iterator[Place]]
) -> dict[Letterbox, Delivery]:
    """Return for each box the first message ahead that nobody has claimed yet, locked; make those that are missing.

    Three statements, and more only where one is claimed, or another process made the same in between.
    """
    found: dict[Letterbox, Delivery] = {}
    waiting = sorted(wanted)
    for box in waiting:
        _place(wanted[box], next(ahead[box]))
    while waiting:
        known, missing = _known(wanted[box] for box in waiting), []
        for box in waiting:
            row = known.get((box, wanted[box].bundle))
            if row is None:
                missing.append(wanted[box])
            elif row.state == DeliveryState.READY:
                found[box] = row
            else:
                _place(wanted[box], next(ahead[box]))
        Delivery.objects.bulk_create(missing, ignore_conflicts=True)
        waiting = [box for box in waiting if box not in found]
    return found


def _place(message: Delivery, place: Place) -> None:
    message.bundle, message.next_try_at = place


def _known(messages: Iterable[Delivery]) -> Mapping[tuple[Letterbox, str], Delivery]:
    sought = list(messages)
    rows = (
        Delivery.objects.select_for_update(of=("self",))
        .filter(recipient__in={row.recipient for row in sought}, bundle__in={row.bundle for row in sought})
        .order_by("pk")
    )
    return {(Letterbox(row.recipient, row.channel, row.address_hash), row.bundle): row for row in rows}


def item_of(delivery: Delivery, reminder: Reminder) -> DeliveryItem:
    return DeliveryItem(
        organization_id=reminder.organization_id,
        delivery=delivery,
        reminder=reminder,
        channel=delivery.channel,
        address_hash=delivery.address_hash,
    )


def message_domain() -> str:
    """Return the sender's domain, under which our messages are numbered."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
