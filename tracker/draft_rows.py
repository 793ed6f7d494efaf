"""Drafts of many rows, kept or dropped together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.history import Actor
from tracker.choices import DraftSource
from tracker.models import Owed, ReportDraft

KEY = ("task", "round", "department", "user")
KEPT = ("content", "seen", "source", "saved_at")


@dataclass(frozen=True, slots=True)
class Begun:
    """What was typed for a row, by field name, and the report it was made over."""

    owed: Owed
    content: Mapping[str, Any]
    seen: int


@transaction.atomic
def keep_drafts(*, rows: Sequence[Begun], source: DraftSource, by: Actor, now: datetime) -> None:
    """Keep what one person began, all or none; what stood there of the same rows is replaced."""
    drafts = [
        ReportDraft(
            organization_id=row.owed.organization_id,
            task_id=row.owed.task_id,
            round_id=row.owed.round_id,
            department_id=row.owed.department_id,
            user=by.user,
            source=source,
            content=dict(row.content),
            seen=row.seen,
            saved_at=now,
        )
        for row in rows
    ]
    ReportDraft.objects.bulk_create(drafts, update_conflicts=True, unique_fields=KEY, update_fields=KEPT)


def drop_drafts(*, ids: Collection[int], by: Actor) -> int:
    """Forget what this person began; others' drafts aren't touched."""
    return ReportDraft.objects.filter(pk__in=ids, user=by.user).delete()[0]
