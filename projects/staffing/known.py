"""Who is known before a staff list is taken in, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.choices import MembershipRole
from accounts.directory import Directory
from accounts.models import Department, Membership, Person, PostHolding, User

GENERATED = "s"
"""How a sign-in name begins that nobody asked for: s001, s002."""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`units` are the units belonged to beyond today, by id, with the role in each; `posts` likewise."""

    id: int
    name: str
    mobile: str
    email: str
    username: str = ""
    units: Mapping[int, MembershipRole] = field(default_factory=dict)
    posts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """`gone` are the names of units that are no more and have no heir; `usernames` are in small letters."""

    directory: Directory
    by_name: Mapping[str, tuple[KnownPerson, ...]]
    by_mobile: Mapping[str, KnownPerson]
    gone: frozenset[str]
    usernames: frozenset[str]


def load_known(organization_id: int, *, usernames: Iterable[str], today: date) -> Known:
    """Return what the list meets; `usernames` are those it may ask for, which are one person's in the installation."""
    people = _people(organization_id, today)
    by_name: dict[str, list[KnownPerson]] = defaultdict(list)
    for person in people:
        by_name[person.name].append(person)
    gone = Department.objects.filter(organization=organization_id, dissolved_on__lte=today, successor__isnull=True)
    taken = User.objects.annotate(small=Lower("username")).filter(
        Q(small__in={name.casefold() for name in usernames}) | Q(small__regex=rf"^{GENERATED}[0-9]+$")
    )
    return Known(
        Directory.load(organization_id, today=today),
        {name: tuple(those) for name, those in by_name.items()},
        {person.mobile: person for person in reversed(people) if person.mobile},
        frozenset(gone.values_list("name", flat=True)),
        frozenset(taken.values_list("small", flat=True)),
    )


def _people(organization_id: int, today: date) -> list[KnownPerson]:
    units: dict[int, dict[int, MembershipRole]] = defaultdict(dict)
    joined = Membership.objects.on(today).exclude(to_on=today).filter(organization=organization_id).order_by("pk")
    for person, unit, role in joined.values_list("person_id", "department_id", "role"):
        if units[person].get(unit) != MembershipRole.HEAD:
            units[person][unit] = MembershipRole(role)
    posts: dict[int, set[int]] = defaultdict(set)
    held = PostHolding.objects.on(today).exclude(to_on=today).filter(organization=organization_id)
    for person, post in held.values_list("person_id", "post_id"):
        posts[person].add(post)
    there = Q(left_on__isnull=True) | Q(left_on__gt=today)
    rows = Person.objects.filter(there, organization=organization_id).order_by("pk")
    return [
        KnownPerson(pk, name, mobile, email, username or "", units[pk], frozenset(posts[pk]))
        for pk, name, mobile, email, username in rows.values_list("pk", "name", "mobile", "email", "user__username")
    ]
