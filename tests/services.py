"""PostgreSQL and Redis servers that tests start, kill and throw away; `python -m tests.services COMMAND` runs under both."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis as redis_client

START_SECONDS = 60
OWNERS_FOR_ROOT = ("postgres", "nobody")


class ServiceMissingError(RuntimeError):
    """A program that the test needs isn't installed on this machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_program(name: str, *folders: Path) -> str:
    for folder in folders:
        if (folder / name).is_file():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise ServiceMissingError(f"{name} is not installed")
    return found


def postgres_program(name: str) -> str:
    """Return the newest installed version's program; Debian keeps them off the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    return find_program(name, *versions)


def unprivileged_user() -> str | None:
    """Return whom to run a server as: nobody else when we aren't root; PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in OWNERS_FOR_ROOT if name in known), None)


def _state_and_parent(pid: int) -> tuple[str, int] | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # gone before we could read
        return None
    return fields[0], int(fields[1])


def is_running(pid: int) -> bool:
    """Tell whether the process still does anything; a zombie only waits to be counted."""
    found = _state_and_parent(pid)
    return found is not None and found[0] != "Z"


def children_of(pid: int) -> list[int]:
    everyone = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [each for each in everyone if (found := _state_and_parent(each)) is not None and found[1] == pid]


def kill_tree(pid: int) -> list[int]:
    """Kill -9 a process and its children and see them gone; return whom.

    The parent is stopped before its children are counted: else it could start one more in between.
    """
    _signal(pid, signal.SIGSTOP)
    family = [pid, *children_of(pid)]
    for member in family:
        _signal(member, signal.SIGKILL)
    deadline = time.monotonic() + START_SECONDS
    while any(is_running(member) for member in family) and time.monotonic() < deadline:
        time.sleep(0.01)
    return family


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


@dataclass(kw_only=True)
class Server:
    """A server on a port and a folder of its own, which survive its kills and restarts."""

    name: str
    command: list[str]
    folder: Path
    url: str
    answers: Callable[[str], bool]
    stop_signal: signal.Signals
    user: str | None = None
    environment: dict[str, str] | None = None
    cwd: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start the process, and don't wait for what it takes to answer."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.cwd,
                start_new_session=True,
                user=self.user,
                group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
            )

    def wait(self) -> None:
        """Return when it answers; raise RuntimeError with its log when it ends or takes too long."""
        process = self.process
        assert process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self.answers(self.url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.log()}")
            time.sleep(0.05)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                # As a container is in the end: beat may hang in a broker that went away.
                self.kill()
            self.process = None

    def kill(self) -> list[int]:
        """Kill it with its children, and return whom."""
        if self.process is None:
            return []
        family = kill_tree(self.process.pid)
        self.process.wait(START_SECONDS)
        self.process = None
        return family

    def kill_child(self, choose: Callable[[list[int]], int]) -> list[int]:
        """Kill one of its children, which it has to replace; return whom, nobody when it had none."""
        children = children_of(self.process.pid) if self.process else []
        if not children:
            return []
        victim = choose(children)
        _signal(victim, signal.SIGKILL)
        return [victim]

    def restart(self) -> None:
        self.kill()
        self.start()


def postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def redis_answers(url: str) -> bool:
    client = redis_client.Redis.from_url(url, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except redis_client.RedisError:
        return False
    finally:
        client.close()


@contextmanager
def _folder(owner: str | None) -> Iterator[Path]:
    # Not under pytest's own folders: those are closed to the user that runs the server.
    path = Path(tempfile.mkdtemp(prefix="duban-test-"))
    if owner is not None:
        shutil.chown(path, owner)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def postgres(*, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Start an empty cluster with the database `duban`; raise ServiceMissingError without the programs."""
    initdb, program, user = postgres_program("initdb"), postgres_program("postgres"), unprivileged_user()
    port = free_port()
    with _folder(user) as folder:
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", data, "-U", "duban", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            extra_groups=None if user is None else [],
        )
        # What kill -9 can lose is in the system's cache, so fsync buys nothing here; commits stay synchronous.
        options = [
            f"-cport={port}",
            "-clisten_addresses=127.0.0.1",
            f"-cunix_socket_directories={folder}",
            "-cfsync=off",
        ]
        server = Server(
            name="PostgreSQL",
            command=[program, "-D", str(data), *options],
            folder=folder,
            url=f"postgres://duban@127.0.0.1:{port}/postgres",
            answers=postgres_answers,
            stop_signal=signal.SIGINT,
            user=user,
            environment=environment,
        )
        with running(server):
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE duban")
            server.url = f"postgres://duban@127.0.0.1:{port}/duban"
            yield server


@contextmanager
def redis() -> Iterator[Server]:
    """Start a Redis set up as in production: password, append-only file, no eviction."""
    program, user = find_program("redis-server"), unprivileged_user()
    port, password = free_port(), secrets.token_hex(8)
    with _folder(user) as folder:
        options = {
            "bind": "127.0.0.1",
            "port": str(port),
            "dir": str(folder),
            "save": "",
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "requirepass": password,
        }
        server = Server(
            name="Redis",
            command=[program, *(word for name, value in options.items() for word in (f"--{name}", value))],
            folder=folder,
            url=f"redis://:{password}@127.0.0.1:{port}/0",
            answers=redis_answers,
            stop_signal=signal.SIGTERM,
            user=user,
        )
        with running(server):
            yield server


def main(command: list[str]) -> int:
    with postgres() as database, redis() as broker:
        environment = {**os.environ, "DATABASE_URL": database.url, "REDIS_URL": broker.url}
        return subprocess.run(command, env=environment, check=False).returncode


def wait_longer(options: dict[str, Any]) -> None:
    """Let writers wait for each other on a machine that does much else: slow isn't lost."""
    patient = options["options"].replace("statement_timeout=15s", "statement_timeout=120s")
    options["options"] = patient.replace("lock_timeout=5s", "lock_timeout=60s")
    if options["pool"]:
        options["pool"] = {**options["pool"], "timeout": 60}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
