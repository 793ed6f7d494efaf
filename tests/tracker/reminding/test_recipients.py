"""Only people who can sign in are reminded, each for the part they have today."""

from datetime import date, timedelta

import pytest

from accounts.choices import MembershipRole
from accounts.models import User
from accounts.registering import join
from projects.choices import InvolvementRole
from projects.models import Involvement, Milestone
from tests.cast import Cast, at
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, THE_DAY, digest, record
from tracker.choices import ReminderState
from tracker.handover import delegate
from tracker.models import Standing
from tracker.reminding.raising import raise_due
from tracker.reminding.recipients import office_of, recipients_of

pytestmark = pytest.mark.django_db


def sign_out_for_good(*users: User) -> None:
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)


def test_an_item_without_an_owner_is_the_business_of_the_leading_units_clerks(
    cast: Cast, report_step: Milestone
) -> None:
    found = recipients_of([report_step.task_id], [cast.organization.pk], today=THE_DAY)
    assert found.of_milestone(report_step.task_id, cast.organization.pk) == {
        "owner": (cast.clerk.person_id,),
        "head": (cast.head.person_id,),
        "leader": (cast.deputy.person_id,),
        "main_leader": (cast.leader.person_id,),
        "office": (cast.office.person_id,),
    }


def test_without_clerks_its_head_answers(cast: Cast, report_step: Milestone) -> None:
    sign_out_for_good(cast.clerk)
    found = recipients_of([report_step.task_id], [cast.organization.pk], today=THE_DAY)
    assert found.of_owed(report_step.task_id, cast.building.pk) == {"owner": (cast.head.person_id,)}


def test_a_supporting_unit_is_not_reminded(cast: Cast, report_step: Milestone) -> None:
    raise_due(now=digest(THE_DAY + timedelta(days=14)))
    assert "李四" not in {who for _, who, _ in record()}


def test_whoever_acts_for_a_named_owner_is_told_beside_them_and_only_meanwhile(
    cast: Cast, report_step: Milestone
) -> None:
    giver, taker = cast.clerk.person, cast.economy_clerk.person
    assert giver is not None
    assert taker is not None
    Involvement.objects.create(
        organization=cast.organization, task=report_step.task, role=InvolvementRole.OWNER, person=giver, position=9
    )
    kept = {"giver": giver, "taker": taker, "reason": "休假", "by": cast.actor(today=ONE_BEFORE)}
    delegate(on=THE_DAY, until=THE_DAY, token="leave", now=at(ONE_BEFORE), **kept)  # type: ignore[arg-type]
    told = {
        day: recipients_of([report_step.task_id], [cast.organization.pk], today=day).owners[report_step.task_id]
        for day in (ONE_BEFORE, THE_DAY, THE_DAY + timedelta(days=1))
    }
    assert list(told.values()) == [(giver.pk,), (giver.pk, taker.pk), (giver.pk,)]


def test_who_left_is_told_nothing_from_that_day_on(cast: Cast, report_step: Milestone) -> None:
    assert cast.office.person is not None
    cast.office.person.left_on = THE_DAY
    cast.office.person.save(update_fields=["left_on"])
    assert office_of(cast.organization.pk, today=ONE_BEFORE) == (cast.office.person_id,)
    assert office_of(cast.organization.pk, today=THE_DAY) == ()


def test_an_item_nobody_can_answer_for_is_looked_at_daily_until_somebody_can(
    cast: Cast, report_step: Milestone
) -> None:
    sign_out_for_good(cast.clerk, cast.head)
    raise_due(now=digest(FIVE_BEFORE))
    assert record(ReminderState.DUE) == []
    assert Standing.objects.get(task=report_step.task_id).next_step_at == digest(FIVE_BEFORE + timedelta(days=1))

    assert cast.economy_clerk.person is not None
    join(
        person=cast.economy_clerk.person,
        department=cast.building,
        role=MembershipRole.CLERK,
        from_on=date(2026, 6, 26),
        by=cast.actor(),
    )
    raise_due(now=digest(date(2026, 6, 26)))
    assert record(ReminderState.DUE) == [("before-5", "李四", "due")]
