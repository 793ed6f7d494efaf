"""The webhooks of an office and what each was told last."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext

from accounts.access import Reach, require_office
from tracker.choices import UNSENT, Channel, SystemEvent
from tracker.models import Delivery, Outlet
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.events import PING, messages_to
from tracker.reminding.failures import why_not_delivered
from tracker.reminding.naming import delivery_state_name
from tracker.reminding.outlets import known_settings

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A webhook as the list shows it; `way` is empty where no key opens its settings."""

    outlet: Outlet
    way: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One message to it; `waiting` while it is still to go out."""

    delivery: Delivery
    event: str
    state: str
    why: str
    waiting: bool


def webhooks(reach: Reach) -> Sequence[Line]:
    """Return those in use; raise PermissionDenied for all but the office."""
    require_office(reach)
    return [line_of(row) for row in _rows(reach).order_by("pk")]


def get_webhook(reach: Reach, webhook_id: int) -> Outlet:
    """Return one in use; raise PermissionDenied for all but the office, Http404 where there is none."""
    require_office(reach)
    row = _rows(reach).filter(pk=webhook_id).first()
    if row is None:
        raise Http404
    return row


def get_message(outlet: Outlet, delivery_id: int) -> Delivery:
    """Return what the webhook was told and may be told again; raise Http404 where there is none."""
    row = messages_to(outlet).exclude(state__in=UNSENT).filter(pk=delivery_id).first()
    if row is None:
        raise Http404
    return row


def line_of(row: Outlet) -> Line:
    settings = known_settings(row)
    way = CHANNELS[row.channel].way(settings) if settings else ""
    return Line(row, way, tuple(event_name(each) for each in SystemEvent if each in row.tells))


def last_told(outlet: Outlet) -> list[Told]:
    return [
        Told(
            row,
            event_name(row.subject),
            delivery_state_name(row.state),
            why_not_delivered(row.last_error) if row.last_error else "",
            row.state in UNSENT,
        )
        for row in messages_to(outlet).order_by("-pk")[:SHOWN]
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


def _rows(reach: Reach) -> QuerySet[Outlet]:
    return Outlet.objects.filter(organization=reach.organization_id, channel=Channel.WEBHOOK, active=True)
