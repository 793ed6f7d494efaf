"""How long the server takes for a plan's board, beside the bare SQL of the same figures, and for what a unit owes."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import orjson

from benchmarks import stage


def main(arguments: Sequence[str]) -> None:
    """Measure on every database there is; the figures are those of the slower one."""
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=10_000, help="items in the plan whose board is read")
    parser.add_argument("--owed", type=int, default=500, help="items that one unit owes")
    said = parser.parse_args(arguments)
    with stage.databases() as databases:
        found = stage.measured("benchmarks.boarding", str(said.size), str(said.owed), databases=databases)
    figures = {name: max(each[name] for each in found.values()) for name in ("ratio_to_floor", "p95_ms", "mine_p95_ms")}
    print(f"\nboard of {said.size}: {figures['ratio_to_floor']} times the floor, p95 {figures['p95_ms']} ms")
    print(f"a unit with {said.owed} items: p95 {figures['mine_p95_ms']} ms")
    print(orjson.dumps({**figures, **found}).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
