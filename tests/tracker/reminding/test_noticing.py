"""What happens becomes a row for each person it concerns, in the transaction that causes it."""

from datetime import date

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts.choices import MembershipRole
from accounts.models import User
from accounts.registering import join
from projects.choices import InvolvementRole
from projects.models import Involvement, Plan
from projects.planning import close_task
from tests.cast import JANUARY, TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.happenings import (
    HAPPENINGS,
    NOW,
    Happening,
    directive_given,
    obstacle_raised,
    returned,
    urged,
)
from tests.tracker.reminding.passes import digest, run, send, tell
from tests.tracker.visits import report
from tracker.choices import ReminderState, SubjectKind
from tracker.directives import answer_directive
from tracker.models import Delivery, PlanRules, Reminder, Urging
from tracker.obstacles import raise_obstacle
from tracker.reminding.notices import STATES
from tracker.reporting import return_report
from tracker.rounds import open_rounds
from tracker.signing_off import give_back
from tracker.urging import urge_all

pytestmark = pytest.mark.django_db
every_happening = pytest.mark.parametrize("one", HAPPENINGS.values(), ids=HAPPENINGS.keys())


def test_every_kind_of_notice_has_its_example() -> None:
    assert {one.key for one in HAPPENINGS.values()} == set(STATES)


@every_happening
def test_it_is_due_at_once_for_each_it_concerns(cast: Cast, plan: Plan, one: Happening) -> None:
    rows = list(one.rows(one.cause(cast, plan)))
    assert {row.person_id for row in rows} == {getattr(cast, name).person_id for name in one.told}
    assert {(row.state, row.tell_at) for row in rows} == {(ReminderState.DUE, NOW)}


@every_happening
def test_it_reaches_each_in_one_message_with_the_words_and_the_page(
    cast: Cast, plan: Plan, one: Happening, client: Client, settings: Settings
) -> None:
    subject = one.cause(cast, plan)
    Reminder.objects.exclude(pk__in=one.rows(subject)).delete()
    tell(NOW)
    tell(NOW)
    send(TODAY)
    send(TODAY)
    place = one.place.format(id=subject.pk, task=subject.task_id, owed=getattr(subject, "owed_id", ""))
    users: list[User] = [getattr(cast, name) for name in one.told]
    assert sorted(message.to[0] for message in mail.outbox) == sorted(user.person.email for user in users)  # type: ignore[union-attr]
    for message in mail.outbox:
        assert message.subject == f"6月24日 通知：{one.words}"
        assert f"{one.words}\n   {settings.BASE_URL}{place}\n" in message.body
    for user in users:
        client.force_login(user)
        assert client.get(place).status_code == 200
        assert f'href="{place}"' in client.get("/inbox/").content.decode()


def test_nothing_is_told_of_what_was_undone(cast: Cast, plan: Plan) -> None:
    with transaction.atomic():
        obstacle_raised(cast, plan)
        assert Reminder.objects.exists()
        transaction.set_rollback(True)
    assert not Reminder.objects.exists()


def test_the_same_form_sent_twice_is_told_once(cast: Cast, plan: Plan) -> None:
    for cause in (obstacle_raised, directive_given, urged):
        assert cause(cast, plan) == cause(cast, plan)
    assert Reminder.objects.count() == 1 + 2 + 2


def test_each_urging_is_its_own(cast: Cast, plan: Plan) -> None:
    tasks = [task_of(plan, "1"), task_of(plan, "3")]
    for token in ("first", "second", "second"):
        urge_all(tasks=tasks, department=cast.building, text="请报。", by=cast.actor(), now=NOW, token=token)
    rows = Reminder.objects.filter(subject_kind=SubjectKind.URGING)
    assert rows.values("subject_id").distinct().count() == Urging.objects.count() == 4
    assert rows.count() == 8


def test_a_head_who_raises_it_is_not_told_of_it(cast: Cast, plan: Plan) -> None:
    row = raise_obstacle(
        task=task_of(plan, "1"),
        department=cast.building,
        text="人手不够。",
        answerer=cast.building,
        due_on=TODAY,
        token="own",
        by=cast.actor(cast.head),
        now=NOW,
    )
    assert [each.person_id for each in Reminder.objects.filter(subject_id=row.pk)] == [cast.clerk.person_id]


def test_a_person_asked_to_answer_is_told_alone(cast: Cast, plan: Plan) -> None:
    assert cast.deputy.person is not None
    raise_obstacle(
        task=task_of(plan, "1"),
        department=cast.building,
        text="用地未批。",
        answerer=cast.deputy.person,
        due_on=TODAY,
        token="person",
        by=cast.actor(cast.clerk),
        now=NOW,
    )
    assert [row.person for row in Reminder.objects.all()] == [cast.deputy.person]


