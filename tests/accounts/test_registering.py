"""Registering who is who: every row with its history, and what a sign-in then reaches."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.conflicts import Conflict
from accounts.models import HistoryEntry, Person, PostHolding, RoleGrant
from accounts.names import NameTakenError
from accounts.registering import create_department, create_organization, grant, hold_post
from accounts.versions import raise_version
from tests.cast import JANUARY, TODAY, Cast

pytestmark = pytest.mark.django_db


def test_everything_registered_has_a_first_entry(cast: Cast) -> None:
    made = HistoryEntry.objects.filter(object_version=1).values_list("object_type", flat=True)
    assert set(made) == {"organization", "department", "departmentgroup", "person", "post", "user"}


def test_the_versions_of_every_object_have_no_gap(cast: Cast) -> None:
    versions: dict[tuple[str, int], list[int]] = {}
    for entry in HistoryEntry.objects.order_by("pk"):
        versions.setdefault((entry.object_type, entry.object_id), []).append(entry.object_version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())


def test_an_object_stands_at_the_version_of_its_last_entry(cast: Cast) -> None:
    for person in Person.objects.filter(organization=cast.organization):
        last = HistoryEntry.objects.filter(object_type="person", object_id=person.pk).order_by("-object_version")[0]
        assert person.version == last.object_version


def test_a_holding_is_history_of_the_post(cast: Cast) -> None:
    entry = HistoryEntry.objects.get(object_type="post", object_id=cast.director.pk, object_version=2)
    assert entry.action == "post.held"
    assert entry.after == {"person": cast.leader.person_id, "from_on": JANUARY.isoformat()}


def test_a_name_is_given_once_in_an_organization(cast: Cast) -> None:
    with pytest.raises(NameTakenError):
        create_department(organization=cast.organization, name="规划建设科", by=cast.actor())
    other = create_organization(code="bie", name="示例别处", by=cast.actor())
    assert create_department(organization=other, name="规划建设科", by=cast.actor()).pk


def test_a_refused_registration_leaves_no_history(cast: Cast) -> None:
    before = HistoryEntry.objects.count()
    with pytest.raises(NameTakenError):
        create_department(organization=cast.organization, name="新科室", aliases=["规建科"], by=cast.actor())
    assert HistoryEntry.objects.count() == before


def test_an_editor_who_saw_an_older_version_is_told(cast: Cast) -> None:
    assert raise_version(cast.building, expected=1) == 2
    with pytest.raises(Conflict) as lost:
        raise_version(cast.building, expected=1)
    assert lost.value.current == cast.building


class TestReach:
    def test_each_of_the_cast_reaches_what_is_theirs(self, cast: Cast) -> None:
        clerk, head, deputy = cast.reach(cast.clerk), cast.reach(cast.head), cast.reach(cast.deputy)
        assert (clerk.departments, clerk.headed) == (frozenset({cast.building.pk}), frozenset())
        assert (head.departments, head.headed) == (frozenset({cast.building.pk}),) * 2
        assert (deputy.posts, deputy.below) == (frozenset({cast.deputy_post.pk}), frozenset({cast.building.pk}))
        assert cast.reach(cast.leader).main_leader
        assert not deputy.main_leader
        assert cast.reach(cast.office).office
        assert not cast.reach(cast.office).system

    def test_a_unit_under_a_unit_stands_under_its_leader_too(self, cast: Cast) -> None:
        part = create_department(organization=cast.organization, name="道路组", parent=cast.building, by=cast.actor())
        crew = create_department(organization=cast.organization, name="一队", parent=part, by=cast.actor())
        assert cast.reach(cast.deputy).below == {cast.building.pk, part.pk, crew.pk}

    def test_the_successor_in_a_post_takes_over_on_the_day(self, cast: Cast) -> None:
        PostHolding.objects.filter(post=cast.director).update(to_on=TODAY - timedelta(days=1))
        assert cast.head.person is not None
        hold_post(post=cast.director, person=cast.head.person, from_on=TODAY, by=cast.actor())
        assert not cast.reach(cast.leader).main_leader
        assert cast.reach(cast.head).main_leader
        assert not cast.reach(cast.head, today=TODAY - timedelta(days=1)).main_leader

    def test_a_role_ends_with_its_last_day(self, cast: Cast) -> None:
        RoleGrant.objects.filter(user=cast.office).update(to_on=TODAY)
        assert cast.reach(cast.office).office
        assert not cast.reach(cast.office, today=TODAY + timedelta(days=1)).office

    def test_a_role_in_another_organization_is_none_here(self, cast: Cast) -> None:
        elsewhere = create_organization(code="bie", name="示例别处", by=cast.actor())
        grant(user=cast.clerk, organization=elsewhere, role=Role.OFFICE, from_on=JANUARY, by=cast.actor())
        assert not cast.reach(cast.clerk).office

    @pytest.mark.parametrize(("who", "queries"), [("office", 3), ("clerk", 3), ("deputy", 5)])
    def test_the_reach_costs_a_fixed_number_of_queries(
        self, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, who: str, queries: int
    ) -> None:
        with django_assert_num_queries(queries):
            cast.reach(getattr(cast, who))
