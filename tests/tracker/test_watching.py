"""A worker that hears nothing ends by itself, and the service of one process begins anew."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from celery import Celery
from celery.beat import Service

from config.schedule import JOBS, beat_schedule
from tests import compose, programs, services
from tests.faults.installation import postgres_database
from tracker.watching import FAILED, Ear, ticking

DEAF_SECONDS = 12
WAIT_SECONDS = 240  # a new database is made first


def test_only_what_was_called_and_heard_nothing_is_deaf() -> None:
    ear = Ear()
    assert not ear.is_deaf(1e9, after=180)
    ear.called(100.0)
    assert not ear.is_deaf(280.0, after=180)
    ear.called(270.0)  # a second call doesn't put the first one off
    assert ear.is_deaf(281.0, after=180)
    ear.heard()
    assert not ear.is_deaf(1e9, after=180)
    ear.called(300.0)
    assert not ear.is_deaf(400.0, after=180)


def test_a_beat_without_rounds_stands_still() -> None:
    beat = Service(Celery("test"))
    check = ticking(beat)
    assert check(0.0) == ""
    vars(beat)["_last_tick"] = time.monotonic() - 170
    assert check(0.0) == ""
    vars(beat)["_last_tick"] = time.monotonic() - 190
    assert check(0.0) == "beat stands still"


def test_the_intervals_of_beat_are_counted_by_steady_seconds_and_not_by_the_day() -> None:
    for entry in beat_schedule().values():
        assert entry["schedule"].is_due(entry["last_run_at"]).is_due
        assert entry["schedule"].now().year == 2000
    assert [entry["schedule"].seconds for entry in beat_schedule().values()] == [job.seconds for job in JOBS]


@pytest.mark.services
@pytest.mark.postgres
def test_a_deaf_worker_ends_with_an_error_and_a_new_one_goes_on(
    postgres_server: services.Server, redis_url: str, tmp_path: Path
) -> None:
    with postgres_database(postgres_server.url, "deaf") as url:
        started = compose.stack(
            tmp_path, database_url=url, redis_url=redis_url, secret_key="x" * 50, DEAF_SECONDS=str(DEAF_SECONDS)
        )
        with started as stack:
            worker = stack.services["worker"]
            wait_until(lambda: stack.ready() == 200)
            assert worker.process is not None
            assert worker.process.poll() is None
            Celery(broker=redis_url).control.cancel_consumer("duban")
            assert worker.process.wait(WAIT_SECONDS) == FAILED, worker.log()
            assert "it hears nothing from the broker" in worker.log()
            worker.start()
            time.sleep(2 * DEAF_SECONDS)
            assert worker.process.poll() is None, worker.log()


def test_the_service_of_one_process_begins_anew_under_its_own_number_when_it_is_deaf(tmp_path: Path) -> None:
    port, log = services.free_port(), tmp_path / "log"
    environment: dict[str, str | None] = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'duban.sqlite3'}",
        "MEDIA_ROOT": str(tmp_path / "media"),
        "REDIS_URL": None,
        "DEAF_SECONDS": str(DEAF_SECONDS),
        "DEAF_ONCE": str(tmp_path / "was-deaf"),
    }
    command = [programs.manage()[0], "-m", "tests.tracker.deaf_service", "serve", "--port", str(port)]
    with programs.running(command, log=log, environment=environment) as process:
        wait_until(lambda: log.read_text().count(f":{port}/") == 2, process.poll, log.read_text)
        assert "it hears nothing from the broker" in log.read_text()
        again = datetime.now(UTC)
        wait_until(lambda: heard(tmp_path / "duban.sqlite3") > again.timestamp(), process.poll, log.read_text)
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(programs.STOP_SECONDS) == 0, log.read_text()


def wait_until(
    happened: Callable[[], bool], ended: Callable[[], object] = lambda: None, log: Callable[[], str] = str
) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not happened():
        assert ended() is None, log()[-3000:]
        assert time.monotonic() < until, log()[-3000:]
        time.sleep(0.2)


def heard(database: Path) -> float:
    """Return when the last number came back through the broker."""
    with closing(sqlite3.connect(database)) as connection:
        (at,) = connection.execute("SELECT max(canary_taken_at) FROM tracker_clockstate").fetchone()
    return datetime.fromisoformat(f"{at}+00:00").timestamp() if at else 0.0