def test_where_the_leader_has_no_sign_in_whoever_wrote_the_line_down_hears_the_answer(cast: Cast, plan: Plan) -> None:
    row = directive_given(cast, plan)
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    row.user = cast.office
    row.save(update_fields=["user"])
    answer_directive(directive=row, version=1, answer="方案已报。", by=cast.actor(cast.clerk), now=NOW)
    told = Reminder.objects.filter(step="answered")
    assert [(each.person_id, each.audience) for each in told] == [(cast.office.person_id, "office")]


def test_a_returned_report_goes_to_who_wrote_it_and_to_the_items_owner_in_the_unit(cast: Cast, plan: Plan) -> None:
    assert cast.head.person is not None
    Involvement.objects.create(
        organization=cast.organization,
        task=task_of(plan, "1"),
        role=InvolvementRole.OWNER,
        person=cast.head.person,
        position=9,
    )
    returned(cast, plan)
    told = Reminder.objects.filter(subject_kind=SubjectKind.REPORT).order_by("pk")
    assert [each.person_id for each in told] == [cast.clerk.person_id, cast.head.person_id]


def test_who_left_the_unit_does_not_hear_of_its_report(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    row = report(cast, plan, "1")
    assert cast.clerk.person is not None
    cast.clerk.person.memberships.update(to_on=date(2026, 6, 23))
    return_report(report=row, reason="请附意见。", by=cast.actor(), now=NOW)
    told = Reminder.objects.filter(subject_kind=SubjectKind.REPORT)
    assert [each.person_id for each in told] == [cast.head.person_id], "nobody else of the unit is left"


def test_a_report_the_head_gives_back_is_told_its_clerk(cast: Cast, plan: Plan) -> None:
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=JANUARY, sign_off=True)
    open_rounds(today=TODAY)
    give_back(report=report(cast, plan, "1"), reason="写明文号。", by=cast.actor(cast.head), now=NOW)
    told = Reminder.objects.get(subject_kind=SubjectKind.REPORT)
    assert (told.person_id, told.params["said"], told.params["who"]) == (
        cast.clerk.person_id,
        "写明文号。",
        "示例·科长",
    )


def test_a_second_return_of_the_same_round_is_told_again(cast: Cast, plan: Plan) -> None:
    returned(cast, plan)
    again = report(cast, plan, "1", sentence="已选址，附意见。")
    return_report(report=again, reason="请盖章。", by=cast.actor(), now=NOW)
    tell(NOW)
    told = Reminder.objects.filter(subject_kind=SubjectKind.REPORT).order_by("pk")
    assert [(row.params["said"], row.state) for row in told] == [
        ("请附选址意见。", ReminderState.CANCELLED),
        ("请盖章。", ReminderState.EXPANDED),
    ]


def test_a_return_is_told_once_and_not_in_the_digest_of_that_day_as_well(cast: Cast, plan: Plan) -> None:
    row = returned(cast, plan)
    owed = Reminder.objects.filter(subject_kind=SubjectKind.OWED, subject_id=row.owed_id or 0)
    run(NOW)
    run(at(TODAY, 11))
    assert {(each.step, each.cycle, each.state, each.reason) for each in owed} == {
        ("before-5", 2, "merged", "told_on_return"),
        ("before-1", 2, "merged", "told_on_return"),
    }
    run(digest(date(2026, 6, 26)))
    assert owed.get(step="after-1").state == ReminderState.EXPANDED


def test_nothing_is_told_of_an_item_that_has_ended(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    row, road = report(cast, plan, "1"), task_of(plan, "1")
    close_task(task=road, on=TODAY, by=cast.actor(), now=NOW)
    return_report(report=row, reason="请附意见。", by=cast.actor(), now=NOW)
    assert not Reminder.objects.filter(subject_kind=SubjectKind.REPORT).exists()


def test_however_many_items_are_urged_their_people_are_looked_up_at_once(
    cast: Cast, plan: Plan, assert_query_baseline: QueryBaseline
) -> None:
    with assert_query_baseline("act office: urge for one item"):
        urged(cast, plan)
    for head in (cast.economy_clerk, cast.investment_clerk):
        assert head.person is not None
        join(person=head.person, department=cast.building, role=MembershipRole.HEAD, from_on=JANUARY, by=cast.actor())
    with assert_query_baseline("act office: urge for two items"):
        tasks = [task_of(plan, "1"), task_of(plan, "3")]
        urge_all(tasks=tasks, department=cast.building, text="请报。", by=cast.actor(), now=NOW, token="two")
    assert Delivery.objects.count() == 0
