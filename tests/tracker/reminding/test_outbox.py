"""A message is claimed by lease, sent as it was rendered, and marked only by who holds it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.db import OperationalError, connections
from django.db.models import F
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.clock import database_now
from accounts.models import Person
from projects.models import Milestone
from projects.planning import mark_milestones
from tests.cast import Cast
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, digest, run, send, tell, time_passes
from tests.tracker.reminding.test_expanding import more
from tracker.choices import AttemptOutcome, Channel, DeliveryState
from tracker.models import Attempt, Delivery
from tracker.pausing import look
from tracker.reminding import outbox
from tracker.reminding.channels.mail import MailChannel
from tracker.reminding.channels.protocol import Message, PermanentFailure, Receipt, TemporaryFailure
from tracker.reminding.claiming import LEASE_ENDED, Claim, claim_one, claim_some
from tracker.reminding.composing import fingerprint
from tracker.reminding.marking import GIVEN_BACK, Ended, Outcome, mark, mark_all
from tracker.reminding.outbox import deliver_one
from tracker.reminding.raising import raise_due

pytestmark = pytest.mark.django_db

SENT = Outcome(DeliveryState.SENT, AttemptOutcome.SENT)
LEASE = 120


class Post:
    """Stands where the mail server stands: keeps what it took, or refuses."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.refusal: Exception | None = None

    def send(self, message: Message) -> Receipt:
        if self.refusal is not None:
            raise self.refusal
        self.taken.append(message)
        return Receipt("taken")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    found = Post()
    monkeypatch.setattr(MailChannel, "send", found.send)
    return found


@pytest.fixture
def waiting(report_step: Milestone) -> Delivery:
    """Return the digest of five working days before."""
    run(digest(FIVE_BEFORE))
    return message()


@pytest.fixture
def two_waiting(report_step: Milestone) -> list[Delivery]:
    """Return the digests of two days, none of them sent."""
    run(digest(FIVE_BEFORE))
    later(seconds=5)
    run(digest(ONE_BEFORE))
    return list(Delivery.objects.filter(channel=Channel.MAIL).order_by("pk"))


def message() -> Delivery:
    return Delivery.objects.get(channel=Channel.MAIL)


def claim() -> Claim:
    found = claim_one(worker="test", today=FIVE_BEFORE)
    assert found is not None
    return found


def later(**passed: int) -> None:
    time_passes(timedelta(**passed))


def outcomes() -> list[str]:
    return [attempt.outcome for attempt in Attempt.objects.order_by("number", "pk")]


def test_a_message_is_sent_once(waiting: Delivery, post: Post) -> None:
    assert send(FIVE_BEFORE) == 1
    assert send(FIVE_BEFORE) == 0
    assert [taken.message_id for taken in post.taken] == [waiting.message_id]
    assert (message().state, message().provider_ref) == (DeliveryState.SENT, "taken")
    assert outcomes() == [AttemptOutcome.SENT]


