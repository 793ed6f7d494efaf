"""A rule changes in the middle of the year: the lights of before keep their reason, those of after have the new one."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from projects.models import Plan
from projects.planning import mark_milestones
from tests.cast import JANUARY, TODAY, Cast, at, task_of
from tracker.jobs import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
TOMORROW = TODAY + timedelta(days=1)


def as_typed(page: str, **said: object) -> dict[str, object]:
    """Return the rules' form as a browser would send it, with what was typed."""
    form = page[page.index('id="rules"') : page.index('id="example"')]
    fields: dict[str, object] = dict(re.findall(r'<input type="(?!checkbox)\w+" name="(\w+)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'<select name="(\w+)".*?<option value="(\w+)" selected>', form, re.DOTALL))
    return {**fields, **said}


def light_of(client: Client, task_id: int) -> str:
    page = client.get(f"/items/{task_id}/").content.decode()
    return str(re.findall(r'<h1 class="head-line">.*?class="light-word">(.*?)</', page, re.DOTALL)[0])


def on(settings: Settings, day: date) -> None:
    settings.BUSINESS_DAY_SHIFT = (day - timezone.localtime().date()).days


def test_a_light_is_explained_by_the_rule_of_its_day(
    cast: Cast, plan: Plan, client: Client, settings: Settings
) -> None:
    road = task_of(plan, "1")
    first = road.milestones.get(position=0)
    mark_milestones(task=road, done={first.pk: JANUARY}, by=cast.actor(today=JANUARY), now=at(JANUARY))
    address = f"/plans/{plan.pk}/rules/"
    client.force_login(cast.office)

    # On 24 June the step of 30 June is soon due, for seven days are soon.
    assert "临期" in light_of(client, road.pk)
    page = client.get(address).content.decode()
    said = as_typed(page, due_soon_days="3", valid_from=TOMORROW.isoformat(), first_approver="leader")
    assert "6月27日 起" in client.post(address, {**said, "preview": "1"}).content.decode()
    assert client.post(address, said).status_code == 302

    # The rule is of tomorrow: today nothing turns.
    assert "临期" in light_of(client, road.pk)
    assert "只有 7 天或更少" in client.get(f"/rules/?plan={plan.pk}").content.decode()

    # Tomorrow the clock lets it begin, and five days are no longer soon.
    on(settings, TOMORROW)
    open_rounds()
    assert "正常" in light_of(client, road.pk)
    assert "只有 3 天或更少" in client.get(f"/rules/?plan={plan.pk}").content.decode()

    # Who asks why it was soon due yesterday finds yesterday's rule, and who changed it.
    client.force_login(cast.clerk)
    then = client.get(f"/rules/?plan={plan.pk}&on={TODAY}").content.decode()
    assert "只有 7 天或更少" in then
    assert "这里是 2026-06-24 那天的规则" in then
    client.force_login(cast.office)
    past = client.get(address).content.decode()
    assert "剩几天算临期：7 → <b>3</b>" in past
    assert "延期先由谁定：没有 → <b>责任领导</b>" in past
    assert "示例·督办员" in past[past.index("历来的规则") :]

    # A day that has passed is ruled no more.
    late = as_typed(past, due_soon_days="9", valid_from=TODAY.isoformat())
    refused = client.post(address, late)
    assert refused.status_code == 422
    assert "已经过去的日子不能再改规则" in refused.content.decode()
