"""Directives through the API: a leader's line, or one recorded for a leader; answered by the unit, then settled."""

import pytest

from accounts.choices import Scope
from projects.models import Plan
from tests.cast import TODAY, Cast, task_of
from tests.tracker.api.acts import directive
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.api.steps import assert_careful, assert_made_once, over, take
from tracker.boards.plain_asked import DIRECTIVE_COLUMNS
from tracker.models import Directive

pytestmark = pytest.mark.django_db
ANSWER = {"answer": "方案已报。"}
AGAIN = {"due_on": "2026-07-10", "reason": "写得太粗"}
BACK = {"reason": "另行研究"}
DONE = {"settlement": "照办"}


@pytest.fixture(name="leader")
def leader_fixture(cast: Cast) -> Program:
    return program(cast, cast.leader)


def path_of(plan: Plan) -> str:
    return f"/tasks/{task_of(plan, '1').pk}/directives/"


def line(cast: Cast, **said: object) -> dict[str, object]:
    return {"text": "月底前拿出方案。", "department": cast.building.pk, "due_on": f"{TODAY}", **said}


def paths(row: Directive, step: str) -> tuple[str, str]:
    return f"/directives/{row.pk}/", f"/directives/{row.pk}/{step}/"


def test_a_leader_gives_a_line_of_their_own_once(cast: Cast, plan: Plan, leader: Program) -> None:
    made = assert_made_once(leader, path_of(plan), line(cast))
    assert made.keys() == DIRECTIVE_COLUMNS.keys()
    assert (made["leader"], made["recorder_name"], made["state"]) == (cast.leader.person_id, "", "open")
    assert Directive.objects.count() == 1


def test_the_office_says_whose_line_it_records(cast: Cast, plan: Plan, office: Program) -> None:
    answer = office.post(path_of(plan), line(cast))
    assert (answer.status_code, codes(answer)) == (422, {"leader": "unknown"})
    said = line(cast, leader=cast.deputy.person_id, meeting_on="2026-06-22")
    made = content(office.post(path_of(plan), said), 201)
    assert (made["leader"], made["meeting_on"]) == (cast.deputy.person_id, "2026-06-22")
    assert made["recorder_name"] != ""


def test_a_leader_writes_for_nobody_else(cast: Cast, plan: Plan, leader: Program) -> None:
    answer = leader.post(path_of(plan), line(cast, leader=cast.deputy.person_id))
    assert (answer.status_code, codes(answer)) == (422, {"leader": "unknown"})


def test_the_day_and_the_unit_have_to_be_possible(cast: Cast, plan: Plan, leader: Program) -> None:
    assert codes(leader.post(path_of(plan), line(cast, due_on="2026-06-23"))) == {"due_on": "past"}
    assert codes(leader.post(path_of(plan), line(cast, department=0))) == {"department": "unknown"}
    assert not Directive.objects.exists()


def test_the_unit_answers_and_the_leader_settles(cast: Cast, plan: Plan, clerk: Program, leader: Program) -> None:
    row = directive(cast, plan)
    assert take(clerk, *paths(row, "answers"), ANSWER)["state"] == "answered"
    told = take(leader, *paths(row, "settlement"), DONE)
    assert (told["state"], told["settlement"], told["settled_on"]) == ("settled", "照办", f"{TODAY}")


def test_what_is_settled_is_not_asked_again(cast: Cast, plan: Plan, leader: Program) -> None:
    row = directive(cast, plan)
    take(leader, *paths(row, "settlement"), {})
    read, step = paths(row, "askings")
    answer = leader.post(step, AGAIN, **over(leader, read))
    assert (answer.status_code, codes(answer)) == (409, {"state": "settled"})


@pytest.mark.parametrize(("step", "said"), [("settlement", DONE), ("askings", AGAIN), ("withdrawal", BACK)])
def test_what_becomes_of_it_goes_over_the_version_that_was_read_and_once(
    cast: Cast, plan: Plan, leader: Program, step: str, said: dict[str, str]
) -> None:
    assert_careful(leader, *paths(directive(cast, plan), step), said)


def test_an_answer_goes_over_the_version_that_was_read_and_once(cast: Cast, plan: Plan, clerk: Program) -> None:
    assert_careful(clerk, *paths(directive(cast, plan), "answers"), ANSWER)


def test_others_may_not_and_strangers_do_not_learn_of_it(
    cast: Cast, plan: Plan, clerk: Program, office: Program, outsider: Program
) -> None:
    row = directive(cast, plan)
    assert problem(clerk.post(path_of(plan), {}))["status"] == 403
    assert problem(office.post(paths(row, "answers")[1], {}))["status"] == 403
    for step in ("settlement", "askings", "withdrawal"):
        assert problem(clerk.post(paths(row, step)[1], {}))["status"] == 403
        assert problem(outsider.post(paths(row, step)[1], {}))["status"] == 404
    assert problem(outsider.get(f"/directives/{row.pk}/"))["status"] == 404
    assert content(outsider.get("/directives/"))["items"] == []


def test_a_key_for_reports_answers_but_gives_no_line(cast: Cast, plan: Plan) -> None:
    row = directive(cast, plan)
    unit = program(cast, cast.clerk, [Scope.READ, Scope.REPORT])
    assert take(unit, *paths(row, "answers"), ANSWER)["state"] == "answered"
    leader = program(cast, cast.leader, [Scope.READ, Scope.REPORT])
    assert problem(leader.post(path_of(plan), line(cast)))["type"].endswith("scope_missing")


@pytest.mark.parametrize(("query", "number"), [("", 2), ("state=settled", 0), ("task={task}", 1), ("unit={unit}", 2)])
def test_directives_are_listed_and_filtered(cast: Cast, plan: Plan, clerk: Program, query: str, number: int) -> None:
    first, second = directive(cast, plan), directive(cast, plan, "3")
    rows = content(clerk.get(f"/directives/?{query.format(task=second.task_id, unit=cast.building.pk)}"))["items"]
    assert [row["id"] for row in rows] == [second.pk, first.pk][:number]
