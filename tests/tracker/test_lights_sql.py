"""The light in SQL says what the rule says, for any facts on any day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Task
from tests.factories import TaskFactory
from tests.tracker.facts import days, tasks
from tracker.lights import COUNTER_OF, Counter, Light, light_on
from tracker.lights_sql import light_expression, lights_of
from tracker.models import Standing
from tracker.turning import LightRules, TaskFacts, turning_days

pytestmark = pytest.mark.django_db
ANY_DAY = days | st.dates(date(2025, 12, 1), date(2027, 2, 1))


def stand(task: Task, facts: TaskFacts) -> None:
    turning = turning_days(facts, LightRules())
    Standing.objects.update_or_create(
        task=task,
        defaults={
            "organization_id": task.organization_id,
            "plan_id": task.plan_id,
            "state": facts.state,
            "starts_on": turning.starts_on,
            "soon_from": turning.soon_from,
            "behind_from": turning.behind_from,
            "overdue_from": turning.overdue_from,
            "ongoing": turning.ongoing,
            "complete": turning.complete,
        },
    )


@given(tasks(), st.lists(ANY_DAY, min_size=1, max_size=4))
def test_the_expression_agrees_with_the_rule_on_any_day(facts: TaskFacts, asked: list[date]) -> None:
    task = Task.objects.first() or TaskFactory.create()
    stand(task, facts)
    for day in asked:
        light = Task.objects.annotate(light=light_expression(day)).values_list("light", flat=True).get(pk=task.pk)
        assert light == light_on(day, facts.state, turning_days(facts, LightRules()))


def test_an_item_without_a_standing_has_no_light() -> None:
    task = TaskFactory.create()
    assert Task.objects.annotate(light=light_expression(date(2026, 6, 24))).get(pk=task.pk).light is None


def test_every_light_is_counted_by_exactly_one_figure() -> None:
    counted = [light for counter in Counter for light in lights_of(counter)]
    assert sorted(counted) == sorted(Light)
    assert set(COUNTER_OF) == set(Light)
