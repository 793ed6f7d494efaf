"""`./run prove races`: two to eight writers by page, API and in bulk over one version, many times: one wins, and the others see both.

Among them are offices that hand an item down, take it back and answer it.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import orjson

from benchmarks import stage

WRONG = ("none_won", "several_won", "blind", "lost_words", "not_once")


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser()
    parser.add_argument("--races", type=int, default=10_000)
    said = parser.parse_args(arguments)
    with stage.databases() as databases:
        found = stage.measured("tests.faults.racing", str(said.races), databases=databases)
    sys.stdout.write(orjson.dumps(found).decode() + "\n")
    return 1 if any(each[name] for each in found.values() for name in WRONG) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
