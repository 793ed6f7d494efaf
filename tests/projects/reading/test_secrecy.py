"""Markings of state secrecy are told from words about secrecy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.reading.secrecy import marked_cell, marking, marking_in_name

MARKINGS = (
    "密级：秘密",
    "密级:机密",
    "密 级：绝密",
    "密级　秘密",
    "密级秘密",
    "密级（机密）",
    "密级为机密",
    "密级：秘密　保密期限：3年",
    "密级：机密 编号：001",
    "密级：机密★20年",
    "密级：☑秘密",
    "密级：□绝密□机密☑秘密",
    "密级和保密期限：机密★10年",
    "涉密等级：机密",
    "秘密等级：秘密",
    "秘密★1年",
    "秘密★一年",
    "秘密★6个月",
    "秘密★启用前",
    "机密★",
    "机密☆5年",
    "机密*10年",
    "机密＊３年",
    "绝密★长期",
    "绝密★启用前",
    "国家秘密★1年",
    "絕密★",
    "機密",
    "机密",
    "绝密",
    "秘密",
    "机密。",
    "“绝密”",
    "机 密",
    "秘　密",
    "机\n密",
    "绝\u200b密",
    "【机密】",
    "（秘密）",
    "[绝密]",
    "机密级",
    "秘密件",
    "绝密文件",
    "秘密 1年",
    "机密（20年）",
    "000001 机密★1年",
    "份号：000012　机密",
    "机密　第000001号",
    "文件编号12 秘密★5年",
    "秘密2026年要点",
    "【机密】2026年重点工作责任分解表",
    "2026年重点工作责任分解表（秘密）",
    "2026年重点工作责任分解表\n秘密★",
    "2026年重点工作责任分解表　　机密",
    "机密\n2026年重点工作责任分解表",
    "秘密\n示例开发区重点工作责任分解表",
)
HARMLESS = (
    "商业秘密保护",
    "商业秘密",
    "商业\n秘密",
    "保护商业\n秘密",
    "商业秘密\n保护",
    "商业  秘密  保护",
    "商业秘密★3年",
    "个人隐私和商业秘密",
    "举办商业秘密保护培训3期",
    "保密工作",
    "保密期限",
    "保密协议签订率100%",
    "工作秘密",
    "工作秘密★3年",
    "国家秘密",
    "国家秘密法宣传",
    "学习《保守国家秘密法》",
    "泄露国家秘密案件",
    "工作任务，注意保守秘密",
    "机密数据管理系统",
    "机密\n数据管理系统",
    "机密级信息系统测评",
    "机密性测评",
    "机密档案室建设",
    "开展机密文件清退",
    "秘密级文件管理",
    "秘密\n保护工作",
    "秘密战线",
    "绝密级文件销毁",
    "秘书",
    "秘书科",
    "密级",
    "密级：",
    "密级：内部",
    "密级：公开",
    "密级：无",
    "密级管理",
    "密级鉴定",
    "密级（绝密、机密、秘密）分类管理",
    "密级:□绝密□机密□秘密",
    "按密级：机密、秘密分别存放",
    "绝密、机密、秘密",
    "规范使用“秘密★”标志",
    "清查标有‘机密★’标识的文件",
    "涉密载体（机密）管理",
    "涉密人员管理",
    "定密管理",
    "非密",
    "非涉密",
    "解密文件",
    "内部",
    "内部资料",
    "内部★",
    "机要保密",
    "密码应用",
    "密切联系群众",
    "精密仪器",
    "推进技术秘密入股",
    "机 械 厂",
    "",
)
MARKED_NAMES = (
    "机密.xlsx",
    "绝密★2026年.docx",
    "【机密】重点工作.xlsx",
    "重点工作（秘密）.xlsx",
    "重点工作(绝密)(1).xlsx",
    "机密-重点工作.xlsx",
    "2026年重点工作_秘密.xlsx",
    "秘密 重点工作.xlsx",
    "机 密 重点工作.xlsx",
    "绝密.重点工作.xlsx",
    "２０２６机密.csv",
    "机密2026.xlsx",
    "重点工作-机密级.xls",
    "秘密★1年 要点.docx",
    "密级秘密.xlsx",
    "C:\\fakepath\\机密.xlsx",
    "上报/秘密.txt",
)
HARMLESS_NAMES = (
    "商业秘密保护.xlsx",
    "商业 秘密 保护.xlsx",
    "商业_秘密.xlsx",
    "国家秘密法宣传.docx",
    "保密工作要点.xlsx",
    "保密.xlsx",
    "机密数据管理系统.xlsx",
    "机密文件管理办法.docx",
    "秘书科任务.xlsx",
    "密级管理台账.xlsx",
    "密级.xlsx",
    "2026年重点工作.xlsx",
    "",
)
LEVELS = st.sampled_from(["绝密", "机密", "秘密"])
PERIODS = st.sampled_from(["", "★", "★1年", "★二十年", "★6个月", "★长期", "★启用前"])
BLANKS = st.text(alphabet=" \u3000\u00a0\u200b\n\t", max_size=2)


@pytest.mark.parametrize("text", MARKINGS)
def test_a_marking_is_found(text: str) -> None:
    found = marking(text)
    assert found is not None
    assert found.level in {"绝密", "机密", "秘密"}


@pytest.mark.parametrize("text", HARMLESS)
def test_words_about_secrets_are_no_marking(text: str) -> None:
    assert marking(text) is None


@pytest.mark.parametrize("name", MARKED_NAMES)
def test_a_marking_in_a_file_name_is_found(name: str) -> None:
    assert marking_in_name(name) is not None


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_a_file_name_about_secrets_is_no_marking(name: str) -> None:
    assert marking_in_name(name) is None


@given(LEVELS, PERIODS, st.lists(BLANKS, min_size=12, max_size=12))
def test_white_space_never_hides_a_marking(level: str, period: str, blanks: list[str]) -> None:
    spread = "".join(sign + blank for sign, blank in zip(level + period, blanks, strict=False))
    found = marking(spread)
    assert found is not None
    assert found.level == level


@given(LEVELS, PERIODS)
def test_full_width_signs_never_hide_a_marking(level: str, period: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() else sign for sign in level + period)
    assert marking(wide) is not None


@given(st.sampled_from(HARMLESS), st.integers(min_value=1, max_value=12))
def test_a_line_break_inside_words_about_secrets_makes_no_marking(text: str, place: int) -> None:
    if "\n" not in text and "  " not in text:
        assert marking(f"{text[:place]}\n{text[place:]}") is None


@given(LEVELS, st.sampled_from(["商业", "个人", "技术"]), st.sampled_from(["保护", "案件", "条款审查", ""]))
def test_secrets_that_are_not_the_states_are_no_marking(level: str, whose: str, what: str) -> None:
    assert marking(f"{whose}{level}{what}") is None


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["甲", "机"], ["乙", "密"], ["丙", "★"], ["丁", "1"], ["戊", "年"]], (1, 1)),
        ([["机"], [""], ["密"], ["一项很长的内容"]], (2, 0)),
        ([["", "秘", "密"], ["序号", "内容", "时限"]], (0, 2)),
        ([["序号", "内容"], ["1", "密级：秘密"]], (1, 1)),
        ([["绝", "", "密", "", "级"]], (0, 2)),
    ],
)
def test_a_marking_among_cells_is_found_at_its_place(rows: list[list[str]], place: tuple[int, int]) -> None:
    found = marked_cell(rows)
    assert found is not None
    assert (found.row, found.column) == place


@pytest.mark.parametrize(
    "rows",
    [
        [["保"], ["密"], ["工"], ["作"]],
        [["商"], ["业"], ["秘"], ["密"]],
        [["机"], ["密"], ["数"], ["据"]],
        [["机", "", "", "", "密"]],
        [["密"]],
        [["序号", "工作任务"], ["1", "商业秘密保护"]],
    ],
)
def test_single_signs_that_spell_something_else_are_no_marking(rows: list[list[str]]) -> None:
    assert marked_cell(rows) is None
