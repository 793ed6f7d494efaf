"""The sample office registered through the operations that pages use."""

from dataclasses import dataclass, field

from accounts import registering
from accounts.history import Actor
from accounts.models import Department, Organization, Person, Post, User
from seeds import office as text


@dataclass(slots=True)
class Staff:
    """One registered organization, its rows by the names that the text gives them."""

    organization: Organization
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


def register(organization: text.Organization, *, year: int, password: str, by: Actor) -> Staff:
    """Make the organization with its units, people, posts, groups and sign-ins as of `year`."""
    made = registering.create_organization(code=organization.code, name=organization.name, by=by)
    staff = Staff(made)
    _register_departments(organization, staff, by)
    _register_people(organization, staff, by)
    for position, post in enumerate(organization.posts):
        staff.posts[post.name] = _register_post(post, position, staff, year, by)
    for sign_in in organization.sign_ins:
        staff.users[sign_in.username] = _register_user(sign_in, staff, password, by)
    return staff


def _register_departments(organization: text.Organization, staff: Staff, by: Actor) -> None:
    for position, department in enumerate(organization.departments):
        staff.departments[department.name] = registering.create_department(
            organization=staff.organization,
            name=department.name,
            kind=department.kind,
            position=position,
            aliases=department.aliases,
            by=by,
        )
    for group in organization.groups:
        members = [staff.departments[name] for name in group.departments]
        registering.create_group(organization=staff.organization, name=group.name, departments=members, by=by)


def _register_people(organization: text.Organization, staff: Staff, by: Actor) -> None:
    for person in organization.people:
        made = registering.create_person(organization=staff.organization, name=person.name, email=person.email, by=by)
        staff.people[person.name] = made
        for membership in person.memberships:
            department = staff.departments[membership.department]
            registering.join(person=made, department=department, role=membership.role, from_on=None, by=by)


def _register_post(post: text.Post, position: int, staff: Staff, year: int, by: Actor) -> Post:
    made = registering.create_post(
        organization=staff.organization, name=post.name, rank=post.rank, position=position, by=by
    )
    for holding in post.holdings:
        since = holding.since.of(year) if holding.since else None
        held = registering.hold_post(post=made, person=staff.people[holding.person], from_on=since, by=by)
        if holding.until:
            registering.leave_post(holding=held, to_on=holding.until.of(year), by=by)
    return made


def _register_user(sign_in: text.SignIn, staff: Staff, password: str, by: Actor) -> User:
    made = registering.create_user(
        username=sign_in.username,
        password=password,
        organization=staff.organization,
        person=staff.people[sign_in.person],
        by=by,
    )
    if sign_in.role:
        registering.grant(user=made, organization=staff.organization, role=sign_in.role, from_on=None, by=by)
    return made
