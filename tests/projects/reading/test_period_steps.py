"""Columns headed by a stretch of the year: what is reached by its end, beside a deadline of the row's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from projects.reading.model import ReadTask
from tests.projects.reading.sheets import read

HALVES = ("上半年", "全年")
QUARTERS = ("一季度", "二季度", "三季度", "四季度")


def one(
    tmp_path: Path, cells: Sequence[str], due: str, *, under: str = "推进安排", periods: Sequence[str] = HALVES
) -> ReadTask:
    """Return the task of a table with two header rows: 推进安排 over 上半年 and 全年, beside a deadline."""
    last = 1 + len(periods)
    top = ["序号", "工作任务", under, *[""] * (len(periods) - 1), "完成时限", "责任单位", "备注"]
    rows: list[list[Any]] = [
        top,
        ["", "", *periods, "", "", ""],
        [1, "建设新区幼儿园", *cells, due, "规建局", "9月底前验收"],
    ]
    merges = [(0, 2, 0, last, under)]
    merges += [(0, at, 1, at, top[at]) for at in (0, 1, last + 1, last + 2, last + 3)]
    (task,) = read(tmp_path, rows, merges=merges).tasks
    return task


def steps(task: ReadTask) -> list[tuple[str, str]]:
    return [(str(step.due)[5:], step.text) for step in task.milestones]


def codes(task: ReadTask) -> list[str]:
    return [question.code for question in task.questions]


def test_each_filled_cell_is_a_step_and_the_last_one_is_the_deadlines_own(tmp_path: Path) -> None:
    task = one(tmp_path, ["完成封顶", "建成投用"], "年底前")
    assert (steps(task), task.kind, codes(task)) == ([("06-30", "完成封顶"), ("12-31", "建成投用")], "multi", [])
    assert [step.phrase for step in task.milestones] == ["上半年", "年底前"]


@pytest.mark.parametrize(
    ("periods", "cells", "expected"),
    [
        (QUARTERS, ["甲事", "", "-", "丁事"], [("03-31", "甲事"), ("12-31", "丁事")]),
        (
            ("1-6月", "1-9月", "全年"),
            ["甲事", "乙事", "丙事"],
            [("06-30", "甲事"), ("09-30", "乙事"), ("12-31", "丙事")],
        ),
        (("第一季度目标", "第二季度目标"), ["甲事", "乙事"], [("03-31", "甲事"), ("06-30", "乙事"), ("12-31", "")]),
        (("上半年", "年度"), ["甲事", "乙事"], [("06-30", "甲事"), ("12-31", "乙事")]),
        (("6月底", "年底"), ["甲事", "乙事"], [("06-30", "甲事"), ("12-31", "乙事")]),
    ],
)
def test_the_names_of_periods_say_the_last_day(
    tmp_path: Path, periods: Sequence[str], cells: Sequence[str], expected: list[tuple[str, str]]
) -> None:
    assert steps(one(tmp_path, cells, "12月31日", periods=periods)) == expected


@pytest.mark.parametrize("due", ["11月底", "国庆节前", "三季度末", "8月20日"])
def test_a_deadline_inside_a_period_is_the_day_of_what_the_period_reaches(tmp_path: Path, due: str) -> None:
    task = one(tmp_path, ["完成封顶", "建成投用"], due)
    assert [text for _, text in steps(task)] == ["完成封顶", "建成投用"]
    assert [step.phrase for step in task.milestones] == ["上半年", due]
    assert task.sure


def test_a_date_in_the_cell_goes_before_the_periods_last_day(tmp_path: Path) -> None:
    task = one(tmp_path, ["5月20日前开工", "10月交付"], "年底前")
    assert steps(task) == [("05-20", "开工"), ("10-31", "交付"), ("12-31", "")]


def test_a_step_of_the_deadlines_cell_keeps_its_words_beside_those_of_the_period(tmp_path: Path) -> None:
    task = one(tmp_path, ["土地到位", "主体完工"], "6月底前开工，年底（主体）")
    assert steps(task) == [("06-30", "开工；土地到位"), ("12-31", "主体完工")]


def test_a_stretch_named_in_the_cell_does_not_contradict_a_day_within_it(tmp_path: Path) -> None:
    task = one(tmp_path, ["", "上半年完成，下半年评估"], "6月底前完成划转，10月完成评估")
    assert (steps(task), codes(task)) == ([("06-30", "完成划转"), ("10-31", "完成评估")], [])


@pytest.mark.parametrize("due", ["长期坚持", "每月1场", "按时间节点推进", "见推进安排", "见进度安排"])
def test_where_the_deadline_names_no_day_the_periods_do(tmp_path: Path, due: str) -> None:
    task = one(tmp_path, ["90%", "95%"], due)
    assert (steps(task), task.deadline_text, codes(task)) == ([("06-30", "90%"), ("12-31", "95%")], due, [])


def test_a_step_dated_behind_the_deadline_is_asked_with_both_days(tmp_path: Path) -> None:
    task = one(tmp_path, ["完成装修", "9月1日开园"], "8月")
    assert steps(task) == [("06-30", "完成装修"), ("08-31", "开园")]
    (question,) = task.questions
    assert (question.code, question.field) == ("after_deadline", "due")
    assert [choice.value for choice in question.choices] == ["2017-08-31", "2017-09-01"]


def test_periods_that_begin_behind_the_deadline_keep_their_steps_and_are_asked(tmp_path: Path) -> None:
    task = one(tmp_path, ["甲事", "乙事", "丙事", "丁事"], "5月底", periods=QUARTERS)
    assert steps(task) == [("03-31", "甲事"), ("05-31", "乙事"), ("09-30", "丙事"), ("12-31", "丁事")]
    assert codes(task) == ["after_deadline"]


def test_measures_by_quarter_are_no_steps_beside_a_deadline(tmp_path: Path) -> None:
    task = one(tmp_path, ["甲事", "乙事", "丙事", "丁事"], "年底前", under="工作措施", periods=QUARTERS)
    assert steps(task) == [("12-31", "")]
    assert "一季度：甲事" in task.measures


def test_amounts_of_a_goal_by_quarter_belong_to_the_quarters_step(tmp_path: Path) -> None:
    cells = ["投资1亿元", "投资2亿元", "投资3亿元", "投资4亿元"]
    task = one(tmp_path, cells, "年底前", under="年度目标", periods=QUARTERS)
    assert [(target.value, target.milestone) for target in task.targets] == [(1, 0), (2, 1), (3, 2), (4, 3)]


@pytest.mark.parametrize("due", ["见工作方案", "详见附件", "以省厅通知为准", "按合同约定"])
def test_a_deadline_that_stands_elsewhere_is_asked(tmp_path: Path, due: str) -> None:
    task = one(tmp_path, ["", ""], due)
    assert (task.milestones, task.deadline_text, codes(task)) == ((), due, ["refers_elsewhere"])


def test_a_deadline_that_stands_in_another_column_is_read_there(tmp_path: Path) -> None:
    task = one(tmp_path, ["", ""], "详见备注")
    assert (steps(task), codes(task)) == ([("09-30", "验收")], [])


PENDING = ["待省厅确定", "待定", "另行通知", "待上级明确", "尚未确定"]
CONDITIONS = [
    "视资金到位情况定",
    "视天气情况而定",
    "视情况",
    "根据省厅批复时间确定",
    "依项目进展而定",
    "按上级要求",
    "按省里统一部署推进",
    "具体时间视资金到位情况定",
]


@pytest.mark.parametrize("due", PENDING + CONDITIONS)
def test_a_deadline_still_to_be_settled_is_asked(tmp_path: Path, due: str) -> None:
    assert (one(tmp_path, ["", ""], due).milestones, codes(one(tmp_path, ["", ""], due))) == ((), ["undecided"])
    settled = one(tmp_path, ["完成自评", "通过验收"], due)
    assert (steps(settled), codes(settled)) == ([("06-30", "完成自评"), ("12-31", "通过验收")], ["undecided"])


@pytest.mark.parametrize(
    "due", ["按时间节点推进", "按要求推进", "视项目进展情况及时协调解决", "适时", "/", "长期坚持", "每月1场"]
)
def test_what_means_no_day_is_not_asked(tmp_path: Path, due: str) -> None:
    assert one(tmp_path, ["", ""], due).sure


def test_a_condition_beside_a_day_is_not_asked(tmp_path: Path) -> None:
    assert one(tmp_path, ["", ""], "11月底前，按上级要求").sure
