"""The sample's text files: a TOML head with rows written one a line, their cells between bars."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

TEXT = Path(__file__).parent / "text"
TABLES = ("key-work-142", "key-work-2017")

MERGED = "^"
NUMBER = "序号"


class RowKind(StrEnum):
    SECTION = "section"
    HEADING = "heading"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    width: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: `cells` of a section or heading is its one text; a task's may be `MERGED`."""

    kind: RowKind
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A table row as a reader takes it: merged cells filled, headings above it attached; dashes kept."""

    number: int
    section: str
    heading: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as the office would lay it out; with headings, the first column holds them."""

    name: str
    file: str
    sheet: str
    above: tuple[str, ...]
    title: str
    below: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footer: tuple[str, ...]

    @property
    def has_headings(self) -> bool:
        return any(row.kind is RowKind.HEADING for row in self.rows)

    @property
    def task_columns(self) -> tuple[Column, ...]:
        return self.columns[1:] if self.has_headings else self.columns

    def tasks(self) -> Iterator[Task]:
        names = [column.name for column in self.task_columns]
        section = heading = ""
        above: dict[str, str] = {}
        for row in self.rows:
            if row.kind is RowKind.SECTION:
                section, heading = row.cells[0], ""
            elif row.kind is RowKind.HEADING:
                heading = row.cells[0]
            else:
                written = dict(zip(names, row.cells, strict=True))
                above = {name: above[name] if cell == MERGED else cell for name, cell in written.items()}
                yield Task(int(above[NUMBER]), section, heading, above)


def load_table(name: str) -> Table:
    """Read `seeds/text/<name>.toml`."""
    text = read_toml(name)
    return Table(
        name=name,
        file=text["file"],
        sheet=text["sheet"],
        above=tuple(text["above"]),
        title=text["title"],
        below=text["below"],
        columns=tuple(Column(**column) for column in text["columns"]),
        rows=tuple(_row(line) for line in text["rows"].strip().splitlines()),
        footer=tuple(text["footer"]),
    )


def read_toml(name: str) -> dict[str, Any]:
    with (TEXT / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def split_lines(text: str, count: int) -> Iterator[list[str]]:
    """Yield the cells of each line, filled up with empty ones to `count`."""
    for line in text.strip().splitlines():
        cells = split_cells(line)
        if len(cells) > count:
            raise ValueError(f"more than {count} cells: {line}")
        yield cells + [""] * (count - len(cells))


def split_cells(line: str) -> list[str]:
    return [cell.strip().replace("\\n", "\n") for cell in line.split("|")]


def split_names(cell: str) -> list[str]:
    return [name for name in re.split("[、\n]", cell) if name]


def _row(line: str) -> Row:
    if line.startswith("## "):
        return Row(RowKind.HEADING, (line[3:].strip(),))
    if line.startswith("# "):
        return Row(RowKind.SECTION, (line[2:].strip(),))
    return Row(RowKind.TASK, tuple(split_cells(line)))
