"""Messages of a Feishu app to one member (飞书应用消息)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.answers import Codes
from tracker.reminding.channels.apps import BASE, App, Request
from tracker.reminding.channels.protocol import Field, Message, Quota
from tracker.reminding.channels.robots import Payload

MINUTE = timedelta(minutes=1)
CODES = Codes(
    code=("code",),
    words=("msg",),
    later={11232: MINUTE, 230020: MINUTE, 99991400: MINUTE},  # too many, of three kinds; some come with status 400
)
FIELDS = (Field("app", _("应用 App ID")), Field("secret", _("应用 App Secret"), secret=True), BASE)


def token_request(base: str, outlet: Mapping[str, str]) -> Request:
    payload = {"app_id": outlet.get("app", ""), "app_secret": outlet.get("secret", "")}
    return Request("POST", f"{base}/open-apis/auth/v3/tenant_access_token/internal", payload)


def write(message: Message, text: str) -> Payload:
    """Return the message with an id of its own: for an hour, a second copy with the same is not sent on."""
    return {
        "receive_id": message.address,
        "msg_type": "text",
        "content": json.dumps({"text": text}, ensure_ascii=False),
        "uuid": hashlib.sha256(message.message_id.encode()).hexdigest()[:32],
    }


def request(base: str, message: Message, payload: Payload, token: str) -> Request:
    url = f"{base}/open-apis/im/v1/messages?receive_id_type={id_type(message.address)}"
    return Request("POST", url, payload, {"Authorization": f"Bearer {token}"})


def id_type(address: str) -> str:
    """Say which of their kinds of id an address is."""
    if "@" in address:
        return "email"
    return {"ou_": "open_id", "on_": "union_id"}.get(address[:3], "user_id")


def reference(body: Mapping[str, Any]) -> object:
    data = body.get("data")
    return data.get("message_id") if isinstance(data, dict) else ""


FEISHU_APP = App(
    name=ChannelName.FEISHU_APP.value,
    most=19_000,
    home="https://open.feishu.cn",
    fields=FIELDS,
    codes=CODES,
    token_request=token_request,
    granted="tenant_access_token",
    stale=frozenset({99991661, 99991663, 99991664}),
    write=write,
    request=request,
    reference=reference,
    quota=Quota(20, 60),
)
