"""The deadline grammar, rule by rule; the plan's year is 2017."""

from __future__ import annotations

from datetime import date

import pytest

from projects.reading.deadlines import read_deadline

YEAR = 2017


def due(text: str) -> str:
    return ";".join(day.isoformat() for day in read_deadline(text, year=YEAR).due)


def kind(text: str) -> str:
    return read_deadline(text, year=YEAR).kind


def codes(text: str) -> list[str]:
    return [question.code for question in read_deadline(text, year=YEAR).questions]


@pytest.mark.parametrize(
    "text",
    [
        "6月",
        "6月份",
        "6月底",
        "6月底前",
        "6月末",
        "六月底",
        "2017年6月",
        "二〇一七年六月",
        "17年6月",
        "2017.6",
        "2017-06",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "力争{}", "（{}）", " {} ", "{}。"])
def test_a_month_is_due_on_its_last_day(text: str, frame: str) -> None:
    assert (due(frame.format(text)), kind(frame.format(text))) == ("2017-06-30", "month_end")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6月上旬", "2017-06-10"),
        ("6月初", "2017-06-10"),
        ("6月上半月", "2017-06-15"),
        ("6月中旬", "2017-06-20"),
        ("6月中", "2017-06-20"),
        ("6月中旬前", "2017-06-20"),
        ("6月上中旬", "2017-06-20"),
        ("元月15日前", "2017-01-15"),
    ],
)
def test_a_part_of_a_month_is_due_on_its_last_day_as_a_date(text: str, expected: str) -> None:
    assert (due(text), kind(text)) == (expected, "date")


@pytest.mark.parametrize("text", ["6月下旬", "6月中下旬", "6月下半月"])
def test_the_last_part_of_a_month_ends_with_the_month(text: str) -> None:
    assert (due(text), kind(text)) == ("2017-06-30", "month_end")


@pytest.mark.parametrize(
    "text",
    [
        "6月30日",
        "6月30日前",
        "6月30号前",
        "6月30前",
        "6.30前",
        "6.30",
        "6/30",
        "2017.6.30",
        "2017/6/30",
        "2017-06-30",
        "20170630",
        "17.6.30",
        "2017-06-30 00:00:00",
        "6月30日18:00前",
        "6月30日下午5点前",
        "6月30日（星期五）前",
        "6月30日前（含）",
        "42916",
        "42916.0",
        "30-Jun-17",
    ],
)
def test_a_day_is_due_on_that_day_however_it_is_written(text: str) -> None:
    assert (due(text), kind(text)) == ("2017-06-30", "date")


@pytest.mark.parametrize(
    ("text", "expected", "as_kind"),
    [
        ("一季度", "2017-03-31", "quarter"),
        ("第3季度", "2017-09-30", "quarter"),
        ("二季度末前", "2017-06-30", "quarter"),
        ("前三季度", "2017-09-30", "quarter"),
        ("Q2", "2017-06-30", "quarter"),
        ("上半年", "2017-06-30", "half_year"),
        ("明年上半年", "2018-06-30", "half_year"),
        ("下半年", "2017-12-31", "half_year"),
        ("年底前", "2017-12-31", "year_end"),
        ("年内", "2017-12-31", "year_end"),
        ("全年", "2017-12-31", "year_end"),
        ("2017年", "2017-12-31", "year_end"),
        ("17年", "2017-12-31", "year_end"),
        ("2017年度内", "2017-12-31", "year_end"),
        ("今年年底前", "2017-12-31", "year_end"),
        ("2018年底", "2018-12-31", "year_end"),
        ("到2020年", "2020-12-31", "year_end"),
        ("“十四五”期末", "2025-12-31", "year_end"),
    ],
)
def test_a_period_is_due_on_its_last_day(text: str, expected: str, as_kind: str) -> None:
    assert (due(text), kind(text)) == (expected, as_kind)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("3-6月", "2017-03-01", "2017-06-30"),
        ("三至六月", "2017-03-01", "2017-06-30"),
        ("2017年3月—2018年2月", "2017-03-01", "2018-02-28"),
        ("9月-次年3月", "2017-09-01", "2018-03-31"),
        ("2017.1—4", "2017-01-01", "2017-04-30"),
        ("2025.12—2026.01", "2025-12-01", "2026-01-31"),
        ("3月1日—31日", "2017-03-01", "2017-03-31"),
        ("6月1日起至9月30日", "2017-06-01", "2017-09-30"),
        ("3.1-3.31", "2017-03-01", "2017-03-31"),
        ("1-3季度", "2017-01-01", "2017-09-30"),
        ("2017-2019年", "2017-01-01", "2019-12-31"),
        ("3月至年底", "2017-03-01", "2017-12-31"),
        ("3月1日至2018年6月30日", "2017-03-01", "2018-06-30"),
        ("20170301-20170630", "2017-03-01", "2017-06-30"),
    ],
)
def test_a_range_is_due_on_its_last_day_and_keeps_its_first(text: str, start: str, end: str) -> None:
    reading = read_deadline(text, year=YEAR)
    assert (reading.kind, due(text)) == ("range", end)
    assert reading.milestones[0].start == date.fromisoformat(start)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6月前", "2017-05-31"),
        ("6月之前", "2017-05-31"),
        ("6月份以前", "2017-05-31"),
        ("第四季度前", "2017-09-30"),
        ("2018年前", "2017-12-31"),
        ("国庆节前", "2017-09-30"),
        ("国庆前夕", "2017-09-30"),
        ("春节前", "2017-01-27"),
        ("2018年春节前", "2018-02-15"),
        ("中秋、国庆前", "2017-09-30"),
        ("“五一”前", "2017-04-30"),
        ("五一劳动节前", "2017-04-30"),
        ("元旦前", "2017-12-31"),
        ("2018年元旦春节前", "2017-12-31"),
        ("除夕前", "2017-01-26"),
        ("正月十五前", "2017-02-10"),
        ("端午节前", "2017-05-29"),
        ("重阳节前", "2017-10-27"),
    ],
)
def test_before_a_period_or_festival_is_the_day_before_it_begins(text: str, expected: str) -> None:
    assert (due(text), kind(text)) == (expected, "before")


