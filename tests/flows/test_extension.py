"""A later date, from the unit's request along the chain to the date in force, or to its refusal."""

import re
from datetime import date

import pytest
from django.test import Client

from accounts.models import Department, HistoryEntry
from projects.choices import DateKind
from projects.models import Milestone, Plan
from projects.planning import mark_milestones
from tests.cast import JANUARY, TODAY, Cast, at, task_of
from tests.tracker.evidence_files import PDF, upload
from tests.tracker.visits import signed_in
from tracker.choices import ExtensionState
from tracker.models import EvidenceFile, Extension
from tracker.rule_setting import set_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
JULY = date(2026, 7, 31)
CHAIN = ["head", "leader", "office"]


@pytest.fixture
def chained(cast: Cast, plan: Plan) -> Plan:
    """Let the unit's head, the responsible leader and the office decide, and have the first step done."""
    by = cast.actor(today=TODAY)
    set_rules(plan=plan, valid_from=TODAY, settings={"extension_chain": CHAIN}, version=None, by=by, now=at(TODAY))
    road = task_of(plan, "1")
    done = {road.milestones.get(position=0).pk: date(2026, 3, 30)}
    mark_milestones(task=road, done=done, by=cast.actor(today=JANUARY), now=at(JANUARY))
    return plan


def approval(plan: Plan) -> Milestone:
    return task_of(plan, "1").milestones.get(text="报批")


def asked(client: Client, plan: Plan, **said: object) -> Extension:
    """Ask on the item's page as the signed-in clerk does, and return what stands then."""
    address = f"/items/{task_of(plan, '1').pk}/extension/"
    page = client.get(address).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    form = {
        "token": token[1],
        "milestone": approval(plan).pk,
        "department": Department.objects.get(name="规划建设科", organization=plan.organization_id).pk,
        "to_on": "2026-07-31",
        "reason": "用地预审要补两份材料",
        "progress": "已报初审",
        **said,
    }
    answer = client.post(address, form)
    assert answer.status_code == 302, answer.content.decode()
    return Extension.objects.latest("pk")


def decide(client: Client, row: Extension, agrees: str, reason: str) -> int:
    row.refresh_from_db()
    said = {"version": row.version, "agrees": agrees, "reason": reason}
    return client.post(f"/extensions/{row.pk}/decide/", said).status_code


def test_a_later_date_goes_from_the_unit_along_the_chain_into_the_promise(
    cast: Cast, chained: Plan, client: Client
) -> None:
    clerk = signed_in(client, cast.clerk)
    road = task_of(chained, "1")
    assert "申请延期" in clerk.get(f"/items/{road.pk}/").content.decode()
    row = asked(clerk, chained, evidence=upload("预审意见.pdf", PDF))
    assert (row.state, row.chain, row.from_on, row.to_on) == ("pending", CHAIN, date(2026, 6, 30), JULY)
    assert EvidenceFile.objects.get(extension=row).name == "预审意见.pdf"
    page = clerk.get(f"/items/{road.pk}/").content.decode()
    assert "延期审批中" in page
    assert "临期" in page
    assert approval(chained).current_due_on == date(2026, 6, 30)
    assert "本单位申请的" in clerk.get("/extensions/").content.decode()

    assert "<b>1 份</b>等您决定" in signed_in(client, cast.head).get("/extensions/").content.decode()
    assert decide(client, row, "yes", "材料确需补正") == 302
    assert "<b>0 份</b>等您决定" in client.get("/extensions/").content.decode()
    assert decide(signed_in(client, cast.deputy), row, "yes", "同意，抓紧") == 302
    assert decide(signed_in(client, cast.office), row, "yes", "按规定同意") == 302

    step = approval(chained)
    assert (step.current_due_on, step.issued_due_on, step.moves) == (JULY, date(2026, 6, 30), 1)
    assert step.dates.latest("pk").kind == DateKind.EXTENDED
    row.refresh_from_db()
    assert row.state == ExtensionState.GRANTED
    for address in (f"/items/{road.pk}/", f"/items/?plan={chained.pk}", f"/board/?plan={chained.pk}&light=on_schedule"):
        shown = client.get(address).content.decode()
        assert "7月31日" in shown, address
        assert "6月30日" in shown, address
    assert "6月30日 → 7月31日" in client.get("/items/").content.decode()
    history = client.get(f"/items/{road.pk}/history/").content.decode()
    for sentence in (
        "规划建设科申请“报批”从6月30日延期到7月31日",
        "科室负责人同意延期到7月31日",
        "责任领导同意延期到7月31日",
        "督查办同意延期到7月31日",
        "延期申请获准，时限改为7月31日",
    ):
        assert sentence in history


