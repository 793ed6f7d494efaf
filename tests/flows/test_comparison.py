"""Units are compared where the office wants it: by steps done in time, with the rule and the days beside it."""

from datetime import date

import pytest
from django.test import Client

from projects.models import Milestone, Plan
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.flows.test_rule_change import as_typed
from tracker.boards.comparison import Result
from tracker.models import PlanRules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def test_the_office_turns_the_comparison_on_and_the_board_prints_its_rule(
    cast: Cast, plan: Plan, client: Client
) -> None:
    client.force_login(cast.office)
    assert client.get("/board/").context["board"].comparison is None

    rules = f"/plans/{plan.pk}/rules/"
    typed = as_typed(client.get(rules).content.decode(), valid_from=TODAY.isoformat(), compare_units="on")
    assert client.post(rules, {**typed, "first_approver": "leader"}).status_code == 302

    page = client.get("/board/")
    assert page.context["board"].comparison.results == (Result("规划建设科", in_time=0, late=0, open=1),)
    said = page.content.decode()
    assert "1月20日至6月23日到期的节点。" in said
    assert "按时：在印发的时限以前完成，改期不改算法。" in said


@pytest.mark.parametrize(
    ("done", "result"),
    [(date(2026, 3, 31), Result("规划建设科", 1, 0, 0)), (date(2026, 4, 1), Result("规划建设科", 0, 1, 0))],
)
def test_a_step_done_on_its_day_counts_as_in_time_and_a_day_later_as_late(
    cast: Cast, plan: Plan, client: Client, done: date, result: Result
) -> None:
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=done, compare_units=True)
    road = task_of(plan, "1")
    first = Milestone.objects.get(task=road, text="选址")
    mark_milestones(task=road, done={first.pk: done}, by=cast.actor(), now=at(TODAY))
    client.force_login(cast.leader)
    assert client.get("/board/").context["board"].comparison.results == (result,)
