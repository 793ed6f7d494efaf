"""Every light carries its reason and what would turn it green."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from projects.choices import Comparison, TaskState
from tests.tracker.facts import LAST, amount, days, step, task, tasks
from tracker.explaining import Explanation, explain
from tracker.lights import Light, light_on
from tracker.reasons import PARAMS, ReasonCode, RemedyCode, Tag
from tracker.turning import LightRules, TaskFacts, turning_days

RULES = LightRules()
TODAY = date(2026, 6, 24)
MARCH_END, MAY_END = date(2026, 3, 31), date(2026, 5, 31)


def today(facts: TaskFacts) -> Explanation:
    return explain(facts, RULES, TODAY)


@given(facts=tasks(), day=days)
def test_every_item_is_explained_with_the_parameters_its_codes_promise(facts: TaskFacts, day: date) -> None:
    found = explain(facts, RULES, day)
    assert found.light == light_on(day, facts.state, turning_days(facts, RULES))
    for said in (found.reason, found.remedy):
        assert set(said.params) == set(PARAMS[said.code])
    assert isinstance(found.reason.code, ReasonCode)
    assert isinstance(found.remedy.code, RemedyCode)


@given(facts=tasks(), day=days)
def test_days_late_are_never_less_than_one_and_others_never_less_than_none(facts: TaskFacts, day: date) -> None:
    found = explain(facts, RULES, day)
    late = found.reason.params.get("days_late", 1)
    others = found.remedy.params.get("others", 0)
    assert isinstance(late, int)
    assert isinstance(others, int)
    assert late >= 1
    assert others >= 0


def test_every_code_has_its_parameters_listed() -> None:
    assert set(PARAMS) == {*ReasonCode, *RemedyCode}


def test_an_overdue_step_names_its_dates_its_days_and_its_moves() -> None:
    found = today(task(step(1, MARCH_END, current_due=MAY_END, moves=2, phrase="3月底前", text="选址")))
    assert found.light is Light.OVERDUE
    assert found.reason.code is ReasonCode.OVERDUE_MILESTONE
    assert found.reason.params == {
        "days_late": 85,
        "text": "选址",
        "phrase": "3月底前",
        "due_on": MAY_END,
        "issued_on": MARCH_END,
        "moves": 2,
    }
    assert found.remedy.code is RemedyCode.FINISH_STEP
    assert found.tags == (Tag.MOVED,)
    assert found.moves == 2


def test_an_overdue_step_with_an_amount_says_how_much_was_promised_and_is_there() -> None:
    found = today(task(step(1, MARCH_END), targets=(amount(7, 4, milestone_id=1, due=MARCH_END),)))
    assert found.reason.code is ReasonCode.OVERDUE_SHORT
    assert (found.reason.params["value"], found.reason.params["accepted"]) == (7, 4)
    assert found.reason.params["days_late"] == 85
    assert found.remedy.params["others"] == 0


def test_the_step_that_turned_red_first_is_named_and_the_rest_counted() -> None:
    found = today(task(step(1, MAY_END), step(2, MARCH_END), targets=(amount(100, 0),), obstacle_due=(MARCH_END,)))
    assert found.reason.params["text"] == "第2步"
    assert found.remedy.params["others"] == 3


def test_an_amount_that_stands_in_for_a_step_is_named_when_late() -> None:
    found = today(task(targets=(amount(12, 11, due=MARCH_END),)))
    assert found.reason.code is ReasonCode.OVERDUE_TARGET
    assert found.remedy.code is RemedyCode.REACH_AMOUNT
    assert found.remedy.params["amount"] == 12


def test_the_amount_furthest_behind_is_named_with_what_would_do() -> None:
    near, far = amount(100, 35, id=1), amount(12, 2, id=2, name="开工项目", unit="个")
    found = today(task(step(1, LAST), targets=(near, far)))
    assert found.light is Light.BEHIND
    assert found.reason.code is ReasonCode.BEHIND_TARGET
    assert found.reason.params["name"] == "开工项目"
    assert found.reason.params["expected"] == 6
    assert found.reason.params["gap_points"] == Decimal("31.1")
    assert found.reason.params["days_left"] == 190
    assert found.remedy.params["amount"] == 5
    assert found.remedy.params["others"] == 1


def test_a_period_end_amount_and_a_crossed_line_say_so() -> None:
    at_end = amount(80, 60, cumulative=False, due=TODAY)
    assert today(task(step(1, LAST), targets=(at_end,))).reason.code is ReasonCode.BEHIND_PERIOD_END
    crossed = amount(100, 120, comparison=Comparison.AT_MOST)
    assert today(task(step(1, LAST), targets=(crossed,))).reason.code is ReasonCode.BEHIND_BOUND


def test_an_unanswered_obstacle_asks_for_its_answer() -> None:
    found = today(task(step(1, LAST), obstacle_due=(date(2026, 6, 20), date(2026, 6, 30))))
    assert found.light is Light.BEHIND
    assert found.reason.code is ReasonCode.OBSTACLE_UNANSWERED
    assert found.reason.params == {"answer_due_on": date(2026, 6, 20), "days": 4, "count": 1}
    assert found.remedy.code is RemedyCode.ANSWER_OBSTACLE


def test_a_step_due_soon_says_how_many_days_are_left() -> None:
    found = today(task(step(1, date(2026, 6, 30))))
    assert found.reason.code is ReasonCode.DUE_SOON_MILESTONE
    assert found.reason.params["days_left"] == 6
    assert found.remedy.code is RemedyCode.FINISH_STEP_BY


def test_an_amount_due_soon_says_how_many_days_are_left() -> None:
    found = today(task(targets=(amount(100, 97, due=date(2026, 6, 30)),)))
    assert found.reason.code is ReasonCode.DUE_SOON_TARGET
    assert found.reason.params["days_left"] == 6


def test_all_done_waits_for_confirmation() -> None:
    found = today(task(step(1, MARCH_END, done_on=MARCH_END)))
    assert found.light is Light.ON_SCHEDULE
    assert found.reason.code is ReasonCode.ALL_DONE
    assert found.remedy.code is RemedyCode.CONFIRM_CLOSING
    assert found.tags == (Tag.AWAITING_CONFIRMATION,)


def test_a_pending_report_leaves_the_light_and_is_said() -> None:
    found = today(task(step(1, MARCH_END), completion_pending=True))
    assert found.light is Light.OVERDUE
    assert found.remedy.code is RemedyCode.REVIEW_COMPLETION
    assert Tag.COMPLETION_PENDING in found.tags


@pytest.mark.parametrize(
    ("facts", "light", "code"),
    [
        (task(step(1)), Light.ONGOING, ReasonCode.ONGOING),
        (task(step(1), year=2025), Light.OVERDUE, ReasonCode.OVERDUE_YEAR_END),
        (task(step(1, LAST, start=date(2026, 9, 1))), Light.NOT_STARTED, ReasonCode.NOT_STARTED),
        (task(step(1, LAST)), Light.ON_SCHEDULE, ReasonCode.ON_SCHEDULE_MILESTONE),
        (task(targets=(amount(100, 50),)), Light.ON_SCHEDULE, ReasonCode.ON_SCHEDULE_TARGET),
        (task(step(1, MAY_END, done_on=MAY_END), step(2)), Light.ON_SCHEDULE, ReasonCode.ON_SCHEDULE_OPEN),
        (task(step(1), state=TaskState.CLOSED), Light.CLOSED, ReasonCode.CLOSED),
        (task(step(1, LAST), state=TaskState.SUSPENDED), None, ReasonCode.SUSPENDED),
        (task(step(1, LAST), state=TaskState.DRAFT), None, ReasonCode.NOT_COUNTED),
    ],
)
def test_each_quiet_case_has_its_own_reason(facts: TaskFacts, light: Light | None, code: ReasonCode) -> None:
    found = today(facts)
    assert (found.light, found.reason.code) == (light, code)


def test_a_year_that_is_over_asks_for_its_check() -> None:
    found = today(task(step(1), year=2025))
    assert found.reason.params == {"days_late": 175, "year": 2025}
    assert found.remedy.code is RemedyCode.CHECK_YEAR_END


def test_closed_on_time_and_closed_late_are_told_apart() -> None:
    on_time = task(step(1, MAY_END, done_on=MARCH_END), state=TaskState.CLOSED)
    assert today(on_time).reason.params == {"done_on": MARCH_END, "due_on": MAY_END}
    late = step(1, MARCH_END, current_due=MAY_END, done_on=date(2026, 6, 2), moves=1)
    found = today(task(late, state=TaskState.CLOSED))
    assert found.reason.code is ReasonCode.CLOSED_LATE
    assert found.reason.params["days_late"] == 63
    assert found.tags == (Tag.MOVED, Tag.LATE_BUT_DONE)


def test_a_step_done_within_its_extended_date_was_not_late() -> None:
    kept = step(1, MARCH_END, current_due=MAY_END, done_on=MAY_END, moves=1)
    found = today(task(kept, state=TaskState.CLOSED))
    assert found.reason.code is ReasonCode.CLOSED_ON_TIME
    assert found.tags == (Tag.MOVED,)


def test_a_step_done_late_stays_visible_while_the_rest_is_on_schedule() -> None:
    found = today(task(step(1, MARCH_END, done_on=date(2026, 4, 9)), step(2, LAST)))
    assert found.light is Light.ON_SCHEDULE
    assert found.tags == (Tag.LATE_BUT_DONE,)


def test_ten_points_over_the_expected_share_is_ahead() -> None:
    assert Tag.AHEAD in today(task(step(1, LAST), targets=(amount(100, 60),))).tags
    assert Tag.AHEAD not in today(task(step(1, LAST), targets=(amount(100, 50),))).tags
