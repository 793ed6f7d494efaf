"""What a sign-in may reach today: its units, posts and roles."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.choices import MembershipRole, PostRank, Role
from accounts.models import Department, Membership, PostHolding, PostUnit, RoleGrant, User
from accounts.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Reach:
    """One sign-in on one day. `below` are the units that stand under the leading posts held."""

    user_id: int
    organization_id: int | None = None
    person_id: int | None = None
    departments: frozenset[int] = frozenset()
    headed: frozenset[int] = frozenset()
    posts: frozenset[int] = frozenset()
    below: frozenset[int] = frozenset()
    main_leader: bool = False
    office: bool = False
    system: bool = False


# Asked with every page and every request of a program.
GRANTS = Prepared(
    lambda user, organization, today: (
        RoleGrant.objects.on(today).filter(user=user, organization=organization).values_list("role")
    ),
    ids=["user", "organization"],
    days=["today"],
)
MEMBERSHIPS = Prepared(
    lambda person, organization, today: (
        Membership.objects.on(today)
        .filter(person=person, organization=organization)
        .values_list("department_id", "role")
    ),
    ids=["person", "organization"],
    days=["today"],
)
HOLDINGS = Prepared(
    lambda person, organization, today: (
        PostHolding.objects.on(today)
        .filter(person=person, organization=organization)
        .values_list("post_id", "post__rank")
    ),
    ids=["person", "organization"],
    days=["today"],
)


def require_office(reach: Reach) -> None:
    """Raise PermissionDenied to all but the office."""
    if not reach.office:
        raise PermissionDenied


def require_system(reach: Reach) -> None:
    """Raise PermissionDenied to all but whoever looks after the installation."""
    if not reach.system:
        raise PermissionDenied


def reach_of(user: User, *, today: date) -> Reach:
    """Ask at most five times, whatever the size of the organization."""
    if user.organization_id is None:
        return Reach(user_id=user.pk)
    organization_id = user.organization_id
    roles = {role for (role,) in GRANTS.rows(user=user.pk, organization=organization_id, today=today)}
    joined, posts = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    if user.person_id is not None:
        joined = MEMBERSHIPS.rows(person=user.person_id, organization=organization_id, today=today)
        posts = HOLDINGS.rows(person=user.person_id, organization=organization_id, today=today)
    return Reach(
        user_id=user.pk,
        organization_id=organization_id,
        person_id=user.person_id,
        departments=frozenset(department for department, _ in joined),
        headed=frozenset(department for department, role in joined if role == MembershipRole.HEAD),
        posts=frozenset(post for post, _ in posts),
        below=_units_below(posts, organization_id, today=today),
        main_leader=any(rank == PostRank.MAIN_LEADER for _, rank in posts),
        office=Role.OFFICE in roles,
        system=Role.SYSTEM in roles,
    )


def _units_below(posts: list[tuple[Any, ...]], organization_id: int, *, today: date) -> frozenset[int]:
    leading = [post for post, rank in posts if rank != PostRank.OTHER]
    if not leading:
        return frozenset()
    found = set(PostUnit.objects.on(today).filter(post__in=leading).values_list("department_id", flat=True))
    if not found:
        return frozenset()
    parents = dict(Department.objects.filter(organization_id=organization_id).values_list("pk", "parent_id"))
    while more := {unit for unit, parent in parents.items() if parent in found} - found:
        found |= more
    return frozenset(found)
