"""What is done between a notice's raising and its sending stops it, with the reason on record."""

from collections.abc import Callable

import pytest
from django.core import mail

from projects.models import Plan
from projects.planning import cancel_tasks, close_task, suspend_tasks
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.reminding.happenings import (
    HAPPENINGS,
    LATER,
    NOW,
    Subject,
    ask_to_close,
)
from tests.tracker.reminding.passes import send, tell
from tests.tracker.visits import report
from tracker.choices import Channel, DeliveryState, ReminderState, ReportState
from tracker.closing import close_directly
from tracker.directives import answer_directive, settle_directive, withdraw_directive
from tracker.directives import ask_again as ask_directive_again
from tracker.models import Delivery, Directive, Obstacle, Receipt, Reminder, SupportPart
from tracker.obstacles import answer_obstacle, withdraw_obstacle
from tracker.obstacles import ask_again as ask_obstacle_again
from tracker.receipts import Seen, object_to, sign
from tracker.reminding.lastlook import why_not_told
from tracker.reporting import Account, submit_report
from tracker.rounds import current_round, open_rounds
from tracker.supporting import answer_part, withdraw_part

pytestmark = pytest.mark.django_db
SOON = at(TODAY, 10, 5)
Stopper = Callable[[Cast, Plan, Subject], object]


def suspended(cast: Cast, plan: Plan, _: Subject) -> object:
    return suspend_tasks(task_ids=[task_of(plan, "1").pk], reason="停建", by=cast.actor(), now=SOON)


def cancelled(cast: Cast, plan: Plan, _: Subject) -> object:
    return cancel_tasks(task_ids=[task_of(plan, "1").pk], reason="撤销", by=cast.actor(), now=SOON)


def closed(cast: Cast, plan: Plan, _: Subject) -> object:
    return close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=SOON)


def reported(cast: Cast, plan: Plan, _: Subject) -> object:
    return report(cast, plan, "1", sentence="补报：附选址意见。")


def reported_since(cast: Cast, plan: Plan, _: Subject) -> object:
    open_rounds(today=TODAY)
    current = current_round(plan.pk, today=TODAY)
    assert current is not None
    return submit_report(
        task=task_of(plan, "1"),
        department=cast.building,
        reporting_round=current,
        account=Account(state=ReportState.ON_PLAN, sentence="已选址。"),
        person=None,
        token="since",
        by=cast.actor(cast.clerk),
        now=SOON,
    )


def road_receipt(cast: Cast, plan: Plan) -> Seen:
    row = Receipt.objects.get(task=task_of(plan, "1"), department=cast.building)
    return Seen(row.pk, row.version)


def signed(cast: Cast, plan: Plan, _: Subject) -> object:
    return sign(seen=[road_receipt(cast, plan)], by=cast.actor(cast.clerk), now=SOON)


def objected(cast: Cast, plan: Plan, _: Subject) -> object:
    return object_to(seen=road_receipt(cast, plan), reason="不是我们的。", by=cast.actor(cast.clerk), now=SOON)


def obstacle_answered(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, Obstacle)
    by = cast.actor(cast.economy_clerk)
    return answer_obstacle(obstacle=row, version=row.version, answer="迁完了。", by=by, now=SOON)


def obstacle_asked_again(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, Obstacle)
    by = cast.actor(cast.clerk)
    return ask_obstacle_again(obstacle=row, version=row.version, due_on=LATER, reason="再请。", by=by, now=SOON)


def obstacle_withdrawn(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, Obstacle)
    by = cast.actor(cast.clerk)
    return withdraw_obstacle(obstacle=row, version=row.version, reason="已解决。", by=by, now=SOON)


def directive_answered(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, Directive)
    by = cast.actor(cast.clerk)
    return answer_directive(directive=row, version=row.version, answer="报了。", by=by, now=SOON)


def directive_asked_again(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, Directive)
    by = cast.actor(cast.leader)
    return ask_directive_again(directive=row, version=row.version, due_on=LATER, reason="再报。", by=by, now=SOON)


def directive_settled(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, Directive)
    return settle_directive(directive=row, version=row.version, by=cast.actor(cast.leader))


def directive_withdrawn(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, Directive)
    return withdraw_directive(directive=row, version=row.version, reason="另行布置。", by=cast.actor(cast.leader))


