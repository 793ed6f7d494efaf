"""Units merged or split within the year: items and people pass to another unit, with everything that was kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.history import Actor
from accounts.maintaining import dissolve_department, join_groups, move_member
from accounts.models import Department, GroupMember, Membership, PostUnit
from projects.choices import InvolvementRole
from projects.models import Involvement, Task
from projects.swapping import Party, items_of, swap_parties


@dataclass(frozen=True, slots=True)
class Share:
    """An open item in which the unit has a part, and in which roles."""

    task: Task
    roles: tuple[InvolvementRole, ...]


@dataclass(frozen=True, slots=True)
class Estate:
    """What a unit has that would pass on, for the preview."""

    shares: tuple[Share, ...]
    members: tuple[Membership, ...]
    groups: tuple[str, ...]
    posts: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def leads(self) -> int:
        return sum(InvolvementRole.LEAD in share.roles for share in self.shares)


class SameUnitError(ValueError):
    """A unit can't pass on to itself or to one that is no more."""


def estate_of(department: Department, *, today: date) -> Estate:
    """Return it in a fixed number of queries."""
    tasks = items_of(Party.of(department), today=today)
    roles: dict[int, set[InvolvementRole]] = {}
    parts = Involvement.objects.on(today).filter(task__in=[task.pk for task in tasks], department=department)
    for task, role in parts.values_list("task_id", "role"):
        roles.setdefault(task, set()).add(InvolvementRole(role))
    members = Membership.objects.on(today).filter(department=department).select_related("person").order_by("pk")
    groups = GroupMember.objects.on(today).filter(department=department).order_by("group__name")
    posts = PostUnit.objects.on(today).filter(department=department).order_by("post__position", "pk")
    below = department.children.filter(dissolved_on__isnull=True).order_by("position", "pk")
    return Estate(
        shares=tuple(Share(task, tuple(sorted(roles.get(task.pk, ())))) for task in tasks),
        members=tuple(members),
        groups=tuple(groups.values_list("group__name", flat=True)),
        posts=tuple(posts.values_list("post__name", flat=True)),
        below=tuple(below.values_list("name", flat=True)),
    )


@transaction.atomic
def pass_on(
    *,
    source: Department,
    target: Department,
    task_ids: Collection[int],
    membership_ids: Collection[int] = (),
    dissolve: bool = False,
    version: int | None = None,
    reason: str,
    by: Actor,
    now: datetime,
) -> list[Task]:
    """Give these items and people of one unit to another from today on; with `dissolve` all of them, and the unit ends.

    Reports, history and the words as issued keep the old name. Raise SameUnitError or Conflict.
    """
    if source.pk == target.pk or target.dissolved_on is not None or source.organization_id != target.organization_id:
        raise SameUnitError(target.name)
    party = Party.of(source)
    tasks = [task for task in items_of(party, today=by.today) if dissolve or task.pk in task_ids]
    members = Membership.objects.on(by.today).filter(department=source).select_related("person").order_by("pk")
    for membership in members:
        if dissolve or membership.pk in membership_ids:
            move_member(membership=membership, to=target, on=by.today, by=by)
    if dissolve:
        join_groups(department=target, groups_of=source, on=by.today, by=by)
        dissolve_department(department=source, on=by.today, successor=target, by=by, reason=reason, version=version)
    # Last, so that whoever is told of the change sees the unit gone.
    return swap_parties(tasks=tasks, swaps={party: Party.of(target)}, reason=reason, by=by, now=now)
