"""The reminder record as plain values for programs: reminders, and the messages that told them with every try."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Reach, require_office
from accounts.models import Membership
from accounts.models.among import among
from tracker.boards.deliveries import told_between
from tracker.choices import DeliveryState, ReminderState
from tracker.models import Attempt, Delivery, DeliveryItem, Reminder
from tracker.reminding.naming import (
    attempt_detail,
    attempt_outcome_name,
    delivery_state_name,
    reminder_fate,
    step_name,
)

Row = dict[str, Any]

REMINDER_COLUMNS = {
    "id": "pk",
    "task": "task_id",
    "subject_kind": "subject_kind",
    "subject": "subject_id",
    "cycle": "cycle",
    "step": "step",
    "person": "person_id",
    "person_name": "person__name",
    "department": "department_id",
    "department_name": "department__name",
    "audience": "audience",
    "state": "state",
    "reason": "reason",
    "merged_into": "merged_into_id",
    "tell_at": "tell_at",
    "raised_at": "raised_at",
}
DELIVERY_COLUMNS = {
    "id": "pk",
    "channel": "channel",
    "person": "person_id",
    "person_name": "person__name",
    "department": "department_id",
    "department_name": "department__name",
    "state": "state",
    "last_error": "last_error",
    "attempts_made": "attempts_made",
    "subject": "subject",
    "created_at": "created_at",
    "sent_at": "sent_at",
    "read_at": "read_at",
}
REMINDER_MEMBERS = (
    *(name for name in REMINDER_COLUMNS if name not in {"person_name", "department_name", "reason"}),
    "step_word",
    "fate",
    "deliveries",
)
DELIVERY_MEMBERS = (
    *(name for name in DELIVERY_COLUMNS if name not in {"person_name", "department_name", "last_error"}),
    "state_word",
    "why",
    "reminders",
)


@dataclass(frozen=True, slots=True)
class ReminderFilters:
    """A list's filters; empty ones ask for nothing. `unit` takes its group's reminders and its people's."""

    state: str = ""
    task: int | None = None
    person: int | None = None
    unit: int | None = None
    begin: date | None = None
    end: date | None = None


def reminders_for(reach: Reach, filters: ReminderFilters) -> QuerySet[Reminder]:
    """Return the organization's reminders; PermissionDenied to all but the office."""
    require_office(reach)
    rows = told_between(reach, filters.begin, filters.end)
    if filters.unit is not None:
        members = Membership.objects.filter(department=filters.unit).values("person")
        rows = rows.filter(Q(department=filters.unit) | Q(person__in=members))
    wanted = {"state": filters.state or None, "task": filters.task, "person": filters.person}
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def reminder_rows(reminders: QuerySet[Reminder]) -> list[Row]:
    """Return these reminders with the messages that told them, in two queries."""
    rows = _rows(REMINDER_COLUMNS, reminders.values_list(*REMINDER_COLUMNS.values()))
    items = DeliveryItem.objects.filter(among("reminder", (row["id"] for row in rows))).order_by("pk")
    told: defaultdict[int, list[int]] = defaultdict(list)
    for reminder, delivery in items.values_list("reminder_id", "delivery_id"):
        told[reminder].append(delivery)
    for row in rows:
        _name_recipient(row)
        row["step_word"] = step_name(row["step"], subject_kind=row["subject_kind"])
        row["fate"] = reminder_fate(row["state"], row.pop("reason"))
        row["deliveries"] = told[row["id"]]
    return rows


def delivery_rows(deliveries: QuerySet[Delivery]) -> list[Row]:
    """Return these messages with the numbers of the reminders in them, in two queries."""
    rows = _rows(DELIVERY_COLUMNS, deliveries.values_list(*DELIVERY_COLUMNS.values()))
    items = DeliveryItem.objects.filter(among("delivery", (row["id"] for row in rows)))
    held: defaultdict[int, list[int]] = defaultdict(list)
    for delivery, reminder in items.order_by("reminder__tell_at", "pk").values_list("delivery_id", "reminder_id"):
        held[delivery].append(reminder)
    for row in rows:
        _name_recipient(row)
        said = row.pop("last_error")
        cancelled = row["state"] == DeliveryState.CANCELLED
        row["state_word"] = delivery_state_name(row["state"])
        row["why"] = reminder_fate(ReminderState.CANCELLED, said) if cancelled else said
        row["reminders"] = held[row["id"]]
    return rows


def letter_rows(deliveries: QuerySet[Delivery]) -> list[Row]:
    """Return these messages whole: as they were sent, and every try."""
    rows, bodies = delivery_rows(deliveries), dict(deliveries.values_list("pk", "body"))
    tries: defaultdict[int, list[Row]] = defaultdict(list)
    columns = ("number", "started_at", "ended_at", "outcome", "detail")
    found = Attempt.objects.filter(among("delivery", bodies)).order_by("number")
    for delivery, *values in found.values_list("delivery_id", *columns):
        one = dict(zip(columns, values, strict=True))
        one |= {"outcome_word": attempt_outcome_name(one["outcome"]), "detail": attempt_detail(one["detail"])}
        tries[delivery].append(one)
    return [row | {"body": bodies[row["id"]], "attempts": tries[row["id"]]} for row in rows]


def _name_recipient(row: Row) -> None:
    """Put the name beside the number of whoever is told: a person, or a unit's group."""
    for kind in ("person", "department"):
        name = row.pop(f"{kind}_name")
        row[kind] = None if row[kind] is None else {"id": row[kind], "name": name}


def _rows(names: Iterable[str], rows: Iterable[Sequence[Any]]) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in rows]
