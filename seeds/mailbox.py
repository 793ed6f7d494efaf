"""The mails that the file mailbox kept instead of sending them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from heapq import nlargest
from pathlib import Path

# Django's file mailbox ends every message of a file with this line.
BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"
FILES_READ = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """One kept mail; `key` finds it again."""

    key: str
    sent_at: datetime
    to_name: str
    to_address: str
    subject: str
    body: str


def read_mailbox(folder: Path) -> list[Mail]:
    """Return what stands in the latest `FILES_READ` files, newest first."""
    files = nlargest(FILES_READ, folder.glob("*.log"), key=lambda path: path.name)
    return sorted((mail for path in files for mail in _read(path)), key=lambda mail: mail.sent_at, reverse=True)


def _read(path: Path) -> Iterator[Mail]:
    # What comes after the last mark is nothing, or a mail still being written.
    for place, written in enumerate(path.read_bytes().split(BETWEEN_MAILS)[:-1]):
        message = message_from_bytes(written, policy=policy.default)
        if message["date"] is not None:
            yield _mail(f"{path.stem}-{place}", message)


def _mail(key: str, message: EmailMessage) -> Mail:
    name, address = getaddresses([str(message["to"])])[0]
    body = message.get_body(("plain",))
    return Mail(
        key=key,
        sent_at=message["date"].datetime,
        to_name=name,
        to_address=address,
        subject=str(message["subject"]),
        body=body.get_content() if body else "",
    )
