"""What a time is to the words beside it: a deadline, the day of a document, an account, a name, or one of two readings."""

from __future__ import annotations

import pytest

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
        "根据3月15日专题会议精神，6月底前出台方案",
        "4月26日反馈问题，6月底前整改",
        "2月8日主任办公会议定事项，6月底前落实",
        "1月10日印发的工作要点，6月底前落实",
        "《方案》（2月15日印发）明确的任务，6月底前完成",
        "2月签约的12个项目，6月底前开工",
        "2010年前入驻的企业，6月底前完成评估",
        "原计划3月底完成，因征迁滞后，现计划6月底完成",
        "由3月底延期至6月底",
        "2015年12月已开工，6月底前完工",
        "基础数据截至2016年12月31日，6月底前完成汇总",
    ],
)
def test_the_day_of_a_document_a_finding_or_an_old_plan_is_no_deadline(text: str) -> None:
    assert (due(text), codes(text)) == ("2017-06-30", [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年底前（12月20日）完成考核", "2017-12-20"),
        ("二季度（6月底前）完成签约", "2017-06-30"),
        ("国庆节前（9月25日前）", "2017-09-25"),
        ("国庆节（10月1日）前", "2017-09-30"),
        ("上半年（争取5月底前）完成", "2017-06-30"),
    ],
)
def test_a_finer_day_in_brackets_is_the_deadline_and_a_hoped_one_is_not(text: str, expected: str) -> None:
    assert (due(text), codes(text)) == (expected, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5·12防灾减灾日前", "2017-05-11"),
        ("12月4日宪法日前", "2017-12-03"),
        ("9月开学前", "2017-08-31"),
        ("4月29日开幕前完成绿化", "2017-04-28"),
    ],
)
def test_before_a_day_named_with_its_date_is_the_day_before(text: str, expected: str) -> None:
    assert (due(text), read(text).kind, codes(text)) == (expected, "before", [])


@pytest.mark.parametrize("text", ["10月开工，春节前封顶", "国庆节前完成立面；春节前完成亮化"])
def test_the_spring_festival_after_autumn_is_the_next_one_and_is_asked(text: str) -> None:
    assert (due(text).split(";")[1], codes(text)) == ("2018-02-15", ["which_year"])


@pytest.mark.parametrize("text", ["每月调度项目确保6月底前完成", "每周调度，6月底前建成"])
def test_only_what_comes_back_yearly_can_swallow_a_month(text: str) -> None:
    assert due(text) == "2017-06-30"
    assert due("每年6月底前报送") == ""


@pytest.mark.parametrize(
    "text",
    ["一季度一次", "半年一次", "各季度末", "隔周", "1次/月", "周调度、月通报", "定期开展", "逐季推进", "每逢双月"],
)
def test_a_habit_is_a_rhythm(text: str) -> None:
    assert (read(text).kind, codes(text)) == ("recurring", [])


