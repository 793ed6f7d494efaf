"""The service of one process starts on an empty folder, serves, runs its jobs and stops cleanly."""

import os
import signal
import socket
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from config.schedule import JOBS
from tests import programs, services
from tracker import embedded

JOBS_SECONDS = 30


def served(folder: Path, port: int) -> tuple[list[str], dict[str, str | None]]:
    environment: dict[str, str | None] = {
        "DATABASE_URL": f"sqlite:///{folder / 'duban.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "REDIS_URL": None,
    }
    return programs.manage("serve", "--port", str(port)), environment


def jobs_that_ran(database: Path) -> set[str]:
    """Return the jobs that left their heartbeat, after waiting for the last of them."""
    deadline = time.monotonic() + JOBS_SECONDS
    with closing(sqlite3.connect(database)) as connection:
        while True:
            found = {name for (name,) in connection.execute("SELECT name FROM tracker_heartbeat")}
            if len(found) >= len(JOBS) or time.monotonic() > deadline:
                return found
            time.sleep(0.2)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_one_process_serves_runs_its_jobs_and_ends_with_zero_when_asked(tmp_path: Path, ending: signal.Signals) -> None:
    port, log = services.free_port(), tmp_path / "log"
    command, environment = served(tmp_path, port)
    with programs.running(command, log=log, environment=environment) as process:
        assert programs.answer(f"http://127.0.0.1:{port}/healthz", process, log) == 200
        assert services.children_of(process.pid) == []
        assert jobs_that_ran(tmp_path / "duban.sqlite3") >= {
            "worker",
            "raise_due",
            "deliver",
            "open_rounds",
            "reconcile",
        }

        os.killpg(process.pid, ending)

        assert process.wait(programs.STOP_SECONDS) == 0, log.read_text()
        assert "Traceback" not in log.read_text()


def test_a_killed_service_starts_again_on_the_same_database(tmp_path: Path) -> None:
    port, log = services.free_port(), tmp_path / "log"
    command, environment = served(tmp_path, port)
    for _ in range(2):
        with programs.running(command, log=log, environment=environment) as process:
            assert programs.answer(f"http://127.0.0.1:{port}/healthz", process, log) == 200
            process.kill()
            process.wait(programs.STOP_SECONDS)
    with closing(sqlite3.connect(tmp_path / "duban.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_taken_port_is_named_in_the_refusal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command, environment = served(tmp_path, port)
        with programs.running(command, log=log, environment=environment) as process:
            assert process.wait(programs.START_SECONDS) == 1
    assert f"127.0.0.1:{port}" in log.read_text()


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECRET_KEY", "")
    embedded.ensure_secret_key(tmp_path / "var")
    made = settings.SECRET_KEY
    monkeypatch.setattr(settings, "SECRET_KEY", "")
    embedded.ensure_secret_key(tmp_path / "var")

    assert len(made) >= 50
    assert made == settings.SECRET_KEY
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_a_key_from_the_environment_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECRET_KEY", "from the environment")
    embedded.ensure_secret_key(tmp_path / "var")

    assert settings.SECRET_KEY == "from the environment"
    assert not (tmp_path / "var").exists()
