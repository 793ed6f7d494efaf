"""How long the page takes that looks for a word in all items and reports, common and rare, beside one bare statement."""

import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from benchmarks import kept, stage
from benchmarks.kept import Large, administered
from benchmarks.office_file import office_file
from benchmarks.printing import last_line
from tests.services import ServiceMissingError

SMALL, OFFICES, OFFICE, TIMES = 1_000, 100, 10_000, 40


def main(arguments: Sequence[str]) -> None:
    """Measure a small office, one of `--size` items, and that one among many; `p95_ms` is the slowest word's of all."""
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=OFFICE, help="items of an office")
    parser.add_argument("--offices", type=int, default=OFFICES, help="offices of so many items; 1: no more than one")
    parser.add_argument("--times", type=int, default=TIMES, help="searches of a word")
    said = parser.parse_args(arguments)
    found: dict[str, dict[str, float]] = {}
    with ExitStack() as opened:
        for name, url, offices in _databases(opened, said.size, said.offices):
            print(f"\n{name}", flush=True)
            measured = stage.measured("benchmarks.searching", str(offices), str(said.times), databases={name: url})
            found |= measured
    last_line({"p95_ms": max(each["p95_ms"] for each in found.values()), "search": found})


def _databases(opened: ExitStack, size: int, offices: int) -> Iterator[tuple[str, str, int]]:
    """Yield name, address and number of offices of each, the smallest first."""
    sizes = sorted({min(SMALL, size), size})
    for items in sizes:
        yield f"SQLite, {items}", _sqlite(items), 1
    try:
        server = opened.enter_context(kept.server())
    except ServiceMissingError as missing:
        print(f"without PostgreSQL: {missing}")
        return
    for each, items in [*((1, items) for items in sizes), *([(offices, size)] if offices > 1 else [])]:
        large = kept.built(server, f"offices_{each}x{items}", "benchmarks.building", str(each), str(items))
        name = f"PostgreSQL, {items} of {each * items}" if each > 1 else f"PostgreSQL, {items}"
        yield name, searched(large, each).url, each


def _sqlite(items: int) -> str:
    source = office_file(items)
    path = source.with_suffix(".searched.sqlite3")
    if not path.exists():
        halfway = path.with_suffix(".halfway")
        stage.remove_sqlite(halfway)
        shutil.copy(source, halfway)
        stage.measured("benchmarks.searching_texts", "1", databases={"sqlite": f"sqlite:///{halfway}"})
        halfway.rename(path)
    return f"sqlite:///{path}"


def searched(large: Large, offices: int) -> Large:
    """Return a copy of a kept database in which the words are written down; copies of older ones make room."""
    found, halfway = Large(large.server, f"searched_{large.name}"), "searching"
    with administered(large.server) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^searched_'").fetchall()
    names = {name for (name,) in rows}
    if found.name not in names:
        for name in names:
            if name.rpartition("_")[0] == found.name.rpartition("_")[0]:
                large.drop(name)
        url = large.copy(halfway)
        stage.measured("benchmarks.searching_texts", str(offices), databases={"postgresql": url})
        with administered(large.server) as connection:
            connection.execute(f'ALTER DATABASE "{halfway}" RENAME TO "{found.name}"')
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
