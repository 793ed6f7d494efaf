"""Items, steps and amounts written through the API: by the form's rules, over the version that was seen."""

from datetime import date
from typing import Any

import pytest

from accounts.models import HistoryEntry
from projects.choices import TaskState
from projects.models import Involvement, MilestoneDate, Plan, Task
from projects.planning import archive_plan, mark_milestones, suspend_tasks
from tests.cast import TODAY, Cast, at, make_plan, task_of
from tests.tracker.api.calling import Program, codes, content, problem

pytestmark = pytest.mark.django_db


def whole(plan: Plan, **said: Any) -> dict[str, Any]:
    return {
        "plan": plan.pk,
        "title": "新建停车场",
        "category": ["四、民生"],
        "content": "新建停车场一处。",
        "lead": ["规建科"],
        "support": ["经济发展科"],
        "leaders": ["主任"],
        "milestones": [
            {"text": "选址", "phrase": "9月底前", "due_on": "2026-09-30"},
            {"text": "开工", "due_on": "2026-12-31"},
        ],
        "targets": [{"name": "车位", "value": "200", "unit": "个", "step": 2}],
        **said,
    }


def read(caller: Program, path: str) -> tuple[dict[str, Any], str]:
    answer = caller.get(path)
    return content(answer), answer.headers["ETag"]


def test_an_item_is_made_whole_and_found_where_the_answer_says(plan: Plan, office: Program) -> None:
    answer = office.post("/tasks/", whole(plan))
    made = content(answer, 201)
    assert (made["number"], made["state"], made["issued_on"]) == ("4", TaskState.ISSUED, "2026-06-24")
    assert [unit["name"] for unit in made["departments"]] == ["规划建设科", "经济发展科"]
    assert [post["name"] for post in made["posts"]] == ["主任"]
    assert [(step["text"], step["issued_due_on"]) for step in made["milestones"]] == [
        ("选址", "2026-09-30"),
        ("开工", "2026-12-31"),
    ]
    (aim,) = made["targets"]
    assert (aim["value"], aim["milestone"]) == ("200", made["milestones"][1]["id"])
    again = office.get(answer.headers["Location"])
    assert (content(again), again.headers["ETag"]) == (made, answer.headers["ETag"])
    assert HistoryEntry.objects.get(task_id=made["id"], action="task.added").door == "api"


def test_into_a_draft_it_comes_as_a_draft(cast: Cast, office: Program) -> None:
    made = content(office.post("/tasks/", whole(make_plan(cast))), 201)
    assert (made["state"], made["light"], made["issued_on"]) == ("draft", None, None)


def test_a_deadline_in_words_is_read_as_on_the_page(plan: Plan, office: Program) -> None:
    said = {"plan": plan.pk, "title": "修桥", "deadline_text": "9月底前选址，年底前开工"}
    made = content(office.post("/tasks/", said), 201)
    assert [step["current_due_on"] for step in made["milestones"]] == ["2026-09-30", "2026-12-31"]


def test_words_that_can_be_read_in_two_ways_are_not_guessed(plan: Plan, office: Program) -> None:
    said = {"plan": plan.pk, "title": "修桥", "deadline_text": "13月底前完成"}
    before = Task.objects.count()
    answer = office.post("/tasks/", said)
    assert (problem(answer)["status"], set(codes(answer))) == (422, {"deadline_text"})
    assert Task.objects.count() == before


