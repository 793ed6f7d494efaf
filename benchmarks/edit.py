"""How long the server takes to write one cell of a plan of 500 rows in place, beside the bare update of that row."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import orjson

from benchmarks import stage


def main(arguments: Sequence[str]) -> None:
    """Measure on every database there is; the figure is that of the slower one."""
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=500)
    said = parser.parse_args(arguments)
    with stage.databases() as databases:
        found = stage.measured("benchmarks.editing", str(said.size), databases=databases)
    figures = {"p95_ms": max(each["p95_ms"] for each in found.values())}
    print(f"\np95 {figures['p95_ms']} ms")
    print(orjson.dumps({**figures, **found}).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
