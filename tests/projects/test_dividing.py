"""One item split in two, and several made one: nothing that was reported or done moves."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import HistoryEntry
from projects.choices import TaskState
from projects.models import Involvement, Plan, Target, Task
from projects.planning import archive_plan, mark_milestones
from tests.cast import TODAY, Cast, at, cast_fixture, evening, plan_fixture, task_of
from tests.tracker.conftest import business_day
from tests.tracker.visits import report
from tracker.derived import differences
from tracker.models import ProgressReport
from tracker.rounds import open_rounds

__all__ = ["business_day", "cast_fixture", "plan_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def said(task: Task, title: str) -> dict[str, object]:
    """Return the form as a browser sends it with nothing cut."""
    words = {name: getattr(task, name) for name in ("title", "content", "deadline_text")}
    kept = {f"kept_{name}": text for name, text in words.items()}
    return {"version": task.version, **words, **kept, "title": title, "reason": "分两家办"}


def parts(task: Task, role: str) -> list[str]:
    rows = Involvement.objects.on(TODAY).filter(task=task, role=role).order_by("position", "pk")
    return [row.department.name for row in rows if row.department]


def test_a_split_leaves_reports_and_done_steps_where_they_belong(cast: Cast, office: Client, plan: Plan) -> None:
    open_rounds(today=TODAY)
    road = task_of(plan, "1")
    mark_milestones(task=road, done={road.milestones.get(text="选址").pk: TODAY}, by=cast.actor(), now=at(TODAY))
    sent = report(cast, plan, "1")
    road = task_of(plan, "1")
    build = road.milestones.get(text="开工")
    answer = office.post(f"/items/{road.pk}/split/", {**said(road, "新塘路开工"), "step": build.pk, "number": "1-2"})
    new = Task.objects.get(plan=plan, number="1-2")
    assert answer.headers["Location"] == f"/items/{new.pk}/"
    assert [step.text for step in road.milestones.filter(dropped_on=None).order_by("position")] == ["选址", "报批"]
    assert list(new.milestones.values_list("text", "issued_due_on")) == [("开工", date(2026, 12, 31))]
    assert (new.state, parts(new, "lead"), new.section) == (TaskState.ISSUED, ["规划建设科"], road.section)
    assert ProgressReport.objects.get(pk=sent.pk).task == road
    order = Task.objects.filter(plan=plan).order_by("position", "pk").values_list("number", flat=True)
    assert list(order) == ["1", "1-2", "2", "3"]
    assert not differences(now=evening(TODAY))


def test_a_split_offers_the_old_words_on_both_sides(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    page = office.get(f"/items/{road.pk}/split/")
    offered = page.context["split"].initial
    assert {offered[name] for name in ("title", "kept_title")} == {road.title}
    assert {offered[name] for name in ("content", "kept_content")} == {road.content}
    assert {offered[name] for name in ("deadline_text", "kept_deadline_text")} == {road.deadline_text}
    assert "同一件事就列了两次" in page.content.decode()


def test_either_part_of_a_split_promises_its_own_words_and_history_says_why(
    cast: Cast, office: Client, plan: Plan
) -> None:
    road = task_of(plan, "1")
    typed = {
        **said(road, "新塘路开工"),
        "step": road.milestones.get(text="开工").pk,
        "content": "新塘路年内开工建设。",
        "deadline_text": "年底前开工",
        "kept_title": "新塘路前期",
        "kept_content": "新塘路选址并报批。",
        "kept_deadline_text": "3月底前选址，6月底前报批",
    }
    office.post(f"/items/{road.pk}/split/", typed)
    new = Task.objects.get(plan=plan, title="新塘路开工")
    road.refresh_from_db()
    assert (new.content, new.deadline_text) == ("新塘路年内开工建设。", "年底前开工")
    assert (road.title, road.content) == ("新塘路前期", "新塘路选址并报批。")
    assert road.deadline_text == "3月底前选址，6月底前报批"
    assert [step.text for step in road.milestones.filter(dropped_on=None).order_by("position")] == ["选址", "报批"]
    assert HistoryEntry.objects.get(task_id=new.pk, action="task.added").reason == "分两家办"
    assert HistoryEntry.objects.filter(task_id=road.pk).latest("pk").reason == "分两家办"
    assert not differences(now=evening(TODAY))


def test_a_split_takes_no_done_step_and_not_nothing(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    first = road.milestones.get(text="选址")
    mark_milestones(task=road, done={first.pk: TODAY}, by=cast.actor(), now=at(TODAY))
    typed = said(task_of(plan, "1"), "另一项")
    assert office.post(f"/items/{road.pk}/split/", typed).status_code == 422
    refused = office.post(f"/items/{road.pk}/split/", {**typed, "step": first.pk, "target": 77})
    assert refused.status_code == 422
    assert refused.context["target_ids"] == {77}
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
    assert not differences(now=evening(TODAY))


def test_a_merge_names_numbers_that_are_not_there(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    answer = office.post(f"/items/{road.pk}/split/", {"version": road.version, "others": "2、99", "reason": "合并"})
    assert answer.status_code == 422
    assert "没有这些序号的事项：99" in answer.content.decode()
    assert task_of(plan, "2").state == TaskState.ISSUED


def test_a_merge_takes_no_item_that_nobody_named(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    Task.objects.filter(plan=plan, number="3").update(number="")
    office.post(f"/items/{road.pk}/split/", {"version": road.version, "others": "2、", "reason": "合并"})
    assert task_of(plan, "2").state == TaskState.CANCELLED
    assert task_of(plan, "").state == TaskState.ISSUED


def test_a_merge_by_a_number_of_several_items_is_refused(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    Task.objects.filter(plan=plan, number="3").update(number="2")
    answer = office.post(f"/items/{road.pk}/split/", {"version": road.version, "others": "2", "reason": "合并"})
    assert answer.status_code == 422
    assert "分不清是哪一项" in answer.content.decode()
    assert set(Task.objects.filter(plan=plan, number="2").values_list("state", flat=True)) == {TaskState.ISSUED}


def test_items_of_a_plan_put_away_are_not_split(cast: Cast, office: Client, plan: Plan) -> None:
    road = task_of(plan, "1")
    archive_plan(plan=plan, by=cast.actor())
    assert office.get(f"/items/{road.pk}/split/").status_code == 404
