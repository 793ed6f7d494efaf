"""What was asked and answered over time, of several obstacles or directives at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from accounts.models import HistoryEntry
from tracker.boards.timeline import Event, events


def exchanges(object_type: str, ids: Collection[int], *, today: date) -> dict[int, tuple[Event, ...]]:
    """Return what happened to each, the oldest first."""
    if not ids:
        return {}
    rows = HistoryEntry.objects.filter(object_type=object_type, object_id__in=ids).order_by("pk")
    entries = list(rows)
    found: defaultdict[int, list[Event]] = defaultdict(list)
    for entry, event in zip(entries, events(entries, today=today), strict=True):
        found[entry.object_id].append(event)
    return {pk: tuple(found[pk]) for pk in ids}
