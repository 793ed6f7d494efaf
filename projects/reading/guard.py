"""The guard before the reader: a file that carries a marking of secrecy is refused with the place of the marking."""

from __future__ import annotations

from pathlib import Path

from projects.reading.grid import Workbook
from projects.reading.refusals import ReadingRefused
from projects.reading.secrecy import marked_cell, marking, marking_in_name
from projects.reading.sources.margins import BOX, CELL, HEADER, PROPERTY, outside_words
from projects.reading.workbook import open_workbook

_CODES = {HEADER: "secret_header", BOX: "secret_box", PROPERTY: "secret_property", CELL: "secret_text"}


def open_guarded(path: Path, *, name: str = "") -> Workbook:
    """Open a file as `open_workbook` does; raise ReadingRefused with a `secret_` code where it is marked.

    A file that can't be read for another reason is looked through as far as it goes: it must not be kept either.
    """
    refuse_marked_name(name or path.name)
    try:
        book = open_workbook(path, name=name)
    except ReadingRefused:
        _refuse_marked_outside(path, cells_too=True)
        raise
    _refuse_marked_cells(book)
    _refuse_marked_outside(path, cells_too=False)
    return book


def refuse_marked_name(name: str) -> None:
    found = marking_in_name(name)
    if found:
        raise ReadingRefused("secret_name", level=found.level)


def _refuse_marked_cells(book: Workbook) -> None:
    """Look at every sheet, the hidden ones too; a sheet is told by its number, for its name is the file's own words."""
    for number, grid in enumerate(book.grids, start=1):
        found = marking(grid.name)
        if found:
            raise ReadingRefused("secret_sheet_name", level=found.level, sheet=number)
        cell = marked_cell(grid.rows)
        if cell:
            raise ReadingRefused(
                "secret_cell", level=cell.marking.level, sheet=number, row=cell.row + 1, column=cell.column + 1
            )
    line = marked_cell([[text] for text in book.paragraphs])
    if line:
        raise ReadingRefused("secret_line", level=line.marking.level, line=line.row + 1)


def _refuse_marked_outside(path: Path, *, cells_too: bool) -> None:
    for place, text in outside_words(path, cells_too=cells_too):
        found = marking(text)
        if found:
            raise ReadingRefused(_CODES[place], level=found.level)
