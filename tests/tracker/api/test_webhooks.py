"""Webhooks through the API: made, changed, tried and withdrawn by the office; a secret is shown once and kept nowhere in clear."""

import logging
from typing import Any

import orjson
import pytest
from pytest_django import Settings

from accounts.choices import Door, Scope
from accounts.models import HistoryEntry
from projects.models import Plan
from tests.cast import TODAY, Cast, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.accounts import given, opened_round
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.api.steps import assert_careful, over
from tests.tracker.reminding.conftest import server, sink
from tests.tracker.reminding.passes import send
from tests.tracker.reminding.test_events import subscribed
from tests.webhook_sink import Mode, Sink
from tracker.api.receiver import accepts
from tracker.boards.webhooks import MESSAGE_MEMBERS, WEBHOOK_MEMBERS
from tracker.choices import DeliveryState
from tracker.models import Delivery, KeptAnswer, Outlet
from tracker.reminding import events
from tracker.reminding.events import messages_to, raise_events
from tracker.reminding.sealing import opened, seal

__all__ = ["server", "sink"]
pytestmark = pytest.mark.django_db
KEY = "geheim1"
"""Stands in the address that is used here, and nowhere in what is answered or kept."""


def wanted(sink: Sink, **said: Any) -> dict[str, Any]:
    return {"label": "OA", "address": f"{sink.url()}?key={KEY}", "events": ["report.submitted"], **said}


