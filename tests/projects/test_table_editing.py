"""The plan is written in place: a cell, a column of many rows, the last step taken back, items split and merged."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import HistoryEntry, User
from projects.choices import DateKind
from projects.editing.cells import Seen, change_column
from projects.editing.moving import Move
from projects.editing.ordering import out_of_order
from projects.importing.snapshot import task_snapshot
from projects.models import Involvement, Plan, Target, Task
from projects.planning import cancel_tasks, mark_milestones
from tests.cast import TODAY, Cast, at, cast_fixture, evening, make_plan, plan_fixture, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.conftest import business_day
from tests.tracker.test_page_queries import many_tasks
from tracker.derived import differences

__all__ = ["business_day", "cast_fixture", "plan_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def write(
    office: Client, task: Task, field: str, text: str, version: int | None = None, **move: str
) -> tuple[int, str]:
    said = {"field": field, "text": text, "version": task.version if version is None else version, **move}
    answer = office.post(f"/plans/{task.plan_id}/table/{task.pk}/", said, headers=HTMX)
    return answer.status_code, answer.content.decode()


def column(office: Client, plan: Plan, tasks: list[Task], field: str, text: str, **move: str) -> str:
    said = {"field": field, "text": text, "row": [f"{task.pk}:{task.version}" for task in tasks], **move}
    return str(office.post(f"/plans/{plan.pk}/table/column/", said, follow=True).content.decode())


def shift(office: Client, plan: Plan, move: str, tasks: list[Task] | None = None, **said: str) -> str:
    rows = [f"{task.pk}:{task.version}" for task in tasks or []]
    answer = office.post(f"/plans/{plan.pk}/table/move/", {"move": move, "row": rows, **said}, follow=True)
    return str(answer.content.decode())


def order(plan: Plan) -> list[str]:
    return list(Task.objects.filter(plan=plan).order_by("position", "pk").values_list("number", flat=True))


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
    assert ">新塘大道建设</textarea>" in row
    assert task_of(plan, "1").title == "新塘大道建设"
    assert "撤销上一步" in row


@pytest.mark.parametrize(
    ("number", "field", "text"),
    [
        ("1", "title", "新塘大道建设"),
        ("1", "category", "民生实事\n道路"),
        ("1", "deadline_text", "3月底前选址"),
        ("1", "deadline_text", "长期坚持"),
        ("2", "deadline_text", "3月底前签约，10月底前开工，年底前投产"),
        ("1", "lead", "经济发展科、各科室"),
        ("1", "support", "各科室"),
        ("2", "lead", ""),
    ],
)
def test_the_row_as_returned_is_the_row_as_it_is_read_again(
    cast: Cast, plan: Plan, number: str, field: str, text: str
) -> None:
    task = task_of(plan, number)
    move = Move(DateKind.CORRECTED)
    said: dict[str, Any] = {"plan": plan, "seen": [Seen(task.pk, task.version)], "field": field, "text": text}
    (written,) = change_column(**said, by=cast.actor(), now=at(TODAY), move=move)
    assert written == task_snapshot(task)
    assert written.version == task.version + 1


def test_a_cell_of_another_plan_is_not_there(cast: Cast, office: Client, plan: Plan) -> None:
    other = make_plan(cast)
    task = task_of(other, "1")
    said = {"field": "title", "text": "新塘大道建设", "version": task.version}
    assert office.post(f"/plans/{plan.pk}/table/{task.pk}/", said, headers=HTMX).status_code == 404
    assert task_of(other, "1").title == task.title


def test_a_deadline_cell_is_read_anew_and_done_steps_keep_their_day(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    mark_milestones(task=road, done={road.milestones.get(text="选址").pk: TODAY}, by=cast.actor(), now=at(TODAY))
    write(office, task_of(plan, "1"), "deadline_text", "3月底前选址，8月底前报批", kind="reissued", document="示例函")
    steps = task_of(plan, "1").milestones.filter(dropped_on=None).order_by("position")
    assert [(step.text, step.current_due_on, step.done_on) for step in steps] == [
        ("选址", date(2026, 3, 31), TODAY),
        ("报批", date(2026, 8, 31), None),
    ]


def test_an_issued_deadline_is_changed_once_its_kind_and_grounds_are_said(
    cast: Cast, office: Client, plan: Plan
) -> None:
    road, words = task_of(plan, "1"), "3月底前选址，8月底前报批，年底前开工"
    status, row = write(office, road, "deadline_text", words)
    assert status == 422
    assert "请选是重新下达、延期还是更正" in row
    assert words in row
    assert 'name="kind"' in row
    status, row = write(office, road, "deadline_text", words, kind="extended")
    assert status == 422
    write(office, road, "deadline_text", words, kind="extended", document="示例函〔2026〕3号", reason="用地未批")
    step = task_of(plan, "1").milestones.get(text="报批")
    last = step.dates.order_by("pk").last()
    assert last is not None
    assert (last.kind, last.document, last.reason) == ("extended", "示例函〔2026〕3号", "用地未批")
    assert (step.current_due_on, step.issued_due_on, step.moves) == (date(2026, 8, 31), date(2026, 6, 30), 1)
    assert task_of(plan, "1").milestones.get(text="选址").dates.count() == 1
    assert "已撤销，1 项恢复原样" in undo(office, plan)
    step.refresh_from_db()
    assert (step.current_due_on, step.moves) == (date(2026, 6, 30), 0)


def test_deadlines_of_many_rows_are_changed_with_one_ground_and_a_refusal_keeps_the_ticks(
    cast: Cast, office: Client, plan: Plan
) -> None:
    tasks = [task_of(plan, "1"), task_of(plan, "2")]
    page = column(office, plan, tasks, "deadline_text", "11月底前")
    assert "请选是重新下达、延期还是更正" in page
    assert 'id="column-text" name="text" value="11月底前"' in page
    assert len(re.findall(r'name="row" value="[^"]*" checked', page)) == 2
    page = column(office, plan, tasks, "deadline_text", "11月底前", kind="reissued", document="示例发〔2026〕8号")
    assert "已改 2 行" in page
    assert {task_of(plan, number).milestones.get(dropped_on=None).issued_due_on for number in "12"} == {
        date(2026, 11, 30)
    }
    assert "已撤销，2 项恢复原样" in undo(office, plan)
    assert not differences(now=evening(TODAY))


def test_a_deadline_without_a_day_takes_the_place_of_dated_steps(cast: Cast, office: Client, plan: Plan) -> None:
    status, _ = write(office, task_of(plan, "2"), "deadline_text", "长期坚持")
    assert status == 200
    assert task_of(plan, "2").deadline_kind == "ongoing"
    assert not task_of(plan, "2").milestones.filter(dropped_on=None, current_due_on__isnull=False).exists()
    assert Target.objects.get(task=task_of(plan, "2")).value == 7


def test_a_draft_deadline_is_put_right_without_questions(cast: Cast, office: Client) -> None:
    plan = make_plan(cast)
    status, _ = write(office, task_of(plan, "2"), "deadline_text", "11月底前")
    assert status == 200


def test_an_item_goes_up_and_down_and_the_step_is_taken_back(cast: Cast, office: Client, plan: Plan) -> None:
    second = task_of(plan, "2").pk
    shift(office, plan, f"up:{second}")
    assert order(plan) == ["2", "1", "3"]
    shift(office, plan, f"down:{second}")
    shift(office, plan, f"down:{second}")
    assert order(plan) == ["1", "3", "2"]
    assert "已经在那里了" in shift(office, plan, f"down:{second}")
    undo(office, plan)
    assert order(plan) == ["1", "2", "3"]


def test_ticked_items_go_behind_a_number_or_under_a_heading(cast: Cast, office: Client, plan: Plan) -> None:
    one, two = task_of(plan, "1"), task_of(plan, "2")
    shift(office, plan, "behind", [one, two], behind="3")
    assert order(plan) == ["3", "1", "2"]
    assert "表里没有序号“99”" in shift(office, plan, "behind", [one], behind="99")
    shift(office, plan, "under", [task_of(plan, "3")], section="一、基础设施 ／ （一）道路")
    assert order(plan) == ["1", "3", "2"]
    moved = task_of(plan, "3")
    assert moved.section is not None
    assert moved.section.title == "（一）道路"
    assert "已撤销，2 项恢复原样" in undo(office, plan)
    assert order(plan) == ["3", "1", "2"]
    back = task_of(plan, "3")
    assert back.section is not None
    assert back.section.title == "三、保障"


def test_the_enter_key_moves_or_asks_and_never_empties_a_column(cast: Cast, office: Client, plan: Plan) -> None:
    tasks = [task_of(plan, "1")]
    assert "请填要改成什么" in column(office, plan, tasks, "lead", "", enter="1")
    column(office, plan, tasks, "lead", "", enter="1", behind="3")
    assert order(plan) == ["2", "3", "1"]
    assert parts(task_of(plan, "1"), "lead") == ["规划建设科"]


def test_an_item_that_others_changed_is_not_put_under_a_heading(cast: Cast, office: Client, plan: Plan) -> None:
    seen = task_of(plan, "3")
    write(office, seen, "title", "安全")
    assert "刚有人改过" in shift(office, plan, "under", [seen], section="二、招商")
    assert order(plan) == ["1", "2", "3"]


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
    link = re.search(r'href="(/items/\d+/edit/\?lead=[^"]*)"', row)
    assert link is not None
    assert 'value="规划建设局"' in office.get(link[1]).content.decode()
    assert parts(task_of(plan, "1"), "lead") == ["规划建设科"]


def test_the_second_writer_of_a_cell_sees_what_stands_there_and_keeps_the_typing(
    cast: Cast, office: Client, plan: Plan
) -> None:
    road = task_of(plan, "1")
    write(office, road, "title", "甲改的")
    status, row = write(office, road, "title", "乙改的", version=road.version)
    assert status == 422
    assert "刚有人改过这一行，现在是“甲改的”" in row
    assert ">乙改的</textarea>" in row


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
    assert not differences(now=evening(TODAY))


def test_a_column_of_three_rows_is_one_step_to_take_back(office: Client, plan: Plan) -> None:
    write(office, task_of(plan, "1"), "note", "先写一格")
    column(office, plan, [task_of(plan, number) for number in "123"], "note", "一起写的")
    assert "已撤销，3 项恢复原样" in undo(office, plan)
    assert [task_of(plan, number).note for number in "123"] == ["先写一格", "", ""]


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


def test_moved_items_are_numbered_anew_at_once_and_that_is_undone(cast: Cast, office: Client, plan: Plan) -> None:
    address = f"/plans/{plan.pk}/table/"
    assert "重新编号" not in office.get(address).content.decode()
    page = shift(office, plan, "behind", [task_of(plan, "1")], behind="2")
    assert "照现在的顺序重新编号" in page
    assert "撤销上一步：移动（2 项）" in page
    titles = list(Task.objects.filter(plan=plan).order_by("position", "pk").values_list("title", flat=True))
    page = shift(office, plan, "renumber")
    assert order(plan) == ["1", "2", "3"]
    assert list(Task.objects.filter(plan=plan).order_by("position", "pk").values_list("title", flat=True)) == titles
    assert "照现在的顺序重新编号" not in page
    assert "撤销上一步：序号（2 项）" in page
    changed = HistoryEntry.objects.filter(object_type="task", action="task.changed")
    assert {tuple(entry.before) for entry in changed} == {("number",)}
    assert "已撤销，2 项恢复原样" in undo(office, plan)
    assert order(plan) == ["2", "1", "3"]


@pytest.mark.parametrize(
    ("numbers", "offered"), [("2 1", True), ("1 2 10", False), ("1 2 1", False), ("1-2 1-1", False), ("5 3", True)]
)
def test_only_plain_numbers_out_of_order_are_offered_to_be_set_anew(numbers: str, *, offered: bool) -> None:
    assert out_of_order(numbers.split()) is offered


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
    leader = cast.deputy_post.holdings.get().pk
    said = {"item": [task_of(plan, "1").pk], "reason": "用地未批", "approver": leader}
    office.post(f"/plans/{plan.pk}/items/suspend/", said)
    assert "撤销上一步" not in office.get(f"/plans/{plan.pk}/table/").content.decode()
