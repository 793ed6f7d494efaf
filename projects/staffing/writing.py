"""Writing what a staff list says, all of it or nothing, with its history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.choices import MembershipRole
from accounts.codes import open_sign_in
from accounts.history import Actor
from accounts.maintaining import ONE_DAY, change_person, end_membership
from accounts.models import Department, Membership, Organization, Person, Post, PostHolding
from accounts.registering import create_department, create_person, create_post, hold_post, join
from projects.reading.staff import StaffList
from projects.staffing.deciding import Line, PostAct, Proposal, decide
from projects.staffing.known import load_known


class OutdatedError(ValueError):
    """Who is known has changed since the proposal was seen."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed: a sign-in name and its one-time code."""

    name: str
    unit: str
    username: str
    code: str


def propose(*, organization: Organization, staff: StaffList, same: Mapping[int, int], by: Actor) -> Proposal:
    wanted = [name for row in staff.rows for name in (row.username, row.mobile) if name]
    known = load_known(organization.pk, usernames=wanted, today=by.today)
    return decide(staff, known, same=same)


@transaction.atomic
def take_in(
    *,
    organization: Organization,
    staff: StaffList,
    seen: str,
    same: Mapping[int, int],
    sign_ins: bool,
    by: Actor,
    now: datetime,
) -> tuple[Proposal, list[Slip]]:
    """Write the list as it was proposed; `seen` is the digest of what was shown, `now` the real time codes count from.

    Raise OutdatedError or NameTakenError. The organization's row is held meanwhile, so that of two who confirm one list the second finds everyone known.
    """
    Organization.objects.select_for_update().get(pk=organization.pk)
    if propose(organization=organization, staff=staff, same={}, by=by).digest != seen:
        raise OutdatedError
    proposal = propose(organization=organization, staff=staff, same=same, by=by)
    writing = _Writing(organization, by)
    writing.make_units(proposal)
    slips = []
    for line in proposal.lines:
        person = writing.person(line)
        writing.belong(line, person)
        if sign_ins and line.username:
            user, code = open_sign_in(person=person, username=line.username, by=by, now=now)
            slips.append(Slip(person.name, line.unit, user.username, code))
    return proposal, slips


@dataclass(slots=True)
class _Writing:
    organization: Organization
    by: Actor
    units: dict[str, Department] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def make_units(self, proposal: Proposal) -> None:
        """Make the new units in the list's order, behind those that stand."""
        last = Department.objects.filter(organization=self.organization).aggregate(last=Max("position"))["last"] or 0
        for place, unit in enumerate(proposal.units, start=last + 1):
            self.units[unit.name] = create_department(
                organization=self.organization, name=unit.name, position=place, by=self.by
            )

    def person(self, line: Line) -> Person:
        if line.key not in self.people:
            self.people[line.key] = self._met(line)
        return self.people[line.key]

    def _met(self, line: Line) -> Person:
        row = line.row
        if line.person_id is None:
            return create_person(
                organization=self.organization, name=row.name, email=row.email, mobile=row.mobile, by=self.by
            )
        person = Person.objects.get(pk=line.person_id, organization=self.organization)
        if line.changes:
            facts = {"mobile": person.mobile, "email": person.email} | {name: new for name, _, new in line.changes}
            change_person(person=person, version=person.version, name=person.name, by=self.by, **facts)
        return person

    def belong(self, line: Line, person: Person) -> None:
        today = self.by.today
        if line.role is not None:
            unit = self.units[line.unit] if line.unit_id is None else Department.objects.get(pk=line.unit_id)
            if line.was is not None:
                self._end(person, unit, line.was)
            if not Membership.objects.filter(person=person, department=unit, role=line.role, to_on=None).exists():
                join(person=person, department=unit, role=line.role, from_on=today, by=self.by)
        for act in line.posts:
            post = self._post(act)
            if not PostHolding.objects.filter(post=post, person=person, to_on=None).exists():
                hold_post(post=post, person=person, from_on=today, by=self.by)

    def _end(self, person: Person, unit: Department, role: MembershipRole) -> None:
        belonging = Membership.objects.on(self.by.today).exclude(to_on=self.by.today)
        for row in belonging.filter(person=person, department=unit, role=role):
            end_membership(membership=row, to_on=self.by.today - ONE_DAY, by=self.by)

    def _post(self, act: PostAct) -> Post:
        if act.id is not None:
            return Post.objects.get(pk=act.id, organization=self.organization)
        if act.name not in self.posts:
            last = Post.objects.filter(organization=self.organization).aggregate(last=Max("position"))["last"] or 0
            self.posts[act.name] = create_post(
                organization=self.organization, name=act.name, rank=act.rank, position=last + 1, by=self.by
            )
        return self.posts[act.name]