@pytest.mark.parametrize(
    "text", ["世中运开幕前", "第十四届世界中学生运动会召开前", "食博会前", "汛期前", "开学前", "二十一大召开前"]
)
def test_before_a_local_event_has_no_date_and_is_asked(text: str) -> None:
    assert (due(text), kind(text), codes(text)) == ("", "before", ["local_event"])


@pytest.mark.parametrize("text", ["一季度前", "1月前", "上半年前"])
def test_before_the_plan_itself_begins_is_asked(text: str) -> None:
    assert codes(text) == ["before_plan"]


@pytest.mark.parametrize(
    ("text", "phrase", "words"),
    [
        ("8月底前进点审计", "8月底前", "进点审计"),
        ("6月底前提出清单", "6月底前", "提出清单"),
        ("6月30日前提交方案", "6月30日前", "提交方案"),
        ("6月底前进场施工", "6月底前", "进场施工"),
        ("6月底前进行验收", "6月底前", "进行验收"),
        ("6月底前移交", "6月底前", "移交"),
        ("6月底前置条件办结", "6月底", "前置条件办结"),
        ("6月底前期工作完成", "6月底", "前期工作完成"),
    ],
)
def test_before_belongs_to_the_time_unless_it_begins_another_word(text: str, phrase: str, words: str) -> None:
    (milestone,) = read_deadline(text, year=YEAR).milestones
    assert (milestone.phrase, milestone.text) == (phrase, words)
    assert milestone.due == read_deadline(phrase, year=YEAR).due[0]


@pytest.mark.parametrize("text", ["一季度前提出", "1月前进场"])
def test_before_a_verb_is_before_the_period_as_it_is_alone(text: str) -> None:
    assert codes(text) == ["before_plan"]


def test_each_milestone_keeps_its_own_words() -> None:
    reading = read_deadline("3月份确定选址，6月底前报批，年底前开工", year=YEAR)
    assert [(m.due, m.phrase, m.text) for m in reading.milestones] == [
        (date(2017, 3, 31), "3月份", "确定选址"),
        (date(2017, 6, 30), "6月底前", "报批"),
        (date(2017, 12, 31), "年底前", "开工"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6、12月底前", "2017-06-30;2017-12-31"),
        ("6月15、30日前", "2017-06-15;2017-06-30"),
        ("一、二季度", "2017-03-31;2017-06-30"),
        ("3月底前\n6月底前", "2017-03-31;2017-06-30"),
        ("2017.6.30\n2017.9.30", "2017-06-30;2017-09-30"),
        ("6.30\n9.30", "2017-06-30;2017-09-30"),
        ("1、3月底前完成选址\n2、6月底前报批", "2017-03-31;2017-06-30"),
        ("①3月底前选址②6月底前报批", "2017-03-31;2017-06-30"),
        ("2018年，3月底前完成甲，6月底前完成乙", "2018-03-31;2018-06-30"),
        ("2017年10月开工，次年3月完工", "2017-10-31;2018-03-31"),
        ("4月份将启动28座公交站、3个公厕等项目建设,并在6月份完成建设", "2017-04-30;2017-06-30"),
        ("1月20日、4月20日、7月20日、10月20日前", "2017-01-20;2017-04-20;2017-07-20;2017-10-20"),
    ],
)
def test_several_dates_are_several_milestones_in_the_order_of_the_text(text: str, expected: str) -> None:
    assert (due(text), kind(text)) == (expected, "multi")


@pytest.mark.parametrize(
    "text", ["力争11月底、最迟12月底完成", "最迟12月底、力争11月底完成", "力争11月底前完成，确保12月底前完成"]
)
def test_the_firm_date_counts_where_a_hoped_one_stands_beside_it(text: str) -> None:
    assert (due(text), kind(text)) == ("2017-12-31", "month_end")


@pytest.mark.parametrize("text", ["长期坚持", "持续推进", "常态化", "全年持续推进", "贯穿全年", "6月起持续推进"])
def test_a_lasting_duty_has_no_due_date(text: str) -> None:
    assert (due(text), kind(text), codes(text)) == ("", "ongoing", [])


