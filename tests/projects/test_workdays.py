"""Working days and the statutory table."""

from datetime import date, timedelta

import chinese_calendar
from hypothesis import given
from hypothesis import strategies as st

from projects.statutory_days import statutory_days
from projects.workdays import Workdays

STATUTORY = Workdays({named.day: named.working for named in statutory_days()}, frozenset({2024, 2025, 2026}))
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def test_every_day_of_the_known_years_is_worked_as_the_state_council_says() -> None:
    day, wrong, seen = date(2024, 1, 1), [], 0
    while day <= date(2026, 12, 31):
        seen += 1
        if STATUTORY.is_workday(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert (seen, wrong) == (1096, [])


def test_no_day_is_named_twice_and_each_names_its_notice() -> None:
    named = statutory_days()
    assert len({entry.day for entry in named}) == len(named)
    assert {(entry.day.year, entry.source) for entry in named} == {
        (2024, "国办发明电〔2023〕7号"),
        (2025, "国办发明电〔2024〕12号"),
        (2026, "国办发明电〔2025〕7号"),
    }


def test_a_make_up_saturday_is_worked_and_a_holiday_monday_is_not() -> None:
    assert STATUTORY.is_workday(date(2026, 2, 28))
    assert not STATUTORY.is_workday(date(2026, 2, 16))


def test_an_unknown_year_counts_monday_to_friday() -> None:
    assert not STATUTORY.knows(2027)
    assert STATUTORY.knows(2026)
    assert STATUTORY.is_workday(date(2027, 10, 1))
    assert not STATUTORY.is_workday(date(2027, 10, 2))


def test_five_working_days_before_a_date_skip_the_spring_festival() -> None:
    assert STATUTORY.add(date(2026, 2, 25), -5) == date(2026, 2, 11)


def test_a_holiday_moves_to_the_working_day_before_or_after() -> None:
    assert STATUTORY.on_or_before(date(2026, 10, 4)) == date(2026, 9, 30)
    assert STATUTORY.on_or_after(date(2026, 10, 4)) == date(2026, 10, 8)


def test_a_calendar_does_not_change_with_the_mapping_it_was_built_from() -> None:
    exceptions = {date(2026, 6, 24): False}
    workdays = Workdays(exceptions)
    exceptions.clear()
    assert not workdays.is_workday(date(2026, 6, 24))


@given(day=days, n=st.integers(-60, 60).filter(bool))
def test_as_many_working_days_lie_between_as_were_added(day: date, n: int) -> None:
    reached = STATUTORY.add(day, n)
    assert STATUTORY.is_workday(reached)
    assert STATUTORY.between(day, reached) == n


@given(day=days)
def test_a_working_day_stays_where_it_is(day: date) -> None:
    before, after = STATUTORY.on_or_before(day), STATUTORY.on_or_after(day)
    assert before <= day <= after
    assert (before == day == after) is STATUTORY.is_workday(day)


@given(a=days, b=days, c=days)
def test_counts_of_adjoining_spans_add_up(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    assert STATUTORY.between(a, c) == STATUTORY.between(a, b) + STATUTORY.between(b, c)


def test_adding_no_days_leaves_even_a_holiday() -> None:
    assert STATUTORY.add(date(2026, 10, 4), 0) == date(2026, 10, 4)
