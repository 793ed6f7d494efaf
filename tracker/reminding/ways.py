"""Where recipients are reached: their addresses, what they want and what their plans oblige, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Department, Person
from projects.models import Plan, Task
from tracker.choices import Channel
from tracker.models import ChannelPreference, Outlet, PersonAddress, Reminder
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.recipients import GROUP, PERSON
from tracker.rules import rules_of

ONLY_WHEN_ASKED = frozenset({Channel.SMS.value})
"""Channels that cost: they are told on by wish, by duty, or where nothing else got through."""


@dataclass(frozen=True, slots=True)
class Way:
    """One address on one channel, and the outlet through which it goes, if the environment doesn't say it."""

    channel: str
    address: str
    outlet_id: int | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person who can sign in, or a unit with a group. `spare` are the channels told on only by duty or in need."""

    key: str
    name: str
    person: Person | None = None
    department: Department | None = None
    ways: tuple[Way, ...] = ()
    spare: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Directory:
    """Those who can be told, by recipient, and by item the channels its plan obliges."""

    addressees: Mapping[str, Addressee]
    obliged: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def ways(self, reminder: Reminder) -> tuple[Way, ...]:
        """Return the ways a reminder goes to its recipient."""
        to = self.addressees[reminder.recipient]
        left_out = to.spare - self.obliged.get(reminder.task_id or 0, frozenset())
        return tuple(way for way in to.ways if way.channel not in left_out)


def directory_of(reminders: Iterable[Reminder], *, on: date) -> Directory:
    rows = list(reminders)
    people = Person.objects.filter(user__is_active=True, pk__in={row.person_id for row in rows if row.person_id})
    units = {row.department_id for row in rows if row.department_id}
    outlets = _outlets({row.organization_id for row in rows})
    found = people_reached(people.order_by("pk"), outlets)
    found |= _groups_reached(units, outlets) if units else {}
    return Directory(found, _obliged({row.task_id for row in rows if row.task_id}, on))


def people_reached(people: Iterable[Person], outlets: Iterable[Outlet] | None = None) -> dict[str, Addressee]:
    """Return every way to each of these people, in the order in which one stands in for another."""
    listed = list(people)
    ids = [person.pk for person in listed]
    ways = _outlets({person.organization_id for person in listed}) if outlets is None else outlets
    gateways = {(each.organization_id, each.channel): each.pk for each in ways if each.department_id is None}
    kept = {
        (person, channel): address
        for person, channel, address in PersonAddress.objects.filter(person__in=ids).values_list(
            "person_id", "channel", "address"
        )
    }
    wanted: defaultdict[int, dict[str, bool]] = defaultdict(dict)
    for said in ChannelPreference.objects.filter(person__in=ids):
        wanted[said.person_id][said.channel] = said.wanted
    return {
        f"{PERSON}:{person.pk}": Addressee(
            f"{PERSON}:{person.pk}",
            person.name,
            person=person,
            ways=tuple(_ways(person, gateways, kept)),
            spare=frozenset(name for name in CHANNELS if not _wants(wanted[person.pk], name)),
        )
        for person in listed
    }


def _ways(
    person: Person, gateways: Mapping[tuple[int, str], int], kept: Mapping[tuple[int, str], str]
) -> Iterable[Way]:
    for name, channel in CHANNELS.items():
        outlet = gateways.get((person.organization_id, name))
        if channel.kind != "person" or (channel.fields and outlet is None):
            continue
        known = kept.get((person.pk, name)) or (person.mobile if name == Channel.SMS else "")
        if address := channel.address_of(person, known):
            yield Way(name, address, outlet if channel.fields else None)


def _wants(said: Mapping[str, bool], channel: str) -> bool:
    return said.get(channel, channel not in ONLY_WHEN_ASKED)


def _groups_reached(units: Collection[int], outlets: Iterable[Outlet]) -> dict[str, Addressee]:
    """Return the units that have a group. Its robot's address is a secret: its place in the record is the outlet."""
    robots: defaultdict[int, list[Way]] = defaultdict(list)
    for outlet in outlets:
        if outlet.department_id and outlet.department_id in units and outlet.channel in CHANNELS:
            robots[outlet.department_id].append(Way(outlet.channel, f"outlet:{outlet.pk}", outlet.pk))
    found = Department.objects.filter(pk__in=robots, dissolved_on__isnull=True)
    return {
        f"{GROUP}:{unit.pk}": Addressee(f"{GROUP}:{unit.pk}", unit.name, department=unit, ways=tuple(robots[unit.pk]))
        for unit in found
    }


def _outlets(organizations: Collection[int]) -> list[Outlet]:
    return list(Outlet.objects.filter(organization__in=organizations, active=True).order_by("pk"))


def _obliged(task_ids: Collection[int], on: date) -> dict[int, frozenset[str]]:
    if not task_ids:
        return {}
    plan_of = dict(Task.objects.filter(pk__in=task_ids).values_list("pk", "plan_id"))
    rules = rules_of(list(Plan.objects.filter(pk__in=set(plan_of.values()))), on=on)
    return {task: frozenset(rules[plan].obliged_channels) for task, plan in plan_of.items()}
