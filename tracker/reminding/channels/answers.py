"""What an answer over HTTP means: success is read from the code in its body, often under status 200."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils.translation import gettext

from tracker.reminding.channels.outgoing import Answer
from tracker.reminding.channels.protocol import PermanentFailure, TemporaryFailure

TRY_LATER = frozenset({408, 425, 429})
LONGEST_PAUSE = timedelta(days=1)
SAID = 2000
"""Bytes of an unreadable answer that are quoted, before secrets are blotted out and the line is cut."""
PAUSE_HEADERS = ("retry-after", "x-ogw-ratelimit-reset")
"""The second is Feishu's."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Where a service says whether it took a message, and which refusals pass: code → its pause, if it names one."""

    code: Sequence[str]
    words: Sequence[str]
    later: Mapping[int, timedelta | None] = field(default_factory=dict)


def taken(answer: Answer, codes: Codes) -> dict[str, Any]:
    """Return the body of an answer that says the message was taken; raise what any other means.

    A code that isn't known to pass is a refusal for good: the message then goes another way and the office is told, at
    once. So is a 200 that can't be read: the message may have been taken, and must not come again every hour.
    """
    body = parsed(answer)
    code = _first_number(body, codes.code)
    said = _said(answer, body, codes, code)
    if code is not None and code in codes.later:
        raise TemporaryFailure(said, pause(answer) or codes.later[code])
    refuse_status(answer, said)
    if code is None:
        raise PermanentFailure(gettext("对方的答复看不出是否收下：%(said)s") % {"said": said})
    if code != 0:
        raise PermanentFailure(said)
    return body


def refuse_status(answer: Answer, said: str) -> None:
    """Raise what a status means by itself; nothing for 200 and its like."""
    if answer.status in TRY_LATER or answer.status >= 500:
        raise TemporaryFailure(said, pause(answer))
    if 300 <= answer.status < 400:
        raise PermanentFailure(gettext("%(said)s：对方让转到别的网址，不跟随") % {"said": said})
    if answer.status >= 400:
        raise PermanentFailure(said)


def parsed(answer: Answer) -> dict[str, Any]:
    """Return the JSON object in the answer; an empty one for anything else."""
    if answer.cut:
        return {}
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) < 20 and value.removeprefix("-").isascii():
        return int(value) if value.removeprefix("-").isdigit() else None
    return None


def pause(answer: Answer) -> timedelta | None:
    """Return how long the other side asks us to wait, in seconds or until a day and hour."""
    asked = next((answer.headers[name] for name in PAUSE_HEADERS if name in answer.headers), "").strip()
    seconds = number(asked)
    if seconds is None and asked:
        try:
            until = parsedate_to_datetime(asked)
        except (ValueError, OverflowError):
            return None
        seconds = int((until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    if seconds is None or seconds <= 0:
        return None
    return timedelta(seconds=min(seconds, LONGEST_PAUSE.total_seconds()))


def _first_number(body: Mapping[str, Any], names: Sequence[str]) -> int | None:
    return next((found for name in names if (found := number(body.get(name))) is not None), None)


def _said(answer: Answer, body: Mapping[str, Any], codes: Codes, code: int | None) -> str:
    words = next((str(body[name]) for name in codes.words if body.get(name)), "")
    if code is not None:
        return f"{code} {words}".strip()
    return f"HTTP {answer.status} {words or answer.content[:SAID].decode(errors='replace')}".strip()
