"""Goals of several years: what of them is added up, beside which straight way, and what stands alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from projects.choices import Comparison
from tracker.boards.horizons import Amount, Goal, YearItem, added_over, goals_of, one_a_year
from tracker.shares import TargetFacts

MIDSUMMER = date(2026, 7, 2)
"""The day on which half of 2026 is over: 182 of its 364 days lie behind."""


def amount(accepted: str | None, **said: Any) -> Amount:
    """Return parking spaces to be built by 2028, as an item of 2026 has them, but for what is said."""
    year, horizon = said.pop("year", 2026), said.pop("horizon", 2028)
    listed = said.pop("listed", False)
    facts = TargetFacts(
        id=1,
        milestone_id=None,
        name="新建停车位",
        unit="个",
        comparison=Comparison.AT_LEAST,
        value=Decimal(3000),
        baseline=None,
        cumulative=True,
        start=date(year, 1, 1),
        due=date(horizon or year, 12, 31),
        curve=(),
        accepted=None if accepted is None else Decimal(accepted),
    )
    return Amount(replace(facts, **said), horizon, listed)


def line(*years: Amount | tuple[Amount, ...] | None) -> tuple[YearItem, ...]:
    """Put items of years that end with 2026 in a line."""
    first = 2027 - len(years)
    held = [each if isinstance(each, tuple) else () if each is None else (each,) for each in years]
    return tuple(YearItem(first + place, first + place, amounts) for place, amounts in enumerate(held))


def goal(*years: Amount | tuple[Amount, ...] | None, today: date = MIDSUMMER, points: int = 10) -> Goal:
    (found,) = goals_of(line(*years), points=points, today=today)
    return found


def test_years_of_an_amount_that_grows_from_nothing_are_added_up() -> None:
    found = goal(amount("800", year=2024), amount("700", year=2025), amount("200"))
    assert (found.added, found.whole.accepted, found.lacking) == (True, Decimal(1700), 0)
    assert [(year.year, year.accepted) for year in found.years] == [
        (2024, Decimal(800)),
        (2025, Decimal(700)),
        (2026, Decimal(200)),
    ]


def test_the_straight_way_runs_from_the_first_year_to_the_end_of_the_horizon() -> None:
    found = goal(amount("800", year=2024), amount("700", year=2025), amount("200"))
    assert (found.whole.start, found.whole.due) == (date(2024, 1, 1), date(2028, 12, 31))
    # 913 of 1,826 days: half of it.
    assert (found.expected, found.expected_percent) == (Decimal(1500), Decimal("50.0"))
    assert (found.actual_percent, found.gap, found.behind) == (Decimal("56.6"), Decimal("-6.7"), False)


@pytest.mark.parametrize(("accepted", "behind"), [("1201", False), ("1200", True)])
def test_a_goal_is_behind_when_it_is_as_many_points_under_the_way_as_the_plan_sets(accepted: str, behind: bool) -> None:
    assert goal(amount(accepted, year=2024), None, amount(None)).behind is behind
    assert not goal(amount(accepted, year=2024), None, amount(None), points=11).behind


def test_a_goal_that_is_reached_early_is_not_behind() -> None:
    met = goal(amount("3000", year=2025), amount(None), today=date(2028, 12, 31))
    assert (met.gap, met.behind) == (Decimal("0.0"), False)


def test_a_year_without_a_figure_counts_as_nothing_and_is_told() -> None:
    found = goal(amount("800", year=2025), amount(None))
    assert (found.whole.accepted, found.lacking) == (Decimal(800), 1)
    assert goal(amount(None, year=2025), amount(None)).whole.accepted is None


def test_a_year_whose_item_lacks_the_amount_is_passed_over() -> None:
    found = goal(amount("800", year=2024), None, amount("5"))
    assert (found.whole.accepted, found.lacking, found.whole.start) == (Decimal(805), 0, date(2024, 1, 1))
    assert [year.amount is None for year in found.years] == [False, True, False]


def test_an_amount_of_another_unit_or_name_is_another_amount() -> None:
    for other in ({"unit": "处"}, {"name": "改造停车位"}):
        found = goal(amount("800", year=2025, **other), amount("5"))
        assert (found.whole.accepted, found.whole.start) == (Decimal(5), date(2026, 1, 1))
    assert goal(amount("800", year=2025, name=" 新建停车位 "), amount("5")).whole.accepted == Decimal(805)


@pytest.mark.parametrize(
    "said",
    [
        {"unit": "%", "value": Decimal(40)},
        {"baseline": Decimal(30)},
        {"cumulative": False},
        {"comparison": Comparison.AT_MOST},
        {"comparison": Comparison.EXACTLY},
        {"listed": True},
        {"name": ""},
    ],
)
def test_what_has_no_sum_shows_its_latest_figure(said: dict[str, Any]) -> None:
    before = amount("36", year=2025, **said)
    found = goal(before, amount("37", **said))
    assert (found.added, found.whole.accepted) == (False, Decimal(37))
    silent = goal(before, amount(None, **said))
    assert silent.whole.accepted == Decimal(36)


def test_one_year_that_has_no_sum_keeps_all_years_from_being_added() -> None:
    found = goal(amount("800", year=2025, baseline=Decimal(100)), amount("5"))
    assert (found.added, found.whole.accepted) == (False, Decimal(5))


def test_a_level_is_measured_from_where_its_first_year_began() -> None:
    way: dict[str, Any] = {"unit": "%", "value": Decimal(40)}
    found = goal(
        amount("33", year=2024, baseline=Decimal(30), **way),
        amount("34", year=2025, baseline=Decimal(33), **way),
        amount("35", baseline=Decimal(34), **way),
    )
    assert (found.expected, found.expected_percent, found.actual_percent) == (Decimal(35), Decimal("50.0"), Decimal(50))


@pytest.mark.parametrize("said", [{"cumulative": False}, {"comparison": Comparison.AT_MOST}])
def test_what_is_judged_at_its_end_or_not_to_be_crossed_has_no_way(said: dict[str, Any]) -> None:
    found = goal(amount("5", **said))
    assert (found.expected, found.expected_percent, found.actual_percent, found.gap) == (None, None, None, None)
    assert not found.behind


def test_an_amount_with_a_horizon_stands_for_itself_beside_one_of_the_year() -> None:
    slices = tuple(amount(done, horizon=None, value=Decimal(900)) for done in ("300", "250"))
    found = goal((amount("800", year=2025), slices[0]), (amount("200"), slices[1]))
    assert (found.horizon, found.whole.accepted, found.whole.value) == (2028, Decimal(1000), Decimal(3000))


def test_an_earlier_year_may_have_promised_its_own_share_only() -> None:
    found = goal(amount("800", year=2025, horizon=None, value=Decimal(900)), amount("200"))
    assert (found.whole.accepted, found.was) == (Decimal(1000), None)


def test_a_year_with_several_amounts_of_the_name_is_not_guessed_at() -> None:
    steps = tuple(amount(done, year=2025, horizon=None, milestone_id=step) for step, done in enumerate(("4", "9"), 1))
    found = goal(steps, amount("200"))
    assert (found.whole.accepted, [year.unclear for year in found.years]) == (Decimal(200), [True, False])
    of_the_item = amount("9", year=2025, horizon=None)
    assert goal((*steps, of_the_item), amount("200")).whole.accepted == Decimal(209)


def test_amounts_of_two_horizons_keep_to_their_own() -> None:
    near, far = amount("5", horizon=2027), amount("6", horizon=2030)
    before = (amount("1", year=2025, horizon=2027), amount("2", year=2025, horizon=2030))
    found = goals_of(line(before, (near, far)), points=10, today=MIDSUMMER)
    assert [(each.horizon, each.whole.accepted) for each in found] == [(2027, Decimal(6)), (2030, Decimal(8))]


def test_a_promise_that_was_another_one_is_told() -> None:
    assert goal(amount("800", year=2025), amount("5", value=Decimal(2200))).was == Decimal(3000)
    assert goal(amount("800", year=2025), amount("5")).was is None


def test_an_item_without_a_horizon_shows_all_its_amounts_to_the_end_of_its_year() -> None:
    found = goals_of(
        line(amount("1", year=2025, horizon=None), (amount("2", horizon=None), amount("3", horizon=None, name="补种"))),
        points=10,
        today=MIDSUMMER,
    )
    assert [(each.horizon, each.whole.accepted, each.whole.due) for each in found] == [
        (None, Decimal(3), date(2026, 12, 31)),
        (None, Decimal(3), date(2026, 12, 31)),
    ]
    assert goals_of(line(None), points=10, today=MIDSUMMER) == ()


def test_a_day_of_another_year_gives_way_to_the_horizons_end() -> None:
    assert goal(amount("1", due=date(2026, 12, 31))).whole.due == date(2028, 12, 31)
    assert goal(amount("1", due=date(2028, 6, 30))).whole.due == date(2028, 6, 30)


def test_a_curve_of_one_year_says_nothing_of_the_years() -> None:
    curved = amount("200", curve=((date(2026, 3, 31), Decimal("0.9")),))
    assert goal(amount("800", year=2024), None, curved).expected == Decimal(1500)


def test_offices_are_added_over_their_years_where_years_have_a_sum() -> None:
    north = goals_of(line(amount("100", year=2025), amount("50")), points=10, today=MIDSUMMER)
    south = goals_of(line(amount(None)), points=10, today=MIDSUMMER)
    (total,) = added_over([(1, north), (2, south)])
    assert (total.offices, total.goal, total.accepted, total.lacking) == (2, Decimal(6000), Decimal(150), 1)
    listed = goals_of(line(amount("50", listed=True)), points=10, today=MIDSUMMER)
    assert added_over([(1, north), (2, listed)]) == ()


def test_of_two_items_of_one_year_the_later_one_counts() -> None:
    rows = [YearItem(7, 2026), YearItem(3, 2025), YearItem(9, 2026)]
    assert [(item.task, item.year) for item in one_a_year(rows)] == [(3, 2025), (9, 2026)]
