"""Who is to be told of an item: people with a sign-in, by their part in it, and units' groups, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from accounts.choices import MembershipRole, PostRank, Role
from accounts.models import Membership, PostHolding, RoleGrant, User
from accounts.models.among import among
from projects.choices import InvolvementRole
from projects.models import Involvement
from tracker.choices import GroupOccasion, HandoverKind
from tracker.models import Handover, Outlet
from tracker.reminding.due import Audience, Recipient

Ids = tuple[int, ...]
Told = tuple[Recipient, ...]
PERSON, GROUP = "person", "department"
"""A recipient is a person's id, or `department:ID` for the group of a unit."""


def key_of_recipient(recipient: Recipient) -> str:
    """Return what a row of the reminder record calls a recipient."""
    return recipient if isinstance(recipient, str) else f"{PERSON}:{recipient}"


def recipient_of_key(key: str) -> Recipient:
    kind, _, number = key.partition(":")
    return int(number) if kind == PERSON else key


def columns_of_recipient(recipient: Recipient) -> tuple[str, int | None, int | None]:
    """Return the columns of a reminder that name its recipient: the key, the person's and the department's id."""
    key = key_of_recipient(recipient)
    number = int(key.partition(":")[2])
    return (key, number, None) if isinstance(recipient, int) else (key, None, number)


def group_key(department_id: int) -> str:
    return f"{GROUP}:{department_id}"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Person ids by part; whoever has no sign-in is in none of them. `groups` are the units with a group, and what it is told of."""

    owners: Mapping[int, Ids]
    leaders: Mapping[int, Ids]
    leading_units: Mapping[int, Ids]
    clerks: Mapping[int, Ids]
    heads: Mapping[int, Ids]
    main_leaders: Mapping[int, Ids]
    office: Mapping[int, Ids]
    signed_in: Collection[int] = ()
    delegates: Mapping[int, Ids] = field(default_factory=dict)
    groups: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def of_milestone(self, task_id: int, organization_id: int) -> dict[Audience, Told]:
        units = self.leading_units.get(task_id, ())
        return {
            **self._in_groups(units, {Audience.GROUP: GroupOccasion.AHEAD, Audience.LATE_GROUP: GroupOccasion.OVERDUE}),
            Audience.OWNER: self.owners.get(task_id, ()) or self._first(units, self.clerks, self.heads),
            Audience.HEAD: _gathered(self.heads, units),
            Audience.LEADER: self.leaders.get(task_id, ()),
            Audience.MAIN_LEADER: self.main_leaders.get(organization_id, ()),
            Audience.OFFICE: self.office.get(organization_id, ()),
        }

    def of_owed(self, task_id: int, department_id: int) -> dict[Audience, Told]:
        """Return the item's owners who are of that unit, else its clerks, else its heads."""
        groups = self._in_groups(
            (department_id,), {Audience.GROUP: GroupOccasion.OWED, Audience.LATE_GROUP: GroupOccasion.OWED}
        )
        return {Audience.OWNER: self._owing(task_id, department_id), **groups}

    def of_unit(self, task_id: int, department_id: int) -> dict[Audience, Told]:
        """Return whom a question to a unit is told: whoever owes its reports, its heads, and its group if it is to."""
        return {
            Audience.OWNER: self._owing(task_id, department_id),
            Audience.HEAD: self.heads.get(department_id, ()),
            **self._in_groups((department_id,), {Audience.GROUP: GroupOccasion.ASKED}),
        }

    def of_author(self, person_id: int | None, task_id: int, department_id: int) -> dict[Audience, Told]:
        """Return whom an answer to a unit is told: who wrote for it and is still there, and whoever owes its reports."""
        members = {*self.clerks.get(department_id, ()), *self.heads.get(department_id, ())}
        author = (person_id,) if person_id in members else ()
        return {
            Audience.OWNER: tuple(dict.fromkeys((*author, *self._owing(task_id, department_id)))),
            **self._in_groups((department_id,), {Audience.GROUP: GroupOccasion.ANSWERED}),
        }

    def of_person(self, person_id: int | None) -> Ids:
        """Return the person, where there is a sign-in, and those who act for it today."""
        return _reached(person_id, self.signed_in, self.delegates)

    def _owing(self, task_id: int, department_id: int) -> Ids:
        members = {*self.clerks.get(department_id, ()), *self.heads.get(department_id, ())}
        own = tuple(person for person in self.owners.get(task_id, ()) if person in members)
        return own or self._first((department_id,), self.clerks, self.heads)

    def _in_groups(self, units: Ids, occasions: Mapping[Audience, GroupOccasion]) -> dict[Audience, Told]:
        """Return the units' groups by the audience that stands for them, where there are any that are told of this."""
        if not self.groups:
            return {}
        found = {
            audience: tuple(group_key(unit) for unit in units if occasion in self.groups.get(unit, ()))
            for audience, occasion in occasions.items()
        }
        return {audience: groups for audience, groups in found.items() if groups}

    @staticmethod
    def _first(units: Ids, *choices: Mapping[int, Ids]) -> Ids:
        return next((found for choice in choices if (found := _gathered(choice, units))), ())


