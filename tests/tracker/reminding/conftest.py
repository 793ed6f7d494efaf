"""One item with a step due on 30 June."""

from datetime import date

import pytest

from projects.models import Milestone, Plan
from projects.planning import mark_milestones
from tests.cast import Cast, at, cast_fixture, plan_fixture, task_of

__all__ = ["cast_fixture", "plan_fixture"]
MARCH = date(2026, 3, 27)


@pytest.fixture
def report_step(cast: Cast, plan: Plan) -> Milestone:
    """Return the road's second step: the first is done, so that nothing is overdue before July."""
    road = task_of(plan, "1")
    first = road.milestones.get(position=0)
    mark_milestones(task=road, done={first.pk: MARCH}, by=cast.actor(today=MARCH), now=at(MARCH))
    return road.milestones.get(position=1)
