"""Who sees which plans and items: the table of DESIGN §3, row by row."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import Reach, require_office
from accounts.choices import MembershipRole
from accounts.models import Membership, User
from accounts.registering import create_department, create_organization, create_user
from projects.access import departments_writable, get_plan, get_task, plans_for, require_lead, tasks_for
from projects.models import Plan, Task
from projects.planning import withdraw_tasks
from tests.cast import JANUARY, TODAY, Cast, at, issued_plan, make_plan, task_of
from tests.factories import InvolvementFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def numbers(reach: Reach) -> set[str]:
    return set(tasks_for(reach, today=TODAY).values_list("number", flat=True))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("office", {"1", "2", "3"}),
        ("leader", {"1", "2", "3"}),
        ("clerk", {"1", "2", "3"}),
        ("head", {"1", "2", "3"}),
        ("economy_clerk", {"1", "2", "3"}),
        ("deputy", {"1", "3"}),
        ("outsider", set()),
    ],
)
def test_everyone_sees_what_the_table_of_access_says(cast: Cast, plan: Plan, who: str, seen: set[str]) -> None:
    assert numbers(cast.reach(getattr(cast, who))) == seen


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("office", {"1", "2", "3"}),
        ("leader", {"1", "2", "3"}),
        ("clerk", {"1", "3"}),
        ("economy_clerk", {"1", "3"}),
        ("investment_clerk", {"2", "3"}),
        ("outsider", set()),
    ],
)
def test_of_a_restricted_plan_units_see_only_their_own_items(cast: Cast, who: str, seen: set[str]) -> None:
    issued_plan(cast, restricted=True)
    assert numbers(cast.reach(getattr(cast, who))) == seen


@pytest.mark.parametrize("who", ["leader", "deputy", "head", "clerk", "outsider"])
def test_a_draft_is_seen_by_the_office_only(cast: Cast, who: str) -> None:
    draft = make_plan(cast)
    reach = cast.reach(getattr(cast, who))
    assert not plans_for(reach, today=TODAY).exists()
    assert not tasks_for(reach, today=TODAY).exists()
    assert get_plan(cast.reach(cast.office), draft.pk, today=TODAY) == draft


def test_the_deputy_sees_what_the_post_answers_for_and_the_units_below_it(cast: Cast, plan: Plan) -> None:
    bridge = InvolvementFactory.create(task__plan=plan, task__number="8", department=cast.building)
    part = create_department(
        organization=cast.organization, name="道路组", parent=cast.building, by=cast.actor(today=JANUARY)
    )
    InvolvementFactory.create(task__plan=plan, task__number="9", department=part)
    assert bridge.task.organization_id == cast.organization.pk
    assert numbers(cast.reach(cast.deputy)) == {"1", "3", "8", "9"}


def test_a_person_named_as_owner_sees_the_item_of_another_unit(cast: Cast) -> None:
    plan = issued_plan(cast, restricted=True)
    InvolvementFactory.create(task=task_of(plan, "2"), role="owner", department=None, person=cast.clerk.person)
    assert numbers(cast.reach(cast.clerk)) == {"1", "2", "3"}


def test_withdrawn_items_are_seen_by_the_office_only(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    withdraw_tasks(task_ids=[road.pk], reason="撤回导入", by=cast.actor(), now=at(TODAY))
    assert numbers(cast.reach(cast.leader)) == {"2", "3"}
    assert numbers(cast.reach(cast.office)) == {"1", "2", "3"}


def test_who_left_the_unit_yesterday_sees_nothing_today(cast: Cast, plan: Plan) -> None:
    yesterday = TODAY - timedelta(days=1)
    Membership.objects.filter(person=cast.clerk.person).update(to_on=yesterday)
    assert numbers(cast.reach(cast.clerk)) == set()
    assert set(tasks_for(cast.reach(cast.clerk, today=yesterday), today=yesterday)) == set(plan.tasks.all())


def test_a_part_that_ended_no_longer_opens_the_plan(cast: Cast, plan: Plan) -> None:
    Task.objects.exclude(number="1").update(state="withdrawn")
    road = task_of(plan, "1")
    road.involvements.filter(department=cast.economy).update(to_on=TODAY - timedelta(days=1))
    assert numbers(cast.reach(cast.economy_clerk)) == set()


def test_what_may_not_be_seen_is_not_found(cast: Cast, plan: Plan) -> None:
    stranger = cast.reach(cast.outsider)
    with pytest.raises(Http404):
        get_plan(stranger, plan.pk, today=TODAY)
    with pytest.raises(Http404):
        get_task(stranger, task_of(plan, "1").pk, today=TODAY)


def test_an_office_of_another_organization_sees_nothing_here(cast: Cast, plan: Plan) -> None:
    by = cast.actor(today=JANUARY)
    elsewhere = create_organization(code="lin", name="示例邻区", by=by)
    user = create_user(username="lin", password="x", organization=elsewhere, by=by)
    cast.office.role_grants.update(user=user)
    assert numbers(cast.reach(user)) == set()


def test_a_sign_in_without_an_organization_reaches_nothing(cast: Cast, plan: Plan) -> None:
    nobody = User.objects.create_user("nobody")
    assert not plans_for(cast.reach(nobody), today=TODAY).exists()
    assert not tasks_for(cast.reach(nobody), today=TODAY).exists()


def test_only_leading_units_report_and_only_through_their_own_people(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    assert departments_writable(cast.reach(cast.clerk), road, today=TODAY) == (cast.building,)
    assert departments_writable(cast.reach(cast.economy_clerk), road, today=TODAY) == ()
    assert departments_writable(cast.reach(cast.office), road, today=TODAY) == ()
    with pytest.raises(PermissionDenied):
        require_lead(cast.reach(cast.deputy), road, today=TODAY)


def test_of_a_group_each_member_reports_for_itself(cast: Cast, plan: Plan) -> None:
    duty = task_of(plan, "3")
    assert departments_writable(cast.reach(cast.economy_clerk), duty, today=TODAY) == (cast.economy,)
    MembershipFactory.create(person=cast.economy_clerk.person, department=cast.building, role=MembershipRole.HEAD)
    both = departments_writable(cast.reach(cast.economy_clerk), duty, today=TODAY)
    assert both == (cast.building, cast.economy)


def test_the_office_s_acts_are_refused_to_those_who_only_see(cast: Cast) -> None:
    require_office(cast.reach(cast.office))
    for user in (cast.leader, cast.deputy, cast.head, cast.clerk):
        with pytest.raises(PermissionDenied):
            require_office(cast.reach(user))
