"""Kill -9 while an import is applied, again and again: `./run prove imports` holds that none is partial and none doubled.

After each kill one looks at what is there, applies the table again, and compares with what its preview said. Half of the
kills come at a moment around a statement, spread over all of them; the others at a random time.
"""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
import traceback
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import services
from tests.faults.installation import copy_of, postgres_database
from tests.programs import ROOT

ROWS, KILLS = 5000, 200
BASE, WORK = "duban_import_base", "duban_import"
SEED = 20260624

Found = dict[str, Any]
Work = Callable[..., Found]


@dataclass
class Result:
    """`unkilled`: the import was faster than its kill; `found_applied`: the kill came after the commit."""

    rows: int
    kills: int = 0
    unkilled: int = 0
    found_applied: int = 0
    partial: int = 0
    doubled: int = 0
    differing: int = 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def in_child(work: Work, *, kill_after: float | None = None) -> Found | None:
    """Run `work` in a process forked from this one, which holds no connection; return None when it was killed.

    `kill_after` counts the seconds from the moment at which the child says that it begins to apply.
    """
    mine, its = os.pipe()
    child = os.fork()
    if not child:
        _answer(work, its)
    os.close(its)
    with os.fdopen(mine) as heard:
        if kill_after is not None and heard.readline():
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        lines = heard.read().splitlines()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    if status or not lines:
        raise RuntimeError(f"the child ended with {status}")
    found: Found = json.loads(lines[-1])
    return found


def _answer(work: Work, pipe: int) -> None:
    """Do the work in the child and tell its parent; nothing of the parent's own goes on here."""
    code = 1
    try:
        with os.fdopen(pipe, "w", buffering=1) as tell:
            tell.write(json.dumps(work(begun=partial(tell.write, "begun\n"))) + "\n")
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


class Ground:
    """A database that is as the story left it at the beginning of every `fresh`."""

    def __init__(self, on: str, folder: Path) -> None:
        self.on, self.folder = on, folder
        self.postgres = on != "sqlite"
        self.base = f"{on.rpartition('/')[0]}/{BASE}" if self.postgres else f"sqlite:///{folder / BASE}"
        self.work = f"{on.rpartition('/')[0]}/{WORK}" if self.postgres else f"sqlite:///{folder / WORK}"

    def told(self, rows: int) -> AbstractContextManager[object]:
        """Tell the story in the base, which on PostgreSQL is there until the end of the block."""
        made = postgres_database(self.on, BASE) if self.postgres else nullcontext()
        return _after(made, lambda: self._tell(rows))

    def _tell(self, rows: int) -> None:
        subprocess.run(
            [sys.executable, "-m", "tests.faults.importing", str(rows)],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self.base},
            check=True,
        )

    @contextmanager
    def fresh(self) -> Iterator[None]:
        if self.postgres:
            with postgres_database(self.on, WORK, template=BASE):
                yield
            return
        for end in ("", "-wal", "-shm"):
            Path(f"{self.folder / WORK}{end}").unlink(missing_ok=True)
        copy_of(self.folder / BASE, self.folder / WORK)
        yield


@contextmanager
def _after(made: AbstractContextManager[object], work: Callable[[], None]) -> Iterator[None]:
    with made:
        work()
        yield


@dataclass(frozen=True)
class Expected:
    """What one undisturbed import leaves, how long it takes, and how many moments it has."""

    before: Found
    after: Found
    there: Found
    seconds: float
    moments: int


