"""What is handed down and what comes from above, as plain values for programs: each side reads its own half, in one query."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Organization
from projects.drafts import MilestoneDraft, TargetDraft
from projects.handing_down import promised_amounts, promised_steps
from projects.models import HandDown
from tracker.boards.plain_asked import named_rows

Row = dict[str, Any]

ANSWER_COLUMNS = {
    "state": "state",
    "word": "word",
    "reason": "reason",
    "offered_on": "offered_on",
    "answered_on": "answered_on",
    "version": "version",
}
"""What both sides read of an offer."""

HAND_DOWN_COLUMNS = {
    "id": "pk",
    "task": "task_id",
    "plan": "task__plan_id",
    "task_version": "task_version",
    "to": "to_id",
    **ANSWER_COLUMNS,
}
PROMISED_WORDS = ("title", "content", "target_text", "measures", "deadline_text")
FROM_ABOVE_MEMBERS = ("id", "from", *PROMISED_WORDS, "milestones", "targets", "taken_as", *ANSWER_COLUMNS)
ORGANIZATION_COLUMNS = ("id", "code", "name")


def hand_down_rows(rows: QuerySet[HandDown]) -> list[Row]:
    """Return what the office that handed it down reads: to whom, and what was answered, nothing else from below."""
    return named_rows(rows, HAND_DOWN_COLUMNS, "to")


def from_above_rows(rows: QuerySet[HandDown]) -> list[Row]:
    """Return what the office below reads: the promise as it was offered, and what was made of it, not the item above."""
    return [_from_above(row) for row in rows.select_related("organization")]


def organization_rows(rows: QuerySet[Organization]) -> list[Row]:
    return [dict(zip(ORGANIZATION_COLUMNS, values, strict=True)) for values in rows.values_list(*ORGANIZATION_COLUMNS)]


def _from_above(row: HandDown) -> Row:
    return {
        "id": row.pk,
        "from": {"id": row.organization_id, "name": row.organization.name},
        **{name: row.promise[name] for name in PROMISED_WORDS},
        "milestones": [_step(step) for step in promised_steps(row)],
        "targets": [_amount(amount) for amount in promised_amounts(row)],
        "taken_as": row.taken_as_id,
        **{name: getattr(row, column) for name, column in ANSWER_COLUMNS.items()},
    }


def _step(step: MilestoneDraft) -> Row:
    return {"text": step.text, "phrase": step.phrase, "start_on": step.start_on, "due_on": step.due_on}


def _amount(amount: TargetDraft) -> Row:
    names = ("name", "comparison", "value", "unit", "baseline", "cumulative", "start_on", "due_on", "horizon_year")
    return {
        **{name: getattr(amount, name) for name in names},
        "step": None if amount.milestone is None else amount.milestone + 1,
        "items": list(amount.items),
        "curve": [{"on": day, "share": share} for day, share in amount.curve],
    }
