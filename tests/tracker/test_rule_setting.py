"""A plan's rules are set from a day on: lights and reminders follow them, and the days before keep their own."""

import re
from datetime import date, time, timedelta

import pytest
from django.test import Client

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.models import Plan
from projects.planning import create_plan
from tests.cast import ISSUED_ON, TODAY, Cast, at, task_of
from tests.factories import PlanFactory
from tests.query_counts import QueryBaseline
from tracker.models import Owed, PlanRules, Standing
from tracker.rounds import open_rounds
from tracker.rule_setting import TooEarlyError, begin_those_of, set_rules, withdraw_rules
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


def test_the_page_says_in_plain_words_who_signs_decides_and_looks_again(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    address = f"/plans/{plan.pk}/rules/"
    page = client.get(address).content.decode()
    assert "6月24日起，规划建设科的延期申请由督查办（示例·督办员）决定。" in page
    assert "规划建设科报的情况直接到督查办。" in page
    chain = {"first_approver": "head", "second_approver": "", "third_approver": "leader", "last_approver": "office"}
    said = form(page, sign_off="on", grace_days=2, closing_evidence="on", look_back_days=90, **chain)
    seen = client.post(address, {**said, "preview": "1"}).content.decode()
    deciders = "先由科室负责人（示例·科长）、再由责任领导（示例·副主任）、再由督查办（示例·督办员）"
    assert f"6月24日起，规划建设科的延期申请{deciders}决定。" in seen
    assert "6月24日起，规划建设科报的情况先由科室负责人（示例·科长）签发，再到督查办。" in seen
    assert "6月25日 17:30 截止，6月29日 以前报的还不算迟报。" in seen
    assert "第 1 项申请办结，要附佐证材料。" in seen
    assert "第 1 项如果 6月30日办结，9月28日回头看。" in seen
    assert client.post(address, said).status_code == 302
    row = PlanRules.objects.get()
    assert (row.sign_off, row.grace_days, row.closing_evidence, row.look_back_days) == (True, 2, True, 90)
    assert row.extension_chain == ["head", "leader", "office"]
    again = client.get(address).content.decode()
    assert "延期先由谁定：没有 → <b>科室负责人</b>" in again
    assert "截止后宽限几个工作日：0 → <b>2</b>" in again


def test_nobody_decides_twice_on_an_extension(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    address = f"/plans/{plan.pk}/rules/"
    said = form(client.get(address).content.decode(), first_approver="leader", last_approver="leader")
    answer = client.post(address, said)
    assert answer.status_code == 422
    assert "同一方只能定一次" in answer.content.decode()


def test_another_plans_rules_fill_the_form_and_hold_only_when_set(cast: Cast, plan: Plan, client: Client) -> None:
    by = cast.actor()
    old = create_plan(organization=cast.organization, year=2025, title="2025年责任分解表", by=by, now=at(TODAY))
    put(cast, old, due_soon_days=15, extension_chain=["leader"])
    client.force_login(cast.office)
    address = f"/plans/{plan.pk}/rules/"
    assert "2025 2025年责任分解表" in client.get(address).content.decode()
    filled = client.get(address, {"rules_of": old.pk}).content.decode()
    assert "已填入“2025年责任分解表”现行的规则" in filled
    assert "由责任领导（示例·副主任）决定" in filled
    assert not PlanRules.objects.filter(plan=plan).exists()
    assert client.post(address, form(filled)).status_code == 302
    row = PlanRules.objects.get(plan=plan)
    assert (row.due_soon_days, row.extension_chain) == (15, ["leader"])


def test_rules_of_another_organization_are_not_there_to_be_taken(cast: Cast, plan: Plan, client: Client) -> None:
    theirs = PlanFactory.create(organization=cast.outsider.organization)
    client.force_login(cast.office)
    assert client.get(f"/plans/{plan.pk}/rules/", {"rules_of": theirs.pk}).status_code == 404


def test_a_restricted_plan_shows_each_unit_its_own_items_at_once(cast: Cast, plan: Plan, client: Client) -> None:
    address, openness = f"/plans/{plan.pk}/rules/", f"/plans/{plan.pk}/rules/openness/"
    client.force_login(cast.office)
    page = client.get(address).content.decode()
    assert "如规划建设科看得到全部 3 项" in page
    assert "如规划建设科只看得到 2 项" in page
    client.post(openness, {"seen": plan.version, "restricted": "1"})
    assert HistoryEntry.objects.get(object_type="plan", action="plan.changed").after["restricted"] is True
    client.force_login(cast.clerk)
    assert client.get(f"/items/{task_of(plan, '2').pk}/").status_code == 404
    client.force_login(cast.office)
    assert client.post(openness, {"seen": plan.version, "restricted": "0"}).status_code == 409
    client.post(openness, {"seen": plan.version + 1, "restricted": "0"})
    client.force_login(cast.clerk)
    assert client.get(f"/items/{task_of(plan, '2').pk}/").status_code == 200


def test_the_rules_of_an_earlier_day_are_still_told(cast: Cast, plan: Plan, client: Client) -> None:
    put(cast, plan, valid_from=TODAY, behind_points=10)
    put(cast, plan, valid_from=NEXT_MONTH, behind_points=25)
    client.force_login(cast.clerk)
    then = client.get(f"/rules/?plan={plan.pk}&on={NEXT_MONTH}").content.decode()
    assert "慢 25 个百分点以上" in then
    assert "这里是 2026-07-01 那天的规则" in then
    assert "慢 10 个百分点以上" in client.get(f"/rules/?plan={plan.pk}&on=x").content.decode()


def test_the_rules_page_asks_equally_often_whatever_the_plan_holds(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline
) -> None:
    client.force_login(cast.office)
    with assert_query_baseline("page office /plans/{plan}/rules/"):
        client.get(f"/plans/{plan.pk}/rules/")


def test_rules_of_a_day_to_come_are_told_until_they_are_withdrawn(cast: Cast, plan: Plan, client: Client) -> None:
    coming = put(cast, plan, valid_from=NEXT_MONTH, due_soon_days=20)
    client.force_login(cast.office)
    address = f"/plans/{plan.pk}/rules/"
    page = client.get(address).content.decode()
    assert page.index("已定下、还没开始的规则") < page.index("2026-07-01 起") < page.index("7 → <b>20</b>")
    told = client.get(f"/rules/?plan={plan.pk}").content.decode()
    assert "2026-07-01 起" in told
    assert "7 → <b>20</b>" in told
    assert "rules/withdraw/" not in told
    said = {"rules": coming.pk, "seen": coming.version}
    assert client.post(f"{address}withdraw/", {**said, "seen": 9}).status_code == 409
    for _ in range(2):
        assert client.post(f"{address}withdraw/", said).status_code == 302
    assert not PlanRules.objects.exists()
    assert "还没开始的规则" not in client.get(address).content.decode()
    kept = HistoryEntry.objects.get(action="rules.withdrawn")
    assert (kept.before["due_soon_days"], kept.object_version) == (20, 2)


def test_rules_that_hold_already_cant_be_withdrawn(cast: Cast, plan: Plan) -> None:
    holding = put(cast, plan, due_soon_days=20)
    with pytest.raises(TooEarlyError):
        withdraw_rules(rules=holding, version=holding.version, by=cast.actor(), now=at(TODAY))
    assert PlanRules.objects.get() == holding


def test_the_form_of_a_later_day_is_held_against_the_rules_it_shows(cast: Cast, plan: Plan, client: Client) -> None:
    put(cast, plan, due_soon_days=5)
    put(cast, plan, valid_from=NEXT_MONTH, due_soon_days=20)
    put(cast, plan, valid_from=NEXT_MONTH, behind_points=30)
    client.force_login(cast.office)
    address = f"/plans/{plan.pk}/rules/"
    later = client.get(address, {"of_day": NEXT_MONTH.isoformat()}).content.decode()
    assert client.post(address, form(later, due_soon_days=15)).status_code == 302
    assert [row.due_soon_days for row in PlanRules.objects.order_by("valid_from")] == [5, 15]
    # What today's form doesn't show isn't overwritten unseen, though both rows may have been set as often.
    put(cast, plan, grace_days=1)
    put(cast, plan, grace_days=2)
    assert set(PlanRules.objects.values_list("version", flat=True)) == {3}
    todays = form(client.get(address).content.decode(), valid_from=NEXT_MONTH.isoformat())
    answer = client.post(address, todays)
    assert answer.status_code == 409
    assert "<td>15</td><td>5</td>" in answer.content.decode()
    assert client.post(address, form(answer.content.decode())).status_code == 302
