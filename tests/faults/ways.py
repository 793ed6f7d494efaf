"""The ways a fault test lets messages go besides mail, all to one webhook sink; run inside a Django process."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Department, Organization, Person
from tracker.choices import Channel, GroupOccasion
from tracker.models import ChannelPreference, Outlet, PersonAddress
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.sealing import seal


def set_ways(channels: Iterable[str], sink: str, *, organization: Organization) -> None:
    """Give each unit a group by one of the robots among them in turn, and each person an address on the others.

    `sink` is its address with the mode, http://host:port/take.
    """
    robots = [name for name in channels if CHANNELS[name].kind == "group"]
    for number, unit in enumerate(Department.objects.filter(organization=organization).order_by("pk")):
        for name in robots[number % len(robots) :][:1] if robots else ():
            _outlet(name, sink, organization, unit)
    for name in channels:
        if name != Channel.MAIL and name not in robots:
            _outlet(name, sink, organization, None)
            _reach_everybody(name, organization)


def only_by(channel: str, sink: str, *, organization: Organization) -> None:
    """Let messages go by this channel alone, so that a test that kills at a point kills it there."""
    if channel != Channel.MAIL:
        Person.objects.filter(organization=organization).update(email="")
        set_ways([channel], sink, organization=organization)


def _outlet(name: str, sink: str, organization: Organization, unit: Department | None) -> None:
    now = timezone.now()
    Outlet.objects.create(
        organization=organization,
        department=unit,
        channel=name,
        label=name,
        settings_sealed=seal(_told(sink)),
        tells=[occasion.value for occasion in GroupOccasion],
        created_at=now,
        changed_at=now,
    )


def _told(sink: str) -> dict[str, str]:
    """Return what any of them must be told; no secret, so that a second copy has the same bytes."""
    body = '{"to": "{phone}", "text": "{text} {code}"}'
    of_apps = {"base": sink, "corp": "c1", "key": "k1", "secret": "s1", "app": "a1", "agent": "7"}
    return {"url": f"{sink}/hook", "body": body, "success": "code=0"} | of_apps


def _reach_everybody(name: str, organization: Organization) -> None:
    people = list(Person.objects.filter(organization=organization))
    PersonAddress.objects.bulk_create(
        PersonAddress(organization=organization, person=person, channel=name, address=f"1380000{person.pk:04d}")
        for person in people
    )
    ChannelPreference.objects.bulk_create(
        ChannelPreference(organization=organization, person=person, channel=name, wanted=True) for person in people
    )
