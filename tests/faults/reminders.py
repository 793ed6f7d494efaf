"""Kill -9 while reminders go out: `./run prove reminders` holds that none is lost and none stands twice in the record.

By default 1,000 kills of web, worker, beat, Redis and PostgreSQL while 10,000 reminders go out; `--embedded` kills the
service of one process instead, `--without-kills N` sends N messages undisturbed.
"""

import json
import math
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import run
from tests.faults.run import Result, Size

KILLS, REMINDERS = 1000, 10_000
WAVES, ITEMS = 10, 2
UNDISTURBED_WAVES = 100
"""Many messages come of many waves: thousands of units would take longer to make than to tell."""


def size_of(reminders: int, *, kills: int, waves: int = WAVES, items: int = ITEMS) -> Size:
    """Return the size that tells at least so many, of so many items at once to each unit in a wave."""
    return Size(units=math.ceil(reminders / (2 * waves * items)), items=items, waves=waves, kills=kills)


def prove(size: Size, *, embedded: bool = False, seed: int = run.SEED) -> Result:
    form = run.embedded if embedded else run.deployed
    with TemporaryDirectory(prefix="duban-run-") as folder, form(Path(folder), size) as ground:
        return run.run(ground, size, seed=seed)


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser()
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--reminders", type=int, default=REMINDERS)
    parser.add_argument("--without-kills", type=int, metavar="MESSAGES", help="send so many undisturbed")
    parser.add_argument("--embedded", action="store_true", help="the service of one process, on SQLite without Redis")
    parser.add_argument("--seed", type=int, default=run.SEED)
    said = parser.parse_args(arguments)
    size = size_of(said.reminders, kills=said.kills)
    if said.without_kills:
        size = replace(size_of(said.without_kills, kills=0, waves=UNDISTURBED_WAVES, items=1), relay=0.0)
    found = prove(size, embedded=said.embedded, seed=said.seed)
    for line in found.verdict.said:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(json.dumps(found.figures(), ensure_ascii=False) + "\n")
    return 1 if found.verdict.wrong() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
