"""An installation that a test may kill: its database with the story in it, its mail server, and its environment."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from tests.programs import ROOT
from tests.smtp_sink import Sink

BUSINESS_DAY = date(2026, 6, 29)  # a Monday
FIRST_STEP_ON = date(2026, 6, 23)  # five working days before the story's day: nothing was missed before
OFFICE, PASSWORD = "office", "Yige-changchang-de-mima-7"
UNITS, ITEMS_A_UNIT = 3, 3
FINAL = {"expanded", "merged", "cancelled", "superseded", "suppressed"}
JOB_SECONDS = 120


def morning_zone(moment: datetime) -> str:
    """Return a zone in which it is between nine and ten: reminders are told by day, tests run at any hour."""
    offset = (9 - moment.astimezone(UTC).hour) % 24
    hours = offset - 24 if offset > 14 else offset
    return f"Etc/GMT{-hours:+d}"


@dataclass(frozen=True)
class Installation:
    """`environment` is what each of its processes is started with."""

    sink: Sink
    database_url: str
    environment: dict[str, str | None] = field(default_factory=dict)

    def run(self, command: str, **extra: str) -> subprocess.CompletedProcess[str]:
        given = {**self.environment, **extra}
        return subprocess.run(
            [sys.executable, "-m", "tests.faults.job", command],
            cwd=ROOT,
            env={name: value for name, value in given.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=JOB_SECONDS,
            check=False,
        )

    def settled(self) -> "Record":
        return self.read("work")

    def read(self, command: str = "record") -> "Record":
        done = self.run(command)
        assert done.returncode == 0, done.stderr
        return Record(**json.loads(done.stdout.splitlines()[-1]))

    def dies_at(self, point: str) -> None:
        done = self.run("work", DUBAN_CRASH_AT=point)
        assert done.returncode == -signal.SIGKILL, f"{point} was not reached:\n{done.stdout}\n{done.stderr}"


@dataclass(frozen=True)
class Record:
    """The reminder record as `tests.faults.job` writes it."""

    reminders: list[dict[str, Any]]
    messages: list[dict[str, Any]]

    @property
    def mails(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["mail"]]


def environment_of(
    sink: Sink, database_url: str, *, lease_seconds: int, day: date = BUSINESS_DAY
) -> dict[str, str | None]:
    zone = morning_zone(datetime.now(UTC))
    today = datetime.now(ZoneInfo(zone)).date()
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "x" * 50,
        "DATABASE_URL": database_url,
        "EMAIL_URL": sink.url,
        "TIME_ZONE": zone,
        "BUSINESS_DAY_SHIFT": str((day - today) // timedelta(days=1)),
        "REMINDER_LEASE_SECONDS": str(lease_seconds),
        "REMINDER_GATHER_SECONDS": "0",
        "REMINDER_SETTLE_SECONDS": "0",
        "MEDIA_ROOT": str(sink.folder / "media"),
    }


def sqlite_with_story(folder: Path, sink: Sink) -> Path:
    path = folder / "story.sqlite3"
    tell_story(sink, f"sqlite:///{path}")
    return path


def tell_story(sink: Sink, database_url: str) -> None:
    done = Installation(sink, database_url, environment_of(sink, database_url, lease_seconds=1)).run("story")
    assert done.returncode == 0, done.stderr


def copy_of(story: Path, path: Path) -> str:
    """Copy a database that nobody has open; what its journal still held goes with it."""
    for end in ("", "-wal", "-shm"):
        if (source := Path(f"{story}{end}")).exists():
            shutil.copy(source, f"{path}{end}")
    return f"sqlite:///{path}"


@contextmanager
def postgres_database(server_url: str, name: str, *, template: str = "template1") -> Iterator[str]:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield f"{server_url.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def check_record(record: Record, sink: Sink) -> None:
    """Assert that everything was told, in the record once, and on the wire twice only where nobody knows of a try."""
    assert {row["state"] for row in record.reminders} <= FINAL
    told = [row["id"] for row in record.reminders if row["state"] == "expanded"]
    assert len(told) == UNITS * ITEMS_A_UNIT
    keys = [tuple(value for name, value in row.items() if name not in {"id", "state"}) for row in record.reminders]
    assert len(keys) == len(set(keys))

    assert {message["state"] for message in record.messages} == {"sent"}
    assert len({message["recipient"] for message in record.mails}) == UNITS
    for channel in (True, False):
        placed = [row for message in record.messages if message["mail"] is channel for row in message["reminders"]]
        assert sorted(placed) == told, f"mail: {channel}"

    kept = sink.times_kept()
    assert {message["id"] for message in record.mails} == set(kept)
    for message in record.mails:
        *earlier, last = message["attempts"]
        # Whoever took a message over said so of the try before: none stands open under one that was told of.
        assert (set(earlier) <= {"unknown"}, last) == (True, "sent"), message
        assert kept[message["id"]] <= 1 + len(earlier), message
    assert len(set(sink.raw())) == len(kept), "a message that came twice came as the same bytes"
