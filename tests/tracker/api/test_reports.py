"""Reports through the API: handed in as by the page's form, by whom the item is led, and read by whoever sees it."""

from datetime import timedelta

import pytest

from accounts.models import HistoryEntry
from projects.models import Milestone, Plan, Target
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.visits import report
from tracker.api.reports import MEMBERS
from tracker.models import ProgressReport
from tracker.reporting import accept_report, return_report
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db
SAID = {"state": "on_plan", "sentence": "选址已完成，正在报批。"}


@pytest.fixture(autouse=True)
def _round(plan: Plan) -> None:
    open_rounds(today=TODAY)


def path_of(plan: Plan, number: str = "1") -> str:
    return f"/tasks/{task_of(plan, number).pk}/reports/"


def test_a_report_is_taken_as_from_the_page_and_history_names_the_door(plan: Plan, clerk: Program) -> None:
    answer = clerk.post(path_of(plan), SAID | {"problems": "资金未到位", "next_step": "七月开工"})
    made = content(answer, 201)
    assert made.keys() == set(MEMBERS)
    assert (made["sentence"], made["review_state"], made["late"]) == (SAID["sentence"], "submitted", False)
    assert made["round"] == "2026-06"
    assert content(clerk.get(answer.headers["Location"])) == made
    entry = HistoryEntry.objects.get(object_type="report", object_id=made["id"])
    assert (entry.door, entry.actor_name) == ("api", "示例·张三")


def test_figures_and_done_steps_come_with_it(cast: Cast, plan: Plan, clerk: Program) -> None:
    step = Milestone.objects.get(text="选址")
    made = content(clerk.post(path_of(plan), SAID | {"marks": [{"milestone": step.pk, "done_on": "2026-03-30"}]}), 201)
    assert made["marks"] == [{"milestone": step.pk, "done_on": "2026-03-30"}]
    aim = Target.objects.get()
    said = SAID | {"values": [{"target": aim.pk, "value": "3.50"}]}
    firms = content(program(cast, cast.investment_clerk).post(path_of(plan, "2"), said), 201)
    assert firms["values"] == [{"target": aim.pk, "value": "3.5"}]


def test_no_change_with_its_reason_is_a_full_answer(plan: Plan, clerk: Program) -> None:
    said = {"state": "on_plan", "sentence": "等省里批复。", "no_change": True}
    assert content(clerk.post(path_of(plan), said), 201)["no_change"] is True


def test_who_sees_but_does_not_lead_may_not_report_and_others_do_not_learn_that_it_is_there(
    cast: Cast, plan: Plan, office: Program, outsider: Program
) -> None:
    assert problem(office.post(path_of(plan), SAID))["status"] == 403
    assert problem(program(cast, cast.economy_clerk).post(path_of(plan), SAID))["status"] == 403
    assert problem(outsider.post(path_of(plan), SAID))["status"] == 404
    assert problem(outsider.post(path_of(plan), {}))["status"] == 404


def test_what_belongs_to_another_item_is_refused_by_its_place(plan: Plan, clerk: Program) -> None:
    foreign = Milestone.objects.get(text="引进企业 7 家")
    said = SAID | {
        "marks": [{"milestone": foreign.pk, "done_on": "2026-03-30"}],
        "values": [{"target": Target.objects.get().pk, "value": "1"}],
        "ticks": [1],
    }
    answer = clerk.post(path_of(plan), said)
    assert (answer.status_code, codes(answer)) == (
        422,
        {"marks.0": "unknown", "values.0": "unknown", "ticks.0": "unknown"},
    )


def test_a_contradiction_is_asked_about_and_taken_when_confirmed(plan: Plan, clerk: Program) -> None:
    step = Milestone.objects.get(text="报批")
    said = SAID | {"marks": [{"milestone": step.pk, "done_on": f"{TODAY + timedelta(days=3):%Y-%m-%d}"}]}
    answer = clerk.post(path_of(plan), said)
    (fault,) = problem(answer)["errors"]
    assert (answer.status_code, fault["field"]) == (422, "confirmed")
    assert clerk.post(path_of(plan), said | {"confirmed": [fault["code"]]}).status_code == 201


def test_a_report_over_one_that_was_not_seen_gets_both_and_replaces_nothing(
    cast: Cast, plan: Plan, clerk: Program
) -> None:
    first = report(cast, plan, "1", sentence="同事先报的。")
    answer = clerk.post(path_of(plan), SAID | {"seen": 0})
    said = problem(answer)
    assert (answer.status_code, said["current"]["id"], said["yours"]["sentence"]) == (412, first.pk, SAID["sentence"])
    assert ProgressReport.objects.count() == 1
    assert clerk.post(path_of(plan), SAID | {"seen": first.pk}).status_code == 201


def test_what_the_office_accepted_takes_no_second_report_and_what_it_returned_does(
    cast: Cast, plan: Plan, clerk: Program
) -> None:
    first = report(cast, plan, "1")
    return_report(report=first, reason="请写数字", by=cast.actor(), now=at(TODAY))
    made = content(clerk.post(path_of(plan), SAID), 201)
    accept_report(report=ProgressReport.objects.get(pk=made["id"]), by=cast.actor(), now=at(TODAY))
    answer = clerk.post(path_of(plan), SAID)
    assert problem(answer)["type"].endswith("#problem-already_accepted")
    listed = content(clerk.get("/reports/"))["items"]
    assert [(row["review_state"], [each["decision"] for each in row["reviews"]]) for row in listed] == [
        ("accepted", ["accepted"]),
        ("returned", ["returned"]),
    ]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 2),
        ("task={task}", 1),
        ("plan={plan}", 2),
        ("plan=0", 0),
        ("unit={unit}", 1),
        ("state=on_plan", 2),
        ("state=done", 0),
        ("review_state=submitted", 2),
    ],
)
def test_reports_are_filtered(cast: Cast, plan: Plan, office: Program, query: str, number: int) -> None:
    first = report(cast, plan, "1")
    report(cast, plan, "2")
    path = query.format(task=first.task_id, plan=plan.pk, unit=first.department_id)
    assert len(content(office.get(f"/reports/?{path}"))["items"]) == number


def test_nobody_reads_reports_of_items_they_do_not_see(
    cast: Cast, plan: Plan, outsider: Program, clerk: Program
) -> None:
    said = report(cast, plan, "1")
    assert content(outsider.get("/reports/"))["items"] == []
    assert problem(outsider.get(f"/reports/{said.pk}/"))["status"] == 404
    assert content(clerk.get(f"/reports/{said.pk}/?fields=sentence")).keys() == {"id", "sentence"}
