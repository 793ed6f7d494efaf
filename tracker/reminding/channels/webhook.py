"""Events to another system of the office: signed as Standard Webhooks says, so that it can refuse what is old or altered."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.answers import pause
from tracker.reminding.channels.masking import masking, secrets_of
from tracker.reminding.channels.outgoing import ask, label_of
from tracker.reminding.channels.protocol import (
    Field,
    Kind,
    Message,
    PermanentFailure,
    Quota,
    Receipt,
    TemporaryFailure,
    in_short,
)
from tracker.reminding.channels.robots import JSON_HEADERS, as_json, missing, url_problems

GONE = "gone"
"""Why a message failed for good where the other side answered that nobody listens there any more (410)."""
PREFIX = "whsec_"
SHORTEST_KEY = 24
SAID = 500
"""Bytes of an answer that are quoted, before secrets are blotted out and the line is cut."""

URL = Field("url", _("接收网址"), secret=True)
SECRET = Field("secret", _("签名密钥"), secret=True)


def signature(secret: str, event_id: str, stamp: int, body: bytes) -> str:
    """Return what the header webhook-signature says of these bytes, sent at that second."""
    signed = f"{event_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


class WebhookChannel:
    """Taken is what is answered with 2xx; 410 ends it for good, and anything else is tried again."""

    name = ChannelName.WEBHOOK.value
    kind: Kind = "system"
    quota: Quota | None = None
    resends = True
    fields = (URL, SECRET)

    def address_of(self, _person: Person, _kept: str = "", /) -> str:
        return ""

    def problems(self, outlet: Mapping[str, str], /) -> Mapping[str, str]:
        found = missing(self.fields, outlet) or url_problems("url", outlet)
        if not found and len(_key(outlet["secret"])) < SHORTEST_KEY:
            return {"secret": gettext("密钥太短")}
        return found

    def way(self, outlet: Mapping[str, str], /) -> str:
        return label_of(outlet.get("url", ""))

    def encode(self, message: Message) -> bytes:
        """Return the event as it was written down; what isn't one, as a trial from the command line, becomes a ping."""
        if message.body.startswith("{"):
            return message.body.encode()
        at = message.rendered_at.astimezone(UTC).isoformat()
        data = {"text": message.body}
        return as_json({"id": message.message_id, "type": "ping", "version": "v1", "timestamp": at, "data": data})

    def send(self, message: Message) -> Receipt:
        """Post the event. Its id stays on every try; the stamp, and so the signature, are the try's own."""
        outlet, body = message.outlet, self.encode(message)
        event_id, stamp = str(json.loads(body)["id"]), int(datetime.now(UTC).timestamp())
        headers = {
            **JSON_HEADERS,
            "webhook-id": event_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": signature(outlet.get("secret", ""), event_id, stamp, body),
        }
        with masking(secrets_of(self.fields, outlet)):
            answer = ask("POST", outlet.get("url", ""), body, headers=headers)
            if 200 <= answer.status < 300:
                return Receipt(event_id)
            if answer.status == 410:
                raise PermanentFailure(GONE)
            words = answer.content[:SAID].decode(errors="replace")
            raise TemporaryFailure(in_short(f"HTTP {answer.status} {words}".strip()), pause(answer))


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()
