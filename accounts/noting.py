"""One history entry for the making, or for a change, of one row."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from accounts.history import Actor, Change, record
from accounts.versions import raise_version


def record_made(row: Model, organization_id: int, after: Mapping[str, Any], by: Actor) -> None:
    kind = str(row._meta.model_name)
    record(Change(organization_id, kind, row.pk, 1, f"{kind}.created", after), by=by)


def record_change(
    row: Model,
    organization_id: int,
    verb: str,
    after: Mapping[str, Any],
    by: Actor,
    *,
    before: Mapping[str, Any] | None = None,
    version: int | None = None,
    reason: str = "",
) -> None:
    """Count the change; raise Conflict when `version` (what the editor saw) isn't what stands there."""
    kind = str(row._meta.model_name)
    number = raise_version(row, expected=version)
    change = Change(organization_id, kind, row.pk, number, f"{kind}.{verb}", after, before=before or {}, reason=reason)
    record(change, by=by)
