"""A batch under lock, and what its history says of it."""

from collections.abc import Mapping

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from projects.choices import BatchState
from projects.models import ImportBatch


class NotApplicable(Exception):
    """The batch is not in a state for this: `reason` is a code.

    `undecided`, `refused`, `already_applied`, `not_applied`, `already_undone`, `not_read`, `empty`, `archived`,
    `no_record`.
    """

    def __init__(self, reason: str, count: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.count = count


MADE_PLAN = "made_plan"
"""In a batch's summary: its plan was made by it, for there was none."""

REASONS = {
    BatchState.OPENED: "not_read",
    BatchState.PREVIEWED: "not_applied",
    BatchState.APPLIED: "already_applied",
    BatchState.UNDONE: "already_undone",
    BatchState.REFUSED: "refused",
}


def locked(batch: ImportBatch, state: BatchState, *, version: int | None = None) -> ImportBatch:
    """Return the batch read afresh under lock; Conflict when it moved on since `version`, NotApplicable in another state."""
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("organization", "plan")
    row = rows.defer("reading").get(pk=batch.pk)  # megabytes, and most decisions don't ask for them
    if version is not None and row.version != version:
        raise Conflict(row)
    if row.state != state:
        raise NotApplicable(REASONS[BatchState(row.state)])
    return row


def note(
    batch: ImportBatch,
    action: str,
    *,
    by: Actor,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Write the history of the batch's present version."""
    entry = Change(
        organization_id=batch.organization_id,
        object_type="import_batch",
        object_id=batch.pk,
        version=batch.version,
        action=action,
        before=before or {},
        after=after,
        reason=reason,
    )
    record(entry, by=by)


def note_decisions(batch: ImportBatch, before: Mapping[str, str], action: str, *, by: Actor) -> None:
    """Keep what changed among the decisions, not all of them: a table of ten thousand rows has as many."""
    after = batch.decisions
    keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    note(
        batch,
        action,
        by=by,
        before={key: before[key] for key in keys if key in before},
        after={key: after[key] for key in keys if key in after},
    )
