"""The outbox: send what was claimed outside any transaction, and mark each message by itself while its lease is ours."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock

from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models.functions import Now

from accounts.clock import database_now
from tracker.choices import UNDELIVERED, AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery
from tracker.pausing import steady_seconds
from tracker.reminding.channels.protocol import NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.claiming import GIVE_UP_AFTER, Claim, claim_one, claim_some
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.failures import not_delivered
from tracker.reminding.pacing import leave_place

AT_ONCE = 20
"""How many messages are claimed together at most."""
OVER = 1.0
"""For so many seconds past its time a pass still sends what it has claimed."""
GIVEN_BACK = "given_back"
"""Why a try ended before it began: what was claimed with it took too long."""
BACK_OFF_MINUTES = (1, 2, 5, 15, 30, 60)
MARK_RETRY_SECONDS = 0.2
# As long as a job may take: no shorter absence of the database makes a try unknown.
MARK_PATIENCE_SECONDS = 50.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try; `wait` is the pause for which the other side asked."""

    state: DeliveryState
    attempt: AttemptOutcome
    detail: str = ""
    reference: str = ""
    wait: timedelta | None = None


@dataclass(slots=True)
class Hand:
    """What a pass has claimed and not yet begun to send: its lanes take from it, and one of them at a time claims more.

    More is claimed the more there was time for, so that a slow server leaves little to give back.
    """

    worker: str
    today: date
    until: float
    most: int
    _claims: deque[Claim] = field(default_factory=deque)
    _claiming: Lock = field(default_factory=Lock)
    _dry: bool = False

    def take(self) -> Claim | None:
        """Return the next message to send, or nothing where there is none or the time is over."""
        if not self._dry and len(self._claims) <= self.most // 4 and self._claiming.acquire(blocking=False):
            try:
                self._fill()
            finally:
                self._claiming.release()
        while time.monotonic() < self.until + OVER:
            with suppress(IndexError):
                return self._claims.popleft()
            with self._claiming:
                if not self._claims and not self._fill():
                    return None
        return None

    def left(self) -> list[Claim]:
        """Return what nobody took."""
        found = list(self._claims)
        self._claims.clear()
        return found

    def _fill(self) -> bool:
        if time.monotonic() >= self.until:
            return False
        claims = claim_some(worker=self.worker, today=self.today, most=self.most)
        self._dry, self.most = len(claims) < self.most, min(AT_ONCE, 2 * self.most)
        self._claims.extend(claims)
        return bool(claims)


def deliver(*, worker: str, today: date, seconds: float, lanes: int = 1) -> int:
    """Send what is ready for at most about `seconds`; return how many were tried.

    Messages are claimed together, and each is sent and marked by itself. While one is on the wire another lane marks
    the last one or claims the next.
    """
    hand = Hand(worker, today, time.monotonic() + seconds, 2 * lanes)

    def run(claim: Claim | None) -> int:
        tried = 0
        while claim is not None:
            tried += _deliver(claim)
            claim = hand.take()
        return tried

    try:
        # Mostly nothing is ready: then no thread is worth starting.
        first = hand.take()
        if first is None or lanes == 1:
            return run(first)
        with ThreadPoolExecutor(lanes) as pool:
            begun = [pool.submit(_in_own_thread, lambda: run(first))]
            begun += [pool.submit(_in_own_thread, lambda: run(hand.take())) for _ in range(lanes - 1)]
        return sum(lane.result() for lane in begun)
    finally:
        # Where the database is away the leases end by themselves.
        with suppress(OperationalError, InterfaceError):
            give_back(hand.left())


def _in_own_thread(run: Callable[[], int]) -> int:
    try:
        return run()
    finally:
        connections.close_all()


def deliver_one(*, worker: str, today: date) -> bool:
    """Claim, send and mark one message; False when there was none to claim."""
    claim = claim_one(worker=worker, today=today)
    return claim is not None and _deliver(claim)


def _deliver(claim: Claim) -> bool:
    """Send and mark a message, or give it back where its lease might end meanwhile; say whether it was tried."""
    if steady_seconds() > claim.too_late:
        _patiently(lambda: give_back([claim]))
        return False
    outcome = _send(claim)
    crashpoint("send_before_mark")
    _patiently(lambda: mark(claim, outcome))
    crashpoint("mark_after_commit")
    return True


@transaction.atomic
def mark(claim: Claim, outcome: Outcome) -> bool:
    """Record what came of a try; the message itself changes only while it is still ours."""
    change: dict[str, object] = {
        "state": outcome.state,
        "lease_token": "",
        "lease_until": None,
        "last_error": outcome.detail,
        "provider_ref": outcome.reference,
    }
    if outcome.state == DeliveryState.SENT:
        change["sent_at"] = Now()
    else:
        change["next_try_at"] = Now() + max(_back_off(claim.number), outcome.wait or timedelta())
    marked = _mine(claim, **change)
    _attempt(claim, ended_at=Now(), outcome=outcome.attempt, detail=outcome.detail)
    if claim.place:
        leave_place(claim.place, wait=outcome.wait, at=database_now())
    if marked and outcome.state in UNDELIVERED:
        delivery = Delivery.objects.select_related("person", "department").get(pk=claim.delivery_id)
        not_delivered(delivery, today=claim.today, at=database_now())
    crashpoint("mark_before_commit")
    return marked


@transaction.atomic
def give_back(claims: Iterable[Claim]) -> None:
    """Let go of messages that were claimed and not sent: they are ready at once, for whoever claims them."""
    for claim in claims:
        # Not as before its first claim: what is rendered takes in no more reminders.
        _mine(claim, state=DeliveryState.RETRY, lease_token="", lease_until=None, next_try_at=Now())
        _attempt(claim, ended_at=Now(), outcome=AttemptOutcome.RETRY, detail=GIVEN_BACK)
        if claim.place:
            leave_place(claim.place, wait=None, at=database_now())


def _mine(claim: Claim, **change: object) -> bool:
    """Change the message, if it is still ours."""
    mine = Delivery.objects.filter(pk=claim.delivery_id, lease_token=claim.token, state=DeliveryState.SENDING)
    return bool(mine.update(**change))


def _attempt(claim: Claim, **change: object) -> None:
    Attempt.objects.filter(delivery=claim.delivery_id, number=claim.number).update(**change)


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


def _back_off(number: int) -> timedelta:
    return timedelta(minutes=BACK_OFF_MINUTES[min(number, len(BACK_OFF_MINUTES)) - 1])


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
