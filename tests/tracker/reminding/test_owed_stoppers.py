"""Every step of an owed report against everything that stops it, before it is raised, before it is told and before it is sent."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.core import mail

from accounts.registering import create_person, create_user
from projects.choices import DateKind
from projects.models import Plan, Task
from tests.cast import JANUARY, PASSWORD, Cast, at, task_of
from tests.tracker.reminding.passes import digest, run, send, tell
from tests.tracker.reminding.stopping import (
    Act,
    Setting,
    archived,
    cancelled,
    clerk_gone,
    clerk_moved_away,
    closed,
    closed_and_reopened,
    handed_over,
    moved,
    objected,
    report_on,
    suspended,
    suspended_and_resumed,
)
from tracker.choices import ReminderState, ReviewState, RoundState, SubjectKind
from tracker.models import Owed, PlanRules, Reminder, ReportingRound
from tracker.reminding.raising import raise_due
from tracker.reporting import accept_report, return_report
from tracker.rounds import close_round, open_rounds, reopen_round

pytestmark = pytest.mark.django_db
STEPS = {"before-5": date(2026, 6, 17), "before-1": date(2026, 6, 24), "after-1": date(2026, 6, 26)}
"""The days before and after a cut-off on 25 June; the 19th is a holiday."""
ROAD = "新塘路建设"


def reported(s: Setting) -> None:
    report_on(s, road_of(s), marks={})


def reported_to_the_head(s: Setting) -> None:
    PlanRules.objects.create(organization=s.cast.organization, plan=s.plan, valid_from=JANUARY, sign_off=True)
    reported(s)
    assert owed_row(s).reports.get().review_state == ReviewState.UNSIGNED


def accepted(s: Setting) -> None:
    reported(s)
    accept_report(report=owed_row(s).reports.get(), by=s.by(), now=s.now)


def returned(s: Setting) -> None:
    reported(s)
    return_report(report=owed_row(s).reports.get(), reason="请写明进度。", by=s.by(), now=s.now)


def round_closed(s: Setting) -> None:
    close_round(reporting_round=owed_row(s).round, by=s.by(), now=s.now)


def round_reopened(s: Setting) -> None:
    round_closed(s)
    row = ReportingRound.objects.get(plan=s.plan, state=RoundState.CLOSED)
    reopen_round(reporting_round=row, version=row.version, reason="补报", by=s.by(), now=s.now)


def road_of(s: Setting) -> Task:
    return task_of(s.plan, "1")


def owed_row(s: Setting) -> Owed:
    return Owed.objects.select_related("round").get(task=road_of(s))


class Row(NamedTuple):
    """What happens, why the first isn't told, and who is sent it in the end."""

    act: Act
    fate: str
    sent: set[str]


TABLE: dict[str, Row] = {
    "nothing happens": Row(lambda _: None, "", {"clerk"}),
    "reported": Row(reported, "answered", set()),
    "reported, waits for the head": Row(reported_to_the_head, "answered", set()),
    "accepted": Row(accepted, "answered", set()),
    # Told at once of the return, and of the same once more on no day but another.
    "returned": Row(returned, "answered", set()),
    "round closed": Row(round_closed, "answered", set()),
    "round closed and reopened": Row(round_reopened, "", {"clerk"}),
    "suspended": Row(suspended, "item_ended", set()),
    # What is owed is fixed when a round opens: an item that was out of it is asked again in the next.
    "suspended and resumed": Row(suspended_and_resumed, "answered", set()),
    "cancelled": Row(cancelled, "item_ended", set()),
    "closed": Row(closed, "item_ended", set()),
    "closed and reopened": Row(closed_and_reopened, "answered", set()),
    "plan put away": Row(archived, "item_ended", set()),
    # A report is owed whatever becomes of a step.
    "a step's new date": Row(moved(DateKind.REISSUED), "", {"clerk"}),
    "objected, undecided": Row(objected, "", {"clerk"}),
    "handed over": Row(handed_over, "handed_on", {"new-clerk"}),
    "clerk moved away": Row(clerk_moved_away, "handed_on", {"new-clerk"}),
    "clerk's sign-in gone": Row(clerk_gone, "no_sign_in", {"head"}),
}
CASES = pytest.mark.parametrize("name", TABLE)
EACH_STEP = pytest.mark.parametrize("step", STEPS)


@pytest.fixture(name="setting")
def _setting(cast: Cast, plan: Plan, step: str) -> Setting:
    by = cast.actor(today=JANUARY)
    for name in ("clerk", "head", "deputy"):
        person = create_person(
            organization=cast.organization, name=f"new-{name}", email=f"new-{name}@example.org", by=by
        )
        create_user(username=person.name, password=PASSWORD, organization=cast.organization, person=person, by=by)
    day = STEPS[step]
    open_rounds(today=date(2026, 6, 1))
    before = day - timedelta(days=1)
    run(at(before, 9))
    tell(at(before, 17))
    send(before)
    mail.outbox.clear()
    return Setting(cast, plan, digest(day))


def sent() -> set[str]:
    """Return who was mailed that the road's report is owed, each of them once."""
    lines = [(message.to[0], line) for message in mail.outbox for line in str(message.body).splitlines()]
    found = [address for address, line in lines if ROAD in line and "尚未报送" in line]
    assert len(found) == len(set(found))
    return {address.partition("@")[0] for address in found}


def raised(step: str) -> Reminder:
    rows = Reminder.objects.filter(subject_kind=SubjectKind.OWED, step=step, task__title=ROAD)
    return rows.get(state__in=(ReminderState.DUE, ReminderState.EXPANDED))


def next_pass(s: Setting) -> None:
    run(s.now + timedelta(minutes=75))
    send(s.today)


@EACH_STEP
@CASES
def test_what_happens_before_a_step_is_raised(setting: Setting, name: str) -> None:
    row = TABLE[name]
    row.act(setting)
    run(setting.now)
    send(setting.today)
    next_pass(setting)
    assert sent() == row.sent


@EACH_STEP
@CASES
def test_what_happens_between_raising_and_telling(setting: Setting, name: str, step: str) -> None:
    row = TABLE[name]
    raise_due(now=setting.now)
    first = raised(step)
    row.act(setting)
    tell(setting.now + timedelta(minutes=5))
    first.refresh_from_db()
    send(setting.today)
    next_pass(setting)
    assert sent() == row.sent
    assert (first.reason or first.state) == (row.fate or ReminderState.EXPANDED)


@EACH_STEP
@CASES
def test_what_happens_between_telling_and_sending(setting: Setting, name: str) -> None:
    row = TABLE[name]
    run(setting.now)
    row.act(setting)
    send(setting.today)
    next_pass(setting)
    assert sent() == row.sent