def test_a_refusal_keeps_the_date_and_says_why(cast: Cast, chained: Plan, client: Client) -> None:
    row = asked(signed_in(client, cast.clerk), chained)
    assert decide(signed_in(client, cast.head), row, "no", "材料本周就能补齐") == 302
    row.refresh_from_db()
    assert (row.state, row.ended_on) == (ExtensionState.REFUSED, TODAY)
    step = approval(chained)
    assert (step.current_due_on, step.moves) == (date(2026, 6, 30), 0)
    page = signed_in(client, cast.clerk).get(f"/items/{row.task_id}/").content.decode()
    assert "材料本周就能补齐" in page
    assert "延期审批中" not in page
    assert asked(client, chained).pk != row.pk


def test_the_office_answers_for_a_leader_and_the_record_says_so(cast: Cast, chained: Plan, client: Client) -> None:
    row = asked(signed_in(client, cast.clerk), chained)
    office = signed_in(client, cast.office)
    assert "等领导或科室负责人决定" in office.get("/extensions/").content.decode()
    assert "代科室负责人答复" in office.get(f"/extensions/{row.pk}/").content.decode()
    assert decide(office, row, "yes", "科长电话同意") == 302
    assert "督查办代为答复" in office.get(f"/extensions/{row.pk}/").content.decode()
    assert "督查办代科室负责人同意延期到7月31日" in office.get(f"/items/{row.task_id}/history/").content.decode()


def test_a_head_who_asks_is_passed_over_on_the_record(cast: Cast, chained: Plan, client: Client) -> None:
    row = asked(signed_in(client, cast.head), chained)
    assert (row.decided, row.state) == (1, ExtensionState.PENDING)
    assert "由申请人本人担任，越过" in client.get(f"/extensions/{row.pk}/").content.decode()
    assert decide(client, row, "yes", "自己同意") == 403
    assert "申请人本人担任科室负责人，越过这一步" in client.get(f"/items/{row.task_id}/history/").content.decode()


def test_a_step_nobody_holds_falls_to_the_office_with_a_word(cast: Cast, chained: Plan, client: Client) -> None:
    holding = cast.deputy_post.holdings.get()
    holding.to_on = date(2026, 6, 1)
    holding.save(update_fields=["to_on"])
    row = asked(signed_in(client, cast.head), chained)
    office = signed_in(client, cast.office)
    assert "<b>1 份</b>等您决定" in office.get("/extensions/").content.decode()
    assert "现在没有人担任，由督查办决定" in office.get(f"/extensions/{row.pk}/").content.decode()
    assert decide(office, row, "yes", "领导空缺") == 302
    assert decide(office, row, "yes", "同意") == 302
    assert approval(chained).current_due_on == JULY


