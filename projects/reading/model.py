"""What a reading is made of: sheets, tables, tasks, milestones, targets, and the questions left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something the reader will not decide alone; `value` of a choice is what the field would become."""

    code: str
    field: str
    message: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadMilestone:
    due: date | None
    start: date | None
    phrase: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadTarget:
    """An amount or a named list; `milestone` is the index of the milestone it belongs to."""

    name: str
    comparison: str
    value: float | None
    unit: str
    baseline: str
    milestone: int | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadColumn:
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Skipped:
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    sheet: str
    row: int | None
    column: int | None
    code: str
    severity: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ReadTask:
    """One promise as the table states it; `cells` is its row as shown, from the first column on."""

    row: int
    number: str
    category: tuple[str, ...]
    title: str
    content: str
    deadline_text: str
    kind: str
    milestones: tuple[ReadMilestone, ...]
    leaders: tuple[str, ...]
    lead: tuple[str, ...]
    support: tuple[str, ...]
    owners: tuple[str, ...]
    contacts: str
    targets: tuple[ReadTarget, ...]
    measures: str
    progress: str
    status: str
    note: str
    extra: Mapping[str, str]
    cells: tuple[str, ...]
    questions: tuple[Question, ...] = ()

    @property
    def sure(self) -> bool:
        return not self.questions


@dataclass(frozen=True, slots=True)
class ReadTable:
    title: str
    header_rows: tuple[int, ...]
    columns: tuple[ReadColumn, ...]
    tasks: tuple[ReadTask, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet with its tables; `skipped` are its non-empty rows outside every table."""

    name: str
    tables: tuple[ReadTable, ...]
    skipped: tuple[Skipped, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file as read, with the year its dates were read in and how its text was encoded."""

    sheets: tuple[ReadSheet, ...]
    problems: tuple[Problem, ...]
    year: int
    source: str = ""
    encoding: str = ""

    @property
    def tasks(self) -> tuple[ReadTask, ...]:
        return tuple(task for sheet in self.sheets for table in sheet.tables for task in table.tasks)

    def to_dict(self) -> Json:
        """Return everything as JSON values; `Reading.from_dict` gives back an equal reading."""
        data: Json = plain(self)
        return data

    @classmethod
    def from_dict(cls, data: Json) -> Reading:
        return cls(
            sheets=tuple(_sheet(sheet) for sheet in data["sheets"]),
            problems=tuple(Problem(**problem) for problem in data["problems"]),
            year=data["year"],
            source=data["source"],
            encoding=data["encoding"],
        )


def plain(value: object) -> Any:
    """Return a value of this module as JSON has it: dates in ISO form, tuples as lists."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _sheet(data: Json) -> ReadSheet:
    return ReadSheet(
        name=data["name"],
        tables=tuple(_table(table) for table in data["tables"]),
        skipped=_skipped(data["skipped"]),
        hidden=data["hidden"],
    )


def _table(data: Json) -> ReadTable:
    return ReadTable(
        title=data["title"],
        header_rows=tuple(data["header_rows"]),
        columns=tuple(ReadColumn(**column) for column in data["columns"]),
        tasks=tuple(_task(task) for task in data["tasks"]),
        skipped=_skipped(data["skipped"]),
    )


def _skipped(data: list[Json]) -> tuple[Skipped, ...]:
    return tuple(Skipped(**skipped) for skipped in data)


_PARTS: Mapping[str, Callable[[Any], object]] = {
    "milestones": lambda items: tuple(_milestone(item) for item in items),
    "targets": lambda items: tuple(_target(item) for item in items),
    "questions": lambda items: tuple(_question(item) for item in items),
    **dict.fromkeys(("category", "leaders", "lead", "support", "owners", "cells"), tuple),
}


def _task(data: Json) -> ReadTask:
    parts: Json = {name: _PARTS[name](value) if name in _PARTS else value for name, value in data.items()}
    return ReadTask(**parts)


def _milestone(data: Json) -> ReadMilestone:
    return ReadMilestone(_day(data["due"]), _day(data["start"]), data["phrase"], data["text"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _target(data: Json) -> ReadTarget:
    return ReadTarget(**{**data, "items": tuple(data["items"])})


def _question(data: Json) -> Question:
    return Question(**{**data, "choices": tuple(Choice(**choice) for choice in data["choices"])})
