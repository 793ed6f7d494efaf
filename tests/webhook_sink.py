"""An HTTP server that keeps each request on disk before it answers; `python -m tests.webhook_sink FOLDER PORT` runs one.

The first part of the path says how it behaves, so that one sink serves many: /take/…, /slow/…, /code-130101/… .
"""

import json
import os
import re
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from signal import SIGTERM
from urllib.error import HTTPError
from urllib.request import urlopen

from tests import services

SLOW_SECONDS = 3.0
HANG_SECONDS = 600.0
RETRY_AFTER_SECONDS = 90
HUGE_BYTES = 8 * 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent
SHORT_CODE = re.compile(r"#[0-9A-F]{4}-[0-9A-F]{4}")


class Mode(StrEnum):
    """What the server does with a message: the first part of the path, or for /told/… the folder's file `mode`.

    `code-N` answers 200 with that error code in the body, `stale-N` does so to OLD_TOKEN and takes any other.
    """

    TAKE = "take"
    SLOW = "slow"  # takes it, and answers after SLOW_SECONDS
    TEMPORARY = "temporary"  # 503, and keeps nothing
    LIMITED = "limited"  # 429 with Retry-After, and keeps nothing
    PERMANENT = "permanent"  # 404, and keeps nothing
    GONE = "gone"  # 410, and keeps nothing
    RESET = "reset"  # keeps it, and resets the connection instead of answering
    HANG = "hang"  # keeps it, and never answers
    DRIP = "drip"  # keeps it, and answers a byte a second
    HUGE = "huge"  # keeps it, and answers without end
    REDIRECT = "redirect"  # 307 to /take/
    WORDS = "words"  # keeps it, and answers 200 with a page of HTML
    ECHO = "echo"  # 200 with an error code and the request in its words
    TOLD = "told"


REFUSALS = {
    Mode.TEMPORARY: (503, {}),
    Mode.LIMITED: (429, {"Retry-After": str(RETRY_AFTER_SECONDS)}),
    Mode.PERMANENT: (404, {}),
    Mode.GONE: (410, {}),
    Mode.REDIRECT: (307, {"Location": "/take/redirected"}),
}
# What WeCom, DingTalk, Feishu and a gateway for SMS each read their own part of.
TAKEN = {
    "errcode": 0,
    "errmsg": "ok",
    "code": 0,
    "msg": "success",
    "msgid": "kept-1",
    "task_id": 1,
    "data": {"message_id": "om_1"},
}
OLD_TOKEN = "old-token"
TOKEN = {"access_token": "sink-token", "tenant_access_token": "sink-token", "expires_in": 7200, "expire": 7200}


@dataclass(frozen=True, slots=True)
class Kept:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: str
    at: float

    def json(self) -> dict[str, object]:
        parsed = json.loads(self.body)
        assert isinstance(parsed, dict)
        return parsed

    def fingerprint(self) -> str:
        """Return what two copies have in common: a signature and its moment are made at each try."""
        said = {name: value for name, value in self.json().items() if name not in {"sign", "timestamp"}}
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def code(self) -> str:
        """Return the short code that stands in the text, or nothing."""
        found = SHORT_CODE.search(self.body)
        return found[0] if found else ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    numbers = count(1)

    def do_GET(self) -> None:
        self.answer(200, {**TAKEN, **TOKEN})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "token/internal" in self.path:
            self.answer(200, {**TAKEN, **TOKEN})
            return
        name = self.path.strip("/").partition("/")[0].partition("?")[0]
        if name == Mode.TOLD:
            name = current_mode(self.folder)
        behaviour, _, number = name.partition("-")
        if behaviour == "stale" and OLD_TOKEN not in f"{self.path} {self.headers.get('Authorization')}":
            behaviour, name = "take", Mode.TAKE
        if behaviour in {"code", "stale"}:
            code = int(number)
            self.answer(200, {"errcode": code, "errmsg": "refused", "code": code, "msg": "refused"})
            return
        mode = Mode(name)
        if mode == Mode.ECHO:
            words = f"invalid webhook url {self.path} {self.headers.get('Authorization')} {body.decode()}"
            self.answer(200, {"errcode": 93000, "errmsg": words, "code": 93000, "msg": words})
            return
        if mode in REFUSALS:
            status, headers = REFUSALS[mode]
            self.answer(status, {"errmsg": "refused"}, headers)
            return
        self.keep(body)
        self.answer_kept(mode)

    def answer_kept(self, mode: Mode) -> None:
        if mode == Mode.HANG:
            time.sleep(HANG_SECONDS)
        if mode == Mode.RESET:
            # A linger of nothing makes close() send a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif mode == Mode.DRIP:
            self.drip()
        elif mode == Mode.HUGE:
            self.raw(b'{"errcode":0,"errmsg":"' + b"x" * HUGE_BYTES)
        elif mode == Mode.WORDS:
            self.raw("<html><title>请先登录</title></html>".encode())
        else:
            time.sleep(SLOW_SECONDS if mode == Mode.SLOW else 0)
            self.answer(200, TAKEN)

    def keep(self, body: bytes) -> None:
        """Return only when a power cut could not lose it."""
        kept = Kept(self.path, dict(self.headers.items()), body.decode(), time.time())
        path = self.folder / f"{time.time_ns()}-{next(self.numbers)}.part"
        with path.open("w") as file:
            json.dump(asdict(kept), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        path.rename(path.with_suffix(".json"))
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def answer(self, status: int, said: Mapping[str, object], headers: Mapping[str, str] | None = None) -> None:
        self.raw(json.dumps(said, ensure_ascii=False).encode(), status, headers or {})

    def raw(self, content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 100:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(1)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: a fault test sends thousands."""


class Listening(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of callers that were killed while they spoke."""


def current_mode(folder: Path) -> str:
    path = folder / "mode"
    return path.read_text() if path.exists() else Mode.TAKE


class Sink:
    """The server's folder, seen by a test."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.allowed = f"127.0.0.1:{port}"
        """What OUTGOING_ALLOWED must name for our channels to reach it."""

    def url(self, mode: str = Mode.TAKE, path: str = "hook") -> str:
        return f"http://127.0.0.1:{self.port}/{mode}/{path}"

    def become(self, mode: str) -> None:
        """Say how /told/… behaves from now on."""
        path = self.folder / "mode.part"
        path.write_text(mode)
        path.rename(self.folder / "mode")

    def clear(self) -> None:
        for path in [*self.folder.glob("*.json"), *self.folder.glob("mode")]:
            path.unlink()

    def requests(self) -> list[Kept]:
        """Return every request kept, in the order in which they came."""
        return [Kept(**json.loads(path.read_text())) for path in sorted(self.folder.glob("*.json"))]

    def count(self) -> int:
        return sum(1 for _ in self.folder.glob("*.json"))

    def times_kept(self) -> Counter[str]:
        """Count by short code how often a message came over the wire."""
        return Counter(request.code() for request in self.requests())


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2):
            return True
    except HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def running(folder: Path, port: int | None = None) -> Iterator[Sink]:
    folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(folder, port or services.free_port())
    server = services.Server(
        name="webhook sink",
        command=[sys.executable, "-m", "tests.webhook_sink", str(folder), str(sink.port)],
        folder=folder,
        url=sink.url(),
        answers=answers,
        stop_signal=SIGTERM,
        cwd=ROOT,
    )
    with services.running(server):
        yield sink


def listen(folder: Path, port: int) -> None:
    Handler.folder = folder
    with Listening(("127.0.0.1", port), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    listen(Path(sys.argv[1]), int(sys.argv[2]))
