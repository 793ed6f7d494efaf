"""Plans through the API: read, made, and changed over the version that was seen."""

import pytest

from projects.models import Plan
from projects.planning import change_plan
from tests.cast import Cast, make_plan
from tests.tracker.api.calling import Program, codes, content, problem

pytestmark = pytest.mark.django_db
MEMBERS = {"id", "year", "title", "document", "state", "issued_on", "restricted", "version"}


def test_everybody_with_a_part_reads_the_issued_plan_and_only_the_office_a_draft(
    cast: Cast, plan: Plan, office: Program, clerk: Program
) -> None:
    draft = make_plan(cast)
    assert [row["id"] for row in content(clerk.get("/plans/"))["items"]] == [plan.pk]
    assert [row["id"] for row in content(office.get("/plans/"))["items"]] == [plan.pk, draft.pk]
    assert problem(clerk.get(f"/plans/{draft.pk}/"))["status"] == 404


def test_a_plan_tells_all_its_members_or_those_asked_for(plan: Plan, clerk: Program) -> None:
    assert content(clerk.get(f"/plans/{plan.pk}/")).keys() == MEMBERS
    assert content(clerk.get(f"/plans/{plan.pk}/?fields=title,year")).keys() == {"id", "title", "year"}
    assert content(clerk.get("/plans/?fields=year"))["items"] == [{"id": plan.pk, "year": 2026}]


def test_plans_are_filtered_by_year_and_state(cast: Cast, plan: Plan, office: Program) -> None:
    make_plan(cast)
    assert [row["id"] for row in content(office.get("/plans/?state=issued"))["items"]] == [plan.pk]
    assert content(office.get("/plans/?year=2025"))["items"] == []


def test_the_office_makes_a_plan_and_finds_it_where_the_answer_says(office: Program) -> None:
    answer = office.post("/plans/", {"year": 2027, "title": "2027年重点工作责任分解表"})
    made = content(answer, 201)
    assert (made["year"], made["state"], made["version"]) == (2027, "draft", 1)
    again = office.get(answer.headers["Location"])
    assert (content(again), again.headers["ETag"]) == (made, answer.headers["ETag"])


def test_only_the_office_makes_and_changes_plans(plan: Plan, clerk: Program) -> None:
    assert problem(clerk.post("/plans/", {"year": 2027, "title": "表"}))["status"] == 403
    assert problem(clerk.patch(f"/plans/{plan.pk}/", {"title": "表"}))["status"] == 403


def test_a_change_goes_over_the_version_that_was_seen(plan: Plan, office: Program) -> None:
    path = f"/plans/{plan.pk}/"
    seen = office.get(path).headers["ETag"]
    answer = office.patch(path, {"document": "示例发〔2026〕2号"}, If_Match=seen)
    assert content(answer)["document"] == "示例发〔2026〕2号"
    assert answer.headers["ETag"] == office.get(path).headers["ETag"] != seen


def test_a_change_that_names_no_version_is_refused(plan: Plan, office: Program) -> None:
    for headers in ({}, {"If_Match": "*"}, {"If_Match": ""}):
        assert problem(office.patch(f"/plans/{plan.pk}/", {"title": "新"}, **headers))["status"] == 428
    plan.refresh_from_db()
    assert plan.title != "新"


@pytest.mark.parametrize("tag", ['"0-x"', 'W/"2-x"', "2", '"made-up"', '"99999999999-x"'])
def test_a_version_that_never_was_is_lost(plan: Plan, office: Program, tag: str) -> None:
    assert problem(office.patch(f"/plans/{plan.pk}/", {"title": "新"}, If_Match=tag))["status"] == 412


def test_the_second_of_two_gets_both_values_and_writes_nothing(cast: Cast, plan: Plan, office: Program) -> None:
    path = f"/plans/{plan.pk}/"
    seen = office.get(path).headers["ETag"]
    plan.refresh_from_db()
    change_plan(
        plan=plan, version=plan.version, title="先改的", document=plan.document, restricted=False, by=cast.actor()
    )
    answer = office.patch(path, {"title": "后改的"}, If_Match=seen)
    said = problem(answer)
    assert (said["status"], said["current"]["title"], said["yours"]) == (412, "先改的", {"title": "后改的"})
    assert content(office.get(path))["title"] == "先改的"


def test_what_is_not_changed_is_not_sent_again(plan: Plan, clerk: Program) -> None:
    path = f"/plans/{plan.pk}/"
    first = clerk.get(path)
    again = clerk.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert clerk.get(path, If_None_Match='"other"').status_code == 200


def test_read_only_members_are_refused_by_name(plan: Plan, office: Program) -> None:
    seen = office.get(f"/plans/{plan.pk}/").headers["ETag"]
    said = {"title": "新", "version": 9, "state": "issued", "year": 2030}
    answer = office.patch(f"/plans/{plan.pk}/", said, If_Match=seen)
    assert codes(answer) == {"version": "unknown", "state": "unknown", "year": "unknown"}
    plan.refresh_from_db()
    assert plan.title != "新"
