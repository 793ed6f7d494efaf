"""The office acts on items of a plan: they are struck, suspended and resumed, and put in another order."""

import pytest
from django.test import Client

from accounts.models import HistoryEntry
from projects.choices import TaskState
from projects.models import Milestone, Plan, Task
from projects.planning import reorder_tasks
from tests.cast import TODAY, Cast, at, cast_fixture, plan_fixture, task_of
from tests.tracker.conftest import business_day

__all__ = ["business_day", "cast_fixture", "plan_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def approver(cast: Cast) -> int:
    return cast.deputy_post.holdings.get().pk


def test_an_item_is_struck_with_the_leader_who_approved_it_on_record(cast: Cast, office: Client, plan: Plan) -> None:
    ids = [task_of(plan, "1").pk]
    page = office.get(f"/plans/{plan.pk}/").content.decode()
    assert "主任 示例·主任" in page
    outsider = cast.outsider.pk * 1000
    office.post(f"/plans/{plan.pk}/items/cancel/", {"item": ids, "reason": "并入他项", "approver": outsider})
    assert task_of(plan, "1").state == TaskState.ISSUED
    director = cast.director.holdings.get().pk
    office.post(f"/plans/{plan.pk}/items/cancel/", {"item": ids, "reason": "并入他项", "approver": director})
    assert task_of(plan, "1").state == TaskState.CANCELLED
    last = HistoryEntry.objects.filter(task_id=ids[0]).latest("pk")
    assert (last.action, last.reason) == ("task.cancelled", "并入他项（主任 示例·主任批准）")


def test_many_items_are_suspended_and_resumed_with_a_reason(cast: Cast, office: Client, plan: Plan) -> None:
    ids = [task_of(plan, number).pk for number in ("1", "2")]
    office.post(f"/plans/{plan.pk}/items/suspend/", {"item": ids, "reason": ""})
    assert task_of(plan, "1").state == TaskState.ISSUED
    answer = office.post(f"/plans/{plan.pk}/items/suspend/", {"item": ids, "reason": "用地未批"})
    assert answer.status_code == 422
    assert "要选批准的领导" in answer.content.decode()
    assert task_of(plan, "1").state == TaskState.ISSUED
    office.post(f"/plans/{plan.pk}/items/suspend/", {"item": ids, "reason": "用地未批", "approver": approver(cast)})
    assert {task_of(plan, number).state for number in ("1", "2")} == {TaskState.SUSPENDED}
    cycle = Milestone.objects.get(task=ids[0], text="报批").cycle
    office.post(f"/plans/{plan.pk}/items/resume/", {"item": ids, "reason": "用地已批"})
    assert task_of(plan, "1").state == TaskState.ISSUED
    assert Milestone.objects.get(task=ids[0], text="报批").cycle == cycle + 1
    reasons = HistoryEntry.objects.filter(task_id=ids[0]).order_by("-pk").values_list("action", "reason")[:2]
    assert list(reasons) == [
        ("task.resumed", "用地已批"),
        ("task.suspended", "用地未批（分管建设副主任 示例·副主任批准）"),
    ]


def test_what_is_refused_stays_typed_and_ticked_on_its_page_of_the_plan(cast: Cast, office: Client, plan: Plan) -> None:
    first = task_of(plan, "1").pk
    address = f"/plans/{plan.pk}/items/suspend/?unit={cast.building.pk}"
    page = office.post(address, {"item": [first], "reason": "用地未批"}).content.decode()
    assert 'name="reason" maxlength="300" value="用地未批"' in page
    assert f'name="item" value="{first}" checked' in page
    assert f"/items/suspend/?unit={cast.building.pk}" in page
    page = office.post(address, {"item": [], "reason": "用地未批", "approver": approver(cast)}).content.decode()
    assert f'<option value="{approver(cast)}" selected>' in page
    done = office.post(address, {"item": [first], "reason": "用地未批", "approver": approver(cast)})
    assert done.headers["Location"] == f"/plans/{plan.pk}/?unit={cast.building.pk}"


def test_of_ticked_items_one_in_the_wrong_state_stops_all(cast: Cast, office: Client, plan: Plan) -> None:
    ids = [task_of(plan, number).pk for number in ("1", "2")]
    said = {"reason": "用地未批", "approver": approver(cast)}
    office.post(f"/plans/{plan.pk}/items/suspend/", {"item": ids[:1], **said})
    office.post(f"/plans/{plan.pk}/items/suspend/", {"item": ids, **said})
    assert task_of(plan, "2").state == TaskState.ISSUED


def test_items_are_put_in_another_order_with_one_entry_each_that_moved(cast: Cast, plan: Plan) -> None:
    first, second, third = (task_of(plan, number).pk for number in ("1", "2", "3"))
    moved = reorder_tasks(plan=plan, order=[second, first, third], by=cast.actor(), now=at(TODAY))
    assert {task.pk for task in moved} == {first, second}
    assert list(Task.objects.filter(plan=plan).order_by("position").values_list("pk", flat=True)) == [
        second,
        first,
        third,
    ]
    with pytest.raises(ValueError, match="every item"):
        reorder_tasks(plan=plan, order=[second, first], by=cast.actor(), now=at(TODAY))
