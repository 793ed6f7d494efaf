"""What contradicts what is known is asked about, and nothing else is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.choices import Comparison, TaskState
from tests.cast import TODAY
from tracker.choices import ReportState
from tracker.doubts import Claim, DoubtCode, doubts
from tracker.shares import TargetFacts
from tracker.turning import MilestoneFacts, TaskFacts

YEAR = TODAY.year
FIRMS = TargetFacts(
    id=1,
    milestone_id=None,
    name="引进企业",
    unit="家",
    comparison=Comparison.AT_LEAST,
    value=Decimal(7),
    baseline=None,
    cumulative=True,
    start=date(YEAR, 1, 1),
    due=date(YEAR, 12, 31),
    curve=(),
    accepted=Decimal(4),
)
OPENING = MilestoneFacts(11, 0, "开工", "6月1日起", date(YEAR, 6, 1), date(YEAR, 9, 30), date(YEAR, 9, 30), None)
FACTS = TaskFacts(TaskState.ISSUED, YEAR, (OPENING,), (FIRMS,))
numbers = st.decimals(min_value=0, max_value=1000, places=2)
days = st.dates(min_value=date(YEAR - 1, 1, 1), max_value=date(YEAR + 1, 12, 31))


def asked(
    facts: TaskFacts = FACTS,
    *,
    state: ReportState = ReportState.ON_PLAN,
    values: dict[int, Decimal] | None = None,
    marks: dict[int, date] | None = None,
) -> list[DoubtCode]:
    return [doubt.code for doubt in doubts(Claim(state, values or {}, marks or {}), facts, year=YEAR, today=TODAY)]


def of(**changes: object) -> TaskFacts:
    return replace(FACTS, targets=(replace(FIRMS, **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "found"), [(3, [DoubtCode.FELL]), (4, []), (6, []), (7, []), (70, [DoubtCode.BEYOND])]
)
def test_a_running_total_neither_falls_nor_passes_its_target_unasked(value: int, found: list[DoubtCode]) -> None:
    assert asked(values={1: Decimal(value)}) == found


def test_a_reading_at_a_periods_end_may_fall() -> None:
    assert asked(of(cumulative=False), values={1: Decimal(3)}) == []


def test_where_less_is_better_rising_is_going_back() -> None:
    dust = of(comparison=Comparison.AT_MOST, value=Decimal(35), baseline=Decimal(40), accepted=Decimal(38))
    assert asked(dust, values={1: Decimal(37)}) == []
    assert asked(dust, values={1: Decimal(39)}) == [DoubtCode.FELL]
    assert asked(dust, values={1: Decimal(30)}) == [DoubtCode.BEYOND]


def test_a_line_not_to_cross_is_asked_about_when_crossed() -> None:
    complaints = of(comparison=Comparison.AT_MOST, value=Decimal(100), accepted=Decimal(20))
    assert asked(complaints, values={1: Decimal(90)}) == []
    assert asked(complaints, values={1: Decimal(101)}) == [DoubtCode.BEYOND]


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(YEAR, 5, 31), [DoubtCode.NOT_BEGUN]),
        (date(YEAR, 6, 1), []),
        (TODAY, []),
        (TODAY + timedelta(days=1), [DoubtCode.AHEAD]),
    ],
)
def test_a_step_is_done_neither_before_it_began_nor_on_a_day_to_come(on: date, found: list[DoubtCode]) -> None:
    assert asked(marks={11: on}) == found


def test_a_step_without_a_first_day_begins_with_its_year() -> None:
    early = replace(FACTS, milestones=(replace(OPENING, start=None),))
    assert asked(early, marks={11: date(YEAR, 1, 1)}) == []
    assert asked(early, marks={11: date(YEAR - 1, 12, 31)}) == [DoubtCode.NOT_BEGUN]


def test_done_with_open_steps_and_amounts_is_asked_about() -> None:
    assert asked(state=ReportState.DONE) == [DoubtCode.STEPS_OPEN, DoubtCode.AMOUNTS_OPEN]
    assert asked(state=ReportState.DONE, values={1: Decimal(7)}, marks={11: TODAY}) == []


def test_another_value_is_another_question() -> None:
    first, second = (
        doubts(Claim(ReportState.ON_PLAN, {1: Decimal(value)}, {}), FACTS, year=YEAR, today=TODAY) for value in (2, 3)
    )
    assert first[0].key != second[0].key


def test_the_same_amount_written_otherwise_is_the_same_question() -> None:
    first, second = (
        doubts(Claim(ReportState.ON_PLAN, {1: Decimal(value)}, {}), FACTS, year=YEAR, today=TODAY)
        for value in ("2", "2.00")
    )
    assert first[0].key == second[0].key


@given(accepted=numbers, value=numbers, target=numbers, cumulative=st.booleans())
def test_what_keeps_between_the_last_figure_and_the_target_is_never_asked_about(
    accepted: Decimal, value: Decimal, target: Decimal, cumulative: bool
) -> None:
    facts = of(accepted=accepted, value=target, cumulative=cumulative)
    found = asked(facts, values={1: value})
    assert (DoubtCode.FELL in found) == (cumulative and value < accepted)
    if accepted <= value <= target:
        assert found == []


@given(on=days, today=days)
def test_a_days_doubt_is_one_at_most(on: date, today: date) -> None:
    claim = Claim(ReportState.ON_PLAN, {}, {11: on})
    found = doubts(claim, FACTS, year=YEAR, today=today)
    assert len(found) == (on > today or on < date(YEAR, 6, 1))


@given(
    state=st.sampled_from(ReportState),
    values=st.dictionaries(st.just(1), numbers),
    marks=st.dictionaries(st.just(11), days),
)
def test_each_question_has_a_key_of_its_own_and_the_same_claim_asks_the_same(
    state: ReportState, values: dict[int, Decimal], marks: dict[int, date]
) -> None:
    claim = Claim(state, values, marks)
    found = doubts(claim, FACTS, year=YEAR, today=TODAY)
    assert len({doubt.key for doubt in found}) == len(found)
    assert [doubt.key for doubt in doubts(claim, FACTS, year=YEAR, today=TODAY)] == [doubt.key for doubt in found]
