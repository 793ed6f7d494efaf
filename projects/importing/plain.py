"""An import as plain values for programs: what the table would change, row by row, and what is asked about it."""

from collections.abc import Iterable
from typing import Any

from projects.importing.diff import RowDiff
from projects.importing.page.asking import Numbered, asked_of
from projects.importing.page.laying import Overview
from projects.importing.preparing import Prepared

Row = dict[str, Any]


def diff_row(prepared: Prepared, row: RowDiff) -> Row:
    """Return one row of the comparison; for an item the table no longer has, `row` is None."""
    draft = prepared.drafts[row.row] if row.row is not None else prepared.tasks[row.task_id or 0].draft
    return {
        "outcome": row.outcome.value,
        "row": prepared.rows[row.row].task.row if row.row is not None else None,
        "task": row.task_id,
        "title": draft.title,
        "ground": row.ground.value if row.ground else None,
        "changes": [{"field": one.field, "old": one.old, "new": one.new} for one in row.changes],
    }


def decidable_rows(view: Overview, places: Iterable[int]) -> list[Row]:
    """Return these rows by the place by which they are decided on, with what was left out and what is asked at them."""
    return [_decidable(view, place) for place in places]


def _decidable(view: Overview, place: int) -> Row:
    prepared = view.prepared
    row = prepared.diff[place]
    told = diff_row(prepared, row)
    left = [one.refused for one in row.changes]
    return {
        "id": place,
        **told,
        "sheet": prepared.rows[row.row].sheet if row.row is not None else None,
        "left": row.refused,
        "changes": [one | {"left": refused} for one, refused in zip(told["changes"], left, strict=True)],
        "questions": [one.question.key for one in view.queue.at.get(place, ())],
    }


def question_rows(view: Overview, questions: Iterable[Numbered]) -> list[Row]:
    return [_question(view, one) for one in questions]


def _question(view: Overview, one: Numbered) -> Row:
    question, asked = one.question, asked_of(one, view.prepared, more=0)
    return {
        "id": one.number,
        "key": question.key,
        "code": question.code,
        "field": question.field,
        "text": asked.text,
        "rows": list(question.rows),
        "options": [{"value": option.value, "label": option.label} for option in asked.options],
        "other_day": question.other_day,
        "anyone": bool(question.others),
        "several": question.several,
        "proposal": question.proposal or None,
        "chosen": question.chosen,
        "remembered": question.remembered,
    }
