"""`./run prove updates`: twenty programs write through the API while web is killed with -9; nothing acknowledged is missing or stands twice.

Half of them take a step under an Idempotency-Key and send it again until it is answered. The others change a row over the
version they saw, without a key: whoever reads their own words in a 412 knows that the change arrived.
"""

import http.client
import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from tests import compose, programs, services
from tests.faults.installation import BUSINESS_DAY, environment_of
from tests.smtp_sink import running as mail_sink

UPDATES, CLIENTS, UPTIME_SECONDS = 20_000, 20, 2.0
PATIENCE_SECONDS, AGAIN_SECONDS = 120.0, 0.05
LATER = "2026-12-31"
WRONG = ("missing", "twice", "unasked", "refused")

Row = dict[str, Any]


@dataclass
class Result:
    """What came of it.

    `lost_answers`: sent again because no answer came; `missing`, `twice`: of what was acknowledged; `unasked`: standing,
    and nobody's words; `refused`: answers that no writer should see.
    """

    updates: int = 0
    kills: int = 0
    lost_answers: int = 0
    missing: int = 0
    twice: int = 0
    unasked: int = 0
    refused: int = 0
    seconds: float = 0.0


@dataclass
class Client:
    """A program that writes one update after the other over the version that the last one left."""

    address: str
    place: int
    secret: str
    thing: int
    version: int
    acknowledged: list[str] = field(default_factory=list)
    lost_answers: int = 0
    refused: list[str] = field(default_factory=list)
    _line: http.client.HTTPConnection | None = None

    @property
    def keyed(self) -> bool:
        return self.place % 2 == 0

    def write(self, most: int) -> None:
        for number in range(most):
            words = f"第{self.place}个程序第{number}次"
            if not self._until_answered(words):
                return
            self.acknowledged.append(words)

    def _until_answered(self, words: str) -> bool:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                status, said = self._send(words)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self._line, self.lost_answers = None, self.lost_answers + 1
                time.sleep(AGAIN_SECONDS)
                continue
            if status == 412 and not self.keyed and said["current"]["title"] == words:
                status, said = 200, said["current"]
            if status == 200:
                self.version = said["version"]
                return True
            # Under way in a process that was killed a moment ago, or a server that has just lost its database.
            if status not in {409, 429, 503}:
                self.refused.append(f"{status} {said}")
                return False
            time.sleep(AGAIN_SECONDS)
        self.refused.append(f"no answer: {words}")
        return False

    def _send(self, words: str) -> tuple[int, Row]:
        if self._line is None:
            self._line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        path, said = f"/api/v1/plans/{self.thing}/", {"title": words}
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Content-Type": "application/json",
            "If-Match": f'"{self.version}"',
        }
        if self.keyed:
            path, said = f"/api/v1/obstacles/{self.thing}/askings/", {"due_on": LATER, "reason": words}
            headers["Idempotency-Key"] = f"{self.place}-{len(self.acknowledged)}"
        self._line.request("POST" if self.keyed else "PATCH", path, json.dumps(said).encode(), headers)
        answer = self._line.getresponse()
        return answer.status, json.loads(answer.read())


def prove(*, updates: int, clients: int) -> Result:
    with TemporaryDirectory(prefix="duban-updates-") as name, ExitStack() as running:
        folder = Path(name)
        sink = running.enter_context(mail_sink(folder / "sink"))
        postgres = running.enter_context(services.postgres())
        redis = running.enter_context(services.redis())
        given = environment_of(sink, postgres.url, lease_seconds=60, day=BUSINESS_DAY)
        environment = {key: value for key, value in given.items() if value is not None}
        environment["API_REQUESTS_PER_MINUTE"] = "1000000"
        ground = _ask(environment, "story", str(clients))
        deployed = {key: value for key, value in environment.items() if key not in {"DATABASE_URL", "SECRET_KEY"}}
        stack = running.enter_context(
            compose.stack(folder, database_url=postgres.url, redis_url=redis.url, secret_key="x" * 50, **deployed)
        )
        began = time.monotonic()
        writers = [Client(stack.base_url, place, **each) for place, each in enumerate(ground)]
        kills = _written_under_kills(writers, stack.services["web"], updates // clients)
        result = Result(kills=kills, seconds=round(time.monotonic() - began, 1))
        _compare(result, writers, _ask(environment, "record"))
    return result


def _written_under_kills(writers: Sequence[Client], web: services.Server, most: int) -> int:
    """Let all write at once; whenever web has answered for two seconds it is killed with all its children."""
    over, kills = Event(), 0
    threads = [Thread(target=writer.write, args=(most,)) for writer in writers]
    for thread in threads:
        thread.start()
    watching = Thread(target=_when_all_have_ended, args=(threads, over.set))
    watching.start()
    while not over.wait(UPTIME_SECONDS):
        web.kill()
        kills += 1
        web.start()
    watching.join()
    return kills


def _when_all_have_ended(threads: Sequence[Thread], then: Callable[[], None]) -> None:
    for thread in threads:
        thread.join()
    then()


def _compare(result: Result, writers: Sequence[Client], record: Mapping[str, int]) -> None:
    for writer in writers:
        result.updates += len(writer.acknowledged)
        result.lost_answers += writer.lost_answers
        result.refused += len(writer.refused)
        for said in writer.refused:
            sys.stdout.write(f"{said}\n")
        result.missing += sum(record.get(words, 0) == 0 for words in writer.acknowledged)
    known = {words for writer in writers for words in writer.acknowledged}
    result.twice = sum(times > 1 for times in record.values())
    result.unasked = len(record.keys() - known)


def _ask(environment: Mapping[str, str], *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.updating", *arguments],
        cwd=programs.ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser()
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    said = parser.parse_args(arguments)
    found = prove(updates=said.updates, clients=said.clients)
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
    return 1 if any(getattr(found, name) for name in WRONG) or found.updates < said.updates else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
