"""Secrets seeded into every outlet come out of no channel: not in failures, what lies under them, receipts, ways or logs."""

import logging
import traceback
from urllib.parse import quote

import pytest

from tests.tracker.reminding.channels.messages import message
from tests.webhook_sink import Mode, Sink
from tracker.reminding.channels import apps, outgoing
from tracker.reminding.channels.masking import MASK, masked, masking, secrets_of
from tracker.reminding.channels.protocol import Channel, Field, NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS

SEEDS = ("SEEDkey-1/+=", "SEEDsecret-2", "SEEDtoken-3", "SEEDbody-4", "SEEDpath-5")
MODES = [*(mode.value for mode in Mode if mode not in {Mode.DRIP, Mode.SLOW, Mode.TOLD}), "code-93000", "code--1"]


def outlet(sink: Sink, mode: str) -> dict[str, str]:
    key, secret, token, body, path = SEEDS
    return {
        "url": sink.url(mode, f"{path}?key={quote(key, safe='')}"),
        "base": f"http://127.0.0.1:{sink.port}/{mode}",
        "secret": secret,
        "authorization": f"Bearer {token}",
        "body": f'{{"password": "{body}", "to": "{{phone}}", "text": "{{text}}"}}',
        "success": "code=0",
        "corp": "c1",
        "key": "k1",
        "app": "a1",
        "agent": "7",
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("channel", [each for each in CHANNELS.values() if each.fields], ids=lambda each: each.name)
def test_no_secret_comes_out_of_a_channel(
    channel: Channel, mode: str, sink: Sink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.5)
    apps._TOKENS.clear()
    sent = message(address="13800000000", **outlet(sink, mode))
    seen = [repr(sent), channel.way(sent.outlet), str(channel.problems(sent.outlet)), channel.encode(sent).decode()]
    with caplog.at_level(logging.DEBUG):
        try:
            seen.append(repr(channel.send(sent)))
        except (TemporaryFailure, PermanentFailure) as failure:
            seen += ["".join(traceback.format_exception(failure)), repr(failure), str(failure)]
    if channel.name == "sms":
        # What is frozen for SMS is the whole request: it is fingerprinted, and kept nowhere.
        del seen[3]
    found = [seed for seed in (*SEEDS, "sink-token") for text in [*seen, caplog.text] if seed in text]
    assert found == []


def test_an_echo_comes_back_with_the_secrets_blotted_out(sink: Sink) -> None:
    with pytest.raises(PermanentFailure) as failure:
        CHANNELS["wecom_robot"].send(message(**outlet(sink, Mode.ECHO)))
    assert MASK in str(failure.value)
    assert str(failure.value).startswith("93000 invalid webhook url")


@pytest.mark.parametrize("name", ["wecom_app", "dingtalk_app", "feishu_app"])
def test_a_token_in_hand_from_an_earlier_message_is_blotted_out_too(name: str, sink: Sink) -> None:
    apps._TOKENS.clear()
    for _ in range(2):
        with pytest.raises(PermanentFailure) as failure:
            CHANNELS[name].send(message(address="zhangsan", **outlet(sink, Mode.ECHO)))
        assert "sink-token" not in str(failure.value)
        assert MASK in str(failure.value)


@pytest.mark.parametrize(
    "spelling", ["a/b+c d=9", "a%2Fb%2Bc%20d%3D9", "a/b%2Bc%20d%3D9", "A/B+C D=9", "a%2Fb%2Bc+d%3D9"]
)
def test_a_secret_is_known_in_every_spelling(spelling: str) -> None:
    assert masked(f"said {spelling} no", {"a/b+c d=9"}) == f"said {MASK} no"


def test_the_key_inside_an_address_is_a_secret_and_its_host_is_none() -> None:
    fields = (Field("url", "", secret=True), Field("corp", ""))
    secrets = secrets_of(
        fields, {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secretword", "corp": "corp-1"}
    )
    assert masked("qyapi.weixin.qq.com: webhook of corp-1 secretword", secrets) == (
        f"qyapi.weixin.qq.com: webhook of corp-1 {MASK}"
    )


def test_what_an_answer_says_is_one_line_of_bounded_length() -> None:
    assert masked("a\r\nb", set()) == "a b"
    assert len(masked("x" * 10_000, set())) == 300


def fail(kind: type[Exception], seed: str) -> None:
    try:
        raise OSError(seed)  # noqa: TRY301 - as a library under us would
    except OSError as error:
        raise kind(f"said {seed}") from error


@pytest.mark.parametrize("kind", [NoAnswer, TemporaryFailure, PermanentFailure])
def test_a_failure_stays_what_it_is_and_drops_what_lies_under_it(kind: type[Exception]) -> None:
    with pytest.raises(kind) as failure, masking({SEEDS[1]}):
        fail(kind, SEEDS[1])
    assert type(failure.value) is kind
    assert SEEDS[1] not in "".join(traceback.format_exception(failure.value))
