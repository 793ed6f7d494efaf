"""What the words of the sample story come to on a day."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from seeds.conduct import Extension, closed_on, done_days, extensions, measured_amount, parse_conduct, reported_amount

MARCH, JUNE, DECEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 12, 31)
STEPS = (MARCH, JUNE, DECEMBER)
WHOLE = Decimal(1)


def done(text: str, today: date, dues: tuple[date | None, ...] = STEPS) -> tuple[date | None, ...]:
    return done_days(parse_conduct(text), dues, today=today)


def amount(text: str, expected: str, *, value: int = 20, steps: tuple[date | None, ...] = (None,)) -> Decimal:
    return reported_amount(parse_conduct(text), Decimal(value), Fraction(expected), quantum=WHOLE, done=steps)


def test_a_punctual_step_is_done_before_its_date_and_not_known_before_that_day() -> None:
    assert done("punctual:5", date(2026, 3, 25)) == (None, None, None)
    assert done("punctual:5", date(2026, 3, 26)) == (date(2026, 3, 26), None, None)


def test_a_step_done_late_is_open_until_then_while_the_others_keep_their_dates() -> None:
    assert done("late-done:1+20", date(2026, 4, 19))[0] is None
    assert done("late-done:1+20", JUNE) == (date(2026, 4, 20), date(2026, 6, 21), None)


def test_every_step_is_late_where_no_step_is_named() -> None:
    assert done("late-done:10", date(2026, 7, 10)) == (date(2026, 4, 10), date(2026, 7, 10), None)


def test_a_step_is_never_done_before_the_one_ahead_of_it() -> None:
    assert done("late-done:1+120", date(2026, 12, 1)) == (date(2026, 7, 29), date(2026, 7, 29), None)


def test_nothing_from_a_stuck_step_on_is_done() -> None:
    assert done("stuck:2", DECEMBER) == (date(2026, 3, 22), None, None)


def test_a_step_without_a_date_is_never_done() -> None:
    assert done("closed", DECEMBER, (None,)) == (None,)


def test_an_item_is_closed_some_days_after_its_last_step() -> None:
    conduct = parse_conduct("closed:5")
    steps = done_days(conduct, (MARCH,), today=date(2026, 3, 26))
    assert closed_on(conduct, steps, today=date(2026, 3, 26)) is None
    assert closed_on(conduct, steps, today=date(2026, 3, 27)) == date(2026, 3, 27)


def granted(text: str, today: date) -> list[Extension]:
    return list(extensions(parse_conduct(text), STEPS, today=today))


def test_an_extension_is_granted_before_the_date_in_force_and_may_be_granted_again() -> None:
    twice = "late-done:1+90 extended:1+30 extended:1+61"
    first = Extension(1, date(2026, 3, 28), date(2026, 4, 30))
    assert granted(twice, date(2026, 3, 27)) == []
    assert granted(twice, date(2026, 4, 26)) == [first]
    assert granted(twice, JUNE) == [first, Extension(1, date(2026, 4, 27), date(2026, 5, 31))]


def test_a_step_that_is_done_is_not_extended() -> None:
    assert granted("punctual extended:1+30", JUNE) == []


def test_an_extension_without_days_keeps_an_open_step_due_soon_on_any_day() -> None:
    text = "late-done:1+60 extended:1"
    assert granted(text, MARCH) == []
    assert granted(text, date(2026, 4, 20)) == [Extension(1, date(2026, 3, 28), date(2026, 4, 25))]
    assert granted(text, date(2026, 5, 30)) == []


@pytest.mark.parametrize(("text", "steps"), [("punctual", (MARCH,)), ("closed", (MARCH, None)), ("closed", ())])
def test_an_item_stays_open_without_a_request_or_with_an_open_step(text: str, steps: tuple[date | None, ...]) -> None:
    assert closed_on(parse_conduct(text), steps, today=DECEMBER) is None


def test_who_keeps_pace_is_at_or_over_the_schedule_and_who_is_slow_under_it() -> None:
    assert amount("punctual", "0.48") == 10
    assert amount("ahead:1.5", "0.48") == 15
    assert amount("slow:0.5", "0.48") == 4


def test_the_full_figure_comes_with_the_last_step() -> None:
    assert amount("punctual", "1") == 19
    assert amount("slow:0.2", "0.9", steps=(MARCH,)) == 20


def test_a_small_figure_reaches_its_value_early_unless_the_item_slips() -> None:
    assert amount("punctual", "0.9", value=3) == 3
    assert amount("late-done:30", "0.9", value=3) == 2


def test_figures_go_by_the_steps_done() -> None:
    assert amount("figures:2,5,7", "0.9", steps=(None, None)) == 2
    assert amount("figures:2,5,7", "0.1", steps=(MARCH, None)) == 5


def test_an_amount_judged_at_its_end_nears_it_as_the_period_elapses() -> None:
    assert measured_amount(Decimal(96), Fraction(0), quantum=WHOLE) == 76
    assert measured_amount(Decimal(96), Fraction(1), quantum=WHOLE) == 96


@pytest.mark.parametrize("text", ["sleepy", "silent:2", "late-done:", "stuck", "slow"])
def test_a_word_outside_the_vocabulary_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_conduct(text)
