"""The outbox: claim one message by lease, send it outside any transaction, mark it while the lease is ours.

What processes compare with each other, leases and next tries, goes by the database's clock alone.
"""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import DateTimeField, Func, Q
from django.db.models.lookups import LessThanOrEqual

from accounts.clock import database_now
from tracker import pausing
from tracker.choices import UNDELIVERED, UNSENT, WAITING, AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery, Reminder
from tracker.reminding.channels.protocol import Message, NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.composing import OutletRemovedError, compose, message_of, settings_of_outlet
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.failures import not_delivered
from tracker.reminding.lastlook import look_anew, why_not_told
from tracker.reminding.pacing import Place, leave_place, take_place
from tracker.reminding.sealing import SealBrokenError
from tracker.reminding.theirs import HANDED_ON, NO_SIGN_IN

BACK_OFF_MINUTES = (1, 2, 5, 15, 30, 60)
GIVE_UP_AFTER = timedelta(hours=72)
MARK_RETRY_SECONDS = 0.2
# As long as a job may take: no shorter absence of the database makes a try unknown.
MARK_PATIENCE_SECONDS = 50.0
LEASE_ENDED = "lease_ended"
"""Why a try is unknown: its lease ended before it said what came of it."""
SEAL_BROKEN, OUTLET_REMOVED = "seal_broken", "outlet_removed"
LOOK_FOR_KEY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours until the lease ends; `token` fences off whoever claims it after.

    `at` is the database's time; `place` is the one taken among the last tries to the address, where those are counted.
    """

    delivery_id: int
    channel: str
    token: str
    number: int
    message: Message
    today: date
    at: datetime
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try; `wait` is the pause for which the other side asked."""

    state: DeliveryState
    attempt: AttemptOutcome
    detail: str = ""
    reference: str = ""
    wait: timedelta | None = None


def deliver(*, worker: str, today: date, seconds: float, lanes: int = 1) -> int:
    """Send what is ready for at most about `seconds`; return how many were tried.

    In each lane one message goes after the other: claimed, sent and marked by itself. While one is on the wire another
    lane claims the next.
    """
    until = time.monotonic() + seconds

    def run() -> int:
        tried = 0
        while time.monotonic() < until and deliver_one(worker=worker, today=today):
            tried += 1
        return tried

    if lanes == 1:
        return run()
    # Mostly nothing is ready: then no thread is worth starting.
    if not deliver_one(worker=worker, today=today):
        return 0
    with ThreadPoolExecutor(lanes) as pool:
        return 1 + sum(pool.map(lambda _: _in_own_thread(run), range(lanes)))


def _in_own_thread(run: Callable[[], int]) -> int:
    try:
        return run()
    finally:
        connections.close_all()


def deliver_one(*, worker: str, today: date) -> bool:
    """Claim, send and mark one message; False when there was none to claim."""
    claim = claim_one(worker=worker, today=today)
    if claim is None:
        return False
    outcome = _send(claim)
    crashpoint("send_before_mark")
    _patiently(lambda: mark(claim, outcome))
    crashpoint("mark_after_commit")
    return True


def claim_one(*, worker: str, today: date) -> Claim | None:
    """Take the next message whose time has come or whose holder's lease has ended; messages that became void end here."""
    while True:
        with transaction.atomic():
            seen = pausing.look()
            if seen.paused:
                return None
            at = seen.at
            delivery = _next(at, leases=seen.leases)
            if delivery is None:
                return None
            claim = _claim(delivery, worker, today, at)
            crashpoint("claim_before_commit")
        if claim is not None:
            crashpoint("claim_after_commit")
            return claim


