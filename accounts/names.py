"""One name, one unit: names of units, their aliases and groups never collide, for a table tells them apart by name only."""

from collections.abc import Collection

from django.db.models import Model

from accounts.models import Department, DepartmentAlias, DepartmentGroup, Post


class NameTakenError(ValueError):
    """Another unit, alias, group or post of the organization goes by that name; `name` is the one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is taken")
        self.name = name


def refuse_taken(names: Collection[str], organization_id: int, *, but: Model | None = None) -> None:
    """Raise NameTakenError when a unit, an alias of another unit or a group already goes by one of `names`."""
    own = but.pk if isinstance(but, Department) else 0
    own_group = but.pk if isinstance(but, DepartmentGroup) else 0
    named = {"organization": organization_id, "name__in": names}
    units = Department.objects.filter(**named).exclude(pk=own)
    aliases = DepartmentAlias.objects.filter(**named).exclude(department=own)
    groups = DepartmentGroup.objects.filter(**named).exclude(pk=own_group)
    lists = [rows.values_list("name", flat=True) for rows in (units, aliases, groups)]
    taken = lists[0].union(*lists[1:], all=True)[:1]
    for name in taken:
        raise NameTakenError(name)


def refuse_taken_post(name: str, organization_id: int, *, but: Post | None = None) -> None:
    others = Post.objects.filter(organization=organization_id, name=name).exclude(pk=but.pk if but else 0)
    if others.exists():
        raise NameTakenError(name)
