"""What is typed into a report's form is kept before it is handed in: by the field, for one person and one row."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.history import Actor
from accounts.models import Department
from projects.models import Task
from tracker.choices import DraftSource
from tracker.models import ProgressReport, ReportDraft, ReportingRound

Row = tuple[int, int, int]
"""Item, round and unit."""
LONGEST = 2000
"""Characters of a field that are kept; the form takes fewer."""


@transaction.atomic
def keep_draft(
    *,
    task: Task,
    reporting_round: ReportingRound,
    department: Department,
    content: Mapping[str, Any],
    seen: int,
    token: str = "",
    by: Actor,
    now: datetime,
) -> ReportDraft | None:
    """Keep what one person has typed for a row in place of what they had typed before.

    A form that was handed in meanwhile (`token`) leaves none: its last draft may arrive after it.
    """
    Task.objects.select_for_update().get(pk=task.pk)
    if token and ProgressReport.objects.filter(token=token).exists():
        return None
    kept = {name: _cut(value) for name, value in content.items()}
    draft, _ = ReportDraft.objects.update_or_create(
        task=task,
        round=reporting_round,
        department=department,
        user=by.user,
        defaults={
            "organization_id": task.organization_id,
            "source": DraftSource.TYPED,
            "content": kept,
            "seen": seen,
            "saved_at": now,
        },
    )
    return draft


def drop_draft(*, draft: ReportDraft, by: Actor) -> None:
    """Forget what this person typed."""
    ReportDraft.objects.filter(pk=draft.pk, user=by.user).delete()


@transaction.atomic
def drop_handed_in(*, rows: Collection[Row], by: Actor) -> None:
    """Forget what this person typed for rows that are handed in now; call it in the same transaction."""
    if by.user is None or not rows:
        return
    begun = ReportDraft.objects.filter(user=by.user, task__in={task for task, _, _ in rows})
    found = begun.values_list("pk", "task_id", "round_id", "department_id")
    wanted = set(rows)
    ids = [pk for pk, *row in found if tuple(row) in wanted]
    if ids:
        ReportDraft.objects.filter(pk__in=ids).delete()


def _cut(value: Any) -> Any:
    return [str(each)[:LONGEST] for each in value] if isinstance(value, list) else str(value)[:LONGEST]
