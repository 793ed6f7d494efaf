"""Lights of items, steps and targets on a day, and how boards count them."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from projects.choices import Comparison, TaskState
from tests.tracker.facts import FIRST, LAST, amount, days, step, task, tasks
from tracker.explaining import explain
from tracker.lights import Counter, Light, counters, gravest, light_on, milestone_light, target_light
from tracker.turning import LightRules, TaskFacts, turning_days

RULES = LightRules()
MARCH_END = date(2026, 3, 31)


def light(facts: TaskFacts, day: date) -> Light | None:
    return light_on(day, facts.state, turning_days(facts, RULES))


def test_lights_are_ordered_from_overdue_to_closed() -> None:
    order = ["overdue", "behind", "due_soon", "on_schedule", "not_started", "ongoing", "closed"]
    assert [entry.value for entry in sorted(Light, key=lambda entry: entry.gravity)] == order
    assert gravest([Light.ON_SCHEDULE, Light.BEHIND, Light.CLOSED]) is Light.BEHIND
    assert gravest([]) is None


@pytest.mark.parametrize("state", [TaskState.DRAFT, TaskState.CANCELLED, TaskState.WITHDRAWN, TaskState.SUSPENDED])
def test_what_boards_do_not_count_has_no_light(state: TaskState) -> None:
    assert light(task(step(1, MARCH_END), state=state), LAST) is None


def test_a_closed_item_stays_closed_however_late_a_step() -> None:
    assert light(task(step(1, MARCH_END), state=TaskState.CLOSED), LAST) is Light.CLOSED


def test_overdue_outweighs_behind_and_behind_outweighs_due_soon() -> None:
    facts = task(step(1, MARCH_END), targets=(amount(100, 0),))
    assert light(facts, date(2026, 2, 1)) is Light.ON_SCHEDULE
    assert light(facts, date(2026, 3, 28)) is Light.BEHIND
    assert light(facts, date(2026, 4, 1)) is Light.OVERDUE
    assert light(task(step(1, MARCH_END)), date(2026, 3, 28)) is Light.DUE_SOON


def test_an_item_is_not_started_before_the_first_day_its_text_names() -> None:
    facts = task(step(1, date(2026, 9, 30), start=date(2026, 6, 1)))
    assert light(facts, date(2026, 5, 31)) is Light.NOT_STARTED
    assert light(facts, date(2026, 6, 1)) is Light.ON_SCHEDULE


def test_a_step_done_before_its_start_day_means_work_has_begun() -> None:
    early = step(1, date(2026, 9, 30), start=date(2026, 6, 1), done_on=date(2026, 5, 20))
    facts = task(early, step(2, LAST))
    assert light(facts, date(2026, 5, 25)) is Light.ON_SCHEDULE


def test_ongoing_work_is_never_red_before_the_years_end() -> None:
    facts = task(step(1))
    assert light(facts, LAST) is Light.ONGOING
    assert light(facts, LAST + timedelta(days=1)) is Light.OVERDUE


def test_the_four_figures_add_up_to_all() -> None:
    figures = counters(dict.fromkeys(Light, 1))
    assert figures == {Counter.OVERDUE: 1, Counter.ATTENTION: 2, Counter.ON_SCHEDULE: 3, Counter.CLOSED: 1}
    assert counters({}) == dict.fromkeys(Counter, 0)


def test_days_late_run_from_the_issued_date_unless_the_plan_says_otherwise() -> None:
    facts = task(step(1, MARCH_END, current_due=date(2026, 5, 31), moves=1))
    assert explain(facts, RULES, date(2026, 5, 31)).days_late == 0
    assert explain(facts, RULES, date(2026, 6, 1)).days_late == 62
    assert explain(facts, LightRules(late_from="current"), date(2026, 6, 1)).days_late == 1


def test_a_step_has_a_light_of_its_own() -> None:
    steps = (step(1, MARCH_END), step(2, date(2026, 6, 30)), step(3, LAST), step(4))
    facts = task(*steps)
    lights = [milestone_light(facts, entry, date(2026, 6, 24), RULES) for entry in steps]
    assert lights == [Light.OVERDUE, Light.DUE_SOON, Light.NOT_STARTED, Light.NOT_STARTED]


def test_a_step_without_a_date_is_ongoing_once_it_began() -> None:
    facts = task(step(1))
    assert milestone_light(facts, facts.milestones[0], FIRST, RULES) is Light.ONGOING
    assert milestone_light(facts, facts.milestones[0], date(2027, 1, 1), RULES) is Light.OVERDUE


def test_a_done_step_and_its_amount_are_closed() -> None:
    facts = task(step(1, MARCH_END, done_on=MARCH_END), targets=(amount(7, 4, milestone_id=1),))
    assert milestone_light(facts, facts.milestones[0], LAST, RULES) is Light.CLOSED
    assert target_light(facts, facts.targets[0], LAST, RULES) is Light.CLOSED


def test_an_amount_is_behind_by_itself_and_red_only_where_it_stands_in_for_a_step() -> None:
    short = amount(100, 95, due=MARCH_END)
    assert target_light(task(step(1, LAST), targets=(short,)), short, LAST, RULES) is Light.ON_SCHEDULE
    assert target_light(task(targets=(short,)), short, LAST, RULES) is Light.OVERDUE
    assert target_light(task(targets=(amount(100, 20),)), amount(100, 20), date(2026, 6, 24), RULES) is Light.BEHIND


def test_a_met_amount_is_on_schedule_even_before_its_start() -> None:
    met = amount(5, 5, comparison=Comparison.EXACTLY, start=date(2026, 9, 1))
    assert target_light(task(targets=(met,)), met, MARCH_END, RULES) is Light.ON_SCHEDULE


@given(facts=tasks(), day=days)
def test_an_item_is_as_grave_as_its_gravest_part_unless_an_obstacle_or_its_start_says_more(
    facts: TaskFacts, day: date
) -> None:
    grave = (Light.OVERDUE, Light.BEHIND, Light.DUE_SOON)
    if facts.state != TaskState.ISSUED or facts.obstacle_due:
        return
    parts = [milestone_light(facts, entry, day, RULES) for entry in facts.milestones]
    parts += [target_light(facts, entry, day, RULES) for entry in facts.targets]
    own = light(facts, day)
    worst = gravest([part for part in parts if part in grave])
    assert (own if own in grave else None) == worst
