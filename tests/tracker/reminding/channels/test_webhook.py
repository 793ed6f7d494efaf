"""The webhook's bytes and signature, and what each answer means."""

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings

from tests.tracker.reminding.channels.messages import message
from tests.webhook_sink import Kept, Mode, Sink
from tracker.reminding.channels.protocol import Message, NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.channels.webhook import GONE, signature

WEBHOOK = CHANNELS["webhook"]
MANUAL = Path(__file__).resolve().parents[4] / "docs/how-to/receive-webhooks.md"
# The example in the specification of Standard Webhooks.
PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
EVENT = '{"data":{},"id":"history-7","timestamp":"2026-06-24T00:30:00+00:00","type":"task.changed","version":"v1"}'


def event(url: str) -> Message:
    return message(text=EVENT, url=url, secret=SECRET)


def accepts(kept: Kept, secret: str, *, now: float) -> bool:
    """Run the manual's own example."""
    example = MANUAL.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own manual
    names["time"] = SimpleNamespace(time=lambda: now)
    head = {name.lower(): value for name, value in kept.headers.items()}
    return bool(names["accepts"](head, kept.body.encode(), secret))


def test_the_signature_is_the_one_of_the_published_example() -> None:
    body = b'{"test": 2432232314}'
    said = signature(PUBLISHED, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_can_check_what_came_and_refuse_what_is_old_altered_or_another_s(sink: Sink) -> None:
    assert WEBHOOK.send(event(sink.url())).reference == "history-7"
    (kept,) = sink.requests()
    assert kept.body == EVENT
    assert accepts(kept, SECRET, now=kept.at)
    assert not accepts(kept, SECRET, now=kept.at + 3600)
    assert not accepts(kept, "whsec_" + base64.b64encode(bytes(32)).decode(), now=kept.at)
    altered = Kept(kept.path, kept.headers, kept.body.replace("task", "tusk"), kept.at)
    assert not accepts(altered, SECRET, now=kept.at)


def test_every_try_has_the_same_id_and_body(sink: Sink) -> None:
    for _ in range(2):
        WEBHOOK.send(event(sink.url()))
    first, second = sink.requests()
    assert first.body == second.body
    assert {kept.headers["webhook-id"] for kept in (first, second)} == {"history-7"}


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (Mode.PERMANENT, TemporaryFailure),
        (Mode.LIMITED, TemporaryFailure),
        (Mode.TEMPORARY, TemporaryFailure),
        (Mode.REDIRECT, TemporaryFailure),
        (Mode.RESET, NoAnswer),
        (Mode.GONE, PermanentFailure),
    ],
)
def test_only_gone_is_final(sink: Sink, mode: Mode, kind: type[Exception]) -> None:
    with pytest.raises(kind) as failure:
        WEBHOOK.send(event(sink.url(mode)))
    assert type(failure.value) is kind
    assert (str(failure.value) == GONE) == (mode == Mode.GONE)


@pytest.mark.parametrize("mode", [Mode.TAKE, Mode.WORDS, "code-5"])
def test_any_2xx_is_taken_whatever_its_words(sink: Sink, mode: str) -> None:
    assert WEBHOOK.send(event(sink.url(mode))).reference == "history-7"


def test_an_address_inside_is_refused_on_saving_and_at_the_socket(settings: Settings) -> None:
    settings.OUTGOING_ALLOWED = []
    inside = {"url": "https://127.0.0.1/hook", "secret": SECRET}
    assert "url" in WEBHOOK.problems(inside)
    with pytest.raises(PermanentFailure):
        WEBHOOK.send(event("https://127.0.0.1/hook"))


def test_a_short_secret_is_refused(sink: Sink) -> None:
    assert "secret" in WEBHOOK.problems({"url": sink.url(), "secret": "whsec_c2hvcnQ="})
    assert not WEBHOOK.problems({"url": sink.url(), "secret": SECRET})
