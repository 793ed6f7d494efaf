"""A person says which row names the columns, or that one doesn't: it holds whatever the row looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projects.reading.child import read_file
from projects.reading.model import Reading
from projects.reading.said import may_be_header, row_words
from tests.projects.reading.sheets import workbook

ROWS: list[list[Any]] = [
    ["新塘片区二〇一七年要办的几件事"],
    ["哪桩", "谁上手", "拖到哪天", "旁的话"],
    ["修好通往园区的三条断头路", "规建局", "6月底前", "材料已报"],
    ["给四个村装上路灯一百二十盏", "财政局、规建局", "9月底前", ""],
    ["把农贸市场的棚子换成新的", "城管局", "年底前", ""],
]


def read(tmp_path: Path, rows: list[list[Any]], **headers: bool) -> Reading:
    return read_file(workbook(tmp_path / "plan.xlsx", rows), year=2017, headers=headers)


def test_words_no_rule_knows_name_the_columns_when_a_person_says_so(tmp_path: Path) -> None:
    assert not read(tmp_path, ROWS).tasks
    reading = read(tmp_path, ROWS, **{row_words(ROWS[1]): True})
    (table,) = reading.sheets[0].tables
    assert (table.header_rows, [column.name for column in table.columns]) == ((2,), ROWS[1])
    assert [column.role for column in table.columns] == ["content", "lead_department", "deadline", "ignore"]
    assert [(task.row, task.lead, str(task.milestones[0].due)) for task in table.tasks] == [
        (3, ("规建局",), "2017-06-30"),
        (4, ("财政局",), "2017-09-30"),
        (5, ("城管局",), "2017-12-31"),
    ]


def test_a_row_that_is_no_header_is_read_as_data(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "工作内容", "完成时限", "责任单位"],
        [1, "建设公交站", "3月底前", "规建局"],
        [],
        ["工作任务", "整改措施", "完成时限", "责任单位"],
        ["改造市场", "拆旧建新", "6月底前", "财政局"],
    ]
    assert len(read(tmp_path, rows).sheets[0].tables) == 2
    reading = read(tmp_path, rows, **{row_words(rows[3]): False})
    (table,) = reading.sheets[0].tables
    assert [task.row for task in table.tasks] == [2, 4, 5]


def test_a_row_told_to_be_data_is_not_guessed_to_be_a_header_either(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["要办的事项", "由谁", "到几月", "备注"], *ROWS[2:]]
    told = {row_words(rows[0]): False}
    assert 1 not in [row for table in read(tmp_path, rows, **told).sheets[0].tables for row in table.header_rows]


def test_the_row_is_known_again_in_another_width_and_with_other_white_space(tmp_path: Path) -> None:
    assert row_words(["谁 上手", "（一）"]) == row_words(["谁上\n手", "(一)"])
    said = row_words(["哪桩", "谁 上手", "拖到　哪天", "旁的话"])
    assert len(read(tmp_path, ROWS, **{said: True}).tasks) == 3


def test_long_rows_are_told_apart_by_their_ends() -> None:
    one, other = row_words(["甲" * 300 + "乙"]), row_words(["甲" * 300 + "丙"])
    assert one != other
    assert len(one) <= 200


@pytest.mark.parametrize(
    ("texts", "may"),
    [
        (["干什么", "谁来干", "啥时候完成", "说明"], True),
        (["干什么"], False),
        (["1", "建设公交站", "6月底前"], False),
        (["修好通往园区的三条断头路并且种上树木", "规建局"], False),
    ],
)
def test_a_header_is_offered_for_rows_of_short_words_without_figures(texts: list[str], may: bool) -> None:
    assert may_be_header(texts) is may


def test_colloquial_headers_are_read_by_themselves(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["干什么", "谁来干", "啥时候完成", "说明"], *ROWS[2:]]
    (table,) = read(tmp_path, rows).sheets[0].tables
    assert [column.role for column in table.columns] == ["content", "lead_department", "deadline", "note"]
