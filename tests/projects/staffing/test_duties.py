"""A duty makes someone head or clerk of the unit, or holder of a leading post."""

import pytest

from accounts.choices import MembershipRole, PostRank
from projects.staffing.duties import is_of_leaders, read_duty

HEAD, CLERK = MembershipRole.HEAD, MembershipRole.CLERK


@pytest.mark.parametrize(
    ("duty", "unit", "role"),
    [
        ("科长", "经济发展科", HEAD),
        ("副科长", "经济发展科", CLERK),
        ("副科长（主持工作）", "经济发展科", HEAD),
        ("负责人", "督查室", HEAD),
        ("主任", "办公室", HEAD),
        ("副主任", "办公室", CLERK),
        ("支部书记", "新塘社区", HEAD),
        ("四级主任科员", "经济发展科", CLERK),
        ("科员", "经济发展科", CLERK),
        ("", "经济发展科", None),
        ("网格", "经济发展科", None),
    ],
)
def test_a_duty_in_a_unit_is_its_heads_or_a_clerks(duty: str, unit: str, role: MembershipRole | None) -> None:
    read = read_duty(duty, unit=unit)
    assert (read.role, read.posts) == (role, ())


@pytest.mark.parametrize(
    ("duty", "unit", "posts"),
    [
        ("党工委书记、管委会主任", "领导班子", [("党工委书记", "main_leader"), ("管委会主任", "main_leader")]),
        ("管委会副主任", "管委会领导", [("管委会副主任", "leader")]),
        ("纪工委书记", "领导班子成员", [("纪工委书记", "leader")]),
        ("四级调研员", "领导班子", [("四级调研员", "other")]),
        ("分管建设副主任", "规划建设科", [("分管建设副主任", "leader")]),
        ("副主任", "规划建设科", [("副主任", "leader")]),
    ],
)
def test_a_leaders_duty_is_a_post(duty: str, unit: str, posts: list[tuple[str, str]]) -> None:
    assert read_duty(duty, unit=unit).posts == tuple((name, PostRank(rank)) for name, rank in posts)


def test_the_leaders_heading_is_no_unit_but_a_leading_group_is() -> None:
    assert is_of_leaders("领导班子")
    assert is_of_leaders("管委会领导")
    assert not is_of_leaders("防汛领导小组")
    assert not is_of_leaders("办公室")
