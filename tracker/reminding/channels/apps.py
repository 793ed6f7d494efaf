"""What messages of an app to one member have in common: a token fetched before, the member's id, and a code to read."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tracker.reminding.channels.answers import Codes, number, parsed, taken
from tracker.reminding.channels.masking import masked, masking, secrets_of
from tracker.reminding.channels.outgoing import Answer, ask, label_of, problem_with
from tracker.reminding.channels.protocol import Field, Kind, Message, PermanentFailure, Quota, Receipt
from tracker.reminding.channels.robots import JSON_HEADERS, Payload, as_json, missing
from tracker.reminding.channels.texts import chat_text

MEMBER = re.compile(r"[A-Za-z0-9_.@-]{1,64}", re.ASCII)
"""One member: no separator that would make it several, and not @all."""
EARLY_SECONDS = 300
SHORTEST_SECONDS = 60
LONGEST_SECONDS = 7200
BASE = Field("base", _("接口网址（私有部署才填）"), required=False)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    payload: Payload | None = None
    headers: Mapping[str, str] | None = None

    def ask(self) -> Answer:
        content = None if self.payload is None else as_json(self.payload)
        return ask(self.method, self.url, content, headers={**JSON_HEADERS, **(self.headers or {})})


@dataclass(frozen=True, slots=True)
class App:
    """Messages of an app: its file says where the token comes from, what is posted, and what the codes mean."""

    name: str
    most: int
    home: str
    fields: tuple[Field, ...]
    codes: Codes
    token_request: Callable[[str, Mapping[str, str]], Request]
    granted: str
    """The field of the answer in which the token stands."""
    stale: frozenset[int]
    """Codes that say the token isn't good any more: nothing was taken, a new one is fetched."""
    write: Callable[[Message, str], Payload]
    request: Callable[[str, Message, Payload, str], Request]
    reference: Callable[[Mapping[str, Any]], object]
    numbers: tuple[str, ...] = ()
    quota: Quota | None = None
    kind: Kind = "person"
    resends: bool = True

    def address_of(self, _person: Person, kept: str = "", /) -> str:
        return kept

    def problems(self, outlet: Mapping[str, str], /) -> Mapping[str, str]:
        found = missing(self.fields, outlet)
        found |= {
            name: gettext("要填数字") for name in self.numbers if name not in found and not outlet[name].isdigit()
        }
        base = outlet.get(BASE.name, "")
        problem = problem_with(base) if base else ""
        return found | ({BASE.name: problem} if problem else {})

    def way(self, outlet: Mapping[str, str], /) -> str:
        return label_of(self._base(outlet))

    def encode(self, message: Message) -> bytes:
        return as_json(self._payload(message))

    def send(self, message: Message) -> Receipt:
        secrets = secrets_of(self.fields, message.outlet)
        with masking(secrets):
            payload = self._payload(message)
            answer = self._post(message, payload, self._token(message.outlet, secrets))
            if number(parsed(answer).get(self.codes.code[0])) in self.stale:
                answer = self._post(message, payload, self._token(message.outlet, secrets, anew=True))
            body = taken(answer, self.codes)
            return Receipt(masked(str(self.reference(body) or ""), secrets))

    def _payload(self, message: Message) -> Payload:
        if not MEMBER.fullmatch(message.address) or message.address.lower() == "@all":
            raise PermanentFailure("bad_address")
        return self.write(message, chat_text(message, most=self.most, link="/inbox/"))

    def _post(self, message: Message, payload: Payload, token: str) -> Answer:
        return self.request(self._base(message.outlet), message, payload, token).ask()

    def _token(self, outlet: Mapping[str, str], secrets: set[str], *, anew: bool = False) -> str:
        """Return the token in hand, or fetch one, and count it among the secrets; it is kept in this process only."""
        request = self.token_request(self._base(outlet), outlet)
        key = hashlib.sha256(repr((request.url, request.payload)).encode()).hexdigest()
        kept, until = _TOKENS.get(key, ("", 0.0))
        if kept and not anew and monotonic() < until:
            secrets.add(kept)
            return kept
        body = taken(request.ask(), self.codes)
        token = str(body.get(self.granted) or "")
        if not token:
            raise PermanentFailure(gettext("对方没有给出访问令牌"))
        secrets.add(token)
        seconds = number(body.get("expires_in", body.get("expire"))) or 0
        _TOKENS[key] = (token, monotonic() + min(max(seconds - EARLY_SECONDS, SHORTEST_SECONDS), LONGEST_SECONDS))
        return token

    def _base(self, outlet: Mapping[str, str]) -> str:
        return (outlet.get(BASE.name) or self.home).rstrip("/")


_TOKENS: dict[str, tuple[str, float]] = {}
