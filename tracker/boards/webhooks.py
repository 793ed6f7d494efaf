"""The webhooks of an office and what each was told last, for its pages and for programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import Reach, require_office
from accounts.models import HistoryEntry
from accounts.models.among import among
from tracker.boards.deliveries import EARLIEST
from tracker.choices import UNSENT, Channel, SystemEvent
from tracker.models import Delivery, Outlet
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.events import KIND, PING, REPLAYED, TRIED, messages_to
from tracker.reminding.failures import why_not_delivered
from tracker.reminding.naming import delivery_state_name
from tracker.reminding.outlets import known_settings

SHOWN = 50

Row = dict[str, Any]

WEBHOOK_MEMBERS = ("id", "label", "host", "events", "active", "created_at", "changed_at", "version")
MESSAGE_COLUMNS = {
    "id": "pk",
    "event": "subject",
    "state": "state",
    "attempts_made": "attempts_made",
    "created_at": "created_at",
    "sent_at": "sent_at",
    "next_try_at": "next_try_at",
    "replay_of": "stands_for_id",
    "body": "body",
    "last_error": "last_error",
}
MESSAGE_MEMBERS = (
    *(name for name in MESSAGE_COLUMNS if name not in {"body", "last_error"}),
    "event_id",
    "state_word",
    "why",
    "asked_by",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A webhook as the list shows it; `way` is empty where no key opens its settings."""

    outlet: Outlet
    way: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One message to it; `waiting` while it is still to go out, `asked_by` whoever had it sent by hand."""

    delivery: Delivery
    event: str
    state: str
    why: str
    waiting: bool
    asked_by: str


def webhooks(reach: Reach) -> Sequence[Line]:
    """Return those in use; raise PermissionDenied for all but the office."""
    return [line_of(row) for row in known_webhooks(reach).filter(active=True).order_by("pk")]


def get_webhook(reach: Reach, webhook_id: int) -> Outlet:
    """Return one in use; raise PermissionDenied for all but the office, Http404 where there is none."""
    row = known_webhooks(reach).filter(pk=webhook_id, active=True).first()
    if row is None:
        raise Http404
    return row


def known_webhooks(reach: Reach) -> QuerySet[Outlet]:
    """Return all there ever were, for the record of what they were told; PermissionDenied for all but the office."""
    require_office(reach)
    return Outlet.objects.filter(organization=reach.organization_id, channel=Channel.WEBHOOK)


def find_webhook(reach: Reach, webhook_id: int) -> Outlet:
    """Return one, in use or not; raise PermissionDenied for all but the office, Http404 where there is none."""
    row = known_webhooks(reach).filter(pk=webhook_id).first()
    if row is None:
        raise Http404
    return row


def webhook_rows(found: Iterable[Outlet]) -> list[Row]:
    """Return these as plain values; of where they lead only the host is said, for a path may hold a key."""
    columns = [name for name in WEBHOOK_MEMBERS if name not in {"id", "host", "events"}]
    return [
        {"id": row.pk, "host": _host(row), "events": row.tells} | {name: getattr(row, name) for name in columns}
        for row in found
    ]


def message_rows(found: QuerySet[Delivery]) -> list[Row]:
    """Return these messages as plain values, in two queries."""
    names, values = tuple(MESSAGE_COLUMNS), found.values_list(*MESSAGE_COLUMNS.values())
    rows = [dict(zip(names, each, strict=True)) for each in values]
    askers = _askers(row["id"] for row in rows)
    for row in rows:
        error, waits = row.pop("last_error"), row["state"] in UNSENT
        row["event_id"] = orjson.loads(row.pop("body"))["id"]
        row["next_try_at"] = row["next_try_at"] if waits else None
        row["state_word"] = delivery_state_name(row["state"])
        row["why"] = why_not_delivered(error) if error else ""
        row["asked_by"] = askers.get(row["id"], "")
    return rows


def day_begins(day: date) -> datetime:
    """Return the moment from which a replay since that day begins."""
    return timezone.make_aware(datetime.combine(max(day, EARLIEST), time.min))


def get_message(outlet: Outlet, delivery_id: int) -> Delivery:
    """Return what the webhook was told and may be told again; raise Http404 where there is none."""
    row = messages_to(outlet).exclude(state__in=UNSENT).filter(pk=delivery_id).first()
    if row is None:
        raise Http404
    return row


def line_of(row: Outlet) -> Line:
    return Line(row, _host(row), tuple(event_name(each) for each in SystemEvent if each in row.tells))


def last_told(outlet: Outlet) -> list[Told]:
    rows = list(messages_to(outlet).order_by("-pk")[:SHOWN])
    askers = _askers(row.pk for row in rows)
    return [
        Told(
            row,
            event_name(row.subject),
            delivery_state_name(row.state),
            why_not_delivered(row.last_error) if row.last_error else "",
            row.state in UNSENT,
            askers.get(row.pk, ""),
        )
        for row in rows
    ]


def event_name(event: str) -> str:
    names = {
        SystemEvent.TASK_CHANGED: gettext("事项有变动"),
        SystemEvent.REPORT_SUBMITTED: gettext("报送已提交"),
        SystemEvent.REPORT_ACCEPTED: gettext("报送已通过"),
        SystemEvent.REPORT_RETURNED: gettext("报送已退回"),
        SystemEvent.LIGHT_TURNED: gettext("灯变了"),
        SystemEvent.REMINDER_FAILED: gettext("提醒没有送达"),
        PING: gettext("试发"),
    }
    return names[event]


def _host(row: Outlet) -> str:
    """Return where it leads, without the path; nothing where no key opens its settings."""
    settings = known_settings(row)
    return CHANNELS[row.channel].way(settings) if settings else ""


def _askers(messages: Iterable[int]) -> Mapping[int, str]:
    """Return who wanted those of the messages that a person asked for."""
    entries = HistoryEntry.objects.filter(among("object_id", messages), object_type=KIND, action__in=(TRIED, REPLAYED))
    return dict(entries.values_list("object_id", "actor_name"))
