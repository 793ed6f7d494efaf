"""Units of a cell: marks, separators, names that must stay whole, and what is no unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_supporting_units_stand_in_the_order_of_the_text() -> None:
    assert read_units("牵头：规建局；配合：国土分局；责任单位：执法中队").support == ("国土分局", "执法中队")


@pytest.mark.parametrize(
    ("text", "lead", "support"),
    [
        ("第一牵头单位：规建局；第二牵头单位：财政局", "规建局 财政局", ""),
        ("【牵头单位】规建局【配合单位】财政局", "规建局", "财政局"),
        ("牵头（规建局），配合（财政局、国土分局）", "规建局", "财政局 国土分局"),
        ("（牵头）规建局、（配合）财政局", "规建局", "财政局"),
        ("由规建局会同财政局牵头，国土分局配合", "规建局", "财政局 国土分局"),
        ("规建局负责选址，财政局负责资金", "规建局", "财政局"),
        ("规建局：负责选址；财政局：负责资金", "规建局", "财政局"),
        ("■规建局 ■财政局", "规建局", "财政局"),
        ("★规建局 ★财政局", "规建局", "财政局"),
        ("★规建局 ★财政局 国土分局", "规建局 财政局", "国土分局"),
        ("责任人：张三\n规建局、财政局", "规建局", "财政局"),
        ("责任人：张三\n规建局", "规建局", ""),
        ("1规建局 2财政局", "规建局", "财政局"),
        ("1号专班、2号专班", "1号专班", "2号专班"),
    ],
)
def test_ranks_brackets_duties_and_bullets_are_understood(text: str, lead: str, support: str) -> None:
    reading = read_units(text)
    assert (" ".join(reading.lead), " ".join(reading.support)) == (lead, support)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("县水务局县住建局县财政局", "县水务局 县住建局 县财政局"),
        ("规建局财政局", "规建局 财政局"),
        ("高新园(邹区镇)各街道", "高新园(邹区镇) 各街道"),
    ],
)
def test_names_written_together_are_parted_where_it_is_plain_and_asked(text: str, units: str) -> None:
    reading = read_units(text)
    assert (" ".join((*reading.lead, *reading.support)), reading.sure) == (units, False)


@pytest.mark.parametrize(
    "name",
    ["老干部与老龄工作科", "社会组织和社工科", "人大与政协工作联络科", "各市、县（区）人民政府", "有关部门和单位"],
)
def test_a_word_that_only_ends_like_a_unit_is_no_half_of_a_name(name: str) -> None:
    assert read_units(name).lead == (name,)


@pytest.mark.parametrize(
    "text", ["市委政法委，市法院", "市税务局第一分局、市法院", "国家税务总局永春县税务局、县财政局"]
)
def test_an_office_named_with_the_one_above_it_is_no_two_offices(text: str) -> None:
    assert read_units(text).sure


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("规建局（张建国）、经发局", "规建局 经发局"),
        ("牵头单位规建局，配合单位财政局", "规建局 财政局"),
        ("规建局（牵头，陈志强）、经发局", "规建局 经发局"),
        ("规建局协同财政局、经发局", "规建局 财政局 经发局"),
        ("林业局林建国、水利局黄国强", "林业局 水利局"),
        ("各县（市、区）委、政府，市直各单位", "各县（市、区）委、政府 市直各单位"),
        ("a.经发局 b.财政局", "经发局 财政局"),
        ("住建局、各镇（街道）、园区管委会等", "住建局 各镇（街道） 园区管委会"),
        ("各市、县（区）人民政府", "各市、县（区）人民政府"),
    ],
)
def test_a_persons_name_a_label_without_a_colon_and_a_letter_are_no_part_of_a_unit(text: str, units: str) -> None:
    reading = read_units(text)
    assert " ".join((*reading.lead, *reading.support)) == units
