"""The plan is written in place: a cell, a column of many rows, the last step taken back, items split and merged."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import HistoryEntry, User
from projects.choices import TaskState
from projects.models import Involvement, Plan, Target, Task
from projects.planning import cancel_tasks, mark_milestones
from tests.cast import TODAY, Cast, at, cast_fixture, plan_fixture, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.conftest import business_day
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import report
from tracker.derived import differences
from tracker.models import ProgressReport
from tracker.rounds import open_rounds

__all__ = ["business_day", "cast_fixture", "plan_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def write(office: Client, task: Task, field: str, text: str, version: int | None = None) -> tuple[int, str]:
    said = {"field": field, "text": text, "version": task.version if version is None else version}
    answer = office.post(f"/plans/{task.plan_id}/table/{task.pk}/", said, headers=HTMX)
    return answer.status_code, answer.content.decode()


def column(office: Client, plan: Plan, tasks: list[Task], field: str, text: str) -> str:
    rows = [f"{task.pk}:{task.version}" for task in tasks]
    answer = office.post(f"/plans/{plan.pk}/table/column/", {"field": field, "text": text, "row": rows}, follow=True)
    return str(answer.content.decode())


def undo(office: Client, plan: Plan) -> str:
    page = office.get(f"/plans/{plan.pk}/table/").content.decode()
    at_ = re.search(r'name="at" value="([^"]+)"', page)
    assert at_ is not None
    return str(office.post(f"/plans/{plan.pk}/table/undo/", {"at": at_[1]}, follow=True).content.decode())


def parts(task: Task, role: str) -> list[str]:
    rows = Involvement.objects.on(TODAY).filter(task=task, role=role).order_by("position", "pk")
    return [row.department.name for row in rows if row.department]


def test_a_cell_is_written_and_the_row_comes_back_as_it_is_now(cast: Cast, office: Client, plan: Plan) -> None:
    status, row = write(office, task_of(plan, "1"), "title", "新塘大道建设")
    assert status == 200
    assert 'value="新塘大道建设"' in row
    assert task_of(plan, "1").title == "新塘大道建设"
    assert "撤销上一步" in row


def test_a_deadline_cell_is_read_anew_and_done_steps_keep_their_day(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    mark_milestones(task=road, done={road.milestones.get(text="选址").pk: TODAY}, by=cast.actor(), now=at(TODAY))
    write(office, task_of(plan, "1"), "deadline_text", "3月底前选址，8月底前报批")
    steps = task_of(plan, "1").milestones.filter(dropped_on=None).order_by("position")
    assert [(step.text, step.current_due_on, step.done_on) for step in steps] == [
        ("选址", date(2026, 3, 31), TODAY),
        ("报批", date(2026, 8, 31), None),
    ]


def test_a_doubtful_deadline_is_not_guessed(cast: Cast, office: Client, plan: Plan) -> None:
    status, row = write(office, task_of(plan, "1"), "deadline_text", "签约后30日内")
    assert status == 422
    assert "签约后30日内" in row
    assert "这个时限有疑问" in row
    assert task_of(plan, "1").deadline_text == "3月底前选址，6月底前报批，年底前开工"


def test_a_name_of_nobody_stays_in_its_cell_with_a_likely_one(cast: Cast, office: Client, plan: Plan) -> None:
    status, row = write(office, task_of(plan, "1"), "lead", "规划建设局")
    assert status == 422
    assert "是不是：规划建设科？" in row
    assert parts(task_of(plan, "1"), "lead") == ["规划建设科"]


def test_the_second_writer_of_a_cell_sees_what_stands_there_and_keeps_the_typing(
    cast: Cast, office: Client, plan: Plan
) -> None:
    road = task_of(plan, "1")
    write(office, road, "title", "甲改的")
    status, row = write(office, road, "title", "乙改的", version=road.version)
    assert status == 422
    assert "刚有人改过这一行，现在是“甲改的”" in row
    assert 'value="乙改的"' in row


def test_a_column_is_written_for_all_ticked_rows_or_for_none(cast: Cast, office: Client, plan: Plan) -> None:
    tasks = [task_of(plan, number) for number in ("1", "2")]
    page = column(office, plan, tasks, "lead", "规划建设局")
    assert "一行也没有改" in page
    page = column(office, plan, tasks, "lead", "经济发展科")
    assert "已改 2 行" in page
    assert [parts(task_of(plan, number), "lead") for number in ("1", "2", "3")][:2] == [["经济发展科"], ["经济发展科"]]
    stale = column(office, plan, tasks, "owners", "示例·李四")
    assert "刚有人改过这一行" in stale


def test_the_last_step_of_many_rows_is_taken_back_at_once(cast: Cast, office: Client, plan: Plan) -> None:
    before = [parts(task_of(plan, number), "lead") for number in ("1", "2")]
    column(office, plan, [task_of(plan, number) for number in ("1", "2")], "lead", "经济发展科")
    assert "已撤销，2 项恢复原样" in undo(office, plan)
    assert [parts(task_of(plan, number), "lead") for number in ("1", "2")] == before
    assert not differences(now=at(TODAY))


def test_what_others_built_on_is_not_taken_back(cast: Cast, office: Client, plan: Plan) -> None:
    write(office, task_of(plan, "1"), "title", "新塘大道建设")
    cancel_tasks(
        task_ids=[task_of(plan, "1").pk],
        reason="并入他项",
        by=cast.actor(User.objects.get(pk=cast.leader.pk)),
        now=at(TODAY),
    )
    assert "没有撤销" in undo(office, plan)
    assert task_of(plan, "1").title == "新塘大道建设"


def test_a_split_leaves_reports_and_done_steps_where_they_belong(cast: Cast, office: Client, plan: Plan) -> None:
    open_rounds(today=TODAY)
    road = task_of(plan, "1")
    mark_milestones(task=road, done={road.milestones.get(text="选址").pk: TODAY}, by=cast.actor(), now=at(TODAY))
    sent = report(cast, plan, "1")
    road = task_of(plan, "1")
    build = road.milestones.get(text="开工")
    said = {"version": road.version, "step": build.pk, "number": "1-2", "title": "新塘路开工", "reason": "分两家办"}
    answer = office.post(f"/items/{road.pk}/split/", said)
    new = Task.objects.get(plan=plan, number="1-2")
    assert answer.headers["Location"] == f"/items/{new.pk}/"
    assert [step.text for step in road.milestones.filter(dropped_on=None).order_by("position")] == ["选址", "报批"]
    assert list(new.milestones.values_list("text", "issued_due_on")) == [("开工", date(2026, 12, 31))]
    assert (new.state, parts(new, "lead"), new.section) == (TaskState.ISSUED, ["规划建设科"], road.section)
    assert ProgressReport.objects.get(pk=sent.pk).task == road
    order = Task.objects.filter(plan=plan).order_by("position", "pk").values_list("number", flat=True)
    assert list(order) == ["1", "1-2", "2", "3"]
    assert not differences(now=at(TODAY))


def test_a_split_takes_no_done_step_and_not_nothing(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    first = road.milestones.get(text="选址")
    mark_milestones(task=road, done={first.pk: TODAY}, by=cast.actor(), now=at(TODAY))
    said = {"version": task_of(plan, "1").version, "title": "另一项", "reason": "分开"}
    assert office.post(f"/items/{road.pk}/split/", said).status_code == 422
    assert office.post(f"/items/{road.pk}/split/", {**said, "step": first.pk}).status_code == 422
    assert not Task.objects.filter(title="另一项").exists()


def test_a_merge_takes_steps_amounts_and_parties_and_cancels_the_others(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    office.post(f"/items/{road.pk}/split/", {"version": road.version, "others": "2", "reason": "合并督办"})
    road = task_of(plan, "1")
    assert task_of(plan, "2").state == TaskState.CANCELLED
    texts = list(road.milestones.filter(dropped_on=None).order_by("position").values_list("text", flat=True))
    assert texts == ["选址", "报批", "开工", "引进企业 7 家"]
    target = Target.objects.get(task=road)
    assert (target.value, target.milestone) == (Decimal(7), road.milestones.get(text="引进企业 7 家"))
    assert parts(road, "lead") == ["规划建设科", "招商服务科"]
    assert HistoryEntry.objects.filter(task_id=road.pk).latest("pk").reason == "合并督办"
    assert not differences(now=at(TODAY))


def test_a_merge_names_numbers_that_are_not_there(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    answer = office.post(f"/items/{road.pk}/split/", {"version": road.version, "others": "2、99", "reason": "合并"})
    assert answer.status_code == 422
    assert "没有这些序号的事项：99" in answer.content.decode()
    assert task_of(plan, "2").state == TaskState.ISSUED


@pytest.mark.parametrize("size", [10, 500])
def test_a_cell_costs_the_same_whatever_the_plan_holds(
    cast: Cast, office: Client, plan: Plan, size: int, assert_query_baseline: QueryBaseline
) -> None:
    many_tasks(cast, plan, size)
    with assert_query_baseline("page office /plans/{plan}/table/{item}/"):
        status, _ = write(office, task_of(plan, "1"), "title", "新塘大道建设")
    assert status == 200
    with assert_query_baseline("page office /plans/{plan}/table/"):
        office.get(f"/plans/{plan.pk}/table/")


def test_what_was_decided_on_another_page_is_not_undone_here(cast: Cast, office: Client, plan: Plan) -> None:
    said = {"item": [task_of(plan, "1").pk], "reason": "用地未批"}
    office.post(f"/plans/{plan.pk}/items/suspend/", said)
    assert "撤销上一步" not in office.get(f"/plans/{plan.pk}/table/").content.decode()
