"""Clocks that step under whole processes: nothing is told early, nothing twice, and a step that can't be believed pauses."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import programs, services, smtp_sink
from tests.faults.installation import UNITS, Installation, environment_of, postgres_database, tell_story
from tests.smtp_sink import Sink

LIBRARIES = "*/faketime/libfaketime.so.1"  # below it the name of the machine's kind
NOTICED_SECONDS, QUIET_SECONDS, WAIT_SECONDS = 60, 5, 180
DAY, TEN_MINUTES, FIVE_MINUTES = 86400, 600, 300

pytestmark = [pytest.mark.services, pytest.mark.postgres]


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
def working(
    story: str, server: services.Server, folder: Path, own_clock: dict[str, str]
) -> Iterator[tuple[Sink, Callable[[str], list[tuple[object, ...]]]]]:
    """Let one process do the clock's work until everything of the day is told; give what it reached and how to ask."""
    with (
        smtp_sink.running(folder / "sink") as sink,
        postgres_database(server.url, f"clocks{time.monotonic_ns()}", template=story) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):

        def ask(query: str) -> list[tuple[object, ...]]:
            return connection.execute(query.encode()).fetchall()

        installation = Installation(sink, url, environment_of(sink, url, lease_seconds=120))
        command = [sys.executable, "-m", "tests.faults.clockwork"]
        environment = {**installation.environment, **own_clock}
        with programs.running(command, log=folder / "log", environment=environment) as process:
            wait_until(lambda: len(sink.raw()) >= UNITS, WAIT_SECONDS)
            yield sink, ask
            assert process.poll() is None, (folder / "log").read_text()[-3000:]


def wait_until(happened: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("step", "reason"),
    [(-DAY, "back"), (DAY, "ahead"), (-TEN_MINUTES, "back"), (TEN_MINUTES, "")],
    ids=["day-back", "day-ahead", "10min-back", "10min-ahead"],
)
def test_a_step_of_the_database_s_clock_tells_nothing_early_and_nothing_twice(
    step: int, reason: str, story: str, server: services.Server, clock: Clock, tmp_path: Path
) -> None:
    clock.steps_to(0)
    with working(story, server, tmp_path, {}) as (sink, ask):
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


@pytest.mark.parametrize("apart", [-FIVE_MINUTES, FIVE_MINUTES], ids=["slow", "fast"])
def test_a_worker_five_minutes_off_the_database_tells_everything_once(
    apart: int, story: str, server: services.Server, clock: Clock, tmp_path: Path
) -> None:
    clock.steps_to(0)
    own = Clock(tmp_path)
    own.steps_to(apart)
    with working(story, server, tmp_path, own.environment) as (sink, ask):
        time.sleep(QUIET_SECONDS)
        assert ask("SELECT reason FROM tracker_pause") == []
        assert set(sink.times_kept().values()) == {1}
        assert len(sink.raw()) == UNITS
