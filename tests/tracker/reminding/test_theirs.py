"""Whose a step is at the last look is whom the rules would tell: one question asked of everybody, another of one reminder."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Person, User
from accounts.registering import set_active
from projects.choices import InvolvementRole
from projects.models import Involvement, Plan
from tests.cast import TODAY, Cast, at, task_of
from tracker.choices import SubjectKind
from tracker.handover import delegate
from tracker.models import Owed, Reminder
from tracker.reminding.due import GROUPS, Audience
from tracker.reminding.recipients import recipients_of
from tracker.reminding.theirs import HANDED_ON, NO_SIGN_IN, why_not_theirs
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db


def named(plan: Plan, **party: object) -> None:
    task = task_of(plan, "1")
    Involvement.objects.create(organization_id=task.organization_id, task=task, role=InvolvementRole.OWNER, **party)


def nothing(_: Cast, __: Plan) -> None:
    """Leave the item to the unit's clerks."""


def owner(cast: Cast, plan: Plan) -> None:
    named(plan, person=cast.head.person)


def owner_who_cannot_sign_in(cast: Cast, plan: Plan) -> None:
    named(plan, person=cast.head.person)
    set_active(user=cast.head, active=False, by=cast.actor())


def owner_by_post(cast: Cast, plan: Plan) -> None:
    named(plan, post=cast.deputy_post)


def owner_elsewhere(cast: Cast, plan: Plan) -> None:
    named(plan, person=cast.economy_clerk.person)


def delegated(cast: Cast, plan: Plan) -> None:
    owner(cast, plan)
    acting(cast, cast.head, cast.investment_clerk)


def delegated_by_one_who_cannot_sign_in(cast: Cast, plan: Plan) -> None:
    owner_who_cannot_sign_in(cast, plan)
    acting(cast, cast.head, cast.investment_clerk)


def nobody_left(cast: Cast, _: Plan) -> None:
    for user in (cast.clerk, cast.head):
        set_active(user=user, active=False, by=cast.actor())


def acting(cast: Cast, giver: User, taker: User) -> None:
    assert giver.person is not None
    assert taker.person is not None
    delegate(
        giver=giver.person,
        taker=taker.person,
        on=TODAY,
        until=TODAY + timedelta(days=7),
        reason="出差",
        token="acting",
        by=cast.actor(),
        now=at(TODAY),
    )


@pytest.mark.parametrize(
    "change",
    [
        nothing,
        owner,
        owner_who_cannot_sign_in,
        owner_by_post,
        owner_elsewhere,
        delegated,
        delegated_by_one_who_cannot_sign_in,
        nobody_left,
    ],
)
def test_it_is_theirs_whom_the_rules_would_tell(cast: Cast, plan: Plan, change: Callable[[Cast, Plan], None]) -> None:
    open_rounds(today=TODAY)
    change(cast, plan)
    road, owed = task_of(plan, "1"), Owed.objects.get(task=task_of(plan, "1"))
    people = recipients_of({road.pk}, {cast.organization.pk}, today=TODAY)
    wanted = {
        SubjectKind.MILESTONE: people.of_milestone(road.pk, cast.organization.pk),
        SubjectKind.OWED: {Audience.OWNER: people.of_owed(road.pk, owed.department_id)[Audience.OWNER]},
    }
    for kind, told in wanted.items():
        for audience in set(told) - GROUPS:
            rows = {who.pk: row_for(kind, audience, who, road.pk, owed.pk) for who in Person.objects.all()}
            gone = why_not_theirs([row.pk for row in rows.values()], today=TODAY)
            theirs = {who for who, row in rows.items() if row.pk not in gone}
            # A head stands in only where a unit has no clerk; told as one of the unit, it still is of the unit.
            besides = {cast.head.person_id} if audience == Audience.OWNER else set()
            assert set(told[audience]) <= theirs <= {*told[audience], *besides}, (kind, audience)


def row_for(kind: SubjectKind, audience: Audience, who: Person, task: int, owed: int) -> Reminder:
    return Reminder.objects.create(
        organization_id=who.organization_id,
        subject_kind=kind,
        subject_id=owed if kind == SubjectKind.OWED else 1,
        cycle=1,
        step=f"{audience}",
        recipient=f"person:{who.pk}",
        person=who,
        task_id=task,
        audience=audience,
        tell_at=at(TODAY),
        raised_at=at(TODAY),
    )


def test_the_reason_says_whether_the_sign_in_or_the_part_is_gone(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    assert cast.clerk.person is not None
    assert cast.economy_clerk.person is not None
    mine = row_for(SubjectKind.MILESTONE, Audience.OWNER, cast.clerk.person, road.pk, 0)
    other = row_for(SubjectKind.MILESTONE, Audience.OWNER, cast.economy_clerk.person, road.pk, 0)
    assert why_not_theirs([mine.pk, other.pk], today=TODAY) == {other.pk: HANDED_ON}
    set_active(user=cast.clerk, active=False, by=cast.actor())
    assert why_not_theirs([mine.pk, other.pk], today=TODAY) == {mine.pk: NO_SIGN_IN, other.pk: HANDED_ON}
