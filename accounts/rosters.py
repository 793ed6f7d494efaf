"""Who is who, read for the pages of units, people, posts and groups."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.choices import MembershipRole
from accounts.models import (
    Department,
    DepartmentAlias,
    DepartmentGroup,
    GroupMember,
    HistoryEntry,
    Membership,
    Person,
    Post,
    PostHolding,
    PostUnit,
    RoleGrant,
    User,
)
from accounts.models.dated import in_force
from accounts.wording import Event, event

MOST_EVENTS = 50
"""How far back a page tells what happened; the rest stays in the history."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit where it stands in the tree; `depth` counts from 0."""

    unit: Department
    depth: int
    aliases: tuple[str, ...]
    heads: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class PersonLine:
    person: Person
    units: tuple[Membership, ...]
    posts: tuple[str, ...]
    user: User | None


@dataclass(frozen=True, slots=True)
class PostLine:
    post: Post
    holdings: tuple[PostHolding, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    group: DepartmentGroup
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonFile:
    """All there is about one person: what holds, then what held."""

    person: Person
    memberships: tuple[Membership, ...]
    holdings: tuple[PostHolding, ...]
    user: User | None
    grants: tuple[RoleGrant, ...]
    entries: tuple[Event, ...]


def units(organization_id: int, *, today: date) -> list[UnitLine]:
    """Return the units as a tree laid flat, in the office's order; dissolved ones are last."""
    rows = list(Department.objects.filter(organization=organization_id).order_by("position", "pk"))
    aliases = _gathered(
        DepartmentAlias.objects.filter(organization=organization_id).order_by("pk").values_list("department_id", "name")
    )
    joined = Membership.objects.on(today).filter(organization=organization_id)
    heads = _gathered(
        joined.filter(role=MembershipRole.HEAD).order_by("pk").values_list("department_id", "person__name")
    )
    people = dict(
        joined.values("department_id").annotate(n=Count("person", distinct=True)).values_list("department_id", "n")
    )
    return [
        UnitLine(unit, depth, tuple(aliases[unit.pk]), tuple(heads[unit.pk]), people.get(unit.pk, 0))
        for unit, depth in _laid_flat(rows)
    ]


def _laid_flat(rows: Sequence[Department]) -> Iterable[tuple[Department, int]]:
    """Yield each unit under its parent, with its depth."""
    standing = [row for row in rows if row.dissolved_on is None]
    known = {row.pk for row in standing}
    below: dict[int | None, list[Department]] = defaultdict(list)
    for row in standing:
        below[row.parent_id if row.parent_id in known else None].append(row)
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, depth = waiting.pop()
        yield row, depth
        waiting += [(child, depth + 1) for child in reversed(below[row.pk])]
    yield from ((row, 0) for row in rows if row.dissolved_on is not None)


def persons(organization_id: int, *, words: str = "", unit: int | None = None, today: date) -> QuerySet[Person]:
    """Return the people whose name, sign-in, telephone or mail holds `words`; those who left come last."""
    found = Person.objects.filter(organization=organization_id)
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(user__username__icontains=words)
            | Q(mobile__icontains=words)
            | Q(email__icontains=words)
        )
    if unit is not None:
        found = found.filter(pk__in=Membership.objects.on(today).filter(department=unit).values("person"))
    return found.order_by("left_on", "name", "pk")


def person_lines(people: Sequence[Person], *, today: date) -> list[PersonLine]:
    """Return one page of people with their units, posts and sign-ins in three queries."""
    ids = [person.pk for person in people]
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for row in Membership.objects.on(today).filter(person__in=ids).select_related("department").order_by("pk"):
        memberships[row.person_id].append(row)
    posts = _gathered(
        PostHolding.objects.on(today)
        .filter(person__in=ids)
        .order_by("post__position", "pk")
        .values_list("person_id", "post__name")
    )
    users = {user.person_id: user for user in User.objects.filter(person__in=ids)}
    return [
        PersonLine(person, tuple(memberships[person.pk]), tuple(posts[person.pk]), users.get(person.pk))
        for person in people
    ]


def posts(organization_id: int, *, today: date) -> list[PostLine]:
    holdings: dict[int, list[PostHolding]] = defaultdict(list)
    for row in PostHolding.objects.on(today).filter(organization=organization_id).select_related("person"):
        holdings[row.post_id].append(row)
    units: dict[int, list[str]] = defaultdict(list)
    answered = PostUnit.objects.on(today).filter(organization=organization_id).order_by("department__position", "pk")
    for post, name in answered.values_list("post", "department__name"):
        units[post].append(name)
    rows = Post.objects.filter(organization=organization_id)
    return [PostLine(post, tuple(holdings[post.pk]), tuple(units[post.pk])) for post in rows.order_by("position", "pk")]


def groups(organization_id: int, *, today: date) -> list[GroupLine]:
    members = _gathered(
        GroupMember.objects.on(today)
        .filter(organization=organization_id)
        .order_by("department__position", "department_id")
        .values_list("group_id", "department__name")
    )
    rows = DepartmentGroup.objects.filter(organization=organization_id).order_by("name", "pk")
    return [GroupLine(group, tuple(members[group.pk])) for group in rows]


def person_file(person: Person, *, today: date) -> PersonFile:
    memberships = Membership.objects.filter(person=person).select_related("department").order_by("to_on", "pk")
    holdings = PostHolding.objects.filter(person=person).select_related("post").order_by("to_on", "pk")
    user = User.objects.filter(person=person).first()
    grants = RoleGrant.objects.filter(in_force(today), user=user).order_by("pk") if user else RoleGrant.objects.none()
    entries = HistoryEntry.objects.filter(
        Q(object_type="person", object_id=person.pk)
        | (Q(object_type="user", object_id=user.pk) if user else Q(pk__in=())),
        organization=person.organization_id,
    ).order_by("-pk")
    return PersonFile(
        person,
        tuple(memberships),
        tuple(holdings),
        user,
        tuple(grants),
        tuple(event(entry) for entry in entries[:MOST_EVENTS]),
    )


def history_of(kind: str, number: int, organization_id: int) -> list[Event]:
    entries = HistoryEntry.objects.filter(organization=organization_id, object_type=kind, object_id=number)
    return [event(entry) for entry in entries.order_by("-pk")[:MOST_EVENTS]]


def _gathered(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for number, name in pairs:
        found[number].append(name)
    return found
