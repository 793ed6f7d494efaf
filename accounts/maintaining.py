"""Changing units, people, posts and who belongs where, each over the version that was seen and with its history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.choices import DepartmentKind, MembershipRole, PostRank
from accounts.conflicts import Conflict
from accounts.directory import normalise
from accounts.history import Actor
from accounts.models import (
    Department,
    DepartmentAlias,
    DepartmentGroup,
    GroupMember,
    Membership,
    Person,
    Post,
    PostHolding,
    PostUnit,
    RoleGrant,
    User,
)
from accounts.names import refuse_taken, refuse_taken_post
from accounts.noting import record_change
from accounts.registering import join, set_active

ONE_DAY = timedelta(days=1)


class BelowItselfError(ValueError):
    """A unit can't stand under itself or under one that stands under it."""


@transaction.atomic
def change_department(
    *,
    department: Department,
    version: int,
    name: str,
    kind: DepartmentKind,
    position: int,
    parent: Department | None,
    aliases: Sequence[str],
    by: Actor,
) -> Department:
    """Change a unit; a name it gives up becomes one of its aliases, for last year's tables still use it.

    Raise NameTakenError, BelowItselfError, or Conflict.
    """
    known = list(department.aliases.order_by("pk"))
    before = {**_content(department, "name", "kind", "position", "parent_id"), "aliases": [one.name for one in known]}
    wanted = _other_names(name, [*aliases, *([department.name] if department.name != name else [])])
    refuse_taken([name, *wanted], department.organization_id, but=department)
    _refuse_circle(department, parent)
    department.name, department.kind, department.position, department.parent = name, kind, position, parent
    _save(department, version, "name", "kind", "position", "parent")
    DepartmentAlias.objects.filter(department=department).exclude(name__in=wanted).delete()
    DepartmentAlias.objects.bulk_create(
        [
            DepartmentAlias(organization_id=department.organization_id, department=department, name=alias)
            for alias in wanted
            if alias not in {one.name for one in known}
        ]
    )
    after = {**_content(department, "name", "kind", "position", "parent_id"), "aliases": wanted}
    record_change(department, department.organization_id, "changed", after, by, before=before)
    return department


@transaction.atomic
def dissolve_department(
    *,
    department: Department,
    on: date,
    successor: Department | None = None,
    by: Actor,
    reason: str = "",
    version: int | None = None,
) -> Department:
    """End a unit; `on` is the first day on which it is no more. From then on `successor` goes by its names.

    Its units below and its posts pass to the successor. What it leads is moved by whoever owns the promise.
    """
    last = on - ONE_DAY
    _end(Membership.objects.filter(department=department, to_on__isnull=True), to_on=last)
    _end(GroupMember.objects.filter(department=department, to_on__isnull=True), to_on=last)
    department.dissolved_on, department.successor = on, successor
    _save(department, version, "dissolved_on", "successor")
    above = successor if successor is not None else department.parent
    for child in Department.objects.filter(parent=department, dissolved_on__isnull=True):
        child.parent = above
        child.save(update_fields=["parent"])
        record_change(child, child.organization_id, "changed", {"parent": above.pk if above else None}, by)
    for row in list(PostUnit.objects.filter(department=department, to_on__isnull=True).select_related("post")):
        units = [each.department for each in row.post.units.filter(to_on__isnull=True).select_related("department")]
        kept = [unit for unit in units if unit != department]
        _set_units(row.post, [*kept, above] if above is not None else kept, on=on, by=by)
    after = {"dissolved_on": on, "successor": successor.pk if successor else None}
    before = {"dissolved_on": None, "successor": None}
    record_change(department, department.organization_id, "dissolved", after, by, before=before, reason=reason)
    return department


@transaction.atomic
def move_member(*, membership: Membership, to: Department, on: date, by: Actor) -> None:
    """Let someone belong to another unit from `on`, in the same role."""
    end_membership(membership=membership, to_on=on - ONE_DAY, by=by)
    here = Membership.objects.filter(person=membership.person, department=to, role=membership.role, to_on__isnull=True)
    if not here.exists():
        role = MembershipRole(membership.role)
        join(person=membership.person, department=to, role=role, from_on=on, by=by)


@transaction.atomic
def change_person(*, person: Person, version: int, name: str, email: str, mobile: str, by: Actor) -> Person:
    before = _content(person, "name", "email", "mobile")
    person.name, person.email, person.mobile = name, email, mobile
    _save(person, version, "name", "email", "mobile")
    after = _content(person, "name", "email", "mobile")
    record_change(person, person.organization_id, "changed", after, by, before=before)
    return person


@transaction.atomic
def leave(*, person: Person, on: date, by: Actor, version: int | None = None) -> Person:
    """End everything a person belongs to and holds, and switch the sign-in off; `on` is the last day.

    Reports and history keep the name. Open duties named to the person stay until they are handed over.
    """
    person.left_on = on
    _save(person, version, "left_on")
    _end(Membership.objects.filter(person=person, to_on__isnull=True), to_on=on)
    for holding in PostHolding.objects.filter(person=person, to_on__isnull=True).select_related("post"):
        _end_one(holding, to_on=on)
        record_change(holding.post, person.organization_id, "left", {"person": person.pk, "to_on": on}, by)
    record_change(person, person.organization_id, "left", {"left_on": on}, by, before={"left_on": None})
    user = User.objects.filter(person=person, is_active=True).first()
    if user is not None:
        set_active(user=user, active=False, by=by)
    return person


