"""The real processes are killed around claim, send and mark, one point after the other, and lose and double nothing."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml

from tests import compose, programs, services
from tests.faults.conftest import Install
from tests.faults.installation import Installation, check_record

# The last one lets a message through each time, so it stands at the end.
POINTS = ("claim_before_commit", "claim_after_commit", "send_before_mark", "mark_before_commit", "mark_after_commit")
WAIT_SECONDS = 60.0
LEASE_SECONDS = 2
LONG_LEASE_SECONDS = 120
"""Nobody is killed: nothing is to be taken over."""
SEVERAL_PASSES_SECONDS = 12
"""Both beats wake raising and delivering at least twice meanwhile."""

pytestmark = [pytest.mark.faults, pytest.mark.services]


def wait_until(happened: Callable[[], bool], why: Callable[[], str], seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, why()
        time.sleep(0.2)


def is_settled(installation: Installation) -> bool:
    record = installation.read()
    told = [row for row in record.reminders if row["state"] == "expanded"]
    return bool(told) and {message["state"] for message in record.messages} == {"sent"}


@pytest.mark.sqlite
def test_the_service_of_one_process_survives_each_kill(install: Install, tmp_path: Path) -> None:
    installation = install("sqlite", lease_seconds=LEASE_SECONDS)
    log = tmp_path / "log"
    port = services.free_port()
    command = programs.manage("serve", "--port", str(port))
    for point in POINTS:
        environment = {**installation.environment, "DUBAN_CRASH_AT": point}
        with programs.running(command, log=log, environment=environment) as process:
            assert process.wait(WAIT_SECONDS) == -signal.SIGKILL, f"{point}: {log.read_text()[-2000:]}"
    with programs.running(command, log=log, environment=installation.environment):
        wait_until(lambda: is_settled(installation), lambda: log.read_text()[-2000:])
    check_record(installation.read(), installation.sink)


def test_worker_and_beat_with_redis_and_postgresql_survive_each_kill(
    install: Install, redis_url: str, tmp_path: Path
) -> None:
    installation = install("postgres", lease_seconds=LEASE_SECONDS, REDIS_URL=redis_url)
    with service("beat", installation, tmp_path):
        for point in POINTS:
            with service("worker", installation, tmp_path, DUBAN_CRASH_AT=point) as worker:
                wait_until(lambda: "signal 9 (SIGKILL)" in worker.log(), worker.log)
        with service("worker", installation, tmp_path) as worker:
            wait_until(lambda: is_settled(installation), worker.log)
    check_record(installation.read(), installation.sink)


def test_two_beats_and_two_workers_at_once_tell_everything_once(
    install: Install, redis_url: str, tmp_path: Path
) -> None:
    installation = install("postgres", lease_seconds=LONG_LEASE_SECONDS, REDIS_URL=redis_url, REMINDER_POLL_SECONDS="1")
    with ExitStack() as stack:
        workers = [stack.enter_context(service("worker", installation, tmp_path)) for _ in range(2)]
        for _ in range(2):
            stack.enter_context(service("beat", installation, tmp_path))
        wait_until(lambda: is_settled(installation), workers[0].log)
        raised = len(installation.read().reminders)
        time.sleep(SEVERAL_PASSES_SECONDS)
        assert len(installation.read().reminders) == raised
    record = installation.read()
    check_record(record, installation.sink)
    assert set(installation.sink.times_kept().values()) == {1}
    assert {tuple(message["attempts"]) for message in record.mails} == {("sent",)}


@contextmanager
def service(name: str, installation: Installation, folder: Path, **extra: str) -> Iterator[services.Server]:
    """Run one service of docker-compose.yml by its own command; at the end it is killed, not asked to stop."""
    home = folder / f"{name}-{time.monotonic_ns()}"
    home.mkdir()
    environment = {**installation.environment, **extra}
    server = services.Server(
        name=name,
        command=yaml.safe_load(compose.FILE.read_text())["services"][name]["command"],
        folder=home,
        url="",
        answers=lambda _: True,
        stop_signal=signal.SIGTERM,
        environment={key: value for key, value in environment.items() if value is not None},
        cwd=compose.FILE.parent,
    )
    with ExitStack() as stack:
        stack.callback(server.kill)
        server.start()
        yield server
