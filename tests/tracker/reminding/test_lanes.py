"""Several messages under way at once are still each claimed, sent and marked by itself."""

from pathlib import Path

import pytest
from pytest_django import Settings

from benchmarks import delivering, offices
from tests import smtp_sink
from tracker.choices import AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery
from tracker.reminding.channels import lines
from tracker.reminding.channels.mail import SMTP_BACKEND
from tracker.reminding.outbox import deliver
from tracker.reminding.raising import raise_due

MESSAGES = 12


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_every_message_of_several_lanes_goes_out_once_and_is_marked(tmp_path: Path, settings: Settings) -> None:
    settings.REMINDER_SETTLE_SECONDS = 0
    offices.make_office(60)
    raise_due(now=offices.moment(delivering.TODAY))
    delivering.fill(MESSAGES, round_of="lane")
    with smtp_sink.running(tmp_path / "sink") as sink:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", sink.port
        assert deliver(worker="test", today=delivering.TODAY, seconds=60, lanes=4) == MESSAGES
        lines.hang_up()
        assert sorted(sink.times_kept().values()) == [1] * MESSAGES
    assert set(Delivery.objects.values_list("state", "attempts_made")) == {(DeliveryState.SENT, 1)}
    assert list(Attempt.objects.values_list("outcome", flat=True)) == [AttemptOutcome.SENT] * MESSAGES
