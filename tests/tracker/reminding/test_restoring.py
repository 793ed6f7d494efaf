"""After a restored backup nothing is told twice: what may have been told already waits for the office's word."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from accounts.clock import business_time, database_now
from accounts.models import HistoryEntry, User
from projects.models import Milestone
from tests.cast import Cast
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send
from tests.tracker.reminding.test_expanding import more
from tracker import jobs
from tracker.choices import AttemptOutcome, Channel, DeliveryState, ReminderState
from tracker.models import Attempt, ClockState, Delivery, Owed, Reminder
from tracker.pausing import count_up, current_pause, look
from tracker.reminding.claiming import claim_one
from tracker.restoring import answer, doubtful, go_on

pytestmark = pytest.mark.django_db

AFTERWARDS = date(2026, 7, 2)  # at whatever hour the test runs, the step of the 1st has come


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.BUSINESS_DAY_SHIFT = (AFTERWARDS - timezone.localdate()).days


def restored() -> None:
    """Let this database be one that forgot what was done after it was backed up."""
    count_up()
    counter = ClockState.objects.get().counter
    count_up()
    ClockState.objects.update(counter=counter)


def now() -> datetime:
    return business_time(database_now())


def goes_on(cast: Cast) -> None:
    pause = current_pause()
    assert pause is not None
    go_on(pause=pause, word="已核对。", by=cast.actor(), now=now())


def say(
    cast: Cast,
    user: User | None = None,
    *,
    reminders: Collection[int] = (),
    messages: Collection[int] = (),
    send: bool,
) -> int:
    by = cast.actor(user)
    organization_id = by.user.organization_id if by.user else None
    assert organization_id is not None
    return answer(
        organization_id=organization_id,
        reminders=reminders,
        messages=messages,
        send=send,
        word="已逐条核对。",
        by=by,
        now=now(),
    )


def clock() -> None:
    jobs.open_rounds()
    jobs.raise_due()
    Delivery.objects.update(next_try_at=database_now() - timedelta(seconds=1))
    jobs.deliver()


def test_what_came_due_since_the_backup_waits_for_the_office_and_goes_out_once(
    cast: Cast, report_step: Milestone
) -> None:
    more(cast, 3)
    restored()
    clock()
    held = doubtful(cast.organization.pk)
    assert {row.subject_kind for row in held.reminders} == {"milestone"}
    assert Owed.objects.exists()
    goes_on(cast)
    clock()
    assert mail.outbox == []
    assert not Delivery.objects.exists()

    ids = [row.pk for row in held.reminders]
    assert say(cast, reminders=ids[:1], send=False) == 1
    assert say(cast, reminders=ids, send=True) == len(ids) - 1
    assert say(cast, reminders=ids, send=True) == 0
    assert doubtful(cast.organization.pk).reminders == ()
    assert Reminder.objects.get(pk=ids[0]).state == ReminderState.CANCELLED
    assert set(Reminder.objects.filter(pk__in=ids[1:]).values_list("state", flat=True)) == {ReminderState.DUE}
    words = HistoryEntry.objects.filter(object_type="reminder", object_id=ids[0]).order_by("object_version")
    assert [entry.action for entry in words] == ["reminder.held", "reminder.dropped"]


def test_messages_that_were_waiting_or_being_sent_are_not_resent_by_themselves(
    cast: Cast, report_step: Milestone
) -> None:
    run(digest(FIVE_BEFORE))
    assert claim_one(worker="gone", today=FIVE_BEFORE) is not None
    restored()
    jobs.raise_due()
    goes_on(cast)
    Delivery.objects.update(lease_until=database_now() - timedelta(hours=1))
    assert send(FIVE_BEFORE) == 0
    message = Delivery.objects.get(channel=Channel.MAIL)
    assert message.state == DeliveryState.HELD
    assert Attempt.objects.get().outcome == AttemptOutcome.UNKNOWN

    assert say(cast, messages=[message.pk], send=True) == 1
    assert send(FIVE_BEFORE) == 1
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == [message.message_id]


def test_a_message_that_is_dropped_is_never_sent(cast: Cast, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    restored()
    jobs.raise_due()
    goes_on(cast)
    message = Delivery.objects.get(channel=Channel.MAIL)
    assert say(cast, messages=[message.pk], send=False) == 1
    assert say(cast, messages=[message.pk], send=True) == 0
    assert send(FIVE_BEFORE) == 0


def test_sending_goes_on_only_after_the_doubtful_was_laid_aside_even_when_no_worker_ran(
    cast: Cast, report_step: Milestone
) -> None:
    restored()
    assert look().paused
    goes_on(cast)
    assert doubtful(cast.organization.pk).reminders
    clock()
    assert mail.outbox == []


def test_the_doubtful_is_gathered_once_and_what_comes_due_later_is_told(cast: Cast, report_step: Milestone) -> None:
    restored()
    jobs.raise_due()
    before = Reminder.objects.filter(state=ReminderState.HELD).count()
    jobs.raise_due()
    assert Reminder.objects.filter(state=ReminderState.HELD).count() == before
    later = Reminder.objects.filter(state=ReminderState.HELD).first()
    assert later is not None
    Reminder.objects.filter(pk=later.pk).update(state=ReminderState.DUE, reason="", tell_at=now())
    goes_on(cast)
    assert Reminder.objects.get(pk=later.pk).state == ReminderState.DUE


def test_another_organization_s_doubtful_is_out_of_reach(cast: Cast, report_step: Milestone) -> None:
    restored()
    jobs.raise_due()
    held = doubtful(cast.organization.pk)
    other = cast.outsider.organization_id
    assert other is not None
    assert doubtful(other).reminders == ()
    ids = [row.pk for row in held.reminders]
    assert say(cast, cast.outsider, reminders=ids, send=True) == 0
