"""`test_channel` sends one real message over a robot, an app or a gateway, told in a file or kept, and shows no secret."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from tests.factories import OrganizationFactory
from tests.webhook_sink import Mode, Sink
from tracker.choices import Channel
from tracker.models import Attempt, Delivery, Outlet
from tracker.reminding.channels import apps
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.sealing import seal

pytestmark = pytest.mark.django_db
SECRETS = ("SEEDkey1", "SEEDsecret2" * 4)


@pytest.fixture(autouse=True)
def no_tokens() -> None:
    apps._TOKENS.clear()


def told(sink: Sink, mode: str = Mode.TAKE) -> dict[str, str]:
    return {
        "url": sink.url(mode, f"hook?key={SECRETS[0]}"),
        "base": f"http://127.0.0.1:{sink.port}/{mode}",
        "secret": SECRETS[1],
        "corp": "c1",
        "key": "k1",
        "app": "a1",
        "agent": "7",
        "body": '{"to": "{phone}", "text": "{text}"}',
        "success": "code=0",
    }


def said(*arguments: str) -> list[str]:
    written = StringIO()
    call_command("test_channel", *arguments, stdout=written)
    assert not any(secret in written.getvalue() for secret in SECRETS)
    return written.getvalue().splitlines()


@pytest.fixture
def file(tmp_path: Path, sink: Sink) -> Path:
    path = tmp_path / "outlet.json"
    path.write_text(json.dumps(told(sink)))
    return path


def kept(sink: Sink, *, channel: Channel = Channel.DINGTALK_ROBOT, mode: str = Mode.TAKE) -> Outlet:
    now = timezone.now()
    return Outlet.objects.create(
        organization=OrganizationFactory.create(),
        channel=channel,
        label="建设局工作群",
        settings_sealed=seal(told(sink, mode)),
        created_at=now,
        changed_at=now,
    )


@pytest.mark.parametrize("name", sorted(name for name, channel in CHANNELS.items() if channel.fields))
def test_every_channel_sends_one_real_message(name: str, sink: Sink, file: Path) -> None:
    to = ["--to", "13800000000"] if CHANNELS[name].kind == "person" else []
    way, answer = said("--channel", name, "--with", str(file), *to)
    (request,) = sink.requests()
    assert "试发" in request.body
    assert f"http://127.0.0.1:{sink.port}" in way
    assert re.search(r"编号 #[0-9A-F]{4}-[0-9A-F]{4}$", way)
    assert answer.startswith("对方已收下：")


def test_the_number_told_stands_in_the_message(sink: Sink, file: Path) -> None:
    way, answer = said("--channel", "wecom_robot", "--with", str(file))
    (request,) = sink.requests()
    assert request.code() == way.partition("编号 ")[2] == answer.partition("：")[2]


def test_a_kept_outlet_is_tried_by_its_number(sink: Sink) -> None:
    outlet = kept(sink)
    way, _ = said("--outlet", str(outlet.pk))
    assert way.startswith(f"钉钉群，经 http://127.0.0.1:{sink.port} 发往 建设局工作群，编号 #")
    assert len(sink.requests()) == 1


@pytest.mark.parametrize(
    ("mode", "answer"),
    [
        ("code-93000", "对方拒收：93000 refused"),
        ("code-130101", "对方这次没有收：130101 refused"),
        (Mode.RESET, "没有等到答复，不知道对方是否收下：.*reset"),
        (Mode.ECHO, "对方拒收：93000 invalid webhook url"),
    ],
)
def test_what_was_not_taken_fails_with_the_others_words_and_no_secret(sink: Sink, mode: str, answer: str) -> None:
    with pytest.raises(CommandError, match=answer) as failed:
        said("--outlet", str(kept(sink, mode=mode).pk))
    assert failed.value.returncode == 1
    assert not any(secret in str(failed.value) for secret in SECRETS)


def test_settings_that_lack_something_are_told_by_field_and_nothing_is_sent(sink: Sink) -> None:
    with pytest.raises(CommandError) as failed:
        said("--channel", "wecom_app", "--to", "zhangsan")
    assert str(failed.value).splitlines()[1:] == [
        "corp（企业 ID）：必须填写",
        "agent（应用 AgentId）：必须填写",
        "secret（应用 Secret）：必须填写",
    ]


def test_an_inner_address_is_refused_and_nothing_is_sent(sink: Sink, file: Path, settings: Settings) -> None:
    settings.OUTGOING_ALLOWED = []
    with pytest.raises(CommandError, match="只能用 https"):
        said("--channel", "wecom_robot", "--with", str(file))
    assert sink.requests() == []


def test_a_person_s_channel_asks_whom(sink: Sink) -> None:
    with pytest.raises(CommandError, match="--to"):
        said("--outlet", str(kept(sink, channel=Channel.WECOM_APP).pk))


def test_a_number_nobody_gave_and_a_seal_of_another_key_are_said_so(sink: Sink, settings: Settings) -> None:
    with pytest.raises(CommandError, match="没有这个提醒渠道：77"):
        said("--outlet", "77")
    outlet = kept(sink)
    settings.SEAL_KEY = "another"
    with pytest.raises(CommandError, match="打不开"):
        said("--outlet", str(outlet.pk))


@pytest.mark.parametrize(("content", "words"), [("no", "不是 JSON"), ("[]", "要写成")])
def test_a_file_that_holds_no_settings_is_said_so(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "outlet.json"
    path.write_text(content)
    with pytest.raises(CommandError, match=words):
        said("--channel", "wecom_robot", "--with", str(path))
    with pytest.raises(CommandError, match="读不了"):
        said("--channel", "wecom_robot", "--with", str(tmp_path / "none"))


def test_a_test_leaves_nothing_in_the_record(sink: Sink) -> None:
    said("--outlet", str(kept(sink).pk))
    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)
