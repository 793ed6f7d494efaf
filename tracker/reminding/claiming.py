"""Claiming messages by lease: several in one transaction with one last look, each under a token and a try of its own.

What processes compare with each other, leases and next tries, goes by the database's clock alone.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, Func, Q
from django.db.models.lookups import LessThanOrEqual

from accounts.bulk import update_columns
from tracker import pausing
from tracker.choices import UNDELIVERED, UNSENT, WAITING, AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery, DeliveryItem, Reminder
from tracker.reminding.channels.protocol import Message, PermanentFailure
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.composing import RENDERED, OutletRemovedError, compose, message_of, settings_of_outlet
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.failures import not_delivered
from tracker.reminding.lastlook import look_anew, why_not_told
from tracker.reminding.pacing import Place, leave_place, take_place
from tracker.reminding.sealing import SealBrokenError
from tracker.reminding.theirs import HANDED_ON, NO_SIGN_IN

GIVE_UP_AFTER = timedelta(hours=72)
LEASE_ENDED = "lease_ended"
"""Why a try is unknown: its lease ended before it said what came of it."""
SEAL_BROKEN, OUTLET_REMOVED = "seal_broken", "outlet_removed"
LOOK_FOR_KEY = timedelta(minutes=5)
BEGUN = ("state", "attempts_made", "lease_token", "lease_until", *RENDERED)
"""What a claim writes on a message."""
SENDING_TAKES = 0.25
"""The part of a lease that one sending may take."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours until the lease ends; `token` fences off whoever claims it after.

    `at` is the database's time; `place` is the one taken among the last tries to the address, where those are counted.
    From `too_late` on, by this process's steady seconds, the lease is too short for a sending.
    """

    delivery_id: int
    channel: str
    token: str
    number: int
    message: Message
    today: date
    at: datetime
    too_late: float
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One claiming: by whom, on which business day, at which moment of the database and of this process."""

    worker: str
    today: date
    at: datetime
    ticks: float

    @property
    def lease_until(self) -> datetime:
        return self.at + timedelta(seconds=settings.REMINDER_LEASE_SECONDS)

    @property
    def too_late(self) -> float:
        return self.ticks + float(settings.REMINDER_LEASE_SECONDS) * (1 - SENDING_TAKES)


def claim_one(*, worker: str, today: date) -> Claim | None:
    return next(iter(claim_some(worker=worker, today=today, most=1)), None)


def claim_some(*, worker: str, today: date, most: int) -> list[Claim]:
    """Take the next messages whose time has come or whose holder's lease has ended; messages that became void end here.

    More than one only of a channel that is sent again when nobody knows a try's end, and that counts no tries.
    """
    while True:
        ticks = pausing.steady_seconds()
        with transaction.atomic():
            seen = pausing.look()
            if seen.paused:
                return []
            turn = _Turn(worker, today, seen.at, ticks)
            rows = _next(seen.at, most, leases=seen.leases)
            if not rows:
                return []
            claims = _claims(rows, turn)
            crashpoint("claim_before_commit")
        if claims:
            crashpoint("claim_after_commit")
            return claims


def _next(at: datetime, most: int, *, leases: bool) -> list[Delivery]:
    """Return the next messages to take; while leases can't be told by the clock, none that somebody may be sending.

    The index holds the unsent in this order; for it to be used its own condition has to be named.
    """
    to_take = Q(state__in=WAITING)
    if leases:
        to_take |= Q(state=DeliveryState.SENDING, lease_until__lte=at) & _settled(at)
    rows = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person", "department", "outlet")
        .filter(to_take, state__in=UNSENT, next_try_at__lte=at)
        .order_by("next_try_at", "pk")
    )
    first = rows.first()
    if first is None or most == 1 or not _in_numbers(first):
        return [first] if first else []
    return [first, *rows.filter(channel=first.channel).exclude(pk=first.pk)[: most - 1]]


def _in_numbers(delivery: Delivery) -> bool:
    channel = CHANNELS[delivery.channel]
    return channel.resends and channel.quota is None and not channel.fields


def _settled(at: datetime) -> Q:
    """Require that the database has been up for a while: those who live and have sent are to mark it first."""
    if connection.vendor != "postgresql":
        return Q()
    began = Func(function="pg_postmaster_start_time", output_field=DateTimeField())
    return Q(LessThanOrEqual(began, at - timedelta(seconds=settings.REMINDER_SETTLE_SECONDS)))


def _claims(rows: Collection[Delivery], turn: _Turn) -> list[Claim]:
    left = [row for row in rows if row.state != DeliveryState.SENDING or _taken_over(row, turn)]
    told = _still_to_tell(left, turn.today) if left else {}
    claims = [claim for row in left if (claim := _claim(row, told.get(row.pk, ()), turn))]
    _begin_tries([row for row in left if row.state == DeliveryState.SENDING], turn)
    return claims