@transaction.atomic
def mark(claim: Claim, outcome: Outcome) -> bool:
    """Record what came of a try; the message itself changes only while it is still ours."""
    now = database_now()
    mine = Delivery.objects.filter(pk=claim.delivery_id, lease_token=claim.token, state=DeliveryState.SENDING)
    marked = mine.update(
        state=outcome.state,
        lease_token="",
        lease_until=None,
        last_error=outcome.detail,
        provider_ref=outcome.reference,
        sent_at=now if outcome.state == DeliveryState.SENT else None,
        next_try_at=max(_next_try(claim.number, now), now + (outcome.wait or timedelta())),
    )
    Attempt.objects.filter(delivery=claim.delivery_id, number=claim.number).update(
        ended_at=now, outcome=outcome.attempt, detail=outcome.detail
    )
    if claim.place:
        leave_place(claim.place, wait=outcome.wait, at=now)
    if marked and outcome.state in UNDELIVERED:
        delivery = Delivery.objects.select_related("person", "department").get(pk=claim.delivery_id)
        not_delivered(delivery, today=claim.today, at=now)
    crashpoint("mark_before_commit")
    return bool(marked)


def _next(at: datetime, *, leases: bool) -> Delivery | None:
    """Return the next message to take; while leases can't be told by the clock, none that somebody may be sending.

    The index holds the unsent in this order; for it to be used its own condition has to be named.
    """
    to_take = Q(state__in=WAITING)
    if leases:
        to_take |= Q(state=DeliveryState.SENDING, lease_until__lte=at) & _settled(at)
    return (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(to_take, state__in=UNSENT, next_try_at__lte=at)
        .order_by("next_try_at", "pk")
        .first()
    )


def _settled(at: datetime) -> Q:
    """Require that the database has been up for a while: those who live and have sent are to mark it first."""
    if connection.vendor != "postgresql":
        return Q()
    began = Func(function="pg_postmaster_start_time", output_field=DateTimeField())
    return Q(LessThanOrEqual(began, at - timedelta(seconds=settings.REMINDER_SETTLE_SECONDS)))


def _claim(delivery: Delivery, worker: str, today: date, at: datetime) -> Claim | None:
    """Take the message, or settle why it isn't sent now: it may be void, undeliverable, or its address told enough."""
    if delivery.state == DeliveryState.SENDING:
        delivery.attempts.filter(outcome=AttemptOutcome.OPEN).update(
            outcome=AttemptOutcome.UNKNOWN, ended_at=at, detail=LEASE_ENDED
        )
        if not CHANNELS[delivery.channel].resends:
            _end(delivery, DeliveryState.UNKNOWN, LEASE_ENDED, today, at)
            return None
    reminders = _still_to_tell(delivery, today)
    if not reminders:
        _end(delivery, DeliveryState.CANCELLED, "answered", today, at)
        return None
    try:
        outlet = settings_of_outlet(delivery)
    except OutletRemovedError:
        _end(delivery, DeliveryState.CANCELLED, OUTLET_REMOVED, today, at)
        return None
    except SealBrokenError:
        _wait_for_key(delivery, today, at)
        return None
    lease_until = at + timedelta(seconds=settings.REMINDER_LEASE_SECONDS)
    place = take_place(delivery, CHANNELS[delivery.channel], over_by=lease_until, at=at)
    if isinstance(place, datetime):
        _put_off(delivery, place)
        return None
    if delivery.rendered_at is None:
        try:
            compose(delivery, reminders, outlet, today=today, at=at)
        except PermanentFailure as failure:
            if place:
                leave_place(place, wait=None, at=at)
            _end(delivery, DeliveryState.FAILED, str(failure), today, at)
            return None
    _begin_try(delivery, worker, lease_until, at)
    number, message = delivery.attempts_made, message_of(delivery, outlet)
    return Claim(delivery.pk, delivery.channel, delivery.lease_token, number, message, today, at, place)


