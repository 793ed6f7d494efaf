"""Setting the ways a message can go, and people's addresses on them; history says who, when and what, never a secret."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.history import Actor
from accounts.models import Department, Organization, Person
from accounts.noting import record_change, record_made
from tracker.choices import GroupOccasion
from tracker.models import Outlet, PersonAddress
from tracker.reminding.channels.protocol import Channel
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.sealing import SealBrokenError, opened, seal

USUAL = (GroupOccasion.AHEAD, GroupOccasion.OVERDUE, GroupOccasion.OWED)
"""What a group is told unless the office says otherwise: dates and reports; what was said to a person stays with them."""


class TakenError(ValueError):
    """That unit, or the organization, has an outlet of this channel in use already."""


class ProblemsError(ValueError):
    """The settings won't do; `fields` says of each why."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("the settings won't do")
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Told:
    """What the office says of an outlet; a secret left empty stays as it is."""

    label: str
    settings: Mapping[str, str]
    tells: Collection[str] = ()


def add_outlet(
    *, organization: Organization, channel: str, department: Department | None, told: Told, by: Actor, now: datetime
) -> Outlet:
    """Raise ProblemsError for settings that won't do, TakenError where there is one in use."""
    _check(CHANNELS[channel], told.settings)
    row = Outlet(
        organization=organization,
        channel=channel,
        department=department,
        label=told.label,
        settings_sealed=seal(told.settings),
        tells=sorted(told.tells) if department else [],
        created_at=now,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            row.save()
            made = {"channel": channel, "department": row.department_id, "label": row.label, "tells": row.tells}
            record_made(row, row.organization_id, {**made, "settings": sorted(told.settings)}, by)
    except IntegrityError as error:
        raise TakenError from error
    return row


@transaction.atomic
def change_outlet(*, outlet: Outlet, told: Told, version: int, by: Actor, now: datetime) -> Outlet:
    """Raise ProblemsError for settings that won't do, Conflict when somebody changed it since `version` was seen."""
    row = Outlet.objects.select_for_update().get(pk=outlet.pk)
    channel = CHANNELS[row.channel]
    before = known_settings(row)
    secret = {field.name for field in channel.fields if field.secret}
    said = {
        field.name: told.settings.get(field.name, "") or (before.get(field.name, "") if field.name in secret else "")
        for field in channel.fields
    }
    _check(channel, said)
    old = {"label": row.label, "tells": row.tells}
    row.label, row.changed_at = told.label, now
    row.tells = sorted(told.tells) if row.department_id else []
    row.settings_sealed = seal(said) if said != before else row.settings_sealed
    changed = sorted(name for name in said if said[name] != before.get(name, ""))
    after = {"label": row.label, "tells": row.tells, "settings": changed}
    row.save(update_fields=["label", "tells", "settings_sealed", "changed_at"])
    record_change(row, row.organization_id, "changed", after, by, before=old, version=version)
    return row


@transaction.atomic
def remove_outlet(*, outlet: Outlet, version: int, by: Actor, now: datetime) -> None:
    """Take it out of use for good; what waits to go through it ends. Raise Conflict when it was changed since."""
    row = Outlet.objects.select_for_update().get(pk=outlet.pk)
    row.active, row.changed_at = False, now
    row.save(update_fields=["active", "changed_at"])
    record_change(row, row.organization_id, "removed", {"active": False}, by, version=version)


@transaction.atomic
def set_addresses(*, outlet: Outlet, addresses: Mapping[int, str], by: Actor) -> int:
    """Keep where people of the outlet's organization are reached on it; return how many addresses are new or other."""
    people = Person.objects.select_for_update().filter(pk__in=addresses, organization=outlet.organization_id)
    known = {row.person_id: row for row in PersonAddress.objects.filter(channel=outlet.channel, person__in=addresses)}
    changed = 0
    for person in people.order_by("pk"):
        address, row = addresses[person.pk].strip(), known.get(person.pk)
        if address == (row.address if row else ""):
            continue
        changed += 1
        if row is None:
            row = PersonAddress.objects.create(
                organization_id=outlet.organization_id, person=person, channel=outlet.channel, address=address
            )
            after = {"person": person.pk, "channel": row.channel, "address": address}
            record_made(row, row.organization_id, after, by)
        else:
            before, row.address = row.address, address
            row.save(update_fields=["address"])
            record_change(row, row.organization_id, "changed", {"address": address}, by, before={"address": before})
    return changed


def known_settings(outlet: Outlet) -> dict[str, str]:
    """Return the settings, or nothing where no key opens them: then all of them have to be said again."""
    try:
        return opened(outlet.settings_sealed)
    except SealBrokenError:
        return {}


def _check(channel: Channel, said: Mapping[str, str]) -> None:
    if problems := channel.problems(said):
        raise ProblemsError(problems)
