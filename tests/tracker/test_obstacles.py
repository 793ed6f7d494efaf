"""What blocks an item turns its light once its answer day passes, and the answer turns it back."""

from datetime import date, timedelta

import pytest

from accounts.conflicts import Conflict
from accounts.history import Actor
from accounts.models import Department, HistoryEntry, Person
from projects.models import Plan, Task
from projects.planning import suspend_tasks
from tests.cast import TODAY, Cast, at, evening, task_of
from tracker.boards.lines import lines_of
from tracker.choices import ObstacleState
from tracker.derived import differences
from tracker.follow_ups import NotOpenError
from tracker.lights import Light
from tracker.models import Obstacle, Standing
from tracker.obstacles import answer_obstacle, ask_again, raise_obstacle, withdraw_obstacle

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 26)
PASSED = DUE + timedelta(days=3)


def raised(
    cast: Cast,
    plan: Plan,
    *,
    answerer: Department | Person | None = None,
    due_on: date = DUE,
    token: str = "first",  # noqa: S107 - a form's number
    by: Actor | None = None,
) -> Obstacle:
    return raise_obstacle(
        task=task_of(plan, "3"),
        department=cast.investment,
        text="厂房没有通电。",
        answerer=answerer or cast.economy,
        due_on=due_on,
        token=token,
        by=by or cast.actor(cast.investment_clerk),
        now=at(TODAY),
    )


def light(task: Task, day: date) -> tuple[Light | None, str]:
    line = lines_of([Task.objects.select_related("plan").get(pk=task.pk)], today=day)[0]
    return line.light, line.why


def answered(cast: Cast, row: Obstacle, *, answer: str = "7月1日通电。") -> Obstacle:
    by = cast.actor(cast.economy_clerk)
    return answer_obstacle(obstacle=row, version=row.version, answer=answer, by=by, now=at(TODAY))


def test_an_obstacle_changes_no_light_before_its_answer_day_has_passed(cast: Cast, plan: Plan) -> None:
    before = light(task_of(plan, "3"), DUE)
    raised(cast, plan)
    assert light(task_of(plan, "3"), DUE) == before


def test_an_obstacle_past_its_answer_day_makes_the_item_behind_and_says_for_how_long(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan)
    assert light(row.task, PASSED) == (Light.BEHIND, "1 件困难应在 6月26日前答复，已过 3 天。")
    assert Standing.objects.get(task=row.task).behind_from == DUE + timedelta(days=1)


def test_the_answer_and_the_withdrawal_turn_the_light_back(cast: Cast, plan: Plan) -> None:
    first, second = raised(cast, plan), raised(cast, plan, token="twice")
    task = task_of(plan, "3")
    answered(cast, first)
    assert light(task, PASSED)[0] is Light.BEHIND
    by = cast.actor(cast.investment_clerk)
    withdraw_obstacle(obstacle=second, version=1, reason="已经通电", by=by, now=at(TODAY))
    assert light(task, PASSED)[0] is Light.ONGOING
    assert not differences(now=evening(TODAY))


def test_check_facts_finds_an_answer_day_that_was_changed_behind_its_back(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan)
    assert not differences(now=evening(TODAY))
    Obstacle.objects.filter(pk=row.pk).update(due_on=DUE + timedelta(days=30))
    assert differences(now=evening(TODAY)).items == (row.task_id,)


def test_the_same_form_sent_twice_raises_one_obstacle(cast: Cast, plan: Plan) -> None:
    assert raised(cast, plan) == raised(cast, plan)
    assert Obstacle.objects.count() == 1
    assert HistoryEntry.objects.filter(action="obstacle.raised").count() == 1


def test_an_obstacle_names_one_answerer_a_unit_or_a_person(cast: Cast, plan: Plan) -> None:
    deputy = cast.deputy.person
    assert deputy is not None
    row = raised(cast, plan, answerer=deputy)
    assert (row.answering_department, row.answering_person) == (None, deputy)


def test_what_the_office_raises_for_a_unit_is_kept_as_that(cast: Cast, plan: Plan) -> None:
    raised(cast, plan, by=cast.actor())
    raised(cast, plan, token="own")
    kept = HistoryEntry.objects.filter(action="obstacle.raised").order_by("pk")
    assert [entry.after.get("on_behalf", False) for entry in kept] == [True, False]


def test_nothing_is_asked_about_an_item_that_is_suspended_or_by_a_day_that_has_passed(cast: Cast, plan: Plan) -> None:
    with pytest.raises(ValueError, match="nobody can answer"):
        raised(cast, plan, due_on=TODAY - timedelta(days=1))
    suspend_tasks(task_ids=[task_of(plan, "3").pk], reason="暂缓", by=cast.actor(), now=at(TODAY))
    with pytest.raises(NotOpenError):
        raised(cast, plan)
    assert not Obstacle.objects.exists()


def test_asking_again_begins_a_new_cycle_and_keeps_the_answer_that_did_not_help(cast: Cast, plan: Plan) -> None:
    row = answered(cast, raised(cast, plan))
    later, by = DUE + timedelta(days=7), cast.actor(cast.investment_clerk)
    again = ask_again(obstacle=row, version=2, due_on=later, reason="只通了一半", by=by, now=at(TODAY))
    assert (again.state, again.cycle, again.due_on, again.answer) == (ObstacleState.OPEN, 2, later, "7月1日通电。")
    entry = HistoryEntry.objects.get(action="obstacle.asked_again")
    assert (entry.before["due_on"], entry.after["due_on"], entry.reason) == ("2026-06-26", "2026-07-03", "只通了一半")
    assert light(row.task, later + timedelta(days=1))[0] is Light.BEHIND


def test_the_second_writer_gets_what_the_first_one_left(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan)
    answered(cast, row)
    by = cast.actor(cast.investment_clerk)
    with pytest.raises(Conflict) as found:
        withdraw_obstacle(obstacle=row, version=1, reason="不用了", by=by, now=at(TODAY))
    assert found.value.current.answer == "7月1日通电。"


def test_the_same_answer_sent_twice_counts_once_and_another_is_a_conflict(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan)
    first = answered(cast, row)
    assert answered(cast, row).version == first.version == 2
    with pytest.raises(Conflict):
        answered(cast, row, answer="另一句")
    assert HistoryEntry.objects.filter(action="obstacle.answered").count() == 1


def test_a_withdrawn_obstacle_takes_no_answer(cast: Cast, plan: Plan) -> None:
    by = cast.actor(cast.investment_clerk)
    row = withdraw_obstacle(obstacle=raised(cast, plan), version=1, reason="不用了", by=by, now=at(TODAY))
    with pytest.raises(NotOpenError):
        answered(cast, row)
