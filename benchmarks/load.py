"""Two hundred clerks at once against the web service of docker-compose.yml on PostgreSQL, and twenty against `serve` on SQLite."""

import os
import secrets
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM
from statistics import median, quantiles
from typing import Any

import yaml

from benchmarks import kept, stage
from benchmarks.loading import Heard, run
from benchmarks.office_file import office_file
from benchmarks.printing import last_line, table
from tests import compose, programs, services
from tests.services import ServiceMissingError

CLERKS, SQLITE_CLERKS, SECONDS, OFFICES, OFFICE = 200, 20, 300, 100, 10_000
THINK = 5.0, 15.0
COPY = "loaded"

Figures = dict[str, Any]
During = tuple[int, tuple[float, float]]
"""How many seconds the clerks work, and between how few and how many they think."""


def main(arguments: Sequence[str]) -> None:
    """`errors` and `p95_ms` are those of both runs together: all errors, and the slower 95th of a hundred requests."""
    parser = ArgumentParser()
    parser.add_argument("--clerks", type=int, default=CLERKS)
    parser.add_argument("--sqlite-clerks", type=int, default=SQLITE_CLERKS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--size", type=int, default=OFFICE, help="items of an office")
    parser.add_argument("--offices", type=int, default=OFFICES)
    parser.add_argument("--think", type=float, nargs=2, default=THINK, help="fewest and most seconds between requests")
    said = parser.parse_args(arguments)
    during = said.seconds, tuple(said.think)
    print(f"on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {said.think} s between a clerk's requests")
    found: dict[str, Figures] = {}
    try:
        found["PostgreSQL"] = _on_postgresql(said.clerks, during, said.size, said.offices)
    except ServiceMissingError as missing:
        print(f"without PostgreSQL: {missing}")
    found["SQLite"] = _on_sqlite(said.sqlite_clerks, during, said.size)
    last_line(
        {
            "errors": sum(each["errors"] for each in found.values()),
            "p95_ms": max(each["p95_ms"] for each in found.values()),
            "load": found,
        }
    )


def _on_postgresql(clerks: int, during: During, size: int, offices: int) -> Figures:
    with ExitStack() as opened:
        server = opened.enter_context(kept.server())
        large = kept.built(server, f"offices_{offices}x{size}", "benchmarks.building", str(offices), str(size))
        broker, folder = opened.enter_context(services.redis()), opened.enter_context(_folder())
        url = large.copy(COPY)
        opened.callback(large.drop, COPY)
        print(f"\nPostgreSQL: {clerks} clerks, {during[0]} s, {size * offices} items", flush=True)
        key, ground = _prepared(url, clerks)
        return _measured(opened, _web(folder, url, broker.url, key, ground["shift"]), ground, during)


def _on_sqlite(clerks: int, during: During, size: int) -> Figures:
    with ExitStack() as opened:
        folder = opened.enter_context(_folder())
        path = folder / "duban.sqlite3"
        shutil.copy(office_file(size), path)
        print(f"\nSQLite: {clerks} clerks, {during[0]} s, {size} items", flush=True)
        key, ground = _prepared(f"sqlite:///{path}", clerks)
        return _measured(opened, _serve(folder, path, key, ground["shift"]), ground, during)


def _prepared(url: str, clerks: int) -> tuple[str, Figures]:
    key = secrets.token_urlsafe(50)
    found: Mapping[str, Any] = stage.measured("benchmarks.loading_ground", str(clerks), key, databases={"": url})
    return key, found[""]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="duban-load-") as name:
        yield Path(name)


def _web(folder: Path, url: str, broker: str, key: str, shift: int) -> services.Server:
    """Return the web service with its own command and secrets, as a container would see them."""
    declared = yaml.safe_load(compose.FILE.read_text())["services"]["web"]
    port = services.free_port()
    values = {"secret_key": key, "database_url": url, "redis_url": broker}
    variables = {"BASE_URL": f"http://127.0.0.1:{port}", "EMAIL_URL": "dummymail://"}
    return services.Server(
        name="web",
        command=[word.replace(compose.LISTENS_ON, f"127.0.0.1:{port}") for word in declared["command"]],
        folder=folder,
        url=f"http://127.0.0.1:{port}",
        answers=compose.serves,
        stop_signal=SIGTERM,
        environment=compose.environment_of(declared, values, variables, folder)
        | {"BUSINESS_DAY_SHIFT": str(shift), "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")},
        cwd=compose.FILE.parent,
    )


def _serve(folder: Path, path: Path, key: str, shift: int) -> services.Server:
    """Return `serve`: pages, worker and beat in one process."""
    port = services.free_port()
    return services.Server(
        name="serve",
        command=programs.manage("serve", "--port", str(port)),
        folder=folder,
        url=f"http://127.0.0.1:{port}",
        answers=compose.serves,
        stop_signal=SIGTERM,
        environment={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{path}",
            "SECRET_KEY": key,
            "MEDIA_ROOT": str(folder / "media"),
            "EMAIL_URL": "dummymail://",
            "BUSINESS_DAY_SHIFT": str(shift),
            "BASE_URL": f"http://127.0.0.1:{port}",
        },
        cwd=compose.FILE.parent,
    )


def _measured(opened: ExitStack, server: services.Server, ground: Figures, during: During) -> Figures:
    opened.enter_context(services.running(server))
    assert server.process is not None
    pid, memory = server.process.pid, dict[int, float]()
    port = int(server.url.rpartition(":")[2])
    heard = run(port, ground["clerks"], *during, lambda gone: memory.__setitem__(int(gone), megabytes(pid)))
    log = (server.folder / "log").read_text(errors="replace")
    found = figures(heard, during[0])
    found["locked"] = log.count("database is locked")
    found["mb"] = {
        "start": memory[min(memory)],
        "minute": memory[max(each for each in memory if each <= 60)],
        "end": memory[max(memory)],
    }
    _say(found, heard)
    return found


def figures(heard: Heard, seconds: float) -> Figures:
    every = [each for spent in heard.spent.values() for each in spent]
    return {
        "requests": len(every),
        "per_second": round(len(every) / seconds, 1),
        "errors": heard.errors.total(),
        "median_ms": round(median(every), 1),
        "p95_ms": round(quantiles(every, n=20, method="inclusive")[-1], 1),
        "max_ms": round(max(every), 1),
    }


def megabytes(pid: int) -> float:
    """Return what the process and its children hold in memory; what they share is counted with each."""
    pages = 0
    for each in (pid, *services.children_of(pid)):
        status = Path(f"/proc/{each}/statm")
        pages += int(status.read_text().split()[1]) if status.exists() else 0
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def _say(found: Figures, heard: Heard) -> None:
    rows = [
        (
            kind,
            len(spent),
            round(median(spent), 1),
            round(quantiles(spent, n=20, method="inclusive")[-1], 1) if len(spent) > 1 else "-",
            round(max(spent), 1),
        )
        for kind, spent in sorted(heard.spent.items())
    ]
    table(("request", "times", "median", "p95", "longest"), rows)
    for wrong, times in heard.errors.most_common():
        print(f"  {times} × {wrong}")
    print("  " + ", ".join(f"{name} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