def test_after_the_day_nothing_can_be_asked_and_the_page_says_what_remains(
    cast: Cast, plan: Plan, client: Client
) -> None:
    clerk = signed_in(client, cast.clerk)
    address = f"/items/{task_of(plan, '1').pk}/extension/"
    page = clerk.get(address).content.decode()
    assert "“选址”的时限 3月31日 已过，不能再申请延期。确需调整的，由督查办重新下达，或请领导批示。" in page
    late = task_of(plan, "1").milestones.get(text="选址")
    said = {"token": "t", "milestone": late.pk, "to_on": "2026-07-31", "reason": "x", "progress": "y"}
    assert clerk.post(address, said).status_code == 422
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("to_on", "sentence"),
    [("2026-06-30", "新时限要晚于现在的时限 6月30日"), ("2026-08-01", "这一天不是工作日，请改成工作日")],
)
def test_a_date_that_can_not_be_is_refused_and_the_typing_stays(
    cast: Cast, chained: Plan, client: Client, to_on: str, sentence: str
) -> None:
    clerk = signed_in(client, cast.clerk)
    said = {
        "token": "t",
        "milestone": approval(chained).pk,
        "department": cast.building.pk,
        "to_on": to_on,
        "reason": "用地预审要补两份材料",
        "progress": "已报初审",
    }
    answer = clerk.post(f"/items/{task_of(chained, '1').pk}/extension/", said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "用地预审要补两份材料" in answer.content.decode()


def test_a_second_submit_of_the_same_form_asks_once(cast: Cast, chained: Plan, client: Client) -> None:
    clerk = signed_in(client, cast.clerk)
    first = asked(clerk, chained)
    said = {"token": first.token, "milestone": approval(chained).pk, "department": cast.building.pk}
    again = clerk.post(f"/items/{first.task_id}/extension/", said)
    assert again.headers["Location"] == f"/extensions/{first.pk}/"
    assert Extension.objects.count() == 1


def test_of_two_deciders_the_second_sees_both_words(cast: Cast, chained: Plan, client: Client) -> None:
    row = asked(signed_in(client, cast.clerk), chained)
    seen = row.version
    assert decide(signed_in(client, cast.head), row, "yes", "科长同意") == 302
    said = {"version": seen, "agrees": "no", "reason": "督查办以为不妥"}
    answer = signed_in(client, cast.office).post(f"/extensions/{row.pk}/decide/", said)
    assert answer.status_code == 409
    for words in ("科长同意", "不同意，时限不变：督查办以为不妥"):
        assert words in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.decided) == (ExtensionState.PENDING, 1)


def test_what_was_moved_meanwhile_can_not_be_granted(cast: Cast, chained: Plan, client: Client) -> None:
    row = asked(signed_in(client, cast.clerk), chained)
    done = {approval(chained).pk: TODAY}
    mark_milestones(task=task_of(chained, "1"), done=done, by=cast.actor(), now=at(TODAY))
    office = signed_in(client, cast.office)
    assert decide(office, row, "yes", "同意") == 409
    assert decide(office, row, "no", "已经完成") == 302
    assert approval(chained).moves == 0


def test_the_unit_takes_its_request_back_and_may_ask_again(cast: Cast, chained: Plan, client: Client) -> None:
    clerk = signed_in(client, cast.clerk)
    row = asked(clerk, chained)
    assert clerk.post(f"/extensions/{row.pk}/withdraw/", {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.state == ExtensionState.WITHDRAWN
    assert asked(clerk, chained).state == ExtensionState.PENDING


def test_every_write_of_a_request_has_its_entry_and_the_versions_have_no_gap(
    cast: Cast, chained: Plan, client: Client
) -> None:
    row = asked(signed_in(client, cast.clerk), chained)
    for user in (cast.head, cast.deputy, cast.office):
        decide(signed_in(client, user), row, "yes", "同意")
    row.refresh_from_db()
    entries = HistoryEntry.objects.filter(object_type="extension", object_id=row.pk).order_by("object_version")
    assert list(entries.values_list("object_version", flat=True)) == list(range(1, row.version + 1))
    last = entries.latest("object_version")
    assert (last.action, last.after["state"], last.after["decided"]) == ("extension.granted", "granted", 3)
