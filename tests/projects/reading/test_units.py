"""Units of a cell: marks, separators, names that must stay whole, and what is no unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.reading.people import read_people
from projects.reading.units import read_supporters, read_units


@pytest.mark.parametrize(
    ("text", "lead", "support"),
    [
        ("规建局、经发局、财政局", "规建局", "经发局 财政局"),
        ("牵头单位：规建局；配合单位：经发局、财政局", "规建局", "经发局 财政局"),
        ("规建局、经发局牵头，财政局配合", "规建局 经发局", "财政局"),
        ("财政局、规建局（牵头）", "规建局", "财政局"),
        ("★规建局、财政局", "规建局", "财政局"),
        ("财政局、规建局★", "规建局", "财政局"),
        ("主办：规建局，协办：财政局、经发局", "规建局", "财政局 经发局"),
        ("规建局会同财政局、国土分局", "规建局", "财政局 国土分局"),
        ("规建局为主，财政局配合", "规建局", "财政局"),
        ("规建局，财政局配合", "规建局", "财政局"),
        ("经发局负责，财政局协助", "经发局", "财政局"),
        ("责任单位：规建局、财政局；配合单位：执法中队", "规建局", "财政局 执法中队"),
        ("牵头部门:市住建局  责任部门：市财政局、市发改委", "市住建局", "市财政局 市发改委"),
        ("分管副省长、协管副秘书长负责，省发展改革委牵头，省财政厅配合", "省发展改革委", "省财政厅"),
        ("市发改委、市财政局牵头，市直有关部门按职责分工负责", "市发改委 市财政局", "市直有关部门"),
    ],
)
def test_a_mark_names_the_lead_and_without_one_the_first_unit_leads(text: str, lead: str, support: str) -> None:
    reading = read_units(text)
    assert (" ".join(reading.lead), " ".join(reading.support)) == (lead, support)


@pytest.mark.parametrize(
    "text",
    [
        "规建局\n财政局",
        "规建局 财政局",
        "规建局/财政局",
        "规建局；财政局",
        "1.规建局 2.财政局",
        "（1）规建局（2）财政局",
        "①规建局②财政局",
    ],
)
@pytest.mark.parametrize("joint", ["规建局和财政局", "规建局与财政局", "规建局及财政局", "规建局,财政局"])
def test_units_are_cut_at_every_separator(text: str, joint: str) -> None:
    for cell in (text, joint):
        assert (*read_units(cell).lead, *read_units(cell).support) == ("规建局", "财政局")


@pytest.mark.parametrize(
    "name",
    [
        "发展和改革局",
        "自然资源和规划局",
        "农业农村和水利局",
        "人力资源和社会保障局",
        "各县（市、区）政府",
        "规建局（建设科、规划科）",
        "各镇（街道）",
        "项目攻坚一组（食品园）",
        "公安局交警大队",
        "市政府办公室",
        "区科技和经信局",
        "县直各部门",
    ],
)
def test_a_name_is_never_cut_inside(name: str) -> None:
    assert read_units(name).lead == (name,)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("财政局、规建局等", "财政局 规建局"),
        ("财政局、规建局等3个部门", "财政局 规建局"),
        ("财政局、规建局按职责分工负责", "财政局 规建局"),
        ("规建局（示例·张三）", "规建局"),
        ("规建局、示例·张三", "规建局"),
        ("规建局，6月底前", "规建局"),
        ("由规建局负责", "规建局"),
        ("—", ""),
        ("无", ""),
        ("", ""),
    ],
)
def test_people_dates_and_filling_words_are_no_units(text: str, units: str) -> None:
    reading = read_units(text)
    assert " ".join((*reading.lead, *reading.support)) == units


def test_a_line_end_inside_a_name_is_mended() -> None:
    assert read_units("规划建\n设局").lead == ("规划建设局",)


def test_units_written_together_are_asked() -> None:
    assert [question.code for question in read_units("派出所工商质监所").questions] == ["glued_units"]


def test_support_without_a_lead_is_asked() -> None:
    assert [question.code for question in read_units("财政局、经发局配合").questions] == ["no_lead"]


def test_a_column_of_supporters_has_no_lead() -> None:
    reading = read_supporters("财政局、经发局")
    assert (reading.lead, reading.support) == ((), ("财政局", "经发局"))


@given(st.text(alphabet=st.sampled_from("规建局财政牵头配合主办：:、，；/（）() \n①1.和与及等部门各★由"), max_size=40))
def test_no_cell_breaks_the_reader_and_no_unit_is_named_twice(text: str) -> None:
    reading = read_units(text)
    names = (*reading.lead, *reading.support)
    assert len(names) == len(set(names))
    assert all(name.strip() for name in names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("陆 明俞 悦", ("陆明", "俞悦")),
        ("俞 悦", ("俞悦",)),
        ("王 小明", ("王小明",)),
        ("示例·张三、示例·李四", ("示例·张三", "示例·李四")),
        ("示例·张三\n示例·李四", ("示例·张三", "示例·李四")),
        ("示例·张三13800000000", ("示例·张三",)),
        ("分管副主任", ("分管副主任",)),
        ("—", ()),
    ],
)
def test_people_are_told_apart_though_names_hold_spaces(text: str, names: tuple[str, ...]) -> None:
    assert read_people(text) == names
