"""The plain cells of a file as they are shown, for lists that are no tables of tasks."""

from __future__ import annotations

from dataclasses import dataclass

from projects.reading.grid import Grid, Workbook


@dataclass(frozen=True, slots=True)
class Shown:
    """A sheet's rows from its first on; a merged range shows its text in each of its rows, in its first column.

    Hidden rows are empty, so that a row's number is the one its program shows. `boxes` are the merged ranges (top, left,
    bottom, right, from 0), `days` the cells that hold a day, `loose` those whose number may have lost a zero.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    boxes: tuple[tuple[int, int, int, int], ...] = ()
    days: tuple[tuple[int, int, str], ...] = ()
    loose: tuple[tuple[int, int], ...] = ()


def shown_sheets(book: Workbook) -> tuple[Shown, ...]:
    """Return the sheets that are not hidden."""
    return tuple(_shown(grid) for grid in book.grids if not grid.hidden)


def _shown(grid: Grid) -> Shown:
    rows = [[] if number in grid.hidden_rows else list(row) for number, row in enumerate(grid.rows)]
    for box in grid.boxes:
        for row in rows[box.top + 1 : box.bottom + 1]:
            if box.left < len(row):
                row[box.left] = grid.cell(box.top, box.left)
    return Shown(
        grid.name,
        tuple(map(tuple, rows)),
        tuple((box.top, box.left, box.bottom, box.right) for box in grid.boxes),
        tuple((*place, day.isoformat()) for place, day in grid.days.items()),
        tuple(grid.unseen),
    )
