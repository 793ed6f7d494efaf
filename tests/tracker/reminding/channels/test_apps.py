"""Messages of an app to one member: the token, the id, what keeps a second copy away, and what an answer means."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Person
from tests.tracker.reminding.channels.messages import CODE, message
from tests.webhook_sink import OLD_TOKEN, Mode, Sink
from tracker.reminding.channels import apps
from tracker.reminding.channels.apps import App
from tracker.reminding.channels.dingtalk_app import DINGTALK_APP
from tracker.reminding.channels.feishu_app import FEISHU_APP, id_type
from tracker.reminding.channels.protocol import Message, NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.wecom_app import WECOM_APP, reference

APPS = [WECOM_APP, DINGTALK_APP, FEISHU_APP]
TEXT = f"6月24日 提醒\n\n第 1 项逾期 3 天\n{CODE}"


@pytest.fixture(params=APPS, ids=lambda app: app.name)
def app(request: pytest.FixtureRequest) -> App:
    assert isinstance(request.param, App)
    return request.param


@pytest.fixture(autouse=True)
def _no_token_in_hand() -> Iterator[None]:
    apps._TOKENS.clear()
    yield
    apps._TOKENS.clear()


def to(sink: Sink, *, address: str = "zhangsan", mode: str = Mode.TAKE, body: str = "第 1 项逾期 3 天") -> Message:
    base = f"http://127.0.0.1:{sink.port}/{mode}"
    return message(address=address, text=body, base=base, corp="c1", key="k1", app="a1", agent="7", secret="SEED-1")


def test_wecom_is_asked_to_drop_a_second_copy_for_four_hours(sink: Sink) -> None:
    assert WECOM_APP.send(to(sink)).reference == "kept-1"
    (kept,) = sink.requests()
    assert kept.path == "/take/cgi-bin/message/send?access_token=sink-token"
    assert kept.json() == {
        "touser": "zhangsan",
        "msgtype": "text",
        "agentid": 7,
        "text": {"content": TEXT},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 14400,
    }


def test_dingtalk_gets_a_work_notice_for_one_member(sink: Sink) -> None:
    assert DINGTALK_APP.send(to(sink)).reference == "1"
    (kept,) = sink.requests()
    assert kept.path == "/take/topapi/message/corpconversation/asyncsend_v2?access_token=sink-token"
    assert kept.json() == {
        "agent_id": 7,
        "userid_list": "zhangsan",
        "msg": {"msgtype": "text", "text": {"content": TEXT}},
    }


def test_feishu_gets_an_id_that_is_the_same_on_every_try(sink: Sink) -> None:
    for _ in range(2):
        assert FEISHU_APP.send(to(sink)).reference == "om_1"
    first, second = sink.requests()
    assert first.path == "/take/open-apis/im/v1/messages?receive_id_type=user_id"
    assert first.headers["Authorization"] == "Bearer sink-token"
    assert first.json()["uuid"] == second.json()["uuid"]
    assert json.loads(str(first.json()["content"])) == {"text": TEXT}


def test_feishu_gets_another_id_for_another_message(sink: Sink) -> None:
    ids = [json.loads(FEISHU_APP.encode(replace(to(sink), message_id=f"<{n}@example.org>")))["uuid"] for n in range(3)]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("address", "kind"),
    [("ou_1", "open_id"), ("on_1", "union_id"), ("a@example.org", "email"), ("zhangsan", "user_id")],
)
def test_feishu_is_told_which_kind_of_id_it_is(address: str, kind: str) -> None:
    assert id_type(address) == kind


def test_every_try_sends_the_bytes_that_were_frozen(app: App, sink: Sink) -> None:
    for _ in range(2):
        app.send(to(sink))
    assert {kept.body.encode() for kept in sink.requests()} == {app.encode(to(sink))}


@pytest.mark.parametrize("address", ["@all", "@ALL", "a|b", "a,b", "", "张三", "a b", "a" * 65])
def test_an_address_that_is_not_one_member_is_refused_before_anything_is_sent(
    app: App, sink: Sink, address: str
) -> None:
    with pytest.raises(PermanentFailure, match="bad_address"):
        app.encode(to(sink, address=address))
    with pytest.raises(PermanentFailure, match="bad_address"):
        app.send(to(sink, address=address))
    assert sink.requests() == []


@pytest.mark.parametrize(("app", "most"), [(WECOM_APP, 2048), (DINGTALK_APP, 2048), (FEISHU_APP, 30_000)])
def test_a_long_digest_is_shortened_to_what_they_take(app: App, most: int, sink: Sink) -> None:
    app.send(to(sink, body="第 1 项逾期 3 天\n" * 3000))
    (kept,) = sink.requests()
    assert "其余请打开查看" in kept.body
    assert kept.code() == CODE
    assert len(json.dumps(kept.json(), ensure_ascii=False).encode()) <= most + 200


def hold_old_token() -> str:
    (key,) = apps._TOKENS
    apps._TOKENS[key] = (OLD_TOKEN, apps._TOKENS[key][1])
    return key


def test_a_token_in_hand_is_used_for_the_next_message(app: App, sink: Sink) -> None:
    app.send(to(sink))
    hold_old_token()
    app.send(to(sink))
    first, second = (kept.path + kept.headers.get("Authorization", "") for kept in sink.requests())
    assert "sink-token" in first
    assert OLD_TOKEN in second


def test_a_token_is_not_used_when_its_time_is_over(app: App, sink: Sink) -> None:
    app.send(to(sink))
    key = hold_old_token()
    apps._TOKENS[key] = (OLD_TOKEN, 0)
    app.send(to(sink))
    assert apps._TOKENS[key][0] == "sink-token"


STALE = [(WECOM_APP, 42001), (DINGTALK_APP, 40014), (FEISHU_APP, 99991663)]


@pytest.mark.parametrize(("app", "code"), STALE)
def test_a_stale_token_is_fetched_anew_and_the_message_taken(app: App, code: int, sink: Sink) -> None:
    app.send(to(sink, mode=f"stale-{code}"))
    key = hold_old_token()
    app.send(to(sink, mode=f"stale-{code}"))
    assert apps._TOKENS[key][0] == "sink-token"
    assert sink.times_kept() == {CODE: 2}


@pytest.mark.parametrize(("app", "code"), STALE)
def test_a_new_token_that_is_refused_too_is_final(app: App, code: int, sink: Sink) -> None:
    with pytest.raises(PermanentFailure, match=f"^{code} refused$"):
        app.send(to(sink, mode=f"code-{code}"))


@pytest.mark.parametrize(
    ("app", "code"), [(WECOM_APP, 45009), (DINGTALK_APP, 143103), (FEISHU_APP, 230020), (FEISHU_APP, 99991400)]
)
def test_too_fast_is_tried_again_in_a_minute(app: App, code: int, sink: Sink) -> None:
    with pytest.raises(TemporaryFailure, match=f"^{code} refused$") as failure:
        app.send(to(sink, mode=f"code-{code}"))
    assert failure.value.wait == timedelta(minutes=1)


@pytest.mark.parametrize(("app", "code"), [(WECOM_APP, 81013), (DINGTALK_APP, 33012), (FEISHU_APP, 230013)])
def test_a_member_nobody_knows_is_final(app: App, code: int, sink: Sink) -> None:
    with pytest.raises(PermanentFailure, match=f"^{code} refused$"):
        app.send(to(sink, mode=f"code-{code}"))


@pytest.mark.parametrize("named", ["invaliduser", "unlicenseduser"])
def test_a_member_wecom_names_as_unreached_is_final_though_the_code_is_fine(named: str) -> None:
    with pytest.raises(PermanentFailure):
        reference({"errcode": 0, named: "zhangsan", "msgid": "1"})


@pytest.mark.parametrize(
    ("mode", "kind", "kept"),
    [(Mode.TEMPORARY, TemporaryFailure, 0), (Mode.RESET, NoAnswer, 1), (Mode.PERMANENT, PermanentFailure, 0)],
)
def test_how_the_other_side_behaves_tells_what_is_done(
    app: App, sink: Sink, mode: Mode, kind: type[Exception], kept: int
) -> None:
    with pytest.raises(kind) as failure:
        app.send(to(sink, mode=mode))
    assert type(failure.value) is kind
    assert len(sink.requests()) == kept


def test_an_app_reaches_a_person_by_the_address_kept_for_it(app: App) -> None:
    person = Person(email="clerk@example.org")
    assert (app.kind, app.address_of(person), app.address_of(person, "zhangsan")) == ("person", "", "zhangsan")


def test_wecom_gets_twenty_a_minute_and_member_because_it_drops_more_without_a_word() -> None:
    assert WECOM_APP.quota is not None
    assert (WECOM_APP.quota.most, WECOM_APP.quota.seconds) == (20, 60)


def test_an_outlet_must_say_what_is_needed_and_stay_out_of_the_inner_network(app: App) -> None:
    needed = {field.name for field in app.fields if field.required}
    assert app.problems({}).keys() == needed
    full = dict.fromkeys(needed, "12")
    assert app.problems(full) == {}
    assert app.problems({**full, "base": "https://10.0.0.1"}).keys() == {"base"}
    for name in app.numbers:
        assert app.problems({**full, name: "seven"}).keys() == {name}


def test_the_way_names_the_official_host_or_the_unit_s_own(app: App) -> None:
    assert app.way({}) == f"{app.home}:443"
    assert app.way({"base": "https://8.8.8.8/x"}) == "https://8.8.8.8:443"
