"""One run: the service as deployed or in one process, a crowd that is told wave after wave, a storm of kills, a verdict."""

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from signal import SIGTERM
from threading import Thread
from typing import Any

import psycopg
import redis as redis_client

from tests import compose, programs, services, smtp_sink, webhook_sink
from tests.faults.checker import Copy, Promise, Record, Verdict, judge, record_of
from tests.faults.installation import environment_of
from tests.faults.office_at_web import Office
from tests.faults.storm import DEPLOYED, EMBEDDED, Act, Storm, Target
from tests.smtp_sink import Mode, Sink

SETTLE_SECONDS = 300.0
"""How long after the last recovery everything must be told: the bar, so waiting longer would find nothing better."""
QUICK = {"REMINDER_POLL_SECONDS": "0.2", "REMINDER_SETTLE_SECONDS": "1"}
LEASE_SECONDS = 6
"""Longer than a busy machine takes for what one claim holds: a lease that ends under a living process isn't the test."""
URGED_A_WAVE = 2
SEED = 20260624

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How many units are told of how many items in how many waves, under how many kills.

    A relay takes `relay` seconds a message, in which a kill leaves it taken and not marked.
    """

    units: int
    items: int
    waves: int
    kills: int
    relay: float = 0.05

    @property
    def reminders(self) -> int:
        return self.waves * self.a_wave

    @property
    def a_wave(self) -> int:
        """Return how many are told in a wave: of each item and urging a clerk and the unit's group."""
        return 2 * (self.units * self.items + URGED_A_WAVE)

    @property
    def messages(self) -> int:
        """Return how many go out at most: a digest a unit and wave, and the urgings, by mail and to the groups."""
        return 2 * self.waves * (self.units + URGED_A_WAVE)

    def story(self, webhooks: webhook_sink.Sink) -> tuple[str, ...]:
        return "story", str(self.units), str(self.items), str(self.waves), f"http://{webhooks.allowed}/take"


@dataclass(frozen=True)
class Ground:
    """A running service, and how to look into its record without it."""

    services: dict[str, services.Server]
    targets: Sequence[Target]
    base_url: str
    sink: Sink
    webhooks: webhook_sink.Sink
    waves: list[Row]
    environment: dict[str, str]
    finished: Callable[[], tuple[int, int]]
    acts: Mapping[Act, Callable[[], Callable[[], object]]] = field(default_factory=dict)

    def sent(self) -> int:
        return self.sink.count() + self.webhooks.count()

    def tell(self, *arguments: str) -> Any:
        return _crowd(self.environment, *arguments)


@dataclass
class Result:
    verdict: Verdict
    seconds: float
    kills: Counter[str] = field(default_factory=Counter)
    hindered: Counter[str] = field(default_factory=Counter)
    fell: Counter[str] = field(default_factory=Counter)

    def figures(self) -> Row:
        found = asdict(self.verdict)
        besides = {"killed": self.kills, "hindered": self.hindered, "fell": self.fell, "seconds": self.seconds}
        return {**found, "said": found["said"][:20], **besides}


def run(ground: Ground, size: Size, *, seed: int = SEED) -> Result:
    """Let the office tell the crowd while the storm rages; return what came of it."""
    began = time.monotonic()
    ground.sink.become(Mode.SLOW, seconds=size.relay)
    storm = Storm(
        ground.services,
        ground.targets,
        size.kills,
        ground.sent,
        size.messages,
        random.Random(seed),
        _progress(ground),
        ground.acts,
    )
    office = Office(ground.base_url)
    failures: list[BaseException] = []
    teller = Thread(target=_reported, args=(lambda: _tell(ground, office, size), failures))
    teller.start()
    storm.rage(over=lambda: bool(failures))
    recovered_at = time.time()
    while teller.is_alive():
        storm.keep_up()
        teller.join(1.0)
    if failures:
        raise failures[0]
    _wait(ground, size.reminders, 0)
    verdict = judge(_record(ground, office), _copies(ground), storm.kills, recovered_at=recovered_at)
    kinds = Counter(kill.service for kill in storm.kills)
    return Result(verdict, round(time.monotonic() - began, 1), kinds, storm.hindered, storm.fell)


def _progress(ground: Ground) -> Callable[[int], None]:
    began = time.monotonic()

    def say(kills: int) -> None:
        if kills % 20 == 0:
            seconds = time.monotonic() - began
            sys.stdout.write(f"{seconds:5.0f} s: {kills} kills, {ground.sent()} messages\n")
            sys.stdout.flush()

    return say


def _reported(work: Callable[[], None], failures: list[BaseException]) -> None:
    try:
        work()
    except BaseException as failure:  # noqa: BLE001 - whatever ends the thread is raised again by who started it
        failures.append(failure)


