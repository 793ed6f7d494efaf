"""Making organizations, units, people, posts and sign-ins, each with its history."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from accounts.choices import DepartmentKind, MembershipRole, PostRank, Role
from accounts.history import Actor
from accounts.models import (
    Department,
    DepartmentAlias,
    DepartmentGroup,
    GroupMember,
    Membership,
    Organization,
    Person,
    Post,
    PostHolding,
    PostUnit,
    RoleGrant,
    User,
)
from accounts.names import refuse_taken, refuse_taken_post
from accounts.noting import record_change, record_made


@transaction.atomic
def create_organization(*, code: str, name: str, parent: Organization | None = None, by: Actor) -> Organization:
    made = Organization.objects.create(code=code, name=name, parent=parent)
    record_made(made, made.pk, {"code": code, "name": name, "parent": made.parent_id}, by)
    return made


@transaction.atomic
def create_department(
    *,
    organization: Organization,
    name: str,
    kind: DepartmentKind = DepartmentKind.SECTION,
    position: int = 0,
    parent: Department | None = None,
    aliases: Sequence[str] = (),
    by: Actor,
) -> Department:
    refuse_taken([name, *aliases], organization.pk)
    made = Department.objects.create(organization=organization, name=name, kind=kind, position=position, parent=parent)
    DepartmentAlias.objects.bulk_create(
        [DepartmentAlias(organization=organization, department=made, name=alias) for alias in aliases]
    )
    content = {"name": name, "kind": kind, "position": position, "parent": made.parent_id, "aliases": list(aliases)}
    record_made(made, organization.pk, content, by)
    return made


@transaction.atomic
def create_group(
    *,
    organization: Organization,
    name: str,
    departments: Sequence[Department],
    from_on: date | None = None,
    by: Actor,
) -> DepartmentGroup:
    refuse_taken([name], organization.pk)
    made = DepartmentGroup.objects.create(organization=organization, name=name)
    GroupMember.objects.bulk_create(
        [
            GroupMember(organization=organization, group=made, department=department, from_on=from_on)
            for department in departments
        ]
    )
    content = {"name": name, "departments": [department.pk for department in departments], "from_on": from_on}
    record_made(made, organization.pk, content, by)
    return made


@transaction.atomic
def create_person(*, organization: Organization, name: str, email: str = "", mobile: str = "", by: Actor) -> Person:
    made = Person.objects.create(organization=organization, name=name, email=email, mobile=mobile)
    record_made(made, organization.pk, {"name": name, "email": email, "mobile": mobile}, by)
    return made


@transaction.atomic
def create_post(
    *,
    organization: Organization,
    name: str,
    rank: PostRank = PostRank.OTHER,
    departments: Sequence[Department] = (),
    position: int = 0,
    by: Actor,
) -> Post:
    refuse_taken_post(name, organization.pk)
    made = Post.objects.create(organization=organization, name=name, rank=rank, position=position)
    PostUnit.objects.bulk_create(
        [PostUnit(organization=organization, post=made, department=department) for department in departments]
    )
    units = [department.pk for department in departments]
    content = {"name": name, "rank": rank, "units": units, "position": position}
    record_made(made, organization.pk, content, by)
    return made


@transaction.atomic
def hold_post(*, post: Post, person: Person, from_on: date | None, to_on: date | None = None, by: Actor) -> PostHolding:
    """Let someone hold a post; `to_on` is the last day of one that is held for a time."""
    held = PostHolding.objects.create(
        organization_id=post.organization_id, post=post, person=person, from_on=from_on, to_on=to_on
    )
    content = {"person": person.pk, "from_on": from_on, **({"to_on": to_on} if to_on else {})}
    record_change(post, post.organization_id, "held", content, by)
    return held


@transaction.atomic
def leave_post(*, holding: PostHolding, to_on: date, by: Actor) -> PostHolding:
    """End a holding; `to_on` is its last day."""
    holding.to_on = to_on
    holding.save(update_fields=["to_on"])
    record_change(holding.post, holding.organization_id, "left", {"person": holding.person_id, "to_on": to_on}, by)
    return holding


@transaction.atomic
def join(
    *,
    person: Person,
    department: Department,
    role: MembershipRole,
    from_on: date | None,
    to_on: date | None = None,
    by: Actor,
) -> Membership:
    """Let someone belong to a unit; `to_on` is the last day of one who is there for a time."""
    joined = Membership.objects.create(
        organization_id=person.organization_id,
        person=person,
        department=department,
        role=role,
        from_on=from_on,
        to_on=to_on,
    )
    content = {"department": department.pk, "role": role, "from_on": from_on, **({"to_on": to_on} if to_on else {})}
    record_change(person, person.organization_id, "joined", content, by)
    return joined


@transaction.atomic
def create_user(
    *, username: str, password: str | None, organization: Organization, person: Person | None = None, by: Actor
) -> User:
    """Make a sign-in; without a password it is entered by a one-time code only."""
    made = User.objects.create_user(username, password=password, organization=organization, person=person)
    record_made(made, organization.pk, {"username": username, "person": made.person_id}, by)
    return made


@transaction.atomic
def grant(*, user: User, organization: Organization, role: Role, from_on: date | None, by: Actor) -> RoleGrant:
    granted = RoleGrant.objects.create(organization=organization, user=user, role=role, from_on=from_on)
    record_change(user, organization.pk, "granted", {"role": role, "from_on": from_on}, by)
    return granted


@transaction.atomic
def change_password(*, user: User, password: str, by: Actor) -> None:
    """Set a sign-in's password; history says that it changed and never what it is.

    A sign-in without an organization (the installation's first one) has no history to stand in.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    if user.organization_id is not None:
        record_change(user, user.organization_id, "password_changed", {}, by)


@transaction.atomic
def set_active(*, user: User, active: bool, by: Actor) -> None:
    """Switch a sign-in off or on; its person, parts and history stay as they are."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    if user.organization_id is not None:
        record_change(user, user.organization_id, "activated" if active else "deactivated", {"is_active": active}, by)
