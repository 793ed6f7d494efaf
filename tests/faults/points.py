"""Kill -9 at every named point on one channel, each in a fresh copy of the story: `python -m tests.faults.points CHANNEL …`.

One process reads our code once and forks: a child for each point that dies there, and after it one that finds everything
as it was left and goes on. The points have databases of their own, so they all run beside each other.
"""

import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402  # models exist only after setup
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from accounts.models import Organization  # noqa: E402
from tests.faults import crowd, job  # noqa: E402
from tests.faults.ways import only_by  # noqa: E402
from tracker.reminding.crashpoints import CRASH_POINTS  # noqa: E402

Found = dict[str, Any]


def at_every_point(channel: str, sink: str) -> dict[str, Found]:
    """Return by point who was killed when, and the record that was left in the end."""
    base = str(connections["default"].settings_dict["NAME"])
    in_child(base, lambda: only_by(channel, sink, organization=Organization.objects.get(code="shili")))
    copies = {point: _copy(base, f"{base}_{channel}_{number}") for number, point in enumerate(CRASH_POINTS)}
    dying = {point: begin(copies[point], _dies_at(point)) for point in CRASH_POINTS}
    killed = {point: (*_end(*child), time.time()) for point, child in dying.items()}
    living = {point: begin(copies[point], _settles) for point in CRASH_POINTS}
    found = {}
    for point, child in living.items():
        pid, status, at = killed[point][0], killed[point][1], killed[point][3]
        found[point] = {"killed": os.WIFSIGNALED(status), "pid": pid, "at": at, "record": json.loads(_end(*child)[2])}
    return found


def _dies_at(point: str) -> Callable[[], object]:
    def work() -> None:
        os.environ["DUBAN_CRASH_AT"] = point
        job.one_pass()

    return work


def _settles() -> Found:
    job.settle()
    return crowd.content()


def in_child(database: str, work: Callable[[], object]) -> str:
    pid, status, said = _end(*begin(database, work))
    if status:
        raise RuntimeError(f"child {pid} ended with {status}")
    return said


def begin(database: str, work: Callable[[], object]) -> tuple[int, int]:
    """Fork a child that works on this database and says what comes of it; return it and where it says so."""
    mine, its = os.pipe()
    child = os.fork()
    if child:
        os.close(its)
        return child, mine
    code = 1
    try:
        # This process holds no connection, so the child's first one goes where it is told.
        connections["default"].settings_dict["NAME"] = database
        # What lies beside the uploads knows an older database by the counter in it, so these are apart too.
        settings.MEDIA_ROOT = Path(settings.MEDIA_ROOT) / Path(database).name
        with os.fdopen(its, "w") as tell:
            tell.write(json.dumps(work()))
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def _end(child: int, said: int) -> tuple[int, int, str]:
    with os.fdopen(said) as heard:
        words = heard.read()
    return child, os.waitpid(child, 0)[1], words


def _copy(base: str, name: str) -> str:
    if not os.environ["DATABASE_URL"].startswith("sqlite"):
        with psycopg.connect(f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{base}"')
        return name
    for end in ("", "-wal"):
        if os.path.exists(f"{base}{end}"):  # noqa: PTH110 - the name ends in what SQLite adds to it
            shutil.copy(f"{base}{end}", f"{name}{end}")
    return name


def main(arguments: Sequence[str]) -> None:
    channel, sink = arguments
    sys.stdout.write(json.dumps(at_every_point(channel, sink)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
