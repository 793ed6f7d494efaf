"""Short messages: the request looks as the gateway wants it, values stay values, and its own word says what came of it."""

from urllib.parse import parse_qsl

import pytest

from tests.tracker.reminding.channels.messages import CODE, message
from tests.webhook_sink import Mode, Sink
from tracker.reminding.channels.protocol import Message, NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.sms import LONGEST, SmsChannel, sms_text

JSON = '{"to": ["{phone}"], "sign": "【经开区】", "params": {"text": "{text}", "id": "{code}"}}'
PHONE = "13800000000"
FULL = {"url": "https://8.8.8.8/send", "body": JSON, "success": "code=0"}


def to(sink: Sink, *, mode: str = Mode.TAKE, address: str = PHONE, text: str = "1 件事逾期", **outlet: str) -> Message:
    return message(address=address, text=text, **{**FULL, "url": sink.url(mode), **outlet})


def test_a_json_gateway_gets_the_values_where_the_outlet_puts_them(sink: Sink) -> None:
    receipt = SmsChannel().send(to(sink, authorization="Bearer SEED-1"))
    (kept,) = sink.requests()
    assert receipt.reference == CODE
    assert kept.json() == {"to": [PHONE], "sign": "【经开区】", "params": {"text": "1 件事逾期", "id": CODE}}
    assert kept.headers["Authorization"] == "Bearer SEED-1"


def test_a_form_gateway_gets_a_form(sink: Sink) -> None:
    SmsChannel().send(to(sink, body="account=a1&mobile={phone}&msg=【经开区】{text}"))
    (kept,) = sink.requests()
    assert dict(parse_qsl(kept.body)) == {"account": "a1", "mobile": PHONE, "msg": "【经开区】1 件事逾期"}
    assert kept.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


@pytest.mark.parametrize("body", [JSON, "mobile={phone}&msg={text}"])
def test_a_title_is_never_more_than_a_value(sink: Sink, body: str) -> None:
    trick = '"}, "to": ["13900000000"], "x": {"y": "&mobile=13900000000&{phone}'
    SmsChannel().send(to(sink, body=body, text=trick))
    (kept,) = sink.requests()
    values = kept.json()["params"] if body is JSON else dict(parse_qsl(kept.body))
    assert isinstance(values, dict)
    assert values.get("text", values.get("msg")) == trick


@pytest.mark.parametrize("address", ["", "1380000000a", "13800000000,13900000000", "12", "１３８０００００００００"])
def test_an_address_that_is_no_number_is_refused_before_anything_is_sent(sink: Sink, address: str) -> None:
    with pytest.raises(PermanentFailure, match="bad_address"):
        SmsChannel().send(to(sink, address=address))
    assert sink.requests() == []


def test_a_long_message_is_shortened_with_the_link() -> None:
    text = sms_text(message(text="一件事逾期\n" * 200))
    assert len(text) == LONGEST
    assert text.endswith("…详见 http://127.0.0.1:8000/inbox/")


@pytest.mark.parametrize("success", ["code=0", "data.message_id=om_1", "msg=success"])
def test_taken_is_what_the_outlet_says_it_is(sink: Sink, success: str) -> None:
    assert SmsChannel().send(to(sink, success=success)).reference == CODE
    assert len(sink.requests()) == 1


@pytest.mark.parametrize(("success", "later"), [("code=1", ""), ("data=0", ""), ("none.of.these=0", ""), ("", "")])
def test_any_other_answer_is_final(sink: Sink, success: str, later: str) -> None:
    with pytest.raises(PermanentFailure, match="HTTP 200"):
        SmsChannel().send(to(sink, success=success, later=later))


def test_a_status_of_refusal_is_believed_whatever_the_body_says(sink: Sink) -> None:
    with pytest.raises(PermanentFailure, match="HTTP 404"):
        SmsChannel().send(to(sink, mode=Mode.PERMANENT, success="errmsg=refused"))


def test_a_value_named_as_passing_is_tried_later(sink: Sink) -> None:
    with pytest.raises(TemporaryFailure, match="HTTP 200"):
        SmsChannel().send(to(sink, mode="code-8", later="7, 8"))
    with pytest.raises(PermanentFailure, match="HTTP 200"):
        SmsChannel().send(to(sink, mode="code-9", later="7, 8"))


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (Mode.TEMPORARY, TemporaryFailure),
        (Mode.LIMITED, TemporaryFailure),
        (Mode.PERMANENT, PermanentFailure),
        (Mode.REDIRECT, PermanentFailure),
        (Mode.RESET, NoAnswer),
        (Mode.WORDS, PermanentFailure),
    ],
)
def test_how_the_gateway_behaves_tells_what_is_done(sink: Sink, mode: Mode, kind: type[Exception]) -> None:
    with pytest.raises(kind) as failure:
        SmsChannel().send(to(sink, mode=mode))
    assert type(failure.value) is kind


@pytest.mark.parametrize("value", ["Bearer SEED-1\r\nX-Other: 1", "Bearer 一"])
def test_a_header_that_cannot_be_written_is_final_and_not_shown(sink: Sink, value: str) -> None:
    with pytest.raises(PermanentFailure) as failure:
        SmsChannel().send(to(sink, authorization=value))
    assert "Bearer" not in str(failure.value)
    assert sink.requests() == []


def test_a_short_message_nobody_knows_the_end_of_is_not_sent_again() -> None:
    assert SmsChannel().resends is False


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"body": '{"to": "{phone}"}'}, "body"),
        ({"body": ""}, "body"),
        ({"success": "code"}, "success"),
        ({"success": "=0"}, "success"),
        ({"authorization": "Bearer 一"}, "authorization"),
        ({"authorization": "Bearer x\r\nHost: y"}, "authorization"),
    ],
)
def test_an_outlet_says_what_is_wrong_with_it(wrong: dict[str, str], field: str) -> None:
    assert SmsChannel().problems({**FULL, **wrong}).keys() == {field}
    assert SmsChannel().problems(FULL) == {}