def _tell(ground: Ground, office: Office, size: Size) -> None:
    """Issue one wave when the one before has nearly gone out, and urge some units after each."""
    for number, wave in enumerate(ground.waves):
        if not _wait(ground, number * size.a_wave, size.units // 10):
            raise AssertionError(f"wave {number} did not go out in {SETTLE_SECONDS} s: {ground.finished()}")
        office.issue(wave["plan"])
        first = number * URGED_A_WAVE
        for unit, item in [wave["items"][(first + n) % len(wave["items"])] for n in range(URGED_A_WAVE)]:
            office.urge(unit, item)


def _wait(ground: Ground, told: int, waiting: int) -> bool:
    """Wait until so many are told and only so many on their way; give up after as long as the bar allows."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            so_far, still = ground.finished()
            if so_far >= told and still <= waiting:
                return True
        time.sleep(0.3)
    return False


def _record(ground: Ground, office: Office) -> Record:
    found = ground.tell("record")
    missing = [Promise(what, "anybody", since) for what, since in office.since.items() if not _is_there(what, found)]
    return record_of(found, since=office.since, besides=missing)


def _is_there(what: str, found: Row) -> bool:
    return any(row["of"] == what for row in found["promises"])


def _copies(ground: Ground) -> list[Copy]:
    mails = [Copy(kept.id, kept.sha256, kept.at) for kept in ground.sink.kept()]
    return [*mails, *(Copy(kept.code(), kept.fingerprint(), kept.at) for kept in ground.webhooks.requests())]


def _crowd(environment: dict[str, str], *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.crowd", *arguments],
        cwd=programs.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def deployed(folder: Path, size: Size) -> Iterator[Ground]:
    """Run PostgreSQL, Redis, web, worker and beat by the compose file's commands, with the story told."""
    with ExitStack() as running:
        sink = running.enter_context(smtp_sink.running(folder / "sink"))
        webhooks = running.enter_context(webhook_sink.running(folder / "webhooks"))
        postgres = running.enter_context(services.postgres())
        redis = running.enter_context(services.redis())
        environment = _environment(sink, webhooks, postgres.url)
        waves = _crowd(environment, *size.story(webhooks))
        del environment["DATABASE_URL"], environment["SECRET_KEY"]
        stack = running.enter_context(
            compose.stack(folder, database_url=postgres.url, redis_url=redis.url, secret_key="x" * 50, **environment)
        )
        yield Ground(
            services={"postgres": postgres, "redis": redis, **stack.services},
            targets=DEPLOYED,
            base_url=stack.base_url,
            sink=sink,
            webhooks=webhooks,
            waves=waves,
            environment=_environment(sink, webhooks, postgres.url),
            finished=lambda: _finished_on_postgres(postgres.url),
            acts={Act.FLUSH: lambda: _flushed(redis.url), Act.FILL: lambda: _filled(redis.url)},
        )


@contextmanager
def embedded(folder: Path, size: Size) -> Iterator[Ground]:
    """Run everything in one process on SQLite, with no Redis."""
    with ExitStack() as running:
        sink = running.enter_context(smtp_sink.running(folder / "sink"))
        webhooks = running.enter_context(webhook_sink.running(folder / "webhooks"))
        environment = _environment(sink, webhooks, f"sqlite:///{folder / 'duban.sqlite3'}")
        waves = _crowd(environment, *size.story(webhooks))
        port = services.free_port()
        server = services.Server(
            name="serve",
            command=programs.manage("serve", "--port", str(port)),
            folder=folder,
            url=f"http://127.0.0.1:{port}",
            answers=compose.serves,
            stop_signal=SIGTERM,
            environment=environment,
            cwd=programs.ROOT,
        )
        running.enter_context(services.running(server))
        yield Ground(
            services={"serve": server},
            targets=EMBEDDED,
            base_url=server.url,
            sink=sink,
            webhooks=webhooks,
            waves=waves,
            environment=environment,
            finished=lambda: _finished_on_sqlite(folder / "duban.sqlite3"),
        )


def _flushed(url: str) -> Callable[[], object]:
    _ask_redis(url, "FLUSHALL")
    return lambda: None


def _filled(url: str) -> Callable[[], object]:
    """Let Redis refuse to keep anything more, till what is returned is called; a restart forgets it too."""
    _ask_redis(url, "CONFIG SET", "maxmemory", "1")
    return lambda: _ask_redis(url, "CONFIG SET", "maxmemory", "0")


def _ask_redis(url: str, *command: str) -> None:
    with suppress(redis_client.RedisError), redis_client.Redis.from_url(url) as client:
        client.execute_command(*command)


def _environment(sink: Sink, webhooks: webhook_sink.Sink, database_url: str) -> dict[str, str]:
    given = {
        **environment_of(sink, database_url, lease_seconds=LEASE_SECONDS),
        **QUICK,
        "OUTGOING_ALLOWED": webhooks.allowed,
    }
    return {name: value for name, value in given.items() if value is not None}


FINISHED = """
SELECT (SELECT count(*) FROM tracker_reminder WHERE state = 'expanded'),
       (SELECT count(*) FROM tracker_delivery WHERE state IN ('ready', 'sending', 'retry'))
     + (SELECT count(*) FROM tracker_reminder WHERE state = 'due')
"""
"""How many are told, and how many reminders and messages are still under way."""


def _finished_on_postgres(url: str) -> tuple[int, int]:
    with psycopg.connect(url) as connection:
        told, waiting = connection.execute(FINISHED).fetchone() or (0, 0)
    return told, waiting


def _finished_on_sqlite(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        told, waiting = connection.execute(FINISHED).fetchone()
    return told, waiting