def _begin_tries(rows: Sequence[Delivery], turn: _Turn) -> None:
    update_columns(Delivery, BEGUN, map(attrgetter("pk", *BEGUN), rows))
    Attempt.objects.bulk_create(
        Attempt(
            organization_id=row.organization_id,
            delivery=row,
            number=row.attempts_made,
            worker=turn.worker,
            started_at=turn.at,
        )
        for row in rows
    )


def _taken_over(delivery: Delivery, turn: _Turn) -> bool:
    """Call the last try of an abandoned message unknown; say whether it may be sent once more."""
    delivery.attempts.filter(outcome=AttemptOutcome.OPEN).update(
        outcome=AttemptOutcome.UNKNOWN, ended_at=turn.at, detail=LEASE_ENDED
    )
    if CHANNELS[delivery.channel].resends:
        return True
    _end(delivery, DeliveryState.UNKNOWN, LEASE_ENDED, turn)
    return False


def _claim(delivery: Delivery, reminders: Sequence[Reminder], turn: _Turn) -> Claim | None:
    """Take the message, or settle why it isn't sent now: it may be void, undeliverable, or its address told enough."""
    if not reminders and CHANNELS[delivery.channel].kind != "system":
        _end(delivery, DeliveryState.CANCELLED, "answered", turn)
        return None
    try:
        outlet = settings_of_outlet(delivery)
    except OutletRemovedError:
        _end(delivery, DeliveryState.CANCELLED, OUTLET_REMOVED, turn)
        return None
    except SealBrokenError:
        _wait_for_key(delivery, turn)
        return None
    place = take_place(delivery, CHANNELS[delivery.channel], over_by=turn.lease_until, at=turn.at)
    if isinstance(place, datetime):
        _put_off(delivery, place)
        return None
    if delivery.rendered_at is None:
        try:
            compose(delivery, reminders, outlet, today=turn.today, at=turn.at)
        except PermanentFailure as failure:
            if place:
                leave_place(place, wait=None, at=turn.at)
            _end(delivery, DeliveryState.FAILED, str(failure), turn)
            return None
    delivery.state = DeliveryState.SENDING
    delivery.attempts_made += 1
    delivery.lease_token, delivery.lease_until = secrets.token_hex(16), turn.lease_until
    token, number, message = delivery.lease_token, delivery.attempts_made, message_of(delivery, outlet)
    return Claim(delivery.pk, delivery.channel, token, number, message, turn.today, turn.at, turn.too_late, place)


def _put_off(delivery: Delivery, until: datetime, why: str | None = None) -> None:
    """Let the message wait for a later claim; an abandoned one, too, is nobody's till then."""
    abandoned = delivery.state == DeliveryState.SENDING
    delivery.state = DeliveryState.RETRY if abandoned else delivery.state
    delivery.next_try_at, delivery.lease_token, delivery.lease_until = until, "", None
    delivery.last_error = delivery.last_error if why is None else why
    delivery.save(update_fields=["state", "next_try_at", "lease_token", "lease_until", "last_error"])


def _wait_for_key(delivery: Delivery, turn: _Turn) -> None:
    """Wait till somebody mends the key or the settings: a wrong one is ours, and no word of the other side."""
    if turn.at - delivery.created_at > GIVE_UP_AFTER:
        _end(delivery, DeliveryState.FAILED, SEAL_BROKEN, turn)
    else:
        _put_off(delivery, turn.at + LOOK_FOR_KEY, SEAL_BROKEN)


def _end(delivery: Delivery, state: DeliveryState, why: str, turn: _Turn) -> None:
    """Close a message that isn't sent any more; what it would have told stays on it."""
    delivery.state, delivery.last_error = state, why
    delivery.lease_token, delivery.lease_until = "", None
    delivery.save(update_fields=["state", "last_error", "lease_token", "lease_until"])
    if state in UNDELIVERED:
        not_delivered(delivery, today=turn.today, at=turn.at)


def _still_to_tell(deliveries: Collection[Delivery], today: date) -> Mapping[int, Sequence[Reminder]]:
    """Look at the facts once more; what was rendered is told whole or, when nothing of it holds, not at all."""
    items = (
        DeliveryItem.objects.filter(delivery__in=[row.pk for row in deliveries])
        .select_related("reminder")
        .order_by("reminder__tell_at", "reminder")
    )
    said: defaultdict[int, list[Reminder]] = defaultdict(list)
    for item in items:
        said[item.delivery_id].append(item.reminder)
    rows = {row.pk: row for reminders in said.values() for row in reminders}
    void = why_not_told(rows.values(), today=today)
    look_anew([row for row in rows.values() if void[row.pk] in (HANDED_ON, NO_SIGN_IN)], today=today)
    told: dict[int, Sequence[Reminder]] = {}
    for delivery in deliveries:
        holding = [row for row in said[delivery.pk] if not void[row.pk]]
        if not holding or delivery.rendered_at is not None:
            told[delivery.pk] = said[delivery.pk] if holding else ()
            continue
        if len(holding) < len(said[delivery.pk]):
            delivery.items.exclude(reminder__in=holding).delete()
        told[delivery.pk] = holding
    return told
