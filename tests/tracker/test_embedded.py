"""The service of one process starts on an empty folder, serves, runs its jobs and stops cleanly."""

import os
import signal
import socket
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings

from config.schedule import JOBS
from tests import programs, services
from tracker import embedded
from tracker.evidence import MOST_REQUEST_BYTES

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


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of a service that runs."""
    folder, port = tmp_path_factory.mktemp("door"), services.free_port()
    command, environment = served(folder, port)
    with programs.running(command, log=folder / "log", environment=environment) as process:
        assert programs.answer(f"http://127.0.0.1:{port}/healthz", process, folder / "log") == 200
        yield port


def knocked(port: int, size: int, *more: str, body: bytes = b"", times: int = 0) -> str:
    """Send a request that says it is of this size, and so much of its body; return the answer up to the end or a pause."""
    head = ["POST /items/1/evidence/ HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {size}", *more]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        for _ in range(times):
            line.sendall(body)
        line.settimeout(3)
        said = b""
        with suppress(TimeoutError):
            while b"</html>" not in said and (part := line.recv(65536)):
                said += part
    return said.decode()


def test_a_request_larger_than_any_page_takes_is_answered_with_a_page_before_it_is_sent(door: int) -> None:
    answer = knocked(door, MOST_REQUEST_BYTES + 1, "Expect: 100-continue")
    assert answer.startswith("HTTP/1.1 413 ")
    assert "100 Continue" not in answer
    assert "Connection: close" in answer
    assert "每份不超过 20 MiB，一次最多 10 份。" in answer
    assert '<html lang="en">' in knocked(door, MOST_REQUEST_BYTES + 1, "Cookie: django_language=en")


def test_whoever_sends_it_whole_all_the_same_gets_to_read_the_answer(door: int) -> None:
    piece = bytes(1024 * 1024)
    size = MOST_REQUEST_BYTES + len(piece)
    answer = knocked(door, size, body=piece, times=size // len(piece))
    assert answer.startswith("HTTP/1.1 413 ")
    assert "每份不超过 20 MiB" in answer


def test_the_largest_request_that_a_page_takes_is_let_in(door: int) -> None:
    assert knocked(door, MOST_REQUEST_BYTES, "Expect: 100-continue").startswith("HTTP/1.1 100 Continue")


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


def test_the_first_organization_is_founded_where_nothing_was_ever_started(tmp_path: Path) -> None:
    database, log = tmp_path / "duban.sqlite3", tmp_path / "log"
    environment = {"DATABASE_URL": f"sqlite:///{database}", "REDIS_URL": None, "SECRET_KEY": None}
    said = ["found_organization", "kfq", "示例开发区", "--person", "示例·甲", "--username", "jia", "--system"]
    with programs.running(programs.manage(*said), log=log, environment=environment) as process:
        assert process.wait(programs.START_SECONDS) == 0, log.read_text()
    assert "登录码" in log.read_text()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT username FROM accounts_user").fetchall() == [("jia",)]
