"""Counting an object's versions, so that history stays gap-free and no edit is lost."""

from django.db.models import F, Model

from accounts.conflicts import Conflict


def raise_version(row: Model, *, expected: int | None = None) -> int:
    """Count one more change of `row` and return its version; the update locks the row for this transaction.

    Raise Conflict when `expected` (what the editor saw) isn't what stands there.
    """
    # Not type(row): a request's user is a proxy of its row.
    same = row.__class__._default_manager.filter(pk=row.pk)
    if expected is not None:
        same = same.filter(version=expected)
    moved = not same.update(version=F("version") + 1)
    row.refresh_from_db()
    if moved:
        raise Conflict(row)
    return int(getattr(row, "version"))  # noqa: B009 - every versioned model has it, Model itself has not
