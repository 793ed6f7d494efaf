"""A mail server that keeps each message on disk before it says so; `python -m tests.smtp_sink FOLDER PORT` runs one."""

import asyncio
import hashlib
import os
import smtplib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from itertools import count
from pathlib import Path
from signal import SIGTERM

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import services

SLOW_SECONDS = 3.0
ROOT = Path(__file__).resolve().parent.parent


class Mode(StrEnum):
    """What the server does with a message; read anew for each from the folder's file `mode`."""

    TAKE = "take"
    SLOW = "slow"  # keeps it, and answers after SLOW_SECONDS or those in the file `seconds`
    TEMPORARY = "temporary"  # 451
    PERMANENT = "permanent"  # 554
    RESET = "reset"  # keeps it, and hangs up instead of answering
    DROP = "drop"  # hangs up instead of answering, and keeps nothing
    TAKE_AND_RESET = "take and reset"  # keeps it, says so, and hangs up at once


class Handler:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mode = current_mode(self.folder)
        if mode == Mode.TEMPORARY:
            return "451 4.7.1 try again later"
        if mode == Mode.PERMANENT:
            return "554 5.7.1 refused"
        assert isinstance(envelope.content, bytes)
        assert isinstance(server.transport, asyncio.WriteTransport)
        if mode != Mode.DROP:
            self.keep(envelope.content)
        if mode == Mode.SLOW:
            await asyncio.sleep(slow_seconds(self.folder))
        if mode in (Mode.RESET, Mode.DROP):
            server.transport.abort()
        if mode == Mode.TAKE_AND_RESET:
            asyncio.get_running_loop().call_later(0.05, server.transport.abort)
        return "250 2.0.0 kept"

    def keep(self, content: bytes) -> None:
        """Return only when a power cut could not lose it."""
        path = self.folder / f"{time.time_ns()}-{next(self.numbers)}.part"
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.rename(path.with_suffix(".eml"))
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def current_mode(folder: Path) -> Mode:
    path = folder / "mode"
    return Mode(path.read_text()) if path.exists() else Mode.TAKE


def slow_seconds(folder: Path) -> float:
    path = folder / "seconds"
    return float(path.read_text()) if path.exists() else SLOW_SECONDS


@dataclass(frozen=True)
class Kept:
    """A message by its Message-ID, the fingerprint of its bytes, and when it came."""

    id: str
    sha256: str
    at: float


def _kept(path: Path) -> Kept:
    content = path.read_bytes()
    message = message_from_bytes(content, policy=policy.default)
    at = int(path.name.partition("-")[0]) / 1e9
    return Kept(str(message["Message-ID"]), hashlib.sha256(content).hexdigest(), at)


class Sink:
    """The server's folder, seen by a test."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"smtp://127.0.0.1:{port}"

    def become(self, mode: Mode, *, seconds: float = SLOW_SECONDS) -> None:
        (self.folder / "seconds").write_text(str(seconds))
        (self.folder / "mode").write_text(mode)

    def raw(self) -> list[bytes]:
        """Return every message kept, in the order in which they came."""
        return [path.read_bytes() for path in sorted(self.folder.glob("*.eml"))]

    def count(self) -> int:
        return sum(1 for _ in self.folder.glob("*.eml"))

    def kept(self) -> list[Kept]:
        return [_kept(path) for path in sorted(self.folder.glob("*.eml"))]

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for content in self.raw()]

    def times_kept(self) -> Counter[str]:
        """Count by Message-ID how often a message came over the wire."""
        return Counter(str(message["Message-ID"]) for message in self.messages())


def answers(url: str) -> bool:
    host, _, port = url.removeprefix("smtp://").partition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=2):
            return True
    except OSError:
        return False


@contextmanager
def running(folder: Path) -> Iterator[Sink]:
    folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(folder, services.free_port())
    server = services.Server(
        name="mail sink",
        command=[sys.executable, "-m", "tests.smtp_sink", str(folder), str(sink.port)],
        folder=folder,
        url=sink.url,
        answers=answers,
        stop_signal=SIGTERM,
        cwd=ROOT,
    )
    with services.running(server):
        yield sink


async def listen(folder: Path, port: int) -> None:
    handler = Handler(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(listen(Path(sys.argv[1]), int(sys.argv[2])))
