"""The record of messages: to whom, when, on which channel, and what came of each try."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import batched

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import Reach, require_office
from accounts.clock import business_time
from accounts.models import Department, HistoryEntry, Membership, Person
from accounts.models.dated import in_force
from projects.choices import InvolvementRole
from projects.models import Involvement, Task
from tracker.choices import UNDELIVERED, DeliveryState, ReminderState
from tracker.models import Attempt, Delivery, DeliveryItem, Reminder
from tracker.reminding.due import Audience
from tracker.reminding.holding import KIND
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
MOST_LINES = 20_000
"""Lines of a file that a person waits for; a longer list is narrowed, or taken as plain text."""
EARLIEST = date(1900, 1, 1)
"""Calendars begin before the moments that a database can keep."""
FILTERS = {
    "sent": (DeliveryState.SENT,),
    "waiting": (DeliveryState.READY, DeliveryState.SENDING),
    "retry": (DeliveryState.RETRY,),
    "failed": UNDELIVERED,
    "cancelled": (DeliveryState.CANCELLED,),
}
MOST_NAMED = 20_000
"""Messages that are named one by one in a question to the database."""
COUNTED = ("waiting", "retry", "failed")
"""What is still open, and therefore short; the rest of a long record isn't counted each time it is looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `words` are of a person's name, an item's number or its title.

    `before` and `after` are the messages between which a page lies: a record of a million rows has no page numbers.
    """

    state: str = ""
    words: str = ""
    unit: int | None = None
    channel: str = ""
    begin: date | None = None
    end: date | None = None
    before: int | None = None
    after: int | None = None


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
    def sent_at(self) -> datetime | None:
        """Return when it was taken, as the business calendar shows it."""
        return _business(self.delivery.sent_at)

    @property
    def rendered_at(self) -> datetime | None:
        return _business(self.delivery.rendered_at)

    @property
    def read_at(self) -> datetime | None:
        return _business(self.delivery.read_at)

    @property
    def goes_at(self) -> datetime | None:
        """Return until when it waits for more of the same day; None once it may go."""
        waits = self.delivery.state == DeliveryState.READY and self.delivery.next_try_at > timezone.now()
        return business_time(self.delivery.next_try_at) if waits else None

    @property
    def who(self) -> str:
        """Name whom it went to: a person, or a unit's group."""
        to = self.delivery.person or self.delivery.department
        return to.name if to else self.delivery.recipient

    @property
    def channel(self) -> str:
        return channel_name(self.delivery.channel)

    @property
    def state(self) -> str:
        return delivery_state_name(self.delivery.state)

    @property
    def why(self) -> str:
        """Say why it didn't arrive: in our words where it was not sent, else as the other side put it."""
        said = self.delivery.last_error
        return reminder_fate(ReminderState.CANCELLED, said) if self.delivery.state == DeliveryState.CANCELLED else said


@dataclass(frozen=True, slots=True)
class Deliveries:
    """A page of the record, the newest first; `older` and `newer` name the message beyond which the next page begins."""

    rows: tuple[Row, ...]
    older: int | None
    newer: int | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What a message tells, with the office's holds of it, and the owners for whom another is told."""

    reminder: Reminder
    step: str
    audience: str
    fate: str
    holds: tuple[HistoryEntry, ...]
    stands_in_for: str


@dataclass(frozen=True, slots=True)
class Try:
    """A try to send, in words; `detail` is what the other side said, or why nobody knows."""

    attempt: Attempt
    at: datetime
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it was sent, with what it tells and every try."""

    row: Row
    told: tuple[Told, ...]
    tries: tuple[Try, ...]


def deliveries(reach: Reach, asked: Asked, *, today: date) -> Deliveries:
    """Return a page of the organization's messages in a fixed number of queries; PermissionDenied for all but the office."""
    require_office(reach)
    found = _matching(reach, asked)
    counts = found.filter(state__in=[state for name in COUNTED for state in FILTERS[name]]).aggregate(
        **{name: Count("pk", filter=Q(state__in=FILTERS[name])) for name in COUNTED}
    )
    counts["today"] = found.filter(_planned(reach, today, today)).count()
    rows, older, newer = _page(_of_state(reach, found, asked.state, today), asked)
    return Deliveries(tuple(_rows(rows)), older, newer, counts)


