"""What can't be delivered goes another way, and stands on the office's list until someone settles it with a word."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry, Person
from projects.models import Milestone
from projects.planning import mark_milestones
from tests.cast import Cast, at
from tests.tracker.reminding.outlet_story import gateway, group
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, time_passes
from tracker.boards.undelivered import undelivered
from tracker.choices import AttemptOutcome, Channel, DeliveryState, SettledBy
from tracker.models import Attempt, ChannelPreference, Delivery, Outlet, PlanRules
from tracker.reminding.claiming import Claim, claim_one
from tracker.reminding.marking import Outcome, mark
from tracker.reminding.preferring import prefer
from tracker.reminding.settling import NoWayError, send_again, settle

pytestmark = pytest.mark.django_db
REFUSED = Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, "550 no such user")
SENT = Outcome(DeliveryState.SENT, AttemptOutcome.SENT)
MOBILE = "13800000000"
LONGEST_HOLIDAY = timedelta(days=10)
"""What goes another way waits for waking hours, and these tests run on any day."""


def clerk(cast: Cast) -> Person:
    assert cast.clerk.person is not None
    return cast.clerk.person


def reachable_by_sms(cast: Cast) -> Outlet:
    Person.objects.filter(user=cast.clerk).update(mobile=MOBILE)
    return gateway(cast)


def claim() -> Claim:
    found = claim_one(worker="test", today=FIVE_BEFORE)
    assert found is not None
    return found


def claimed() -> set[int]:
    """Return all there is to send now; by day that is also what goes another way, by night it waits."""
    found = set[int]()
    while (each := claim_one(worker="test", today=FIVE_BEFORE)) is not None:
        found.add(each.delivery_id)
    return found


def of(channel: Channel) -> Delivery:
    return Delivery.objects.get(channel=channel)


def told_on(cast: Cast) -> set[str]:
    return {row.channel for row in Delivery.objects.filter(person=cast.clerk.person)}


@pytest.fixture
def failed(cast: Cast, report_step: Milestone) -> Delivery:
    """Return the mail that failed for good, of someone whom a text message reaches as well."""
    reachable_by_sms(cast)
    run(digest(FIVE_BEFORE))
    assert mark(claim(), REFUSED)
    return of(Channel.MAIL)


def test_a_text_message_is_sent_only_to_who_wants_it(cast: Cast, report_step: Milestone) -> None:
    reachable_by_sms(cast)
    prefer(person=clerk(cast), wanted={"sms": True}, by=cast.actor(cast.clerk))
    run(digest(FIVE_BEFORE))
    assert told_on(cast) == {"inbox", "mail", "sms"}


def test_who_doesnt_want_mail_gets_none(cast: Cast, report_step: Milestone) -> None:
    prefer(person=clerk(cast), wanted={"mail": False}, by=cast.actor(cast.clerk))
    run(digest(FIVE_BEFORE))
    assert told_on(cast) == {"inbox"}


def test_what_the_plan_obliges_is_sent_whatever_is_wanted(cast: Cast, report_step: Milestone) -> None:
    reachable_by_sms(cast)
    prefer(person=clerk(cast), wanted={"mail": False, "sms": False}, by=cast.actor(cast.clerk))
    PlanRules.objects.create(
        organization=cast.organization,
        plan=report_step.task.plan,
        valid_from=FIVE_BEFORE - timedelta(days=1),
        obliged_channels=["sms"],
    )
    run(digest(FIVE_BEFORE))
    assert told_on(cast) == {"inbox", "sms"}


def test_a_wish_is_kept_with_its_history(cast: Cast) -> None:
    for wish in (True, False):
        prefer(person=clerk(cast), wanted={"sms": wish}, by=cast.actor(cast.clerk))
    assert ChannelPreference.objects.get().wanted is False
    entries = HistoryEntry.objects.filter(object_type="channelpreference")
    assert [entry.after["wanted"] for entry in entries.order_by("object_version")] == [True, False]


def test_a_mail_that_failed_is_told_by_text_message_and_the_record_says_in_whose_place(
    failed: Delivery,
) -> None:
    message = of(Channel.SMS)
    assert (message.stands_for, message.address, message.state) == (failed, MOBILE, DeliveryState.READY)
    assert [item.reminder for item in message.items.all()] == [item.reminder for item in failed.items.all()]


def test_the_office_is_told_what_stands_in(cast: Cast, failed: Delivery) -> None:
    notice = Delivery.objects.get(channel=Channel.INBOX, person=cast.office.person)
    assert "已改发短信。" in notice.body


def test_a_stand_in_is_one_sentence_with_a_link(failed: Delivery) -> None:
    time_passes(LONGEST_HOLIDAY)
    body = claim().message.body
    assert body.startswith("督办提醒：")
    assert "\n" not in body
    assert "http" in body


def test_a_stand_in_tells_nothing_that_was_done_meanwhile(cast: Cast, failed: Delivery, report_step: Milestone) -> None:
    day = FIVE_BEFORE
    mark_milestones(task=report_step.task, done={report_step.pk: day}, by=cast.actor(today=day), now=digest(day))
    time_passes(LONGEST_HOLIDAY)
    assert claim_one(worker="test", today=FIVE_BEFORE) is None
    assert of(Channel.SMS).state == DeliveryState.CANCELLED


def test_what_another_channel_has_told_already_isnt_told_there_twice(cast: Cast, report_step: Milestone) -> None:
    reachable_by_sms(cast)
    prefer(person=clerk(cast), wanted={"sms": True}, by=cast.actor(cast.clerk))
    run(digest(FIVE_BEFORE))
    assert mark(claim(), REFUSED)
    assert Delivery.objects.filter(channel=Channel.SMS).count() == 1


def test_when_every_way_fails_each_message_ends_and_stands_on_the_list(cast: Cast, failed: Delivery) -> None:
    time_passes(LONGEST_HOLIDAY)
    assert mark(claim(), REFUSED)
    assert not Delivery.objects.filter(state__in=("ready", "retry", "sending")).exists()
    found = undelivered(cast.reach(cast.office))
    assert [(row.channel, row.stand_ins) for row in found.rows] == [("短信", ()), ("邮件", ("短信 失败",))]


def test_a_try_nobody_knows_the_end_of_isnt_sent_again_where_a_copy_costs(cast: Cast, report_step: Milestone) -> None:
    reachable_by_sms(cast)
    prefer(person=clerk(cast), wanted={"sms": True, "mail": False}, by=cast.actor(cast.clerk))
    run(digest(FIVE_BEFORE))
    lost = claim()
    time_passes(timedelta(seconds=121))
    assert claim_one(worker="other", today=FIVE_BEFORE) is None
    assert (of(Channel.SMS).state, of(Channel.SMS).last_error) == (DeliveryState.UNKNOWN, "lease_ended")
    assert [row.delivery for row in undelivered(cast.reach(cast.office)).rows] == [of(Channel.SMS)]
    assert "不知是否送达" in Delivery.objects.get(channel=Channel.INBOX, person=cast.office.person).subject
    assert not mark(lost, SENT)
    assert Attempt.objects.get().outcome == AttemptOutcome.SENT


def test_a_wrong_key_makes_messages_wait_and_not_fail(cast: Cast, report_step: Milestone, settings: Settings) -> None:
    outlet = group(cast)
    run(digest(FIVE_BEFORE))
    Delivery.objects.exclude(outlet=outlet).update(state=DeliveryState.SENT)
    settings.SEAL_KEY = "another"
    assert claim_one(worker="test", today=FIVE_BEFORE) is None
    row = of(Channel.DINGTALK_ROBOT)
    assert (row.state, row.last_error, row.attempts_made) == (DeliveryState.READY, "seal_broken", 0)
    settings.SEAL_KEY = ""
    time_passes(timedelta(minutes=6))
    assert claim().message.outlet["url"].startswith("https://oapi.dingtalk.com/")


def test_a_settled_message_leaves_the_list_with_a_word(cast: Cast, failed: Delivery) -> None:
    settle(delivery=failed, how=SettledBy.TOLD, word="电话告知", by=cast.actor(), now=at(FIVE_BEFORE))
    assert undelivered(cast.reach(cast.office)).total == 0
    failed.refresh_from_db()
    assert (failed.state, failed.settled_how, failed.settled_word) == ("failed", "told", "电话告知")
    assert HistoryEntry.objects.get(object_type="delivery").reason == "电话告知"


def test_a_message_is_settled_once(cast: Cast, failed: Delivery) -> None:
    settle(delivery=failed, how=SettledBy.TOLD, word="电话告知", by=cast.actor(), now=at(FIVE_BEFORE))
    with pytest.raises(Conflict):
        settle(delivery=failed, how=SettledBy.NEEDLESS, word="不必", by=cast.actor(), now=at(FIVE_BEFORE))
    with pytest.raises(Conflict):
        again(cast, failed)


def test_with_the_address_mended_it_goes_out_as_a_new_message(cast: Cast, failed: Delivery) -> None:
    Person.objects.filter(user=cast.clerk).update(email="zhang@example.org")
    message = again(cast, failed)
    assert (message.stands_for, message.address) == (failed, "zhang@example.org")
    assert message.message_id != failed.message_id
    failed.refresh_from_db()
    assert (failed.state, failed.settled_how) == ("failed", "sent_again")
    assert message.pk in claimed()


def test_it_goes_to_the_same_address_again_when_the_office_says_so(cast: Cast, failed: Delivery) -> None:
    message = again(cast, failed)
    assert message.address == failed.address
    assert message.pk in claimed()
    assert message.items.count() == 1


def test_without_an_address_it_cant_be_sent_again(cast: Cast, failed: Delivery) -> None:
    Person.objects.filter(user=cast.clerk).update(email="")
    with pytest.raises(NoWayError):
        again(cast, failed)
    assert undelivered(cast.reach(cast.office)).total == 1


def again(cast: Cast, failed: Delivery) -> Delivery:
    return send_again(delivery=failed, word="改好了", today=FIVE_BEFORE, by=cast.actor(), now=at(FIVE_BEFORE))
