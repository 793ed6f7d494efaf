"""How long one pass of the clock over a million open items takes, beside one INSERT … SELECT of the rows it raises."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import kept, stage
from benchmarks.printing import last_line, table
from tests.services import ServiceMissingError

OFFICE = 10_000
COPY = "measured"


def main(arguments: Sequence[str]) -> None:
    """Let the floor and ours take turns, each on a fresh copy of the same database."""
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, default=1_000_000, help=f"open items, {OFFICE} in each organization")
    parser.add_argument("--times", type=int, default=3)
    said = parser.parse_args(arguments)
    offices = max(1, said.size // OFFICE)
    stage.KEPT.mkdir(exist_ok=True)
    try:
        with kept.large(offices=offices, items=said.size // offices) as large:
            runs = [_turn(large) for _ in range(said.times)]
    except ServiceMissingError as missing:
        raise SystemExit(f"the reminders are measured on PostgreSQL: {missing}") from missing
    ours, floor = ([run[name]["milliseconds"] / 1000 for run in runs] for name in ("ours", "floor"))
    found = runs[0]["ours"]
    ratio = median(ours) / median(floor)
    print(f"\n{found['rows']:.0f} reminders of {found['items']:.0f} open items")
    table(("", "s", "rows/s"), [_line("one pass", ours, found), _line("INSERT … SELECT", floor, found)])
    last_line(
        {
            "ratio_to_floor": round(ratio, 2),
            "ours_s": round(median(ours), 2),
            "floor_s": round(median(floor), 2),
            "rows": found["rows"],
            "items": found["items"],
        }
    )


def _turn(large: kept.Large) -> dict[str, dict[str, float]]:
    rows = stage.KEPT / "raised.copy"
    return {who: _measure(large, who, rows) for who in ("ours", "floor")}


def _measure(large: kept.Large, who: str, rows: Path) -> dict[str, float]:
    try:
        return stage.measured("benchmarks.raising", who, str(rows), databases={who: large.copy(COPY)})[who]
    finally:
        large.drop(COPY)


def _line(name: str, seconds: Sequence[float], found: dict[str, float]) -> tuple[str, str, str]:
    return name, f"{median(seconds):.2f}", f"{found['rows'] / median(seconds):.0f}"


if __name__ == "__main__":
    main(sys.argv[1:])
