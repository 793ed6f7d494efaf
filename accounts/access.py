"""What a sign-in may reach today: its units, posts and roles."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied

from accounts.choices import MembershipRole, PostRank, Role
from accounts.models import Department, Membership, Post, PostHolding, PostUnit, RoleGrant, User


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
    grants = RoleGrant.objects.on(today).filter(user=user, organization_id=organization_id)
    roles = set(grants.values_list("role", flat=True))
    joined, posts = list[tuple[int, str]](), list[Post]()
    if user.person_id is not None:
        memberships = Membership.objects.on(today).filter(person=user.person_id, organization_id=organization_id)
        joined = list(memberships.values_list("department_id", "role"))
        posts = _posts_of(user.person_id, organization_id, today=today)
    return Reach(
        user_id=user.pk,
        organization_id=organization_id,
        person_id=user.person_id,
        departments=frozenset(department for department, _ in joined),
        headed=frozenset(department for department, role in joined if role == MembershipRole.HEAD),
        posts=frozenset(post.pk for post in posts),
        below=_units_below(posts, organization_id, today=today),
        main_leader=any(post.rank == PostRank.MAIN_LEADER for post in posts),
        office=Role.OFFICE in roles,
        system=Role.SYSTEM in roles,
    )


def _posts_of(person_id: int, organization_id: int, *, today: date) -> list[Post]:
    held = PostHolding.objects.on(today).filter(person=person_id, organization_id=organization_id)
    return [holding.post for holding in held.select_related("post")]


def _units_below(posts: list[Post], organization_id: int, *, today: date) -> frozenset[int]:
    leading = [post.pk for post in posts if post.rank != PostRank.OTHER]
    found = set(PostUnit.objects.on(today).filter(post__in=leading).values_list("department_id", flat=True))
    if not found:
        return frozenset()
    parents = dict(Department.objects.filter(organization_id=organization_id).values_list("pk", "parent_id"))
    while more := {unit for unit, parent in parents.items() if parent in found} - found:
        found |= more
    return frozenset(found)
