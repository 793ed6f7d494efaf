"""Large databases that are built once: a PostgreSQL in .bench/ keeps them, and a measurement works on a copy."""

import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

import psycopg

from benchmarks import stage
from tests import services

FOLDER = stage.KEPT / "postgresql"
OWNER = "duban"
OPTIONS = ("fsync=off", "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min")
BUILDERS = ("offices.py", "multiplying.py", "boarded.py")


@dataclass(frozen=True, slots=True)
class Large:
    """A built database. What only reads may use it as it stands; what writes takes a copy."""

    server: str
    name: str

    @property
    def url(self) -> str:
        return f"{self.server}/{self.name}"

    def copy(self, name: str) -> str:
        """Make a fresh copy under this name and return its address."""
        with administered(self.server) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}" STRATEGY file_copy')
        return f"{self.server}/{name}"

    def drop(self, name: str) -> None:
        with administered(self.server) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def large(*, offices: int, items: int) -> Iterator[Large]:
    """Give a database of so many offices with one plan of so many items each; the first call builds it.

    Raise ServiceMissingError where PostgreSQL isn't installed.
    """
    with server() as address:
        yield built(address, f"offices_{offices}x{items}", "benchmarks.building", str(offices), str(items))


def built(address: str, name: str, module: str, *arguments: str) -> Large:
    """Return the database of this name on the kept server; the first call lets the module fill it."""
    found = Large(address, f"{name}_{fingerprint()}")
    if not _exists(found):
        began = time.monotonic()
        print(f"building {name}", flush=True)
        _build(found, module, *arguments)
        print(f"  built in {time.monotonic() - began:.0f} s", flush=True)
    return found


@contextmanager
def server() -> Iterator[str]:
    """Run the kept server and yield its address, without a database."""
    program, user = services.postgres_program("postgres"), services.unprivileged_user()
    data, port = FOLDER / "data", services.free_port()
    if not data.is_dir():
        _found(data, user)
    options = [f"-c{each}" for each in (f"port={port}", f"unix_socket_directories={FOLDER}", *OPTIONS)]
    running = services.Server(
        name="PostgreSQL",
        command=[program, "-D", str(data), "-clisten_addresses=127.0.0.1", *options],
        folder=FOLDER,
        url=f"postgres://{OWNER}@127.0.0.1:{port}/postgres",
        answers=services.postgres_answers,
        stop_signal=SIGINT,
        user=user,
    )
    with services.running(running):
        yield running.url.rpartition("/")[0]


@contextmanager
def administered(address: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        yield connection


def _found(data: Path, user: str | None) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(FOLDER, user)
    subprocess.run(
        [services.postgres_program("initdb"), "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=FOLDER,
        user=user,
        extra_groups=None if user is None else [],
    )


def _exists(wanted: Large) -> bool:
    with administered(wanted.server) as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [wanted.name]).fetchone()
    return row is not None


def _build(wanted: Large, module: str, *arguments: str) -> None:
    """Build under another name: what was broken off halfway is never taken for the whole. Older builds make room."""
    halfway = Large(wanted.server, "halfway")
    _drop_outdated(wanted)
    halfway.drop(halfway.name)
    with administered(wanted.server) as connection:
        connection.execute(f'CREATE DATABASE "{halfway.name}"')
    stage.measured(module, *arguments, databases={"postgresql": halfway.url})
    with administered(wanted.server) as connection:
        connection.execute(f'ALTER DATABASE "{halfway.name}" RENAME TO "{wanted.name}"')


def _drop_outdated(wanted: Large) -> None:
    with administered(wanted.server) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^(offices|board)_'").fetchall()
    for (name,) in names:
        if not name.endswith(fingerprint()):
            wanted.drop(name)


def fingerprint() -> str:
    """Return what changes with the tables and with the way they are filled."""
    migrations = sorted(stage.ROOT.glob("*/migrations/*.py"))
    builders = [Path(__file__).with_name(name) for name in BUILDERS]
    return hashlib.sha256(b"".join(path.read_bytes() for path in (*migrations, *builders))).hexdigest()[:12]
