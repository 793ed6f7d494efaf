"""What other systems are told, described for programs: the `webhooks` of OpenAPI 3.1."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from accounts.choices import Door
from projects.choices import TaskState
from tracker.choices import Channel, DeliveryState, SystemEvent
from tracker.lights import Light
from tracker.reminding.events import PING, VERSION

Document = dict[str, Any]

TEXT: Document = {"type": "string"}
WHOLE: Document = {"type": "integer"}
SIGNED: dict[str, Document] = {
    "webhook-id": {"type": "string", "minLength": 1},
    "webhook-timestamp": {"type": "string", "pattern": "^[0-9]+$"},
    "webhook-signature": {"type": "string", "pattern": "^v1,"},
}
"""The headers of Standard Webhooks, by which a message is checked before it is read."""


def webhooks() -> Document:
    """Return what a receiver is sent, by the kind of event."""
    told = {
        SystemEvent.TASK_CHANGED: (gettext("事项变了：新建、修改、下达、办结……"), _done()),
        SystemEvent.REPORT_SUBMITTED: (gettext("单位报送了"), _done()),
        SystemEvent.REPORT_ACCEPTED: (gettext("报送审核通过了"), _done()),
        SystemEvent.REPORT_RETURNED: (gettext("报送被退回了"), _done()),
        SystemEvent.LIGHT_TURNED: (gettext("事项的灯变了"), _turned()),
        SystemEvent.REMINDER_FAILED: (gettext("一条提醒没有送达"), _failed()),
        PING: (gettext("试发"), _object({})),
    }
    return {str(kind): {"post": _operation(str(kind), summary, data)} for kind, (summary, data) in told.items()}


def _operation(kind: str, summary: str, data: Document) -> Document:
    message = _object(
        {
            "id": TEXT | {"description": gettext("与 webhook-id 相同；重发时不变")},
            "type": {"const": kind},
            "version": {"const": VERSION},
            "timestamp": TEXT | {"format": "date-time"},
            "data": data,
        }
    )
    headers = [{"name": name, "in": "header", "required": True, "schema": schema} for name, schema in SIGNED.items()]
    return {
        "summary": summary,
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": message}}},
        "responses": {
            "2XX": {"description": gettext("收下了；十秒内要答")},
            "410": {"description": gettext("不再收：这项推送停用")},
            "default": {"description": gettext("没有收下：以后再发")},
        },
    }


def _done() -> Document:
    """Describe what an entry of history says."""
    return _object(
        {
            "task": _task(),
            "object": _object({"type": TEXT, "id": WHOLE, "version": WHOLE}),
            "action": TEXT | {"description": gettext("做了什么，例如 report.submitted")},
            "changed": {"type": "array", "items": TEXT, "description": gettext("变了的项；新写的列出全部")},
            "door": _one_of(Door, gettext("从哪里来的")),
        }
    )


def _turned() -> Document:
    lights = ["", *Light]
    return _object(
        {
            "task": _task(),
            "was": _one_of(lights, gettext("原来的灯；空的：此前没有记过")),
            "light": _one_of(lights, gettext("现在的灯；空的：看板不再计入")),
            "on": TEXT | {"format": "date"},
            "door": _one_of([Door.JOB]),
        }
    )


def _failed() -> Document:
    return _object(
        {
            "delivery": WHOLE | {"description": gettext("哪一条，原文在 /deliveries/")},
            "channel": _one_of(Channel),
            "state": _one_of(DeliveryState),
            "door": _one_of([Door.JOB]),
        }
    )


def _task() -> Document:
    members = {"id": WHOLE, "plan": WHOLE, "number": TEXT, "title": TEXT, "state": _one_of(TaskState)}
    return _object(members)


def _one_of(words: Iterable[str], description: str = "") -> Document:
    return TEXT | {"enum": [str(word) for word in words]} | ({"description": description} if description else {})


def _object(members: Document) -> Document:
    """Describe an object with just these members, all of them there."""
    return {"type": "object", "required": [*members], "properties": members, "additionalProperties": False}
