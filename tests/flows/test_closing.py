"""Striking an item off: asked with what proves it, verified by the office or returned, and looked at again later."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import HistoryEntry
from projects.choices import TaskState
from projects.models import Plan, Task
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.evidence_files import PDF, upload
from tests.tracker.visits import signed_in
from tracker.choices import ClosureState
from tracker.models import Closure, EvidenceFile, LookBack
from tracker.rule_setting import set_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
LATER = date(2026, 9, 22)
"""Ninety days after the closing."""


@pytest.fixture
def done(cast: Cast, plan: Plan) -> Plan:
    """Have every step of the road done; the first of them late."""
    road = task_of(plan, "1")
    days = dict(zip(("选址", "报批", "开工"), (date(2026, 4, 10), date(2026, 6, 20), date(2026, 6, 22)), strict=True))
    steps = {road.milestones.get(text=text).pk: day for text, day in days.items()}
    mark_milestones(task=road, done=steps, by=cast.actor(), now=at(TODAY))
    return plan


def rule(cast: Cast, plan: Plan, **settings: object) -> None:
    set_rules(plan=plan, valid_from=TODAY, settings=settings, version=None, by=cast.actor(), now=at(TODAY))


def statement(client: Client, plan: Plan, **said: object) -> dict[str, object]:
    page = client.get(f"/items/{task_of(plan, '1').pk}/closing/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(token|department)" value="([^"]*)"', page))
    return {**hidden, "statement": "道路已开工，手续齐全。", **said}


def asked(cast: Cast, client: Client, plan: Plan) -> Closure:
    clerk = signed_in(client, cast.clerk)
    form = statement(clerk, plan, evidence=upload("开工令.pdf", PDF))
    assert clerk.post(f"/items/{task_of(plan, '1').pk}/closing/", form).status_code == 302
    return Closure.objects.latest("pk")


def verify(client: Client, row: Closure, **said: object) -> int:
    form = {"version": row.version, "how": "现场核实", "on": "2026-06-24", "despite": "", **said}
    return client.post(f"/closings/{row.pk}/verify/", form).status_code


def test_an_item_is_struck_off_on_request_and_what_was_late_stays_late(cast: Cast, done: Plan, client: Client) -> None:
    road = task_of(done, "1")
    assert "申请办结" in signed_in(client, cast.clerk).get(f"/items/{road.pk}/").content.decode()
    row = asked(cast, client, done)
    assert EvidenceFile.objects.get(closure=row).name == "开工令.pdf"
    assert f"/items/{road.pk}/closing/" not in client.get(f"/items/{road.pk}/").content.decode()
    office = signed_in(client, cast.office)
    page = office.get("/closings/").content.decode()
    assert "<b>1 项</b>申请办结" in page
    assert "道路已开工，手续齐全。" in page
    assert verify(office, row) == 302
    closed = Task.objects.get(pk=road.pk)
    assert (closed.state, closed.closed_on) == (TaskState.CLOSED, TODAY)
    row.refresh_from_db()
    assert (row.state, row.verified_how, row.decider_name) == (ClosureState.CLOSED, "现场核实", "示例·督办员")
    page = office.get(f"/items/{road.pk}/").content.decode()
    assert "逾期完成" in page
    assert "现场核实" in page
    history = office.get(f"/items/{road.pk}/history/").content.decode()
    assert "规划建设科申请办结" in history
    assert "核实规划建设科的办结申请，办结" in history


def test_a_returned_request_says_why_and_the_item_stays_open(cast: Cast, done: Plan, client: Client) -> None:
    row = asked(cast, client, done)
    office = signed_in(client, cast.office)
    assert office.post(f"/closings/{row.pk}/return/", {"version": row.version, "reason": ""}).status_code == 422
    said = {"version": row.version, "reason": "请补施工许可"}
    assert office.post(f"/closings/{row.pk}/return/", said).status_code == 302
    assert task_of(done, "1").state == TaskState.ISSUED
    page = signed_in(client, cast.clerk).get(f"/items/{row.task_id}/").content.decode()
    assert "请补施工许可" in page
    assert asked(cast, client, done).pk != row.pk


def test_what_is_not_done_can_not_be_asked_for(cast: Cast, plan: Plan, client: Client) -> None:
    clerk = signed_in(client, cast.clerk)
    address = f"/items/{task_of(plan, '1').pk}/closing/"
    assert "还有 3 处节点或指标没有完成" in clerk.get(address).content.decode()
    said = {"token": "t", "department": cast.building.pk, "statement": "差不多了"}
    answer = clerk.post(address, said)
    assert answer.status_code == 422
    assert "差不多了" in answer.content.decode()
    assert not Closure.objects.exists()


def test_a_plan_that_asks_for_evidence_gets_it(cast: Cast, done: Plan, client: Client) -> None:
    rule(cast, done, closing_evidence=True)
    clerk = signed_in(client, cast.clerk)
    answer = clerk.post(f"/items/{task_of(done, '1').pk}/closing/", statement(clerk, done))
    assert answer.status_code == 422
    assert "至少附一份" in answer.content.decode()
    assert asked(cast, client, done).state == ClosureState.ASKED


def test_the_office_closes_what_is_not_done_only_in_words(cast: Cast, done: Plan, client: Client) -> None:
    row = asked(cast, client, done)
    step = task_of(done, "1").milestones.get(text="开工")
    mark_milestones(task=task_of(done, "1"), done={step.pk: None}, by=cast.actor(), now=at(TODAY))
    office = signed_in(client, cast.office)
    assert "还有 1 处节点或指标没有完成" in office.get(f"/closings/{row.pk}/").content.decode()
    assert verify(office, row) == 422
    assert verify(office, row, despite="开工并入下年") == 302
    last = HistoryEntry.objects.filter(action="task.closed").latest("pk")
    assert last.reason == "现场核实；开工并入下年"


def test_closing_outright_answers_the_request_that_waits(cast: Cast, done: Plan, client: Client) -> None:
    row = asked(cast, client, done)
    road = task_of(done, "1")
    said = {"version": road.version, "on": "2026-06-24", "reason": "已验收"}
    assert signed_in(client, cast.office).post(f"/items/{road.pk}/close/", said).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.verified_how) == (ClosureState.CLOSED, "已验收")


def test_a_second_submit_asks_once(cast: Cast, done: Plan, client: Client) -> None:
    row = asked(cast, client, done)
    said = {"token": row.token, "department": cast.building.pk, "statement": "再来一次"}
    assert client.post(f"/items/{row.task_id}/closing/", said).status_code == 302
    assert Closure.objects.count() == 1


def test_of_two_who_answer_the_second_sees_both(cast: Cast, done: Plan, client: Client) -> None:
    row = asked(cast, client, done)
    seen = row.version
    office = signed_in(client, cast.office)
    office.post(f"/closings/{row.pk}/return/", {"version": seen, "reason": "请补施工许可"})
    form = {"version": seen, "how": "查阅过开工令", "on": "2026-06-24"}
    answer = office.post(f"/closings/{row.pk}/verify/", form)
    assert answer.status_code == 409
    assert "请补施工许可" in answer.content.decode()
    assert "查阅过开工令" in answer.content.decode()
    assert task_of(done, "1").state == TaskState.ISSUED


def test_the_unit_takes_its_request_back(cast: Cast, done: Plan, client: Client) -> None:
    row = asked(cast, client, done)
    assert client.post(f"/closings/{row.pk}/withdraw/", {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.state == ClosureState.WITHDRAWN


@pytest.fixture
def closed(cast: Cast, done: Plan, client: Client) -> LookBack:
    """Close the road with a second look after ninety days."""
    rule(cast, done, look_back_days=90)
    row = asked(cast, client, done)
    assert verify(signed_in(client, cast.office), row) == 302
    return LookBack.objects.get()


def on(settings: Settings, day: date) -> None:
    settings.BUSINESS_DAY_SHIFT = (day - timezone.localtime().date()).days


def note(client: Client, look: LookBack, holds: str, finding: str) -> int:
    said = {"version": look.version, "holds": holds, "finding": finding}
    return client.post(f"/look-backs/{look.pk}/", said).status_code


def test_a_closed_item_comes_up_again_on_its_day(
    cast: Cast, closed: LookBack, client: Client, settings: Settings
) -> None:
    assert closed.due_on == LATER
    office = signed_in(client, cast.office)
    assert "<b>0 项</b>到了回头看" in office.get("/look-backs/").content.decode()
    on(settings, LATER - timedelta(days=1))
    assert "<b>0 项</b>到了回头看" in office.get("/look-backs/").content.decode()
    on(settings, LATER)
    assert "<b>1 项</b>到了回头看" in office.get("/look-backs/").content.decode()
    assert note(office, closed, "yes", "") == 422
    assert note(office, closed, "yes", "道路通行正常") == 302
    assert Task.objects.get(pk=closed.task_id).state == TaskState.CLOSED
    page = office.get("/look-backs/").content.decode()
    assert "<b>0 项</b>到了回头看" in page
    assert "道路通行正常" in page


def test_what_does_not_hold_is_open_again_with_the_finding_as_its_reason(
    cast: Cast, closed: LookBack, client: Client, settings: Settings
) -> None:
    on(settings, LATER)
    office = signed_in(client, cast.office)
    assert note(office, closed, "no", "已停工两个月") == 302
    assert Task.objects.get(pk=closed.task_id).state == TaskState.ISSUED
    last = HistoryEntry.objects.filter(task_id=closed.task_id).order_by("-pk").values_list("action", "reason")[:2]
    assert list(last) == [("task.reopened", "已停工两个月"), ("look_back.failed", "已停工两个月")]
    assert note(office, closed, "yes", "看错了") == 409


def test_reopening_by_hand_asks_for_no_second_look(cast: Cast, closed: LookBack, client: Client) -> None:
    task = Task.objects.get(pk=closed.task_id)
    office = signed_in(client, cast.office)
    said = {"version": task.version, "reason": "复查未完"}
    assert office.post(f"/items/{task.pk}/reopen/", said).status_code == 302
    closed.refresh_from_db()
    assert (closed.looked_on, closed.holds) == (TODAY, None)


def test_without_the_rule_nothing_is_looked_at_again(cast: Cast, done: Plan, client: Client) -> None:
    row = asked(cast, client, done)
    assert verify(signed_in(client, cast.office), row) == 302
    assert task_of(done, "1").state == TaskState.CLOSED
    assert not LookBack.objects.exists()


def test_every_write_has_its_entry_and_the_versions_have_no_gap(cast: Cast, done: Plan, client: Client) -> None:
    rule(cast, done, look_back_days=30)
    row = asked(cast, client, done)
    verify(signed_in(client, cast.office), row)
    for kind, made in (("closure", Closure.objects.get()), ("look_back", LookBack.objects.get())):
        entries = HistoryEntry.objects.filter(object_type=kind, object_id=made.pk).order_by("object_version")
        assert list(entries.values_list("object_version", flat=True)) == list(range(1, made.version + 1))


def test_only_the_office_lists_closings(cast: Cast, done: Plan, client: Client) -> None:
    assert signed_in(client, cast.clerk).get("/closings/").status_code == 403
    assert signed_in(client, cast.leader).get("/look-backs/").status_code == 403
