"""Every job that the clock drives, in one table."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from celery.schedules import schedule
from django.conf import settings


class Job(NamedTuple):
    """A Celery task, how often beat wakes it, and after how many seconds a message nobody took is worthless."""

    name: str
    task: str
    seconds: float
    expires: float


POLL = settings.REMINDER_POLL_SECONDS
# A message lives shorter than its interval, so a broker that was away holds one wake-up a job and not a backlog. Where a
# test polls several times a second it lives a second: else a busy machine would throw every one away.
JOBS = (
    Job("raise_due", "tracker.jobs.raise_due", seconds=6 * POLL, expires=max(5 * POLL, 1)),
    Job("deliver", "tracker.jobs.deliver", seconds=POLL, expires=max(0.8 * POLL, 1)),
    Job("read_waiting_uploads", "tracker.jobs.read_waiting_uploads", seconds=5, expires=4),
    Job("write_words", "tracker.jobs.write_words", seconds=5, expires=4),
    Job("make_downloads", "tracker.jobs.make_downloads", seconds=5, expires=4),
    Job("heartbeat", "tracker.jobs.heartbeat", seconds=30, expires=25),
    Job("open_rounds", "tracker.jobs.open_rounds", seconds=3600, expires=3000),
    Job("note_lights", "tracker.jobs.note_lights", seconds=3600, expires=3000),
    Job("reconcile", "tracker.jobs.reconcile", seconds=3600, expires=3000),
)

ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
# Beat forgets when it stops: with a last run this long ago every job is due at once after each start.
LONG_AGO = ANY_DAY - timedelta(days=3650)


def steady_now() -> datetime:
    """Return a moment for counting intervals only: a machine's clock that is put back would silence beat for as long."""
    return ANY_DAY + timedelta(seconds=time.monotonic())


def beat_schedule() -> dict[str, dict[str, Any]]:
    return {
        job.name: {
            "task": job.task,
            "schedule": schedule(job.seconds, nowfun=steady_now),
            "options": {"expires": job.expires},
            "last_run_at": LONG_AGO,
        }
        for job in JOBS
    }
