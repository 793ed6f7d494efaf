"""The record of messages: to whom, when, on which channel, and what came of each try."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import batched

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.access import Reach, require_office
from tracker.choices import DeliveryState
from tracker.models import Attempt, Delivery, DeliveryItem, Reminder
from tracker.reminding.naming import (
    attempt_detail,
    attempt_outcome_name,
    audience_name,
    channel_name,
    delivery_state_name,
    reminder_fate,
    step_name,
)

ROWS, CHUNK = 50, 500
FILTERS = {
    "sent": (DeliveryState.SENT,),
    "waiting": (DeliveryState.READY, DeliveryState.SENDING),
    "retry": (DeliveryState.RETRY,),
    "failed": (DeliveryState.FAILED,),
    "cancelled": (DeliveryState.CANCELLED,),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A message; `planned_at` is the business moment of its reminders, the tries keep real time."""

    delivery: Delivery
    reminders: tuple[Reminder, ...]

    @property
    def planned_at(self) -> datetime:
        planned = max((row.tell_at for row in self.reminders), default=self.delivery.created_at)
        return timezone.localtime(planned)

    @property
    def channel(self) -> str:
        return channel_name(self.delivery.channel)

    @property
    def state(self) -> str:
        return delivery_state_name(self.delivery.state)


@dataclass(frozen=True, slots=True)
class Deliveries:
    rows: tuple[Row, ...]
    page: Page[Delivery]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    reminder: Reminder
    step: str
    audience: str
    fate: str


@dataclass(frozen=True, slots=True)
class Try:
    """A try to send, in words; `detail` is what the other side said, or why nobody knows."""

    attempt: Attempt
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it was sent, with what it tells and every try."""

    row: Row
    told: tuple[Told, ...]
    tries: tuple[Try, ...]


def deliveries(reach: Reach, *, state: str = "", search: str = "", number: int = 1, today: date) -> Deliveries:
    """Return a page of the organization's messages, the newest first, in a fixed number of queries.

    `search` finds a person's name or an item's number. Raise PermissionDenied for all but the office.
    """
    require_office(reach)
    found = _matching(Delivery.objects.filter(organization=reach.organization_id), search)
    filters = _filters(today)
    counts = found.aggregate(all=Count("pk"), **{name: Count("pk", filter=wanted) for name, wanted in filters.items()})
    shown = found.filter(filters.get(state, Q())).select_related("person").order_by("-pk")
    page = Paginator(shown, ROWS).get_page(number)
    return Deliveries(tuple(_rows(list(page.object_list))), page, counts)


def all_deliveries(reach: Reach, *, state: str = "", search: str = "", today: date) -> Iterator[Row]:
    """Return what `deliveries` pages through, whole; raise PermissionDenied at once for all but the office."""
    require_office(reach)
    found = _matching(Delivery.objects.filter(organization=reach.organization_id), search)
    shown = found.filter(_filters(today).get(state, Q())).select_related("person").order_by("-pk")
    return (row for chunk in batched(shown.iterator(chunk_size=CHUNK), CHUNK) for row in _rows(chunk))


def _filters(today: date) -> dict[str, Q]:
    """Return what each tab shows; a message is of the business day of its reminders."""
    begin = timezone.make_aware(datetime.combine(today, time.min))
    planned = (Q(reminder__tell_at__gte=begin), Q(reminder__tell_at__lt=begin + timedelta(days=1)))
    of_today = DeliveryItem.objects.filter(*planned, delivery=OuterRef("pk"))
    return {"today": Q(Exists(of_today))} | {name: Q(state__in=states) for name, states in FILTERS.items()}


def letter(reach: Reach, delivery_id: int) -> Letter:
    """Return one message to the office or to whom it was sent; raise Http404 to anyone else."""
    own = Q(person__isnull=False, person=reach.person_id)
    theirs = Q(organization=reach.organization_id) if reach.office else own
    found = Delivery.objects.filter(theirs, pk=delivery_id).select_related("person").first()
    if found is None:
        raise Http404
    (row,) = _rows([found])
    told = tuple(_told(reminder) for reminder in row.reminders)
    return Letter(row, told, tuple(_try(attempt) for attempt in found.attempts.order_by("number")))


def _matching(rows: QuerySet[Delivery], search: str) -> QuerySet[Delivery]:
    if not search:
        return rows
    of_item = DeliveryItem.objects.filter(reminder__task__number=search).values("delivery")
    return rows.filter(Q(person__name__icontains=search) | Q(pk__in=of_item))


def _rows(found: Sequence[Delivery]) -> list[Row]:
    items = (
        DeliveryItem.objects.filter(delivery__in=found).select_related("reminder").order_by("reminder__tell_at", "pk")
    )
    reminders: dict[int, list[Reminder]] = {delivery.pk: [] for delivery in found}
    for item in items:
        reminders[item.delivery_id].append(item.reminder)
    return [Row(delivery, tuple(reminders[delivery.pk])) for delivery in found]


def _try(attempt: Attempt) -> Try:
    return Try(attempt, attempt_outcome_name(attempt.outcome), attempt_detail(attempt.detail))


def _told(reminder: Reminder) -> Told:
    return Told(
        reminder=reminder,
        step=step_name(reminder.step, subject_kind=reminder.subject_kind),
        audience=audience_name(reminder.audience),
        fate=reminder_fate(reminder.state, reminder.reason),
    )
