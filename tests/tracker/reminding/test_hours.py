"""Notices of one hour are one message a person and channel, told in waking hours only, and never in the day's digest."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail

from accounts.models import User
from projects.models import Milestone, Plan
from tests.cast import JANUARY, TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send, tell, time_passes
from tracker.choices import Channel, DeliveryState, ReminderState, SubjectKind
from tracker.models import Delivery, DeliveryItem, PlanRules, Reminder
from tracker.reminding.expanding import expand
from tracker.reminding.raising import raise_due
from tracker.urging import urge

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 6, 27)


def urged(cast: Cast, plan: Plan, token: str, *, now: datetime, number: str = "1") -> None:
    """Have the clerk and the head of the unit told."""
    by = cast.actor(today=now.date())
    urge(task=task_of(plan, number), department=cast.building, text=f"请报{token}。", by=by, now=now, token=token)


def mails(user: User) -> list[tuple[str, int]]:
    """Return each message to a person by its bundle, with how much it tells."""
    rows = Delivery.objects.filter(channel=Channel.MAIL, person=user.person).order_by("pk")
    return [(row.bundle, row.items.count()) for row in rows]


def entries(user: User) -> int:
    return Delivery.objects.filter(channel=Channel.INBOX, person=user.person).count()


def test_two_within_the_hour_are_one_message_and_two_entries(cast: Cast, plan: Plan) -> None:
    urged(cast, plan, "一", now=at(TODAY, 9, 5))
    tell(at(TODAY, 9, 5))
    urged(cast, plan, "二", now=at(TODAY, 9, 50), number="3")
    tell(at(TODAY, 9, 50))
    assert mails(cast.clerk) == mails(cast.head) == [("2026-06-24T09", 2)]
    assert entries(cast.clerk) == 2
    assert send(TODAY) == 2
    message = next(each for each in mail.outbox if each.to == ["clerk@example.org"])
    assert message.subject == "6月24日 通知 2 件：督查办催办第1项“新塘路建设”：“请报一。”（示例·督办员）等"
    assert message.body.index("请报一。") < message.body.index("请报二。")


def test_another_hour_is_another_message(cast: Cast, plan: Plan) -> None:
    for hour in (9, 10):
        urged(cast, plan, f"{hour}", now=at(TODAY, hour, 5))
        tell(at(TODAY, hour, 5))
    assert mails(cast.clerk) == [("2026-06-24T09", 1), ("2026-06-24T10", 1)]


@pytest.mark.parametrize("claimed", [DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.RETRY])
def test_what_comes_after_the_hours_message_was_claimed_goes_with_the_next_hours(
    cast: Cast, plan: Plan, claimed: DeliveryState
) -> None:
    urged(cast, plan, "一", now=at(TODAY, 9, 5))
    tell(at(TODAY, 9, 5))
    Delivery.objects.filter(channel=Channel.MAIL).update(state=claimed)
    for token, minute in (("二", 20), ("三", 40)):
        urged(cast, plan, token, now=at(TODAY, 9, minute))
        tell(at(TODAY, 9, minute))
    assert mails(cast.clerk) == [("2026-06-24T09", 1), ("2026-06-24T10", 2)]
    assert entries(cast.clerk) == 3, "the inbox has each at once"
    urged(cast, plan, "四", now=at(TODAY, 10, 1))
    tell(at(TODAY, 10, 1))
    assert mails(cast.clerk) == [("2026-06-24T09", 1), ("2026-06-24T10", 3)]


def test_the_next_hours_message_is_not_sent_before_its_hour(cast: Cast, plan: Plan) -> None:
    urged(cast, plan, "一", now=at(TODAY, 9, 20))
    tell(at(TODAY, 9, 20))
    assert send(TODAY) == 2
    urged(cast, plan, "二", now=at(TODAY, 9, 20))
    tell(at(TODAY, 9, 20))
    time_passes(timedelta(minutes=39))
    assert send(TODAY) == 0
    time_passes(timedelta(minutes=1))
    assert send(TODAY) == 2


def test_after_the_last_hour_of_a_day_the_next_message_is_the_next_mornings(cast: Cast, plan: Plan) -> None:
    friday = date(2026, 6, 26)
    urged(cast, plan, "一", now=at(friday, 17, 30))
    tell(at(friday, 17, 30))
    Delivery.objects.filter(channel=Channel.MAIL).update(state=DeliveryState.SENT)
    urged(cast, plan, "二", now=at(friday, 17, 40))
    tell(at(friday, 17, 40))
    assert mails(cast.clerk) == [("2026-06-26T17", 1), ("2026-06-29T08", 1)]
    message = Delivery.objects.filter(channel=Channel.MAIL).latest("pk")
    left = at(date(2026, 6, 29), 8) - at(friday, 17, 40)
    assert abs(message.next_try_at - message.created_at - left) < timedelta(seconds=5)


def test_what_happens_out_of_hours_waits_for_the_next_opening_and_is_one_message(cast: Cast, plan: Plan) -> None:
    urged(cast, plan, "一", now=at(SATURDAY, 10))
    urged(cast, plan, "二", now=at(SATURDAY, 23))
    for moment in (at(SATURDAY, 10), at(SATURDAY, 23), at(date(2026, 6, 29), 7, 59)):
        assert tell(moment) == 0
    assert {row.tell_at for row in Reminder.objects.all()} == {at(date(2026, 6, 29), 8)}
    assert tell(at(date(2026, 6, 29), 8)) == 4
    assert mails(cast.clerk) == [("2026-06-29T08", 2)]


def test_a_plans_own_quiet_hours_count(cast: Cast, plan: Plan) -> None:
    PlanRules.objects.create(
        organization=cast.organization, plan=plan, valid_from=JANUARY, quiet_to=time(9), digest_at=time(9)
    )
    urged(cast, plan, "一", now=at(TODAY, 8, 30))
    assert {row.tell_at for row in Reminder.objects.all()} == {at(TODAY, 9)}


def test_a_service_that_was_down_till_the_evening_waits_for_the_morning(cast: Cast, plan: Plan) -> None:
    urged(cast, plan, "一", now=at(TODAY, 16))
    assert tell(at(TODAY, 18)) == 2
    assert {(row.state, row.tell_at) for row in Reminder.objects.all()} == {
        (ReminderState.DUE, at(date(2026, 6, 25), 8))
    }
    assert not Delivery.objects.exists()
    assert tell(at(TODAY, 18)) == 0
    tell(at(date(2026, 6, 25), 8))
    assert mails(cast.clerk) == [("2026-06-25T08", 1)]


def test_repeated_passes_tell_nothing_twice(cast: Cast, plan: Plan) -> None:
    urged(cast, plan, "一", now=at(TODAY, 9))
    for minute in range(3):
        raise_due(now=at(TODAY, 9, minute))
        expand(now=at(TODAY, 9, minute), gather_seconds=0)
        send(TODAY)
    told = DeliveryItem.objects.filter(reminder__subject_kind=SubjectKind.URGING)
    assert told.filter(channel=Channel.MAIL).count() == told.filter(channel=Channel.INBOX).count() == 2


def test_notices_and_the_digest_are_messages_of_their_own(cast: Cast, report_step: Milestone) -> None:
    plan, moment = report_step.task.plan, digest(FIVE_BEFORE)
    urged(cast, plan, "一", now=moment)
    run(moment)
    assert sorted(mails(cast.clerk)) == [("2026-06-23", 1), ("2026-06-23T08", 1)]
    send(FIVE_BEFORE)
    subjects = sorted(message.subject for message in mail.outbox if message.to == ["clerk@example.org"])
    assert [subject.partition("：")[0] for subject in subjects] == ["6月23日 提醒", "6月23日 通知"]


def test_a_claimed_message_of_the_hour_does_not_number_the_digest(cast: Cast, report_step: Milestone) -> None:
    urged(cast, report_step.task.plan, "一", now=at(FIVE_BEFORE, 8))
    tell(at(FIVE_BEFORE, 8))
    Delivery.objects.filter(channel=Channel.MAIL).update(state=DeliveryState.SENT)
    run(digest(FIVE_BEFORE))
    assert mails(cast.clerk) == [("2026-06-23T08", 1), ("2026-06-23", 1)]


def test_a_batch_of_notices_costs_the_same_statements_whatever_it_holds(
    cast: Cast, plan: Plan, assert_query_baseline: QueryBaseline
) -> None:
    urged(cast, plan, "一", now=at(TODAY, 9))
    with assert_query_baseline("reminding: expand one batch of notices"):
        assert tell(at(TODAY, 9)) == 2
    for number in range(20):
        urged(cast, plan, f"再{number}", now=at(TODAY, 10))
    with assert_query_baseline("reminding: expand one batch of notices"):
        assert tell(at(TODAY, 10)) == 40
