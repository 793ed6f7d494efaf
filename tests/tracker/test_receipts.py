"""Each unit signs for its share of an issued plan or objects, and the office decides what is objected to."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.conflicts import Conflict
from accounts.models import Department, HistoryEntry, User
from projects.drafts import TaskChange
from projects.models import Involvement, Plan
from projects.planning import archive_plan, cancel_tasks, change_tasks, resume_tasks, suspend_tasks
from tests.cast import ISSUED_ON, TODAY, Cast, at, make_plan, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.test_page_queries import many_tasks
from tracker.choices import ReceiptState
from tracker.models import Receipt, Urging
from tracker.receipts import NotAnswerable, Seen, object_to, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def receipt(plan: Plan, number: str, unit: Department) -> Receipt:
    return Receipt.objects.get(task=task_of(plan, number), department=unit)


def states(plan: Plan, number: str) -> dict[str, str]:
    rows = Receipt.objects.filter(task=task_of(plan, number)).select_related("department")
    return {row.department.name: row.state for row in rows}


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_issuing_asks_every_unit_with_a_part_once(cast: Cast, plan: Plan) -> None:
    assert states(plan, "1") == {"规划建设科": "waiting", "经济发展科": "waiting"}
    assert states(plan, "3") == dict.fromkeys(("规划建设科", "经济发展科", "招商服务科"), "waiting")
    road = receipt(plan, "1", cast.building)
    assert (road.asked_on, road.due_on) == (ISSUED_ON, ISSUED_ON + timedelta(days=10))


def test_a_draft_asks_nobody(cast: Cast) -> None:
    make_plan(cast)
    assert not Receipt.objects.exists()


def test_the_last_day_to_sign_is_a_working_day(cast: Cast, plan: Plan) -> None:
    assert receipt(plan, "1", cast.building).due_on == date(2026, 1, 30)
    assert {row.due_on.weekday() for row in Receipt.objects.all()} <= {0, 1, 2, 3, 4}


def test_a_cancelled_item_lets_its_units_go(cast: Cast, plan: Plan) -> None:
    cancel_tasks(task_ids=[task_of(plan, "1").pk], reason="并入他项", by=cast.actor(), now=at(TODAY))
    assert set(states(plan, "1").values()) == {ReceiptState.RELEASED}


def test_a_unit_signs_for_its_items_at_one_click(cast: Cast, plan: Plan, client: Client) -> None:
    signed_in(client, cast.clerk)
    assert "本单位有 <b>2</b> 项待签收" in client.get("/receipts/").content.decode()
    mine = Receipt.objects.filter(department=cast.building)
    client.post("/receipts/sign/", {"receipt": [f"{row.pk}:{row.version}" for row in mine]})
    assert set(mine.values_list("state", "answerer_name")) == {("signed", "示例·张三")}
    assert "没有待签收的事项" in client.get("/receipts/").content.decode()
    said = HistoryEntry.objects.filter(object_type="receipt", action="receipt.signed", task_id=task_of(plan, "1").pk)
    assert said.count() == 1


def test_another_units_receipt_is_not_there_to_sign(cast: Cast, plan: Plan, client: Client) -> None:
    row = receipt(plan, "1", cast.economy)
    signed_in(client, cast.clerk)
    assert client.post("/receipts/sign/", {"receipt": [f"{row.pk}:0"]}).status_code == 404
    assert client.post(f"/receipts/{row.pk}/object/", {"version": 0, "reason": "不归我们"}).status_code == 404
    row.refresh_from_db()
    assert row.state == ReceiptState.WAITING


def test_an_objection_is_redirected_and_the_other_unit_signs(cast: Cast, plan: Plan, client: Client) -> None:
    road = task_of(plan, "1")
    row = receipt(plan, "1", cast.building)
    signed_in(client, cast.clerk).post(f"/receipts/{row.pk}/object/", {"version": 0, "reason": "道路归招商口"})
    office = signed_in(client, cast.office)
    page = office.get("/receipts/").content.decode()
    assert "道路归招商口" in page
    row.refresh_from_db()
    office.post(
        f"/receipts/{row.pk}/decide/",
        {"version": row.version, "department": cast.investment.pk, "reason": "同意，改由招商服务科牵头"},
    )
    assert states(plan, "1") == {"规划建设科": "released", "经济发展科": "waiting", "招商服务科": "waiting"}
    leads = Involvement.objects.on(TODAY).filter(task=road, role="lead").values_list("department__name", flat=True)
    assert list(leads) == ["招商服务科"]
    before = Involvement.objects.on(TODAY - timedelta(days=1)).filter(task=road, role="lead")
    assert list(before.values_list("department__name", flat=True)) == ["规划建设科"]
    new = receipt(plan, "1", cast.investment)
    signed_in(client, cast.investment_clerk).post("/receipts/sign/", {"receipt": [f"{new.pk}:{new.version}"]})
    assert states(plan, "1")["招商服务科"] == "signed"
    history = signed_in(client, cast.office).get(f"/items/{road.pk}/history/").content.decode()
    assert "提出异议" in history
    assert "答复规划建设科的异议，改派给招商服务科" in history


def objected(cast: Cast, plan: Plan, client: Client, reason: str = "道路归招商口") -> Receipt:
    row = receipt(plan, "1", cast.building)
    signed_in(client, cast.clerk).post(f"/receipts/{row.pk}/object/", {"version": row.version, "reason": reason})
    row.refresh_from_db()
    return row


def test_a_unit_that_signed_to_support_signs_again_for_the_whole_item(cast: Cast, plan: Plan, client: Client) -> None:
    own = receipt(plan, "1", cast.economy)
    signed_in(client, cast.economy_clerk).post("/receipts/sign/", {"receipt": [f"{own.pk}:{own.version}"]})
    row = objected(cast, plan, client)
    said = {"version": row.version, "department": cast.economy.pk, "reason": "改由经济发展科牵头"}
    signed_in(client, cast.office).post(f"/receipts/{row.pk}/decide/", said)
    own.refresh_from_db()
    assert own.state == ReceiptState.WAITING
    told = HistoryEntry.objects.filter(object_type="receipt", object_id=own.pk).order_by("object_version")
    assert list(told.values_list("object_version", "action")) == [(1, "receipt.signed"), (2, "receipt.asked_again")]
    history = signed_in(client, cast.office).get(f"/items/{row.task_id}/history/").content.decode()
    assert "再请经济发展科签收" in history


def test_an_objection_outlasts_a_stop_of_its_item(cast: Cast, plan: Plan, client: Client) -> None:
    row = objected(cast, plan, client)
    ids, by = [row.task_id], cast.actor()
    suspend_tasks(task_ids=ids, reason="用地未批", by=by, now=at(TODAY))
    row.refresh_from_db()
    assert row.state == ReceiptState.RELEASED
    resume_tasks(task_ids=ids, reason="用地已批", by=by, now=at(TODAY))
    row.refresh_from_db()
    assert row.state == ReceiptState.OBJECTED
    said = {"version": row.version, "department": "", "reason": "仍由你们办"}
    signed_in(client, cast.office).post(f"/receipts/{row.pk}/decide/", said)
    suspend_tasks(task_ids=ids, reason="汛期", by=by, now=at(TODAY))
    resume_tasks(task_ids=ids, reason="汛期已过", by=by, now=at(TODAY))
    row.refresh_from_db()
    assert row.state == ReceiptState.WAITING


def test_who_objects_may_stay_to_support_and_signs_for_that(cast: Cast, plan: Plan, client: Client) -> None:
    row = objected(cast, plan, client)
    said = {"version": row.version, "department": cast.investment.pk, "supporting": "1", "reason": "改由招商服务科牵头"}
    signed_in(client, cast.office).post(f"/receipts/{row.pk}/decide/", said)
    parts = Involvement.objects.on(TODAY).filter(task=task_of(plan, "1"), department__isnull=False)
    assert set(parts.values_list("role", "department__name")) == {
        ("lead", "招商服务科"),
        ("support", "经济发展科"),
        ("support", "规划建设科"),
    }
    row.refresh_from_db()
    assert (row.state, row.due_on) == (ReceiptState.WAITING, date(2026, 7, 6))
    page = signed_in(client, cast.clerk).get("/receipts/").content.decode()
    assert "已改由招商服务科办理，本单位留作配合" in page
    assert "配合・规划建设科</span>" in page.split(f'/items/{row.task_id}/">')[1].split("</tr>")[0]


def test_what_is_to_be_signed_for_is_shown_with_its_content(cast: Cast, plan: Plan, client: Client) -> None:
    road = task_of(plan, "1")
    changes = [TaskChange(task_id=road.pk, version=road.version, fields={"content": "新塘路按城市主干路建设。"})]
    change_tasks(plan=plan, changes=changes, by=cast.actor(), now=at(TODAY))
    assert "新塘路按城市主干路建设。" in signed_in(client, cast.clerk).get("/receipts/").content.decode()


def test_a_supporter_that_comes_to_lead_supports_no_more_and_signs_again(
    cast: Cast, plan: Plan, client: Client
) -> None:
    supporter = receipt(plan, "1", cast.economy)
    sign(seen=[Seen(supporter.pk, 0)], by=cast.actor(cast.economy_clerk), now=at(TODAY))
    row = objected(cast, plan, client)
    said = {"version": row.version, "department": cast.economy.pk, "reason": "归你科"}
    signed_in(client, cast.office).post(f"/receipts/{row.pk}/decide/", said)
    parts = Involvement.objects.on(TODAY).filter(task=task_of(plan, "1"), department__isnull=False)
    assert list(parts.values_list("role", "department__name")) == [("lead", "经济发展科")]
    supporter.refresh_from_db()
    assert supporter.state == ReceiptState.WAITING


def test_who_gets_an_item_reads_who_objected_and_what_was_decided(cast: Cast, plan: Plan, client: Client) -> None:
    row = objected(cast, plan, client)
    said = {"version": row.version, "department": cast.investment.pk, "reason": "同意，归招商口"}
    office = signed_in(client, cast.office)
    office.post(f"/receipts/{row.pk}/decide/", said)
    why = "由规划建设科改派来：规划建设科提出“道路归招商口”，督查办答复“同意，归招商口”"
    assert why in signed_in(client, cast.investment_clerk).get("/receipts/").content.decode()
    assert why not in signed_in(client, cast.economy_clerk).get("/receipts/").content.decode()
    before = signed_in(client, cast.clerk).get("/receipts/").content.decode()
    assert "已改派给招商服务科" in before


def test_the_office_keeps_a_list_of_decided_objections(cast: Cast, plan: Plan, client: Client) -> None:
    row = objected(cast, plan, client)
    office = signed_in(client, cast.office)
    assert not office.get("/receipts/").context["view"].decided
    office.post(f"/receipts/{row.pk}/decide/", {"version": row.version, "department": "", "reason": "仍归你科"})
    (line,) = office.get("/receipts/").context["view"].decided
    assert (line.receipt.objection, line.receipt.decision, line.gone.to_unit) == ("道路归招商口", "仍归你科", "")
    assert "<b>不改派</b>：仍归你科" in office.get("/receipts/").content.decode()


def test_each_unit_leads_to_the_list_of_what_it_has_not_signed(cast: Cast, plan: Plan, client: Client) -> None:
    address = f"/receipts/units/{cast.building.pk}/"
    office = signed_in(client, cast.office)
    assert f'href="{address}"' in office.get("/receipts/").content.decode()
    page = office.get(address).content.decode()
    assert "有 <b>2</b> 项还没有签收，其中 <b>2</b> 项过了期限" in page
    assert "新塘路建设" in page
    assert "引进企业" not in page
    theirs = Department.objects.get(organization=cast.outsider.organization)
    assert office.get(f"/receipts/units/{theirs.pk}/").status_code == 404


def test_urging_to_sign_is_on_record_item_by_item_and_once(cast: Cast, plan: Plan, client: Client) -> None:
    address = f"/receipts/units/{cast.building.pk}/"
    office = signed_in(client, cast.office)
    token = re.findall(r'name="token" value="(\w+)"', office.get(address).content.decode())[0]
    road, duty = task_of(plan, "1"), task_of(plan, "3")
    said = {"token": token, "item": [road.pk, duty.pk], "text": "请今天签收。"}
    assert office.post(f"{address}urge/", said).status_code == 302
    office.post(f"{address}urge/", said)
    rows = Urging.objects.order_by("pk")
    assert [(row.task_id, row.department_id, row.text) for row in rows] == [
        (road.pk, cast.building.pk, "请今天签收。"),
        (duty.pk, cast.building.pk, "请今天签收。"),
    ]
    assert HistoryEntry.objects.filter(object_type="urging", action="urging.made").count() == 2
    assert "催过 1 次，最近 6月24日" in office.get(address).content.decode()
    assert "催办" in office.get(f"/items/{road.pk}/history/").content.decode()


def test_what_was_signed_meanwhile_is_not_urged(cast: Cast, plan: Plan, client: Client) -> None:
    row = receipt(plan, "1", cast.building)
    sign(seen=[Seen(row.pk, 0)], by=cast.actor(cast.clerk), now=at(TODAY))
    office = signed_in(client, cast.office)
    address = f"/receipts/units/{cast.building.pk}/urge/"
    office.post(address, {"token": "t", "item": [row.task_id], "text": "请签收。"})
    assert not Urging.objects.exists()
    assert office.post(address, {"token": "t", "text": "请签收。"}).status_code == 422


def test_a_plan_put_away_asks_for_no_signature(cast: Cast, plan: Plan, client: Client) -> None:
    archive_plan(plan=plan, by=cast.actor())
    assert "没有待签收的事项" in signed_in(client, cast.clerk).get("/receipts/").content.decode()
    assert not signed_in(client, cast.office).get("/receipts/").context["view"].units


def test_what_waits_for_a_units_signature_is_told_on_its_first_page(cast: Cast, plan: Plan, client: Client) -> None:
    link = '<a href="/receipts/">有 2 项新下达的事项等本单位签收</a>'
    assert link in signed_in(client, cast.clerk).get("/", follow=True).content.decode()
    mine = Receipt.objects.filter(department=cast.building)
    sign(seen=[Seen(row.pk, 0) for row in mine], by=cast.actor(cast.clerk), now=at(TODAY))
    assert "等本单位签收" not in client.get("/", follow=True).content.decode()


def test_an_objection_that_is_not_granted_asks_the_unit_once_more(cast: Cast, plan: Plan, client: Client) -> None:
    row = receipt(plan, "1", cast.building)
    signed_in(client, cast.clerk).post(f"/receipts/{row.pk}/object/", {"version": 0, "reason": "不归我们"})
    row.refresh_from_db()
    signed_in(client, cast.office).post(
        f"/receipts/{row.pk}/decide/", {"version": row.version, "department": "", "reason": "按“三定”仍归你科"}
    )
    row.refresh_from_db()
    assert (row.state, row.decision) == (ReceiptState.WAITING, "按“三定”仍归你科")
    assert "督查办答复：按“三定”仍归你科" in signed_in(client, cast.clerk).get("/receipts/").content.decode()


def test_an_objection_needs_its_reason(cast: Cast, plan: Plan, client: Client) -> None:
    row = receipt(plan, "1", cast.building)
    answer = signed_in(client, cast.clerk).post(f"/receipts/{row.pk}/object/", {"version": 0, "reason": ""})
    assert answer.status_code == 422
    assert "请写明理由。" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == ReceiptState.WAITING


def test_of_two_colleagues_the_second_is_told_and_the_typing_stays(cast: Cast, plan: Plan, client: Client) -> None:
    row = receipt(plan, "1", cast.building)
    sign(seen=[Seen(row.pk, 0)], by=cast.actor(cast.head), now=at(TODAY))
    with pytest.raises(Conflict):
        object_to(seen=Seen(row.pk, 0), reason="不归我们", by=cast.actor(cast.clerk), now=at(TODAY))
    with pytest.raises(NotAnswerable):
        sign(seen=[Seen(row.pk, 1)], by=cast.actor(cast.clerk), now=at(TODAY))
    answer = signed_in(client, cast.clerk).post(f"/receipts/{row.pk}/object/", {"version": 0, "reason": "不归我们"})
    assert answer.status_code == 409


def test_the_office_sees_who_has_not_signed(cast: Cast, plan: Plan, client: Client) -> None:
    row = receipt(plan, "1", cast.economy)
    sign(seen=[Seen(row.pk, 0)], by=cast.actor(cast.economy_clerk), now=at(TODAY))
    view = signed_in(client, cast.office).get("/receipts/").context["view"]
    figures = {unit.department.name: (unit.asked, unit.signed, unit.waiting, unit.late) for unit in view.units}
    assert figures == {"规划建设科": (2, 0, 2, 2), "经济发展科": (2, 1, 1, 1), "招商服务科": (2, 0, 2, 2)}


@pytest.mark.parametrize("size", [10, 500])
@pytest.mark.parametrize("who", ["office", "clerk"])
def test_the_page_asks_equally_often_whatever_is_to_sign(
    cast: Cast, plan: Plan, client: Client, size: int, who: str, assert_query_baseline: QueryBaseline
) -> None:
    many_tasks(cast, plan, size)
    signed_in(client, getattr(cast, who))
    with assert_query_baseline(f"page {who} /receipts/"):
        assert client.get("/receipts/").status_code == 200


@pytest.mark.parametrize("size", [10, 500])
def test_a_units_page_asks_equally_often_whatever_it_has_to_sign(
    cast: Cast, plan: Plan, client: Client, size: int, assert_query_baseline: QueryBaseline
) -> None:
    many_tasks(cast, plan, size)
    signed_in(client, cast.office)
    with assert_query_baseline("page office /receipts/units/{unit}/"):
        assert client.get(f"/receipts/units/{cast.building.pk}/").status_code == 200