def test_the_same_item_is_not_added_twice(plan: Plan, office: Program) -> None:
    said = whole(plan, number="9")
    assert office.post("/tasks/", said).status_code == 201
    assert problem(office.post("/tasks/", said))["type"].endswith("already_there")
    first = office.post("/tasks/", whole(plan, number="10"), Idempotency_Key="a1")
    again = office.post("/tasks/", whole(plan, number="10"), Idempotency_Key="a1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_name_nobody_goes_by_is_asked_about_and_answered(cast: Cast, plan: Plan, office: Program) -> None:
    said = whole(plan, lead=["交通科"])
    answer = office.post("/tasks/", said)
    assert codes(answer) == {"meanings.lead:交通科": "unknown_name"}
    assert "new:department" in problem(answer)["errors"][0]["reason"]
    meant = {"lead:交通科": f"department:{cast.economy.pk}"}
    made = content(office.post("/tasks/", {**said, "support": [], "meanings": meant}), 201)
    assert [unit["id"] for unit in made["departments"]] == [cast.economy.pk]
    assert Involvement.objects.get(task_id=made["id"], department=cast.economy).as_written == "交通科"


def test_every_wrong_place_is_named(plan: Plan, office: Program) -> None:
    said = whole(
        plan,
        milestones=[{"text": "选址", "start_on": "2026-10-01", "due_on": "2026-09-30"}, {}],
        targets=[{"name": "车位"}, {"name": "投资", "value": "5", "horizon_year": 2099}],
    )
    assert codes(office.post("/tasks/", said)).keys() == {
        "milestones.0.start_on",
        "milestones.1",
        "targets.0.value",
        "targets.1.horizon_year",
    }


def test_unknown_and_read_only_members_are_refused_by_name(plan: Plan, office: Program) -> None:
    answer = office.post("/tasks/", whole(plan, state="closed", milestones=[{"text": "选址", "moves": 3}]))
    assert problem(answer)["status"] == 400
    assert codes(answer) == {"state": "unknown", "milestones.0.moves": "unknown"}


def test_only_the_office_writes_and_only_into_an_open_plan(
    cast: Cast, plan: Plan, office: Program, clerk: Program, outsider: Program
) -> None:
    assert problem(clerk.post("/tasks/", whole(plan)))["status"] == 403
    task, seen = read(office, f"/tasks/{task_of(plan, '1').pk}/")
    archive_plan(plan=plan, by=cast.actor())
    assert problem(office.post("/tasks/", whole(plan)))["type"].endswith("archived")
    path = f"/tasks/{task['id']}/"
    assert problem(office.patch(path, {"note": "改"}, If_Match=seen))["type"].endswith("archived")


def test_a_change_writes_what_is_said_and_leaves_the_rest(plan: Plan, office: Program) -> None:
    path = f"/tasks/{task_of(plan, '1').pk}/"
    before, seen = read(office, path)
    answer = office.patch(path, {"note": "由市里督办。", "support": ["招商科"]}, If_Match=seen)
    after = content(answer)
    assert after["note"] == "由市里督办。"
    assert [(unit["name"], unit["role"]) for unit in after["departments"]] == [
        ("规划建设科", "lead"),
        ("招商服务科", "support"),
    ]
    same = ("title", "content", "deadline_text", "milestones", "targets", "section", "posts")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert answer.headers["ETag"] == read(office, path)[1] != seen


def test_the_second_of_two_gets_both_values(plan: Plan, office: Program) -> None:
    path = f"/tasks/{task_of(plan, '1').pk}/"
    _, seen = read(office, path)
    office.patch(path, {"note": "先改的"}, If_Match=seen)
    said = problem(office.patch(path, {"note": "后改的"}, If_Match=seen))
    assert (said["status"], said["current"]["note"], said["yours"]) == (412, "先改的", {"note": "后改的"})
    assert problem(office.patch(path, {"note": "不看就改"}))["status"] == 428


def test_a_list_of_steps_is_the_whole_new_list(plan: Plan, office: Program) -> None:
    path = f"/tasks/{task_of(plan, '1').pk}/"
    before, seen = read(office, path)
    first, second, third = (step["id"] for step in before["milestones"])
    said = [{"id": first}, {"id": third, "text": "正式开工"}, {"text": "通车", "due_on": "2027-06-30"}]
    after = content(office.patch(path, {"milestones": said}, If_Match=seen))
    assert [step["text"] for step in after["milestones"]] == ["选址", "正式开工", "通车"]
    assert second not in {step["id"] for step in after["milestones"]}
    assert after["milestones"][1]["current_due_on"] == "2026-12-31"


def test_steps_of_another_item_and_the_same_step_twice_are_refused(plan: Plan, office: Program) -> None:
    task = task_of(plan, "1")
    foreign = task_of(plan, "2").milestones.get().pk
    own = task.milestones.get(position=0).pk
    _, seen = read(office, f"/tasks/{task.pk}/")
    said = {"milestones": [{"id": own}, {"id": own}, {"id": foreign}]}
    answer = office.patch(f"/tasks/{task.pk}/", said, If_Match=seen)
    assert codes(answer) == {"milestones.1.id": "unknown", "milestones.2.id": "unknown"}


def test_a_step_that_is_done_can_not_go(cast: Cast, plan: Plan, office: Program) -> None:
    task = task_of(plan, "1")
    done = {task.milestones.get(position=0).pk: date(2026, 3, 30)}
    mark_milestones(task=task, done=done, by=cast.actor(), now=at(TODAY))
    _, seen = read(office, f"/tasks/{task.pk}/")
    answer = office.patch(f"/tasks/{task.pk}/", {"milestones": []}, If_Match=seen)
    assert problem(answer)["type"].endswith("step_done")


def test_new_words_of_a_deadline_move_its_steps_only_when_it_is_said_how(plan: Plan, office: Program) -> None:
    path = f"/tasks/{task_of(plan, '1').pk}/"
    before, seen = read(office, path)
    said = {"deadline_text": "3月底前选址，8月底前报批，年底前开工"}
    assert codes(office.patch(path, said, If_Match=seen)) == {"milestones.1.kind": "required"}
    after = content(office.patch(path, {**said, "kind": "extended", "reason": "用地未批"}, If_Match=seen))
    assert [step["id"] for step in after["milestones"]] == [step["id"] for step in before["milestones"]]
    assert [(step["current_due_on"], step["moves"]) for step in after["milestones"]] == [
        ("2026-03-31", 0),
        ("2026-08-31", 1),
        ("2026-12-31", 0),
    ]


@pytest.mark.parametrize(
    ("kind", "issued", "moves"),
    [("extended", "2026-12-31", 1), ("corrected", "2027-03-31", 0), ("reissued", "2027-03-31", 0)],
)
def test_a_step_moves_by_the_kind_of_its_new_day(
    plan: Plan, office: Program, kind: str, issued: str, moves: int
) -> None:
    step = task_of(plan, "1").milestones.get(text="开工")
    path = f"/milestones/{step.pk}/"
    _, seen = read(office, path)
    assert codes(office.patch(path, {"due_on": "2027-03-31"}, If_Match=seen)) == {"kind": "required"}
    said = {"due_on": "2027-03-31", "kind": kind, "document": "示例发〔2026〕9号", "reason": "用地未批"}
    after = content(office.patch(path, said, If_Match=seen))
    assert (after["issued_due_on"], after["current_due_on"], after["moves"]) == (issued, "2027-03-31", moves)
    row = MilestoneDate.objects.get(milestone=step, kind=kind)
    assert (row.document, row.reason) == ("示例发〔2026〕9号", "用地未批")
    lost = problem(office.patch(path, said, If_Match=seen))
    assert (lost["status"], lost["current"]["current_due_on"], lost["yours"]) == (412, "2027-03-31", said)


def test_a_step_is_done_on_a_day_that_has_come_and_open_again(cast: Cast, plan: Plan, office: Program) -> None:
    path = f"/milestones/{task_of(plan, '1').milestones.get(text='选址').pk}/"
    _, seen = read(office, path)
    assert codes(office.patch(path, {"done_on": "2026-06-25"}, If_Match=seen)) == {"done_on": "to_come"}
    answer = office.patch(path, {"done_on": "2026-03-30", "text": "完成选址"}, If_Match=seen)
    assert (content(answer)["done_on"], content(answer)["text"]) == ("2026-03-30", "完成选址")
    opened = office.patch(path, {"done_on": None}, If_Match=answer.headers["ETag"])
    assert content(opened)["done_on"] is None
    suspend_tasks(task_ids=[task_of(plan, "1").pk], reason="停工", by=cast.actor(), now=at(TODAY))
    _, seen = read(office, path)
    assert problem(office.patch(path, {"done_on": "2026-03-30"}, If_Match=seen))["type"].endswith("not_issued")


def test_a_step_and_an_amount_are_added_over_the_items_version(plan: Plan, office: Program) -> None:
    path = f"/tasks/{task_of(plan, '1').pk}/"
    _, seen = read(office, path)
    step = {"text": "通车", "due_on": "2027-06-30"}
    assert problem(office.post(f"{path}milestones/", step))["status"] == 428
    answer = office.post(f"{path}milestones/", step, If_Match=seen, Idempotency_Key="b1")
    made = content(answer, 201)
    assert (made["text"], made["position"], made["current_due_on"]) == ("通车", 3, "2027-06-30")
    assert content(office.get(answer.headers["Location"])) == made
    again = office.post(f"{path}milestones/", step, If_Match=seen, Idempotency_Key="b1")
    assert again.content == answer.content
    assert problem(office.post(f"{path}milestones/", step, If_Match=seen))["status"] == 412
    aim = {"name": "道路长度", "value": "3.5", "unit": "公里", "milestone": made["id"]}
    answer = office.post(f"{path}targets/", aim, If_Match=answer.headers["ETag"])
    assert (content(answer, 201)["value"], content(answer, 201)["milestone"]) == ("3.5", made["id"])


def test_an_amount_changes_with_the_way_to_it(plan: Plan, office: Program) -> None:
    aim = task_of(plan, "2").targets.get()
    path = f"/targets/{aim.pk}/"
    before, seen = read(office, path)
    said = {"value": "9", "months": [{"month": 6, "by": "3"}, {"month": 12, "by": "100%"}]}
    after = content(office.patch(path, said, If_Match=seen))
    assert (after["id"], after["value"], after["milestone"]) == (aim.pk, "9", before["milestone"])
    aim.refresh_from_db()
    assert [day for day, _ in aim.curve] == ["2026-06-30", "2026-12-31"]
    _, seen = read(office, path)
    falling = {"months": [{"month": 6, "by": "5"}, {"month": 9, "by": "4"}]}
    assert codes(office.patch(path, falling, If_Match=seen)) == {"months": "invalid"}
    foreign = {"milestone": task_of(plan, "1").milestones.get(position=0).pk}
    assert codes(office.patch(path, foreign, If_Match=seen)) == {"milestone": "unknown"}


def test_a_list_that_gets_shorter_is_another_list(plan: Plan, office: Program) -> None:
    path = f"/tasks/{task_of(plan, '1').pk}/"
    _, seen = read(office, path)
    listed = office.post(f"{path}targets/", {"name": "路段", "items": ["甲段", "乙段"]}, If_Match=seen)
    made = content(listed, 201)
    assert made["value"] == "2"
    shorter = {"items": ["甲段"]}
    after = content(office.patch(f"/targets/{made['id']}/", shorter, If_Match=listed.headers["ETag"]))
    assert (after["value"], after["id"] != made["id"]) == ("1", True)
    assert problem(office.get(f"/targets/{made['id']}/"))["status"] == 404


def test_a_figure_with_more_digits_than_are_kept_is_refused(plan: Plan, office: Program) -> None:
    path = f"/targets/{task_of(plan, '2').targets.get().pk}/"
    _, seen = read(office, path)
    assert codes(office.patch(path, {"value": "1234567890123456.1234"}, If_Match=seen)) == {"value": "does_not_fit"}
