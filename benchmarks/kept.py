"""Large databases that are built once: a PostgreSQL in .bench/ keeps them, and a measurement works on a copy."""

import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

import psycopg
from psycopg import sql

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


@dataclass(frozen=True, slots=True)
class Made:
    """What a database came from: the files that fill it and the migrations it knows, each by what it says."""

    builders: str
    migrations: Mapping[str, str]

    @classmethod
    def read(cls, words: str | None) -> "Made | None":
        """Return what `written` wrote; None for a database of which nothing was written down."""
        return cls(**json.loads(words)) if words else None

    def written(self) -> str:
        return json.dumps({"builders": self.builders, "migrations": dict(self.migrations)})

    def grows_into(self, now: "Made") -> bool:
        """Tell whether newer migrations alone lead from here to `now`: none that it knows was changed or taken away."""
        return self.builders == now.builders and self.migrations.items() <= now.migrations.items()


@contextmanager
def large(*, offices: int, items: int) -> Iterator[Large]:
    """Give a database of so many offices with one plan of so many items each; the first call builds it.

    Raise ServiceMissingError where PostgreSQL isn't installed.
    """
    with server() as address:
        yield built(address, f"offices_{offices}x{items}", "benchmarks.building", str(offices), str(items))


def built(address: str, name: str, module: str, *arguments: str) -> Large:
    """Return the database of this name on the kept server.

    The first call lets the module fill it. One that only lacks newer migrations is brought up to them instead.
    """
    found = Large(address, f"{name}_{fingerprint()}")
    if not _exists(found):
        began = time.monotonic()
        older = _older(address, name)
        print(f"bringing up {older.name}" if older else f"building {name}", flush=True)
        if older:
            _bring_up(older, found)
        else:
            _build(found, module, *arguments)
        print(f"  took {time.monotonic() - began:.0f} s", flush=True)
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


def _older(address: str, name: str) -> Large | None:
    """Return a database of this name from which newer migrations lead to what is wanted."""
    now = made()
    for kept, was in _kept(address):
        if kept.name.startswith(f"{name}_") and was and was.grows_into(now):
            return kept
    return None


def _bring_up(older: Large, wanted: Large) -> None:
    """Migrate under the old name: a migration is whole or not at all, so one that breaks leaves what can be tried again."""
    stage.measured("benchmarks.upgrading", databases={"postgresql": older.url})
    with administered(wanted.server) as connection:
        _name(connection, older.name, wanted.name)


def _build(wanted: Large, module: str, *arguments: str) -> None:
    """Build under another name: what was broken off halfway is never taken for the whole. Outdated builds make room."""
    halfway = Large(wanted.server, "halfway")
    _drop_outdated(wanted.server)
    halfway.drop(halfway.name)
    with administered(wanted.server) as connection:
        connection.execute(f'CREATE DATABASE "{halfway.name}"')
    stage.measured(module, *arguments, databases={"postgresql": halfway.url})
    with administered(wanted.server) as connection:
        _name(connection, halfway.name, wanted.name)


def _name(connection: psycopg.Connection, old: str, new: str) -> None:
    """Write down what the database came from, then call it by that."""
    note = sql.Literal(made().written())
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(old), note))
    connection.execute(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def _drop_outdated(address: str) -> None:
    now = made()
    for kept, was in _kept(address):
        if was is None or not was.grows_into(now):
            kept.drop(kept.name)


def _kept(address: str) -> list[tuple[Large, Made | None]]:
    with administered(address) as connection:
        rows = connection.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname ~ '^(offices|board)_' ORDER BY oid DESC"
        ).fetchall()
    return [(Large(address, name), Made.read(words)) for name, words in rows]


def made() -> Made:
    """Return what a database comes from that is built now."""
    migrations = sorted(stage.ROOT.glob("*/migrations/*.py"))
    builders = hashlib.sha256(b"".join(Path(__file__).with_name(name).read_bytes() for name in BUILDERS))
    return Made(
        builders.hexdigest()[:12],
        {f"{path.parts[-3]}/{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in migrations},
    )


def fingerprint() -> str:
    """Return what changes with the tables and with the way they are filled."""
    return hashlib.sha256(made().written().encode()).hexdigest()[:12]
