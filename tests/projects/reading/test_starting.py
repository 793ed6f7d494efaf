"""A column that says when work begins is the start of the step, no deadline and no measure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projects.reading.columns import Header, column_roles
from projects.reading.model import ReadTask
from tests.projects.reading.sheets import read


def first(tmp_path: Path, begins: str, due: str, header: str = "开工时间") -> ReadTask:
    rows: list[list[Any]] = [["序号", "工作内容", header, "完成时限", "责任单位"], [1, "建学校", begins, due, "规建局"]]
    return read(tmp_path, rows).tasks[0]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3月", "2017-03-01"),
        ("3月底", "2017-03-31"),
        ("3月底前", "2017-03-31"),
        ("3月15日", "2017-03-15"),
        ("2017.3", "2017-03-01"),
        ("一季度", "2017-01-01"),
        ("下半年", "2017-07-01"),
        ("3月开工", "2017-03-01"),
        ("2016年11月", "2016-11-01"),
    ],
)
def test_the_day_a_step_begins_is_the_first_of_what_is_written(tmp_path: Path, written: str, day: str) -> None:
    task = first(tmp_path, written, "10月底前")
    assert [(str(step.start), str(step.due)) for step in task.milestones] == [(day, "2017-10-31")]
    assert (task.measures, task.extra["开工时间"], task.sure) == ("", written, True)


@pytest.mark.parametrize("header", ["开工时间", "启动时间", "计划启动时间", "开工计划", "起始日期", "开工节点"])
def test_every_name_of_such_a_column_is_understood(tmp_path: Path, header: str) -> None:
    task = first(tmp_path, "4月", "10月底前", header)
    assert str(task.milestones[0].start) == "2017-04-01"


@pytest.mark.parametrize("header", ["实际开工时间", "是否开工", "开工情况"])
def test_what_has_begun_already_is_no_plan(tmp_path: Path, header: str) -> None:
    task = first(tmp_path, "4月", "10月底前", header)
    assert task.milestones[0].start is None


@pytest.mark.parametrize("written", ["", "待定", "已开工", "—"])
def test_words_that_are_no_day_stay_as_written(tmp_path: Path, written: str) -> None:
    task = first(tmp_path, written, "10月底前")
    assert (task.milestones[0].start, task.extra.get("开工时间", "")) == (None, written)


def test_without_a_deadline_the_start_is_kept_in_a_step_of_its_own(tmp_path: Path) -> None:
    task = first(tmp_path, "3月", "")
    assert [(str(step.start), step.due) for step in task.milestones] == [("2017-03-01", None)]


def test_a_start_in_the_deadlines_own_words_wins(tmp_path: Path) -> None:
    task = first(tmp_path, "2月", "3-6月")
    assert str(task.milestones[0].start) == "2017-03-01"


def test_a_start_behind_the_deadline_is_asked(tmp_path: Path) -> None:
    task = first(tmp_path, "11月", "6月底前")
    assert task.milestones[0].start is None
    assert [question.code for question in task.questions] == ["start_after_due"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("序号|任务|启动时间节点|完成时间节点|单位", "no|content|ignore|deadline|lead_department"),
        ("序号|项目名称|开工计划|完工计划|责任单位", "no|title|ignore|measures|lead_department"),
    ],
)
def test_beside_an_end_the_beginning_is_no_deadline(names: str, expected: str) -> None:
    assert "|".join(column_roles([Header(name) for name in names.split("|")])) == expected


@pytest.mark.parametrize(
    ("written", "day"),
    [("4月上旬", "2017-04-01"), ("4月中旬", "2017-04-11"), ("4月下旬", "2017-04-21"), ("4月初", "2017-04-01")],
)
def test_a_start_in_a_third_of_a_month_is_its_first_day(tmp_path: Path, written: str, day: str) -> None:
    assert str(first(tmp_path, written, "10月底前").milestones[0].start) == day


@pytest.mark.parametrize("due", ["供暖季前", "待定"])
def test_where_the_limits_day_is_asked_the_step_carries_the_limits_words_and_the_start(
    tmp_path: Path, due: str
) -> None:
    task = first(tmp_path, "5月", due)
    assert [(str(step.start), step.due, step.phrase) for step in task.milestones] == [("2017-05-01", None, due)]
    assert [question.field for question in task.questions] == ["due"]


@pytest.mark.parametrize("due", ["每季度1场", "长期坚持", "适时"])
def test_a_limit_without_a_day_gets_no_step_from_a_start(tmp_path: Path, due: str) -> None:
    task = first(tmp_path, "1月", due)
    assert (task.milestones, task.extra["开工时间"], task.deadline_text) == ((), "1月", due)


def test_a_start_from_today_on_is_no_day_and_stays_as_written(tmp_path: Path) -> None:
    task = first(tmp_path, "即日起", "年底前")
    assert [step.start for step in task.milestones] == [None]
    assert task.extra["开工时间"] == "即日起"
