"""Turning days agree, on every day, with the rules told day by day."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from projects.choices import Comparison, TaskState
from tests.tracker.facts import FIRST, LAST, YEAR, amount, step, task, tasks
from tracker.lights import Light, light_on
from tracker.shares import achieved_share, expected_share, is_bound, is_met
from tracker.turning import LightRules, TargetFacts, TaskFacts, milestone_starts, turning_days

ONE_DAY = timedelta(days=1)
RULES = LightRules()
AROUND = [date(YEAR - 1, 12, 1) + timedelta(days=n) for n in range(0, 460, 3)]


def told_day_by_day(facts: TaskFacts, day: date, rules: LightRules) -> Light | None:
    """Evaluate the definitions for one day, without any first days."""
    if facts.state == TaskState.CLOSED:
        return Light.CLOSED
    if facts.state != TaskState.ISSUED:
        return None
    open_steps = [s for s in facts.milestones if s.done_on is None]
    done_ids = {s.id for s in facts.milestones if s.done_on}
    left = [t for t in facts.targets if not is_met(t) and t.milestone_id not in done_ids]
    dues = [s.current_due for s in open_steps if s.current_due]
    if not dues:
        dues = [t.due for t in left]
    nothing_at_all = not facts.milestones and not facts.targets
    undated_left = not dues and (bool(open_steps) or nothing_at_all)
    lasting = not facts.milestones and any(is_bound(t) or not t.cumulative for t in facts.targets)
    complete = not (open_steps or left or nothing_at_all or lasting)
    if any(due < day for due in dues) or (undated_left and day.year > facts.year):
        return Light.OVERDUE
    if not complete and (any(_too_far(t, day, rules) for t in left) or any(d < day for d in facts.obstacle_due)):
        return Light.BEHIND
    if any((due - day).days <= rules.due_soon_days for due in dues):
        return Light.DUE_SOON
    if complete:
        return Light.ON_SCHEDULE
    return _quiet_light(facts, day)


def _too_far(target: TargetFacts, day: date, rules: LightRules) -> bool:
    begun = day >= (target.start if target.cumulative else target.due)
    return begun and expected_share(target, day) - achieved_share(target) >= Fraction(rules.behind_points, 100)


def _quiet_light(facts: TaskFacts, day: date) -> Light:
    starts = [*milestone_starts(facts.milestones, facts.year).values(), *(t.start for t in facts.targets)]
    starts += [s.done_on for s in facts.milestones if s.done_on]
    if day < min(starts, default=date(facts.year, 1, 1)):
        return Light.NOT_STARTED
    dated = any(s.current_due for s in facts.milestones)
    return Light.ON_SCHEDULE if dated or facts.targets else Light.ONGOING


@given(facts=tasks(), soon=st.integers(0, 15), points=st.integers(1, 40))
def test_comparing_days_gives_the_light_told_day_by_day(facts: TaskFacts, soon: int, points: int) -> None:
    rules = LightRules(due_soon_days=soon, behind_points=points)
    turning = turning_days(facts, rules)
    for day in AROUND:
        assert light_on(day, facts.state, turning) == told_day_by_day(facts, day, rules), day


@given(facts=tasks())
def test_without_new_facts_a_light_never_gets_better_once_work_has_begun(facts: TaskFacts) -> None:
    turning = turning_days(facts, RULES)
    lights = [light_on(day, facts.state, turning) for day in AROUND if day >= turning.starts_on]
    gravities = [light.gravity for light in lights if light]
    assert gravities == sorted(gravities, reverse=True)


@given(facts=tasks())
def test_days_late_run_at_least_from_the_day_the_light_turned(facts: TaskFacts) -> None:
    turning = turning_days(facts, RULES)
    if turning.overdue_from:
        assert turning.late_since is not None
        assert turning.late_since < turning.overdue_from


def test_seven_days_before_is_soon_and_the_due_day_itself_is_not_late() -> None:
    turning = turning_days(task(step(1, date(2026, 3, 31))), RULES)
    assert turning.soon_from == date(2026, 3, 24)
    assert turning.overdue_from == date(2026, 4, 1)


def test_a_done_step_gives_its_place_to_the_next() -> None:
    done = step(1, date(2026, 3, 31), done_on=date(2026, 3, 20))
    turning = turning_days(task(done, step(2, date(2026, 9, 30))), RULES)
    assert turning.next_due == turning.last_due == date(2026, 9, 30)
    assert turning.overdue_from == date(2026, 10, 1)


def test_an_extension_moves_the_light_but_days_late_run_from_the_issued_date() -> None:
    put_off = step(1, date(2026, 3, 31), current_due=date(2026, 5, 31), moves=1)
    turning = turning_days(task(put_off), RULES)
    assert turning.overdue_from == date(2026, 6, 1)
    assert turning.late_since == date(2026, 3, 31)
    assert turning_days(task(put_off), LightRules(late_from="current")).late_since == date(2026, 5, 31)


def test_a_date_brought_forward_makes_days_late_run_from_the_earlier_one() -> None:
    turning = turning_days(task(step(1, date(2026, 9, 30), current_due=date(2026, 6, 30))), RULES)
    assert turning.late_since == date(2026, 6, 30)


def test_a_step_starts_by_its_text_else_after_the_one_before_else_on_new_years_day() -> None:
    steps = (
        step(1, date(2026, 3, 31)),
        step(2, date(2026, 6, 30)),
        step(3, date(2026, 12, 31), start=date(2026, 6, 1)),
    )
    assert milestone_starts(steps, YEAR) == {1: FIRST, 2: date(2026, 3, 31), 3: date(2026, 6, 1)}


def test_a_step_dated_before_the_one_above_it_does_not_start_after_its_own_end() -> None:
    steps = (step(1, date(2026, 6, 30)), step(2, date(2026, 3, 31)))
    assert milestone_starts(steps, YEAR)[2] == FIRST


def test_work_without_date_or_amount_is_ongoing_and_red_only_after_its_year() -> None:
    turning = turning_days(task(step(1)), RULES)
    assert turning.ongoing
    assert turning.overdue_from == date(2027, 1, 1)
    assert turning_days(task(), RULES).overdue_from == date(2027, 1, 1)


def test_an_obstacle_past_its_answer_day_makes_even_ongoing_work_behind() -> None:
    turning = turning_days(task(step(1), obstacle_due=(date(2026, 5, 20), date(2026, 5, 8))), RULES)
    assert turning.behind_from == date(2026, 5, 9)


def test_without_a_dated_step_the_amounts_own_due_day_stands_in() -> None:
    turning = turning_days(task(targets=(amount(12, 11, due=date(2026, 11, 30)),)), RULES)
    assert turning.overdue_from == date(2026, 12, 1)
    assert turning.last_due == date(2026, 11, 30)


def test_a_done_step_settles_its_amount() -> None:
    done = step(1, date(2026, 3, 31), done_on=date(2026, 3, 31))
    turning = turning_days(task(done, targets=(amount(7, 4, milestone_id=1, due=date(2026, 3, 31)),)), RULES)
    assert turning.complete
    assert turning.behind_from is None


def test_all_done_turns_on_no_day_at_all() -> None:
    done = step(1, date(2026, 3, 31), done_on=date(2026, 4, 2))
    turning = turning_days(task(done, targets=(amount(7, 7),), obstacle_due=(FIRST,)), RULES)
    assert turning.complete
    assert (turning.soon_from, turning.behind_from, turning.overdue_from) == (None, None, None)


def test_a_limit_kept_so_far_does_not_complete_the_year() -> None:
    no_accidents = amount(0, 0, comparison=Comparison.AT_MOST)
    assert not turning_days(task(targets=(no_accidents,)), RULES).complete
    assert turning_days(task(targets=(no_accidents,)), RULES).overdue_from is None


def test_a_target_beyond_the_year_follows_its_own_curve() -> None:
    curve = ((LAST, Decimal("0.4")),)
    target = amount(100, 30, due=date(2027, 12, 31), curve=curve)
    assert turning_days(task(targets=(target,)), RULES).behind_from == LAST


def test_nothing_depends_on_the_state_so_suspending_needs_no_new_days() -> None:
    issued, suspended = task(step(1, LAST)), task(step(1, LAST), state=TaskState.SUSPENDED)
    assert turning_days(issued, RULES) == turning_days(suspended, RULES)
