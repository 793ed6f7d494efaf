"""A plan's rules are set from a day on: lights and reminders follow them, and the days before keep their own."""

import re
from datetime import date, time, timedelta

import pytest
from django.test import Client

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.models import Plan
from tests.cast import ISSUED_ON, TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tracker.models import Owed, PlanRules, Standing
from tracker.rounds import open_rounds
from tracker.rule_setting import TooEarlyError, begin_those_of, set_rules
from tracker.rules import rules_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
NEXT_MONTH = date(2026, 7, 1)


def put(
    cast: Cast, plan: Plan, *, valid_from: date = TODAY, version: int | None = None, **settings: object
) -> PlanRules:
    by = cast.actor()
    return set_rules(plan=plan, valid_from=valid_from, settings=settings, version=version, by=by, now=at(TODAY))


def form(page: str, **said: object) -> dict[str, object]:
    """Return the form as the page gave it, with what was typed."""
    fields: dict[str, object] = dict(re.findall(r'<input type="\w+" name="(\w+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<select name="(\w+)".*?<option value="(\w+)" selected>', page, re.DOTALL))
    return {**fields, **said}


def test_a_rule_of_today_turns_the_lights_today(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    assert Standing.objects.get(task=road).soon_from == date(2026, 3, 24)
    put(cast, plan, due_soon_days=20)
    assert Standing.objects.get(task=road).soon_from == date(2026, 3, 11)


def test_days_before_keep_the_rules_that_held_then(cast: Cast, plan: Plan) -> None:
    put(cast, plan, valid_from=ISSUED_ON + timedelta(days=200), behind_points=30)
    put(cast, plan, behind_points=20)
    assert rules_for(plan, on=TODAY).behind_points == 20
    assert rules_for(plan, on=ISSUED_ON + timedelta(days=300)).behind_points == 30
    assert [row.behind_points for row in PlanRules.objects.order_by("valid_from")] == [20, 30]


def test_a_rule_of_a_later_day_begins_on_that_day(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    put(cast, plan, valid_from=NEXT_MONTH, due_soon_days=20)
    assert Standing.objects.get(task=road).soon_from == date(2026, 3, 24)
    assert begin_those_of(NEXT_MONTH, now=at(NEXT_MONTH)) == 1
    assert Standing.objects.get(task=road).soon_from == date(2026, 3, 11)
    assert begin_those_of(NEXT_MONTH + timedelta(days=1), now=at(NEXT_MONTH)) == 0


def test_new_reminder_days_are_looked_at_at_once(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    later = at(TODAY) + timedelta(days=30)
    Owed.objects.update(next_step_at=later)
    put(cast, plan, before_days=[10, 3])
    assert set(Owed.objects.values_list("next_step_at", flat=True)) == {at(TODAY)}


def test_what_has_passed_cant_be_ruled_any_more(cast: Cast, plan: Plan) -> None:
    with pytest.raises(TooEarlyError):
        put(cast, plan, valid_from=TODAY - timedelta(days=1), due_soon_days=3)
    assert not PlanRules.objects.exists()


def test_of_two_who_set_rules_the_second_is_told(cast: Cast, plan: Plan) -> None:
    put(cast, plan, version=0, due_soon_days=5)
    with pytest.raises(Conflict) as lost:
        put(cast, plan, version=0, due_soon_days=9)
    assert lost.value.current.due_soon_days == 5


def test_every_setting_is_on_record_with_what_stood_before(cast: Cast, plan: Plan) -> None:
    put(cast, plan, due_soon_days=5)
    put(cast, plan, due_soon_days=9)
    first, second = HistoryEntry.objects.filter(object_type="plan_rules").order_by("pk")
    assert (first.before["due_soon_days"], first.after["due_soon_days"]) == (7, 5)
    assert (second.before["due_soon_days"], second.after["due_soon_days"], second.object_version) == (5, 9, 2)


def test_the_page_says_what_a_rule_means_for_an_item_of_the_plan(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    page = client.get(f"/plans/{plan.pk}/rules/").content.decode()
    assert "以第 1 项“新塘路建设”的“报批”为例，时限 6月30日" in page
    assert "6月23日 起" in page
    assert "示例·张三" in page
    seen = client.post(
        f"/plans/{plan.pk}/rules/", form(page, due_soon_days=12, head_after="4", preview="1")
    ).content.decode()
    assert "6月18日 起" in seen
    assert not PlanRules.objects.exists()


def test_the_page_sets_rules_and_keeps_what_is_wrong(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    address = f"/plans/{plan.pk}/rules/"
    page = client.get(address).content.decode()
    refused = client.post(address, form(page, digest_at="07:00", before_days="十天"))
    assert refused.status_code == 422
    assert "十天" in refused.content.decode()
    assert "不打扰的时间以外" in refused.content.decode()
    said = form(page, before_days="10、3", top_after="", leader_after="7", digest_at="09:00")
    assert client.post(address, said).status_code == 302
    row = PlanRules.objects.get()
    assert (row.before_days, row.digest_at) == ([10, 3], time(9, 0))
    assert row.ladder == [[1, ["owner"]], [3, ["head"]], [7, ["leader"]]]


def test_the_second_editor_of_the_page_sees_both_and_keeps_the_typing(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    address = f"/plans/{plan.pk}/rules/"
    page = client.get(address).content.decode()
    client.post(address, form(page, due_soon_days=5))
    answer = client.post(address, form(page, due_soon_days=9))
    assert answer.status_code == 409
    assert "<td>5</td><td>9</td>" in answer.content.decode()
    assert client.post(address, form(answer.content.decode())).status_code == 302
    assert PlanRules.objects.get().due_soon_days == 9


def test_the_rules_page_asks_equally_often_whatever_the_plan_holds(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline
) -> None:
    client.force_login(cast.office)
    with assert_query_baseline("page office /plans/{plan}/rules/"):
        client.get(f"/plans/{plan.pk}/rules/")
