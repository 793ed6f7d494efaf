"""Making an organization with the first sign-in of its office, and changing how it is called and under whom it stands."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.choices import Role
from accounts.codes import open_sign_in
from accounts.history import Actor
from accounts.models import Organization, User
from accounts.noting import record_change
from accounts.registering import create_organization, create_person, grant


class CircleError(ValueError):
    """An organization can't stand under itself or under one that stands under it."""


@dataclass(frozen=True, slots=True)
class Founded:
    """`code` is the one-time sign-in code, shown this once."""

    organization: Organization
    user: User
    code: str


@transaction.atomic
def found_organization(
    *,
    code: str,
    name: str,
    parent: Organization | None = None,
    office_name: str,
    username: str,
    system: bool = False,
    by: Actor,
    now: datetime,
) -> Founded:
    """Make an organization that can begin: one person signs in for its office. `now` is the real time.

    `system` lets that person look after the installation too, as the first one of all must.
    """
    made = create_organization(code=code, name=name, parent=parent, by=by)
    person = create_person(organization=made, name=office_name, by=by)
    user, sign_in_code = open_sign_in(person=person, username=username, by=by, now=now)
    for role in (Role.OFFICE, Role.SYSTEM) if system else (Role.OFFICE,):
        grant(user=user, organization=made, role=role, from_on=by.today, by=by)
    return Founded(made, user, sign_in_code)


@transaction.atomic
def change_organization(
    *, organization: Organization, version: int, name: str, parent: Organization | None, by: Actor
) -> Organization:
    """Rename an organization or put it under another; raise Conflict or CircleError."""
    # All rows, so that two moves at once can't close a circle.
    rows = {row.pk: row for row in Organization.objects.select_for_update().order_by("pk")}
    above = rows.get(parent.pk) if parent else None
    while above is not None:
        if above.pk == organization.pk:
            raise CircleError
        above = rows.get(above.parent_id or 0)
    row = rows[organization.pk]
    before = {"name": row.name, "parent": row.parent_id}
    after = {"name": name, "parent": parent.pk if parent else None}
    record_change(row, row.pk, "changed", after, by, before=before, version=version)
    row.name, row.parent = name, parent
    row.save(update_fields=["name", "parent"])
    return row
