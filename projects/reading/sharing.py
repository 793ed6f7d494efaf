"""The rows of a long table read by two processes at once: every other row by a helper, forked for this table alone."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Sequence
from typing import NoReturn

import orjson

from projects.reading.forking import fork_tied
from projects.reading.model import Problem, ReadTask, tasks_from
from projects.reading.pace import Pace
from projects.reading.rows import TaskRow
from projects.reading.tasks import Context, read_task

# Below this a helper costs more than it saves.
SHARED_FROM = 600
# Two processes hold the sheet; a file that fills memory is read by one, whose limit then holds for all of it.
_MOST_KIB = 256 * 1024

ReadRow = tuple[ReadTask, list[Problem]]


def read_rows(rows: Sequence[TaskRow], context: Context, pace: Pace) -> list[ReadRow]:
    """Return every row's task and problems in order."""
    if len(rows) < SHARED_FROM or (os.cpu_count() or 1) < 2 or _used_kib() > _MOST_KIB:
        return [read_task(row, context) for row in pace.over(rows)]
    helper = _Helper(rows[1::2], context)
    try:
        ours = [read_task(row, context) for row in pace.over(rows[0::2])]
        theirs = helper.finished()
    finally:
        helper.end()
    if theirs is None:  # it was killed or failed: the same rows say here what is the matter
        theirs = [read_task(row, context) for row in rows[1::2]]
    found: list[ReadRow] = ours + theirs
    found[0::2], found[1::2] = ours, theirs
    return found


def _used_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class _Helper:
    """A process that reads some rows and writes them into a pipe."""

    def __init__(self, rows: Sequence[TaskRow], context: Context) -> None:
        reading, writing = os.pipe()
        self._pid = fork_tied()
        if self._pid == 0:
            os.close(reading)
            _write(rows, context, writing)
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")

    def finished(self) -> list[ReadRow] | None:
        """Return what it read; None where it did not come to its end."""
        said = self._pipe.read()
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        if status != 0:
            return None
        tasks, problems = orjson.loads(said)
        return [
            (task, [Problem(**problem) for problem in found])
            for task, found in zip(tasks_from(tasks), problems, strict=True)
        ]

    def end(self) -> None:
        self._pipe.close()
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


def _write(rows: Sequence[TaskRow], context: Context, writing: int) -> NoReturn:
    status = 1
    try:
        found = [read_task(row, context) for row in rows]
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(orjson.dumps(([task for task, _ in found], [problems for _, problems in found])))
        status = 0
    finally:
        os._exit(status)
