"""What is asked and answered on items, as plain values for programs: one query a relation, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.access import Reach
from accounts.models import HistoryEntry
from accounts.models.among import among
from tracker.boards.plain import ReportFilters, Row, on_items_seen, reports_for
from tracker.boards.timeline import events
from tracker.choices import ExtensionState
from tracker.models import Closure, Directive, Extension, ExtensionDecision, Obstacle, Review

REVIEW_COLUMNS = {
    "id": "pk",
    "report": "report_id",
    "task": "report__task_id",
    "plan": "report__task__plan_id",
    "decision": "decision",
    "reason": "reason",
    "actor_name": "actor_name",
    "decided_on": "decided_on",
    "at": "at",
}
ASKED_COLUMNS = {"id": "pk", "task": "task_id", "plan": "task__plan_id", "department": "department_id"}
"""What all that is asked on an item has."""

EXTENSION_COLUMNS = ASKED_COLUMNS | {
    "milestone": "milestone_id",
    "author_name": "author_name",
    "from_on": "from_on",
    "to_on": "to_on",
    "reason": "reason",
    "progress": "progress",
    "state": "state",
    "chain": "chain",
    "decided": "decided",
    "asked_on": "asked_on",
    "asked_at": "asked_at",
    "ended_on": "ended_on",
    "version": "version",
}
DECISION_COLUMNS = ("step", "decision", "reason", "actor_name", "decided_on", "at")
OBSTACLE_COLUMNS = ASKED_COLUMNS | {
    "author_name": "author_name",
    "text": "text",
    "raised_on": "raised_on",
    "raised_at": "raised_at",
    "answering_department": "answering_department_id",
    "answering_person": "answering_person_id",
    "due_on": "due_on",
    "state": "state",
    "answer": "answer",
    "answerer_name": "answerer_name",
    "answered_on": "answered_on",
    "answered_at": "answered_at",
    "cycle": "cycle",
    "version": "version",
}
DIRECTIVE_COLUMNS = ASKED_COLUMNS | {
    "leader": "leader_id",
    "leader_name": "leader_name",
    "recorder_name": "recorder_name",
    "text": "text",
    "given_on": "given_on",
    "given_at": "given_at",
    "meeting_on": "meeting_on",
    "due_on": "due_on",
    "state": "state",
    "answer": "answer",
    "answerer_name": "answerer_name",
    "answered_on": "answered_on",
    "answered_at": "answered_at",
    "settled_on": "settled_on",
    "settlement": "settlement",
    "cycle": "cycle",
    "version": "version",
}
CLOSING_COLUMNS = ASKED_COLUMNS | {
    "author_name": "author_name",
    "statement": "statement",
    "asked_on": "asked_on",
    "asked_at": "asked_at",
    "state": "state",
    "verified_how": "verified_how",
    "reason": "reason",
    "decider_name": "decider_name",
    "decided_on": "decided_on",
    "decided_at": "decided_at",
    "version": "version",
}
ENTRY_COLUMNS = {
    "id": "pk",
    "object_type": "object_type",
    "object_id": "object_id",
    "version": "object_version",
    "action": "action",
    "door": "door",
    "at": "at",
    "on": "business_on",
}
EVENT_COLUMNS = ("kind", "who", "what", "reason", "said", "confirmed")


@dataclass(frozen=True, slots=True)
class AskedFilters:
    """A list's filters; empty ones ask for nothing."""

    task: int | None = None
    plan: int | None = None
    unit: int | None = None
    state: str = ""


def filtered[M: Obstacle | Directive | Extension | Closure](rows: QuerySet[M], filters: AskedFilters) -> QuerySet[M]:
    """Return those of visible rows that answer to the filters; the unit is the one in whose name it stands."""
    wanted = {
        "task": filters.task,
        "task__plan": filters.plan,
        "department": filters.unit,
        "state": filters.state or None,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def reviews_for(reach: Reach, filters: ReportFilters, *, decision: str = "", today: date) -> QuerySet[Review]:
    """Return the office's answers to reports on items that the reader sees."""
    rows = Review.objects.filter(report__in=reports_for(reach, filters, today=today).values("pk"))
    return rows.filter(decision=decision) if decision else rows


def closings_for(reach: Reach, *, today: date) -> QuerySet[Closure]:
    return on_items_seen(Closure, reach, today=today)


def review_rows(rows: QuerySet[Review]) -> list[Row]:
    return named_rows(rows, REVIEW_COLUMNS)


def extension_rows(rows: QuerySet[Extension]) -> list[Row]:
    """Return these requests with what each on the way said, in two queries."""
    found = named_rows(rows, EXTENSION_COLUMNS, "department")
    said: defaultdict[int, list[Row]] = defaultdict(list)
    decisions = ExtensionDecision.objects.filter(among("extension", [row["id"] for row in found])).order_by("pk")
    for extension, *values in decisions.values_list("extension_id", *DECISION_COLUMNS):
        said[extension].append(dict(zip(DECISION_COLUMNS, values, strict=True)))
    for row in found:
        chain, decided = row["chain"], row.pop("decided")
        waits = row["state"] == ExtensionState.PENDING and decided < len(chain)
        row |= {"waits_for": chain[decided] if waits else None, "decisions": said[row["id"]]}
    return found


def obstacle_rows(rows: QuerySet[Obstacle]) -> list[Row]:
    return named_rows(rows, OBSTACLE_COLUMNS, "department", "answering_department", "answering_person")


def directive_rows(rows: QuerySet[Directive]) -> list[Row]:
    return named_rows(rows, DIRECTIVE_COLUMNS, "department")


def closing_rows(rows: QuerySet[Closure]) -> list[Row]:
    return named_rows(rows, CLOSING_COLUMNS, "department")


def history_rows(entries: QuerySet[HistoryEntry], *, today: date) -> list[Row]:
    """Return entries with the sentence that people read, in a fixed number of queries."""
    found = list(entries)
    return [
        {
            **{name: getattr(entry, column) for name, column in ENTRY_COLUMNS.items()},
            **{name: getattr(event, name) for name in EVENT_COLUMNS},
            "changes": [{"label": each.label, "old": each.old, "new": each.new} for each in event.changes],
        }
        for entry, event in zip(found, events(found, today=today), strict=True)
    ]


def named_rows(rows: QuerySet[Any], columns: Mapping[str, str], *parties: str) -> list[Row]:
    """Return these columns; of a party its id and its name, None where there is none."""
    names = tuple(columns)
    paths = [*columns.values(), *(f"{party}__name" for party in parties)]
    return [_row(names, parties, values) for values in rows.values_list(*paths)]


def _row(names: Sequence[str], parties: Sequence[str], values: Sequence[Any]) -> Row:
    row = dict(zip(names, values, strict=False))
    for party, name in zip(parties, values[len(names) :], strict=True):
        row[party] = None if row[party] is None else {"id": row[party], "name": name}
    return row
