"""What the clock drives: Celery tasks that make one call each and leave their heartbeat.

What goes by the day goes by the database's clock, and not at all while that can't be believed.
"""

import os
import socket

from celery import shared_task
from django.conf import settings

from accounts.choices import Door
from accounts.clock import business_now, database_now
from accounts.history import Actor
from projects.importing import receiving
from tracker import downloads, handover, light_log, pausing, restoring, rounds, searching, watching
from tracker.models import Heartbeat
from tracker.reminding import events, expanding, outbox, raising
from tracker.reminding.crashpoints import crashpoint
from tracker.rule_setting import begin_those_of
from tracker.standing import reconcile as reconcile_standings

# Shorter than the job's interval: a long queue of mail must not keep the other jobs, and the heartbeat, waiting.
DELIVER_SECONDS = 4.0
# No further file is begun after this; the one that is being read has its own limit.
READ_SECONDS = 4.0
MAKE_SECONDS = 4.0


@shared_task
def raise_due() -> None:
    seen = pausing.look()
    if seen.paused:
        restoring.lay_aside(now=seen.now)
    else:
        raising.raise_due(now=seen.now)
        crashpoint("raise_after_commit")
        expanding.expand(now=seen.now)
        events.raise_events()
    beat("raise_due")


@shared_task
def deliver() -> None:
    if not (seen := pausing.look()).paused:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        outbox.deliver(worker=worker, today=seen.now.date(), seconds=DELIVER_SECONDS, lanes=settings.DELIVERY_LANES)
    beat("deliver")


@shared_task
def open_rounds() -> None:
    if not (seen := pausing.look()).paused:
        today = seen.now.date()
        rounds.open_rounds(today=today)
        rounds.close_rounds(today=today, now=seen.now)
    beat("open_rounds")


@shared_task
def note_lights() -> None:
    """Note lights once a day: of the hourly calls the first after midnight, or after a time off, does it."""
    if not (seen := pausing.look()).paused:
        light_log.note_lights(today=seen.now.date())
    beat("note_lights")


@shared_task
def reconcile() -> None:
    if not (seen := pausing.look()).paused:
        today = seen.now.date()
        begin_those_of(today, now=seen.now)
        handover.carry_out_due(by=Actor(None, Door.JOB, today), now=seen.now)
        reconcile_standings(now=seen.now)
    searching.write_missing_reports()
    beat("reconcile")


@shared_task
def read_waiting_uploads() -> None:
    receiving.read_waiting_uploads(now=business_now(), seconds=READ_SECONDS)
    beat("read_waiting_uploads")


@shared_task
def write_words() -> None:
    """Write what can be looked for after an import, so that the import itself doesn't wait for it."""
    searching.write_due()
    beat("write_words")


@shared_task
def make_downloads() -> None:
    seen = pausing.look()
    downloads.make_waiting(now=seen.now, seconds=MAKE_SECONDS)
    if not seen.paused:
        downloads.forget_expired(today=seen.now.date())
    beat("make_downloads")


@shared_task
def heartbeat() -> None:
    pausing.count_up()
    beat("worker")


@shared_task
def canary(number: int) -> None:
    watching.taken(number)


def beat(name: str) -> None:
    """Note that a job ran to its end; `/readyz` reads the age."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": database_now()})
