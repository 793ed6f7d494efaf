"""A column whose own words do not say what it is gets a role all the same, and a person is asked to look at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projects.reading.child import read_file
from projects.reading.columns import ColumnFacts, Header, column_roles, read_columns
from projects.reading.model import Reading
from projects.reading.published import plan_json
from tests.projects.reading.sheets import read, workbook

TWO_ROWS: list[list[Any]] = [
    ["顺号", "哪一块", "干什么", "干到什么程度", "谁来干", "", "", "啥时候完成"],
    ["", "", "", "", "扛旗单位", "帮忙单位", "谁盯着", ""],
    [1, "园区建设", "建厂房", "建成4万平方米", "规建局", "财政局", "分管建设副主任", "10月底前"],
    [2, "", "修道路", "通车2公里", "规建局", "城管局", "分管建设副主任", "国庆前"],
]
MERGES = [(0, at, 1, at, TWO_ROWS[0][at]) for at in (0, 1, 2, 3, 7)] + [
    (0, 4, 0, 6, "谁来干"),
    (2, 1, 3, 1, "园区建设"),
]
LABEL = "谁来干/谁盯着"


def spoken(tmp_path: Path) -> Reading:
    return read(tmp_path, TWO_ROWS, merges=MERGES)


def asked(reading: Reading) -> list[str]:
    return [problem.value for problem in reading.problems if problem.code == "unsure_column"]


def test_a_table_in_the_words_people_say_gets_its_roles(tmp_path: Path) -> None:
    columns = spoken(tmp_path).sheets[0].tables[0].columns
    assert "|".join(column.role for column in columns) == (
        "no|category|content|target|lead_department|support_departments|leader|deadline"
    )


def test_who_keeps_an_eye_on_it_is_no_supporting_unit_and_is_asked(tmp_path: Path) -> None:
    reading = spoken(tmp_path)
    task = reading.tasks[0]
    assert (task.support, task.leaders) == (("财政局",), ("分管建设副主任",))
    assert asked(reading) == [LABEL]
    assert [column.name for column in reading.sheets[0].tables[0].columns if column.guessed] == [LABEL]


def test_a_column_whose_role_a_person_said_is_not_asked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx", TWO_ROWS, merges=MERGES)
    reading = read_file(path, year=2017, roles={LABEL: "owner"})
    assert asked(reading) == []
    assert reading.tasks[0].owners == ("分管建设副主任",)


def test_a_reading_keeps_what_was_guessed_and_what_is_published_leaves_it_out(tmp_path: Path) -> None:
    reading = spoken(tmp_path)
    assert Reading.from_dict(reading.to_dict()) == reading
    assert {key for column in plan_json(reading)["sheets"][0]["tables"][0]["columns"] for key in column} == {
        "name",
        "role",
    }


@pytest.mark.parametrize(
    ("name", "people", "role"),
    [
        ("谁负责", "", "owner"),
        ("谁负责", "leader", "leader"),
        ("谁盯着", "", "leader"),
        ("谁盯着", "owner", "owner"),
        ("盯办人", "", "owner"),
        ("拍板的", "leader", "leader"),
        ("拍板者", "", "owner"),
    ],
)
def test_a_person_below_a_group_of_units_is_a_person_and_asked(name: str, people: str, role: str) -> None:
    headers = [Header("干什么"), Header("扛旗单位", "谁来干"), Header(name, "谁来干")]
    facts = [ColumnFacts(), ColumnFacts(), ColumnFacts(people=people)]
    assert read_columns(headers, facts) == (["content", "lead_department", role], {2})


def test_a_role_taken_from_the_group_alone_is_asked_and_one_of_its_own_words_is_not() -> None:
    headers = [Header("任务"), Header("大伙儿的", "责任单位"), Header("包保领导", "谁来干"), Header("名称", "配合单位")]
    roles, guessed = read_columns(headers)
    assert (roles[1], roles[2], guessed) == ("lead_department", "leader", {1})


def test_quarters_below_a_goal_are_not_asked() -> None:
    headers = [Header("工作任务"), Header("责任单位"), *(Header(f"{n}季度", "年度目标") for n in "一二三四")]
    assert read_columns(headers)[1] == set()


def test_unknown_words_over_cells_merged_downwards_before_the_task_are_a_category_and_asked() -> None:
    headers = [Header("序号"), Header("摊子"), Header("工作内容"), Header("责任单位")]
    merged = [ColumnFacts(), ColumnFacts(merged=True), ColumnFacts(), ColumnFacts()]
    assert read_columns(headers, merged) == (["no", "category", "content", "lead_department"], {1})
    assert column_roles(headers)[1] == "ignore"


def test_a_unit_behind_a_persons_name_is_kept_as_written(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "工作内容", "责任单位", "责任人", "完成时限"],
        [1, "建学校", "规建局", "示例·张三（招商服务科）", "10月底前"],
        [2, "修道路", "规建局", "示例·李四", "10月底前"],
    ]
    one, two = read(tmp_path, rows).tasks
    assert (one.owners, one.lead, one.extra) == (
        ("示例·张三",),
        ("规建局",),
        {"责任人": "示例·张三（招商服务科）"},
    )
    assert two.extra == {}
