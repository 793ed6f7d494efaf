"""Several messages under way at once are still each claimed, sent and marked by itself."""

from collections.abc import Iterable
from pathlib import Path
from threading import Barrier

import pytest
from pytest_django import Settings

from benchmarks import delivering, offices
from tests import smtp_sink
from tracker.choices import AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery
from tracker.reminding.channels import lines
from tracker.reminding.channels.mail import SMTP_BACKEND, MailChannel
from tracker.reminding.channels.protocol import Message, Receipt
from tracker.reminding.outbox import deliver
from tracker.reminding.raising import raise_due

MESSAGES = 12
BROKEN = "lane-1@example.org"


pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def messages(settings: Settings) -> int:
    settings.REMINDER_SETTLE_SECONDS = 0
    offices.make_office(60)
    raise_due(now=offices.moment(delivering.TODAY))
    delivering.fill(MESSAGES, round_of="lane")
    return MESSAGES


def test_every_message_of_several_lanes_goes_out_once_and_is_marked(
    messages: int, tmp_path: Path, settings: Settings
) -> None:
    with smtp_sink.running(tmp_path / "sink") as sink:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", sink.port
        assert deliver(worker="test", today=delivering.TODAY, seconds=60, lanes=4) == messages
        lines.hang_up()
        assert sorted(sink.times_kept().values()) == [1] * messages
    assert set(Delivery.objects.values_list("state", "attempts_made")) == {(DeliveryState.SENT, 1)}
    assert list(Attempt.objects.values_list("outcome", flat=True)) == [AttemptOutcome.SENT] * messages


def test_when_a_lane_breaks_off_only_its_own_message_stays_open(messages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(message: Message) -> Receipt:
        if message.address == BROKEN:
            raise ZeroDivisionError
        return Receipt(message.message_id)

    monkeypatch.setattr(MailChannel, "send", staticmethod(send))
    with pytest.raises(ZeroDivisionError):
        deliver(worker="test", today=delivering.TODAY, seconds=60, lanes=2)
    tries = list(Attempt.objects.values_list("delivery__address", "outcome"))
    assert [address for address, outcome in tries if outcome == AttemptOutcome.OPEN] == [BROKEN]
    assert {outcome for _, outcome in tries} <= {AttemptOutcome.OPEN, AttemptOutcome.SENT, AttemptOutcome.RETRY}
    assert list(Delivery.objects.filter(lease_token__gt="").values_list("address", flat=True)) == [BROKEN]
    assert deliver(worker="test", today=delivering.TODAY, seconds=60, lanes=2) == messages - 1 - sent(tries)


def test_what_is_claimed_one_by_one_is_still_sent_side_by_side(messages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Barrier(2)

    def send(message: Message) -> Receipt:
        both.wait(timeout=60)
        return Receipt(message.message_id)

    monkeypatch.setattr(MailChannel, "resends", False)
    monkeypatch.setattr(MailChannel, "send", staticmethod(send))
    assert deliver(worker="test", today=delivering.TODAY, seconds=60, lanes=2) == messages


def sent(tries: Iterable[tuple[str, str]]) -> int:
    return sum(outcome == AttemptOutcome.SENT for _, outcome in tries)
