"""Every step of a dated promise against everything that stops it, before it is raised, before it is told and before it is sent.

A plan has an item for each step, all of which come due this morning. What happens to them happens to all of them at
one of three moments, and the table says who is sent the step for all that.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from accounts.registering import create_person, create_user
from projects.choices import DateKind
from projects.models import Plan
from projects.planning import (
    add_tasks,
    create_plan,
    issue_plan,
)
from tests.cast import ISSUED_ON, JANUARY, PASSWORD, TODAY, Cast, at
from tests.tracker.reminding.passes import run, send, tell
from tests.tracker.reminding.stopping import (
    AHEAD,
    LATER,
    NEXT_PASS,
    NOW,
    PAST,
    TOLD,
    YESTERDAY,
    Act,
    Setting,
    anew,
    archived,
    as_usual,
    ask_for_later,
    asked_in_time,
    cancelled,
    clerk_gone,
    clerk_moved_away,
    closed,
    closed_and_reopened,
    done,
    handed_over,
    heads_for_clerks,
    item,
    moved,
    new_clerks,
    new_clerks_of_it,
    nobody,
    objected,
    refused,
    reported_and_returned,
    reported_done,
    reported_otherwise,
    suspended,
    suspended_and_resumed,
    takers,
    takers_of_it,
)
from tracker.choices import Channel, DeliveryState, ReminderState
from tracker.extending import NotExtendable
from tracker.models import Delivery, Owed, Reminder
from tracker.reminding.raising import raise_due
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Row:
    """What happens, and who is sent each step in the end; `first` is what happened days before.

    `fate` is why those it was raised for aren't told. `late` says who is sent it where that differs once it is raised.
    """

    act: Act
    fate: str
    sent: Callable[[str], set[str]]
    first: Act = lambda _: None
    late: Callable[[str], set[str]] | None = None

    def sent_late(self, step: str) -> set[str]:
        return (self.late or self.sent)(step)


TABLE: dict[str, Row] = {
    #                              what is done           why the first isn't told   who is sent it in the end
    "nothing happens": Row(lambda _: None, "", as_usual),
    "done": Row(done, "answered", nobody),
    "reported as done, pending": Row(reported_done, "answered", nobody),
    "reported, not as done": Row(reported_otherwise, "", as_usual),
    "reported as done, returned": Row(reported_and_returned, "", as_usual),
    "suspended": Row(suspended, "item_ended", nobody),
    "suspended and resumed": Row(suspended_and_resumed, "new_date", anew),
    "cancelled": Row(cancelled, "item_ended", nobody),
    "closed": Row(closed, "item_ended", nobody),
    "closed and reopened": Row(closed_and_reopened, "new_date", anew),
    "plan put away": Row(archived, "item_ended", nobody),
    "new date: reissued": Row(moved(DateKind.REISSUED), "new_date", nobody),
    "new date: extended": Row(moved(DateKind.EXTENDED), "new_date", nobody),
    "new date: corrected": Row(moved(DateKind.CORRECTED), "new_date", nobody),
    "later date asked in time, pending": Row(lambda _: None, "not raised", nobody, first=asked_in_time),
    "later date asked in time, refused": Row(refused, "not raised", anew, first=asked_in_time),
    "handed over": Row(handed_over, "handed_on", takers, late=takers_of_it),
    "clerk moved away": Row(clerk_moved_away, "handed_on", new_clerks, late=new_clerks_of_it),
    "clerk's sign-in gone": Row(clerk_gone, "no_sign_in", heads_for_clerks),
    "objected, undecided": Row(objected, "", as_usual),
}


@pytest.fixture(name="setting")
def _setting(cast: Cast) -> Setting:
    """Return a plan whose items each have one step to tell today, after a day on which all before was told."""
    by, now = cast.actor(today=JANUARY), at(JANUARY)
    for name in ("clerk", "head", "deputy"):
        person = create_person(
            organization=cast.organization, name=f"new-{name}", email=f"new-{name}@example.org", by=by
        )
        create_user(username=person.name, password=PASSWORD, organization=cast.organization, person=person, by=by)
    plan = create_plan(organization=cast.organization, year=2026, title="逐级提醒", by=by, now=now)
    add_tasks(plan=plan, drafts=[item(cast, step) for step in TOLD], by=by, now=now)
    issue_plan(plan=plan, on=ISSUED_ON, by=cast.actor(today=ISSUED_ON), now=at(ISSUED_ON))
    open_rounds(today=TODAY)
    # What a report owes has steps of its own, which the class below is about.
    Owed.objects.update(next_step_at=None)
    return Setting(cast, Plan.objects.get(pk=plan.pk))


def yesterday(setting: Setting) -> None:
    run(at(YESTERDAY, 9))
    tell(at(YESTERDAY, 17))
    send(YESTERDAY)
    mail.outbox.clear()


def sent_of(step: str) -> set[str]:
    """Return who was mailed the step since yesterday: a line with its date, each of them once."""
    found = [message.to[0] for message in mail.outbox for line in lines_of(message) if f"项目{step}”" in line]
    assert len(found) == len(set(found)), f"{step}: {found}"
    return {address.partition("@")[0] for address in found}


def lines_of(message: EmailMessage) -> list[str]:
    return [line for line in str(message.body).splitlines() if "到期" in line]


def raised_for(step: str) -> list[Reminder]:
    found = Reminder.objects.filter(task__number=step, step=step, state__in=(ReminderState.DUE, ReminderState.EXPANDED))
    return list(found.order_by("pk"))


def fates(rows: list[Reminder]) -> set[str]:
    found = Reminder.objects.filter(pk__in=[row.pk for row in rows])
    return {row.reason or ("new_date" if row.state == ReminderState.SUPERSEDED else row.state) for row in found}


def next_pass() -> None:
    run(NEXT_PASS)
    send(TODAY)


CASES = pytest.mark.parametrize("name", TABLE)


@CASES
def test_what_happens_before_a_step_is_raised(setting: Setting, name: str) -> None:
    row = TABLE[name]
    row.first(setting)
    yesterday(setting)
    row.act(setting)
    run(NOW)
    send(TODAY)
    next_pass()
    assert {step: sent_of(step) for step in TOLD} == {step: row.sent(step) for step in TOLD}


@CASES
def test_what_happens_between_raising_and_telling(setting: Setting, name: str) -> None:
    row = TABLE[name]
    row.first(setting)
    yesterday(setting)
    raise_due(now=NOW)
    rows = {step: raised_for(step) for step in TOLD}
    row.act(setting)
    tell(LATER)
    told = {step: fates(rows[step]) for step in TOLD}
    send(TODAY)
    next_pass()
    assert {step: sent_of(step) for step in TOLD} == {step: row.sent_late(step) for step in TOLD}
    assert told == {step: expected_fates(row, step) for step in TOLD}


@CASES
def test_what_happens_between_telling_and_sending(setting: Setting, name: str) -> None:
    row = TABLE[name]
    row.first(setting)
    yesterday(setting)
    run(NOW)
    messages = dict(Delivery.objects.filter(channel=Channel.MAIL).values_list("pk", "state"))
    row.act(setting)
    send(TODAY)
    next_pass()
    assert {step: sent_of(step) for step in TOLD} == {step: row.sent_late(step) for step in TOLD}
    waiting = [pk for pk, state in messages.items() if state == DeliveryState.READY]
    assert bool(waiting) == (row.fate != "not raised")
    left = set(Delivery.objects.filter(pk__in=waiting).values_list("state", flat=True))
    assert left <= {DeliveryState.SENT, DeliveryState.CANCELLED}


def expected_fates(row: Row, step: str) -> set[str]:
    """Return what becomes of the rows first raised; whoever it doesn't touch is told."""
    if row.fate == "not raised":
        return set()
    touched = {
        "handed_on": {"clerk", "head", "deputy"} if row.act is handed_over else {"clerk"},
        "no_sign_in": {"clerk"},
    }.get(row.fate)
    if not row.fate:
        return {ReminderState.EXPANDED}
    if touched is None:
        return {row.fate}
    return {row.fate if who in touched else ReminderState.EXPANDED.value for who in TOLD[step]}


@pytest.mark.parametrize("step", PAST)
def test_past_its_day_no_later_date_can_be_asked_for(setting: Setting, step: str) -> None:
    with pytest.raises(NotExtendable):
        ask_for_later(setting, step, on=TODAY)


@pytest.mark.parametrize("step", AHEAD)
def test_a_later_date_asked_for_between_raising_and_sending_stops_the_step(setting: Setting, step: str) -> None:
    yesterday(setting)
    run(NOW)
    ask_for_later(setting, step, on=TODAY)
    send(TODAY)
    assert sent_of(step) == set()
    assert all(sent_of(each) == set(TOLD[each]) for each in AHEAD if each != step)
