"""Clocks that step under whole processes: nothing is told early, nothing twice, and a step that can't be believed pauses."""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import programs, services, smtp_sink
from tests.faults.installation import UNITS, environment_of, postgres_database, sqlite_with_story, tell_story
from tests.smtp_sink import Sink

LIBRARIES = "*/faketime/libfaketime.so.1"  # below it the name of the machine's kind
NOTICED_SECONDS, QUIET_SECONDS, WAIT_SECONDS = 60, 5, 180
DAY, TEN_MINUTES, FIVE_MINUTES = 86400, 600, 300

pytestmark = pytest.mark.services
STEPS = pytest.mark.parametrize(
    ("step", "reason"),
    [(-DAY, "back"), (DAY, "ahead"), (-TEN_MINUTES, "back"), (TEN_MINUTES, "")],
    ids=["day-back", "day-ahead", "10min-back", "10min-ahead"],
)

type Ask = Callable[[str], list[tuple[object, ...]]]


class Clock:
    """The clock of processes that are started with its environment; their steady seconds stay true."""

    def __init__(self, folder: Path) -> None:
        found = next(Path("/usr/lib").glob(LIBRARIES), None)
        if found is None:
            pytest.skip("libfaketime is not installed")
        self.file = folder / "clock"
        self.environment = {
            "LD_PRELOAD": str(found),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.steps_to(0)

    def steps_to(self, seconds: int) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.chmod(0o644)
        new.replace(self.file)


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    # Not under pytest's own folders: those are closed to the user that runs the server.
    with tempfile.TemporaryDirectory(prefix="duban-test-") as folder:
        Path(folder).chmod(0o755)
        yield Clock(Path(folder))


@pytest.fixture(scope="module")
def server(clock: Clock) -> Iterator[services.Server]:
    with services.postgres(environment={**os.environ, **clock.environment}) as server:
        yield server


@pytest.fixture(scope="module")
def story(server: services.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database in which the story was told, to be copied."""
    with (
        smtp_sink.running(tmp_path_factory.mktemp("story")) as sink,
        postgres_database(server.url, "story") as url,
    ):
        tell_story(sink, url)
        yield "story"


@contextmanager
def on_postgres(
    story: str, server: services.Server, folder: Path, own_clock: dict[str, str]
) -> Iterator[tuple[Sink, Ask]]:
    """Let one process work on a copy of the story; the clock that decides is the server's."""
    with (
        smtp_sink.running(folder / "sink") as sink,
        postgres_database(server.url, f"clocks{time.monotonic_ns()}", template=story) as url,
        psycopg.connect(url, autocommit=True) as connection,
        working(sink, url, folder, own_clock),
    ):
        yield sink, lambda query: connection.execute(query.encode()).fetchall()


@contextmanager
def on_sqlite(folder: Path, own_clock: dict[str, str]) -> Iterator[tuple[Sink, Ask]]:
    """Let one process work on SQLite, whose clock is the process's own."""
    with smtp_sink.running(folder / "sink") as sink:
        path = sqlite_with_story(folder, sink)

        def ask(query: str) -> list[tuple[object, ...]]:
            with closing(sqlite3.connect(path, timeout=20)) as connection:
                return connection.execute(query).fetchall()

        with working(sink, f"sqlite:///{path}", folder, own_clock):
            yield sink, ask


@contextmanager
def working(sink: Sink, url: str, folder: Path, own_clock: dict[str, str]) -> Iterator[None]:
    """Let one process do the clock's work; begin when everything of the day is told."""
    environment = {**environment_of(sink, url, lease_seconds=120), **own_clock}
    command = [sys.executable, "-m", "tests.faults.clockwork"]
    with programs.running(command, log=folder / "log", environment=environment) as process:
        wait_until(lambda: len(sink.raw()) >= UNITS, WAIT_SECONDS)
        yield
        assert process.poll() is None, (folder / "log").read_text()[-3000:]


def wait_until(happened: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.1)


def stepped(clock: Clock, step: int, reason: str, sink: Sink, ask: Ask) -> None:
    """Let the clock step, and hold that it pauses or doesn't, and that nothing more is told."""
    reminders = ask("SELECT count(*) FROM tracker_reminder")
    clock.steps_to(step)
    try:
        if reason:
            wait_until(lambda: ask("SELECT reason FROM tracker_pause") == [(reason,)], NOTICED_SECONDS)
        time.sleep(QUIET_SECONDS)
        assert ask("SELECT reason FROM tracker_pause") == ([(reason,)] if reason else [])
        assert ask("SELECT count(*) FROM tracker_reminder") == reminders
        assert len(sink.raw()) == UNITS
        assert set(sink.times_kept().values()) == {1}
    finally:
        clock.steps_to(0)


@pytest.mark.postgres
@STEPS
def test_a_step_of_the_database_s_clock_tells_nothing_early_and_nothing_twice(
    step: int, reason: str, story: str, server: services.Server, clock: Clock, tmp_path: Path
) -> None:
    clock.steps_to(0)
    with on_postgres(story, server, tmp_path, {}) as (sink, ask):
        stepped(clock, step, reason, sink, ask)


@pytest.mark.sqlite
@STEPS
def test_a_step_of_the_only_clock_there_is_tells_nothing_early_and_nothing_twice(
    step: int, reason: str, tmp_path: Path
) -> None:
    own = Clock(tmp_path)
    with on_sqlite(tmp_path, own.environment) as (sink, ask):
        stepped(own, step, reason, sink, ask)


@pytest.mark.postgres
@pytest.mark.parametrize("apart", [-FIVE_MINUTES, FIVE_MINUTES], ids=["slow", "fast"])
def test_a_worker_five_minutes_off_the_database_tells_everything_once(
    apart: int, story: str, server: services.Server, clock: Clock, tmp_path: Path
) -> None:
    clock.steps_to(0)
    own = Clock(tmp_path)
    own.steps_to(apart)
    with on_postgres(story, server, tmp_path, own.environment) as (sink, ask):
        time.sleep(QUIET_SECONDS)
        assert ask("SELECT reason FROM tracker_pause") == []
        assert set(sink.times_kept().values()) == {1}
        assert len(sink.raw()) == UNITS
