"""How much of a target is due on a day, and the first day too little is there."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.choices import Comparison
from tests.tracker.facts import FIRST, LAST, amount, amounts, days
from tracker.shares import (
    achieved_share,
    amount_to_catch_up,
    behind_from,
    expected_amount,
    expected_share,
    gap,
    gap_points,
    is_bound,
    is_met,
)
from tracker.turning import TargetFacts

ONE_DAY = timedelta(days=1)
HALVES = ((date(2026, 6, 30), Decimal("0.6")),)


def test_a_straight_line_rises_from_nothing_on_the_start_day_to_all_on_the_due_day() -> None:
    target = amount(100)
    assert expected_share(target, FIRST - ONE_DAY) == 0
    assert expected_share(target, FIRST) == 0
    assert expected_share(target, date(2026, 7, 2)) == Fraction(182, 364)
    assert expected_share(target, LAST) == 1
    assert expected_share(target, LAST + ONE_DAY) == 1


def test_a_set_curve_is_followed_between_its_points() -> None:
    target = amount(100, curve=HALVES)
    assert expected_share(target, date(2026, 6, 30)) == Fraction(6, 10)
    assert expected_share(target, date(2026, 9, 30)) == Fraction(6, 10) + Fraction(4, 10) * Fraction(92, 184)


def test_amounts_are_told_to_the_places_of_the_value_and_of_the_curves_own_amounts() -> None:
    halfway, third = date(2026, 6, 30), Decimal(1).scaleb(-18) * 333333333333333333
    assert expected_amount(amount(2, curve=((halfway, Decimal("0.4")),)), halfway) == Decimal("0.8")
    assert expected_amount(amount(12, curve=((halfway, third),)), date(2026, 7, 31)) == 5
    assert expected_amount(amount(2), halfway) == 1


def test_a_period_end_amount_is_due_at_its_end_only() -> None:
    target = amount(100, 0, cumulative=False)
    assert expected_share(target, LAST - ONE_DAY) == 0
    assert expected_share(target, LAST) == 1
    assert behind_from(target, 10) == LAST


def test_ten_points_under_is_behind_and_one_day_earlier_is_not() -> None:
    target = amount(100, 40, start=date(2026, 1, 1), due=date(2026, 4, 11))
    assert behind_from(target, 10) == date(2026, 2, 20)
    assert gap_points(target, date(2026, 2, 20)) == 10
    assert gap_points(target, date(2026, 2, 19)) == 9


def test_more_than_nine_tenths_is_never_ten_points_behind() -> None:
    assert behind_from(amount(100, 91), 10) is None
    assert behind_from(amount(100, 90), 10) == LAST


def test_no_accepted_figure_counts_as_nothing_done() -> None:
    assert achieved_share(amount(100)) == 0
    assert not is_met(amount(0))


def test_lowering_from_a_baseline_is_measured_along_the_way_down() -> None:
    target = amount(35, "37.5", comparison=Comparison.AT_MOST, baseline=Decimal(40))
    assert not is_bound(target)
    assert achieved_share(target) == Fraction(1, 2)
    assert expected_amount(target, LAST) == 35


@pytest.mark.parametrize(("accepted", "since"), [(None, None), (100, None), (109, None), (110, FIRST), (150, FIRST)])
def test_a_line_not_to_cross_is_behind_once_crossed_by_ten_points(accepted: int | None, since: date | None) -> None:
    assert behind_from(amount(100, accepted, comparison=Comparison.AT_MOST), 10) == since


def test_one_accident_breaks_a_promise_of_none() -> None:
    assert behind_from(amount(0, 1, comparison=Comparison.AT_MOST), 10) == FIRST


def test_a_list_to_tick_is_behind_like_any_amount() -> None:
    target = amount(4, 1, due=date(2026, 4, 11))
    assert behind_from(target, 10) == date(2026, 2, 5)


def test_a_printed_gap_never_reaches_ten_before_the_light_turns() -> None:
    target = amount(3, 1)
    turns = behind_from(target, 10)
    assert turns is not None
    assert gap_points(target, turns - ONE_DAY) < 10 <= gap_points(target, turns)


@given(target=amounts(1), day=days)
def test_behind_from_is_the_first_day_of_ten_points(target: TargetFacts, day: date) -> None:
    since = behind_from(target, 10)
    begins = target.start if target.cumulative else target.due
    assert (since is not None and since <= day) is (day >= begins and gap(target, day) >= Fraction(1, 10))


@given(target=amounts(1), day=days, later=days)
def test_what_is_expected_never_falls(target: TargetFacts, day: date, later: date) -> None:
    day, later = sorted((day, later))
    assert 0 <= expected_share(target, day) <= expected_share(target, later) <= 1


@given(target=amounts(1), day=days, points=st.integers(1, 40))
def test_the_amount_to_catch_up_is_the_least_that_turns_the_light(target: TargetFacts, day: date, points: int) -> None:
    since = behind_from(target, points)
    if since is None or since > day or is_bound(target):
        return
    wanted = amount_to_catch_up(target, day, points)
    towards = 1 if target.value > (target.baseline or 0) else -1

    def turns(accepted: Decimal) -> bool:
        first = behind_from(_with(target, accepted), points)
        return first is None or first > day

    assert turns(wanted)
    assert not turns(wanted - towards)


def _with(target: TargetFacts, accepted: Decimal) -> TargetFacts:
    kept = {name: getattr(target, name) for name in TargetFacts.__slots__}
    return TargetFacts(**kept | {"accepted": accepted})
