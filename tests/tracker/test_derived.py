"""What is stored to be quick is found and mended when it isn't what it is derived from."""

from datetime import date
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.models import Plan
from projects.planning import close_task
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.accounts import given, opened_round
from tracker.choices import OwedState
from tracker.derived import differences
from tracker.models import Owed, Standing
from tracker.reporting import accept_report, return_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
NOW = at(TODAY)


@pytest.fixture
def worked_on(cast: Cast, plan: Plan) -> Plan:
    """Return a plan of which one item waits for review, one was returned and accepted, one is closed."""
    current = opened_round(plan)
    road, firms = task_of(plan, "1"), task_of(plan, "2")
    given(cast, road, current)
    by_firms = partial(given, cast, firms, current, department=cast.investment, user=cast.investment_clerk)
    return_report(report=by_firms(token="a"), reason="请写数", by=cast.actor(), now=NOW)
    accept_report(report=by_firms(token="b"), by=cast.actor(), now=NOW)
    close_task(task=task_of(plan, "3"), on=TODAY, by=cast.actor(), now=NOW)
    return plan


def said(*arguments: str) -> str:
    written = StringIO()
    call_command("check_facts", *arguments, stdout=written)
    return written.getvalue()


def test_what_the_operations_write_agrees_with_the_facts(worked_on: Plan) -> None:
    found = differences(now=NOW)
    assert (found.looked_at, found.items, found.owed) == (3, (), ())
    assert "日期不一致 0 项，应报状态不一致 0 条" in said()


def test_a_stored_day_that_is_wrong_is_named_and_the_command_fails(worked_on: Plan) -> None:
    road = task_of(worked_on, "1")
    Standing.objects.filter(task=road).update(overdue_from=date(2030, 1, 1))
    with pytest.raises(CommandError, match="日期不一致 1 项"):
        said()
    assert differences(now=NOW).items == (road.pk,)


@pytest.mark.parametrize("number", ["1", "2", "3"])
@pytest.mark.parametrize("state", list(OwedState))
def test_a_wrong_state_of_what_is_owed_is_found_and_mended(worked_on: Plan, number: str, state: OwedState) -> None:
    row = Owed.objects.filter(task__number=number).order_by("pk")[0]
    right = row.state
    Owed.objects.filter(pk=row.pk).update(state=state)
    assert differences(now=NOW).owed == (() if state == right else (row.pk,))
    said("--repair")
    row.refresh_from_db()
    assert row.state == right


def test_repairing_mends_the_days_and_a_second_look_finds_nothing(worked_on: Plan) -> None:
    Standing.objects.update(overdue_from=None, complete=True)
    assert "已按事实重写" in said("--repair")
    assert not differences(now=NOW)
    assert said("--repair").count("\n") == 1
