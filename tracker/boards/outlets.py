"""The ways the office has set, whom they reach, and what one person may choose among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext

from accounts.access import Reach, require_office
from accounts.models import Department, HistoryEntry, Person
from projects.access import plans_for
from projects.choices import PlanState
from tracker.choices import Channel, GroupOccasion
from tracker.models import Outlet, PersonAddress
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.naming import channel_name
from tracker.reminding.outlets import known_settings
from tracker.reminding.ways import ONLY_WHEN_ASKED, people_reached
from tracker.rules import rules_of


@dataclass(frozen=True, slots=True)
class Line:
    """An outlet as the list shows it: where its messages go, without a secret."""

    outlet: Outlet
    channel: str
    way: str
    tells: tuple[str, ...]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Addable:
    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class Ways:
    """`groups` are units' robots, `gateways` the organization's own; the channels one more of which can be set up."""

    groups: tuple[Line, ...]
    gateways: tuple[Line, ...]
    addable: tuple[Addable, ...]
    units: int


@dataclass(frozen=True, slots=True)
class AddressLine:
    person: Person
    address: str
    usual: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel as one person may choose it: `address` is empty where it doesn't reach them, `why` where it must stay on."""

    channel: str
    name: str
    address: str
    wanted: bool
    why: str
    only_when_asked: bool


def ways(reach: Reach) -> Ways:
    """Return the organization's outlets; raise PermissionDenied for all but the office."""
    require_office(reach)
    rows = Outlet.objects.filter(organization=reach.organization_id, active=True).exclude(channel=Channel.WEBHOOK)
    rows = rows.select_related("department")
    lines = [line_of(row) for row in rows.order_by("department__position", "department", "channel")]
    gateways = {row.outlet.channel for row in lines if row.outlet.department_id is None}
    addable = tuple(
        Addable(name, channel_name(name))
        for name, channel in CHANNELS.items()
        if channel.fields and channel.kind != "system" and (channel.kind == "group" or name not in gateways)
    )
    return Ways(
        groups=tuple(line for line in lines if line.outlet.department_id),
        gateways=tuple(line for line in lines if not line.outlet.department_id),
        addable=addable,
        units=Department.objects.filter(organization=reach.organization_id, dissolved_on__isnull=True).count(),
    )


def line_of(outlet: Outlet) -> Line:
    settings = known_settings(outlet)
    channel = CHANNELS[outlet.channel]
    return Line(
        outlet,
        channel_name(outlet.channel),
        channel.way(settings) if settings else "",
        tuple(occasion_name(each) for each in GroupOccasion if each in outlet.tells),
        sealed=not settings,
    )


def get_outlet(reach: Reach, outlet_id: int) -> Outlet:
    """Return one in use; raise PermissionDenied for all but the office, Http404 where there is none."""
    require_office(reach)
    found = Outlet.objects.filter(organization=reach.organization_id, pk=outlet_id, active=True)
    row = found.exclude(channel=Channel.WEBHOOK).select_related("department", "organization").first()
    if row is None:
        raise Http404
    return row


def units_without(reach: Reach, channel: str) -> list[Department]:
    """Return the units that have no group on this channel yet."""
    taken = Outlet.objects.filter(channel=channel, active=True, department__isnull=False).values("department")
    units = Department.objects.filter(organization=reach.organization_id, dissolved_on__isnull=True)
    return list(units.exclude(pk__in=taken).order_by("position", "pk"))


def history_of(outlet: Outlet) -> Sequence[HistoryEntry]:
    return list(HistoryEntry.objects.filter(object_type="outlet", object_id=outlet.pk).order_by("-object_version"))


def address_lines(outlet: Outlet) -> list[AddressLine]:
    """Return everyone who can sign in, with the address kept for the outlet and the one used without."""
    people = Person.objects.filter(
        Q(left_on__isnull=True), organization=outlet.organization_id, user__is_active=True
    ).order_by("name", "pk")
    kept = dict(
        PersonAddress.objects.filter(organization=outlet.organization_id, channel=outlet.channel).values_list(
            "person_id", "address"
        )
    )
    mobile = outlet.channel == Channel.SMS
    return [AddressLine(each, kept.get(each.pk, ""), each.mobile if mobile else "") for each in people]


def choices_of(reach: Reach, *, today: date) -> tuple[Choice, ...]:
    """Return the channels that reach the organization's people, as this one may choose them; none without a person."""
    person = Person.objects.filter(pk=reach.person_id or 0).first()
    if person is None:
        return ()
    (to,) = people_reached([person]).values()
    found = {way.channel: way.address for way in to.ways}
    there = set(
        Outlet.objects.filter(organization=person.organization_id, active=True, department=None).values_list(
            "channel", flat=True
        )
    )
    duties = _duties(reach, today)
    return tuple(
        Choice(
            name,
            channel_name(name),
            found.get(name, ""),
            wanted=name not in to.spare or name in duties,
            why=gettext("、").join(duties.get(name, ())),
            only_when_asked=name in ONLY_WHEN_ASKED,
        )
        for name, channel in CHANNELS.items()
        if channel.kind == "person" and (not channel.fields or name in there)
    )


def occasion_name(occasion: str) -> str:
    names = {
        GroupOccasion.AHEAD: gettext("到期前和当天"),
        GroupOccasion.OVERDUE: gettext("逾期"),
        GroupOccasion.OWED: gettext("未报送"),
        GroupOccasion.ASKED: gettext("批示、催办、请协调、请配合"),
        GroupOccasion.ANSWERED: gettext("退回和答复"),
    }
    return names[GroupOccasion(occasion)]


def _duties(reach: Reach, today: date) -> Mapping[str, tuple[str, ...]]:
    """Return by channel the plans that oblige it, of those the person takes part in."""
    plans = list(plans_for(reach, today=today).filter(state=PlanState.ISSUED).order_by("year", "pk"))
    rules = rules_of(plans, on=today)
    found: dict[str, tuple[str, ...]] = {}
    for plan in plans:
        for channel in rules[plan.pk].obliged_channels:
            found[channel] = (*found.get(channel, ()), plan.title)
    return found
