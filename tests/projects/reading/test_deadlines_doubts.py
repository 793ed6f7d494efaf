"""A reading is sure only when every word of time has its part in it and nothing in the cell takes the day back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.reading.deadlines import DeadlineReading, read_deadline


def read(text: str) -> DeadlineReading:
    return read_deadline(text, year=2017)


def due(text: str) -> str:
    return ";".join(day.isoformat() for day in read(text).due)


def codes(text: str) -> list[str]:
    return [question.code for question in read(text).questions]


@pytest.mark.parametrize(
    "text",
    [
        "9999年12月31日",
        "2117-06-30",
        "1017年9月底",
        "201年6月底前",
        "20177年6月底",
        "2017月6月30日",
        "2017年6年底",
        "6月3O日",
    ],
)
def test_a_number_of_which_only_a_part_was_read_is_asked(text: str) -> None:
    assert codes(text) == ["unread_part"]


@pytest.mark.parametrize("text", ["6月X日", "6月  日", "6月30日（不含）前", "6月上、中旬"])
def test_a_day_not_written_out_is_asked(text: str) -> None:
    assert codes(text) == ["unread_part"]


@pytest.mark.parametrize("text", ["2017年6月—", "2017.6.1—", "2017年6月（起）"])
def test_a_range_that_never_ends_is_asked(text: str) -> None:
    assert codes(text) == ["unread_part"]


@pytest.mark.parametrize(
    "text",
    [
        "99999",
        "1706",
        "0630前",
        "6；30",
        "4.2916E4",
        "#REF!",
        "=TODAY()",
        "By end of June",
        "Q5",
        "W26",
        "FY2017",
        "第五季度",
        "财年末",
        "学年末",
        "前5个月完成征迁",
        "本届任期内",
        "去年底",
        "2020年1O月",
        "月  日",
        "2017年630",
    ],
)
def test_a_cell_with_a_time_that_no_rule_knows_is_asked(text: str) -> None:
    assert (due(text), codes(text)) == ("", ["unreadable"])


@pytest.mark.parametrize("text", ["0595-85623017", "13805951231", "8:00-17:30", "30%", "5G", "V3.0", "/", "待定"])
def test_a_telephone_an_amount_or_a_dash_is_not_asked(text: str) -> None:
    assert (due(text), codes(text)) == ("", [])


@pytest.mark.parametrize(
    "text",
    [
        "6月底前（7月底前）",
        "6月底前（市里要求5月底）",
        "市定12月底，区定10月底",
        "6月底前，最迟不超过7月15日",
        "6月底前（确有困难的可延至8月底）",
        "年底前（或2018年一季度）",
        "上半年力争开工，确保三季度开工",
        "1月、4月、7月、10月10日前",
        "全年2次（6月、12月）",
    ],
)
def test_two_days_for_one_work_are_asked(text: str) -> None:
    assert codes(text) == ["either"]


def test_days_of_two_works_are_no_rivals() -> None:
    assert codes("省级验收11月底前通过，市级初验9月底前完成") == []
    assert codes("6月底/12月底") == []


@pytest.mark.parametrize(
    "text",
    [
        "不早于6月1日",
        "6月1日以前不得开工",
        "除6月底前完成的5个外，其余年底前完成",
        "如6月底前未完成，则顺延至9月底",
        "可能延至10月",
        "6月底(待定)",
        "6月底？",
    ],
)
def test_a_condition_a_bar_and_a_day_still_open_are_asked(text: str) -> None:
    assert "doubtful" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "6月底前不得少于50%",
        "除特殊情况外，9月底前完成",
        "最迟不晚于9月底",
        "最迟于9月底",
        "若遇台风顺延，原则9月底前完成",
    ],
)
def test_a_least_amount_and_an_exception_leave_the_day_as_it_is(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "3月5日启动，为期三个月",
        "6月30日起30日内",
        "3月签约后6个月内动工",
        "6月底开工，开工后12个月竣工",
        "7月开工，2年建成",
    ],
)
def test_a_start_and_a_length_ask_for_the_end(text: str) -> None:
    assert "counted_on" in codes(text)


def test_a_length_before_the_day_that_bounds_it_is_not_asked() -> None:
    assert codes("开展为期3个月的专项整治，9月底前结束") == []
    assert codes("合同签订后18个月，2018年6月前完工") == []


@pytest.mark.parametrize("text", ["试运行3个月后转正", "提前15天完成", "2017年6月起（3年）", "4月起开展为期半年的整治"])
def test_a_length_alone_is_counted_from_another_day(text: str) -> None:
    assert (due(text), codes(text)) == ("", ["relative"])


@pytest.mark.parametrize("text", ["1-9月完成投资6.5亿元", "2017年投资1亿元（1-8月完成6000万元）"])
def test_an_amount_by_a_month_may_be_an_account(text: str) -> None:
    assert codes(text) == ["maybe_measured"]


@pytest.mark.parametrize("text", ["1-8月实际完成5000万元", "上半年未完成原因", "二季度进展"])
def test_what_was_done_in_a_period_is_no_deadline(text: str) -> None:
    assert (due(text), codes(text)) == ("", [])


@pytest.mark.parametrize(
    ("text", "code"),
    [("2027年12月31日前", "far_ahead"), ("2015年6月", "before_year"), ("2018年3月-2017年9月", "backward")],
)
def test_a_day_far_from_the_plan_and_a_range_that_goes_back_are_asked(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_the_year_before_and_a_goal_years_ahead_are_meant() -> None:
    assert (due("2016年12月31日前"), codes("2016年12月31日前")) == ("2016-12-31", [])
    assert (due("到2035年基本建成"), codes("到2035年基本建成")) == ("2035-12-31", [])


@pytest.mark.parametrize(
    "text",
    [
        "年初确定的12个项目，6月底前完成",
        "整改2017年1-3月检查发现的问题，6月底前销号",
        "“十二五”期间遗留问题6月底前解决",
        "“大干一季度”活动6月底结束",
        "2016年1月1日前成立的企业，6月底前年报",
        "按省厅5月部署，6月底前完成排查",
    ],
)
def test_a_time_that_tells_which_things_are_meant_is_no_step(text: str) -> None:
    assert (due(text), codes(text)) == ("2017-06-30", [])


@pytest.mark.parametrize("text", ["3月号刊物", "6月期简报", "九月菊园改造5月底前", "2017年3个村"])
def test_a_time_that_may_be_a_name_is_asked(text: str) -> None:
    assert "deadline_or_name" in codes(text)


@pytest.mark.parametrize("text", ["9月28日园区20周年庆典前完成", "4月15日入汛前完成排查", "9月15日省里来检查前完成"])
def test_before_something_on_a_day_may_be_the_day_before(text: str) -> None:
    assert codes(text) == ["undated_part"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.1-3.31动员，4.1-10.31整治", "2017-03-31;2017-10-31"),
        ("5月份前半月", "2017-05-15"),
        ("6月5、15、25日", "2017-06-05;2017-06-15;2017-06-25"),
        ("三八妇女节、五一劳动节、六一儿童节前", "2017-03-07;2017-04-30;2017-05-31"),
        ("2018.Q3", "2018-09-30"),
        ("‘十三五’末", "2020-12-31"),
    ],
)
def test_rarer_forms_are_read_without_a_question(text: str, expected: str) -> None:
    assert (due(text), codes(text)) == (expected, [])


@given(year=st.integers(2101, 9999), month=st.integers(1, 12), day=st.integers(1, 28))
def test_no_year_beyond_the_century_is_read_as_the_plans(year: int, month: int, day: int) -> None:
    for text in (f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}", f"{year}年{month}月底前"):
        assert not read(text).sure, text


@given(stray=st.sampled_from(["第五季度", "13月底", "6月45日", "  月  日前", "X月底", "第26周"]), first=st.booleans())
def test_a_stray_time_beside_one_that_was_read_is_never_passed_over(stray: str, first: bool) -> None:
    text = f"{stray}报送；9月底前完成" if first else f"9月底前完成；{stray}报送"
    assert not read(text).sure
