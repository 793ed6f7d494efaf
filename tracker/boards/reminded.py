"""Who was lately told something about an item: when, why, by which channels and with what result."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from projects.models import Task
from tracker.choices import ReminderState
from tracker.models import DeliveryItem, Reminder
from tracker.reminding.naming import channel_name, delivery_state_name
from tracker.reminding.rendering import reminder_line

MOST = 5


@dataclass(frozen=True, slots=True)
class Way:
    channel: str
    state: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """`at` is the business moment for which it was planned; `ways` are the messages that told it, in their order."""

    at: datetime
    what: str
    who: str
    ways: tuple[Way, ...]


def reminded(task: Task) -> list[Reminded]:
    """Return what was told last, the newest first, in two queries. Whoever sees the item may see it."""
    told = Reminder.objects.filter(task=task, state=ReminderState.EXPANDED).select_related("person", "department")
    rows = list(told.order_by("-pk")[:MOST])
    ways = _ways(rows)
    return [
        Reminded(
            timezone.localtime(row.tell_at),
            reminder_line(row, today=timezone.localtime(row.tell_at).date()),
            str(row.person or row.department or ""),
            tuple(ways[row.pk]),
        )
        for row in rows
    ]


def _ways(rows: Iterable[Reminder]) -> dict[int, list[Way]]:
    found: defaultdict[int, list[Way]] = defaultdict(list)
    items = DeliveryItem.objects.filter(reminder__in=rows).order_by("delivery_id")
    for reminder, channel, state in items.values_list("reminder_id", "channel", "delivery__state"):
        found[reminder].append(Way(channel_name(channel), delivery_state_name(state)))
    return found
