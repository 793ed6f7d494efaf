"""Due reminders reach the inbox and the day's digest, unless they were answered before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Person, User
from projects.models import Milestone
from projects.planning import add_tasks, mark_milestones
from tests.cast import JANUARY, Cast, at, road
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, THE_DAY, digest, record, run, tell
from tracker.choices import Channel, DeliveryState, ReminderState
from tracker.models import Delivery, DeliveryItem, Reminder
from tracker.reminding.raising import raise_due

pytestmark = pytest.mark.django_db


def of_channel(channel: Channel) -> list[Delivery]:
    return list(Delivery.objects.filter(channel=channel).order_by("pk"))


def test_a_reminder_reaches_the_inbox_at_once_and_waits_in_the_digest(report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    (entry,), (message,) = of_channel(Channel.INBOX), of_channel(Channel.MAIL)
    assert (entry.state, message.state) == (DeliveryState.SENT, DeliveryState.READY)
    assert "新塘路建设" in entry.subject
    assert (message.bundle, message.address) == ("2026-06-23", "clerk@example.org")
    assert record() == [("before-5", "张三", "expanded")]


def test_nothing_is_told_before_its_moment(report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    Reminder.objects.update(tell_at=digest(FIVE_BEFORE) + timedelta(hours=1))
    assert tell(digest(FIVE_BEFORE)) == 0
    assert tell(digest(FIVE_BEFORE) + timedelta(hours=1)) == 1


def test_a_second_pass_tells_nothing_more(report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    assert tell(digest(FIVE_BEFORE)) == 0
    assert Delivery.objects.count() == 2


def test_what_is_done_between_raising_and_telling_is_cancelled(cast: Cast, report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    day = FIVE_BEFORE
    mark_milestones(task=report_step.task, done={report_step.pk: day}, by=cast.actor(today=day), now=digest(day))
    tell(digest(FIVE_BEFORE))
    assert record() == [("before-5", "张三", "cancelled")]
    assert Reminder.objects.get().reason == "answered"
    assert not Delivery.objects.exists()


def test_who_lost_the_sign_in_is_not_told_and_the_record_says_so(cast: Cast, report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    tell(digest(FIVE_BEFORE))
    assert Reminder.objects.get().state == ReminderState.SUPPRESSED
    assert Reminder.objects.get().reason == "no_sign_in"
    assert not Delivery.objects.exists()


def test_who_has_no_address_finds_it_in_the_inbox(cast: Cast, report_step: Milestone) -> None:
    Person.objects.update(email="")
    run(digest(FIVE_BEFORE))
    assert [row.channel for row in Delivery.objects.all()] == [Channel.INBOX]


def test_a_person_gets_one_digest_a_day_for_everything(cast: Cast, report_step: Milestone) -> None:
    more(cast, 3)
    run(digest(ONE_BEFORE))
    (message,) = of_channel(Channel.MAIL)
    assert message.items.count() == 4
    assert len(of_channel(Channel.INBOX)) == 4


def test_what_comes_later_that_day_joins_the_digest_that_waits(cast: Cast, report_step: Milestone) -> None:
    run(digest(ONE_BEFORE))
    more(cast, 2)
    run(at(ONE_BEFORE, 9))
    (message,) = of_channel(Channel.MAIL)
    assert message.items.count() == 3


@pytest.mark.parametrize("claimed", [DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.RETRY])
def test_a_claimed_digest_takes_no_more_and_the_next_is_numbered(
    cast: Cast, report_step: Milestone, claimed: DeliveryState
) -> None:
    run(digest(ONE_BEFORE))
    Delivery.objects.filter(channel=Channel.MAIL).update(state=claimed)
    more(cast, 2)
    run(at(ONE_BEFORE, 9))
    assert [(row.bundle, row.items.count()) for row in of_channel(Channel.MAIL)] == [
        ("2026-06-29", 1),
        ("2026-06-29#2", 2),
    ]


def test_another_day_is_another_digest(report_step: Milestone) -> None:
    run(digest(ONE_BEFORE))
    run(digest(THE_DAY))
    assert [row.bundle for row in of_channel(Channel.MAIL)] == ["2026-06-29", "2026-06-30"]


def test_a_reminder_stands_once_on_a_channel_even_in_two_digests(report_step: Milestone) -> None:
    run(digest(ONE_BEFORE))
    Delivery.objects.filter(channel=Channel.MAIL).update(state=DeliveryState.SENT)
    DeliveryItem.objects.filter(channel=Channel.INBOX).delete()
    Delivery.objects.filter(channel=Channel.INBOX).delete()
    Reminder.objects.filter(state=ReminderState.EXPANDED).update(state=ReminderState.DUE)
    tell(digest(ONE_BEFORE))
    assert DeliveryItem.objects.filter(channel=Channel.MAIL).count() == 1


def test_a_batch_costs_the_same_statements_whatever_it_holds(
    cast: Cast, report_step: Milestone, assert_query_baseline: QueryBaseline
) -> None:
    raise_due(now=digest(ONE_BEFORE))
    with assert_query_baseline("reminding: expand one batch"):
        assert tell(digest(ONE_BEFORE)) == 1
    more(cast, 40)
    raise_due(now=digest(THE_DAY))
    with assert_query_baseline("reminding: expand one batch"):
        assert tell(digest(THE_DAY)) == 41


def test_more_than_a_batch_is_told_batch_by_batch(
    cast: Cast, report_step: Milestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.reminding.expanding.BATCH", 2)
    more(cast, 4)
    raise_due(now=digest(ONE_BEFORE))
    assert tell(digest(ONE_BEFORE)) == 5
    assert [row.items.count() for row in of_channel(Channel.MAIL)] == [5]


def more(cast: Cast, number: int) -> None:
    """Add items like the road, whose first step is not asked for."""
    draft = road(cast)
    later = replace(draft, milestones=draft.milestones[1:])
    plan = cast.organization.plans.get()
    drafts = [replace(later, number=str(100 + n), title=f"道路{n}") for n in range(number)]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=JANUARY), now=at(JANUARY))
