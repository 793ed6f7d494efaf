"""Short messages (短信) through any gateway that takes one HTTP request; the outlet says how it is to look."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.answers import SAID, number, parsed, refuse_status
from tracker.reminding.channels.masking import masking, secrets_of
from tracker.reminding.channels.outgoing import Answer, ask, label_of
from tracker.reminding.channels.protocol import (
    Field,
    Kind,
    Message,
    PermanentFailure,
    Quota,
    Receipt,
    TemporaryFailure,
    one_line,
)
from tracker.reminding.channels.robots import as_json, missing, url_problems
from tracker.reminding.channels.texts import short_code

PHONE = re.compile(r"\+?\d{5,20}", re.ASCII)
LONGEST = 300
"""Signs of one short message; gateways cut it into parts of 67."""


class SmsChannel:
    name = ChannelName.SMS.value
    kind: Kind = "person"
    quota: Quota | None = Quota(5, 3600)  # gateways refuse a number that gets more
    resends = False  # a second copy is paid for, and nobody can tell it from a new one
    fields: tuple[Field, ...] = (
        Field("url", _("网关网址"), secret=True),
        Field("body", _("请求内容：JSON 或 a=1&b=2，{phone} {text} {code} 处填入号码、内容、编号"), secret=True),
        Field("authorization", _("Authorization 请求头"), secret=True, required=False),
        Field("success", _("答复中表示收下的字段，如 code=0、data.status=OK")),
        Field("later", _("可稍后再试的值，逗号隔开"), required=False),
    )

    def address_of(self, _person: Person, kept: str = "", /) -> str:
        return kept

    def problems(self, outlet: Mapping[str, str], /) -> Mapping[str, str]:
        found = missing(self.fields, outlet) | url_problems("url", outlet)
        if "body" not in found and not ("{phone}" in outlet["body"] and "{text}" in outlet["body"]):
            found["body"] = gettext("要写明 {phone} 和 {text} 放在哪里")
        if not outlet.get("authorization", "").isascii() or not outlet.get("authorization", "").isprintable():
            found["authorization"] = gettext("只能用英文字母、数字和符号，写在一行")
        if "success" not in found and not re.fullmatch(r"[^=\s]+=[^=]+", outlet["success"]):
            found["success"] = gettext("写成 字段=值，如 code=0")
        return found

    def way(self, outlet: Mapping[str, str], /) -> str:
        return label_of(outlet.get("url", ""))

    def encode(self, message: Message) -> bytes:
        return _filled(message)[0]

    def send(self, message: Message) -> Receipt:
        outlet = message.outlet
        with masking(secrets_of(self.fields, outlet)):
            content, kind = _filled(message)
            headers = {"Content-Type": kind}
            if outlet.get("authorization"):
                headers["Authorization"] = outlet["authorization"]
            _judge(ask("POST", outlet.get("url", ""), content, headers=headers), outlet)
        return Receipt(short_code(message.message_id))


def sms_text(message: Message) -> str:
    """Return one line that fits a short message; a longer one gives way to the link."""
    text = one_line(message.body)
    if len(text) <= LONGEST:
        return text
    link = gettext("…详见 %(link)s") % {"link": f"{settings.BASE_URL}/inbox/"}
    return text[: LONGEST - len(link)] + link


def _filled(message: Message) -> tuple[bytes, str]:
    """Return the request's content and its type, with the values put where they can't be taken for anything else."""
    if not PHONE.fullmatch(message.address):
        raise PermanentFailure("bad_address")
    values = {"phone": message.address, "text": sms_text(message), "code": short_code(message.message_id)}
    body = message.outlet.get("body", "")
    try:
        written = json.loads(body)
    except ValueError:
        pairs = [(name, _put(value, values)) for name, value in parse_qsl(body, keep_blank_values=True)]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded; charset=utf-8"
    return as_json(_put(written, values)), "application/json; charset=utf-8"


def _put(written: Any, values: Mapping[str, str]) -> Any:
    if isinstance(written, str):
        return re.sub(r"\{(phone|text|code)\}", lambda found: values[found[1]], written)
    if isinstance(written, list):
        return [_put(each, values) for each in written]
    if isinstance(written, dict):
        return {name: _put(each, values) for name, each in written.items()}
    return written


def _judge(answer: Answer, outlet: Mapping[str, str]) -> None:
    path, _, wanted = outlet.get("success", "").partition("=")
    found: Any = parsed(answer)
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    said = f"HTTP {answer.status} {answer.content[:SAID].decode(errors='replace')}"
    if _same(found, wanted) and answer.status < 300:
        return
    if any(_same(found, value) for value in outlet.get("later", "").split(",")):
        raise TemporaryFailure(said)
    refuse_status(answer, said)
    raise PermanentFailure(said)


def _same(found: object, wanted: str) -> bool:
    """Compare an answer's value with what the outlet names: 0, "0" and true as they are written."""
    written = json.dumps(found) if isinstance(found, bool) or number(found) is not None else str(found)
    return bool(wanted.strip()) and written.strip('"') == wanted.strip()
