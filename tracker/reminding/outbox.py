"""The outbox: send what was claimed outside any transaction, and mark it while its lease is ours.

One thread speaks with the database, the lanes with the other sides: so no connection waits for the database.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.db import InterfaceError, OperationalError, connection

from tracker.choices import AttemptOutcome, DeliveryState
from tracker.pausing import steady_seconds
from tracker.reminding.channels.protocol import NoAnswer, PermanentFailure, TemporaryFailure, in_short
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.claiming import GIVE_UP_AFTER, Claim, claim_one, claim_some
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.marking import Ended, Outcome, mark_all

AT_ONCE = 20
"""How many messages are claimed together at most."""
OVER = 1.0
"""For so many seconds past its time a pass still sends what it has claimed."""
MARK_RETRY_SECONDS = 0.2
# As long as a job may take: no shorter absence of the database makes a try unknown.
MARK_PATIENCE_SECONDS = 50.0

type UnderWay = dict[Future[Outcome | None], Claim]


@dataclass(slots=True)
class Turn:
    """A pass over the outbox and what it claims next: the more there was time for, so that a slow server leaves little to give back."""

    worker: str
    today: date
    until: float
    most: int
    dry: bool = False

    def more(self) -> list[Claim]:
        """Claim the next messages; nothing where there is none or the time is over."""
        if time.monotonic() >= self.until:
            return []
        claims = claim_some(worker=self.worker, today=self.today, most=self.most)
        self.dry, self.most = len(claims) < self.most, min(AT_ONCE, 2 * self.most)
        return claims

    def try_now(self, claim: Claim) -> Outcome | None:
        """Send the message unless it is too late: the pass is over, or the lease might end meanwhile."""
        return _try(claim) if time.monotonic() < self.until + OVER else None


def deliver(*, worker: str, today: date, seconds: float, lanes: int = 1) -> int:
    """Send what is ready for at most about `seconds`; return how many were tried."""
    turn = Turn(worker, today, time.monotonic() + seconds, 2 * lanes)
    # Mostly nothing is ready: then no thread is worth starting.
    first = turn.more()
    if not first:
        return 0
    return _one_by_one(turn, first) if lanes == 1 else _side_by_side(turn, first, lanes)


def deliver_one(*, worker: str, today: date) -> bool:
    """Claim, send and mark one message; False when there was none to claim."""
    claim = claim_one(worker=worker, today=today)
    return claim is not None and _mark([(claim, _try(claim))]) == 1


def _one_by_one(turn: Turn, claims: list[Claim]) -> int:
    tried = 0
    try:
        while claims:
            claim = claims.pop(0)
            tried += _mark([(claim, turn.try_now(claim))])
            claims = claims or turn.more()
    finally:
        _wind_up([(claim, None) for claim in claims])
    return tried


def _side_by_side(turn: Turn, claims: list[Claim], lanes: int) -> int:
    """Send over several lanes while this thread marks what they are through with and claims what they send next."""
    tried = 0
    under_way: UnderWay = {}
    with ThreadPoolExecutor(lanes) as pool:
        try:
            while claims or under_way:
                under_way |= {pool.submit(turn.try_now, claim): claim for claim in claims}
                idle = len(under_way) < lanes
                ahead = not turn.dry and len(under_way) <= turn.most // 2
                claims = turn.more() if idle or ahead else []
                if not claims:
                    tried += _mark(_through(under_way))
                    claims = [] if under_way else turn.more()
        finally:
            _wind_up(_broken_off(under_way))
    return tried


def _through(under_way: UnderWay) -> list[Ended]:
    """Wait until a lane is through with a message and take out all that are; raise what broke off unforeseen."""
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    sound = [future for future in done if future.exception() is None]
    # Those that are sound are marked first: what broke stays under way and comes up when nothing else is through.
    return [(under_way.pop(future), future.result()) for future in sound or done]


def _broken_off(under_way: UnderWay) -> list[Ended]:
    """Return what no lane has begun, and what came of the rest when that is through too."""
    begun = {future: claim for future, claim in under_way.items() if not future.cancel()}
    wait(begun)
    left: list[Ended] = [(claim, None) for future, claim in under_way.items() if future.cancelled()]
    return left + [(claim, future.result()) for future, claim in begun.items() if future.exception() is None]


def _wind_up(ended: Sequence[Ended]) -> None:
    """Leave nothing of a pass that broke off, unless the database is away: then the leases end by themselves."""
    if ended:
        with suppress(OperationalError, InterfaceError):
            _mark(ended)


def _mark(ended: Sequence[Ended]) -> int:
    """Record what came of the tries, however long the database is away; return how many were tried."""
    _patiently(lambda: mark_all(ended))
    crashpoint("mark_after_commit")
    return sum(outcome is not None for _, outcome in ended)


def _try(claim: Claim) -> Outcome | None:
    """Send a message unless its lease might end meanwhile."""
    if steady_seconds() > claim.too_late:
        return None
    outcome = _send(claim)
    crashpoint("send_before_mark")
    return outcome


def _send(claim: Claim) -> Outcome:
    channel = CHANNELS[claim.channel]
    try:
        receipt = channel.send(claim.message)
    except PermanentFailure as failure:
        return Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, in_short(str(failure)))
    except TemporaryFailure as failure:
        if isinstance(failure, NoAnswer) and not channel.resends:
            return Outcome(DeliveryState.UNKNOWN, AttemptOutcome.UNKNOWN, in_short(str(failure)))
        return _temporary(claim, failure)
    return Outcome(DeliveryState.SENT, AttemptOutcome.SENT, reference=in_short(receipt.reference))


def _temporary(claim: Claim, failure: TemporaryFailure) -> Outcome:
    given_up = claim.at - claim.message.rendered_at > GIVE_UP_AFTER
    if given_up:
        return Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, in_short(str(failure)), wait=failure.wait)
    return Outcome(DeliveryState.RETRY, AttemptOutcome.RETRY, in_short(str(failure)), wait=failure.wait)


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
