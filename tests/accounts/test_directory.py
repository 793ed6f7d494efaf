"""From a name in a cell to what it means."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.directory import Directory, Expected, Named, normalise
from accounts.models import Department, Person
from accounts.registering import create_person
from tests.cast import TODAY, Cast

pytestmark = pytest.mark.django_db


def load(cast: Cast) -> Directory:
    return Directory.load(cast.organization.pk, today=TODAY)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("规划建设科", "规划建设科"),
        ("规建科", "规划建设科"),
        (" 规 划 建 设 科\n", "规划建设科"),
        ("规划\u3000建设科\u200b", "规划建设科"),
    ],
)
def test_a_unit_is_found_by_its_name_or_alias_however_it_is_spaced(cast: Cast, written: str, meant: str) -> None:
    found = load(cast).find(written, expect="department")
    assert (found.kind, found.id, found.name) == ("department", cast.building.pk, meant)


def test_full_and_half_width_signs_are_one() -> None:
    assert normalise("经开区（高新园）ＡＢ１") == normalise("经开区(高新园)ab1")


def test_a_group_is_found_among_units(cast: Cast) -> None:
    found = load(cast).find("各科室", expect="department")
    assert (found.kind, found.id) == ("group", cast.everyone.pk)


def test_a_post_is_found_where_a_person_is_expected(cast: Cast) -> None:
    found = load(cast).find("分管建设副主任", expect="person")
    assert (found.kind, found.id) == ("post", cast.deputy_post.pk)


def test_a_short_name_nobody_registered_is_offered_not_decided(cast: Cast) -> None:
    found = load(cast).find("经发科", expect="department")
    assert found.kind is None
    assert [candidate.name for candidate in found.candidates][:1] == ["经济发展科"]


def test_of_two_people_with_one_name_neither_is_chosen(cast: Cast) -> None:
    twin = create_person(organization=cast.organization, name="示例·张三", by=cast.actor())
    found = load(cast).find("示例·张三", expect="person")
    assert found.kind is None
    assert twin.pk in {candidate.id for candidate in found.candidates}
    assert {candidate.score for candidate in found.candidates} == {1.0}


UNITS = (
    "规划建设局",
    "经济发展局",
    "发展和改革委员会",
    "住房和城乡建设局",
    "社会事务局",
    "项目攻坚一组",
    "示例·执法科",
    "示例·财政科",
)


@pytest.mark.parametrize(
    ("written", "like"),
    [
        ("规建局", "规划建设局"),
        ("社会事业局", "社会事务局"),
        ("规划建设局建设科", "规划建设局"),
        ("市发改委", "发展和改革委员会"),
        ("区住建局", "住房和城乡建设局"),
        ("示例·执法大队", "示例·执法科"),
        ("项目攻坚二组", None),
        ("示例·气象科", None),
        ("气象局", None),
    ],
)
def test_units_are_alike_by_the_signs_few_others_have(written: str, like: str | None) -> None:
    directory = Directory(tuple(Named("department", at, name, name) for at, name in enumerate(UNITS, start=1)))
    directory.meet(["示例·招商科", "示例·安监科", "示例·环保科", "示例·气象科"], expect="department")
    assert [one.name for one in directory.find(written, expect="department").candidates][:1] == ([like] if like else [])


@pytest.mark.parametrize(
    ("written", "like"),
    [("张晓明", "张小明"), ("小明", "张小明"), ("张大力", None), ("示例·何乙", None), ("何丙", None)],
)
def test_people_are_only_alike_where_one_sign_may_be_mistyped_or_missing(written: str, like: str | None) -> None:
    people = ("张小明", "示例·何甲", "何甲", "李四", "王五")
    directory = Directory(tuple(Named("person", at, name, name) for at, name in enumerate(people, start=1)))
    assert [one.name for one in directory.find(written, expect="person").candidates][:1] == ([like] if like else [])


def test_a_name_nothing_is_like_finds_nothing(cast: Cast) -> None:
    found = load(cast).find("气象局", expect="post")
    assert (found.kind, found.candidates) == (None, ())


@pytest.mark.parametrize("expect", ["department", "post", "person"])
def test_an_empty_cell_finds_nothing(cast: Cast, expect: Expected) -> None:
    found = load(cast).find("　", expect=expect)
    assert (found.kind, found.candidates) == (None, ())


def test_dissolved_units_and_people_who_left_are_not_meant_any_more(cast: Cast) -> None:
    yesterday = TODAY - timedelta(days=1)
    Department.objects.filter(pk=cast.building.pk).update(dissolved_on=yesterday)
    Person.objects.filter(name="示例·张三").update(left_on=yesterday)
    directory = load(cast)
    assert directory.find("规建科", expect="department").kind is None
    assert directory.find("示例·张三", expect="person").kind is None


def test_names_of_another_organization_are_unknown_here(cast: Cast) -> None:
    assert load(cast).find("示例·外区人", expect="person").kind is None
    assert load(cast).find("规划建设科", expect="department").id == cast.building.pk


def test_the_directory_costs_six_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(6):
        directory = load(cast)
        for text in ("规建科", "各科室", "主任", "没有的"):
            directory.find(text, expect="department")
