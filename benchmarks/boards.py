"""How long the server takes for a plan's board, beside the bare SQL of the same figures, and for what a unit owes."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import kept, stage
from benchmarks.printing import last_line, table
from tests.services import ServiceMissingError

SMALL, LARGE = 1_000, 100_000
OFFICES, OFFICE = 100, 10_000

Figures = dict[str, float]


def main(arguments: Sequence[str]) -> None:
    """Measure on every database there is; databases are built once and kept, and what is measured is taken back.

    `ratio_to_floor` is that of one large plan, `p95_ms` of a plan among those of many offices (without PostgreSQL: of
    the small plan), each on the slower database.
    """
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=LARGE, help="items in the large plan")
    parser.add_argument("--owed", type=int, default=500, help="items that one unit owes")
    parser.add_argument("--offices", type=int, default=OFFICES, help=f"offices of {OFFICE} items; 0: none")
    said = parser.parse_args(arguments)
    stage.KEPT.mkdir(exist_ok=True)
    with ExitStack() as opened:
        server = _server(opened)
        boards = {size: dict(_measured(server, "board", size, said.owed)) for size in sorted({SMALL, said.size})}
        mine = dict(_measured(server, "mine", SMALL, said.owed))
        among: dict[str, Figures] = {}
        if server and said.offices:
            wanted = str(said.offices), str(OFFICE)
            large = kept.built(server, f"offices_{said.offices}x{OFFICE}", "benchmarks.building", *wanted)
            among = stage.measured("benchmarks.boarding", "among", databases={"postgresql": large.url})
    rows = [(f"{size} items, {name}", found) for size, each in boards.items() for name, found in each.items()]
    rows += [(f"{OFFICE} of {said.offices * OFFICE}, {name}", found) for name, found in among.items()]
    columns = ("page_ms", "p95_ms", "floor_ms", "ratio_to_floor")
    print()
    table(("board of", *columns), [(name, *(found[column] for column in columns)) for name, found in rows])
    last_line(
        {
            "ratio_to_floor": _worst(boards[said.size], "ratio_to_floor"),
            "p95_ms": _worst(among or boards[SMALL], "p95_ms"),
            "mine_p95_ms": _worst(mine, "mine_p95_ms"),
            "boards": dict(rows),
            "mine": mine,
        }
    )


def _server(opened: ExitStack) -> str | None:
    try:
        return opened.enter_context(kept.server())
    except ServiceMissingError as missing:
        print(f"without PostgreSQL: {missing}")
        return None


def _measured(server: str | None, what: str, size: int, owed: int) -> Iterator[tuple[str, Figures]]:
    print(f"\n{what}: {size} items", flush=True)
    databases = {"sqlite": f"sqlite:///{_sqlite(size, owed)}"}
    if server:
        large = kept.built(server, f"board_{size}x{owed}", "benchmarks.boarded", str(size), str(owed))
        databases["postgresql"] = large.url
    yield from stage.measured("benchmarks.boarding", what, databases=databases).items()


def _sqlite(size: int, owed: int) -> Path:
    """Return the file with so many items; one of older tables makes room."""
    path = stage.KEPT / f"board-{size}x{owed}-{kept.fingerprint()}.sqlite3"
    if not path.exists():
        for older in stage.KEPT.glob(f"board-{size}x{owed}-*.sqlite3"):
            stage.remove_sqlite(older)
        halfway = path.with_suffix(".halfway")
        stage.remove_sqlite(halfway)
        stage.measured("benchmarks.boarded", str(size), str(owed), databases={"sqlite": f"sqlite:///{halfway}"})
        halfway.rename(path)
    return path


def _worst(found: dict[str, Figures], name: str) -> float:
    return max(each[name] for each in found.values())


if __name__ == "__main__":
    main(sys.argv[1:])
