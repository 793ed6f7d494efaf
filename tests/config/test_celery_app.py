"""Beat wakes every job at its start and each later by its interval, and its messages die before the next one."""

import pytest
from celery.beat import Scheduler
from django.conf import settings
from django.utils.module_loading import import_string

from config.schedule import JOBS
from tracker import jobs


@pytest.fixture
def scheduler() -> Scheduler:
    return Scheduler(app=import_string(settings.CELERY_APP))


def test_every_job_is_due_as_soon_as_beat_starts(scheduler: Scheduler) -> None:
    due = {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}
    assert due == {job.name for job in JOBS}


def test_a_job_that_was_woken_waits_for_its_interval(scheduler: Scheduler) -> None:
    for job in JOBS:
        due, seconds = next(scheduler.schedule[job.name]).is_due()
        assert not due
        assert job.seconds - 2 < seconds <= job.seconds


def test_a_message_nobody_takes_dies(scheduler: Scheduler) -> None:
    expires = {name: (entry.options or {}).get("expires") for name, entry in scheduler.schedule.items()}
    assert expires == {job.name: job.expires for job in JOBS}


def test_sending_ends_before_it_is_woken_again() -> None:
    (deliver,) = (job for job in JOBS if job.task == jobs.deliver.name)
    assert deliver.seconds > jobs.DELIVER_SECONDS
