"""One's own inbox: what one was told, what of it was read, and what still has to be done."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.access import Reach
from tracker.choices import Channel
from tracker.models import Delivery, DeliveryItem, Reminder
from tracker.reminding import notices
from tracker.reminding.failures import failed_message
from tracker.reminding.lastlook import still_holds
from tracker.reminding.wording import place_of

ROWS = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; `reminder` is missing where the office is told of a message that failed."""

    delivery: Delivery
    reminder: Reminder | None
    open: bool

    @property
    def place(self) -> str:
        """Return the page on which to act."""
        return place_of(self.reminder) if self.reminder else reverse("tracker:delivery", args=[self.message_id])

    @property
    def asks(self) -> bool:
        """Say whether there was something to do, and not only something to know."""
        return self.reminder is not None and notices.asks(self.reminder.subject_kind, self.reminder.step)

    @property
    def message_id(self) -> int:
        """Return the message to open: the entry itself, or the one that failed."""
        return failed_message(self.delivery) or self.delivery.pk

    @property
    def told_at(self) -> datetime:
        return timezone.localtime(self.reminder.tell_at if self.reminder else self.delivery.created_at)


@dataclass(frozen=True, slots=True)
class Inbox:
    entries: tuple[Entry, ...]
    page: Page[Delivery]
    unread: int
    total: int


def inbox(reach: Reach, *, unread_only: bool, number: int = 1) -> Inbox:
    """Return a page of one's entries, the unread first, in a fixed number of queries."""
    own = entries_of(reach)
    shown = own.filter(read_at__isnull=True) if unread_only else own
    page = Paginator(shown.order_by(IsNull(F("read_at"), True).desc(), "-pk"), ROWS).get_page(number)
    return Inbox(tuple(_entries(list(page.object_list))), page, own.filter(read_at__isnull=True).count(), own.count())


def unread_entries(reach: Reach) -> QuerySet[Delivery]:
    return entries_of(reach).filter(read_at__isnull=True)


def get_entry(reach: Reach, delivery_id: int) -> Delivery:
    """Return an entry of one's own; raise Http404 for any other."""
    found = entries_of(reach).filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    return found


def entries_of(reach: Reach) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=Channel.INBOX, person__isnull=False, person=reach.person_id)


def _entries(found: list[Delivery]) -> list[Entry]:
    items = DeliveryItem.objects.filter(delivery__in=found).select_related("reminder")
    reminders = {item.delivery_id: item.reminder for item in items}
    holding = still_holds(reminders.values())
    return [
        Entry(delivery, reminder := reminders.get(delivery.pk), reminder is not None and reminder.pk in holding)
        for delivery in found
    ]
