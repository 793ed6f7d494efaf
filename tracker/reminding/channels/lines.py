"""Connections to the mail server, kept from one message to the next as long as they are young, little used and well."""

import os
import select
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import cast

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend

MOST_MESSAGES = 50
"""After so many a line is given back: relays end longer ones, and then in the middle of a message."""
MOST_SECONDS = 60.0
ASK_AFTER_SECONDS = 1.0
"""A line that was idle for so long is asked whether it lives; one that just took a message only if it has something to say."""
WELL, WILL_FORWARD = 250, 251

Server = tuple[object, ...]


@dataclass(slots=True)
class Line:
    """An open connection, and the process and server it belongs to."""

    backend: EmailBackend
    server: Server
    opened_at: float
    messages: int = 0
    idle_since: float = 0.0

    def send(self, sender: str, address: str, content: bytes) -> str:
        """Send a mail to one address and return what the server said when it took it; raises what smtplib raises.

        It is `sendmail` step by step, which keeps the server's last word to itself. A line on which a step failed is closed.
        """
        smtp = self.backend.connection
        if smtp is None:
            raise smtplib.SMTPServerDisconnected
        who, to = self.backend.prep_address(sender), self.backend.prep_address(address)
        content = content.replace(b"\n", b"\r\n")
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(who, [f"size={len(content)}"] if smtp.has_extn("size") else [])
        if code != WELL:
            raise smtplib.SMTPSenderRefused(code, said, who)
        code, said = smtp.rcpt(to)
        if code not in (WELL, WILL_FORWARD):
            raise smtplib.SMTPRecipientsRefused({to: (code, said)})
        code, said = smtp.data(content)
        if code != WELL:
            raise smtplib.SMTPDataError(code, said)
        return f"{code} {said.decode(errors='replace')}"

    def is_good(self) -> bool:
        """Say whether it may take another message; one that died while it was idle is found before anything is sent."""
        worn = self.messages >= MOST_MESSAGES or time.monotonic() - self.opened_at > MOST_SECONDS
        if worn or self.server != _server() or self.backend.connection is None:
            return False
        if time.monotonic() - self.idle_since < ASK_AFTER_SECONDS and _is_silent(self.backend.connection):
            return True
        try:
            code, _ = self.backend.connection.noop()
        except (smtplib.SMTPException, OSError):
            return False
        return bool(code == WELL)


_turns = BoundedSemaphore(settings.MAIL_CONNECTIONS)
_idle: list[Line] = []


@contextmanager
def mail_line() -> Iterator[Line]:
    """Give a line for one message, kept or new, as soon as one of MAIL_CONNECTIONS is free; nobody else has it meanwhile.

    After any failure on it the next message gets a new one. What opening raises is read like what sending raises.
    """
    with _turns:
        line = _kept() or _opened()
        try:
            yield line
        except BaseException:
            line.backend.close()
            raise
        line.messages, line.idle_since = line.messages + 1, time.monotonic()
        _idle.append(line)


def hang_up() -> None:
    """Close what is kept."""
    while _idle:
        _idle.pop().backend.close()


def _is_silent(connection: smtplib.SMTP) -> bool:
    """Say that the other side has neither hung up nor said anything since it took the last message."""
    if connection.sock is None:
        return False
    ear = select.poll()
    ear.register(connection.sock, select.POLLIN)
    return not ear.poll(0)


def _kept() -> Line | None:
    while _idle:
        line = _idle.pop()
        if line.is_good():
            return line
        line.backend.close()
    return None


def _opened() -> Line:
    backend = cast(EmailBackend, mailers.default)
    backend.open()
    return Line(backend, _server(), time.monotonic())


def _server() -> Server:
    # A child process must not speak on its parent's line.
    return os.getpid(), settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS
