"""How long the API takes for a page of a hundred items with what hangs on them, beside the bare SQL of the same rows."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from benchmarks import kept, stage
from benchmarks.office_file import office_file
from benchmarks.printing import last_line, table
from tests.services import ServiceMissingError

SMALL, OFFICES, OFFICE, TIMES = 1_000, 100, 10_000, 100
FORMS = {"page": "first page", "middle": "a page in the middle", "clerk": "a clerk's first page"}
COLUMNS = ("ms", "p95_ms", "floor_ms", "ratio")


def main(arguments: Sequence[str]) -> None:
    """Measure a small plan, a plan of `--size` items, and that plan among those of many offices.

    `ratio_to_floor` and `single_p95_ms` are those of the largest database, the former of the slowest kind of page. Built
    ones are kept; a token for the time being is all they get.
    """
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=OFFICE, help="items of a plan")
    parser.add_argument("--offices", type=int, default=OFFICES, help="offices of a plan each; 1: no more than one")
    parser.add_argument("--times", type=int, default=TIMES, help="requests of a kind")
    said = parser.parse_args(arguments)
    stage.KEPT.mkdir(exist_ok=True)
    found: dict[str, dict[str, float]] = {}
    with ExitStack() as opened:
        for name, url, offices in _databases(opened, said.size, said.offices):
            print(f"\n{name}", flush=True)
            measured = stage.measured("benchmarks.listing", str(offices), str(said.times), databases={"": url})
            found[name] = measured[""]
    print()
    rows = [
        (f"{name}: {FORMS[form]}", *(each[f"{form}_{column}"] for column in COLUMNS))
        for name, each in found.items()
        for form in FORMS
    ]
    table(("items", *COLUMNS), rows)
    print()
    table(
        ("one item", "ms", "p95_ms"), [(name, each["single_ms"], each["single_p95_ms"]) for name, each in found.items()]
    )
    last = found[name]
    worst = {"ratio_to_floor": max(last[f"{form}_ratio"] for form in FORMS), "single_p95_ms": last["single_p95_ms"]}
    last_line({**worst, "lists": found})


def _databases(opened: ExitStack, size: int, offices: int) -> Iterator[tuple[str, str, int]]:
    """Yield name, address and number of offices of each, the smallest first."""
    sizes = sorted({min(SMALL, size), size})
    for items in sizes:
        yield f"SQLite, {items}", f"sqlite:///{office_file(items)}", 1
    try:
        server = opened.enter_context(kept.server())
    except ServiceMissingError as missing:
        print(f"without PostgreSQL: {missing}")
        return
    for each, items in [*((1, items) for items in sizes), *([(offices, size)] if offices > 1 else [])]:
        large = kept.built(server, f"offices_{each}x{items}", "benchmarks.building", str(each), str(items))
        yield f"PostgreSQL, {items} of {each * items}" if each > 1 else f"PostgreSQL, {items}", large.url, each


if __name__ == "__main__":
    main(sys.argv[1:])
