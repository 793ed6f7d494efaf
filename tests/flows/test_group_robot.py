"""A unit's robot: the office sets it, an item falls due, the clock runs, the group has one message and the record the answer."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from projects.models import Milestone
from tests import webhook_sink
from tests.cast import Cast
from tests.tracker.reminding.conftest import report_step
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send
from tests.webhook_sink import Sink
from tracker.models import Delivery, Outlet

__all__ = ["report_step"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture
def sink(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Sink]:
    with webhook_sink.running(tmp_path_factory.mktemp("webhooks")) as found:
        settings.OUTGOING_ALLOWED = [found.allowed]
        yield found


def set_up(cast: Cast, client: Client, url: str) -> Outlet:
    client.force_login(cast.office)
    said = {
        "department": cast.building.pk,
        "label": "规建科群",
        "set_url": url,
        "set_secret": "SEC1",
        "tells": ["ahead"],
    }
    answer = client.post("/outlets/add/dingtalk_robot/", said)
    assert answer.status_code == 302, answer.content.decode()
    return Outlet.objects.get()


def test_the_group_is_told_once_and_the_record_shows_what_it_answered(
    cast: Cast, report_step: Milestone, client: Client, sink: Sink
) -> None:
    outlet = set_up(cast, client, sink.url())
    run(digest(FIVE_BEFORE))
    assert send(FIVE_BEFORE) == 2
    assert send(FIVE_BEFORE) == 0
    (request,) = sink.requests()
    assert "sign=" in request.path
    assert "规划建设科有 1 件事" in request.body
    assert "新塘路建设" in request.body
    message = Delivery.objects.get(outlet=outlet)
    page = client.get(f"/reminders/deliveries/{message.pk}/").content.decode()
    assert "规划建设科" in page
    assert "对方已收下" in page
    assert request.code() == message.provider_ref
    listed = client.get("/reminders/").content.decode()
    assert "钉钉群" in listed


def test_a_dead_robot_is_told_to_the_office_and_stands_on_the_list_until_it_is_settled(
    cast: Cast, report_step: Milestone, client: Client, sink: Sink
) -> None:
    outlet = set_up(cast, client, sink.url("permanent"))
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    message = Delivery.objects.get(outlet=outlet)
    assert message.state == "failed"
    assert "钉钉群没有送达" in client.get("/inbox/").content.decode()
    assert "规划建设科" in client.get("/reminders/undelivered/").content.decode()
    client.post(
        f"/outlets/{outlet.pk}/", {"version": 1, "label": "规建科群", "set_url": sink.url(), "tells": ["ahead"]}
    )
    client.post(f"/reminders/undelivered/{message.pk}/again/", {"word": "换了机器人"})
    assert send(FIVE_BEFORE) == 1
    assert len(sink.requests()) == 1
    assert "没有待处理的" in client.get("/reminders/undelivered/").content.decode()
