"""Amounts, lists that end in their own count, and the milestone each belongs to."""

from __future__ import annotations

import pytest

from projects.reading.deadlines import read_deadline
from projects.reading.targets import is_level, read_targets


@pytest.mark.parametrize(
    ("text", "name", "comparison", "value", "unit"),
    [
        ("力争完成年度投资36.31亿元以上", "投资", ">=", 36.31, "亿元"),
        ("新增规上工业企业5家", "新增规上工业企业", "=", 5, "家"),
        ("力争新增5家规上工业企业", "新增规上工业企业", "=", 5, "家"),
        ("研发投入经费增长20%以上", "研发投入经费增长", ">=", 20, "%"),
        ("招商项目投资总额超200亿元", "招商项目投资总额", ">", 200, "亿元"),
        ("污水进水BOD浓度达96mg/L以上", "污水进水BOD浓度", ">=", 96, "mg/L"),
        ("固定资产投资1,200万元", "固定资产投资", "=", 1200, "万元"),
        ("能耗不超过3吨", "能耗", "<=", 3, "吨"),
        ("完成供地130多公顷", "供地", ">", 130, "公顷"),
        ("举办3期", "举办", "=", 3, "期"),
        ("举办3期培训班", "举办培训班", "=", 3, "期"),
        ("编发工作简报不少于12期", "编发工作简报", ">=", 12, "期"),
    ],
)
def test_an_amount_with_a_unit_is_a_quantity(text: str, name: str, comparison: str, value: float, unit: str) -> None:
    (target,) = read_targets(text).targets
    assert (target.name, target.comparison, target.value, target.unit) == (name, comparison, value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "1-2号楼",
        "〔2017〕12号",
        "324国道",
        "5G",
        "2.0版",
        "第3批",
        "6月30日前",
        "2017年",
        "“十三五”规划",
        "3个月内",
        "科创园2期",
        "第3期",
        "确保2期投产",
        "推出2期地块",
    ],
)
def test_names_and_times_are_no_quantities(text: str) -> None:
    assert read_targets(text).targets == ()


def test_a_list_that_ends_in_its_count_is_a_checklist() -> None:
    reading = read_targets("上半年力促盼盼、好彩头、欧华、好仁佳、哈蜜、亿源等6家企业投产")
    (target,) = reading.targets
    assert target.items == ("盼盼", "好彩头", "欧华", "好仁佳", "哈蜜", "亿源")
    assert (target.value, target.unit, target.name, reading.questions) == (6, "家", "企业", ())


def test_a_digit_before_a_letter_is_part_of_a_listed_name() -> None:
    reading = read_targets("建成标准化心理辅导室、5G+专递课堂、未成年人保护工作室等3个项目")
    (target,) = reading.targets
    assert target.items == ("标准化心理辅导室", "5G+专递课堂", "未成年人保护工作室")
    assert (target.value, target.name, reading.questions) == (3, "项目", ())


def test_a_count_that_does_not_match_its_names_is_asked() -> None:
    assert [question.code for question in read_targets("盼盼、好彩头等6家企业").questions] == ["count_mismatch"]


def test_a_quantity_belongs_to_the_milestone_in_whose_words_it_stands() -> None:
    text = "完成三个园区路灯亮化（4月底前完成300盏，8月底前完成500盏）"
    reading = read_targets(text, spans=read_deadline(text, year=2017).spans)
    assert [(target.value, target.milestone) for target in reading.targets if target.unit == "盏"] == [
        (300, 0),
        (500, 1),
    ]


def test_an_amount_that_narrows_what_is_counted_is_part_of_its_name() -> None:
    (target,) = read_targets("20亿元以上项目3个").targets
    assert (target.name, target.value) == ("20亿元以上项目", 3)


@pytest.mark.parametrize(
    ("text", "value", "baseline"),
    [
        ("回收利用率由38%提高到42%以上", 42, "38%"),
        ("税收收入较2016年增长8%", 8, "2016年"),
        ("进出口总额同比增长5%", 5, "同比"),
    ],
)
def test_what_an_amount_starts_from_or_is_measured_against_is_its_baseline(
    text: str, value: float, baseline: str
) -> None:
    (target,) = read_targets(text).targets
    assert (target.value, target.baseline) == (value, baseline)


@pytest.mark.parametrize(
    "text",
    [
        "推进位于324国道旁、占地30亩的厂房建设",
        "推进总投资30亿元的产业园开工",
        "鼓励500人以上企业设立健康服务站",
        "整治1000平方米以上公共场所",
        "打通云溪大道北段（1.8公里）",
        "新建规划三路（约2.5公里）",
        "争创全国前10名",
        "目前已完成投资3亿元",
        "落实三项制度",
        "实现数量、质量、效益三个大提升",
    ],
)
def test_sizes_thresholds_ranks_the_past_and_slogans_are_no_targets(text: str) -> None:
    assert read_targets(text).targets == ()


@pytest.mark.parametrize("text", ["完成老旧管网改造（5公里）", "新建道路1.8公里", "改造背街小巷（12条）"])
def test_how_much_work_is_done_stays_an_amount_in_a_bracket_too(text: str) -> None:
    assert len(read_targets(text).targets) == 1


def test_an_amount_of_an_earlier_year_is_past() -> None:
    text = "2016年完成产值680亿元，2017年完成产值700亿元"
    assert [target.value for target in read_targets(text, year=2017).targets] == [700]


def test_a_falling_amount_is_at_most() -> None:
    assert [target.comparison for target in read_targets("投诉量从120件下降到80件，占比降至5%").targets] == ["<=", "<="]


def test_names_in_a_bracket_behind_their_count_are_a_checklist() -> None:
    (target,) = read_targets("打造3个示范园区（食品园、安东园、五里园）").targets
    assert (target.name, target.items) == ("示范园区", ("食品园", "安东园", "五里园"))


def test_a_list_without_more_is_one_only_where_its_names_are_as_many() -> None:
    (target,) = read_targets("实施新建、改扩建学校项目12个").targets
    assert (target.value, target.items) == (12, ())


@pytest.mark.parametrize(
    "text",
    [
        "政务服务网办率达到95%",
        "空气质量优良天数比例达到86%以上",
        "城乡居民养老保险参保率98%",
        "群众满意度不低于98%",
        "固定资产投资增长12%",
        "亩均税收达到20万元/亩",
        "高企存量达90家",
        "研发投入强度保持在3%以上",
    ],
)
def test_a_rate_a_growth_and_what_is_there_are_levels(text: str) -> None:
    assert [is_level(target) for target in read_targets(text).targets] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "新增规上工业企业8家",
        "完成投资1.2亿元",
        "组织专场招聘会不少于12场",
        "完成总工程量的60%",
        "工程形象进度达到80%",
        "完成全年任务的60%以上",
        "失业率控制在4%以内",
        "打造3个示范园区（食品园、安东园、五里园）",
    ],
)
def test_counts_money_how_far_work_is_and_a_line_not_to_cross_are_no_levels(text: str) -> None:
    assert [is_level(target) for target in read_targets(text).targets] == [False]
