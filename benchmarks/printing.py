"""How a benchmark speaks: tables for people, and as its last line one JSON object for programs."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a header, the first column to the left, figures to the right."""
    lines = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        padded = [
            cell + " " * (wide - width(cell)) if not place else " " * (wide - width(cell)) + cell
            for place, (cell, wide) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(padded).rstrip())


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes; a Chinese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that the work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def last_line(figures: Mapping[str, object]) -> None:
    print(json.dumps(figures, ensure_ascii=False), flush=True)
