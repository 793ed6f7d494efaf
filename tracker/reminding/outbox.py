"""The outbox: claim one message by lease, send it outside any transaction, mark it while the lease is ours.

What processes compare with each other, leases and next tries, goes by the database's clock alone.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, Func, Q
from django.db.models.lookups import LessThanOrEqual

from accounts.clock import database_now
from tracker.choices import AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery, Reminder
from tracker.reminding.channels.protocol import Channel, Message, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.failures import tell_office
from tracker.reminding.lastlook import look_anew, why_not_told
from tracker.reminding.rendering import body_text, subject_line
from tracker.reminding.theirs import HANDED_ON, NO_SIGN_IN

BACK_OFF_MINUTES = (1, 2, 5, 15, 30, 60)
GIVE_UP_AFTER = timedelta(hours=72)
MARK_RETRY_SECONDS = 0.2
# As long as a job may take: no shorter absence of the database makes a try unknown.
MARK_PATIENCE_SECONDS = 50.0
LEASE_ENDED = "lease_ended"
"""Why a try is unknown: its lease ended before it said what came of it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours until the lease ends; `token` fences off whoever claims it after.

    `at` is the database's time.
    """

    delivery_id: int
    channel: str
    token: str
    number: int
    message: Message
    today: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    state: DeliveryState
    attempt: AttemptOutcome
    detail: str = ""
    reference: str = ""


def deliver(*, worker: str, today: date, seconds: float) -> int:
    """Send what is ready, one message after the other, for at most about `seconds`; return how many were tried."""
    until = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < until and deliver_one(worker=worker, today=today):
        tried += 1
    return tried


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
            at = database_now()
            delivery = _next(at)
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
        next_try_at=_next_try(claim.number, now),
    )
    Attempt.objects.filter(delivery=claim.delivery_id, number=claim.number).update(
        ended_at=now, outcome=outcome.attempt, detail=outcome.detail
    )
    if marked and outcome.state == DeliveryState.FAILED:
        tell_office(Delivery.objects.select_related("person").get(pk=claim.delivery_id), today=claim.today, at=now)
    crashpoint("mark_before_commit")
    return bool(marked)


def _next(at: datetime) -> Delivery | None:
    waiting = Q(state__in=(DeliveryState.READY, DeliveryState.RETRY), next_try_at__lte=at)
    abandoned = Q(state=DeliveryState.SENDING, lease_until__lte=at) & _settled(at)
    return (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(waiting | abandoned)
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
    if delivery.state == DeliveryState.SENDING:
        delivery.attempts.filter(outcome=AttemptOutcome.OPEN).update(
            outcome=AttemptOutcome.UNKNOWN, ended_at=at, detail=LEASE_ENDED
        )
    reminders = _still_to_tell(delivery, today)
    if not reminders:
        _end(delivery, DeliveryState.CANCELLED, "answered")
        return None
    if delivery.rendered_at is None:
        try:
            _render(delivery, reminders, today, at)
        except PermanentFailure as failure:
            _end(delivery, DeliveryState.FAILED, str(failure))
            tell_office(delivery, today=today, at=at)
            return None
    delivery.state = DeliveryState.SENDING
    delivery.attempts_made += 1
    delivery.lease_token = secrets.token_hex(16)
    delivery.lease_until = at + timedelta(seconds=settings.REMINDER_LEASE_SECONDS)
    delivery.save(update_fields=["state", "attempts_made", "lease_token", "lease_until"])
    Attempt.objects.create(
        organization_id=delivery.organization_id,
        delivery=delivery,
        number=delivery.attempts_made,
        worker=worker,
        started_at=at,
    )
    number, message = delivery.attempts_made, _message(delivery)
    return Claim(delivery.pk, delivery.channel, delivery.lease_token, number, message, today, at)


def _end(delivery: Delivery, state: DeliveryState, why: str) -> None:
    """Close a message that is never sent; what it would have told stays on it."""
    delivery.state, delivery.last_error = state, why
    delivery.lease_token, delivery.lease_until = "", None
    delivery.save(update_fields=["state", "last_error", "lease_token", "lease_until"])


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


def _render(delivery: Delivery, reminders: Sequence[Reminder], today: date, at: datetime) -> None:
    delivery.rendered_at = at.replace(microsecond=0)
    delivery.subject = subject_line(reminders, today=today)
    delivery.body = body_text(delivery.person.name if delivery.person else "", reminders, today=today)
    delivery.sha256 = fingerprint(CHANNELS[delivery.channel], _message(delivery))
    delivery.save(update_fields=["rendered_at", "subject", "body", "sha256"])


def fingerprint(channel: Channel, message: Message) -> str:
    return hashlib.sha256(channel.encode(message)).hexdigest()


def _message(delivery: Delivery) -> Message:
    if delivery.rendered_at is None:
        raise ValueError("a message is rendered before it is sent")
    return Message(delivery.message_id, delivery.address, delivery.subject, delivery.body, delivery.rendered_at)


def _send(claim: Claim) -> Outcome:
    try:
        receipt = CHANNELS[claim.channel].send(claim.message)
    except PermanentFailure as failure:
        return Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, str(failure))
    except TemporaryFailure as failure:
        return _temporary(claim, str(failure))
    return Outcome(DeliveryState.SENT, AttemptOutcome.SENT, reference=receipt.reference)


def _temporary(claim: Claim, said: str) -> Outcome:
    given_up = claim.at - claim.message.rendered_at > GIVE_UP_AFTER
    if given_up:
        return Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, said)
    return Outcome(DeliveryState.RETRY, AttemptOutcome.RETRY, said)


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
