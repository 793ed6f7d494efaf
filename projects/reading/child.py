"""Read a file in a child process, so that no file can harm, hang or fill the one that serves pages."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from projects.reading import wire
from projects.reading.model import Json, Reading, ReadTask, tasks_from
from projects.reading.refusals import ReadingRefused
from projects.reading.shown import Shown
from projects.reading.spawning import ForkServer

__all__ = ["ReadingRefused", "read_file", "read_grid", "warm_up"]

Progress = Callable[[int, int], None]
_log = logging.getLogger(__name__)
_server = ForkServer()


def warm_up() -> None:
    """Load the reader ahead of the first file, in the background; a page that will take one calls this."""
    _server.start()


def read_file(
    path: str | os.PathLike[str],
    *,
    year: int | None = None,
    this_year: int | None = None,
    roles: Mapping[str, str] | None = None,
    headers: Mapping[str, bool] | None = None,
    name: str = "",
    hidden_too: bool = False,
    on_progress: Progress | None = None,
) -> Reading:
    """Read a file; `roles` overrides column roles by header label, `name` is the file's own name.

    `headers` says of rows by their words (`header_rows.row_words`) that they name the columns, or don't.

    Without `year` the title's year counts, and without that `this_year`, by default the clock's. `on_progress` is
    told how many rows are done of how many; what it raises ends the child and comes out here.

    Raises ReadingRefused where it cannot be opened, is over a limit, or its child dies.
    """
    order: Json = {"grid_only": False, "name": name, "hidden_too": hidden_too, "year": year, "this_year": this_year}
    order |= {"roles": dict(roles or {}), "headers": dict(headers or {})}
    return _heard(path, order, on_progress).reading()


def read_grid(path: str | os.PathLike[str], *, name: str = "") -> tuple[Shown, ...]:
    """Return the shown cells of a file's sheets, within the same limits; raises ReadingRefused as `read_file` does."""
    return _heard(path, {"grid_only": True, "name": name}, None).grid()


def _heard(path: str | os.PathLike[str], order: Json, on_progress: Progress | None) -> _Heard:
    path = str(Path(path).absolute())
    try:
        with Path(path).open("rb"):
            pass
    except OSError as error:
        raise ReadingRefused("missing", reason=error.strerror or "") from error
    until = time.monotonic() + wire.WALL_SECONDS
    for _ in range(2):
        heard = _ask(order | {"path": path}, until, on_progress)
        if heard.begun:
            return heard
    raise ReadingRefused("no_reader")


def _ask(order: Json, until: float, on_progress: Progress | None) -> _Heard:
    """Return what a child said; it never began where the server went away in this moment."""
    heard = _Heard(on_progress)
    try:
        connection = _server.connect()
    except OSError as error:
        raise ReadingRefused("no_reader") from error
    with connection:
        try:
            wire.send(connection, wire.ORDER, orjson.dumps(order))
        except ConnectionError:
            return heard
        try:
            for kind, payload in wire.frames(connection, until=until):
                heard.take(kind, payload)
        except wire.TooLate as error:
            raise ReadingRefused("too_slow", limit=wire.WALL_SECONDS) from error
    return heard


class _Heard:
    """What a child has said so far."""

    def __init__(self, on_progress: Progress | None) -> None:
        self._on_progress = on_progress
        self._tasks: dict[tuple[int, int], list[ReadTask]] = {}
        self._last: tuple[bytes, bytearray] | None = None
        self.begun = False

    def take(self, kind: bytes, payload: bytearray) -> None:
        self.begun = True
        if kind == wire.TASKS:
            sheet, table, tasks = orjson.loads(payload)
            self._tasks.setdefault((sheet, table), []).extend(tasks_from(tasks))
        elif kind == wire.PROGRESS and self._on_progress:
            self._on_progress(*wire.COUNTS.unpack(payload))
        elif kind in wire.LAST:
            self._last = kind, payload

    def reading(self) -> Reading:
        """Return the whole reading; raise as `_said` does."""
        return Reading.from_dict(self._said()).with_tasks(self._tasks)

    def grid(self) -> tuple[Shown, ...]:
        return tuple(
            Shown(sheet.pop("name"), **{part: tuple(map(tuple, cells)) for part, cells in sheet.items()})
            for sheet in self._said()
        )

    def _said(self) -> Any:
        """Return the last word; raise the refusal, or that the child died."""
        if self._last is None:
            raise ReadingRefused("unreadable")
        kind, payload = self._last
        if kind == wire.FAILED:
            _log.error("The reader failed: %s", payload.decode(errors="replace"))
            raise ReadingRefused("unreadable")
        said = orjson.loads(payload)
        if kind == wire.REFUSED:
            raise ReadingRefused(said["code"], **said["params"])
        return said
