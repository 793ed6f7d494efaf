"""What comes from above through the API: read as it was offered, taken into one's own plan or declined, once."""

import pytest

from accounts.choices import Scope
from accounts.maintaining import dissolve_department
from projects.choices import HandDownState
from projects.handing_down import withdraw
from projects.models import HandDown, Plan, Task
from projects.planning import archive_plan
from tests.cast import TODAY, Cast, task_of
from tests.family import Child, make_child, offer
from tests.query_counts import QueryBaseline
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.api.steps import assert_careful, over, take
from tests.tracker.test_page_queries import many_tasks
from tracker.boards.plain_handing import FROM_ABOVE_MEMBERS

pytestmark = pytest.mark.django_db
BACK = {"reason": "不属本镇"}


@pytest.fixture(name="child")
def child_fixture(cast: Cast) -> Child:
    return make_child(cast.organization, "bei")


@pytest.fixture(name="below")
def below_fixture(cast: Cast, child: Child) -> Program:
    return program(cast, child.office)


@pytest.fixture(name="handed")
def handed_fixture(cast: Cast, plan: Plan, child: Child) -> HandDown:
    (row,) = offer(cast, task_of(plan, "1"), child, word="请抓紧。")
    return row


def paths(row: HandDown, step: str) -> tuple[str, str]:
    return f"/from-above/{row.pk}/", f"/from-above/{row.pk}/{step}/"


def into(child: Child, **other: object) -> dict[str, object]:
    return {"plan": child.plan.pk, "department": child.unit.pk, **other}


def test_the_promise_is_read_as_it_was_offered_without_the_item_above(
    cast: Cast, plan: Plan, handed: HandDown, below: Program
) -> None:
    task = task_of(plan, "1")
    Task.objects.filter(pk=task.pk).update(title="改过的题目", note="本级内部备注")
    answer = below.get("/from-above/")
    (row,) = content(answer)["items"]
    assert row.keys() == {*FROM_ABOVE_MEMBERS}
    assert row["from"] == {"id": cast.organization.pk, "name": cast.organization.name}
    assert (row["title"], row["content"], row["word"]) == (task.title, task.content, "请抓紧。")
    steps = [(step.text, f"{step.current_due_on}") for step in task.milestones.order_by("position")]
    assert [(step["text"], step["due_on"]) for step in row["milestones"]] == steps
    assert (row["state"], row["taken_as"], row["offered_on"]) == ("offered", None, f"{TODAY}")
    assert "本级内部备注" not in answer.content.decode()
    assert content(below.get(f"/from-above/{handed.pk}/")) == row
    assert problem(below.get(f"/tasks/{task.pk}/"))["status"] == 404


def test_amounts_are_read_with_their_figures_as_text(cast: Cast, plan: Plan, child: Child, below: Program) -> None:
    (handed,) = offer(cast, task_of(plan, "2"), child)
    (amount,) = content(below.get(f"/from-above/{handed.pk}/"))["targets"]
    told = task_of(plan, "2").targets.get()
    assert (amount["name"], amount["value"], amount["unit"]) == (told.name, f"{told.value.normalize():f}", told.unit)
    assert (amount["step"], amount["items"], amount["curve"]) == (1, [], [])


def test_what_is_taken_becomes_an_own_item_under_the_heading_the_unit_and_the_number_that_are_said(
    child: Child, handed: HandDown, below: Program
) -> None:
    told = take(below, *paths(handed, "taking"), into(child, category=["一、城建", "道路"], number="甲1"))
    made = Task.objects.get(plan=child.plan)
    assert (told["state"], told["taken_as"], told["answered_on"]) == ("taken", made.pk, f"{TODAY}")
    assert made.section is not None
    assert made.section.parent is not None
    assert (made.number, made.section.title, made.section.parent.title) == ("甲1", "道路", "一、城建")
    assert [row["id"] for row in content(below.get(f"/tasks/{made.pk}/"))["departments"]] == [child.unit.pk]


def test_without_a_number_it_gets_the_next_one(
    cast: Cast, plan: Plan, child: Child, handed: HandDown, below: Program
) -> None:
    (second,) = offer(cast, task_of(plan, "2"), child)
    for row in (handed, second):
        take(below, *paths(row, "taking"), into(child))
    assert [*Task.objects.filter(plan=child.plan).order_by("pk").values_list("number", flat=True)] == ["1", "2"]


@pytest.mark.parametrize(
    ("member", "code"), [("plan", "no_such_plan"), ("department", "no_such_unit"), ("dissolved", "no_such_unit")]
)
def test_only_an_own_plan_and_an_own_unit_that_still_is_will_do(
    cast: Cast, plan: Plan, child: Child, handed: HandDown, below: Program, member: str, code: str
) -> None:
    body = into(child)
    match member:
        case "plan":
            body["plan"] = plan.pk
        case "department":
            body["department"] = cast.building.pk
        case "dissolved":
            member = "department"
            dissolve_department(department=child.unit, successor=None, on=TODAY, version=1, by=child.actor())
    read, step = paths(handed, "taking")
    answer = below.post(step, body, **over(below, read))
    assert (answer.status_code, codes(answer)) == (422, {member: code})
    assert not Task.objects.filter(plan=child.plan).exists()


