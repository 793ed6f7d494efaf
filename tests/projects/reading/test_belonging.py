"""A unit in brackets behind a person is that person's: it is read, and asked about where it may not lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projects.reading.belonging import unit_first
from projects.reading.model import ReadTask
from projects.reading.units import read_supporters, read_units
from tests.projects.reading.sheets import read

ASKED = "unit_of_person"


def row(tmp_path: Path, cell: str, header: str = "责任单位") -> ReadTask:
    rows: list[list[Any]] = [["序号", "工作内容", header, "完成时限"], [1, "建学校", cell, "6月底前"]]
    return read(tmp_path, rows).tasks[0]


@pytest.mark.parametrize(
    ("cell", "lead", "support", "asked"),
    [
        ("陈志强（规建局）、财政局", "规建局", "财政局", True),
        ("陈志强（规建局局长）、财政局", "规建局", "财政局", True),
        ("陈志强（规建局）", "规建局", "", False),
        ("陈志强(规建局)、李小明(财政局)", "规建局", "财政局", False),
        ("规建局、陈志强（财政局）", "规建局", "财政局", False),
        ("陈志强（规建局）牵头，财政局配合", "规建局", "财政局", False),
        ("规建局（陈志强）、财政局", "规建局", "财政局", False),
    ],
)
def test_the_persons_unit_is_read_and_doubt_is_asked(cell: str, lead: str, support: str, asked: bool) -> None:
    found = read_units(cell)
    assert (" ".join(found.lead), " ".join(found.support)) == (lead, support)
    assert (ASKED in [question.code for question in found.questions]) is asked


def test_in_a_table_the_person_is_in_charge_and_whoever_may_lead_can_be_chosen(tmp_path: Path) -> None:
    task = row(tmp_path, "陈志强（规建局）、财政局")
    assert (task.lead, task.support, task.owners) == (("规建局",), ("财政局",), ("陈志强",))
    (question,) = [question for question in task.questions if question.code == ASKED]
    assert [choice.value for choice in question.choices] == ["规建局", "财政局"]


def test_a_column_of_people_without_one_of_units_names_the_units_too(tmp_path: Path) -> None:
    task = row(tmp_path, "陈志强（规建局）、财政局", "责任人")
    assert (task.lead, task.support, task.owners) == (("规建局",), ("财政局",), ("陈志强",))


def test_a_column_whose_header_leads_or_supports_asks_nothing(tmp_path: Path) -> None:
    assert row(tmp_path, "陈志强（规建局）、财政局", "牵头单位").lead == ("规建局", "财政局")
    assert read_supporters("陈志强（规建局）、财政局").questions == ()


@pytest.mark.parametrize(
    "text",
    ["规建局（建设科、规划科）", "各镇（街道）", "高新园（邹区镇）", "陈志强（13800000000）", "陈志强（负责人）"],
)
def test_names_of_units_and_other_brackets_stay_as_they_are(text: str) -> None:
    assert unit_first(text) == (text, ())


def test_whoever_only_supports_may_be_chosen_to_lead() -> None:
    (question,) = read_units("财政局、经发局配合").questions
    assert [choice.value for choice in question.choices] == ["财政局", "经发局"]