def recipients_of(
    task_ids: Collection[int], organization_ids: Collection[int], *, today: date, units: Collection[int] = ()
) -> Recipients:
    """Return them for items and their leading units, and for other `units`."""
    parties = list(
        Involvement.objects.on(today)
        .filter(among("task", task_ids))
        .exclude(role=InvolvementRole.SUPPORT)
        .order_by("task", "position", "pk")
        .values_list("task_id", "role", "department_id", "post_id", "person_id")
    )
    signed_in = _signed_in(organization_ids, today)
    holders = _holders(organization_ids, signed_in, today)
    delegates = _delegates(organization_ids, signed_in, today)
    owners: defaultdict[int, list[int]] = defaultdict(list)
    leaders: defaultdict[int, list[int]] = defaultdict(list)
    leading: defaultdict[int, list[int]] = defaultdict(list)
    for task, role, department, post, person in parties:
        people = holders.get(post, ()) if post else _reached(person, signed_in, delegates)
        if role == InvolvementRole.OWNER:
            owners[task] += people
        elif role == InvolvementRole.LEADER:
            leaders[task] += people
        elif role == InvolvementRole.LEAD and department:
            leading[task].append(department)
    asked = {*units, *(unit for found in leading.values() for unit in found)}
    clerks, heads = _members(asked, signed_in, today)
    return Recipients(
        owners=_frozen(owners),
        leaders=_frozen(leaders),
        leading_units=_frozen(leading),
        clerks=clerks,
        heads=heads,
        main_leaders=_main_leaders(organization_ids, signed_in, today),
        office=_office(organization_ids, signed_in, today),
        signed_in=signed_in,
        delegates=delegates,
        groups=_groups(asked),
    )


def _groups(units: Collection[int]) -> dict[int, frozenset[str]]:
    """Return what is told in the group of each unit that has one; a unit that is no more has none."""
    rows = Outlet.objects.filter(department__in=units, active=True, department__dissolved_on__isnull=True)
    found: defaultdict[int, set[str]] = defaultdict(set)
    for unit, tells in rows.values_list("department_id", "tells"):
        found[unit or 0] |= set(tells)
    return {unit: frozenset(tells) for unit, tells in found.items()}


def _delegates(organization_ids: Collection[int], signed_in: set[int], today: date) -> dict[int, Ids]:
    """Return who acts today for whom; units and posts are lent to them with days of their own."""
    rows = Handover.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today),
        organization__in=organization_ids,
        kind=HandoverKind.DELEGATION,
        on__lte=today,
        until__gte=today,
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for giver, taker in rows.order_by("pk").values_list("giver_id", "taker_id"):
        if taker in signed_in:
            found[giver].append(taker)
    return _frozen(found)


def _reached(person: int | None, signed_in: Collection[int], delegates: Mapping[int, Ids]) -> Ids:
    """Return whoever is told in a person's place: the person, where there is a sign-in, and those who act for it."""
    if person is None:
        return ()
    return (*((person,) if person in signed_in else ()), *delegates.get(person, ()))


def office_of(organization_id: int, *, today: date) -> Ids:
    organizations = (organization_id,)
    return _office(organizations, _signed_in(organizations, today), today).get(organization_id, ())


def _signed_in(organization_ids: Collection[int], today: date) -> set[int]:
    """Return the persons who can sign in and haven't left."""
    users = User.objects.filter(organization__in=organization_ids, is_active=True, person__isnull=False)
    here = users.filter(Q(person__left_on__isnull=True) | Q(person__left_on__gt=today))
    return {person for person in here.values_list("person_id", flat=True) if person}


def _gathered(people: Mapping[int, Ids], units: Ids) -> Ids:
    return tuple(dict.fromkeys(person for unit in units for person in people.get(unit, ())))


def _frozen(found: Mapping[int, Iterable[int]]) -> dict[int, Ids]:
    return {key: tuple(dict.fromkeys(people)) for key, people in found.items()}


def _holders(organization_ids: Collection[int], signed_in: set[int], today: date) -> dict[int, Ids]:
    held: defaultdict[int, list[int]] = defaultdict(list)
    rows = PostHolding.objects.on(today).filter(organization__in=organization_ids).order_by("pk")
    for post, person in rows.values_list("post_id", "person_id"):
        if person in signed_in:
            held[post].append(person)
    return _frozen(held)


def _members(units: Collection[int], signed_in: set[int], today: date) -> tuple[dict[int, Ids], dict[int, Ids]]:
    clerks: defaultdict[int, list[int]] = defaultdict(list)
    heads: defaultdict[int, list[int]] = defaultdict(list)
    rows = Membership.objects.on(today).filter(department__in=units).order_by("pk")
    for unit, person, role in rows.values_list("department_id", "person_id", "role"):
        if person in signed_in:
            (heads if role == MembershipRole.HEAD else clerks)[unit].append(person)
    return _frozen(clerks), _frozen(heads)


def _main_leaders(organization_ids: Collection[int], signed_in: set[int], today: date) -> dict[int, Ids]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = PostHolding.objects.on(today).filter(organization__in=organization_ids, post__rank=PostRank.MAIN_LEADER)
    for organization, person in rows.values_list("organization_id", "person_id"):
        if person in signed_in:
            found[organization].append(person)
    return _frozen(found)


def _office(organization_ids: Collection[int], signed_in: set[int], today: date) -> dict[int, Ids]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = RoleGrant.objects.on(today).filter(organization__in=organization_ids, role=Role.OFFICE).order_by("pk")
    for organization, person in rows.values_list("organization_id", "user__person_id"):
        if person in signed_in:
            found[organization].append(person)
    return _frozen(found)
