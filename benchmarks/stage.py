"""Where a measurement plays: a prepared database of which every run gets a fresh copy, on SQLite or PostgreSQL."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import psycopg
from django.db import connection

from tests import services

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".bench"


def measured(module: str, *arguments: str, databases: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Run `python -m module` once a database, in a process of its own, and return the JSON of each last line."""
    found = {}
    for name, url in databases.items():
        print(f"\n{name}", flush=True)
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MEDIA_ROOT": str(KEPT / "media"),
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        with subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            last = b""
            for line in process.stdout:
                if last:
                    print(last.decode(), end="", flush=True)
                last = line
        if process.returncode:
            raise SystemExit(process.returncode)
        found[name] = orjson.loads(last)
    return found


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give the address of an empty database on SQLite and, where it is installed, on a PostgreSQL of our own."""
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"stage-{os.getpid()}.sqlite3"
    found = {"sqlite": f"sqlite:///{path}"}
    try:
        with services.postgres() as server:
            yield {**found, "postgresql": server.url}
    except services.ServiceMissingError as missing:
        print(f"without PostgreSQL: {missing}")
        yield found
    finally:
        remove_sqlite(path)


def remove_sqlite(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)


class Stage:
    """The database of this process, prepared once; `fresh` puts it back to that."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        self.connection: Any = connection
        self.vendor = connection.vendor
        self.name = str(connection.settings_dict["NAME"])
        prepare()
        self._leave()
        if self.vendor == "sqlite":
            shutil.copy(self.name, f"{self.name}.base")
        else:
            self._command(f'CREATE DATABASE "{self.name}_base" TEMPLATE "{self.name}"')

    def fresh(self) -> None:
        self._leave()
        if self.vendor == "sqlite":
            remove_sqlite(Path(self.name))
            shutil.copy(f"{self.name}.base", self.name)
        else:
            self._command(f'DROP DATABASE "{self.name}"')
            self._command(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_base"')
        self.connection.ensure_connection()

    def close(self) -> None:
        self._leave()
        if self.vendor == "sqlite":
            Path(f"{self.name}.base").unlink()

    def _leave(self) -> None:
        self.connection.close()
        if self.vendor == "postgresql":
            self.connection.close_pool()

    def _command(self, statement: str) -> None:
        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(statement)