def test_nothing_is_taken_into_an_archived_plan(child: Child, handed: HandDown, below: Program) -> None:
    archive_plan(plan=child.plan, by=child.actor())
    read, step = paths(handed, "taking")
    answer = below.post(step, into(child), **over(below, read))
    assert (answer.status_code, problem(answer)["type"]) == (409, "/api/v1/docs/#problem-archived")
    handed.refresh_from_db()
    assert handed.state == HandDownState.OFFERED


@pytest.mark.parametrize(
    ("other", "field"),
    [({"category": ["长" * 501]}, "category.0"), ({"category": [" "]}, "category.0"), ({"number": "1" * 33}, "number")],
)
def test_a_heading_or_a_number_that_does_not_fit_is_a_fault(
    child: Child, handed: HandDown, below: Program, other: dict[str, object], field: str
) -> None:
    read, step = paths(handed, "taking")
    answer = below.post(step, into(child, **other), **over(below, read))
    assert (answer.status_code, [*codes(answer)]) == (400, [field])


def test_what_is_declined_goes_back_with_a_reason(
    child: Child, handed: HandDown, below: Program, office: Program
) -> None:
    read, step = paths(handed, "declining")
    for reason in ("", "  ", "长" * 501):
        answer = below.post(step, {"reason": reason}, **over(below, read))
        assert (answer.status_code, [*codes(answer)]) == (400, ["reason"])
    told = take(below, read, step, BACK)
    assert (told["state"], told["reason"], told["answered_on"]) == ("declined", "不属本镇", f"{TODAY}")
    assert content(office.get(f"/hand-downs/{handed.pk}/"))["reason"] == "不属本镇"


@pytest.mark.parametrize("step", ["taking", "declining"])
def test_an_answer_goes_over_the_version_that_was_read_and_once(
    child: Child, handed: HandDown, below: Program, step: str
) -> None:
    assert_careful(below, *paths(handed, step), into(child) if step == "taking" else BACK)


def test_what_was_answered_is_not_answered_again(child: Child, handed: HandDown, below: Program) -> None:
    read, declining = paths(handed, "declining")
    take(below, read, declining, BACK)
    for path, body in ((declining, BACK), (paths(handed, "taking")[1], into(child))):
        answer = below.post(path, body, **over(below, read))
        assert (answer.status_code, codes(answer)) == (409, {"state": "declined"})
    assert not Task.objects.filter(plan=child.plan).exists()


def test_what_was_withdrawn_is_no_more_to_be_seen(cast: Cast, child: Child, handed: HandDown, below: Program) -> None:
    seen = over(below, paths(handed, "taking")[0])
    withdraw(handed=handed, version=1, reason="重复", by=cast.actor())
    assert content(below.get("/from-above/"))["items"] == []
    for path in (*paths(handed, "taking"), paths(handed, "declining")[1]):
        answer = below.post(path, into(child), **seen) if path.count("/") > 3 else below.get(path)
        assert problem(answer)["status"] == 404


def test_only_the_office_it_came_to_reads_and_answers_it(
    cast: Cast, child: Child, handed: HandDown, office: Program, clerk: Program
) -> None:
    beside, under = make_child(cast.organization, "nan"), make_child(child.organization, "cun")
    for caller in (office, program(cast, beside.office), program(cast, under.office)):
        assert content(caller.get("/from-above/"))["items"] == []
        for step in ("taking", "declining"):
            read, path = paths(handed, step)
            assert problem(caller.get(read))["status"] == 404
            assert problem(caller.post(path, {}))["status"] == 404
    assert problem(clerk.get("/from-above/"))["status"] == 403


@pytest.mark.parametrize(("step", "needed"), [("taking", Scope.PLAN), ("declining", Scope.OFFICE)])
def test_a_token_needs_the_scope_of_what_is_written(
    cast: Cast, child: Child, handed: HandDown, below: Program, step: str, needed: Scope
) -> None:
    read, path = paths(handed, step)
    body = into(child) if step == "taking" else BACK
    other = program(cast, child.office, [scope for scope in Scope if scope is not needed])
    assert problem(other.post(path, body, **over(below, read)))["type"].endswith("#problem-scope_missing")
    fitting = program(cast, child.office, [Scope.READ, needed])
    assert fitting.post(path, body, **over(below, read)).status_code == 200


def test_they_are_filtered_by_what_became_of_them(
    cast: Cast, plan: Plan, child: Child, handed: HandDown, below: Program
) -> None:
    (second,) = offer(cast, task_of(plan, "2"), child)
    take(below, *paths(handed, "declining"), BACK)
    for query, found in (("", [second, handed]), ("?state=offered", [second]), ("?state=taken", [])):
        rows = content(below.get(f"/from-above/{query}"))["items"]
        assert [row["id"] for row in rows] == [row.pk for row in found]


@pytest.mark.parametrize("size", [2, 12])
def test_reading_them_asks_equally_often_however_many_there_are(
    cast: Cast, plan: Plan, child: Child, below: Program, assert_query_baseline: QueryBaseline, size: int
) -> None:
    many_tasks(cast, plan, size)
    items = Task.objects.filter(plan=plan, title__startswith="示例事项").order_by("pk")
    rows = [offer(cast, task, child)[0] for task in items]
    for address in ("/from-above/?limit=100", "/from-above/{one}/"):
        path = address.format(one=rows[0].pk)
        below.get(path)
        with assert_query_baseline(f"api office below {address}"):
            answer = below.get(path)
        assert len(content(answer).get("items", range(size))) == size