def test_a_message_gathers_for_a_while_before_it_may_be_claimed(report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    tell(digest(FIVE_BEFORE), gather_seconds=20)
    assert claim_one(worker="test", today=FIVE_BEFORE) is None
    later(seconds=21)
    assert claim_one(worker="test", today=FIVE_BEFORE) is not None


def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(waiting: Delivery) -> None:
    claim()
    assert claim_one(worker="other", today=FIVE_BEFORE) is None
    later(seconds=LEASE - 5)
    assert claim_one(worker="other", today=FIVE_BEFORE) is None


def test_after_the_lease_the_same_bytes_go_out_under_the_same_id(waiting: Delivery, cast: Cast) -> None:
    first = claim()
    Person.objects.filter(user=cast.clerk).update(name="示例·改名")
    later(seconds=LEASE + 1)
    again = claim_one(worker="other", today=ONE_BEFORE)
    assert again is not None
    assert again.message == first.message
    assert MailChannel().encode(again.message) == MailChannel().encode(first.message)
    assert (first.number, again.number) == (1, 2)
    assert outcomes() == [AttemptOutcome.UNKNOWN, AttemptOutcome.OPEN]


def test_a_try_that_nobody_marked_ends_unknown_when_the_message_is_taken_over(waiting: Delivery) -> None:
    claim()
    assert outcomes() == [AttemptOutcome.OPEN]
    later(seconds=LEASE + 1)
    holder = claim()
    lost = Attempt.objects.get(number=1)
    assert (lost.outcome, lost.detail, lost.ended_at) == (AttemptOutcome.UNKNOWN, LEASE_ENDED, holder.at)
    assert mark(holder, SENT)
    assert outcomes() == [AttemptOutcome.UNKNOWN, AttemptOutcome.SENT]


def test_a_try_left_open_before_there_was_a_word_for_it_is_called_unknown_once_its_message_was_sent(
    waiting: Delivery,
) -> None:
    claim()
    migration = import_module("tracker.migrations.0008_unknown_attempts")
    migration.close_those_left_open(apps, None)
    assert outcomes() == [AttemptOutcome.OPEN]
    Delivery.objects.update(state=DeliveryState.SENT)
    migration.close_those_left_open(apps, None)
    assert outcomes() == [AttemptOutcome.UNKNOWN]


def test_who_comes_late_still_says_what_came_of_its_try(waiting: Delivery) -> None:
    lost = claim()
    later(seconds=LEASE + 1)
    claim()
    assert not mark(lost, SENT)
    assert outcomes() == [AttemptOutcome.SENT, AttemptOutcome.OPEN]
    assert Attempt.objects.get(number=1).detail == ""


@pytest.mark.postgres
def test_nothing_is_taken_over_from_the_living_while_the_database_has_just_come_back(
    waiting: Delivery, settings: Settings
) -> None:
    claim()
    later(seconds=LEASE)
    settings.REMINDER_SETTLE_SECONDS = 10**6
    assert claim_one(worker="hasty", today=FIVE_BEFORE) is None
    settings.REMINDER_SETTLE_SECONDS = 0
    assert claim_one(worker="other", today=FIVE_BEFORE) is not None


def test_who_lost_the_lease_cannot_mark_the_message(waiting: Delivery) -> None:
    lost = claim()
    later(seconds=LEASE + 1)
    holder = claim()
    assert not mark(lost, Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, "late"))
    assert message().state == DeliveryState.SENDING
    assert mark(holder, SENT)
    assert message().state == DeliveryState.SENT
    assert outcomes() == [AttemptOutcome.FAILED, AttemptOutcome.SENT]


def test_a_sent_message_is_never_marked_again(waiting: Delivery) -> None:
    held = claim()
    assert mark(held, SENT)
    assert not mark(held, Outcome(DeliveryState.RETRY, AttemptOutcome.RETRY))
    assert message().state == DeliveryState.SENT


def test_a_temporary_refusal_waits_longer_each_time(waiting: Delivery, post: Post) -> None:
    post.refusal = TemporaryFailure("451 later")
    waits = []
    for _ in range(8):
        assert deliver_one(worker="test", today=FIVE_BEFORE)
        assert not deliver_one(worker="test", today=FIVE_BEFORE)
        wait = message().next_try_at - database_now()
        waits.append(round(wait / timedelta(minutes=1)))
        time_passes(wait)
    assert waits == [1, 2, 5, 15, 30, 60, 60, 60]
    assert (message().state, message().last_error) == (DeliveryState.RETRY, "451 later")
    post.refusal = None
    assert deliver_one(worker="test", today=FIVE_BEFORE)
    assert (message().state, message().last_error) == (DeliveryState.SENT, "")


def test_after_three_days_of_refusals_it_is_given_up(waiting: Delivery, post: Post) -> None:
    post.refusal = TemporaryFailure("451 later")
    deliver_one(worker="test", today=FIVE_BEFORE)
    later(hours=73)
    Delivery.objects.update(rendered_at=F("rendered_at") - timedelta(hours=73))
    deliver_one(worker="test", today=FIVE_BEFORE)
    assert message().state == DeliveryState.FAILED


