"""The messages that weren't delivered and wait for a word of the office."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import Http404

from accounts.access import Reach, require_office
from tracker.choices import UNDELIVERED, DeliveryState
from tracker.models import Delivery, DeliveryItem, Reminder
from tracker.reminding.failures import recipient_name, why_not_delivered
from tracker.reminding.naming import channel_name, delivery_state_name

ROWS = 30


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One of them: what it would have told, why it wasn't, and what stands in for it."""

    delivery: Delivery
    name: str
    channel: str
    why: str
    reminders: tuple[Reminder, ...]
    stand_ins: tuple[str, ...]

    @property
    def unknown(self) -> bool:
        return self.delivery.state == DeliveryState.UNKNOWN


@dataclass(frozen=True, slots=True)
class List:
    rows: tuple[Undelivered, ...]
    page: Page[Delivery]
    total: int


def undelivered(reach: Reach, *, number: int = 1) -> List:
    """Return a page of them, the newest first, in a fixed number of queries; raise PermissionDenied for all but the office."""
    require_office(reach)
    found = Delivery.objects.filter(
        organization=reach.organization_id, state__in=UNDELIVERED, settled_at__isnull=True
    ).select_related("person", "department", "outlet")
    page = Paginator(found.order_by("-pk"), ROWS).get_page(number)
    rows = list(page.object_list)
    reminders: defaultdict[int, list[Reminder]] = defaultdict(list)
    for item in DeliveryItem.objects.filter(delivery__in=rows).select_related("reminder").order_by("pk"):
        reminders[item.delivery_id].append(item.reminder)
    others: defaultdict[int, list[str]] = defaultdict(list)
    for other in Delivery.objects.filter(stands_for__in=rows).order_by("pk"):
        words = f"{channel_name(other.channel)} {delivery_state_name(other.state)}"
        others[other.stands_for_id or 0].append(words)
    return List(
        tuple(
            Undelivered(
                row,
                recipient_name(row),
                channel_name(row.channel),
                why_not_delivered(row.last_error),
                tuple(reminders[row.pk]),
                tuple(others[row.pk]),
            )
            for row in rows
        ),
        page,
        page.paginator.count,
    )


def get_undelivered(reach: Reach, delivery_id: int) -> Delivery:
    """Return a message of the office's own organization; raise PermissionDenied, or Http404 where there is none."""
    require_office(reach)
    row = Delivery.objects.filter(organization=reach.organization_id, pk=delivery_id).first()
    if row is None:
        raise Http404
    return row
