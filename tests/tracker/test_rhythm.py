"""Reporting periods and their cut-offs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.statutory_days import statutory_days
from projects.workdays import Workdays
from tracker.choices import RhythmKind
from tracker.rhythm import Period, Rhythm

WORKDAYS = Workdays({named.day: named.working for named in statutory_days()}, frozenset({2024, 2025, 2026}))
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
kinds = st.sampled_from(RhythmKind)


def period(kind: RhythmKind, day: date) -> Period:
    return Rhythm(kind).period_containing(day, WORKDAYS)


@pytest.mark.parametrize(
    ("kind", "key", "starts_on", "ends_on", "cutoff_on"),
    [
        (RhythmKind.WEEK, "2026-W26", date(2026, 6, 22), date(2026, 6, 28), date(2026, 6, 26)),
        (RhythmKind.TEN_DAY, "2026-06-T3", date(2026, 6, 21), date(2026, 6, 30), date(2026, 6, 30)),
        (RhythmKind.HALF_MONTH, "2026-06-H2", date(2026, 6, 16), date(2026, 6, 30), date(2026, 6, 30)),
        (RhythmKind.MONTH, "2026-06", date(2026, 6, 1), date(2026, 6, 30), date(2026, 6, 25)),
        (RhythmKind.QUARTER, "2026-Q2", date(2026, 4, 1), date(2026, 6, 30), date(2026, 6, 25)),
    ],
)
def test_each_rhythm_has_its_span_and_usual_cutoff(
    kind: RhythmKind, key: str, starts_on: date, ends_on: date, cutoff_on: date
) -> None:
    assert period(kind, date(2026, 6, 24)) == Period(key, starts_on, ends_on, cutoff_on)


def test_a_cutoff_on_a_day_off_moves_to_the_working_day_before() -> None:
    assert period(RhythmKind.MONTH, date(2026, 7, 1)).cutoff_on == date(2026, 7, 24)
    assert period(RhythmKind.MONTH, date(2026, 9, 1)).cutoff_on == date(2026, 9, 24)


def test_a_make_up_saturday_can_be_a_cutoff() -> None:
    assert Rhythm(cutoff=28).period_containing(date(2026, 2, 1), WORKDAYS).cutoff_on == date(2026, 2, 28)


def test_a_week_all_of_holidays_is_cut_off_on_the_first_working_day_after() -> None:
    assert period(RhythmKind.WEEK, date(2026, 2, 18)).cutoff_on == date(2026, 2, 24)


def test_a_day_past_the_months_end_means_its_last() -> None:
    assert Rhythm(cutoff=31).period_containing(date(2026, 4, 9), WORKDAYS).cutoff_on == date(2026, 4, 30)


def test_a_cutoff_can_lie_in_the_month_after() -> None:
    monthly, quarterly = Rhythm(cutoff=5, after_end=True), Rhythm(RhythmKind.QUARTER, 10, after_end=True)
    assert monthly.period_containing(date(2026, 10, 9), WORKDAYS).cutoff_on == date(2026, 11, 5)
    assert quarterly.period_containing(date(2026, 5, 9), WORKDAYS).cutoff_on == date(2026, 7, 10)


def test_a_week_is_named_by_its_iso_year() -> None:
    assert period(RhythmKind.WEEK, date(2027, 1, 1)).key == "2026-W53"


@given(kind=kinds, day=days)
def test_a_day_lies_in_its_period_and_periods_adjoin(kind: RhythmKind, day: date) -> None:
    rhythm = Rhythm(kind)
    now = rhythm.period_containing(day, WORKDAYS)
    following = rhythm.next_period(now, WORKDAYS)
    assert now.starts_on <= day <= now.ends_on
    assert following.starts_on == now.ends_on + timedelta(days=1)
    assert rhythm.period_containing(now.starts_on, WORKDAYS) == rhythm.period_containing(now.ends_on, WORKDAYS)


@given(kind=kinds, day=days, cutoff=st.none() | st.integers(1, 31), after_end=st.booleans())
def test_a_cutoff_is_a_working_day_not_before_its_period(
    kind: RhythmKind, day: date, cutoff: int | None, after_end: bool
) -> None:
    found = Rhythm(kind, cutoff, after_end).period_containing(day, WORKDAYS)
    assert WORKDAYS.is_workday(found.cutoff_on)
    assert found.cutoff_on >= found.starts_on


@given(kind=kinds, day=days)
def test_keys_are_unique_and_no_later_period_is_cut_off_earlier(kind: RhythmKind, day: date) -> None:
    rhythm = Rhythm(kind)
    now = rhythm.period_containing(day, WORKDAYS)
    following = rhythm.next_period(now, WORKDAYS)
    assert now.key < following.key
    assert now.cutoff_on <= following.cutoff_on