def sought(reach: Reach, asked: Asked, *, today: date) -> QuerySet[Delivery]:
    """Return the messages that answer to all that is asked but the page; PermissionDenied for all but the office."""
    require_office(reach)
    return _of_state(reach, _matching(reach, asked), asked.state, today)


def all_deliveries(reach: Reach, asked: Asked, *, today: date) -> Iterator[Row]:
    """Return what `deliveries` pages through, whole; raise PermissionDenied at once for all but the office."""
    shown = sought(reach, asked, today=today).select_related("person", "department").order_by("-pk")
    return (row for chunk in batched(shown.iterator(chunk_size=CHUNK), CHUNK) for row in _rows(chunk))


def is_long(reach: Reach, asked: Asked, *, today: date) -> bool:
    """Say whether the list is longer than a file that a person waits for."""
    found = sought(reach, asked, today=today).order_by("-pk").values("pk")
    return len(found[: MOST_LINES + 1]) > MOST_LINES


def _page(found: QuerySet[Delivery], asked: Asked) -> tuple[list[Delivery], int | None, int | None]:
    """Return a page's rows and the messages beyond which the older and the newer ones lie."""
    listed = found.select_related("person", "department")
    if asked.after is not None:
        rows = list(listed.filter(pk__gt=asked.after).order_by("pk")[: ROWS + 1])
        more, rows = len(rows) > ROWS, rows[:ROWS][::-1]
        return rows, rows[-1].pk if rows else None, rows[0].pk if more else None
    beyond = listed.filter(pk__lt=asked.before) if asked.before is not None else listed
    rows = list(beyond.order_by("-pk")[: ROWS + 1])
    more, rows = len(rows) > ROWS, rows[:ROWS]
    return rows, rows[-1].pk if more else None, rows[0].pk if rows and asked.before is not None else None


def _of_state(reach: Reach, found: QuerySet[Delivery], state: str, today: date) -> QuerySet[Delivery]:
    if state == "today":
        return found.filter(_planned(reach, today, today))
    return found.filter(state__in=FILTERS[state]) if state in FILTERS else found


def _planned(reach: Reach, begin: date | None, end: date | None) -> Q:
    """Take messages by the business days of their reminders."""
    return _with(DeliveryItem.objects.filter(reminder__in=told_between(reach, begin, end)))


def told_between(reach: Reach, begin: date | None, end: date | None) -> QuerySet[Reminder]:
    """Return the organization's reminders that were to be told on these days, both included."""
    reminders = Reminder.objects.filter(organization=reach.organization_id)
    if begin:
        first = datetime.combine(max(begin, EARLIEST), time.min)
        reminders = reminders.filter(tell_at__gte=timezone.make_aware(first))
    if end:
        reminders = reminders.filter(tell_at__lte=timezone.make_aware(datetime.combine(max(end, EARLIEST), time.max)))
    return reminders


def _with(items: QuerySet[DeliveryItem]) -> Q:
    """Take messages by what they tell: by number where there are few, for else an old week is sought from today back."""
    numbers = list(items.values_list("delivery", flat=True)[: MOST_NAMED + 1])
    return Q(pk__in=numbers if len(numbers) <= MOST_NAMED else items.values("delivery"))


def open_to(reach: Reach) -> QuerySet[Delivery]:
    """Return the messages that may be read: to the office all of its organization, to a person those to them."""
    own = Q(person__isnull=False, person=reach.person_id)
    return Delivery.objects.filter(Q(organization=reach.organization_id) if reach.office else own)


def letter(reach: Reach, delivery_id: int, *, today: date) -> Letter:
    """Return one message to whom it is open; raise Http404 to anyone else."""
    found = open_to(reach).filter(pk=delivery_id).select_related("person", "department").first()
    if found is None:
        raise Http404
    (row,) = _rows([found])
    holds = _holds(row.reminders)
    owners = _owners({reminder.task_id for reminder in row.reminders if reminder.task_id}, today=today)
    told = tuple(_told(reminder, holds[reminder.pk], owners) for reminder in row.reminders)
    return Letter(row, told, tuple(_try(attempt) for attempt in found.attempts.order_by("number")))