@pytest.mark.parametrize("text", ["长期坚持，6月底前出台制度", "6月底前，并长期坚持", "6月底前完成，之后每月报送"])
def test_a_date_wins_over_a_lasting_duty_and_over_a_rhythm(text: str) -> None:
    assert due(text) == "2017-06-30"


@pytest.mark.parametrize(
    "text", ["每月25日前", "每季度末", "每月5日、20日前", "每周五", "按月", "逐季", "每月一次，全年不少于12次"]
)
def test_a_rhythm_has_no_due_date(text: str) -> None:
    assert (due(text), kind(text)) == ("", "recurring")


@pytest.mark.parametrize(
    "text",
    [
        "签约后30日内",
        "本月底",
        "月底前",
        "下月10日前",
        "3个月内",
        "半年内",
        "30日内",
        "工期18个月",
        "T+30",
        "春节后",
        "3个工作日",
    ],
)
def test_a_limit_counted_from_another_day_is_asked(text: str) -> None:
    assert (due(text), kind(text), codes(text)) == ("", "relative", ["relative"])


@pytest.mark.parametrize(
    "text", ["", "/", "——", "无", "按时间节点推进", "适时", "待定", "如期", "与主体工程同步推进", "根据省市要求"]
)
def test_words_without_a_date_are_none_and_nothing_is_asked(text: str) -> None:
    assert (due(text), kind(text), codes(text)) == ("", "none", [])


@pytest.mark.parametrize("text", ["13月", "腊月", "2017,6,30", "暑期"])
def test_words_that_look_like_a_date_and_cannot_be_read_are_asked(text: str) -> None:
    assert (due(text), codes(text)) == ("", ["unreadable"])


@pytest.mark.parametrize(
    "text",
    [
        "28座公交站",
        "12家企业",
        "引进12个项目",
        "6.30亿元",
        "1-2号楼",
        "5G",
        "324国道",
        "〔2017〕12号",
        "“十三五”规划",
        "九小九幼",
        "3-5个",
        "三月三广场",
        "《2017年6月工作要点》",
    ],
)
def test_amounts_and_names_are_no_dates(text: str) -> None:
    assert (due(text), kind(text), codes(text)) == ("", "none", [])


@pytest.mark.parametrize(
    "text", ["截至6月底已完成", "较2016年底", "去年12月已开工", "已于3月完成", "2015年以来", "6月底已完成"]
)
def test_what_is_past_or_measured_is_no_deadline(text: str) -> None:
    assert due(text) == ""


@pytest.mark.parametrize("text", ["2018年度计划", "2016年度年报", "编制2018年重点工作计划", "完成2018年度预算编制"])
def test_the_year_of_the_object_is_no_deadline(text: str) -> None:
    assert (due(text), kind(text)) == ("", "none")


def test_a_year_before_a_verb_is_the_deadline() -> None:
    assert due("力争2017年完成供地130多公顷") == "2017-12-31"


@pytest.mark.parametrize("text", ["6月1日起", "自6月1日起", "从6月开始", "2017年6月以后"])
def test_a_start_is_no_deadline_and_is_kept(text: str) -> None:
    reading = read_deadline(text, year=YEAR)
    assert (reading.due, reading.milestones[0].start) == ((), date(2017, 6, 1))


def test_a_start_belongs_to_the_milestone_that_follows() -> None:
    reading = read_deadline("3月开始，6月底完成", year=YEAR)
    assert [(m.start, m.due) for m in reading.milestones] == [(date(2017, 3, 1), date(2017, 6, 30))]


@pytest.mark.parametrize(
    ("text", "expected"), [("2月30日", "2017-02-28"), ("6月31日前", "2017-06-30"), ("2026.2.30", "2026-02-28")]
)
def test_an_impossible_day_is_clamped_and_flagged(text: str, expected: str) -> None:
    assert (due(text), codes(text)) == (expected, ["impossible_day"])


def test_a_decimal_that_may_have_lost_its_zero_is_asked_and_its_format_settles_it() -> None:
    assert codes("2017.1") == ["ambiguous_date"]
    assert codes("6.3") == ["ambiguous_date"]
    assert read_deadline("2017.1", year=YEAR, shown=True).sure
    assert (due("2017.10"), codes("2017.10")) == ("2017-10-31", [])


def test_a_range_over_new_year_without_years_is_asked() -> None:
    assert (due("11月-2月"), codes("11月-2月")) == ("2018-02-28", ["over_new_year"])


@pytest.mark.parametrize("text", ["签约后30日内备案，6月底前完成", "暑假前完成甲，6月底前完成乙"])
def test_a_part_without_a_date_beside_a_dated_one_is_asked(text: str) -> None:
    assert (due(text), codes(text)) == ("2017-06-30", ["undated_part"])


def test_an_explicit_year_beats_the_plans_year() -> None:
    assert due("2019年3月") == "2019-03-31"


def test_a_choice_of_a_question_is_a_date_to_take() -> None:
    choices = [choice.value for question in read_deadline("2017.1", year=YEAR).questions for choice in question.choices]
    assert choices == ["2017-01-31", "2017-10-31"]
