"""The sample organizations hold every unit, post and person that the sample tables name."""

import re
from collections.abc import Iterable

import pytest

from accounts.choices import MembershipRole, PostRank, Role
from seeds.office import Organization, load_office
from seeds.text_format import TABLES, load_table, split_names

# Written on purpose so that the import page has something to ask; no group of this name is kept.
ASKED = {"各有关科室"}
NONE = "—"

DEPARTMENT_COLUMNS = ("牵头科室", "配合科室", "责任科室")


@pytest.fixture
def demo() -> Organization:
    return load_office().organization("demo")


def named(table: str, columns: Iterable[str]) -> set[str]:
    cells = [task.cells[column] for task in load_table(table).tasks() for column in columns if column in task.cells]
    return {name for cell in cells if cell != NONE for name in split_names(cell)}


@pytest.mark.parametrize("table", TABLES)
def test_every_unit_a_table_names_is_a_department_an_alias_or_a_group(table: str, demo: Organization) -> None:
    known = {department.name for department in demo.departments}
    known |= {alias for department in demo.departments for alias in department.aliases}
    known |= {group.name for group in demo.groups}
    assert named(table, DEPARTMENT_COLUMNS) - ASKED <= known


@pytest.mark.parametrize("table", TABLES)
def test_every_leader_a_table_names_is_a_post(table: str, demo: Organization) -> None:
    assert named(table, ["责任领导"]) <= {post.name for post in demo.posts}


@pytest.mark.parametrize("table", TABLES)
def test_every_owner_a_table_names_is_a_person_and_plainly_a_sample(table: str, demo: Organization) -> None:
    owners = named(table, ["责任人"])
    assert owners <= {person.name for person in demo.people}
    assert all(owner.startswith("示例·") for owner in owners)


@pytest.mark.parametrize("organization", load_office().organizations, ids=lambda each: each.code)
class TestEachOrganization:
    def test_names_aliases_and_groups_are_written_once(self, organization: Organization) -> None:
        names = [department.name for department in organization.departments]
        names += [alias for department in organization.departments for alias in department.aliases]
        names += [group.name for group in organization.groups]
        assert len(names) == len(set(names))
        people = [person.name for person in organization.people]
        assert len(people) == len(set(people))

    def test_memberships_groups_and_holdings_name_what_exists(self, organization: Organization) -> None:
        departments = {department.name for department in organization.departments}
        people = {person.name for person in organization.people}
        assert {each.department for person in organization.people for each in person.memberships} <= departments
        assert {name for group in organization.groups for name in group.departments} <= departments
        assert {holding.person for post in organization.posts for holding in post.holdings} <= people
        assert {sign_in.person for sign_in in organization.sign_ins} <= people

    def test_people_are_plainly_samples_with_addresses_that_lead_nowhere(self, organization: Organization) -> None:
        for person in organization.people:
            assert re.fullmatch(rf"[a-z-]+@{organization.code}\.example", person.email)
            assert person.name.startswith("示例·")

    def test_one_post_is_the_main_leaders(self, organization: Organization) -> None:
        assert [post.rank for post in organization.posts].count(PostRank.MAIN_LEADER) == 1


def test_every_unit_of_the_sample_has_one_head(demo: Organization) -> None:
    heads = [each.department for person in demo.people for each in person.memberships if each.role == "head"]
    assert sorted(heads) == sorted(department.name for department in demo.departments)


def test_a_post_that_changed_hands_has_no_day_without_a_holder(demo: Organization) -> None:
    handed_on = [post for post in demo.posts if len(post.holdings) > 1]
    assert handed_on
    for post in handed_on:
        before, after = post.holdings
        assert before.until
        assert after.since
        assert (after.since.of(2026) - before.until.of(2026)).days == 1


def test_the_sample_users_are_the_six_that_the_demo_promises() -> None:
    office = load_office()
    by_name = {sign_in.username: (each, sign_in) for each in office.organizations for sign_in in each.sign_ins}
    assert set(by_name) == {"office", "leader", "deputy", "head", "clerk", "outsider"}
    assert by_name["outsider"][0].code != by_name["clerk"][0].code
    assert [name for name, (_, sign_in) in by_name.items() if sign_in.role == Role.OFFICE] == ["office"]


def test_the_sample_clerk_and_head_share_a_unit_and_the_leaders_hold_posts(demo: Organization) -> None:
    person = {sign_in.username: sign_in.person for sign_in in demo.sign_ins}
    units = {each.name: {(m.department, m.role) for m in each.memberships} for each in demo.people}
    assert ("规划建设科", MembershipRole.CLERK) in units[person["clerk"]]
    assert ("规划建设科", MembershipRole.HEAD) in units[person["head"]]
    ranks = {holding.person: post.rank for post in demo.posts for holding in post.holdings}
    assert ranks[person["leader"]] == PostRank.MAIN_LEADER
    assert ranks[person["deputy"]] == PostRank.LEADER
