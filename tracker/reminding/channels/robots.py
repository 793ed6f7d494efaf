"""What the robots of a unit's group have in common: one webhook, a text, a quota, and a signature made at each try."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tracker.reminding.channels.answers import Codes, taken
from tracker.reminding.channels.masking import masking, secrets_of
from tracker.reminding.channels.outgoing import ask, label_of, problem_with
from tracker.reminding.channels.protocol import Field, Kind, Message, Quota, Receipt
from tracker.reminding.channels.texts import chat_text, short_code

JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
URL = Field("url", _("机器人的 Webhook 网址"), secret=True)
SECRET = Field("secret", _("加签密钥（机器人开了签名校验才填）"), secret=True, required=False)

QUOTA = Quota(15, 60)
"""They take 20 a minute or more, and one of them mutes for ten minutes who sends more."""

type Payload = dict[str, Any]
type Sign = Callable[[str, Payload, str, datetime], tuple[str, Payload]]


def unsigned(url: str, payload: Payload, _secret: str, _at: datetime) -> tuple[str, Payload]:
    return url, payload


@dataclass(frozen=True, slots=True)
class Robot:
    """A group's robot: its file says what a text looks like, how it is signed and what its codes mean."""

    name: str
    most: int
    """Bytes that a text may have."""
    codes: Codes
    write: Callable[[str], Payload]
    fields: tuple[Field, ...] = (URL,)
    sign: Sign = unsigned
    kind: Kind = "group"
    quota: Quota | None = QUOTA
    resends: bool = True

    def address_of(self, _person: Person, _kept: str = "", /) -> str:
        return ""

    def problems(self, outlet: Mapping[str, str], /) -> Mapping[str, str]:
        return missing(self.fields, outlet) or url_problems("url", outlet)

    def way(self, outlet: Mapping[str, str], /) -> str:
        return label_of(outlet.get("url", ""))

    def encode(self, message: Message) -> bytes:
        return as_json(self._payload(message))

    def send(self, message: Message) -> Receipt:
        """Post the text; there is no number in the answer, so the receipt is the code that stands in the text."""
        outlet = message.outlet
        with masking(secrets_of(self.fields, outlet)):
            secret, now = outlet.get("secret", ""), datetime.now(UTC)
            signed = self.sign if secret else unsigned
            url, payload = signed(outlet.get("url", ""), self._payload(message), secret, now)
            taken(ask("POST", url, as_json(payload), headers=JSON_HEADERS), self.codes)
        return Receipt(short_code(message.message_id))

    def _payload(self, message: Message) -> Payload:
        return self.write(chat_text(message, most=self.most, link="/mine/"))


def as_json(payload: Payload) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode(errors="replace")


def missing(fields: tuple[Field, ...], outlet: Mapping[str, str]) -> dict[str, str]:
    return {
        each.name: gettext("必须填写") for each in fields if each.required and not outlet.get(each.name, "").strip()
    }


def url_problems(name: str, outlet: Mapping[str, str]) -> dict[str, str]:
    problem = problem_with(outlet[name]) if outlet.get(name) else ""
    return {name: problem} if problem else {}
