"""How far the reading of a file is: rows done, of how many in all its sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from projects.reading.rows import TaskRow

_EVERY = 16

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Pace:
    """`before` counts the rows of the sheets behind."""

    rows: int
    tell: Tell
    before: int = 0

    def over(self, tasks: Iterable[TaskRow]) -> Iterator[TaskRow]:
        """Yield the tasks of a sheet, telling now and then how far down they stand."""
        for place, task in enumerate(tasks):
            if place % _EVERY == 0:
                self.tell(min(self.before + task.rows[0], self.rows), self.rows)
            yield task

    def leave(self, rows: int) -> None:
        """Count a whole sheet as done."""
        self.before += rows
        self.tell(self.before, self.rows)


def untold(done: int, rows: int) -> None:
    """Tell nobody."""
