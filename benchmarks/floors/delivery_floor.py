"""The least a delivery can cost: smtplib on an open connection, one message after the other, the bytes made before."""

import smtplib
from collections.abc import Sequence

Mail = tuple[str, bytes]


def send(host: str, port: int, sender: str, mails: Sequence[Mail]) -> None:
    """Send each to its address on one connection."""
    with smtplib.SMTP(host, port) as line:
        for address, content in mails:
            line.sendmail(sender, [address], content)
