"""What is to be written into an office's workbook, as one process tells another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from projects.reading.shown import Shown


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that says something else now; row and column from 1, `last` is the last row of its item."""

    row: int
    last: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Added:
    """A row put below another, under headings of its own where it has any; `going_on` are columns it shares with it."""

    after: int
    headings: tuple[str, ...]
    cells: Mapping[int, str]
    texts: tuple[str, ...]
    going_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """What comes into one sheet: header rows from first to last, the ledger's texts by row, all rows from 1."""

    name: str
    headers: tuple[tuple[int, int], ...]
    rows: Mapping[int, tuple[str, ...]]
    struck: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    added: tuple[Added, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """A whole workbook: the file at `path`, or `laid` sheets where it cannot be written in; `out` is where it goes."""

    path: str
    out: str
    names: tuple[str, ...]
    sheets: tuple[SheetOrder, ...]
    laid: tuple[Shown, ...] = field(default=())

    def to_json(self) -> bytes:
        return orjson.dumps(self, option=orjson.OPT_NON_STR_KEYS)

    @classmethod
    def from_json(cls, text: bytes) -> Order:
        data = orjson.loads(text)
        return cls(
            data["path"],
            data["out"],
            tuple(data["names"]),
            tuple(_sheet(sheet) for sheet in data["sheets"]),
            tuple(
                Shown(sheet.pop("name"), **{part: tuple(map(tuple, cells)) for part, cells in sheet.items()})
                for sheet in data["laid"]
            ),
        )


def _sheet(data: dict[str, Any]) -> SheetOrder:
    return SheetOrder(
        data["name"],
        tuple((first, last) for first, last in data["headers"]),
        {int(row): tuple(texts) for row, texts in data["rows"].items()},
        tuple(data["struck"]),
        tuple(Change(**change) for change in data["changes"]),
        tuple(
            Added(
                one["after"],
                tuple(one["headings"]),
                {int(column): text for column, text in one["cells"].items()},
                tuple(one["texts"]),
                tuple(one["going_on"]),
            )
            for one in data["added"]
        ),
    )
