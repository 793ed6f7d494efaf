"""Events for other systems of the office: what is due becomes one message a webhook, written for good; again on request."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import make_msgid
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.clock import database_now
from accounts.history import Actor, Change, canonical_text, record_all
from accounts.models import HistoryEntry
from accounts.models.among import among
from projects.choices import TaskState
from projects.models import Task
from tracker.choices import UNSENT, Channel, EventSource, SystemEvent
from tracker.models import Delivery, EventDue, LightChange, Outlet
from tracker.reminding.bundling import address_hash, message_domain
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.composing import fingerprint, message_of

AT_ONCE = 200
"""How many events are made messages in one transaction."""
MOST_AGAIN = 1000
"""How many messages one request sends again."""
VERSION = "v1"
PING = "ping"
KIND = "delivery"
TRIED, REPLAYED = "delivery.tried", "delivery.replayed"
"""What history says of a message that a person asked for: it is the first entry of the message that was made."""
REPORTS = {
    "report.submitted": SystemEvent.REPORT_SUBMITTED,
    "report.accepted": SystemEvent.REPORT_ACCEPTED,
    "report.returned": SystemEvent.REPORT_RETURNED,
}
TASK = "task."


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: `event_id` is that of the row it is told of, and so the same however often it is told."""

    event_id: str
    organization_id: int
    kind: str
    at: datetime
    data: Mapping[str, Any]

    def text(self) -> str:
        """Return the bytes' text: one spelling, so that the same event is signed over the same words."""
        return canonical_text(
            {
                "id": self.event_id,
                "type": self.kind,
                "version": VERSION,
                "timestamp": self.at.astimezone(UTC).isoformat(),
                "data": self.data,
            }
        )


def raise_events() -> int:
    """Make messages of all that is due; return how many."""
    # SQLite's trigger queues for everyone.
    EventDue.objects.exclude(organization__in=_outlets().values("organization")).delete()
    made = 0
    while (some := _raise_some()) is not None:
        made += some
    return made


