"""Closings through the API: asked by the unit when all is done, verified or returned by the office."""

import pytest

from projects.models import Plan, Task
from tests.cast import TODAY, Cast, task_of
from tests.tracker.api.acts import closing
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.api.steps import assert_careful, assert_made_once, over, take
from tracker.boards.plain_asked import CLOSING_COLUMNS
from tracker.models import Closure

pytestmark = pytest.mark.django_db
SAID = {"statement": "全年无事故。"}
VERIFIED = {"how": "现场核实", "on": f"{TODAY}"}
BACK = {"reason": "材料不全"}


def path_of(plan: Plan, number: str = "3") -> str:
    return f"/tasks/{task_of(plan, number).pk}/closings/"


def paths(row: Closure, step: str) -> tuple[str, str]:
    return f"/closings/{row.pk}/", f"/closings/{row.pk}/{step}/"


def test_a_unit_asks_once_for_what_is_done(plan: Plan, clerk: Program) -> None:
    made = assert_made_once(clerk, path_of(plan), SAID)
    assert made.keys() == CLOSING_COLUMNS.keys()
    assert (made["state"], made["statement"], Closure.objects.count()) == ("asked", SAID["statement"], 1)
    again = clerk.post(path_of(plan), SAID)
    assert (again.status_code, codes(again)) == (409, {"statement": "waiting"})


def test_what_is_left_open_is_not_asked_for(plan: Plan, clerk: Program) -> None:
    answer = clerk.post(path_of(plan, "1"), SAID)
    assert (answer.status_code, codes(answer)) == (409, {"statement": "left_open"})


def test_the_office_verifies_and_the_item_is_closed(cast: Cast, plan: Plan, office: Program) -> None:
    row = closing(cast, plan)
    told = take(office, *paths(row, "verification"), VERIFIED)
    assert (told["state"], told["verified_how"]) == ("closed", "现场核实")
    assert Task.objects.get(pk=row.task_id).closed_on == TODAY


def test_an_item_is_not_closed_on_a_day_to_come(cast: Cast, plan: Plan, office: Program) -> None:
    read, step = paths(closing(cast, plan), "verification")
    answer = office.post(step, VERIFIED | {"on": "2026-06-25"}, **over(office, read))
    assert (answer.status_code, codes(answer)) == (422, {"on": "future"})
    assert task_of(plan, "3").closed_on is None


@pytest.mark.parametrize(("step", "said"), [("verification", VERIFIED), ("return", BACK)])
def test_an_answer_goes_over_the_version_that_was_read_and_once(
    cast: Cast, plan: Plan, office: Program, step: str, said: dict[str, str]
) -> None:
    assert_careful(office, *paths(closing(cast, plan), step), said)


def test_the_unit_takes_its_request_back_over_the_version_that_was_read_and_once(
    cast: Cast, plan: Plan, clerk: Program
) -> None:
    assert_careful(clerk, *paths(closing(cast, plan), "withdrawal"), {})
    assert Closure.objects.get().state == "withdrawn"


def test_what_was_answered_is_not_answered_again(cast: Cast, plan: Plan, office: Program) -> None:
    row = closing(cast, plan)
    take(office, *paths(row, "return"), BACK)
    read, step = paths(row, "verification")
    answer = office.post(step, VERIFIED, **over(office, read))
    assert (answer.status_code, codes(answer)) == (409, {"state": "returned"})


def test_others_may_not_and_strangers_do_not_learn_of_it(
    cast: Cast, plan: Plan, clerk: Program, office: Program, outsider: Program
) -> None:
    row = closing(cast, plan)
    assert problem(office.post(path_of(plan), {}))["status"] == 403
    assert problem(office.post(paths(row, "withdrawal")[1], {}))["status"] == 403
    assert problem(program(cast, cast.economy_clerk).post(paths(row, "withdrawal")[1], {}))["status"] == 403
    for step in ("verification", "return"):
        assert problem(clerk.post(paths(row, step)[1], {}))["status"] == 403
        assert problem(outsider.post(paths(row, step)[1], {}))["status"] == 404
    assert problem(outsider.get(f"/closings/{row.pk}/"))["status"] == 404
    assert content(outsider.get("/closings/"))["items"] == []


@pytest.mark.parametrize(("query", "number"), [("", 1), ("state=closed", 0), ("plan={plan}", 1), ("unit=0", 0)])
def test_closings_are_listed_and_filtered(cast: Cast, plan: Plan, clerk: Program, query: str, number: int) -> None:
    row = closing(cast, plan)
    rows = content(clerk.get(f"/closings/?{query.format(plan=plan.pk)}"))["items"]
    assert [each["id"] for each in rows] == [row.pk][:number]
