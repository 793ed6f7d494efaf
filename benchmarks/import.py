"""How fast a table is imported: against the floor, against django-import-export, and from click to preview."""

# ruff: noqa: N999 - `./run bench import` names it so
import sys
from collections.abc import Sequence

import orjson

from benchmarks import stage


def main(arguments: Sequence[str]) -> None:
    """Measure on every database there is; the figures are those of the slower one."""
    with stage.databases() as databases:
        found = stage.measured("benchmarks.importing", *arguments, databases=databases)
    names = ("ratio_to_floor", "ratio_to_peer", "ratio_to_peer_at_its_fastest", "preview_142_ms")
    figures = {name: round(max(each[name] for each in found.values()), 3) for name in names}
    print("\n" + "  ".join(f"{name} {figure}" for name, figure in figures.items()))
    print(orjson.dumps({**figures, **found}).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