class Proof:
    """Kills one import after the other on one database, which no connection of this process touches."""

    def __init__(self, ground: Ground, rows: int) -> None:
        # Settings read the address once, so they are read only now.
        os.environ["DATABASE_URL"] = ground.work
        from tests.faults import importing

        self.jobs = importing
        self.ground = ground
        self.result = Result(rows)
        self.chance = random.Random(SEED)
        self.expected = self._undisturbed()

    def _undisturbed(self) -> Expected:
        with self.ground.fresh():
            said, before = self._ask(self.jobs.said), self._ask(self.jobs.look)
            applied = self._ask(self.jobs.apply)
            after, there = self._ask(self.jobs.look), self._ask(self.jobs.there)
        found = Expected(before, after, there, applied["seconds"], applied["moments"])
        if wrong := disagreements(said, there):
            raise AssertionError(f"the preview and what was written differ in {wrong}: {said} {there}")
        return found

    def _ask(self, work: Work) -> Found:
        found = in_child(work)
        assert found is not None
        return found

    def kill(self, number: int, kills: int) -> None:
        """Kill one import, look, start again and compare."""
        with self.ground.fresh():
            if number % 2:
                share = number / max(kills - 1, 1)
                work = partial(self.jobs.apply, die_at=1 + round(share * (self.expected.moments - 1)))
                survived = in_child(work)
            else:
                survived = in_child(self.jobs.apply, kill_after=self.chance.uniform(0, 1.05 * self.expected.seconds))
            self.result.kills += survived is None
            self.result.unkilled += survived is not None
            found = self._ask(self.jobs.look)
            self.result.found_applied += survived is None and found == self.expected.after
            self.result.partial += found not in (self.expected.before, self.expected.after)
            self._ask(self.jobs.apply)
            rows, wanted = self._ask(self.jobs.look)["rows"], self.expected.after["rows"]
            self.result.doubled += any(rows[table] > wanted[table] for table in wanted)
            self.result.differing += rows != wanted or self._ask(self.jobs.there) != self.expected.there


def disagreements(said: Found, there: Found) -> list[str]:
    """Return in what the table's preview and what was written don't agree."""
    summary, written, fates = there["summary"], there["written"], there["on_record"]
    found = [name for name in said if summary[name] != said[name]]
    found += [f"written {name}" for name in written if written[name] != said[name]]
    found += [f"on record {name}" for name in fates if fates[name] != said[name]]
    return found + [name for name in ("differs", "derived_wrong") if there[name]]


def prove(on: str, rows: int, kills: int) -> Result:
    """Prove it on SQLite or on the PostgreSQL server of this address."""
    with TemporaryDirectory() as folder:
        ground = Ground(on, Path(folder))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "MEDIA_ROOT": folder,
        }
        with ground.told(rows):
            proof = Proof(ground, rows)
            say(f"an import undisturbed: {proof.expected.seconds:.1f} s, {proof.expected.moments} moments")
            for number in range(kills):
                proof.kill(number, kills)
                if (number + 1) % 20 == 0:
                    say(str(asdict(proof.result)))
            return proof.result


def apart(on: str, rows: int, kills: int) -> Result:
    """Prove it in a process of its own: settings know one database."""
    command = [sys.executable, "-m", "tests.faults.imports", "--rows", str(rows), "--kills", str(kills), "--on", on]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            say(line.rstrip())
            lines.append(line)
    if process.returncode:
        raise RuntimeError(f"the proof on {on} ended with {process.returncode}")
    return Result(**json.loads(lines[-1]))


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--on", help="sqlite, or the address of a PostgreSQL server; both by default")
    wanted = parser.parse_args(arguments)
    if wanted.on:
        say(json.dumps(asdict(prove(wanted.on, wanted.rows, wanted.kills))))
        return 0
    databases = {"sqlite": "sqlite"}
    with ExitStack() as stack:
        try:
            databases["postgresql"] = stack.enter_context(services.postgres()).url
        except services.ServiceMissingError as missing:
            say(f"without PostgreSQL: {missing}")
        found = {name: asdict(apart(on, wanted.rows, wanted.kills)) for name, on in databases.items()}
    sums = {name: sum(one[name] for one in found.values()) for name in ("kills", "partial", "doubled", "differing")}
    say(json.dumps({**sums, **found}))
    return 1 if any(sums[name] for name in ("partial", "doubled", "differing")) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
