"""What the clock drives: Celery tasks that make one call each and leave their heartbeat."""

import os
import socket

from celery import shared_task

from accounts.choices import Door
from accounts.clock import business_now, database_now
from accounts.history import Actor
from projects.importing import receiving
from tracker import downloads, handover, rounds
from tracker.models import Heartbeat
from tracker.reminding import expanding, outbox, raising
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
    now = business_now()
    raising.raise_due(now=now)
    crashpoint("raise_after_commit")
    expanding.expand(now=now)
    beat("raise_due")


@shared_task
def deliver() -> None:
    worker = f"{socket.gethostname()}:{os.getpid()}"
    outbox.deliver(worker=worker, today=business_now().date(), seconds=DELIVER_SECONDS)
    beat("deliver")


@shared_task
def open_rounds() -> None:
    now = business_now()
    rounds.open_rounds(today=now.date())
    rounds.close_rounds(today=now.date(), now=now)
    beat("open_rounds")


@shared_task
def reconcile() -> None:
    now = business_now()
    begin_those_of(now.date(), now=now)
    handover.carry_out_due(by=Actor(None, Door.JOB, now.date()), now=now)
    reconcile_standings(now=now)
    beat("reconcile")


@shared_task
def read_waiting_uploads() -> None:
    receiving.read_waiting_uploads(now=business_now(), seconds=READ_SECONDS)
    beat("read_waiting_uploads")


@shared_task
def make_downloads() -> None:
    now = business_now()
    downloads.make_waiting(now=now, seconds=MAKE_SECONDS)
    downloads.forget_expired(today=now.date())
    beat("make_downloads")


@shared_task
def heartbeat() -> None:
    beat("worker")


def beat(name: str) -> None:
    """Note that a job ran to its end; `/readyz` reads the age."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": database_now()})
