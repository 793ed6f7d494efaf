"""An address is told no faster than it takes, whatever waits for it and whoever sends."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db.models import F

from accounts.clock import database_now
from projects.models import Milestone
from tests.cast import Cast
from tests.tracker.reminding.outlet_story import group
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, time_passes
from tracker.choices import AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery, DeliveryItem, Outlet
from tracker.reminding.bundling import address_hash
from tracker.reminding.claiming import Claim, claim_one
from tracker.reminding.marking import Outcome, mark

pytestmark = pytest.mark.django_db
SENT = Outcome(DeliveryState.SENT, AttemptOutcome.SENT)
MUTED = Outcome(DeliveryState.RETRY, AttemptOutcome.RETRY, "130101", wait=timedelta(minutes=10))
WINDOW = timedelta(seconds=60)


@pytest.fixture
def robot(cast: Cast, report_step: Milestone) -> Outlet:
    """Return a group whose first digest waits, alone."""
    outlet = group(cast)
    run(digest(FIVE_BEFORE))
    Delivery.objects.exclude(outlet=outlet).update(state=DeliveryState.SENT)
    return outlet


def waiting(outlet: Outlet, number: int) -> None:
    """Let so many messages wait for the outlet in all."""
    first = Delivery.objects.get(outlet=outlet)
    item = first.items.get()
    for each in range(number - 1):
        row = Delivery.objects.get(pk=first.pk)
        row.pk, row.bundle, row.message_id = None, f"2026-06-23#{each + 2}", f"<{each}@example.org>"
        row.save()
        DeliveryItem.objects.create(
            organization=row.organization,
            delivery=row,
            reminder=item.reminder,
            channel=row.channel,
            address_hash=address_hash(str(each)),
        )


def claim() -> Claim | None:
    return claim_one(worker="test", today=FIVE_BEFORE)


def sent_now() -> int:
    """Send until there is nothing to claim, and return how many went out."""
    for number in count():
        held = claim()
        if held is None:
            return number
        assert mark(held, SENT)
    raise AssertionError


def later(passed: timedelta) -> None:
    time_passes(passed)
    Attempt.objects.update(started_at=F("started_at") - passed, ended_at=F("ended_at") - passed)


def test_of_a_hundred_messages_no_minute_has_more_than_fifteen(robot: Outlet) -> None:
    waiting(robot, 100)
    rounds = []
    while Delivery.objects.filter(state=DeliveryState.READY).exists():
        rounds.append(sent_now())
        later(timedelta(seconds=20))
    assert sum(rounds) == 100
    moments = sorted(end for end in Attempt.objects.values_list("ended_at", flat=True) if end is not None)
    assert len(moments) == 100
    for first, sixteenth in zip(moments, moments[15:], strict=False):
        assert sixteenth - first >= WINDOW


def test_what_is_too_much_waits_without_being_tried(robot: Outlet) -> None:
    waiting(robot, 17)
    assert sent_now() == 15
    left = Delivery.objects.filter(state=DeliveryState.READY)
    assert [(row.attempts_made, row.rendered_at) for row in left] == [(0, None), (0, None)]
    assert all(timedelta(seconds=50) < row.next_try_at - database_now() <= WINDOW for row in left)


def test_a_try_counts_from_its_end(robot: Outlet) -> None:
    """The other side sees it somewhere between the claim and the mark."""
    waiting(robot, 16)
    held = [claim() for _ in range(15)]
    later(timedelta(seconds=30))
    for each in held:
        assert each is not None
        assert mark(each, SENT)
    later(timedelta(seconds=40))
    assert claim() is None
    later(timedelta(seconds=21))
    assert claim() is not None


def test_a_killed_senders_place_is_free_a_window_after_its_lease(robot: Outlet) -> None:
    waiting(robot, 16)
    for _ in range(15):
        assert claim() is not None
    Delivery.objects.filter(state=DeliveryState.SENDING).update(state=DeliveryState.CANCELLED)
    later(timedelta(seconds=170))
    assert claim() is None
    later(timedelta(seconds=11))
    assert claim() is not None


def test_the_other_sides_pause_holds_all_that_waits_for_the_outlet(robot: Outlet) -> None:
    waiting(robot, 4)
    held = claim()
    assert held is not None
    assert mark(held, MUTED)
    assert claim() is None
    due: set[datetime] = set(Delivery.objects.filter(outlet=robot).values_list("next_try_at", flat=True))
    assert min(due) > database_now() + timedelta(minutes=9)
    later(timedelta(minutes=10, seconds=1))
    assert sent_now() == 4


def test_another_group_is_told_meanwhile(cast: Cast, robot: Outlet) -> None:
    held = claim()
    assert held is not None
    mark(held, MUTED)
    other = group(cast, cast.economy)
    Delivery.objects.filter(outlet=robot).update(
        outlet=other, address=f"outlet:{other.pk}", address_hash=address_hash(f"outlet:{other.pk}")
    )
    Delivery.objects.update(next_try_at=database_now())
    assert sent_now() == 1


def test_an_address_without_a_limit_keeps_no_pace(cast: Cast, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    held = claim()
    assert held is not None
    assert held.place is None
