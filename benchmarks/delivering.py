"""One process's part of `delivery`: fill the database, drain the outbox, or send the same bytes with bare smtplib.

A sender gets ready, says so in a line, waits for one, sends, and says when it began and ended.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import django
import orjson
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

django.setup()

from accounts.clock import database_now  # noqa: E402  # models exist only after setup
from benchmarks.floors import delivery_floor  # noqa: E402
from benchmarks.offices import EVE, make_office, moment  # noqa: E402
from benchmarks.printing import last_line  # noqa: E402
from tracker.choices import Channel, DeliveryState, ReminderState  # noqa: E402
from tracker.models import Attempt, Delivery, DeliveryItem, Reminder  # noqa: E402
from tracker.reminding.bundling import address_hash  # noqa: E402
from tracker.reminding.channels.registry import CHANNELS  # noqa: E402
from tracker.reminding.composing import message_of  # noqa: E402
from tracker.reminding.outbox import deliver  # noqa: E402
from tracker.reminding.raising import raise_due  # noqa: E402

TODAY = EVE + timedelta(days=1)
ITEMS = 400
PLENTY = 3600.0


def main(arguments: Sequence[str]) -> None:
    what, *rest = arguments
    if what == "fill":
        call_command("migrate", interactive=False, verbosity=0)
        make_office(ITEMS)
        raise_due(now=moment(TODAY))
        fill(int(rest[0]), round_of="warm")
        deliver(worker="warm", today=TODAY, seconds=PLENTY)
        last_line({})
    elif what == "ready":
        fill(int(rest[0]), round_of=rest[1])
        last_line({})
    elif what == "ours":
        lanes = int(rest[0])
        deliver(worker=str(os.getpid()), today=TODAY, seconds=0)
        _timed(lambda: deliver(worker=str(os.getpid()), today=TODAY, seconds=PLENTY, lanes=lanes))
    elif what == "floor":
        place, processes, round_of = int(rest[0]), int(rest[1]), rest[2]
        mails = sent(round_of)[place::processes]
        _timed(
            lambda: delivery_floor.send(settings.EMAIL_HOST, settings.EMAIL_PORT, settings.DEFAULT_FROM_EMAIL, mails)
        )
    elif what == "check":
        last_line({"wrong": wrong(rest[0])})


def fill(messages: int, *, round_of: str) -> None:
    """Make so many messages ready, a reminder that still holds in each; `round_of` keeps those of a round apart."""
    rows = list(Reminder.objects.filter(state=ReminderState.DUE, tell_at=moment(TODAY)).order_by("pk"))
    at = database_now()
    made = [_message(rows[place % len(rows)], f"{round_of}-{place}") for place in range(messages)]
    for delivery in made:
        delivery.next_try_at = delivery.created_at = at
    Delivery.objects.bulk_create(made, batch_size=500)
    items = [
        DeliveryItem(
            organization_id=delivery.organization_id,
            delivery=delivery,
            reminder=rows[place % len(rows)],
            channel=delivery.channel,
            address_hash=delivery.address_hash,
        )
        for place, delivery in enumerate(made)
    ]
    DeliveryItem.objects.bulk_create(items, batch_size=500)


def _message(reminder: Reminder, name: str) -> Delivery:
    address = f"{name}@example.org"
    return Delivery(
        organization_id=reminder.organization_id,
        recipient=reminder.recipient,
        person_id=reminder.person_id,
        channel=Channel.MAIL,
        address=address,
        address_hash=address_hash(address),
        bundle=name,
        message_id=f"<{name}@example.org>",
    )


def sent(round_of: str) -> list[delivery_floor.Mail]:
    """Return what went over the wire in a round, by address."""
    rows = Delivery.objects.filter(bundle__startswith=f"{round_of}-").order_by("pk")
    channel = CHANNELS[Channel.MAIL]
    return [(row.address, channel.encode(message_of(row, {}))) for row in rows]


def wrong(round_of: str) -> int:
    """Count the messages that weren't sent by exactly one try."""
    rows = Delivery.objects.filter(bundle__startswith=f"{round_of}-")
    tries = Attempt.objects.filter(delivery__in=rows).count()
    return rows.exclude(state=DeliveryState.SENT, attempts_made=1).count() + abs(tries - rows.count())


def _timed(work: Callable[[], object]) -> None:
    timezone.now()
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.time()
    work()
    print(orjson.dumps({"began": began, "ended": time.time()}).decode(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
