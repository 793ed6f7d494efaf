"""What holds for every date and every cell: a rendered day reads back, form never changes a reading, nothing crashes."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.reading.deadlines import DeadlineReading, read_deadline

DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))
_DIGITS = "〇一二三四五六七八九"
_FULL = str.maketrans("0123456789().-,", "０１２３４５６７８９（）．－，")


def chinese(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


DAY_FORMS = (
    lambda d: f"{d.year}年{d.month}月{d.day}日前",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}-{d.month:02}-{d.day:02}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: str((d - date(1899, 12, 30)).days),
    lambda d: f"{''.join(_DIGITS[int(sign)] for sign in str(d.year))}年{chinese(d.month)}月{chinese(d.day)}日",
    lambda d: f"力争{d.year}年{d.month}月{d.day}日前完成甲项目",
    lambda d: f"{d.year % 100:02}年{d.month}月{d.day}日",
)


@pytest.mark.parametrize("form", DAY_FORMS, ids=range(len(DAY_FORMS)))
@given(day=DAYS)
def test_a_written_day_reads_back_as_that_day(form, day: date) -> None:  # type: ignore[no-untyped-def]
    reading = read_deadline(form(day), year=day.year)
    assert (reading.due, reading.kind, reading.sure) == ((day,), "date", True)


@given(day=DAYS)
def test_a_day_without_its_year_falls_in_the_plans_year(day: date) -> None:
    for text in (f"{day.month}月{day.day}日前", f"{day.month}.{day.day}前", f"{day.month}月{day.day}号"):
        assert read_deadline(text, year=day.year).due == (day,)


@given(year=st.integers(2001, 2049), month=st.integers(1, 12))
def test_a_written_month_reads_back_as_its_last_day(year: int, month: int) -> None:
    end = date(year, month, calendar.monthrange(year, month)[1])
    for text in (f"{month}月底前", f"{month}月份", f"{year}年{month}月", f"{chinese(month)}月底", f"{year}-{month:02}"):
        assert (read_deadline(text, year=year).due, text) == ((end,), text)


@given(year=st.integers(2001, 2049), month=st.integers(2, 12))
def test_before_a_month_is_the_last_day_of_the_one_before(year: int, month: int) -> None:
    assert read_deadline(f"{month}月前", year=year).due == (date(year, month, 1) - timedelta(days=1),)


@given(start=DAYS, length=st.integers(1, 600))
def test_a_range_reads_back_with_both_ends(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    text = f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日"
    reading = read_deadline(text, year=start.year)
    assert (reading.kind, reading.milestones[0].start, reading.due) == ("range", start, (end,))


CELLS = st.sampled_from(
    [
        "3月底前",
        "6月30日前",
        "2017年3月—2018年2月",
        "6、12月底前",
        "一季度",
        "春节前",
        "3月份确定选址，6月底前报批，年底前开工",
        "每月25日前",
        "长期坚持",
        "签约后30日内",
        "截至6月底完成投资80%",
        "编制2018年重点工作计划",
        "“十三五”末",
        "（4月底前完成300盏，8月底前完成500盏）",
        "9月-次年3月",
    ]
)


def essence(reading: DeadlineReading) -> tuple[object, ...]:
    starts = tuple(milestone.start for milestone in reading.milestones)
    return reading.kind, reading.due, starts, tuple(question.code for question in reading.questions)


@given(
    cell=CELLS,
    cuts=st.lists(st.tuples(st.integers(0, 40), st.sampled_from([" ", "\n", "\u3000", "\r\n", "\t"])), max_size=6),
)
def test_spaces_and_line_breaks_never_change_a_reading(cell: str, cuts: list[tuple[int, str]]) -> None:
    spaced = cell
    for place, sign in cuts:
        spaced = spaced[:place] + sign + spaced[place:]
    assert essence(read_deadline(spaced, year=2017)) == essence(read_deadline(cell, year=2017))


@given(cell=CELLS)
def test_full_width_signs_never_change_a_reading(cell: str) -> None:
    assert essence(read_deadline(cell.translate(_FULL), year=2017)) == essence(read_deadline(cell, year=2017))


@given(
    text=st.text(
        alphabet=st.sampled_from(
            "0123456789.-/年月日底前初末旬上中下半季度一二三十五〇每后内起至、，；（）春节国庆 \n已截较完成A℃①"
        ),
        max_size=30,
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_deadline(text, year=2017)
    assert all(milestone.due or milestone.start for milestone in reading.milestones)
    assert (reading.kind == "multi") == (len(reading.due) > 1)


@given(text=st.text(max_size=60))
def test_no_unicode_text_breaks_the_reader(text: str) -> None:
    reading = read_deadline(text, year=2017)
    assert all(milestone.due or milestone.start for milestone in reading.milestones)
