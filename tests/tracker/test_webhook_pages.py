"""The office's pages of webhooks: a secret shown once, what was told, and sending it again."""

import re

import pytest
from django.test import Client

from accounts.models import HistoryEntry
from tests.cast import Cast, cast_fixture
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.conftest import server, sink
from tests.tracker.reminding.test_events import subscribed
from tests.webhook_sink import Sink
from tracker.choices import DeliveryState
from tracker.models import Delivery, Outlet
from tracker.reminding.events import messages_to, ping
from tracker.reminding.sealing import opened

__all__ = ["cast_fixture", "server", "sink"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def sent(cast: Cast, row: Outlet) -> Delivery:
    message = ping(outlet=row, by=cast.actor())
    Delivery.objects.filter(pk=message.pk).update(state=DeliveryState.SENT)
    return message


def test_a_secret_is_shown_once_and_kept_sealed(office: Client, sink: Sink) -> None:
    said = {"label": "OA", "url": f"{sink.url()}?key=geheim1", "events": ["light.turned"]}
    answer = office.post("/webhooks/", said).content.decode()
    row = Outlet.objects.get()
    (secret,) = set(SECRET.findall(answer))
    assert opened(row.settings_sealed) == {"url": said["url"], "secret": secret}
    assert row.tells == ["light.turned"]
    later = html(office, "/webhooks/") + html(office, f"/webhooks/{row.pk}/")
    assert "OA" in later
    assert secret not in later
    assert "geheim1" not in later
    assert not any(secret in str(entry.after) for entry in HistoryEntry.objects.all())


def test_an_address_inside_is_refused_in_place(office: Client) -> None:
    answer = office.post("/webhooks/", {"label": "OA", "url": "https://127.0.0.1/hook", "events": ["light.turned"]})
    assert (answer.status_code, Outlet.objects.count()) == (422, 0)
    assert "field-error" in answer.content.decode()


def test_what_someone_else_changed_is_not_written_over(cast: Cast, office: Client, sink: Sink) -> None:
    row = subscribed(cast, sink)
    said = {"label": "OA 系统", "events": ["task.changed"], "version": 1}
    assert office.post(f"/webhooks/{row.pk}/", said).status_code == 302
    assert office.post(f"/webhooks/{row.pk}/", said | {"label": "别的"}).status_code == 409
    row.refresh_from_db()
    assert (row.label, row.tells) == ("OA 系统", ["task.changed"])
    assert opened(row.settings_sealed)["url"] == sink.url()


def test_a_new_secret_is_shown_when_asked_for(cast: Cast, office: Client, sink: Sink) -> None:
    row = subscribed(cast, sink)
    before = opened(row.settings_sealed)["secret"]
    said = {"label": "OA", "events": ["task.changed"], "version": 1, "renew": "on"}
    (secret,) = set(SECRET.findall(office.post(f"/webhooks/{row.pk}/", said).content.decode()))
    row.refresh_from_db()
    assert secret == opened(row.settings_sealed)["secret"] != before


def test_one_message_and_all_since_a_day_are_sent_again(cast: Cast, office: Client, sink: Sink) -> None:
    row = subscribed(cast, sink)
    message = sent(cast, row)
    assert office.post(f"/webhooks/{row.pk}/again/{message.pk}/").status_code == 302
    assert office.post(f"/webhooks/{row.pk}/again/", {"since": "2026-01-01"}).status_code == 302
    assert [each.body for each in messages_to(row)] == 3 * [message.body]
    assert office.post(f"/webhooks/{row.pk}/again/", {"since": "gestern"}).status_code == 302
    assert messages_to(row).count() == 3


def test_what_is_too_much_at_once_is_gone_on_with_by_a_second_press(
    cast: Cast, office: Client, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.views.webhooks.MOST_AGAIN", 2)
    row = subscribed(cast, sink)
    numbers = [sent(cast, row).pk for _ in range(3)]
    page = office.post(f"/webhooks/{row.pk}/again/", {"since": "2026-01-01"}, follow=True).content.decode()
    assert "还有 1 条没有重发。" in page
    assert f'name="after" value="{numbers[1]}"' in page
    assert 'value="2026-01-01"' in page
    office.post(f"/webhooks/{row.pk}/again/", {"since": "2026-01-01", "after": numbers[1]})
    replays = messages_to(row).filter(stands_for__isnull=False).order_by("pk")
    assert list(replays.values_list("stands_for", flat=True)) == numbers


def test_the_page_names_whoever_had_it_sent(cast: Cast, office: Client, sink: Sink) -> None:
    row = subscribed(cast, sink)
    assert str(cast.office) not in html(office, f"/webhooks/{row.pk}/").partition("最近推送")[2]
    office.post(f"/webhooks/{row.pk}/ping/")
    assert str(cast.office) in html(office, f"/webhooks/{row.pk}/").partition("最近推送")[2]


def test_what_still_waits_and_what_another_was_told_is_not_sent_again(cast: Cast, office: Client, sink: Sink) -> None:
    row, other = subscribed(cast, sink), subscribed(cast, sink)
    for message in (ping(outlet=row, by=cast.actor()), sent(cast, other)):
        assert office.post(f"/webhooks/{row.pk}/again/{message.pk}/").status_code == 404


def test_one_taken_out_of_use_is_gone(cast: Cast, office: Client, sink: Sink) -> None:
    row = subscribed(cast, sink)
    office.post(f"/webhooks/{row.pk}/ping/")
    assert messages_to(row).get().subject == "ping"
    office.post(f"/webhooks/{row.pk}/remove/", {"version": 7})
    assert office.get(f"/webhooks/{row.pk}/").status_code == 200
    office.post(f"/webhooks/{row.pk}/remove/", {"version": 1})
    assert office.get(f"/webhooks/{row.pk}/").status_code == 404


def test_it_is_no_way_to_people(cast: Cast, office: Client, sink: Sink) -> None:
    row = subscribed(cast, sink)
    assert office.get(f"/outlets/{row.pk}/").status_code == 404
    assert office.get("/outlets/add/webhook/").status_code == 404
    assert sink.url() not in html(office, "/outlets/")


def test_the_page_asks_as_much_for_many_messages(
    cast: Cast, office: Client, sink: Sink, assert_query_baseline: QueryBaseline
) -> None:
    row = subscribed(cast, sink)
    for count in (1, 4):
        for _ in range(count):
            sent(cast, row)
        with assert_query_baseline("page office /webhooks/1/"):
            office.get(f"/webhooks/{row.pk}/")