def _begin_try(delivery: Delivery, worker: str, lease_until: datetime, at: datetime) -> None:
    delivery.state = DeliveryState.SENDING
    delivery.attempts_made += 1
    delivery.lease_token = secrets.token_hex(16)
    delivery.lease_until = lease_until
    delivery.save(update_fields=["state", "attempts_made", "lease_token", "lease_until"])
    Attempt.objects.create(
        organization_id=delivery.organization_id,
        delivery=delivery,
        number=delivery.attempts_made,
        worker=worker,
        started_at=at,
    )


def _put_off(delivery: Delivery, until: datetime, why: str | None = None) -> None:
    """Let the message wait for a later claim; an abandoned one, too, is nobody's till then."""
    abandoned = delivery.state == DeliveryState.SENDING
    delivery.state = DeliveryState.RETRY if abandoned else delivery.state
    delivery.next_try_at, delivery.lease_token, delivery.lease_until = until, "", None
    delivery.last_error = delivery.last_error if why is None else why
    delivery.save(update_fields=["state", "next_try_at", "lease_token", "lease_until", "last_error"])


def _wait_for_key(delivery: Delivery, today: date, at: datetime) -> None:
    """Wait till somebody mends the key or the settings: a wrong one is ours, and no word of the other side."""
    if at - delivery.created_at > GIVE_UP_AFTER:
        _end(delivery, DeliveryState.FAILED, SEAL_BROKEN, today, at)
    else:
        _put_off(delivery, at + LOOK_FOR_KEY, SEAL_BROKEN)


def _end(delivery: Delivery, state: DeliveryState, why: str, today: date, at: datetime) -> None:
    """Close a message that isn't sent any more; what it would have told stays on it."""
    delivery.state, delivery.last_error = state, why
    delivery.lease_token, delivery.lease_until = "", None
    delivery.save(update_fields=["state", "last_error", "lease_token", "lease_until"])
    if state in UNDELIVERED:
        not_delivered(delivery, today=today, at=at)


def _still_to_tell(delivery: Delivery, today: date) -> list[Reminder]:
    """Look at the facts once more; what was rendered is told whole or, when nothing of it holds, not at all."""
    reminders = list(Reminder.objects.filter(items__delivery=delivery).order_by("tell_at", "pk"))
    void = why_not_told(reminders, today=today)
    holding = {pk for pk, why in void.items() if not why}
    look_anew([row for row in reminders if void[row.pk] in (HANDED_ON, NO_SIGN_IN)], today=today)
    if not holding:
        return []
    if delivery.rendered_at is not None:
        return reminders
    delivery.items.exclude(reminder__in=holding).delete()
    return [reminder for reminder in reminders if reminder.pk in holding]


def _send(claim: Claim) -> Outcome:
    channel = CHANNELS[claim.channel]
    try:
        receipt = channel.send(claim.message)
    except PermanentFailure as failure:
        return Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, str(failure))
    except TemporaryFailure as failure:
        if isinstance(failure, NoAnswer) and not channel.resends:
            return Outcome(DeliveryState.UNKNOWN, AttemptOutcome.UNKNOWN, str(failure))
        return _temporary(claim, failure)
    return Outcome(DeliveryState.SENT, AttemptOutcome.SENT, reference=receipt.reference)


def _temporary(claim: Claim, failure: TemporaryFailure) -> Outcome:
    given_up = claim.at - claim.message.rendered_at > GIVE_UP_AFTER
    if given_up:
        return Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, str(failure), wait=failure.wait)
    return Outcome(DeliveryState.RETRY, AttemptOutcome.RETRY, str(failure), wait=failure.wait)


def _next_try(number: int, now: datetime) -> datetime:
    return now + timedelta(minutes=BACK_OFF_MINUTES[min(number, len(BACK_OFF_MINUTES)) - 1])


def _patiently(write: Callable[[], object]) -> None:
    """Keep trying while the database is away: only this process knows that the message was taken."""
    until = time.monotonic() + MARK_PATIENCE_SECONDS
    while True:
        try:
            write()
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(MARK_RETRY_SECONDS)
        else:
            return