def test_a_refusal_for_good_is_not_tried_again(waiting: Delivery, post: Post) -> None:
    post.refusal = PermanentFailure("550 no such user")
    deliver_one(worker="test", today=FIVE_BEFORE)
    assert (message().state, message().last_error) == (DeliveryState.FAILED, "550 no such user")
    later(hours=100)
    assert not deliver_one(worker="test", today=FIVE_BEFORE)


@pytest.mark.parametrize("address", ["nobody", "a@example.org,b@example.org", "a@example.org\nBcc: b@example.org"])
def test_an_address_nothing_can_be_sent_to_fails_alone(
    cast: Cast, report_step: Milestone, post: Post, address: str
) -> None:
    Person.objects.filter(user=cast.clerk).update(email=address)
    run(digest(FIVE_BEFORE))
    assert send(FIVE_BEFORE) == 0
    assert (message().state, message().last_error) == (DeliveryState.FAILED, "bad_address")
    assert post.taken == []


def test_what_was_answered_before_the_claim_is_not_sent(cast: Cast, waiting: Delivery, post: Post) -> None:
    done(cast, Milestone.objects.get(task__number="1", position=1))
    assert send(FIVE_BEFORE) == 0
    assert (message().state, message().last_error) == (DeliveryState.CANCELLED, "answered")
    assert message().items.count() == 1
    assert post.taken == []


def test_what_was_answered_drops_out_and_the_rest_is_sent(cast: Cast, report_step: Milestone, post: Post) -> None:
    more(cast, 2)
    run(digest(ONE_BEFORE))
    done(cast, report_step)
    assert send(ONE_BEFORE) == 1
    assert message().items.count() == 2
    assert "新塘路建设" not in post.taken[0].body
    assert "2 件事" in post.taken[0].subject


def test_a_rendered_message_stays_as_it_is_while_something_of_it_holds(cast: Cast, report_step: Milestone) -> None:
    more(cast, 1)
    run(digest(ONE_BEFORE))
    first = claim()
    done(cast, report_step)
    later(seconds=LEASE + 1)
    assert claim().message == first.message


def test_a_rendered_message_of_which_nothing_holds_ends(cast: Cast, waiting: Delivery, report_step: Milestone) -> None:
    claim()
    done(cast, report_step)
    later(seconds=LEASE + 1)
    assert claim_one(worker="test", today=FIVE_BEFORE) is None
    assert (message().state, message().lease_token) == (DeliveryState.CANCELLED, "")
    assert outcomes() == [AttemptOutcome.UNKNOWN]


def test_the_fingerprint_is_that_of_the_bytes(waiting: Delivery) -> None:
    held = claim()
    assert message().sha256 == fingerprint(MailChannel(), held.message)


