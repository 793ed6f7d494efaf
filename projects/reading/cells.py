"""Single cells read for a person who asks why: deadlines, headers, departments, targets."""

from __future__ import annotations

from collections.abc import Callable

from projects.reading.columns import Header, column_roles
from projects.reading.deadlines import read_deadline
from projects.reading.model import Json, Question, plain
from projects.reading.targets import read_targets
from projects.reading.units import read_units


def deadline_json(cell: str, *, year: int) -> Json:
    reading = read_deadline(cell, year=year)
    return {
        "text": cell,
        "kind": reading.kind,
        "due": [due.isoformat() for due in reading.due],
        "milestones": plain(reading.milestones),
        "sure": reading.sure,
        "questions": _questions(reading.questions),
    }


def headers_json(cell: str) -> Json:
    return {"roles": column_roles([Header(name) for name in cell.split("|")])}


def departments_json(cell: str) -> Json:
    reading = read_units(cell)
    return {
        "lead": list(reading.lead),
        "support": list(reading.support),
        "sure": reading.sure,
        "questions": _questions(reading.questions),
    }


def targets_json(cell: str, *, year: int) -> Json:
    deadline = read_deadline(cell, year=year)
    targets = plain(read_targets(cell, spans=deadline.spans, year=year).targets)
    for target in targets:
        # A course is read from several cells of a row.
        del target["course"]
    return {"targets": targets}


def _questions(questions: tuple[Question, ...]) -> object:
    return plain(questions)


READERS: dict[str, Callable[[str, int], Json]] = {
    "deadlines": lambda cell, year: deadline_json(cell, year=year),
    "headers": lambda cell, year: headers_json(cell),  # noqa: ARG005 -- a header has no year; all readers are called alike
    "departments": lambda cell, year: departments_json(cell),  # noqa: ARG005 -- nor has a department
    "targets": lambda cell, year: targets_json(cell, year=year),
}
