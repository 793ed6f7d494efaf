"""Whether sending goes on, why not, and what was laid aside after a restored backup."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.utils import timezone

from accounts.access import Reach
from tracker.models import Delivery, DeliveryItem, Pause, Reminder
from tracker.pausing import current_pause
from tracker.reminding.failures import recipient_name
from tracker.reminding.naming import channel_name
from tracker.reminding.rendering import reminder_line
from tracker.restoring import doubtful

MOST_PAST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """Something laid aside: a reminder not told yet, or a message with what it tells. `begun`: a try had begun."""

    key: str
    who: str
    what: tuple[str, ...]
    channel: str
    planned_at: datetime
    begun: bool


@dataclass(frozen=True, slots=True)
class Sending:
    pause: Pause | None
    lines: tuple[Line, ...]
    past: tuple[Pause, ...]


def sending(reach: Reach) -> Sending:
    """Return it in a fixed number of queries; what was laid aside is the office's own organization's.

    Raise PermissionDenied to all but the office and whoever looks after the installation.
    """
    if not (reach.office or reach.system):
        raise PermissionDenied
    past = Pause.objects.filter(released_at__isnull=False).order_by("-pk")[:MOST_PAST]
    return Sending(current_pause(), tuple(_lines(reach)), tuple(past))


def _lines(reach: Reach) -> Iterator[Line]:
    if not reach.office or reach.organization_id is None:
        return
    found = doubtful(reach.organization_id)
    for row in found.reminders:
        yield Line(f"reminder:{row.pk}", _who(row), (_what(row),), "", timezone.localtime(row.tell_at), begun=False)
    items = DeliveryItem.objects.select_related("reminder").order_by("pk")
    ids = [row.pk for row in found.messages]
    messages = Delivery.objects.filter(pk__in=ids).select_related("person", "department", "outlet").order_by("pk")
    for message in messages.prefetch_related(Prefetch("items", queryset=items)):
        told = [item.reminder for item in message.items.all()]
        planned = max((row.tell_at for row in told), default=message.created_at)
        yield Line(
            f"message:{message.pk}",
            recipient_name(message),
            tuple(_what(row) for row in told),
            channel_name(message.channel),
            timezone.localtime(planned),
            begun=message.attempts_made > 0,
        )


def _who(row: Reminder) -> str:
    if row.person:
        return row.person.name
    return row.department.name if row.department else row.recipient


def _what(row: Reminder) -> str:
    return reminder_line(row, today=timezone.localtime(row.tell_at).date())