@pytest.mark.parametrize("text", ["秋种前完成主体", "赶在雨季前完成", "“两会”前", "大会召开前", "节假日前", "正月前"])
def test_whatever_ends_in_before_and_has_no_date_is_asked(text: str) -> None:
    assert (read(text).kind, due(text), codes(text)) == ("before", "", ["local_event"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4月或5月", "either"),
        ("2017年扬帆行动", "deadline_or_name"),
        ("1-5月累计完成12.6亿元", "maybe_measured"),
        ("项目2016年6月开工，2018年6月竣工", "before_year"),
        ("630前", "vague_date"),
        ("三季度初", "vague_date"),
        ("6月第三周前", "vague_date"),
        ("17.6开工、18.12竣工", "unreadable"),
    ],
)
def test_two_possible_readings_are_asked(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_either_of_two_days_can_be_taken_from_the_question() -> None:
    (question,) = read("4月或5月").questions
    assert [choice.value for choice in question.choices] == ["2017-04-30", "2017-05-31"]


@pytest.mark.parametrize(
    "text",
    [
        "电话：0595-22681234",
        "2.0版平台",
        "“6·18”对接会",
        "发放年终奖",
        "12月龄婴幼儿",
        "1号路",
        "近5年亿元项目零的突破",
    ],
)
def test_numbers_of_things_are_neither_dates_nor_questions(text: str) -> None:
    assert (due(text), codes(text)) == ("", [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8月3号地块开工", "2017-08-31"),
        ("2017 6月底前", "2017-06-30"),
        ("2017。6。30", "2017-06-30"),
        ("时限：9月底", "2017-09-30"),
        ("一季度一期工程开工", "2017-03-31"),
        ("九月卅日前", "2017-09-30"),
        ("七八月份", "2017-07-31;2017-08-31"),
        ("一、4月底前清产；二、6月底前改制", "2017-04-30;2017-06-30"),
        ("4.30前报名，6.1决赛", "2017-04-30;2017-06-01"),
        ("2018年打开局面，2019年攻坚克难", "2018-12-31;2019-12-31"),
        ("1-2月前期，3-10月实施，11-12月总结", "2017-02-28;2017-10-31;2017-12-31"),
    ],
)
def test_what_only_looks_tangled_is_read(text: str, expected: str) -> None:
    assert (due(text), codes(text)) == (expected, [])


@pytest.mark.parametrize(
    "text",
    [
        "6月底前完成第一季度安全生产考核通报",
        "6月底前完成上半年任务",
        "公布2017年1-5月案件信息，6月底前上网",
        "2017-2019年三年提升计划，6月底前完成年度任务",
        "完成2017年“双拥”模范城迎检，6月底前",
        "处置2015年前批而未供土地300亩，6月底前",
        "按GB50016-2014和ISO9001:2015，6月底前整改",
    ],
)
def test_the_period_of_the_work_itself_is_no_step(text: str) -> None:
    assert (due(text), codes(text)) == ("2017-06-30", [])


def test_a_clause_that_goes_back_in_time_is_asked() -> None:
    assert codes("8月底前完成一期建设二期6月封顶") == ["deadline_or_name"]
    assert codes("8月底前建成\n二期6月封顶") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贰零壹柒年陆月", "2017-06-30"),
        ("“五一”“十一”前", "2017-04-30;2017-09-30"),
        ("记者节前", "2017-11-07"),
        ("到2020年能耗下降16%", "2020-12-31"),
    ],
)
def test_days_written_in_rarer_ways_are_read_without_a_question(text: str, expected: str) -> None:
    assert (due(text), codes(text)) == (expected, [])


@pytest.mark.parametrize(
    "text",
    [
        "6月30日前报送全年情况",
        "6月30日前通报一季度完成情况",
        "6月30日前分别报送上半年、全年情况",
    ],
)
def test_the_periods_a_report_covers_are_no_steps(text: str) -> None:
    assert (due(text), codes(text)) == ("2017-06-30", [])


def test_the_years_of_a_plan_still_to_be_written_are_its_name() -> None:
    assert due("三年行动计划（2017—2019年）编制") == due("编制三年行动计划（2017—2019年）") == ""
    assert due("三年行动计划（2017—2019年）") == "2019-12-31"


def test_the_year_between_an_aim_and_an_amount_is_when() -> None:
    assert due("确保2017年新签约项目10个") == "2017-12-31"
    assert due("2017年新签约项目推进") == ""


def test_a_quarter_counted_from_another_day_is_asked() -> None:
    assert (due("签约后一季度内"), codes("签约后一季度内")) == ("", ["relative"])
    assert due("签约后，一季度内开工") == "2017-03-31"


@pytest.mark.parametrize(
    ("text", "expected"), [("8月月初", "2017-08-10"), ("8月月中", "2017-08-20"), ("8月的中旬", "2017-08-20")]
)
def test_a_part_of_a_month_may_say_the_month_twice(text: str, expected: str) -> None:
    assert (due(text), codes(text)) == (expected, [])


def test_the_next_or_the_last_period_is_not_the_first_one_of_the_year() -> None:
    assert (due("下一季度"), codes("下一季度")) == ("", ["relative"])
    assert due("每月5日前报送上一月进展") == ""
    assert due("5家以上一季度完成") == "2017-03-31"


def test_years_that_share_their_work_are_steps() -> None:
    assert due("2017年、2018年分别完成50%") == "2017-12-31;2018-12-31"


def test_an_amount_reached_by_a_day_is_past_across_a_comma_too() -> None:
    assert due("截至6月底，完成投资5亿元") == ""
    assert due("截止6月底，完成全部整改") == "2017-06-30"
