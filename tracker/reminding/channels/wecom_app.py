"""Messages of a WeCom app to one member (企业微信应用消息)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.choices import Channel as ChannelName
from tracker.reminding.channels import wecom_robot
from tracker.reminding.channels.answers import Codes, number
from tracker.reminding.channels.apps import BASE, App, Request
from tracker.reminding.channels.protocol import Field, Message, PermanentFailure, Quota
from tracker.reminding.channels.robots import Payload

DUPLICATE_SECONDS = 4 * 3600
"""The longest for which a second copy of the same request is dropped on their side."""
CODES = Codes(code=("errcode",), words=("errmsg",), later={**wecom_robot.CODES.later, 45011: timedelta(minutes=1)})
FIELDS = (
    Field("corp", _("企业 ID")),
    Field("agent", _("应用 AgentId")),
    Field("secret", _("应用 Secret"), secret=True),
    BASE,
)


def token_request(base: str, outlet: Mapping[str, str]) -> Request:
    query = urlencode({"corpid": outlet.get("corp", ""), "corpsecret": outlet.get("secret", "")})
    return Request("GET", f"{base}/cgi-bin/gettoken?{query}")


def write(message: Message, text: str) -> Payload:
    return {
        "touser": message.address,
        "msgtype": "text",
        "agentid": number(message.outlet.get("agent")) or 0,
        "text": {"content": text},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": DUPLICATE_SECONDS,
    }


def request(base: str, _message: Message, payload: Payload, token: str) -> Request:
    return Request("POST", f"{base}/cgi-bin/message/send?{urlencode({'access_token': token})}", payload)


def reference(body: Mapping[str, Any]) -> object:
    """Return their number; a member they name as unknown or without a licence got nothing, whatever the code says."""
    if body.get("invaliduser") or body.get("unlicenseduser"):
        raise PermanentFailure(gettext("对方查无此人，或此人没有许可"))
    return body.get("msgid")


WECOM_APP = App(
    name=ChannelName.WECOM_APP.value,
    most=2048,
    home="https://qyapi.weixin.qq.com",
    fields=FIELDS,
    codes=CODES,
    token_request=token_request,
    granted="access_token",
    stale=frozenset({40014, 41001, 42001}),
    write=write,
    request=request,
    reference=reference,
    numbers=("agent",),
    quota=Quota(20, 60),  # over 30 a minute they drop without a word
)
