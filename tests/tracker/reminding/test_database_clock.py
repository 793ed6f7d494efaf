"""Leases, next tries and heartbeats go by the database's clock, however wrong the clock of a worker's machine is."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.clock import database_now
from projects.models import Milestone
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send, tell, time_passes
from tracker import jobs
from tracker.choices import Channel, DeliveryState
from tracker.health import readiness
from tracker.models import Attempt, Delivery, Heartbeat
from tracker.reminding.channels.mail import MailChannel
from tracker.reminding.channels.protocol import Message, Receipt, TemporaryFailure
from tracker.reminding.claiming import Claim, claim_one
from tracker.reminding.outbox import deliver_one
from tracker.reminding.raising import raise_due

pytestmark = pytest.mark.django_db

LEASE, GATHER = timedelta(seconds=120), timedelta(seconds=20)
APART = (timedelta(minutes=-5), timedelta(minutes=5), timedelta(days=-1), timedelta(days=1))
wrong_clocks = pytest.mark.parametrize("apart", APART, ids=["5min-slow", "5min-fast", "day-slow", "day-fast"])


def on_a_clock(apart: timedelta) -> time_machine.travel:
    """Let this process's clock differ from the database's."""
    return time_machine.travel(timezone.now() + apart, tick=True)


def claim() -> Claim | None:
    return claim_one(worker="test", today=FIVE_BEFORE)


def message() -> Delivery:
    return Delivery.objects.get(channel=Channel.MAIL)


@wrong_clocks
def test_the_databases_clock_is_read_and_not_the_processes(apart: timedelta) -> None:
    true = timezone.now()
    with on_a_clock(apart):
        assert abs(database_now() - true) < timedelta(seconds=5)


@wrong_clocks
def test_a_running_lease_is_stolen_by_no_worker_and_a_lapsed_one_is_taken_over(
    report_step: Milestone, apart: timedelta
) -> None:
    run(digest(FIVE_BEFORE))
    first = claim()
    assert first is not None
    with on_a_clock(apart):
        assert claim() is None
        time_passes(LEASE - timedelta(seconds=10))
        assert claim() is None
        time_passes(timedelta(seconds=10))
        second = claim()
    assert second is not None
    assert (second.delivery_id, second.number) == (first.delivery_id, 2)


@wrong_clocks
def test_a_lease_given_on_a_wrong_clock_holds_as_long_as_any(report_step: Milestone, apart: timedelta) -> None:
    run(digest(FIVE_BEFORE))
    with on_a_clock(apart):
        assert claim() is not None
    assert claim() is None
    time_passes(LEASE - timedelta(seconds=10))
    assert claim() is None
    time_passes(timedelta(seconds=10))
    assert claim() is not None


@wrong_clocks
def test_what_a_wrong_clock_expanded_is_sent_once_and_when_it_is_ready(
    report_step: Milestone, apart: timedelta
) -> None:
    with on_a_clock(apart):
        raise_due(now=digest(FIVE_BEFORE))
        tell(digest(FIVE_BEFORE), gather_seconds=int(GATHER.total_seconds()))
    assert send(FIVE_BEFORE) == 0
    with on_a_clock(apart):
        assert send(FIVE_BEFORE) == 0
        time_passes(GATHER)
        assert send(FIVE_BEFORE) == 1
    assert send(FIVE_BEFORE) == 0
    assert len(mail.outbox) == 1


@wrong_clocks
def test_a_refused_message_waits_its_minute_on_every_clock(
    report_step: Milestone, apart: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailChannel, "send", refusing)
    run(digest(FIVE_BEFORE))
    with on_a_clock(apart):
        assert deliver_one(worker="test", today=FIVE_BEFORE)
        assert message().state == DeliveryState.RETRY
        assert not deliver_one(worker="test", today=FIVE_BEFORE)
    assert not deliver_one(worker="test", today=FIVE_BEFORE)
    time_passes(timedelta(minutes=1))
    with on_a_clock(apart):
        assert deliver_one(worker="test", today=FIVE_BEFORE)


def test_a_clock_that_runs_days_ahead_gives_no_message_up(
    report_step: Milestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailChannel, "send", refusing)
    run(digest(FIVE_BEFORE))
    deliver_one(worker="test", today=FIVE_BEFORE)
    time_passes(timedelta(minutes=1))
    with on_a_clock(timedelta(days=4)):
        assert deliver_one(worker="test", today=FIVE_BEFORE)
    assert message().state == DeliveryState.RETRY


@wrong_clocks
def test_each_try_is_dated_by_the_database(report_step: Milestone, apart: timedelta) -> None:
    run(digest(FIVE_BEFORE))
    true = timezone.now()
    with on_a_clock(apart):
        assert send(FIVE_BEFORE) == 1
    attempt, sent = Attempt.objects.get(), message()
    dated = (attempt.started_at, attempt.ended_at, sent.sent_at, sent.rendered_at)
    assert [at for at in dated if at is None or abs(at - true) > timedelta(seconds=5)] == []


@wrong_clocks
def test_the_heartbeats_age_is_the_same_whoever_beats_and_whoever_looks(apart: timedelta) -> None:
    with on_a_clock(apart):
        jobs.heartbeat()
    seen = [readiness()]
    with on_a_clock(-apart):
        seen.append(readiness())
    assert all(each.heartbeat_age is not None and each.heartbeat_age < 5 for each in seen)
    Heartbeat.objects.update(beat_at=database_now() - timedelta(minutes=4))
    with on_a_clock(apart):
        assert not readiness().ready


def refusing(_channel: MailChannel, _message: Message) -> Receipt:
    raise TemporaryFailure("451 later")
