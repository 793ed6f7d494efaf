"""The geometry of bars and lines: shares, clamps, and names that keep clear of one another and of today."""

from dataclasses import dataclass
from datetime import date

import pytest

from accounts.templatetags import marks

YEAR = 2024
TODAY = date(YEAR, 6, 24)


@dataclass(frozen=True)
class Step:
    number: int
    name: str
    due_on: date | None
    key: str = "not_started"
    done_on: date | None = None


def test_segments_lie_side_by_side_on_the_common_scale() -> None:
    laid = marks.segments({"overdue": 1, "attention": 0, "on_schedule": 2, "closed": 1}, scale=8)
    assert [(each.key, each.x, each.width) for each in laid] == [
        ("overdue", 0, 12.5),
        ("on_schedule", 12.5, 25),
        ("closed", 37.5, 12.5),
    ]


def test_a_plan_without_items_draws_no_bar() -> None:
    assert "<rect" not in marks.stacked_bar(overdue=0, attention=0, on_schedule=0, closed=0)


def test_more_than_the_target_fills_the_bar_and_no_more() -> None:
    assert 'class="schedule-fill" y="5" width="100.0%"' in marks.schedule_bar(done=131.5, expected=48.1)


def test_a_period_end_indicator_has_no_tick_for_today() -> None:
    assert "schedule-today" not in marks.schedule_bar(done=30, expected=None)
    assert '<svg x="48.1%"' in marks.schedule_bar(done=30, expected=48.1)


def test_the_thick_line_reaches_the_last_finished_milestone() -> None:
    steps = [
        Step(1, "立项", date(YEAR, 2, 20), "closed", date(YEAR, 2, 19)),
        Step(2, "开工", date(YEAR, 4, 10), "closed", date(YEAR, 4, 8)),
        Step(3, "完工", date(YEAR, 12, 31)),
    ]
    assert marks.timeline(steps=steps, year=YEAR, today=TODAY)["done_to"] == marks.position(date(YEAR, 4, 10), YEAR)


def test_a_missed_milestone_is_dashed_from_its_date_to_today() -> None:
    late = marks.timeline(steps=[Step(1, "报审", date(YEAR, 5, 31), "overdue")], year=YEAR, today=TODAY)["late"]
    assert late == [marks.Span(marks.position(date(YEAR, 5, 31), YEAR), marks.position(TODAY, YEAR))]


def test_today_is_drawn_only_in_its_own_year() -> None:
    assert marks.timeline(steps=[], year=YEAR - 1, today=TODAY)["today_x"] is None


def test_undated_milestones_are_left_to_the_table() -> None:
    assert marks.timeline(steps=[Step(1, "持续推进", None)], year=YEAR, today=TODAY)["points"] == []


@pytest.mark.parametrize(
    ("day", "anchor"),
    [(date(YEAR, 1, 1), "start"), (date(YEAR, 3, 1), "middle"), (date(YEAR, 12, 31), "end")],
)
def test_names_stay_within_the_line(day: date, anchor: str) -> None:
    points = marks.points([Step(1, "结构性缺陷修复", day)], YEAR, marks.position(TODAY, YEAR))
    assert points[0].anchor == anchor


def test_a_name_next_to_today_is_turned_away_from_its_line() -> None:
    points = marks.points([Step(3, "错混接修复", date(YEAR, 6, 30))], YEAR, marks.position(TODAY, YEAR))
    assert points[0].anchor == "start"


def test_names_that_would_meet_stand_on_two_levels() -> None:
    steps = [Step(1, "完成报批及方案调整", date(YEAR, 9, 1)), Step(2, "启动建设并进场施工", date(YEAR, 9, 10))]
    first, second = marks.points(steps, YEAR, marks.position(TODAY, YEAR))
    assert first.y != second.y


def test_the_months_fill_the_year() -> None:
    months = marks.months(YEAR)
    assert months[0].x == 0
    assert sum(month.width for month in months) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize(("number", "sign"), [(1, "①"), (20, "⑳"), (21, "21")])
def test_steps_are_numbered_as_issued_texts_number_them(number: int, sign: str) -> None:
    assert marks.circled(number) == sign
