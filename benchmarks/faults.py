"""What 100 random kills of web, worker, beat, Redis and PostgreSQL cost while 1,000 reminders go out: nothing but time."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks import printing
from tests.faults.reminders import prove, size_of

FIGURES = ("kills", "lost", "record_duplicates", "unmatched_wire_duplicates", "unfinished", "worst_lateness_s")
BESIDE = ("reminders", "wire_messages", "wire_duplicates", "altered", "worst_wait_s")


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=1000, help="reminders")
    parser.add_argument("--kills", type=int, default=100)
    said = parser.parse_args(arguments)
    found = prove(size_of(said.size, kills=said.kills))
    figures = asdict(found.verdict)
    printing.table(("killed", "times"), [(name, str(times)) for name, times in found.kills.most_common()])
    for line in found.verdict.said:
        print(line)
    printing.last_line({name: figures[name] for name in (*FIGURES, *BESIDE)} | {"seconds": found.seconds})


if __name__ == "__main__":
    main(sys.argv[1:])
