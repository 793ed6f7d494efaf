"""Work notices of a DingTalk app to one member (钉钉工作通知).

Their answer says that the notice is accepted for sending; the same text reaches a member once a day only.
"""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.answers import Codes, number
from tracker.reminding.channels.apps import BASE, App, Request
from tracker.reminding.channels.protocol import Field, Message, Quota
from tracker.reminding.channels.robots import Payload

MINUTE = timedelta(minutes=1)
CODES = Codes(
    code=("errcode",),
    words=("errmsg", "sub_msg"),
    later={-1: None, 90018: MINUTE, 143103: MINUTE, 143104: MINUTE, 1430003: MINUTE},  # busy, and too many a minute
)
FIELDS = (
    Field("key", _("应用 AppKey")),
    Field("agent", _("应用 AgentId")),
    Field("secret", _("应用 AppSecret"), secret=True),
    BASE,
)


def token_request(base: str, outlet: Mapping[str, str]) -> Request:
    query = urlencode({"appkey": outlet.get("key", ""), "appsecret": outlet.get("secret", "")})
    return Request("GET", f"{base}/gettoken?{query}")


def write(message: Message, text: str) -> Payload:
    return {
        "agent_id": number(message.outlet.get("agent")) or 0,
        "userid_list": message.address,
        "msg": {"msgtype": "text", "text": {"content": text}},
    }


def request(base: str, _message: Message, payload: Payload, token: str) -> Request:
    path = "/topapi/message/corpconversation/asyncsend_v2"
    return Request("POST", f"{base}{path}?{urlencode({'access_token': token})}", payload)


DINGTALK_APP = App(
    name=ChannelName.DINGTALK_APP.value,
    most=1900,  # 2,048 with what stands around the text
    home="https://oapi.dingtalk.com",
    fields=FIELDS,
    codes=CODES,
    token_request=token_request,
    granted="access_token",
    stale=frozenset({40014, 42001}),
    write=write,
    request=request,
    reference=lambda body: body.get("task_id"),
    numbers=("agent",),
    quota=Quota(20, 60),
)
