"""What a reading child and the one who asked tell each other: frames of a kind and a payload over a socket."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator

ORDER = b"o"
BEGUN = b"b"
PROGRESS = b"p"
TASKS = b"t"
READING = b"r"
REFUSED = b"n"
FAILED = b"f"
LAST = (READING, REFUSED, FAILED)

WALL_SECONDS = 15
COUNTS = struct.Struct("!QQ")
# A reading is sent in pieces below this; a child that claims more is not believed.
LONGEST = 64 * 1024 * 1024
_HEAD = struct.Struct("!cQ")


class TooLate(Exception):
    """The time given was over before the last frame came."""


def send(connection: socket.socket, kind: bytes, payload: bytes = b"") -> None:
    connection.sendall(_HEAD.pack(kind, len(payload)))
    connection.sendall(payload)


def frames(connection: socket.socket, *, until: float) -> Iterator[tuple[bytes, bytearray]]:
    """Yield frames up to the last one; end early where the other side is gone, raise TooLate past `until`."""
    kind = b""
    while kind not in LAST:
        head = _exactly(connection, _HEAD.size, until)
        if head is None:
            return
        kind, size = _HEAD.unpack(head)
        payload = _exactly(connection, size, until) if size <= LONGEST else None
        if payload is None:
            return
        yield kind, payload


def _exactly(connection: socket.socket, size: int, until: float) -> bytearray | None:
    content = bytearray(size)
    view = memoryview(content)
    got = 0
    while got < size:
        left = until - time.monotonic()
        if left <= 0:
            raise TooLate
        connection.settimeout(left)
        try:
            count = connection.recv_into(view[got:])
        except TimeoutError as error:
            raise TooLate from error
        except ConnectionError:
            count = 0
        if count == 0:
            return None
        got += count
    return content
