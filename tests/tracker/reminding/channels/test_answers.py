"""What an answer means: taken only by its code, refused for good unless the code is known to pass."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tracker.reminding.channels.answers import LONGEST_PAUSE, Codes, pause, taken
from tracker.reminding.channels.outgoing import Answer
from tracker.reminding.channels.protocol import PermanentFailure, TemporaryFailure

CODES = Codes(("code", "StatusCode"), ("msg",), {-1: None, 7: timedelta(minutes=10)})


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None, *, cut: bool = False) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers or {}, content, cut)


@pytest.mark.parametrize("body", [{"code": 0}, {"code": "0"}, {"StatusCode": 0, "StatusMessage": "success"}])
def test_a_code_of_nothing_is_taken(body: object) -> None:
    assert taken(answer(body), CODES) == body


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"code": 19001, "msg": "token invalid"}, 200, "19001 token invalid"),
        ({"code": 12345}, 200, "12345"),
        ({"code": 0, "msg": "ok"}, 404, "0 ok"),
        ({}, 403, "HTTP 403"),
        ({"code": 19001, "msg": "token invalid"}, 400, "19001 token invalid"),
        ({}, 307, "不跟随"),
        ({}, 200, "看不出是否收下"),
        ([], 200, "看不出是否收下"),
        ({"code": True}, 200, "看不出是否收下"),
        ({"code": None}, 200, "看不出是否收下"),
        (b"ok", 200, "看不出是否收下：HTTP 200 ok"),
        (b"", 200, "看不出是否收下"),
        (b"[" * 100_000, 200, "看不出是否收下"),
        (b"\xff\xfe", 200, "看不出是否收下"),
    ],
)
def test_any_other_word_is_a_refusal_for_good(body: object, status: int, said: str) -> None:
    with pytest.raises(PermanentFailure, match=said):
        taken(answer(body, status), CODES)


def test_an_answer_that_was_cut_is_not_believed() -> None:
    with pytest.raises(PermanentFailure, match="看不出"):
        taken(answer({"code": 0}, cut=True), CODES)


@pytest.mark.parametrize(
    ("body", "status", "headers", "wait"),
    [
        ({"code": -1}, 200, {}, None),
        ({"code": 7}, 200, {}, timedelta(minutes=10)),
        ({"code": 7}, 400, {}, timedelta(minutes=10)),
        ({"code": 7}, 200, {"retry-after": "30"}, timedelta(seconds=30)),
        ({}, 429, {"retry-after": "90"}, timedelta(seconds=90)),
        ({}, 429, {"x-ogw-ratelimit-reset": "5"}, timedelta(seconds=5)),
        ({}, 429, {}, None),
        ({}, 503, {"retry-after": "soon"}, None),
        ({}, 503, {"retry-after": "-5"}, None),
        ({}, 503, {"retry-after": "99999999"}, LONGEST_PAUSE),
        ({}, 503, {"retry-after": "9" * 19}, LONGEST_PAUSE),
        ({}, 503, {"retry-after": "9" * 5000}, None),
        ({}, 503, {"retry-after": "Mon, 01 Jan 999999999999 00:00:00 GMT"}, None),
        (b"<html>", 502, {}, None),
        ({"code": 0}, 500, {}, None),
        ({}, 408, {}, None),
    ],
)
def test_what_passes_is_tried_later_after_the_pause_they_ask_for(
    body: object, status: int, headers: Mapping[str, str], wait: timedelta | None
) -> None:
    with pytest.raises(TemporaryFailure) as failure:
        taken(answer(body, status, headers), CODES)
    assert failure.value.wait == wait


def test_a_pause_may_be_told_as_a_day_and_hour() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    waited = pause(answer({}, 503, {"retry-after": until}))
    assert waited is not None
    assert timedelta(minutes=4) < waited <= timedelta(minutes=5)