def _matching(reach: Reach, asked: Asked) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(organization=reach.organization_id)
    if asked.words:
        rows = rows.filter(_named(reach, asked.words))
    if asked.unit is not None:
        members = Membership.objects.filter(department=asked.unit).values("person")
        rows = rows.filter(Q(department=asked.unit) | Q(person__in=members))
    if asked.channel:
        rows = rows.filter(channel=asked.channel)
    return rows.filter(_planned(reach, asked.begin, asked.end)) if asked.begin or asked.end else rows


def _named(reach: Reach, words: str) -> Q:
    """Take messages to people of this name, or about items of this number or title.

    Only what is found at all is asked for: with both in one condition the database would read the whole record.
    """
    own = {"organization": reach.organization_id}
    items = Task.objects.filter(Q(number=words) | Q(title__icontains=words), **own)
    people = list(Person.objects.filter(name__icontains=words, **own).values_list("pk", flat=True))
    if people and not items.exists():
        return Q(person__in=people)
    of_item = _with(DeliveryItem.objects.filter(reminder__task__in=items.values("pk")))
    return Q(person__in=people) | of_item if people else of_item


def units(reach: Reach) -> list[Department]:
    """Return the units by which the record is looked through, those that are no more among them."""
    return list(Department.objects.filter(organization=reach.organization_id).order_by("position", "pk"))


def _rows(found: Sequence[Delivery]) -> list[Row]:
    items = (
        DeliveryItem.objects.filter(delivery__in=found).select_related("reminder").order_by("reminder__tell_at", "pk")
    )
    reminders: dict[int, list[Reminder]] = {delivery.pk: [] for delivery in found}
    for item in items:
        reminders[item.delivery_id].append(item.reminder)
    return [Row(delivery, tuple(reminders[delivery.pk])) for delivery in found]


def _try(attempt: Attempt) -> Try:
    at = business_time(attempt.started_at)
    return Try(attempt, at, attempt_outcome_name(attempt.outcome), attempt_detail(attempt.detail))


def _business(at: datetime | None) -> datetime | None:
    return business_time(at) if at else None


def _holds(reminders: Sequence[Reminder]) -> dict[int, tuple[HistoryEntry, ...]]:
    """Return what the office said of each: held and released, in their order."""
    found: dict[int, tuple[HistoryEntry, ...]] = {reminder.pk: () for reminder in reminders}
    entries = HistoryEntry.objects.filter(object_type=KIND, object_id__in=found).order_by("object_id", "object_version")
    for entry in entries:
        found[entry.object_id] += (entry,)
    return found


def _owners(tasks: Collection[int], *, today: date) -> dict[int, dict[int, str]]:
    """Return the names of those who are named as owners of each item, by their ids."""
    named: dict[int, dict[int, str]] = {task: {} for task in tasks}
    parts = Involvement.objects.filter(
        in_force(today), task__in=tasks, role=InvolvementRole.OWNER, person__isnull=False
    )
    for part in parts.select_related("person").order_by("position", "pk"):
        if part.person is not None:
            named[part.task_id][part.person.pk] = part.person.name
    return named


def _told(reminder: Reminder, holds: tuple[HistoryEntry, ...], owners: Mapping[int, Mapping[int, str]]) -> Told:
    named = owners.get(reminder.task_id or 0, {})
    owed = reminder.audience == Audience.OWNER and reminder.person_id is not None
    others = gettext("、").join(named.values()) if owed and reminder.person_id not in named else ""
    return Told(
        reminder=reminder,
        step=step_name(reminder.step, subject_kind=reminder.subject_kind),
        audience=audience_name(reminder.audience),
        fate=reminder_fate(reminder.state, reminder.reason),
        holds=holds,
        stands_in_for=others,
    )
