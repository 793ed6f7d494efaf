"""Persons and posts of a cell: names with spaces inside, posts and offices beside them, telephones and labels."""

from __future__ import annotations

import pytest

from projects.reading.people import read_people


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


@pytest.mark.parametrize(
    "text",
    [
        "副区长张三",
        "张三副主任",
        "张三（管委会副主任）",
        "区委常委、常务副区长 张三",
        "规划建设科科长张三",
        "规划建设科：张三",
        "规划建设科（张三）",
        "张三 0595-22222222",
        "负责人：张三 电话13800000000",
        "张三同志",
        "张三等",
        "1.张三",
    ],
)
def test_a_named_person_stands_without_post_office_label_or_telephone(text: str) -> None:
    assert read_people(text) == ("张三",)


@pytest.mark.parametrize("text", ["分管建设副主任", "各科室负责人", "各镇（街道）主要负责人", "李局长", "规建局"])
def test_a_post_or_an_office_alone_stays(text: str) -> None:
    assert read_people(text) == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "张三和李四",
        "张 三 李 四",
        "张三\n李四",
        "张三13800000000、李四",
        "规建局张三、财政局李四",
        "A角：张三；B角：李四",
    ],
)
def test_two_persons_are_told_apart(text: str) -> None:
    assert read_people(text) == ("张三", "李四")


def test_a_joint_inside_a_name_cuts_nothing() -> None:
    assert read_people("郑和平") == ("郑和平",)
