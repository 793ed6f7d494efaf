"""Where steps stand in their year, how their names find room, and which rows share a sheet."""

from datetime import date
from itertools import pairwise

import pytest

from tracker.publishing.wall_geometry import (
    MARK,
    Step,
    drawn,
    fitted,
    month_lines,
    position,
    sheets,
    width,
)

TODAY = date(2026, 6, 24)


def step(month: int, day: int, name: str = "选址", key: str = "on_schedule", *, done: bool = False) -> Step:
    return Step("closed" if done else key, name, date(2026, month, day), done)


@pytest.mark.parametrize(
    ("day", "place"),
    [(date(2026, 1, 1), 0), (date(2026, 12, 31), 100), (date(2025, 5, 1), 0), (date(2027, 5, 1), 100)],
)
def test_a_day_outside_the_year_stands_at_its_end(day: date, place: float) -> None:
    assert position(day, 2026) == place


def test_months_are_as_long_as_they_are() -> None:
    lines = month_lines(2024)
    assert len(lines) == 11
    assert lines[1] - lines[0] < lines[2] - lines[1]


def test_the_thick_line_ends_with_the_last_finished_step_and_the_dashes_begin_with_the_first_late_one() -> None:
    steps = [step(5, 31, key="overdue"), step(3, 31, done=True), step(4, 30, key="overdue"), step(9, 30)]
    drawing = drawn(steps, start=date(2026, 2, 1), year=2026, today=TODAY)
    assert drawing.done_to == position(date(2026, 3, 31), 2026)
    assert drawing.late_from == position(date(2026, 4, 30), 2026)
    assert (drawing.start, drawing.end) == (position(date(2026, 2, 1), 2026), position(date(2026, 9, 30), 2026))
    assert [mark.x for mark in drawing.marks] == sorted(mark.x for mark in drawing.marks)


def test_an_item_without_dates_has_a_line_and_no_marks() -> None:
    drawing = drawn([], start=date(2026, 1, 1), year=2026, today=TODAY)
    assert (drawing.marks, drawing.done_to, drawing.late_from, drawing.end) == ((), None, None, 100.0)


def test_a_name_at_the_end_of_the_year_stands_before_its_mark() -> None:
    (mark,) = drawn([step(12, 31, "全部完成")], start=TODAY, year=2026, today=TODAY).marks
    assert (mark.label, mark.before) == ("全部完成", True)


def test_names_never_run_into_the_next_mark_or_each_other() -> None:
    names = ["完成可行性研究报告批复", "开工", "完成主体结构施工并通过验收", "竣工"]
    steps = [step(month, 10, name) for month, name in zip((3, 4, 7, 8), names, strict=True)]
    marks = drawn(steps, start=date(2026, 1, 1), year=2026, today=TODAY).marks
    taken = []
    for mark in marks:
        taken.append((mark.x - MARK, mark.x + MARK))
        if mark.label:
            room = width(mark.label)
            side = (mark.x - MARK - room, mark.x - MARK) if mark.before else (mark.x + MARK, mark.x + MARK + room)
            taken.append(side)
    taken.sort()
    assert all(end <= begin + 0.01 for (_, end), (begin, _) in pairwise(taken))


def test_a_name_is_shortened_to_its_room_and_left_out_where_it_would_say_nothing() -> None:
    assert fitted("完成选址", 100) == "完成选址"
    assert fitted("完成选址工作", width("完成选…")) == "完成选…"
    assert fitted("完成选址工作", width("完…")) == ""


def test_every_row_hangs_once_and_no_sheet_is_longer_than_it_may_be() -> None:
    groups = [("甲", list(range(40))), ("乙", [40]), ("丙", []), ("丁", list(range(41, 60)))]
    dealt = sheets(groups, lines=12)
    assert [row for sheet in dealt for part in sheet for row in part.rows] == list(range(60))
    assert all(sum(len(part.rows) + 1 for part in sheet) <= 12 for sheet in dealt)
    assert all(part.rows for sheet in dealt for part in sheet)


def test_a_group_that_goes_on_says_so_on_the_next_sheet_only() -> None:
    first, second = sheets([("甲", list(range(15)))], lines=12)
    assert [part.continued for part in (*first, *second)] == [False, True]