@transaction.atomic
def _raise_some() -> int | None:
    """Make messages of the first that are due and that no other process has; None where there are none."""
    due = list(EventDue.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    if not due:
        return None
    listening = _listening({row.organization_id for row in due})
    rows = [
        _message(outlet, event, bundle=event.event_id)
        for event in (_events(due) if listening else ())
        for outlet in listening
        if _tells(outlet, event)
    ]
    # Whoever asked for an event a second time by hand has it already.
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    EventDue.objects.filter(pk__in=[row.pk for row in due]).delete()
    return len(rows)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The messages made of those asked for, how many more there are, and the last one told again: they go on after it."""

    messages: Sequence[Delivery]
    left: int
    last: int


@transaction.atomic
def again(*, delivery: Delivery, by: Actor) -> Delivery:
    """Send an event once more as a message of its own, under the event's id, in the very words it had."""
    (message,) = _again([delivery.pk], by=by)
    return message


@transaction.atomic
def again_since(*, outlet: Outlet, since: datetime, by: Actor, after: int = 0, most: int = MOST_AGAIN) -> Replayed:
    """Send once more each event that was due to the webhook since then, the oldest first and so many of them.

    `after` is the message after which it goes on; what is still to go out isn't doubled.
    """
    rows = messages_to(outlet).filter(stands_for__isnull=True, created_at__gte=since, pk__gt=after)
    found = rows.exclude(state__in=UNSENT).order_by("pk")
    some = list(found.values_list("pk", flat=True)[:most])
    left = found.filter(pk__gt=some[-1]).count() if len(some) == most else 0
    return Replayed(_again(some, by=by), left, some[-1] if some else after)


def _again(ids: Sequence[int], *, by: Actor) -> list[Delivery]:
    # Two who press at once are numbered in turn.
    old = list(Delivery.objects.select_for_update(of=("self",)).filter(among("pk", ids)).order_by("pk"))
    counts = Delivery.objects.filter(among("stands_for", ids)).values_list("stands_for").annotate(Count("pk"))
    before, at = dict(counts.order_by("stands_for")), database_now()
    return _asked_for([_copy(row, before.get(row.pk, 0) + 1, at) for row in old], REPLAYED, by)


def _copy(delivery: Delivery, number: int, at: datetime) -> Delivery:
    return Delivery(
        organization_id=delivery.organization_id,
        recipient=delivery.recipient,
        channel=delivery.channel,
        outlet_id=delivery.outlet_id,
        address=delivery.address,
        address_hash=delivery.address_hash,
        bundle=f"a{delivery.pk}-{number}",
        message_id=make_msgid(domain=message_domain()),
        subject=delivery.subject,
        body=delivery.body,
        sha256=delivery.sha256,
        rendered_at=at.replace(microsecond=0),
        created_at=at,
        next_try_at=at,
        stands_for=delivery,
    )


@transaction.atomic
def ping(*, outlet: Outlet, by: Actor) -> Delivery:
    """Send an event that says nothing, to try the way."""
    at = database_now()
    event = Event(f"ping-{token_hex(8)}", outlet.organization_id, PING, at, {})
    (message,) = _asked_for([_message(outlet, event, bundle=event.event_id)], TRIED, by)
    return message


def _asked_for(messages: Sequence[Delivery], action: str, by: Actor) -> list[Delivery]:
    """Write messages that a person wants, and history who it was."""
    rows = Delivery.objects.bulk_create(messages)
    record_all(
        (
            Change(
                row.organization_id,
                KIND,
                row.pk,
                1,
                action,
                {"outlet": row.outlet_id, "event": row.subject, "stands_for": row.stands_for_id},
            )
            for row in rows
        ),
        by=by,
    )
    return rows


def messages_to(outlet: Outlet) -> QuerySet[Delivery]:
    """Return all that the webhook was told, and is to be told."""
    return Delivery.objects.filter(organization=outlet.organization_id, recipient=_recipient(outlet))


def _recipient(outlet: Outlet) -> str:
    return f"system:{outlet.pk}"


def _listening(organizations: Collection[int]) -> list[Outlet]:
    return list(_outlets().filter(organization__in=organizations).order_by("pk"))


def _outlets() -> QuerySet[Outlet]:
    return Outlet.objects.filter(channel=Channel.WEBHOOK, active=True)


def _tells(outlet: Outlet, event: Event) -> bool:
    return outlet.organization_id == event.organization_id and event.kind in outlet.tells


def _message(outlet: Outlet, event: Event, *, bundle: str) -> Delivery:
    at, address = database_now(), f"outlet:{outlet.pk}"
    row = Delivery(
        organization_id=outlet.organization_id,
        recipient=_recipient(outlet),
        channel=Channel.WEBHOOK,
        outlet=outlet,
        address=address,
        address_hash=address_hash(address),
        bundle=bundle,
        message_id=make_msgid(domain=message_domain()),
        subject=event.kind,
        body=event.text(),
        rendered_at=at.replace(microsecond=0),
        created_at=at,
        next_try_at=at,
    )
    row.sha256 = fingerprint(CHANNELS[Channel.WEBHOOK], message_of(row, {}))
    return row


def _events(due: Collection[EventDue]) -> Iterable[Event]:
    """Read what the rows say, a fixed number of queries; of drafts, which only the office sees, nothing is told."""
    ids = {source: [row.source_id for row in due if row.source == source] for source in EventSource}
    entries = list(HistoryEntry.objects.filter(pk__in=ids[EventSource.HISTORY]).order_by("pk"))
    turns = list(LightChange.objects.filter(pk__in=ids[EventSource.LIGHT]).order_by("pk"))
    failed = list(Delivery.objects.filter(pk__in=ids[EventSource.DELIVERY]).order_by("pk"))
    tasks = _tasks({entry.task_id for entry in entries if entry.task_id} | {turn.task_id for turn in turns})
    at = database_now()
    for entry in entries:
        kind = REPORTS.get(entry.action) or (SystemEvent.TASK_CHANGED if entry.action.startswith(TASK) else None)
        if kind and entry.task_id in tasks:
            yield _of_entry(entry, kind, tasks[entry.task_id])
    for turn in turns:
        if turn.task_id in tasks:
            data = {"task": tasks[turn.task_id], "was": turn.was, "light": turn.light, "on": turn.noted_on}
            yield _event(EventSource.LIGHT, turn, SystemEvent.LIGHT_TURNED, at, {**data, "door": "job"})
    for row in failed:
        data = {"delivery": row.pk, "channel": row.channel, "state": row.state, "door": "job"}
        yield _event(EventSource.DELIVERY, row, SystemEvent.REMINDER_FAILED, at, data)


def _of_entry(entry: HistoryEntry, kind: SystemEvent, task: Mapping[str, Any]) -> Event:
    """Tell who may ask for the rest what changed, by name: the values are read through the API, with its rights."""
    data = {
        "task": task,
        "object": {"type": entry.object_type, "id": entry.object_id, "version": entry.object_version},
        "action": entry.action,
        # Of what was made everything is new; of what was changed `before` holds what is different now.
        "changed": sorted(entry.before or entry.after),
        "door": entry.door,
    }
    return _event(EventSource.HISTORY, entry, kind, entry.at, data)


def _event(
    source: EventSource,
    row: HistoryEntry | LightChange | Delivery,
    kind: SystemEvent,
    at: datetime,
    data: Mapping[str, Any],
) -> Event:
    return Event(f"{source}-{row.pk}", row.organization_id, kind, at, data)


def _tasks(ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    rows = Task.objects.filter(pk__in=ids).exclude(state=TaskState.DRAFT)
    columns = ("pk", "plan_id", "number", "title", "state")
    return {
        pk: {"id": pk, "plan": plan, "number": number, "title": title, "state": state}
        for pk, plan, number, title, state in rows.values_list(*columns)
    }
