"""One item with a step due on 30 June, and a webhook sink that our channels are allowed to reach."""

from collections.abc import Iterator
from datetime import date

import pytest
from pytest_django import Settings

from projects.models import Milestone, Plan
from projects.planning import mark_milestones
from tests import webhook_sink
from tests.cast import Cast, at, cast_fixture, plan_fixture, task_of
from tests.webhook_sink import Sink

__all__ = ["cast_fixture", "plan_fixture"]
MARCH = date(2026, 3, 27)


@pytest.fixture
def report_step(cast: Cast, plan: Plan) -> Milestone:
    """Return the road's second step: the first is done, so that nothing is overdue before July."""
    road = task_of(plan, "1")
    first = road.milestones.get(position=0)
    mark_milestones(task=road, done={first.pk: MARCH}, by=cast.actor(today=MARCH), now=at(MARCH))
    return road.milestones.get(position=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with webhook_sink.running(tmp_path_factory.mktemp("webhooks")) as sink:
        yield sink


@pytest.fixture
def sink(server: Sink, settings: Settings) -> Sink:
    settings.OUTGOING_ALLOWED = [server.allowed]
    server.clear()
    return server
