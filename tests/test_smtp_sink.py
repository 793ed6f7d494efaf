"""The mail server of the tests keeps what it takes, and our mail channel reads its answers rightly."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import smtp_sink
from tests.smtp_sink import Mode, Sink
from tracker.reminding.channels.mail import MailChannel
from tracker.reminding.channels.protocol import Message, PermanentFailure, TemporaryFailure

MESSAGE = Message(
    "<1@example.org>", "clerk@example.org", "6月24日 提醒", "一件事", datetime(2026, 6, 24, 0, 30, tzinfo=UTC)
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with smtp_sink.running(tmp_path_factory.mktemp("sink")) as sink:
        yield sink


@pytest.fixture
def sink(server: Sink, settings: Settings) -> Sink:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    for path in server.folder.glob("*.eml"):
        path.unlink()
    server.become(Mode.TAKE)
    return server


def test_a_message_taken_lies_on_disk_as_it_was_written(sink: Sink) -> None:
    MailChannel().send(MESSAGE)
    (kept,) = sink.messages()
    assert (kept["Subject"], kept["To"], kept["Message-ID"]) == (MESSAGE.subject, MESSAGE.address, MESSAGE.message_id)
    assert kept.get_content().strip() == MESSAGE.body


def test_the_same_message_twice_is_the_same_on_the_wire(sink: Sink) -> None:
    MailChannel().send(MESSAGE)
    MailChannel().send(MESSAGE)
    first, second = sink.raw()
    assert first == second
    assert sink.times_kept() == {MESSAGE.message_id: 2}


@pytest.mark.parametrize(
    ("mode", "kind", "kept"),
    [(Mode.TEMPORARY, TemporaryFailure, 0), (Mode.PERMANENT, PermanentFailure, 0), (Mode.RESET, TemporaryFailure, 1)],
)
def test_an_answer_tells_whether_to_try_again(sink: Sink, mode: Mode, kind: type[Exception], kept: int) -> None:
    sink.become(mode)
    with pytest.raises(kind):
        MailChannel().send(MESSAGE)
    assert len(sink.raw()) == kept


def test_a_server_that_does_not_answer_in_time_is_tried_again(sink: Sink, settings: Settings) -> None:
    sink.become(Mode.SLOW)
    settings.EMAIL_TIMEOUT = 1
    with pytest.raises(TemporaryFailure):
        MailChannel().send(MESSAGE)


def test_a_server_that_is_not_there_is_tried_again(sink: Sink, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_PORT = 1
    with pytest.raises(TemporaryFailure):
        MailChannel().send(MESSAGE)
