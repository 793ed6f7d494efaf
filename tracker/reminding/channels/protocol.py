"""What a channel is: where a person is reached on it, and handing one message over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from accounts.models import Person


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address; the same fields on every try make the same bytes."""

    message_id: str
    address: str
    subject: str
    body: str
    rendered_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side's word that it has the message."""

    reference: str = ""


class TemporaryFailure(Exception):
    """Not taken this time: try again later."""


class NoAnswer(TemporaryFailure):
    """The other side couldn't be reached or fell silent: it may have the message all the same."""


class PermanentFailure(Exception):
    """Refused for good: trying again changes nothing."""


def one_line(text: str) -> str:
    """Return `text` fit for a header or a list: a title with a line break must not start a line of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


class Channel(Protocol):
    name: str

    def address_of(self, person: Person) -> str:
        """Return where the person is reached, or nothing."""
        ...

    def way(self) -> str:
        """Return where messages are handed over, for the operator: no password."""
        ...

    def encode(self, message: Message) -> bytes:
        """Return what goes over the wire; raise PermanentFailure for what can't be written."""
        ...

    def send(self, message: Message) -> Receipt:
        """Hand the message over; raise TemporaryFailure or PermanentFailure when it isn't taken."""
        ...