def part_answered(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, SupportPart)
    by = cast.actor(cast.economy_clerk)
    return answer_part(part=row, version=row.version, text="完成 3 亿。", objects=False, by=by, now=SOON)


def part_withdrawn(cast: Cast, _: Plan, row: Subject) -> object:
    assert isinstance(row, SupportPart)
    return withdraw_part(part=row, version=row.version, reason="不用了。", by=cast.actor(cast.clerk))


def asked_to_close_again(cast: Cast, plan: Plan, _: Subject) -> object:
    return ask_to_close(cast, plan, token="closing again")


def closed_by_the_office(cast: Cast, plan: Plan, _: Subject) -> object:
    road = task_of(plan, "1")
    return close_directly(task=road, version=road.version, on=TODAY, reason="现场核实", by=cast.actor(), now=SOON)


ENDS: list[tuple[Stopper, str]] = [(suspended, "item_ended"), (cancelled, "item_ended"), (closed, "item_ended")]
STOPPERS: dict[str, list[tuple[Stopper, str]]] = {
    "report returned": [(reported, "answered"), *ENDS],
    "obstacle raised": [
        (obstacle_answered, "answered"),
        (obstacle_asked_again, "answered"),
        (obstacle_withdrawn, "withdrawn"),
        *ENDS,
    ],
    "obstacle answered": [(obstacle_asked_again, "answered"), (obstacle_withdrawn, "withdrawn"), *ENDS],
    "obstacle asked again": [(obstacle_answered, "answered"), (obstacle_withdrawn, "withdrawn"), *ENDS],
    "directive given": [
        (directive_answered, "answered"),
        (directive_asked_again, "answered"),
        (directive_settled, "answered"),
        (directive_withdrawn, "withdrawn"),
        *ENDS,
    ],
    "directive answered": [
        (directive_asked_again, "answered"),
        (directive_settled, "answered"),
        (directive_withdrawn, "withdrawn"),
        *ENDS,
    ],
    "directive asked again": [(directive_answered, "answered"), (directive_withdrawn, "withdrawn"), *ENDS],
    "urged": [(reported_since, "answered"), (signed, "answered"), (objected, "answered"), *ENDS],
    "part asked": [(part_answered, "answered"), (part_withdrawn, "withdrawn"), *ENDS],
    "later date granted": ENDS,
    "later date refused": ENDS,
    "closing returned": [(asked_to_close_again, "answered"), (closed_by_the_office, "item_ended"), *ENDS],
}
CASES = [
    pytest.param(name, stop, why, id=f"{name}, {stop.__name__}")
    for name, stops in STOPPERS.items()
    for stop, why in stops
]


def test_every_happening_has_its_stoppers() -> None:
    assert STOPPERS.keys() == HAPPENINGS.keys()


@pytest.mark.parametrize(("name", "stop", "why"), CASES)
def test_what_is_over_before_it_is_told_is_cancelled_with_the_reason(
    cast: Cast, plan: Plan, name: str, stop: Stopper, why: str
) -> None:
    one = HAPPENINGS[name]
    subject = one.cause(cast, plan)
    rows = list(one.rows(subject))
    assert set(why_not_told(rows, today=TODAY).values()) == {""}
    stop(cast, plan, subject)
    tell(SOON)
    found = Reminder.objects.filter(pk__in=[row.pk for row in rows])
    assert {(row.state, row.reason) for row in found} == {(ReminderState.CANCELLED, why)}
    assert not Delivery.objects.filter(items__reminder__in=rows).exists()


@pytest.mark.parametrize(("name", "stop", "why"), CASES)
def test_what_is_over_before_the_mail_is_claimed_is_not_sent(
    cast: Cast, plan: Plan, name: str, stop: Stopper, why: str
) -> None:
    one = HAPPENINGS[name]
    subject = one.cause(cast, plan)
    Reminder.objects.exclude(pk__in=one.rows(subject)).delete()
    tell(NOW)
    messages = Delivery.objects.filter(channel=Channel.MAIL)
    waiting = set(messages.values_list("pk", flat=True))
    assert len(waiting) == len(one.told), why
    stop(cast, plan, subject)
    send(TODAY)
    assert {row.state for row in messages.filter(pk__in=waiting)} == {DeliveryState.CANCELLED}
    assert not mail.outbox
