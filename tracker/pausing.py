"""Sending pauses when the clock can't be believed or the database is an older one, until somebody says it may go on."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.clock import business_time, database_now
from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from tracker import epoch_file
from tracker.choices import PauseReason
from tracker.clock_rules import Anchor, fault, is_uneven
from tracker.models import ClockState, Pause

logger = logging.getLogger(__name__)

ONE = 1
"""The row of the one installation."""
NOTE_EVERY = timedelta(seconds=10)
KIND = "pause"


def steady_seconds() -> float:
    """Return seconds that no change of the clock touches; a machine that sleeps goes on counting where it can."""
    kind = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if kind is None else time.clock_gettime(kind)


@dataclass(slots=True)
class Steadiness:
    """How the database's clock ran beside this process's own; each installation and epoch is measured anew."""

    ticks: Callable[[], float] = steady_seconds
    _of: tuple[UUID, int] | None = None
    _anchor: Anchor | None = None
    _apart: timedelta = timedelta(0)
    _uneven_at: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def measure(self, of: tuple[UUID, int], now: datetime) -> timedelta:
        """Return by how much the clock has gained since the first look."""
        with self._lock:
            ticks = self.ticks()
            if self._anchor is None or self._of != of:
                self._of, self._anchor, self._apart, self._uneven_at = of, Anchor(now, ticks), timedelta(0), None
            apart = self._anchor.apart(now, ticks)
            if is_uneven(apart, before=self._apart):
                self._uneven_at = ticks
            self._apart = apart
            return apart

    def lasted(self, seconds: float) -> bool:
        """Say whether the clock made no step for so long, by the process's own seconds."""
        return self._uneven_at is None or self.ticks() - self._uneven_at > seconds


PROCESS = Steadiness()


@dataclass(frozen=True, slots=True)
class Look:
    """The clock's word at one moment. `leases`: whether a lease that it calls lapsed has lapsed."""

    at: datetime
    pause_id: int | None
    leases: bool = True

    @property
    def paused(self) -> bool:
        return self.pause_id is not None

    @property
    def now(self) -> datetime:
        """The business moment."""
        return business_time(self.at)


def look(*, steadiness: Steadiness = PROCESS) -> Look:
    """Read the database's clock and hold it against what is known; pause, with an alarm, where it can't be believed.

    Jobs go by this moment alone, so that nothing is done between a look and the time it was meant for. Two queries.
    """
    counters = epoch_file.read()  # before the row: it is never ahead of a row that is read later
    at = database_now()
    state = _state(at)
    if state.pause_id is not None:
        return Look(at, state.pause_id)
    apart = steadiness.measure((state.installation, state.epoch), at)
    if counters.get(str(state.installation), 0) > state.counter:
        return Look(at, _pause(PauseReason.RESTORED, at=at, should=at))
    if fault(at, seen_at=state.seen_at, apart=apart):
        # Whoever was held up between the two answers compared an old time: asked once more, only a wrong clock is wrong.
        at = database_now()
        apart = steadiness.measure((state.installation, state.epoch), at)
        if reason := fault(at, seen_at=state.seen_at, apart=apart):
            return Look(at, _pause(reason, at=at, should=max(state.seen_at, at - apart)))
    if at - state.seen_at > NOTE_EVERY:
        ClockState.objects.filter(pk=ONE, seen_at__lt=at).update(seen_at=at)
    return Look(at, None, leases=steadiness.lasted(settings.REMINDER_LEASE_SECONDS))


def current_pause() -> Pause | None:
    return Pause.objects.filter(released_at__isnull=True).order_by("pk").last()


def count_up() -> None:
    """Let the counter grow, in the database first; an older database stays behind its file and is noticed."""
    counters, now = epoch_file.read(), database_now()
    _state(now)
    with transaction.atomic():
        state = ClockState.objects.select_for_update().get(pk=ONE)
        if counters.get(str(state.installation), 0) > state.counter:
            return
        state.counter += 1
        state.save(update_fields=["counter"])
    epoch_file.write(state.installation, state.counter)


@transaction.atomic
def release(*, pause: Pause, word: str, by: Actor) -> Pause:
    """Let sending go on: the clock is right as it is now, and what was to be laid aside was; raise Conflict when it goes on already."""
    counters, at = epoch_file.read(), database_now()
    state = ClockState.objects.select_for_update().get(pk=ONE)
    row = Pause.objects.select_for_update().get(pk=pause.pk)
    if state.pause_id != row.pk:
        raise Conflict(row)
    row.released_at, row.released_by, row.released_name, row.word = at, by.user, by.name, word
    row.save(update_fields=["released_at", "released_by", "released_name", "word"])
    state.pause, state.seen_at, state.epoch = None, at, state.epoch + 1
    state.counter = max(state.counter, counters.get(str(state.installation), 0)) + 1
    state.save(update_fields=["pause", "seen_at", "epoch", "counter"])
    organization_id = by.user.organization_id if by.user else None
    if organization_id is not None:
        before = {"reason": row.reason, "paused_at": row.paused_at, "seen_at": row.seen_at}
        after = {"released_at": at}
        record(Change(organization_id, KIND, row.pk, 1, "pause.released", after, before=before, reason=word), by=by)
    return row


def _state(at: datetime) -> ClockState:
    found = ClockState.objects.filter(pk=ONE).first()
    if found is None:
        found, _ = ClockState.objects.get_or_create(pk=ONE, defaults={"installation": uuid4(), "seen_at": at})
    return found


@transaction.atomic
def _pause(reason: PauseReason, *, at: datetime, should: datetime) -> int:
    """Pause once, whoever notices first."""
    state = ClockState.objects.select_for_update().get(pk=ONE)
    if state.pause_id is not None:
        return state.pause_id
    row = Pause.objects.create(reason=reason, paused_at=at, seen_at=should)
    ClockState.objects.filter(pk=ONE).update(pause=row)
    logger.error("Sending is paused (%s): the clock shows %s, expected was about %s.", reason, at, should)
    return row.pk
