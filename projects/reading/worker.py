"""The child process of the reader: one order in, its reading or its refusal out, within its own limits."""

from __future__ import annotations

import gc
import resource
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import batched
from pathlib import Path

import orjson

from projects.reading import wire
from projects.reading.guard import open_guarded
from projects.reading.model import Json, Reading, ReadTask
from projects.reading.refusals import ReadingRefused
from projects.reading.said import Said
from projects.reading.shown import shown_sheets
from projects.reading.table import Wishes, read_workbook

MEMORY_GIB = 1
TASKS_A_FRAME = 250
# What the one who asked has to hold: a plan of 20,000 rows is far below, a file of random words is above.
MAX_TEXT = 48 * 1024 * 1024
_TELL_SECONDS = 0.1


def work(connection: socket.socket) -> None:
    """Take the one order from the connection and answer it; what goes wrong is told by place, never by content."""
    _limit()
    wire.send(connection, wire.BEGUN)
    try:
        order = _order(connection)
        if order is not None:
            _answer(connection, order)
    finally:
        failure = sys.exception()
        if failure is not None:
            wire.send(connection, wire.FAILED, _place(failure).encode())


def _limit() -> None:
    memory = MEMORY_GIB * 1024 * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (wire.WALL_SECONDS, wire.WALL_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # One file and then the end: nothing would be given back that is needed again.
    gc.disable()


def _order(connection: socket.socket) -> Json | None:
    for kind, payload in wire.frames(connection, until=time.monotonic() + wire.WALL_SECONDS):
        if kind == wire.ORDER:
            order: Json = orjson.loads(payload)
            return order
    return None


def _answer(connection: socket.socket, order: Json) -> None:
    try:
        answer = _grid(order) if order["grid_only"] else _pieces(read(order, _teller(connection)))
        for kind, payload in answer:
            wire.send(connection, kind, payload)
    except ReadingRefused as refusal:
        wire.send(connection, wire.REFUSED, orjson.dumps({"code": refusal.code, "params": refusal.params}))
    except MemoryError:
        refused = {"code": "too_much_memory", "params": {"limit": MEMORY_GIB}}
        wire.send(connection, wire.REFUSED, orjson.dumps(refused))


def read(order: Json, progress: Callable[[int, int], None]) -> Reading:
    this_year = order["this_year"] or datetime.now().astimezone().year
    said = Said(order["roles"], order["headers"])
    wishes = Wishes(order["year"], this_year, said, hidden_too=order["hidden_too"])
    book = open_guarded(Path(order["path"]), name=order["name"])
    return read_workbook(book, wishes, progress)


def _grid(order: Json) -> Iterator[tuple[bytes, bytes]]:
    shown = orjson.dumps(shown_sheets(open_guarded(Path(order["path"]), name=order["name"])))
    if len(shown) > MAX_TEXT:
        raise ReadingRefused("too_much_text")
    yield wire.READING, shown


def _teller(connection: socket.socket) -> Callable[[int, int], None]:
    """Return what passes the count of rows on, a few times a second."""
    told = 0.0

    def tell(done: int, rows: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _TELL_SECONDS or done == rows:
            told = now
            wire.send(connection, wire.PROGRESS, wire.COUNTS.pack(done, rows))

    return tell


def _pieces(reading: Reading) -> Iterator[tuple[bytes, bytes]]:
    """Yield the tasks table by table in small frames, then all the rest."""
    size = 0
    tables = [(place, at, table) for place, sheet in enumerate(reading.sheets) for at, table in enumerate(sheet.tables)]
    for place, at, table in tables:
        for tasks in batched(table.tasks, TASKS_A_FRAME):
            piece = orjson.dumps([place, at, tasks])
            size += len(piece)
            if size > MAX_TEXT:
                raise ReadingRefused("too_much_text")
            yield wire.TASKS, piece
    rest = orjson.dumps(_without_tasks(reading))
    if size + len(rest) > MAX_TEXT:
        raise ReadingRefused("too_much_text")
    yield wire.READING, rest


def _without_tasks(reading: Reading) -> Reading:
    none: tuple[ReadTask, ...] = ()
    sheets = tuple(
        replace(sheet, tables=tuple(replace(table, tasks=none) for table in sheet.tables)) for sheet in reading.sheets
    )
    return replace(reading, sheets=sheets)


def _place(failure: BaseException) -> str:
    """Return the kind of a failure and where it happened, without its message: that may hold words of the file."""
    frames = traceback.extract_tb(failure.__traceback__)[-4:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(failure).__name__} at {places}"