def made(office: Program, sink: Sink, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = content(office.post("/webhooks/", wanted(sink, **said)), 201)
    return answer


def path_of(row: Outlet, rest: str = "") -> str:
    return f"/webhooks/{row.pk}/{rest}"


def tried(office: Program, row: Outlet) -> dict[str, Any]:
    answer: dict[str, Any] = content(office.post(path_of(row, "trials/")), 201)
    return answer


def test_what_is_registered_is_told_signed_with_the_secret_that_was_shown(
    cast: Cast, plan: Plan, office: Program, sink: Sink
) -> None:
    hook = made(office, sink)
    given(cast, task_of(plan, "1"), opened_round(plan))
    raise_events()
    send(TODAY)
    (kept,) = sink.requests()
    headers = {name.lower(): value for name, value in kept.headers.items()}
    assert accepts(headers, kept.body.encode(), hook["secret"], kept.at)
    (told,) = content(office.get(f"/webhooks/{hook['id']}/deliveries/"))["items"]
    assert told.keys() == set(MESSAGE_MEMBERS)
    assert (told["event"], told["event_id"], told["state"]) == ("report.submitted", headers["webhook-id"], "sent")
    assert (told["attempts_made"], told["next_try_at"], told["replay_of"], told["asked_by"]) == (1, None, None, "")
    assert told["sent_at"] is not None
    whole = content(office.get(f"/deliveries/{told['id']}/"))
    assert (whole["body"], [each["outcome"] for each in whole["attempts"]]) == (kept.body, ["sent"])


def test_a_secret_is_shown_once_and_stands_nowhere_in_clear(
    office: Program, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        first, again = (office.post("/webhooks/", wanted(sink), Idempotency_Key="once") for _ in range(2))
        renewed = office.post(f"/webhooks/{content(first, 201)['id']}/secrets/", {}, If_Match=first.headers["ETag"])
    secrets = {content(first, 201)["secret"], content(renewed)["secret"]}
    assert len({None, ""} | secrets) == 4
    row = Outlet.objects.get()
    assert opened(row.settings_sealed)["secret"] == content(renewed)["secret"]
    kept = [caplog.text, row.settings_sealed, *(f"{each.body}{each.headers}" for each in KeptAnswer.objects.all())]
    kept += [f"{each.before}{each.after}{each.reason}" for each in HistoryEntry.objects.all()]
    kept += [office.get(path).content.decode() for path in ("/webhooks/", path_of(row), path_of(row, "deliveries/"))]
    for word in (*secrets, KEY):
        assert not [text for text in kept if word in text]
    assert content(again, 201) == {**content(first, 201), "secret": None}
    assert again.headers["Idempotency-Replayed"] == "true"


def test_what_is_read_later_has_the_version_that_the_making_answered(office: Program, sink: Sink) -> None:
    answer = office.post("/webhooks/", wanted(sink))
    found = office.get(answer.headers["Location"])
    told = content(answer, 201)
    assert found.headers["ETag"] == answer.headers["ETag"]
    assert content(found) == {name: told[name] for name in WEBHOOK_MEMBERS}
    assert (told["host"], told["label"], told["events"], told["active"]) == (
        f"http://{sink.allowed}",
        "OA",
        ["report.submitted"],
        True,
    )
    assert content(office.get("/webhooks/?fields=label"))["items"] == [{"id": told["id"], "label": "OA"}]


@pytest.mark.parametrize(
    ("said", "status", "wrong"),
    [
        ({"address": "https://127.0.0.1/hook"}, 422, {"address": "refused"}),
        ({"address": "http://oa.example.org/hook"}, 422, {"address": "refused"}),
        ({"address": "oa"}, 422, {"address": "refused"}),
        ({"events": ["task.deleted"]}, 400, {"events.0": "invalid_choice"}),
        ({"events": []}, 400, {"events": "min_length"}),
        ({"label": " "}, 400, {"label": "blank"}),
        ({"secret": "whsec_mine"}, 400, {"secret": "unknown"}),
        ({"version": 1}, 400, {"version": "unknown"}),
    ],
)
def test_what_it_cannot_be_is_refused_by_name(
    office: Program, sink: Sink, said: dict[str, Any], status: int, wrong: dict[str, str]
) -> None:
    answer = office.post("/webhooks/", wanted(sink, **said))
    assert (answer.status_code, codes(answer), Outlet.objects.count()) == (status, wrong, 0)


def test_an_address_inside_is_taken_where_the_installation_names_it(
    office: Program, sink: Sink, settings: Settings
) -> None:
    settings.OUTGOING_ALLOWED = []
    answer = office.post("/webhooks/", wanted(sink))
    assert "OUTGOING_ALLOWED" in problem(answer)["detail"]
    settings.OUTGOING_ALLOWED = [sink.allowed]
    assert office.post("/webhooks/", wanted(sink)).status_code == 201


def test_a_change_goes_over_the_version_that_was_read_and_leaves_the_rest(
    cast: Cast, office: Program, sink: Sink
) -> None:
    row = subscribed(cast, sink, "task.changed")
    before = opened(row.settings_sealed)
    seen = over(office, path_of(row))
    assert problem(office.patch(path_of(row), {"label": "OA 系统"}))["status"] == 428
    assert codes(office.patch(path_of(row), {"host": "x"}, **seen)) == {"host": "unknown"}
    told = content(office.patch(path_of(row), {"label": "OA 系统"}, **seen))
    assert (told["label"], told["events"], told["version"]) == ("OA 系统", ["task.changed"], 2)
    lost = office.patch(path_of(row), {"label": "别的", "address": f"{sink.url()}?key={KEY}"}, **seen)
    assert (lost.status_code, problem(lost)["yours"]) == (412, {"label": "别的"})
    assert (problem(lost)["current"], KEY in lost.content.decode()) == (told, False)
    row.refresh_from_db()
    assert opened(row.settings_sealed) == before
    entry = HistoryEntry.objects.get(action="outlet.changed")
    assert (entry.door, entry.after["label"], entry.after["settings"]) == (Door.API, "OA 系统", [])


def test_a_new_address_keeps_the_secret_and_is_not_told_back(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    secret = opened(row.settings_sealed)["secret"]
    other = f"{sink.url(path='other')}?key={KEY}"
    answer = office.patch(path_of(row), {"address": other}, **over(office, path_of(row)))
    row.refresh_from_db()
    assert opened(row.settings_sealed) == {"url": other, "secret": secret}
    assert KEY not in answer.content.decode()


def test_a_new_secret_goes_over_the_version_that_was_read_and_once(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    old, step = opened(row.settings_sealed), path_of(row, "secrets/")
    assert problem(office.post(step, {}))["status"] == 428
    assert problem(office.post(step, {}, If_Match='"7-0123456789abcdef"'))["status"] == 412
    seen = over(office, path_of(row))
    first, again = (office.post(step, {}, Idempotency_Key="once", **seen) for _ in range(2))
    row.refresh_from_db()
    new = opened(row.settings_sealed)
    assert (content(first)["secret"], content(again)["secret"]) == (new["secret"], None)
    assert (new["url"], new["secret"] == old["secret"], row.version) == (old["url"], False, 2)
    assert first.headers["ETag"] == office.get(path_of(row)).headers["ETag"]


def test_where_no_key_opens_the_seal_a_new_secret_asks_for_the_address(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    Outlet.objects.update(settings_sealed="broken")
    seen = over(office, path_of(row))
    assert content(office.get(path_of(row)))["host"] == ""
    refused = office.patch(path_of(row), {"address": sink.url()}, **seen)
    assert problem(refused)["type"].endswith("#problem-seal_broken")
    assert codes(office.post(path_of(row, "secrets/"), {}, **seen)) == {"address": "refused"}
    told = content(office.post(path_of(row, "secrets/"), {"address": sink.url()}, **seen))
    row.refresh_from_db()
    assert opened(row.settings_sealed) == {"url": sink.url(), "secret": told["secret"]}


def test_it_is_withdrawn_over_the_version_that_was_read_and_once(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    message = tried(office, row)
    assert_careful(office, path_of(row), path_of(row, "withdrawal/"), {})
    assert content(office.get(path_of(row)))["active"] is False
    send(TODAY)
    (told,) = content(office.get(path_of(row, "deliveries/")))["items"]
    assert (told["id"], told["state"], told["why"]) == (message["id"], "cancelled", "渠道已停用")
    assert sink.requests() == []


def test_one_that_is_withdrawn_is_read_and_nothing_more(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    Outlet.objects.update(active=False)
    message = events.ping(outlet=row, by=cast.actor())
    Delivery.objects.update(state=DeliveryState.SENT)
    seen = over(office, path_of(row))
    for method, step, said in (
        ("PATCH", "", {"label": "x"}),
        ("POST", "secrets/", {}),
        ("POST", "withdrawal/", {}),
        ("POST", "trials/", {}),
        ("POST", "replays/", {"since": "2026-01-01"}),
        ("POST", f"deliveries/{message.pk}/replays/", {}),
    ):
        refused = office.send(method, path_of(row, step), said, **seen)
        assert problem(refused)["type"].endswith("#problem-webhook_withdrawn")
    assert Delivery.objects.count() == 1


def test_a_trial_goes_out_and_history_says_who_asked(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    first, again = (office.post(path_of(row, "trials/"), Idempotency_Key="once") for _ in range(2))
    told = content(first, 201)
    assert content(again, 201) == told
    send(TODAY)
    (kept,) = sink.requests()
    assert (kept.json()["type"], kept.json()["id"]) == ("ping", told["event_id"])
    assert told["asked_by"] == str(cast.office)
    entry = HistoryEntry.objects.get(object_type="delivery", object_id=told["id"])
    assert (entry.action, entry.user, entry.door, entry.object_version) == (
        "delivery.tried",
        cast.office,
        Door.API,
        1,
    )
    assert first.headers["Location"] == f"/api/v1/deliveries/{told['id']}/"
    assert content(office.get(first.headers["Location"]))["state"] == "sent"


def test_one_message_is_sent_again_under_its_id_and_says_who_asked(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    first = tried(office, row)
    step = path_of(row, f"deliveries/{first['id']}/replays/")
    assert problem(office.post(step))["type"].endswith("#problem-still_waiting")
    send(TODAY)
    told = content(office.post(step), 201)
    assert (told["replay_of"], told["event_id"], told["asked_by"]) == (first["id"], first["event_id"], str(cast.office))
    send(TODAY)
    assert len({kept.body for kept in sink.requests()}) == 1
    assert len(sink.requests()) == 2
    assert HistoryEntry.objects.get(object_id=told["id"], action="delivery.replayed").after["stands_for"] == first["id"]


def test_all_since_a_day_are_sent_again_so_many_at_once_and_the_rest_after(
    cast: Cast, office: Program, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.api.webhooks.MOST_AGAIN", 2)
    row = subscribed(cast, sink)
    numbers = [tried(office, row)["id"] for _ in range(5)]
    Delivery.objects.filter(pk__in=numbers[:4]).update(state=DeliveryState.FAILED)
    step, said = path_of(row, "replays/"), {"since": "2026-01-01"}
    first = content(office.post(step, said), 201)
    assert first == {"queued": 2, "left": 2, "last": numbers[1]}
    second = content(office.post(step, {**said, "after": first["last"]}), 201)
    assert second == {"queued": 2, "left": 0, "last": numbers[3]}
    assert content(office.post(step, {**said, "after": second["last"]}), 201) == {
        "queued": 0,
        "left": 0,
        "last": numbers[3],
    }
    replays = messages_to(row).filter(stands_for__isnull=False).order_by("pk")
    assert [each.stands_for_id for each in replays] == numbers[:4]
    assert HistoryEntry.objects.filter(action="delivery.replayed", user=cast.office).count() == 4
    assert content(office.post(step, {"since": "9999-12-31"}), 201)["queued"] == 0
    assert content(office.post(step, {"since": "0001-01-01"}), 201)["queued"] == 2
    assert codes(office.post(step, {"since": "gestern"})) == {"since": "invalid"}


def test_two_replays_of_one_message_are_two(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink, mode=Mode.TEMPORARY)
    message = tried(office, row)
    Delivery.objects.update(state=DeliveryState.FAILED)
    for _ in range(2):
        assert content(office.post(path_of(row, "replays/"), {"since": "2026-01-01"}), 201)["queued"] == 1
    assert messages_to(row).filter(stands_for=message["id"]).count() == 2


def test_messages_are_filtered_and_paged_newest_first(cast: Cast, office: Program, sink: Sink) -> None:
    row, other = subscribed(cast, sink), subscribed(cast, sink)
    numbers = [tried(office, row)["id"] for _ in range(3)]
    tried(office, other)
    Delivery.objects.filter(pk=numbers[0]).update(state=DeliveryState.FAILED, last_error="outlet_removed")
    page = content(office.get(path_of(row, "deliveries/?limit=2&fields=event")))
    assert [each["id"] for each in page["items"]] == [numbers[2], numbers[1]]
    assert [each["id"] for each in content(office.get(page["next"]))["items"]] == [numbers[0]]
    (failed,) = content(office.get(path_of(row, "deliveries/?state=failed")))["items"]
    assert (failed["id"], failed["why"], failed["next_try_at"]) == (numbers[0], "渠道已停用", None)


def test_only_the_office_and_only_its_own(
    cast: Cast, office: Program, clerk: Program, outsider: Program, sink: Sink
) -> None:
    row = subscribed(cast, sink)
    foreign = subscribed(cast, sink, organization=cast.outsider.organization)
    mine, theirs = (events.ping(outlet=each, by=cast.actor()) for each in (row, foreign))
    Delivery.objects.update(state=DeliveryState.SENT)
    steps = ["", "secrets/", "withdrawal/", "trials/", "deliveries/", "replays/"]
    for step in steps:
        method = "GET" if step in {"", "deliveries/"} else "POST"
        assert problem(office.send(method, path_of(foreign, step), {}))["status"] == 404
        for stranger in (clerk, outsider):
            assert problem(stranger.send(method, path_of(row, step), {}))["status"] == 403
    assert problem(clerk.get("/webhooks/"))["status"] == problem(clerk.post("/webhooks/", {}))["status"] == 403
    for one, message in ((row, theirs), (foreign, theirs), (foreign, mine)):
        assert problem(office.post(path_of(one, f"deliveries/{message.pk}/replays/")))["status"] == 404
    assert [each["id"] for each in content(office.get("/webhooks/"))["items"]] == [row.pk]
    assert Delivery.objects.count() == 2


def test_a_key_for_reading_or_plans_sets_up_nothing(cast: Cast, sink: Sink) -> None:
    row = subscribed(cast, sink)
    narrow = program(cast, cast.office, [Scope.READ, Scope.REPORT, Scope.PLAN])
    assert narrow.get("/webhooks/").status_code == 200
    for method, path in (("POST", "/webhooks/"), ("PATCH", path_of(row)), ("POST", path_of(row, "trials/"))):
        assert problem(narrow.send(method, path, {}))["type"].endswith("#problem-scope_missing")


def test_a_gateway_to_people_is_no_webhook(cast: Cast, office: Program, sink: Sink) -> None:
    row = subscribed(cast, sink)
    Outlet.objects.update(channel="sms", settings_sealed=seal({}))
    assert problem(office.get(path_of(row)))["status"] == 404
    assert content(office.get("/webhooks/"))["items"] == []


@pytest.mark.parametrize("size", [2, 40])
@pytest.mark.parametrize("address", ["/webhooks/", "/webhooks/{webhook}/", "/webhooks/{webhook}/deliveries/?limit=100"])
def test_webhooks_ask_equally_often_whatever_their_number(
    cast: Cast, office: Program, sink: Sink, assert_query_baseline: QueryBaseline, size: int, address: str
) -> None:
    rows = [subscribed(cast, sink) for _ in range(size)]
    for _ in range(size):
        events.ping(outlet=rows[0], by=cast.actor())
    path = address.format(webhook=rows[0].pk)
    office.get(path)
    with assert_query_baseline(f"api office {address}"):
        answer = office.get(path)
    assert len(orjson.loads(answer.content).get("items", [None] * size)) == size
