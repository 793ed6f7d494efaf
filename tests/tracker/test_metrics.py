"""A monitor reads what requests took, what waits and what is wrong, if it knows the token."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from accounts.clock import database_now
from tests.cast import Cast, cast_fixture
from tracker.choices import Channel, DeliveryState
from tracker.models import Delivery, Heartbeat

__all__ = ["cast_fixture"]
pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-a-monitor"


@pytest.fixture(autouse=True)
def known(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client) -> dict[tuple[str, ...], float]:
    """Return each number by its name and the values of its labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer wrong", TOKEN[:-1]])
def test_who_doesnt_say_the_token_finds_nothing(client: Client, said: str) -> None:
    assert client.get("/metrics", headers={"Authorization": said} if said else {}).status_code == 404


def test_without_a_token_in_the_settings_there_is_no_such_address(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_route_and_not_by_address(cast: Cast, client: Client) -> None:
    before = read(client)
    client.force_login(cast.office)
    for address in ("/items/999999901/", "/items/999999902/", "/nothing/of/ours/"):
        assert client.get(address).status_code == 404
    after = read(client)
    route = "items/<int:task_id>/"
    item, none = (("duban_requests_total", "GET", place, "404") for place in (route, "none"))
    assert after[item] - before.get(item, 0) == 2
    assert after[none] - before.get(none, 0) == 1
    seconds = ("duban_request_seconds_count", "GET", route)
    assert after[seconds] - before.get(seconds, 0) == 2
    queries = ("duban_request_queries_sum", route)
    assert after[queries] > before.get(queries, 0)


def test_what_is_wrong_stands_in_the_figures_as_readyz_names_it(client: Client) -> None:
    assert read(client)["duban_trouble", "heartbeat"] == 1
    assert ("duban_heartbeat_age_seconds",) not in read(client)
    Heartbeat.objects.create(name="worker", beat_at=database_now() - timedelta(seconds=50))
    found = read(client)
    assert found["duban_trouble", "heartbeat"] == 0
    assert 50 <= found[("duban_heartbeat_age_seconds",)] < 110
    assert 50 <= found["duban_job_age_seconds", "worker"] < 110


def test_messages_are_counted_by_state_until_they_are_settled(cast: Cast, client: Client) -> None:
    states = [DeliveryState.READY, DeliveryState.FAILED, DeliveryState.FAILED, DeliveryState.SENT]
    for number, state in enumerate(states):
        Delivery.objects.create(
            organization=cast.organization,
            recipient=f"person:{number}",
            channel=Channel.MAIL,
            address="a@example.org",
            address_hash=str(number),
            bundle="2026-06-24",
            state=state,
            message_id=f"<{number}@duban>",
            next_try_at=timezone.now(),
            created_at=timezone.now(),
        )
    found = read(client)
    assert (found["duban_deliveries", "ready"], found["duban_deliveries", "failed"]) == (1, 2)
    assert ("duban_deliveries", "sent") not in found
    Delivery.objects.filter(state=DeliveryState.FAILED).update(settled_at=timezone.now())
    assert read(client)["duban_deliveries", "failed"] == 0
