"""Units and people as plain values for programs: one query a relation, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from accounts.access import Reach, require_office
from accounts.choices import MembershipRole
from accounts.models import Department, DepartmentAlias, Membership, Organization, Person, Post, PostHolding, User
from accounts.models.among import among

Row = dict[str, Any]

UNIT_COLUMNS = {
    "id": "pk",
    "name": "name",
    "kind": "kind",
    "parent": "parent_id",
    "position": "position",
    "dissolved_on": "dissolved_on",
    "successor": "successor_id",
    "version": "version",
}
PERSON_COLUMNS = {
    "id": "pk",
    "name": "name",
    "email": "email",
    "mobile": "mobile",
    "left_on": "left_on",
    "username": "user__username",
    "version": "version",
}
UNIT_MEMBERS = (*UNIT_COLUMNS, "aliases", "heads", "people")
PERSON_MEMBERS = (*PERSON_COLUMNS, "memberships", "posts")


def units_for(reach: Reach) -> QuerySet[Department]:
    """Return the office's own units, those that are no more among them; PermissionDenied to all but the office."""
    require_office(reach)
    return Department.objects.filter(organization=reach.organization_id)


def unit_rows(units: QuerySet[Department], *, today: date) -> list[Row]:
    """Return these units with their other names, their heads and how many people they have, in four queries."""
    rows = _rows(UNIT_COLUMNS, units.values_list(*UNIT_COLUMNS.values()))
    ids = [row["id"] for row in rows]
    joined = Membership.objects.on(today).filter(among("department", ids))
    heads = joined.filter(role=MembershipRole.HEAD).order_by("pk")
    people = joined.values("department_id").annotate(n=Count("person", distinct=True))
    numbers = dict(people.values_list("department_id", "n"))
    aliases = DepartmentAlias.objects.filter(among("department", ids)).order_by("pk")
    named = _gathered(aliases.values_list("department_id", "name"))
    headed = _gathered(
        (unit, {"id": person, "name": name})
        for unit, person, name in heads.values_list("department_id", "person_id", "person__name")
    )
    for row in rows:
        row |= {"aliases": named[row["id"]], "heads": headed[row["id"]], "people": numbers.get(row["id"], 0)}
    return rows


def person_rows(people: QuerySet[Person], *, today: date) -> list[Row]:
    """Return these people with the units and posts they have today, in three queries."""
    rows = _rows(PERSON_COLUMNS, people.values_list(*PERSON_COLUMNS.values()))
    ids = [row["id"] for row in rows]
    memberships, posts = _memberships(ids, today=today), _posts(ids, today=today)
    for row in rows:
        row |= {"memberships": memberships[row["id"]], "posts": posts[row["id"]]}
    return rows


def own_row(user: User, reach: Reach) -> Row:
    """Return who somebody is today: with units and posts, and whether for the office."""
    units = Department.objects.filter(pk__in=reach.departments).order_by("position", "pk")
    posts = Post.objects.filter(pk__in=reach.posts).order_by("position", "pk")
    return {
        "id": user.pk,
        "username": user.username,
        "person": _named(user.person),
        "organization": _named(user.organization),
        "departments": [_named(unit) for unit in units],
        "posts": [_named(post) for post in posts],
        "office": reach.office,
    }


def _named(row: Person | Organization | Department | Post | None) -> Row | None:
    return None if row is None else {"id": row.pk, "name": row.name}


def _memberships(ids: Collection[int], *, today: date) -> dict[int, list[Row]]:
    found = Membership.objects.on(today).filter(among("person", ids)).order_by("pk")
    columns = ("person_id", "department_id", "department__name", "role", "from_on", "to_on")
    return _gathered(
        (person, {"department": {"id": unit, "name": name}, "role": role, "from_on": begin, "to_on": end})
        for person, unit, name, role, begin, end in found.values_list(*columns)
    )


def _posts(ids: Collection[int], *, today: date) -> dict[int, list[Row]]:
    found = PostHolding.objects.on(today).filter(among("person", ids)).order_by("post__position", "pk")
    return _gathered(
        (person, {"id": post, "name": name})
        for person, post, name in found.values_list("person_id", "post_id", "post__name")
    )


def _rows(names: Iterable[str], rows: Iterable[Sequence[Any]]) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _gathered[V](pairs: Iterable[tuple[int, V]]) -> defaultdict[int, list[V]]:
    found: defaultdict[int, list[V]] = defaultdict(list)
    for number, value in pairs:
        found[number].append(value)
    return found
