"""Each process of the clock watches over itself: one that hears or does nothing any more ends, for whoever starts it anew.

It doesn't trust the broker, Celery's timers or the machine's clock: a thread of its own, its own steady seconds.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from types import FrameType
from typing import Any

import redis
from celery import current_app
from celery.beat import Service
from celery.signals import beat_init, task_received, worker_ready
from django.conf import settings
from kombu.exceptions import KombuError

from accounts.clock import database_now
from tracker.models import ClockState
from tracker.pausing import steady_seconds

logger = logging.getLogger(__name__)

CANARY = "tracker.jobs.canary"
LOOK_SECONDS = 5.0
END_SECONDS = 5
"""So long a beat that was asked to end may take; a container is killed after ten."""
FAILED = 70  # EX_SOFTWARE: not zero, so that a supervisor starts the process anew

Check = Callable[[float], str]
"""Says at some steady second what is wrong; nothing where all is well."""


@dataclass(slots=True)
class Ear:
    """When this process last heard something from the broker, and since when it should have.

    Only what was handed to the broker counts as called: while that is away nobody is deaf.
    """

    called_at: float | None = None
    asked_at: float = float("-inf")

    def heard(self) -> None:
        self.called_at = None

    def called(self, ticks: float) -> None:
        self.asked_at = ticks
        if self.called_at is None:
            self.called_at = ticks

    def is_deaf(self, ticks: float, *, after: float) -> bool:
        return self.called_at is not None and ticks - self.called_at > after


def listening(ear: Ear) -> Check:
    """Send a number through the broker three times in the time after which whoever heard nothing is deaf.

    The database isn't asked here: processes that are forked from this one must not inherit its connections.
    """
    numbers = count(1)

    def check(ticks: float) -> str:
        if ticks - ear.asked_at > settings.DEAF_SECONDS / 3 and _send_canary(next(numbers)):
            ear.called(ticks)
        return "it hears nothing from the broker" if ear.is_deaf(ticks, after=settings.DEAF_SECONDS) else ""

    return check


def ticking(beat: Service) -> Check:
    """Watch beat's rounds: sending to a broker that is away can hang for ever."""

    def check(_ticks: float) -> str:
        last: float | None = getattr(beat, "_last_tick", None)  # Celery's own note of its last round
        return "beat stands still" if last is not None and time.monotonic() - last > settings.DEAF_SECONDS else ""

    return check


def watch(checks: Iterable[Check], *, give_up: Callable[[], object]) -> threading.Thread:
    """Look every few seconds as long as the process lives; tell of the first trouble and give up."""
    thread = threading.Thread(target=_watch, args=(tuple(checks), give_up), name="watch", daemon=True)
    thread.start()
    return thread


def taken(number: int) -> None:
    """Note that a number came back from the broker."""
    ClockState.objects.update(canary_taken=number, canary_taken_at=database_now())


def end_in_time(number: signal.Signals) -> None:
    """Let the kernel end this process a few seconds after it was asked to, whatever it hangs in.

    Asked while it waits for an answer from Redis, beat goes on: Celery closes what redis-py reads into, and the error
    of that takes the place of the exit. An alarm that nobody handles can't be caught, and takes no lock.
    """
    asked = signal.getsignal(number)

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(END_SECONDS)
        if callable(asked):
            asked(number, frame)

    signal.signal(number, end)


def exit_now() -> None:
    """End without waiting for anything: what was under way is taken over when its lease ends."""
    os._exit(FAILED)


def _watch(checks: tuple[Check, ...], give_up: Callable[[], object]) -> None:
    pause = threading.Event()
    while not pause.wait(min(LOOK_SECONDS, settings.DEAF_SECONDS / 6)):
        for trouble in filter(None, [check(steady_seconds()) for check in checks]):
            logger.critical("This process starts anew: %s.", trouble)
            give_up()
            return


def _send_canary(number: int) -> bool:
    """Hand the next number to the broker, by a connection of its own; False when the broker is away."""
    try:
        with current_app.connection_for_write() as line:
            current_app.send_task(CANARY, args=[number], connection=line, retry=False, expires=settings.DEAF_SECONDS)
    except (KombuError, redis.RedisError, OSError) as failure:
        logger.warning("No number could be sent through the broker: %s", failure)
        return False
    return True


EAR = Ear()


@task_received.connect
def _hear(**_: Any) -> None:
    EAR.heard()


@worker_ready.connect
def _watch_worker(**_: Any) -> None:
    watch([listening(EAR)], give_up=exit_now)


@beat_init.connect
def _watch_beat(sender: Service, **_: Any) -> None:
    """Watch a beat that is a process of its own; one that is a thread is watched by its process."""
    if threading.current_thread() is threading.main_thread():
        watch([ticking(sender)], give_up=exit_now)
        end_in_time(signal.SIGTERM)
