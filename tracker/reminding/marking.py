"""Marking what came of tries: those that ended together in one transaction, each only while its lease is ours."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, Value, When
from django.db.models.functions import Now

from accounts.clock import database_now
from tracker.choices import UNDELIVERED, AttemptOutcome, DeliveryState
from tracker.models import Attempt, Delivery
from tracker.reminding.claiming import Claim
from tracker.reminding.crashpoints import crashpoint
from tracker.reminding.failures import not_delivered
from tracker.reminding.pacing import leave_place

GIVEN_BACK = "given_back"
"""Why a try ended before it began: what was claimed with it took too long."""
BACK_OFF_MINUTES = (1, 2, 5, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try; `wait` is the pause for which the other side asked."""

    state: DeliveryState
    attempt: AttemptOutcome
    detail: str = ""
    reference: str = ""
    wait: timedelta | None = None


type Ended = tuple[Claim, Outcome | None]
"""A claim and what came of its try, or nothing where it was not tried."""


@transaction.atomic
def mark_all(ended: Collection[Ended]) -> None:
    """Record what came of these together: what went well in two statements, and each of the others by itself."""
    plain = [(claim, outcome) for claim, outcome in ended if outcome and _went_well(claim, outcome)]
    if plain:
        _mark_sent(plain)
    for claim, outcome in ended:
        if outcome and not _went_well(claim, outcome):
            mark(claim, outcome)
        elif outcome is None:
            _give_back(claim)
    crashpoint("mark_before_commit")


@transaction.atomic(savepoint=False)
def mark(claim: Claim, outcome: Outcome) -> bool:
    """Record what came of a try; the message itself changes only while it is still ours."""
    change: dict[str, object] = {
        "state": outcome.state,
        "lease_token": "",
        "lease_until": None,
        "last_error": outcome.detail,
        "provider_ref": outcome.reference,
    }
    if outcome.state == DeliveryState.SENT:
        change["sent_at"] = Now()
    else:
        change["next_try_at"] = Now() + max(_back_off(claim.number), outcome.wait or timedelta())
    marked = _mine(claim, **change)
    _attempt(claim, ended_at=Now(), outcome=outcome.attempt, detail=outcome.detail)
    if claim.place:
        leave_place(claim.place, wait=outcome.wait, at=database_now())
    if marked and outcome.state in UNDELIVERED:
        delivery = Delivery.objects.select_related("person", "department").get(pk=claim.delivery_id)
        not_delivered(delivery, today=claim.today, at=database_now())
    return marked


def _give_back(claim: Claim) -> None:
    """Let go of a message that was claimed and not sent: it is ready at once, for whoever claims it."""
    # Not as before its first claim: what is rendered takes in no more reminders.
    _mine(claim, state=DeliveryState.RETRY, lease_token="", lease_until=None, next_try_at=Now())
    _attempt(claim, ended_at=Now(), outcome=AttemptOutcome.RETRY, detail=GIVEN_BACK)
    if claim.place:
        leave_place(claim.place, wait=None, at=database_now())


def _went_well(claim: Claim, outcome: Outcome) -> bool:
    """Say whether the message is simply sent, and nobody counts the tries to its address."""
    return outcome.state == DeliveryState.SENT and claim.place is None


def _mark_sent(ended: Sequence[tuple[Claim, Outcome]]) -> None:
    claims = [claim for claim, _ in ended]
    answers = [When(pk=claim.delivery_id, then=Value(outcome.reference)) for claim, outcome in ended]
    # A token is given once and to one message: both lists together name the pairs.
    ours = Delivery.objects.filter(
        pk__in=[claim.delivery_id for claim in claims],
        lease_token__in=[claim.token for claim in claims],
        state=DeliveryState.SENDING,
    )
    ours.update(
        state=DeliveryState.SENT,
        lease_token="",
        lease_until=None,
        last_error="",
        provider_ref=Case(*answers, default=Value("")),
        sent_at=Now(),
    )
    tries: defaultdict[int, list[int]] = defaultdict(list)
    for claim in claims:
        tries[claim.number].append(claim.delivery_id)
    for number, ids in tries.items():
        rows = Attempt.objects.filter(delivery__in=ids, number=number)
        rows.update(ended_at=Now(), outcome=AttemptOutcome.SENT, detail="")


def _mine(claim: Claim, **change: object) -> bool:
    """Change the message, if it is still ours."""
    mine = Delivery.objects.filter(pk=claim.delivery_id, lease_token=claim.token, state=DeliveryState.SENDING)
    return bool(mine.update(**change))


def _attempt(claim: Claim, **change: object) -> None:
    Attempt.objects.filter(delivery=claim.delivery_id, number=claim.number).update(**change)


def _back_off(number: int) -> timedelta:
    return timedelta(minutes=BACK_OFF_MINUTES[min(number, len(BACK_OFF_MINUTES)) - 1])
