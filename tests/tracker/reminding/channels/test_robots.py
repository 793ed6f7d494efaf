"""The group robots: what goes over the wire, how it is signed, what an answer means, and what an outlet must say."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from accounts.models import Person
from tests.tracker.reminding.channels.messages import CODE, message
from tests.webhook_sink import RETRY_AFTER_SECONDS, Mode, Sink
from tracker.reminding.channels.dingtalk_robot import DINGTALK_ROBOT
from tracker.reminding.channels.dingtalk_robot import sign as sign_dingtalk
from tracker.reminding.channels.feishu_robot import FEISHU_ROBOT
from tracker.reminding.channels.protocol import NoAnswer, PermanentFailure, Quota, TemporaryFailure
from tracker.reminding.channels.robots import Robot
from tracker.reminding.channels.wecom_robot import WECOM_ROBOT

ROBOTS = [WECOM_ROBOT, DINGTALK_ROBOT, FEISHU_ROBOT]
TEXT = f"6月24日 提醒\n\n第 1 项逾期 3 天\n{CODE}"
WRITTEN = {
    "wecom_robot": {"msgtype": "text", "text": {"content": TEXT}},
    "dingtalk_robot": {"msgtype": "text", "text": {"content": TEXT}},
    "feishu_robot": {"msg_type": "text", "content": {"text": TEXT}},
}
LONG = "\n".join(f"{number}. 第 {number} 项“道路改造”逾期 3 天" for number in range(2000))


@pytest.fixture(params=ROBOTS, ids=lambda robot: robot.name)
def robot(request: pytest.FixtureRequest) -> Robot:
    assert isinstance(request.param, Robot)
    return request.param


def test_the_text_goes_out_with_its_code_and_the_receipt_names_it(robot: Robot, sink: Sink) -> None:
    receipt = robot.send(message(url=sink.url()))
    (kept,) = sink.requests()
    assert receipt.reference == CODE
    assert kept.json() == WRITTEN[robot.name]
    assert kept.headers["Content-Type"] == "application/json; charset=utf-8"


def test_every_try_sends_the_bytes_that_were_frozen(robot: Robot, sink: Sink) -> None:
    for _ in range(2):
        robot.send(message(url=sink.url()))
    assert {kept.body.encode() for kept in sink.requests()} == {robot.encode(message(url=sink.url()))}
    assert sink.times_kept() == {CODE: 2}


@pytest.mark.parametrize(("robot", "most"), [(WECOM_ROBOT, 2048), (DINGTALK_ROBOT, 20_000), (FEISHU_ROBOT, 20_000)])
def test_a_long_digest_is_shortened_to_what_they_take(robot: Robot, most: int, sink: Sink, settings: Settings) -> None:
    robot.send(message(text=LONG, url=sink.url(), secret="S3CRET-x"))
    (kept,) = sink.requests()
    parts = kept.json()
    content = parts.get("text", parts.get("content"))
    assert isinstance(content, dict)
    text = str(content.get("content", content.get("text")))
    assert len(text.encode() if robot is WECOM_ROBOT else kept.body.encode()) <= most
    assert f"其余请打开查看：{settings.BASE_URL}/mine/" in text
    assert text.endswith(CODE)


def test_dingtalk_is_signed_behind_the_address_and_encoded_once(sink: Sink) -> None:
    DINGTALK_ROBOT.send(message(url=sink.url(path="send?access_token=t"), secret="SEC000"))
    (kept,) = sink.requests()
    query = parse_qs(urlsplit(kept.path).query)
    stamp = query["timestamp"][0]
    wanted = b64encode(hmac.digest(b"SEC000", f"{stamp}\nSEC000".encode(), "sha256")).decode()
    assert (query["access_token"], query["sign"]) == (["t"], [wanted])
    assert abs(int(stamp) / 1000 - datetime.now(UTC).timestamp()) < 60


def test_a_dingtalk_address_without_a_query_gets_one() -> None:
    url, _ = sign_dingtalk("https://gateway.example.org/robot", {}, "SEC000", datetime.now(UTC))
    assert url.startswith("https://gateway.example.org/robot?timestamp=")


def test_feishu_is_signed_in_the_body_with_an_empty_message(sink: Sink) -> None:
    FEISHU_ROBOT.send(message(url=sink.url(), secret="SEC000"))
    (kept,) = sink.requests()
    body = kept.json()
    stamp = body.pop("timestamp")
    assert body.pop("sign") == b64encode(hmac.digest(f"{stamp}\nSEC000".encode(), b"", "sha256")).decode()
    assert body == WRITTEN["feishu_robot"]


@pytest.mark.parametrize(
    ("robot", "code", "wait"),
    [
        (WECOM_ROBOT, 45009, timedelta(minutes=1)),
        (WECOM_ROBOT, -1, None),
        (DINGTALK_ROBOT, 130101, timedelta(minutes=10)),
        (DINGTALK_ROBOT, -1, None),
        (FEISHU_ROBOT, 11232, timedelta(minutes=1)),
    ],
)
def test_too_fast_waits_as_long_as_they_mute(robot: Robot, code: int, wait: timedelta | None, sink: Sink) -> None:
    with pytest.raises(TemporaryFailure, match=f"^{code} refused$") as failure:
        robot.send(message(url=sink.url(f"code-{code}")))
    assert failure.value.wait == wait


@pytest.mark.parametrize(
    ("robot", "code"),
    [
        (WECOM_ROBOT, 93000),  # no such webhook
        (DINGTALK_ROBOT, 300001),  # no such token
        (DINGTALK_ROBOT, 310000),  # signature, key word or source address
        (FEISHU_ROBOT, 19001),  # no such token
        (FEISHU_ROBOT, 19021),  # signature
        (FEISHU_ROBOT, 19024),  # key word
    ],
)
def test_a_dead_webhook_or_a_bad_signature_is_final_under_status_200(robot: Robot, code: int, sink: Sink) -> None:
    with pytest.raises(PermanentFailure, match=f"^{code} refused$"):
        robot.send(message(url=sink.url(f"code-{code}")))


@pytest.mark.parametrize(
    ("mode", "kind", "wait", "kept"),
    [
        (Mode.TEMPORARY, TemporaryFailure, None, 0),
        (Mode.LIMITED, TemporaryFailure, timedelta(seconds=RETRY_AFTER_SECONDS), 0),
        (Mode.RESET, NoAnswer, None, 1),
        (Mode.PERMANENT, PermanentFailure, None, 0),
        (Mode.REDIRECT, PermanentFailure, None, 0),
        (Mode.HUGE, PermanentFailure, None, 1),
        (Mode.WORDS, PermanentFailure, None, 1),
    ],
)
def test_how_the_other_side_behaves_tells_what_is_done(
    robot: Robot, sink: Sink, mode: Mode, kind: type[Exception], wait: timedelta | None, kept: int
) -> None:
    with pytest.raises(kind) as failure:
        robot.send(message(url=sink.url(mode)))
    assert type(failure.value) is kind
    assert getattr(failure.value, "wait", None) == wait
    assert len(sink.requests()) == kept


def test_a_robot_takes_fifteen_a_minute_and_reaches_a_group_not_a_person(robot: Robot) -> None:
    assert (robot.kind, robot.quota, robot.resends) == ("group", Quota(15, 60), True)
    assert robot.address_of(Person(email="clerk@example.org"), "x") == ""


@pytest.mark.parametrize(
    "url", ["", "http://oapi.dingtalk.com/robot/send", "https://10.0.0.1/hook", "https://127.1/", "gopher://127.0.0.1/"]
)
def test_an_outlet_is_not_saved_with_an_address_we_would_not_dial(robot: Robot, url: str) -> None:
    assert robot.problems({"url": url}).keys() == {"url"}


def test_an_outlet_with_a_public_address_has_no_problems(robot: Robot) -> None:
    assert robot.problems({"url": "https://8.8.8.8/hook"}) == {}


def test_the_frozen_bytes_hold_nothing_of_the_outlet(robot: Robot) -> None:
    frozen = robot.encode(message(url="https://8.8.8.8/SEED-URL-1", secret="SEED-SECRET-2"))
    assert frozen == robot.encode(message())
    assert json.loads(frozen) == WRITTEN[robot.name]
