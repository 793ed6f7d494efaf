"""A connection to the mail server serves one message after the other, and none that isn't well."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from tests.services import free_port
from tracker.reminding.channels import lines
from tracker.reminding.channels.mail import SMTP_BACKEND, MailChannel
from tracker.reminding.channels.protocol import Message, PermanentFailure

REFUSED = "nobody@example.org"


class Server:
    """Keeps by message who brought it: a port of the other side is a connection."""

    def __init__(self) -> None:
        self.brought: list[object] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's names
        if envelope.rcpt_tos == [REFUSED]:
            return "554 5.7.1 refused"
        self.brought.append(session.peer)
        return "250 2.0.0 kept"


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", free_port()
    taking = Server()
    with listening(taking, settings.EMAIL_PORT):
        yield taking
        lines.hang_up()


def listening(server: Server, port: int) -> "Listening":
    return Listening(server, hostname="127.0.0.1", port=port)


class Listening(Controller):
    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()


def send(number: int, address: str = "clerk@example.org") -> None:
    at = datetime(2026, 6, 24, 0, 30, tzinfo=UTC)
    MailChannel().send(Message(f"<{number}@example.org>", address, "提醒", "正文", at))


def test_what_the_server_said_when_it_took_a_message_is_kept_with_its_name(server: Server, settings: Settings) -> None:
    at = datetime(2026, 6, 24, 0, 30, tzinfo=UTC)
    receipt = MailChannel().send(Message("<1@example.org>", "clerk@example.org", "提醒", "正文", at))
    assert receipt.reference == f"127.0.0.1:{settings.EMAIL_PORT} 250 2.0.0 kept"


def test_messages_follow_each_other_on_one_line(server: Server) -> None:
    for number in range(3):
        send(number)
    assert len(server.brought) == 3
    assert len(set(server.brought)) == 1


def test_a_line_is_given_back_after_its_share_of_messages(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_MESSAGES", 2)
    for number in range(5):
        send(number)
    assert len(server.brought) == 5
    assert len(set(server.brought)) == 3


def test_a_line_is_given_back_when_it_is_old(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_SECONDS", 0)
    for number in range(2):
        send(number)
    assert len(set(server.brought)) == 2


def test_after_a_refusal_the_next_message_gets_a_line_of_its_own(server: Server) -> None:
    send(1)
    with pytest.raises(PermanentFailure):
        send(2, REFUSED)
    send(3)
    assert len(server.brought) == 2
    assert len(set(server.brought)) == 2


def test_a_line_that_died_while_it_was_idle_costs_no_message(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", free_port()
    before, after = Server(), Server()
    with listening(before, settings.EMAIL_PORT):
        send(1)
    with listening(after, settings.EMAIL_PORT):
        send(2)
        lines.hang_up()
    assert (len(before.brought), len(after.brought)) == (1, 1)
