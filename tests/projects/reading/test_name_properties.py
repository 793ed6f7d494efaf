"""What holds for every cell: width, spaces and line ends change nothing, no text breaks a reader, nothing is invented."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.reading.columns import Header, column_roles
from projects.reading.people import read_people
from projects.reading.targets import read_targets
from projects.reading.units import UnitsReading, read_supporters, read_units
from tests.projects.reading.test_reading_corpus import rows

WORDS = st.sampled_from(
    [
        "规建局",
        "财政局",
        "各片区",
        "各县（市、区）政府",
        "发展和改革局",
        "张三",
        "王",
        "小明",
        "牵头",
        "配合",
        "主办",
        "牵头单位",
        "配合单位",
        "责任单位",
        "：",
        "、",
        "，",
        "；",
        "\n",
        "/",
        "（",
        "）",
        "★",
        "和",
        "与",
        "及",
        "会同",
        "联合",
        "等",
        "等有关部门",
        "按职责分工负责",
        "负责",
        "6月底前",
        "1.",
        "①",
        "13800000000",
        "由",
        "为主",
        "各",
        "公司",
        "办",
        "局",
        "区",
        "十",
        "3",
        "家",
        "个",
        "亿元",
        "以上",
        "的",
        '"',
        "【",
        "】",
        "[",
        "]",
        "-",
        "?",
        "\u200b",
        "\t",
        "第一",
        "同上",
        "无",
        "%",
    ]
)
CELLS = st.one_of(st.lists(WORDS, max_size=14).map("".join), st.text(max_size=60))


def wide(text: str) -> str:
    """Write a text as an input method in full-width mode does."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def plain(names: tuple[str, ...]) -> list[str]:
    return ["".join(unicodedata.normalize("NFKC", name).split()) for name in names]


def told(reading: UnitsReading) -> tuple[list[str], list[str], bool]:
    return plain(reading.lead), plain(reading.support), reading.sure


def is_within(name: str, cell: str) -> bool:
    rest = iter("".join(unicodedata.normalize("NFKC", cell).split()))
    return all(sign in rest for sign in name)


@given(CELLS)
@settings(max_examples=400)
def test_no_text_breaks_a_reader_and_no_name_is_invented(cell: str) -> None:
    units, supporters = read_units(cell), read_supporters(cell)
    for name in (*units.lead, *units.support, *supporters.support, *read_people(cell)):
        assert name.strip()
        assert is_within(plain((name,))[0], cell)
    assert set(units.lead).isdisjoint(units.support)
    read_targets(cell)
    assert len(column_roles([Header(name) for name in cell.split("|")])) == len(cell.split("|"))


CORPUS_UNITS = [cell for cell, *_ in rows("departments")]
CORPUS_HEADERS = [cell for cell, *_ in rows("headers")]


def test_no_unit_of_the_corpus_is_invented() -> None:
    for cell in CORPUS_UNITS:
        reading = read_units(cell)
        assert all(is_within(name, cell) for name in plain((*reading.lead, *reading.support))), cell


def test_full_width_changes_no_reading_of_units() -> None:
    changed = [cell for cell in CORPUS_UNITS if told(read_units(wide(cell))) != told(read_units(cell))]
    assert changed == []


@pytest.mark.parametrize("space", [" ", "\u3000", "\u200b", "\n"])
def test_spaces_and_line_ends_at_separators_change_no_reading_of_units(space: str) -> None:
    changed = []
    for cell in CORPUS_UNITS:
        spaced = cell
        for sign in "、；;：":
            spaced = spaced.replace(sign, sign + space)
        if told(read_units(spaced)) != told(read_units(cell)):
            changed.append((cell, told(read_units(spaced))))
    assert changed == []


def test_spaces_around_a_cell_change_no_reading_of_units() -> None:
    assert all(told(read_units(f"\n {cell}　\n")) == told(read_units(cell)) for cell in CORPUS_UNITS)


def test_full_width_spaces_and_line_ends_change_no_role() -> None:
    for cell in CORPUS_HEADERS:
        names = cell.split("|")
        roles = column_roles([Header(name) for name in names])
        for other in (
            [Header(wide(name)) for name in names],
            [Header(" ".join(name)) for name in names],
            [Header("\n".join(name)) for name in names],
            [Header(f"　{name} \n") for name in names],
        ):
            assert column_roles(other) == roles, cell


def test_full_width_changes_no_amount() -> None:
    for cell, *_ in rows("targets"):
        amounts = [(target.comparison, target.value, target.unit) for target in read_targets(cell).targets]
        found = [(target.comparison, target.value, target.unit) for target in read_targets(wide(cell)).targets]
        assert found == amounts, cell


UNITS = (
    "规划建设科",
    "市发展和改革委员会",
    "区住房和城乡建设局",
    "农业农村和水利局",
    "市委组织部",
    "区委政法委",
    "团市委",
    "双招双引办",
    "交警大队",
    "公安分局",
    "规建局（建设科、规划科）",
    "项目攻坚一组（食品园）",
    "各镇（街道）",
    "各县（市、区）政府",
    "县直各部门",
    "有关部门",
    "国网晋江供电公司",
    "人民银行晋江支行",
    "第八实验小学",
    "前洋村",
    "永和镇",
    "经济开发区管委会",
    "12345热线办",
    "海关",
)
FORMS = (
    "牵头：{lead}；配合：{support}",
    "牵头单位：{lead}\n责任单位：{support}",
    "主办单位:{lead} 协办单位:{support}",
    "{lead}牵头，{support}配合",
    "（{lead}牵头，{support}等按职责分工负责，6月底前完成）",
    "责任领导：示例·张三；牵头单位：{lead}；配合单位：{support}；联系电话：13800000000",
)
SINGLE = (
    "{lead}（牵头）、{support}",
    "★{lead}、{support}",
    "{lead}会同{support}",
    "{lead}为主，{support}参与",
    "由{lead}负责，{support}协助",
)


@given(st.lists(st.sampled_from(UNITS), min_size=2, max_size=6, unique=True), st.integers(1, 3), st.data())
@settings(max_examples=300)
def test_a_cell_written_from_known_units_reads_back_as_them(names: list[str], leads: int, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMS + SINGLE))
    count = 1 if form in SINGLE else min(leads, len(names) - 1)
    lead, support = names[:count], names[count:]
    reading = read_units(form.format(lead="、".join(lead), support="、".join(support)))
    assert (list(reading.lead), list(reading.support)) == (lead, support)


@given(
    st.lists(st.sampled_from(UNITS), min_size=1, max_size=6, unique=True),
    st.sampled_from(["、", "，", "；", ";", "/", "\n"]),
)
def test_a_list_of_known_units_reads_back_in_order(names: list[str], sign: str) -> None:
    reading = read_units(sign.join(names))
    assert [*reading.lead, *reading.support] == names
