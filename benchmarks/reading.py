"""How well cells are read: the share read exactly, asked, and wrong but sure, per sort and kind, on the corpus beside it.

A corpus file is text to review, one cell a line, columns parted by tabs, `\\n` for a line break inside the cell:

deadlines*.tsv    cell, year of the plan, due dates (;), kind with ? where a question has to be asked, note
steps*.tsv        cell, year, milestones (;) of due|start|phrase|words, note
headers*.tsv      column names (|), roles (|)
departments*.tsv  cell, lead units (;), supporting units (;)
targets*.tsv      cell, targets (;) of name|comparison|value|unit|items (、)
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.printing import last_line, share, table
from projects.reading.columns import Header, column_roles
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.targets import read_targets
from projects.reading.units import read_units

CORPUS = Path(__file__).with_name("corpus")

Counts = Counter[str]


@dataclass(slots=True)
class Score:
    """Cells counted by kind as right, asked and wrong but sure; `missed` says for each miss what was wanted and read."""

    kinds: dict[str, Counts] = field(default_factory=dict)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, kind: str, *, right: bool, asked: bool, wrong_but_sure: bool) -> None:
        counts = self.kinds.setdefault(kind, Counter())
        counts.update(cells=1, right=right, asked=asked, wrong_but_sure=wrong_but_sure)

    @property
    def total(self) -> Counts:
        return sum(self.kinds.values(), Counter())

    def figures(self) -> dict[str, object]:
        total = self.total
        cells = total["cells"]
        return {
            "cells": cells,
            **{name: round(total[name] / cells, 5) for name in ("right", "asked", "wrong_but_sure")},
            "ms_per_cell": round(self.seconds * 1000 / cells, 3),
            "kinds": {kind: round(counts["right"] / counts["cells"], 5) for kind, counts in sorted(self.kinds.items())},
        }


def rows(sort: str) -> Iterator[list[str]]:
    for path in sorted(CORPUS.glob(f"{sort}*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield [column.replace("\\n", "\n") for column in [*line.split("\t"), "", "", "", ""]]


def deadlines() -> Score:
    score = Score()
    for text, year, due, mark, *_ in rows("deadlines"):
        kind = mark.rstrip("?")
        reading = _timed(score, text, year)
        found = ";".join(day.isoformat() for day in reading.due)
        same = (found, reading.kind) == (due, kind)
        right = same and reading.sure == (not mark.endswith("?"))
        score.add(kind, right=right, asked=not reading.sure, wrong_but_sure=reading.sure and not same)
        if not right:
            score.missed.append((text, f"{due} {mark}", f"{found} {reading.kind}{'' if reading.sure else '?'}"))
    return score


def steps() -> Score:
    """Score the words: which phrase, start and work belong to each date of a cell."""
    score = Score()
    for text, year, wanted, *_ in rows("steps"):
        reading = _timed(score, text, year)
        found = ";".join(f"{m.due or ''}|{m.start or ''}|{m.phrase}|{m.text}" for m in reading.milestones)
        same = found == wanted
        score.add(reading.kind, right=same, asked=not reading.sure, wrong_but_sure=reading.sure and not same)
        if not same:
            score.missed.append((text, wanted, found))
    return score


def headers() -> Score:
    """Score whole rows of column names as kind `row` and each name as kind `name`."""
    score = Score()
    for names, wanted, *_ in rows("headers"):
        began = time.process_time()
        found = column_roles([Header(name) for name in names.split("|")])
        score.seconds += time.process_time() - began
        roles = wanted.split("|")
        for role, other in zip(roles, found, strict=True):
            score.add("name", right=role == other, asked=False, wrong_but_sure=role != other)
        score.add("row", right=roles == found, asked=False, wrong_but_sure=roles != found)
        if roles != found:
            score.missed.append((names, wanted, "|".join(found)))
    return score


def departments() -> Score:
    score = Score()
    for text, lead, support, *_ in rows("departments"):
        began = time.process_time()
        reading = read_units(text)
        score.seconds += time.process_time() - began
        found = (";".join(reading.lead), ";".join(reading.support))
        same = found == (lead, support)
        score.add("cell", right=same, asked=not reading.sure, wrong_but_sure=reading.sure and not same)
        if not same:
            score.missed.append((text, f"{lead} / {support}", " / ".join(found)))
    return score


def targets() -> Score:
    score = Score()
    for text, wanted, *_ in rows("targets"):
        began = time.process_time()
        reading = read_targets(text)
        score.seconds += time.process_time() - began
        found = ";".join(
            "|".join(
                (
                    target.name,
                    target.comparison,
                    "" if target.value is None else f"{target.value:g}",
                    target.unit,
                    "、".join(target.items),
                )
            )
            for target in reading.targets
        )
        same = found == wanted
        score.add("cell", right=same, asked=bool(reading.questions), wrong_but_sure=not same and not reading.questions)
        if not same:
            score.missed.append((text, wanted, found))
    return score


def _timed(score: Score, text: str, year: str) -> DeadlineReading:
    began = time.process_time()
    reading = read_deadline(text, year=int(year))
    score.seconds += time.process_time() - began
    return reading


SORTS: dict[str, Callable[[], Score]] = {
    "deadlines": deadlines,
    "steps": steps,
    "headers": headers,
    "departments": departments,
    "targets": targets,
}


def main(arguments: list[str]) -> None:
    figures: dict[str, object] = {}
    for sort, measure in SORTS.items():
        score = measure()
        if not score.kinds:
            continue
        print(f"\n{sort}: {score.seconds * 1000 / score.total['cells']:.3f} ms a cell")
        lines = [*sorted(score.kinds.items()), ("all", score.total)]
        table(
            ["kind", "cells", "right", "asked", "wrong but sure"],
            [
                [kind, counts["cells"], *(share(counts[name], counts["cells"]) for name in _SHARES)]
                for kind, counts in lines
            ],
        )
        if "--missed" in arguments:
            for text, wanted, found in score.missed:
                print(f"  {text!r}\n    wanted {wanted}\n    read   {found}")
        figures[sort] = score.figures()
    last_line(figures)


_SHARES = ("right", "asked", "wrong_but_sure")

if __name__ == "__main__":
    main(sys.argv[1:])
