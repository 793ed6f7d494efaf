"""Obstacles through the API: raised by the unit that leads, answered by whom it asks, followed up by who raised it."""

import pytest

from projects.models import Plan
from projects.planning import suspend_tasks
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.api.acts import obstacle
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.api.steps import assert_careful, assert_made_once, over, take
from tracker.boards.plain_asked import OBSTACLE_COLUMNS
from tracker.models import Obstacle

pytestmark = pytest.mark.django_db
ANSWER = {"answer": "土地月底前批下。"}
AGAIN = {"due_on": "2026-07-10", "reason": "还没有批下"}
BACK = {"reason": "已经解决"}


@pytest.fixture(name="asked")
def asked_fixture(cast: Cast) -> Program:
    """Return the program of the unit that is asked."""
    return program(cast, cast.economy_clerk)


def path_of(plan: Plan, number: str = "1") -> str:
    return f"/tasks/{task_of(plan, number).pk}/obstacles/"


def trouble(cast: Cast, **said: object) -> dict[str, object]:
    return {"text": "土地没有批下来。", "answering_department": cast.economy.pk, "due_on": f"{TODAY}", **said}


def paths(row: Obstacle, step: str) -> tuple[str, str]:
    return f"/obstacles/{row.pk}/", f"/obstacles/{row.pk}/{step}/"


def test_an_obstacle_is_raised_once_and_names_who_answers(cast: Cast, plan: Plan, clerk: Program) -> None:
    made = assert_made_once(clerk, path_of(plan), trouble(cast))
    assert made.keys() == OBSTACLE_COLUMNS.keys()
    assert made["department"] == {"id": cast.building.pk, "name": "规划建设科"}
    assert made["answering_department"] == {"id": cast.economy.pk, "name": "经济发展科"}
    assert (made["answering_person"], made["state"], Obstacle.objects.count()) == (None, "open", 1)


def test_a_person_can_be_asked_instead_of_a_unit(cast: Cast, plan: Plan, clerk: Program) -> None:
    said = trouble(cast, answering_person=cast.deputy.person_id)
    del said["answering_department"]
    made = content(clerk.post(path_of(plan), said), 201)
    assert (made["answering_department"], made["answering_person"]["id"]) == (None, cast.deputy.person_id)


@pytest.mark.parametrize("who", ["nobody", "own", "both", "stranger"])
def test_exactly_one_other_unit_or_person_is_asked(cast: Cast, plan: Plan, clerk: Program, who: str) -> None:
    said = trouble(cast)
    match who:
        case "nobody":
            del said["answering_department"]
        case "own":
            said["answering_department"] = cast.building.pk
        case "both":
            said["answering_person"] = cast.deputy.person_id
        case "stranger":
            said = {**said, "answering_person": cast.outsider.person_id}
            del said["answering_department"]
    answer = clerk.post(path_of(plan), said)
    assert (answer.status_code, set(codes(answer).values())) == (422, {"unknown"})
    assert not Obstacle.objects.exists()


def test_nobody_can_answer_by_a_day_that_is_over(cast: Cast, plan: Plan, clerk: Program) -> None:
    answer = clerk.post(path_of(plan), trouble(cast, due_on="2026-06-23"))
    assert (answer.status_code, codes(answer)) == (422, {"due_on": "past"})
    row = obstacle(cast, plan)
    read, step = paths(row, "askings")
    answer = clerk.post(step, AGAIN | {"due_on": "2026-06-23"}, **over(clerk, read))
    assert (answer.status_code, codes(answer)) == (422, {"due_on": "past"})


def test_whom_it_asks_answers(cast: Cast, plan: Plan, asked: Program) -> None:
    told = take(asked, *paths(obstacle(cast, plan), "answers"), ANSWER)
    assert (told["state"], told["answer"], told["answered_on"]) == ("answered", ANSWER["answer"], f"{TODAY}")


def test_whoever_raised_it_asks_again_with_a_new_day(cast: Cast, plan: Plan, clerk: Program) -> None:
    told = take(clerk, *paths(obstacle(cast, plan), "askings"), AGAIN)
    assert (told["state"], told["due_on"], told["cycle"]) == ("open", AGAIN["due_on"], 2)


def test_an_answer_goes_over_the_version_that_was_read_and_once(cast: Cast, plan: Plan, asked: Program) -> None:
    assert_careful(asked, *paths(obstacle(cast, plan), "answers"), ANSWER)


@pytest.mark.parametrize(("step", "said"), [("askings", AGAIN), ("withdrawal", BACK)])
def test_what_follows_goes_over_the_version_that_was_read_and_once(
    cast: Cast, plan: Plan, clerk: Program, step: str, said: dict[str, str]
) -> None:
    assert_careful(clerk, *paths(obstacle(cast, plan), step), said)


def test_what_was_taken_back_takes_no_answer(cast: Cast, plan: Plan, clerk: Program, office: Program) -> None:
    row = obstacle(cast, plan)
    take(clerk, *paths(row, "withdrawal"), BACK)
    read, step = paths(row, "askings")
    answer = office.post(step, AGAIN, **over(office, read))
    assert (answer.status_code, codes(answer)) == (409, {"state": "withdrawn"})


def test_nothing_is_raised_on_an_item_that_stands_still(cast: Cast, plan: Plan, clerk: Program) -> None:
    road = task_of(plan, "1")
    suspend_tasks(task_ids=[road.pk], reason="等规划", by=cast.actor(), now=at(TODAY))
    answer = clerk.post(path_of(plan), trouble(cast))
    assert (answer.status_code, codes(answer)) == (409, {"state": "suspended"})


def test_others_may_not_and_strangers_do_not_learn_of_it(
    cast: Cast, plan: Plan, clerk: Program, asked: Program, outsider: Program
) -> None:
    row = obstacle(cast, plan)
    assert problem(asked.post(path_of(plan), {}))["status"] == 403
    assert problem(clerk.post(paths(row, "answers")[1], {}))["status"] == 403
    assert problem(asked.post(paths(row, "withdrawal")[1], {}))["status"] == 403
    for path in (path_of(plan), *(paths(row, step)[1] for step in ("answers", "askings", "withdrawal"))):
        assert problem(outsider.post(path, {}))["status"] == 404
    assert problem(outsider.get(f"/obstacles/{row.pk}/"))["status"] == 404
    assert content(outsider.get("/obstacles/"))["items"] == []


@pytest.mark.parametrize(("query", "number"), [("", 2), ("state=answered", 0), ("task={task}", 1), ("plan={plan}", 2)])
def test_obstacles_are_listed_and_filtered(cast: Cast, plan: Plan, clerk: Program, query: str, number: int) -> None:
    first, second = obstacle(cast, plan), obstacle(cast, plan, "3")
    rows = content(clerk.get(f"/obstacles/?{query.format(task=second.task_id, plan=plan.pk)}"))["items"]
    assert [row["id"] for row in rows] == [second.pk, first.pk][:number]
