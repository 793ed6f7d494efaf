"""What a reading is made of: sheets, tables, tasks, milestones, targets, and the questions left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

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
class ReadPoint:
    """How much of an amount is to be there by a day, in the amount's own unit."""

    due: date
    value: float


@dataclass(frozen=True, slots=True)
class ReadTarget:
    """An amount or a named list; `milestone` is the index of the milestone it belongs to.

    `course` is the way to it that the table gives by periods; without one nothing is said of the way.
    """

    name: str
    comparison: str
    value: float | None
    unit: str
    baseline: str
    milestone: int | None = None
    items: tuple[str, ...] = ()
    course: tuple[ReadPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column; `guessed` where its own words do not say what it is, so that a person has to look at it."""

    name: str
    role: str
    guessed: bool = False


LONGEST_WORDS = 500
"""Characters of a skipped row that a person is shown."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no item; `text` is what stands in it, for a person to judge."""

    row: int
    reason: str
    text: str = ""


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
    """A table with its tasks; `named_by` are the words of its first header row, by which a person may say it is none."""

    title: str
    header_rows: tuple[int, ...]
    columns: tuple[ReadColumn, ...]
    tasks: tuple[ReadTask, ...]
    skipped: tuple[Skipped, ...]
    named_by: str = ""


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

    def with_tasks(self, tasks: Mapping[tuple[int, int], Sequence[ReadTask]]) -> Reading:
        """Return it with tasks put into its tables, found by the places of sheet and table."""
        sheets = tuple(
            replace(
                sheet,
                tables=tuple(
                    replace(table, tasks=tuple(tasks.get((place, at), table.tasks)))
                    for at, table in enumerate(sheet.tables)
                ),
            )
            for place, sheet in enumerate(self.sheets)
        )
        return replace(self, sheets=sheets)

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
    return orjson.loads(orjson.dumps(value))


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
        tasks=tasks_from(data["tasks"]),
        skipped=_skipped(data["skipped"]),
        named_by=data.get("named_by", ""),
    )


def _skipped(data: list[Json]) -> tuple[Skipped, ...]:
    return tuple(Skipped(**skipped) for skipped in data)


def tasks_from(data: Iterable[Json]) -> tuple[ReadTask, ...]:
    """Return tasks from JSON values; texts that say the same are kept once."""
    texts: dict[str, str] = {}
    return tuple(_task(task, texts) for task in data)


def _task(data: Json, texts: dict[str, str]) -> ReadTask:
    def one(text: str) -> str:
        return texts.setdefault(text, text)

    def each(items: list[str]) -> tuple[str, ...]:
        return tuple([texts.setdefault(text, text) for text in items]) if items else ()

    milestones, targets, questions = data["milestones"], data["targets"], data["questions"]
    return ReadTask(
        data["row"],
        data["number"],
        each(data["category"]),
        one(data["title"]),
        one(data["content"]),
        one(data["deadline_text"]),
        one(data["kind"]),
        tuple([_milestone(item) for item in milestones]) if milestones else (),
        each(data["leaders"]),
        each(data["lead"]),
        each(data["support"]),
        each(data["owners"]),
        one(data["contacts"]),
        tuple([_target(item) for item in targets]) if targets else (),
        one(data["measures"]),
        one(data["progress"]),
        one(data["status"]),
        one(data["note"]),
        data["extra"],
        each(data["cells"]),
        tuple([_question(item) for item in questions]) if questions else (),
    )


def _milestone(data: Json) -> ReadMilestone:
    return ReadMilestone(_day(data["due"]), _day(data["start"]), data["phrase"], data["text"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _target(data: Json) -> ReadTarget:
    # A reading kept from before has no courses.
    course = tuple(ReadPoint(date.fromisoformat(point["due"]), point["value"]) for point in data.get("course", ()))
    return ReadTarget(**{**data, "items": tuple(data["items"]), "course": course})


def _question(data: Json) -> Question:
    return Question(**{**data, "choices": tuple(Choice(**choice) for choice in data["choices"])})
