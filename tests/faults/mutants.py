"""`./run prove mutants`: thousands of broken files, none of which may crash, hang or fill the one that reads them."""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import local

from projects.reading.child import ReadingRefused, read_file
from tests.projects.reading.kinds import write_kinds
from tests.projects.reading.mutating import BOMB, mutated

SECONDS = 20
SLOW_SECONDS = 5
GROWTH_MIB = 50
BOMBS = 2
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = (ROOT / "seeds" / "key-work-142.xlsx",)


@dataclass(slots=True)
class Outcome:
    """`seed` makes the same file again; `line` is the clear line of a refusal, `crash` what came out instead of one."""

    kind: str
    mutation: str
    seed: int
    code: str = ""
    line: str = ""
    crash: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Found:
    outcomes: list[Outcome] = field(default_factory=list)
    growth_mib: float = 0.0
    stumbles: Counter[str] = field(default_factory=Counter)

    @property
    def crashes(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.crash]

    @property
    def hangs(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.seconds > SECONDS]

    @property
    def unclear(self) -> list[Outcome]:
        """Refusals that are not one sentence on one line."""
        return [
            outcome
            for outcome in self.outcomes
            if outcome.code and (not outcome.line.endswith("。") or "\n" in outcome.line)
        ]

    def summary(self) -> dict[str, object]:
        return {
            "mutants": len(self.outcomes),
            "readings": sum(not (outcome.code or outcome.crash) for outcome in self.outcomes),
            "refused": dict(Counter(outcome.code for outcome in self.outcomes if outcome.code).most_common()),
            "crashes": len(self.crashes),
            "hangs": len(self.hangs),
            "unclear": len(self.unclear),
            "slowest_s": round(max((outcome.seconds for outcome in self.outcomes), default=0.0), 2),
            "parent_growth_mib": round(self.growth_mib, 1),
            "stumbles": dict(self.stumbles.most_common(12)),
        }


class _Stumbles(logging.Handler):
    """Count the places in the reader that gave a broken file up without a word of their own."""

    def __init__(self, counted: Counter[str]) -> None:
        super().__init__(logging.ERROR)
        self._counted = counted

    def emit(self, record: logging.LogRecord) -> None:
        self._counted[record.getMessage()] += 1


def try_mutants(folder: Path, count: int, seed: int, *, threads: int = 2) -> Found:
    """Read that many broken files, each from a good one of a kind by turns."""
    good = {kind: path.read_bytes() for kind, path in write_kinds(folder).items()}
    good |= {path.name: path.read_bytes() for path in SAMPLES}
    found = Found()
    log, handler = logging.getLogger("projects.reading.child"), _Stumbles(found.stumbles)
    log.addHandler(handler)
    propagates, log.propagate = log.propagate, False
    desk = local()

    def attempt(work: tuple[str, str, int, bytes]) -> Outcome:
        desk.path = getattr(desk, "path", None) or Path(tempfile.mkstemp(dir=folder)[1])
        return _outcome(desk.path, *work)

    before = _peak_mib()
    try:
        with ThreadPoolExecutor(threads) as pool:
            for chunk in _chunks(good, count, seed):
                found.outcomes += pool.map(attempt, chunk)
    finally:
        log.removeHandler(handler)
        log.propagate = propagates
    found.growth_mib = _peak_mib() - before
    return found


def _chunks(good: dict[str, bytes], count: int, seed: int) -> Iterator[list[tuple[str, str, int, bytes]]]:
    """Yield the broken files some at a time: they are made in this process, whose growth is measured."""
    kinds = sorted(good)
    others = list(good.values())
    chance = random.Random(seed)
    for _ in range(BOMBS):
        yield [("xlsx", "bomb", seed, BOMB(chance, good["xlsx"]))]
    for start in range(0, count - BOMBS, 32):
        chunk = []
        for place in range(start, min(start + 32, count - BOMBS)):
            kind, own = kinds[place % len(kinds)], seed * 1_000_003 + place // len(kinds)
            mutation, content = mutated(good[kind], others, own)
            chunk.append((kind, mutation, own, content))
        yield chunk


def _outcome(path: Path, kind: str, mutation: str, seed: int, content: bytes) -> Outcome:
    path.write_bytes(content)
    outcome = Outcome(kind, mutation, seed)
    begun = time.monotonic()
    try:
        read_file(path, year=2017, name=f"table.{kind}")
    except ReadingRefused as refused:
        outcome.code, outcome.line = refused.code, refused.message
    except BaseException as error:  # noqa: BLE001 -- whatever else comes out is what is sought
        outcome.crash = repr(error)
    outcome.seconds = time.monotonic() - begun
    return outcome


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run prove mutants")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = try_mutants(Path(folder), wanted.count, wanted.seed)
    slow = [outcome for outcome in found.outcomes if SLOW_SECONDS < outcome.seconds <= SECONDS]
    for outcome in [*found.crashes, *found.hangs, *found.unclear, *slow]:
        sys.stdout.write(f"{outcome}\n")
    summary = {**found.summary(), "seconds": round(time.monotonic() - begun)}
    sys.stdout.write(json.dumps(summary, ensure_ascii=False) + "\n")
    good = not (found.crashes or found.hangs or found.unclear) and found.growth_mib <= GROWTH_MIB
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