@transaction.atomic
def end_membership(*, membership: Membership, to_on: date, by: Actor) -> Membership:
    """End a membership; `to_on` is its last day."""
    _end_one(membership, to_on=to_on)
    content = {"department": membership.department_id, "role": membership.role, "to_on": to_on}
    record_change(membership.person, membership.organization_id, "parted", content, by)
    return membership


@transaction.atomic
def change_post(
    *,
    post: Post,
    version: int,
    name: str,
    rank: PostRank,
    departments: Collection[Department],
    position: int,
    by: Actor,
) -> Post:
    """Change a post; the units it answers for are those from today on, and before they are those they were."""
    refuse_taken_post(name, post.organization_id, but=post)
    names = ("name", "rank", "position")
    before = {**_content(post, *names), "units": _open_units(post)}
    post.name, post.rank, post.position = name, rank, position
    _save(post, version, *names)
    _write_units(post, departments, on=by.today)
    after = {**_content(post, *names), "units": _open_units(post)}
    record_change(post, post.organization_id, "changed", after, by, before=before)
    return post


def _set_units(post: Post, departments: Collection[Department], *, on: date, by: Actor) -> None:
    before = _open_units(post)
    _write_units(post, departments, on=on)
    if (after := _open_units(post)) != before:
        record_change(post, post.organization_id, "changed", {"units": after}, by, before={"units": before})


def _write_units(post: Post, departments: Collection[Department], *, on: date) -> None:
    """End what the post answers for no more the day before `on`; what would never have held is gone."""
    standing = {row.department_id: row for row in PostUnit.objects.filter(post=post, to_on__isnull=True)}
    wanted = {department.pk: department for department in departments}
    for department, row in standing.items():
        if department in wanted:
            continue
        if row.from_on is not None and row.from_on >= on:
            row.delete()
        else:
            _end_one(row, to_on=on - ONE_DAY)
    PostUnit.objects.bulk_create(
        [
            PostUnit(organization_id=post.organization_id, post=post, department=department, from_on=on)
            for department in wanted.values()
            if department.pk not in standing
        ]
    )


def _open_units(post: Post) -> list[int]:
    open_rows = PostUnit.objects.filter(post=post, to_on__isnull=True)
    return list(open_rows.order_by("department").values_list("department", flat=True))


@transaction.atomic
def change_group(
    *, group: DepartmentGroup, version: int, name: str, departments: Collection[Department], on: date, by: Actor
) -> DepartmentGroup:
    """Rename a group and set its members from `on`; what it expanded to before that day stays as it was."""
    refuse_taken([name], group.organization_id, but=group)
    open_members = {row.department_id: row for row in GroupMember.objects.filter(group=group, to_on__isnull=True)}
    before = {"name": group.name, "departments": sorted(open_members)}
    wanted = {department.pk for department in departments}
    group.name = name
    _save(group, version, "name")
    for number, row in open_members.items():
        if number not in wanted:
            _end_one(row, to_on=on - ONE_DAY)
    GroupMember.objects.bulk_create(
        [
            GroupMember(organization_id=group.organization_id, group=group, department_id=number, from_on=on)
            for number in sorted(wanted - set(open_members))
        ]
    )
    after = {"name": name, "departments": sorted(wanted), "on": on}
    record_change(group, group.organization_id, "changed", after, by, before=before)
    return group


@transaction.atomic
def join_groups(*, department: Department, groups_of: Department, on: date, by: Actor) -> None:
    """Let a unit stand, from `on`, in every group in which another stands."""
    own = GroupMember.objects.filter(department=department, to_on__isnull=True).values("group")
    missing = DepartmentGroup.objects.filter(members__department=groups_of, members__to_on__isnull=True)
    for group in missing.exclude(pk__in=own).order_by("pk"):
        GroupMember.objects.create(
            organization_id=group.organization_id, group=group, department=department, from_on=on
        )
        record_change(group, group.organization_id, "changed", {"joined": department.pk, "on": on}, by)


@transaction.atomic
def revoke(*, grant: RoleGrant, by: Actor) -> RoleGrant:
    """Take a role back at once: yesterday was its last day."""
    grant.to_on = by.today - ONE_DAY
    grant.save(update_fields=["to_on"])
    record_change(grant.user, grant.organization_id, "revoked", {"role": grant.role, "to_on": grant.to_on}, by)
    return grant


def _refuse_circle(department: Department, parent: Department | None) -> None:
    above = parent
    while above is not None:
        if above.pk == department.pk:
            raise BelowItselfError
        above = above.parent


def _other_names(name: str, aliases: Iterable[str]) -> list[str]:
    """Return the aliases once each, without the name itself."""
    found = {normalise(alias): alias.strip() for alias in aliases if alias.strip()}
    found.pop(normalise(name), None)
    return list(found.values())


def _content(row: Model, *names: str) -> Mapping[str, Any]:
    return {name.removesuffix("_id"): getattr(row, name) for name in names}


def _save(row: Any, version: int | None, *fields: str) -> None:
    """Write the fields unless another has written since `version`; recording the change counts it."""
    kept = {name: getattr(row, name) for name in fields}
    same = row.__class__._default_manager.filter(pk=row.pk)
    if version is not None:
        same = same.filter(version=version)
    if not same.update(**kept):
        row.refresh_from_db()
        raise Conflict(row)


def _end(rows: Any, *, to_on: date) -> None:
    for row in rows:
        _end_one(row, to_on=to_on)


def _end_one(row: Any, *, to_on: date) -> None:
    """End a dated row; one that would end before it began never held and ends on the day it began."""
    row.to_on = max(to_on, row.from_on) if row.from_on else to_on
    row.save(update_fields=["to_on"])
