"""What the office does about a message that wasn't delivered: it says how the matter was settled, or has it sent again."""

from datetime import date, datetime

from django.db import transaction

from accounts.clock import database_now
from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from accounts.models import HistoryEntry
from tracker.choices import UNDELIVERED, Channel, SettledBy
from tracker.models import Delivery, DeliveryItem, Reminder
from tracker.reminding import events
from tracker.reminding.bundling import address_hash, message_to
from tracker.reminding.ways import directory_of

AGAIN = "a"
KIND = events.KIND


class NoWayError(ValueError):
    """The recipient has no address on that channel now, can't sign in any more, or its group is out of use."""


class NothingLeftError(ValueError):
    """The message has nothing left to tell."""


@transaction.atomic
def settle(*, delivery: Delivery, how: SettledBy, word: str, by: Actor, now: datetime) -> Delivery:
    """Take a message off the undelivered ones; raise Conflict when somebody else has settled it already."""
    row = _unsettled(delivery)
    _settle(row, how, word, by, now)
    return row


@transaction.atomic
def send_again(*, delivery: Delivery, word: str, today: date, by: Actor, now: datetime) -> Delivery:
    """Send what it told to the address the recipient has now, as a new message; the old one is settled by that.

    Raise Conflict when it is settled already, NoWayError without an address, NothingLeftError when all was taken out of it.
    """
    row = _unsettled(delivery)
    if row.channel == Channel.WEBHOOK:
        message = events.again(delivery=row, by=by)
        _settle(row, SettledBy.SENT_AGAIN, word, by, now)
        return message
    reminders = list(Reminder.objects.filter(items__delivery=row).order_by("tell_at", "pk"))
    if not reminders:
        raise NothingLeftError
    to = directory_of(reminders, on=today).addressees.get(row.recipient)
    way = next((each for each in to.ways if each.channel == row.channel), None) if to else None
    if to is None or way is None:
        raise NoWayError
    at = database_now()
    message = message_to(to, way, organization_id=row.organization_id, at=at)
    message.bundle, message.stands_for, message.next_try_at = f"{AGAIN}{row.pk}", row, at
    message.save()
    # The record's key lets a machine tell a reminder to an address once; a second time is a person's decision, which
    # the hash says too.
    deliberate = address_hash(f"{way.address} {message.bundle}")
    DeliveryItem.objects.bulk_create(
        DeliveryItem(
            organization_id=row.organization_id,
            delivery=message,
            reminder=reminder,
            channel=message.channel,
            address_hash=deliberate,
        )
        for reminder in reminders
    )
    _settle(row, SettledBy.SENT_AGAIN, word, by, now)
    return message


def _unsettled(delivery: Delivery) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",))
    row = rows.filter(pk=delivery.pk, state__in=UNDELIVERED, settled_at__isnull=True).first()
    if row is None:
        raise Conflict(delivery)
    return row


def _settle(row: Delivery, how: SettledBy, word: str, by: Actor, now: datetime) -> None:
    row.settled_how, row.settled_word, row.settled_by, row.settled_at = how, word, by.user, now
    row.save(update_fields=["settled_how", "settled_word", "settled_by", "settled_at"])
    after = {"how": how, "word": word, "state": row.state}
    # One that a person asked for has its making in history already.
    version = HistoryEntry.objects.filter(object_type=KIND, object_id=row.pk).count() + 1
    record(Change(row.organization_id, KIND, row.pk, version, "delivery.settled", after, reason=word), by=by)
