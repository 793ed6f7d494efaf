"""Writing history: operations record what they changed, in the transaction that changes it."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.bulk import insert_values
from accounts.choices import Door
from accounts.models import HistoryEntry, User

PLAIN = frozenset({str, int, bool, type(None)})
COLUMNS = (
    "organization_id",
    "object_type",
    "object_id",
    "object_version",
    "task_id",
    "action",
    "before",
    "after",
    "reason",
    "door",
    "user_id",
    "actor_name",
    "at",
    "business_on",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by which door, on which business day."""

    user: User | None
    door: Door
    today: date

    @property
    def name(self) -> str:
        return str(self.user) if self.user else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object. `version` is the object's version after it; 1 is its making."""

    organization_id: int
    object_type: str
    object_id: int
    version: int
    action: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    task_id: int | None = None
    reason: str = ""


class Spelled(dict[str, Any]):
    """Content that stands in its one spelling already, sorted keys and all; whoever makes it answers for that."""


def canonical(value: Any) -> Any:
    """Return `value` as JSON data with one spelling: ISO days, instants in UTC, plain decimals, sorted keys."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is dict:
        return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
    if kind in {list, tuple}:
        return [canonical(item) for item in value]
    return _canonical_rare(value)


def _canonical_rare(value: Any) -> Any:
    match value:
        case Mapping():
            return canonical(dict(value))
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f") if value else "0"
        case float():
            return _canonical_float(value)
        case str():
            return str(value)
        case int():
            return int(value)
        case _:
            raise TypeError(f"history can't keep a {type(value).__name__}")


def _canonical_float(value: float) -> int | float:
    """Return whole numbers as integers, as the databases' JSON does; refuse what JSON has no word for."""
    if not math.isfinite(value):
        raise ValueError(f"history can't keep {value}")
    return int(value) if value.is_integer() else value


def canonical_text(value: Any) -> str:
    """Return the one text of `value`: equal contents give equal bytes."""
    return json.dumps(canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record(change: Change, *, by: Actor) -> None:
    """Write one entry; a version that is not the next one is refused by the database."""
    record_all([change], by=by)


def record_all(changes: Iterable[Change], *, by: Actor) -> None:
    """Write one entry a change; call it inside the transaction that makes the changes."""
    at, name = timezone.now(), by.name
    user = by.user.pk if by.user else None
    rows = (
        (
            change.organization_id,
            change.object_type,
            change.object_id,
            change.version,
            change.task_id,
            change.action,
            _spelled(change.before),
            _spelled(change.after),
            change.reason,
            by.door,
            user,
            name,
            at,
            by.today,
        )
        for change in changes
    )
    insert_values(HistoryEntry, COLUMNS, rows)


def _spelled(content: Mapping[str, Any]) -> Mapping[str, Any]:
    return content if isinstance(content, Spelled) else canonical(content)
