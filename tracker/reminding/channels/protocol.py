"""What a channel is: where a person is reached on it, what it must be told, and handing one message over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from django.utils.functional import Promise

from accounts.models import Person

Kind = Literal["person", "group", "system"]
"""Whether a person is told on a channel, a unit's group, or another system."""


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` messages to one address in any `seconds`."""

    most: int
    seconds: int


class Field(NamedTuple):
    """One thing an outlet of a channel is told; a secret one is never shown again."""

    name: str
    label: str | Promise
    secret: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address; the same fields on every try make the same bytes.

    `outlet` holds the settings of the way it goes, secrets among them: they are no part of what it looks like in a log.
    """

    message_id: str
    address: str
    subject: str
    body: str
    rendered_at: datetime
    outlet: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side's word that it has the message."""

    reference: str = ""


class TemporaryFailure(Exception):
    """Not taken this time: try again later, at the earliest after `wait` where the other side asked for a pause."""

    def __init__(self, said: str, wait: timedelta | None = None) -> None:
        super().__init__(said)
        self.wait = wait


class NoAnswer(TemporaryFailure):
    """The other side couldn't be reached or fell silent: it may have the message all the same."""


class PermanentFailure(Exception):
    """Refused for good: trying again changes nothing."""


def one_line(text: str) -> str:
    """Return `text` fit for a header or a list: a title with a line break must not start a line of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


LONGEST_SAID = 300
"""As long as the column that keeps it."""


def in_short(text: str) -> str:
    """Return what another side said as the record keeps it: one line, not too long, nothing a database refuses."""
    return one_line(text)[:LONGEST_SAID]


class Channel(Protocol):
    """One way to tell someone; docs/how-to/add-a-channel.md says how to add one."""

    @property
    def name(self) -> str:
        """Return the value of tracker.choices.Channel."""
        ...

    @property
    def kind(self) -> Kind: ...

    @property
    def quota(self) -> Quota | None:
        """Return how much one address takes, or nothing where there is no limit."""
        ...

    @property
    def resends(self) -> bool:
        """Say whether a try nobody knows the end of is sent again by itself."""
        ...

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return what an outlet must be told; none where the environment configures the channel."""
        ...

    def address_of(self, person: Person, kept: str = "", /) -> str:
        """Return where the person is reached, or nothing; `kept` is the person's address kept for this channel."""
        ...

    def problems(self, outlet: Mapping[str, str], /) -> Mapping[str, str]:
        """Return by field what is wrong with an outlet's settings, in the user's language."""
        ...

    def way(self, outlet: Mapping[str, str], /) -> str:
        """Return where messages are handed over, for the operator: no password, no key."""
        ...

    def encode(self, message: Message) -> bytes:
        """Return what is handed over, without what is made anew at each try; PermanentFailure if it can't be written."""
        ...

    def send(self, message: Message) -> Receipt:
        """Hand the message over; raise TemporaryFailure or PermanentFailure when it isn't taken."""
        ...
