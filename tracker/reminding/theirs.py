"""Whether whoever a reminder is for can still sign in, and still has the part it was raised for."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    Expression,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from accounts.choices import MembershipRole, PostRank, Role
from accounts.models import Membership, PostHolding, RoleGrant, User
from accounts.models.among import among
from projects.choices import InvolvementRole
from projects.models import Involvement
from tracker.choices import HandoverKind, SubjectKind
from tracker.models import Handover, Owed, Reminder
from tracker.reminding.due import Audience

NO_SIGN_IN, HANDED_ON = "no_sign_in", "handed_on"
MARK = (-1,)
"""Stands in the query where the ids will."""
WHO = OuterRef("person")
"""The one a reminder is for; one query further in it is INNER."""
INNER = OuterRef(WHO)


def why_not_theirs(ids: Collection[int], *, today: date) -> dict[int, str]:
    """Return by id why a reminder isn't this person's any more, of those that aren't; one query.

    A step goes on to whoever has the part now. What is told at once stays with whom it was said to, as long as they
    can sign in: a handover takes along what waits. A unit's group needs no sign-in.
    """
    with connection.cursor() as cursor:
        sql, parameters = _question(today, connection.vendor)
        asked, mark = _asked(ids), _asked(MARK)
        cursor.execute(sql, [asked if each == mark else each for each in parameters])
        return {pk: HANDED_ON if reached else NO_SIGN_IN for pk, reached in cursor.fetchall()}


@lru_cache(maxsize=4)
def _question(today: date, _vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Return the query about the reminders in MARK: to write it takes ten times as long as to have it answered."""
    rows = Reminder.objects.filter(among("pk", MARK), person__isnull=False).annotate(
        reached=Exists(_signed_in(WHO, today)), theirs=_theirs(today)
    )
    found = rows.exclude(reached=True, theirs=True).values_list("pk", "reached")
    sql, parameters = found.query.sql_with_params()
    return sql, tuple(parameters)


def _asked(ids: Iterable[int]) -> str:
    """Return ids as the one parameter that `among` makes of them."""
    *_, found = Reminder.objects.filter(among("pk", ids)).query.sql_with_params()[1]
    return str(found)


def _theirs(today: date) -> Expression:
    """Say as one expression what `recipients` says of all people: a test holds the two together."""
    ours = Involvement.objects.on(today).filter(task=OuterRef("task"))
    leads = Exists(ours.filter(role=InvolvementRole.LEAD, department__in=_units(today)))
    heads = Exists(ours.filter(role=InvolvementRole.LEAD, department__in=_units(today, MembershipRole.HEAD)))
    owns = Exists(ours.filter(_held(today), role=InvolvementRole.OWNER))
    leading = Exists(ours.filter(_held(today), role=InvolvementRole.LEADER))
    owned = Exists(ours.filter(_reached(today), role=InvolvementRole.OWNER))
    first = PostHolding.objects.on(today).filter(
        person=WHO, organization=OuterRef("organization"), post__rank=PostRank.MAIN_LEADER
    )
    office = RoleGrant.objects.on(today).filter(
        user__person=WHO, organization=OuterRef("organization"), role=Role.OFFICE
    )
    return Case(
        When(subject_kind=SubjectKind.OWED, then=_of_owing_unit(today)),
        When(~Q(subject_kind=SubjectKind.MILESTONE), then=Value(True)),
        When(audience=Audience.OWNER, then=_either(Q(owns), Q(leads) & ~Q(owned))),
        When(audience=Audience.HEAD, then=heads),
        When(audience=Audience.LEADER, then=leading),
        When(audience=Audience.MAIN_LEADER, then=Exists(first)),
        When(audience=Audience.OFFICE, then=Exists(office)),
        default=Value(True),
        output_field=BooleanField(),
    )


def _of_owing_unit(today: date) -> Expression:
    """Say whether they are of the unit that owes, and the item's owner where one of its people is."""
    of_unit = Owed.objects.filter(pk=OuterRef("subject_id"), department__in=_units(today))
    owners = Involvement.objects.on(today).filter(task=OuterRef("task"), role=InvolvementRole.OWNER)
    holders = PostHolding.objects.on(today).filter(person__in=_colleagues(today, 3)).values("post")
    named = owners.filter(Q(person__in=_colleagues(today, 2)) | Q(post__in=holders)).filter(_reached(today))
    return _either(Q(Exists(of_unit)) & (Q(Exists(owners.filter(_held(today)))) | ~Q(Exists(named))), Q())


def _colleagues(today: date, depth: int) -> QuerySet[Membership, Any]:
    """Return the people of the unit that owes, for a query so many levels below the reminder's."""
    unit = Owed.objects.filter(pk=_up("subject_id", depth + 1)).values("department")
    return Membership.objects.on(today).filter(department__in=unit).values("person")


def _up(name: str, levels: int) -> OuterRef:
    return OuterRef(name if levels == 1 else _up(name, levels - 1))


def _signed_in(who: Combinable, today: date) -> QuerySet[User]:
    here = Q(person__left_on__isnull=True) | Q(person__left_on__gt=today)
    return User.objects.filter(here, person=who, is_active=True)


def _units(today: date, *roles: MembershipRole) -> QuerySet[Membership, Any]:
    """Return the units they are of, in any role or in one of these."""
    rows = Membership.objects.on(today).filter(person=INNER, role__in=roles or list(MembershipRole))
    return rows.values("department")


def _held(today: date) -> Q:
    """Take a party for theirs: named, acted for today, or a post they hold."""
    posts = PostHolding.objects.on(today).filter(person=INNER).values("post")
    givers = _acting(today).filter(taker=INNER).values("giver")
    return Q(person=WHO) | Q(person__in=givers) | Q(post__in=posts)


def _reached(today: date) -> Q:
    """Take a party for reached: somebody can sign in as it, or for it."""
    acting = _acting(today).filter(Exists(_signed_in(OuterRef("taker"), today)), giver=OuterRef("person"))
    holders = PostHolding.objects.on(today).filter(Exists(_signed_in(OuterRef("person"), today)), post=OuterRef("post"))
    return Q(Exists(_signed_in(OuterRef("person"), today))) | Q(Exists(acting)) | Q(Exists(holders))


def _acting(today: date) -> QuerySet[Handover]:
    running = Q(ended_on__isnull=True) | Q(ended_on__gte=today)
    return Handover.objects.filter(running, kind=HandoverKind.DELEGATION, on__lte=today, until__gte=today)


def _either(first: Q, second: Q) -> Expression:
    return ExpressionWrapper(first | second, output_field=BooleanField())