def test_a_mark_is_tried_until_the_database_is_back(
    waiting: Delivery, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MARK_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(connections["default"], "close", lambda: None)
    failures = iter([OperationalError("away"), OperationalError("still away")])
    marked: Callable[[Sequence[Ended]], None] = mark_all

    def failing(ended: Sequence[Ended]) -> None:
        if failure := next(failures, None):
            raise failure
        marked(ended)

    monkeypatch.setattr(outbox, "mark_all", failing)
    assert send(FIVE_BEFORE) == 1
    assert message().state == DeliveryState.SENT
    assert len(post.taken) == 1


def test_the_oldest_goes_first(report_step: Milestone, cast: Cast, post: Post) -> None:
    run(digest(FIVE_BEFORE))
    later(seconds=5)
    run(digest(ONE_BEFORE))
    send(ONE_BEFORE)
    assert [taken.subject[:5] for taken in post.taken] == ["6月29日", "6月29日"]
    assert Delivery.objects.filter(state=DeliveryState.SENT, channel=Channel.MAIL).count() == 2


def test_messages_claimed_together_have_each_its_own_token_and_try(two_waiting: list[Delivery]) -> None:
    first, second = claim_some(worker="test", today=ONE_BEFORE, most=20)
    assert [first.delivery_id, second.delivery_id] == [row.pk for row in two_waiting]
    assert first.token != second.token
    assert mark(first, SENT)
    states = Delivery.objects.filter(channel=Channel.MAIL).order_by("pk").values_list("state", flat=True)
    assert list(states) == [DeliveryState.SENT, DeliveryState.SENDING]
    assert outcomes() == [AttemptOutcome.SENT, AttemptOutcome.OPEN]


def test_what_went_out_together_is_marked_together_each_with_its_own_answer(
    two_waiting: list[Delivery], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claims = claim_some(worker="test", today=ONE_BEFORE, most=20)
    taken = [Outcome(DeliveryState.SENT, AttemptOutcome.SENT, reference=f"250 kept {number}") for number in (1, 2)]
    with django_assert_num_queries(4):  # two of them begin and end the transaction
        mark_all(list(zip(claims, taken, strict=True)))
    rows = Delivery.objects.filter(channel=Channel.MAIL).order_by("pk")
    assert list(rows.values_list("state", "provider_ref")) == [("sent", "250 kept 1"), ("sent", "250 kept 2")]
    assert outcomes() == [AttemptOutcome.SENT, AttemptOutcome.SENT]


@pytest.mark.parametrize("said", ["250 " + "很长" * 400, "250 kept\x00\r\n250 twice"])
def test_whatever_the_other_side_answers_can_be_written_down(
    waiting: Delivery, post: Post, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailChannel, "send", lambda _self, _message: Receipt(said))
    assert send(FIVE_BEFORE) == 1
    kept = message()
    assert (kept.state, len(kept.provider_ref) <= 300) == (DeliveryState.SENT, True)
    assert kept.provider_ref.startswith("250 ")
    assert kept.provider_ref.isprintable()


def test_a_channel_that_does_not_send_again_is_claimed_one_message_at_a_time(
    two_waiting: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailChannel, "resends", False)
    (only,) = claim_some(worker="test", today=ONE_BEFORE, most=20)
    assert only.delivery_id == two_waiting[0].pk


def test_a_pass_that_breaks_off_gives_back_what_it_has_not_begun(two_waiting: list[Delivery], post: Post) -> None:
    post.refusal = ZeroDivisionError("broken")
    with pytest.raises(ZeroDivisionError):
        send(ONE_BEFORE)
    assert outcomes() == [AttemptOutcome.OPEN, AttemptOutcome.RETRY]
    post.refusal = None
    assert send(ONE_BEFORE) == 1
    assert [taken.message_id for taken in post.taken] == [two_waiting[1].message_id]


def test_what_may_lose_its_lease_while_it_is_sent_is_given_back_rendered(
    waiting: Delivery, post: Post, settings: Settings
) -> None:
    settings.REMINDER_LEASE_SECONDS = 0
    assert not deliver_one(worker="slow", today=FIVE_BEFORE)
    assert post.taken == []
    given = message()
    # As RETRY it takes in no more reminders: its bytes are written.
    assert (given.state, given.lease_token, given.rendered_at is None) == (DeliveryState.RETRY, "", False)
    assert [row.detail for row in Attempt.objects.all()] == [GIVEN_BACK]
    settings.REMINDER_LEASE_SECONDS = LEASE
    assert deliver_one(worker="test", today=FIVE_BEFORE)
    assert outcomes() == [AttemptOutcome.RETRY, AttemptOutcome.SENT]


def test_a_message_costs_the_same_statements_whatever_it_holds(
    cast: Cast, waiting: Delivery, assert_query_baseline: QueryBaseline
) -> None:
    look()  # the first of an installation writes its row
    with assert_query_baseline("reminding: deliver one message"):
        assert deliver_one(worker="test", today=FIVE_BEFORE)
    more(cast, 30)
    run(digest(ONE_BEFORE))
    with assert_query_baseline("reminding: deliver one message"):
        assert deliver_one(worker="test", today=ONE_BEFORE)
    assert len(mail.outbox) == 2


def done(cast: Cast, step: Milestone) -> None:
    on: date = FIVE_BEFORE
    mark_milestones(task=step.task, done={step.pk: on}, by=cast.actor(today=on), now=digest(on))
