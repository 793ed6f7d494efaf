"""Slips of the pen, days named only roughly, the lunar calendar: what they mean is read, what they leave open is asked."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.reading.deadlines import DeadlineReading, read_deadline


def read(text: str, year: int = 2018) -> DeadlineReading:
    return read_deadline(text, year=year)


def due(text: str, year: int = 2018) -> str:
    return ";".join(day.isoformat() for day in read(text, year).due)


def codes(text: str, year: int = 2018) -> list[str]:
    return [question.code for question in read(text, year).questions]


@given(
    letter=st.sampled_from(string.ascii_letters + "#+=&$^|@"),
    month=st.integers(1, 12),
    tail=st.sampled_from(["底前", "", "15日前"]),
)
def test_a_letter_or_sign_that_touches_a_date_is_asked(letter: str, month: int, tail: str) -> None:
    assert not read(f"{letter}{month}月{tail}").sure


@pytest.mark.parametrize("text", ["完成APP开发，6月底前上线", "<6月底前>", "完成CBD6月底前", "2018.6.30(A)"])
def test_a_word_or_brackets_beside_a_date_are_no_slip(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text", ["9月30日前办结，最晚8月15日", "11月底前完工（最迟9月底）", "7月底前完成，最迟不超过8月底"]
)
def test_a_second_limit_of_one_work_is_asked(text: str) -> None:
    assert codes(text) == ["either"]


def test_the_limit_of_the_last_of_several_steps_is_its_own() -> None:
    assert codes("3月底前获批，4月底前挂网招标，最迟5月底前开工建设") == []


@pytest.mark.parametrize("text", ["中秋前后", "国庆节前/后", "五一前、后各检查一次", "端午节上下", "9月20日左右完成"])
def test_a_time_around_a_day_is_asked(text: str) -> None:
    assert codes(text) == ["vague_date"]


def test_a_time_around_a_month_is_that_month() -> None:
    assert (due("9月左右完成"), codes("9月左右完成")) == ("2018-09-30", [])


@pytest.mark.parametrize("text", ["2018年10月底前完成主体，2月底前完成装修", "11月底前完成招标，3月底前开工建设"])
def test_the_year_of_a_step_before_the_one_it_follows_is_asked(text: str) -> None:
    assert codes(text) == ["which_year"]


@pytest.mark.parametrize(
    "text",
    [
        "2018年底前建成10公里，6月底前完成5公里",
        "9月30日前完成，其中甲地块5月31日前完成",
        "第一批9月竣工；第二批7月开工",
        "2018年3月底前完成设计，9月底前开工",
    ],
)
def test_a_part_or_another_thing_may_come_before(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("建党100周年前", "2021-06-30"),
        ("中国共产党成立一百周年前", "2021-06-30"),
        ("新中国成立七十周年前夕", "2019-09-30"),
        ("澳门回归20周年前", "2019-12-19"),
    ],
)
def test_the_number_of_an_anniversary_tells_its_year(text: str, wanted: str) -> None:
    assert (read(text).kind, due(text), codes(text)) == ("before", wanted, [])


def test_an_anniversary_over_before_the_plan_began_is_asked() -> None:
    assert codes("建党95周年前") == ["before_year"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("农历八月十五前", "2018-09-23"), ("正月初八前", "2018-02-22"), ("农历2019年五月初五前", "2019-06-06")],
)
def test_a_day_of_the_lunar_calendar_is_that_day_of_the_sun(text: str, wanted: str) -> None:
    assert (read(text).kind, due(text), codes(text)) == ("before", wanted, [])


@pytest.mark.parametrize("text", ["农历三月初三前", "三月初三前", "农历腊月二十三前", "农历十月底前", "阴历7月15前"])
def test_a_lunar_day_not_known_here_is_asked_and_never_read_as_solar(text: str) -> None:
    assert (due(text), codes(text)) == ("", ["local_event"])


def test_a_lunar_day_beside_the_solar_one_says_the_same_day() -> None:
    assert (due("8月17日（农历七月初七）前"), codes("8月17日（农历七月初七）前")) == ("2018-08-17", [])


@pytest.mark.parametrize(
    ("text", "start", "wanted"),
    [
        ("3月下旬-4月上旬", "2018-03-21", "2018-04-10"),
        ("7月下半月至8月底", "2018-07-16", "2018-08-31"),
        ("3月底-4月底", "2018-03-31", "2018-04-30"),
        ("五一至国庆", "2018-05-01", "2018-10-01"),
        ("五一至六月底", "2018-05-01", "2018-06-30"),
        ("上年12月至今年3月", "2017-12-01", "2018-03-31"),
        ("2019年9月-明年3月", "2019-09-01", "2020-03-31"),
    ],
)
def test_both_ends_of_a_range_are_the_days_they_name(text: str, start: str, wanted: str) -> None:
    (milestone,) = read(text).milestones
    assert (str(milestone.start), str(milestone.due), codes(text)) == (start, wanted, [])


def test_a_rhythm_with_a_count_by_the_years_end_keeps_that_limit() -> None:
    assert due("3月起每月召开一次调度会，年底前不少于10次") == "2018-12-31"
    assert read("每季度督查一次，全年不少于4次").kind == "recurring"


def test_several_times_of_every_year_are_a_rhythm_and_one_is_asked() -> None:
    assert codes("每年3月、9月") == []
    assert codes("每年9月底前") == ["yearly"]


@pytest.mark.parametrize("text", ["1-6月累计完成投资41.76亿元", "上半年累计完成投资23.5亿元"])
def test_what_is_counted_up_over_a_period_is_asked(text: str) -> None:
    assert codes(text) == ["maybe_measured"]


def test_what_is_to_be_reached_step_by_step_is_not_asked() -> None:
    assert codes("一季度累计完成20%，上半年累计完成50%，年底前全部完成") == []


@pytest.mark.parametrize(("text", "wanted"), [("2018年.6月", "2018-06-30"), ("8月.20日前", "2018-08-20")])
def test_a_point_too_many_changes_no_date(text: str, wanted: str) -> None:
    assert (due(text), codes(text)) == (wanted, [])


@pytest.mark.parametrize("text", ["1.3月底前", "3月.6月", "6.30 张三", "180630、181231", "191332"])
def test_numbers_that_may_be_days_are_asked(text: str) -> None:
    assert not read(text).sure


def test_six_digits_are_guessed_as_a_day_near_the_plan_and_asked() -> None:
    assert (due("180630"), codes("180630")) == ("2018-06-30", ["ambiguous_date"])
    assert (due("350600"), codes("350600")) == ("", ["unreadable"])
