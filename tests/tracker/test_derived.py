"""What is stored to be quick is found and mended when it isn't what it is derived from."""

from datetime import date, datetime, timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import MembershipRole
from accounts.registering import join
from projects.calendars import remove_own_day, set_own_days
from projects.models import CalendarDay, Plan, Task
from projects.planning import add_tasks, close_task
from tests.cast import TODAY, Cast, at, evening, road, task_of
from tests.tracker.accounts import given, opened_round
from tracker import derived
from tracker.choices import OwedState
from tracker.derived import differences, repair
from tracker.models import Owed, Reminder, Standing
from tracker.reminding.raising import raise_due
from tracker.reporting import accept_report, return_report
from tracker.rounds import close_round, open_rounds, reopen_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
NOW = at(TODAY)


@pytest.fixture
def worked_on(cast: Cast, plan: Plan) -> Plan:
    """Return a plan of which one item waits for review, one was returned and accepted, one is closed."""
    current = opened_round(plan)
    road, firms = task_of(plan, "1"), task_of(plan, "2")
    given(cast, road, current)
    by_firms = partial(given, cast, firms, current, department=cast.investment, user=cast.investment_clerk)
    return_report(report=by_firms(token="a"), reason="请写数", by=cast.actor(), now=NOW)
    accept_report(report=by_firms(token="b"), by=cast.actor(), now=NOW)
    close_task(task=task_of(plan, "3"), on=TODAY, by=cast.actor(), now=NOW)
    return plan


def said(*arguments: str) -> str:
    written = StringIO()
    call_command("check_facts", *arguments, stdout=written)
    return written.getvalue()


def test_what_the_operations_write_agrees_with_the_facts(worked_on: Plan) -> None:
    found = differences(now=NOW)
    assert (found.looked_at, found.items, found.owed) == (3, (), ())
    assert "日期不一致 0 项，应报状态不一致 0 条" in said()


def test_a_stored_day_that_is_wrong_is_named_and_the_command_fails(worked_on: Plan) -> None:
    road = task_of(worked_on, "1")
    Standing.objects.filter(task=road).update(overdue_from=date(2030, 1, 1))
    with pytest.raises(CommandError, match="日期不一致 1 项"):
        said()
    assert differences(now=NOW).items == (road.pk,)


@pytest.mark.parametrize("number", ["1", "2", "3"])
@pytest.mark.parametrize("state", list(OwedState))
def test_a_wrong_state_of_what_is_owed_is_found_and_mended(worked_on: Plan, number: str, state: OwedState) -> None:
    row = Owed.objects.filter(task__number=number).order_by("pk")[0]
    right = row.state
    Owed.objects.filter(pk=row.pk).update(state=state)
    assert differences(now=NOW).owed == (() if state == right else (row.pk,))
    said("--repair")
    row.refresh_from_db()
    assert row.state == right


def test_repairing_mends_the_days_and_a_second_look_finds_nothing(worked_on: Plan) -> None:
    Standing.objects.update(overdue_from=None, complete=True)
    assert "已按事实重写" in said("--repair")
    assert not differences(now=evening(TODAY))
    assert said("--repair").count("\n") == 1


MONDAY = date(2026, 6, 29)  # the day before the road's second step is due, told of at half past eight


@pytest.fixture
def reminded(plan: Plan) -> Task:
    """Return the road after the pass of that Monday's digest: it is looked at next on the day itself."""
    raise_due(now=at(MONDAY, 8, 30))
    return task_of(plan, "1")


def next_look(task: Task, at_: datetime | None) -> tuple[int, ...]:
    """Store when reminders look at the item next, and return whose are found to be late an hour after the pass."""
    Standing.objects.filter(task=task).update(next_step_at=at_)
    return differences(now=at(MONDAY, 9, 30)).late


def test_a_look_after_the_next_step_is_late_and_one_on_it_or_before_is_not(reminded: Task) -> None:
    the_day = at(MONDAY + timedelta(days=1), 8, 30)
    assert Standing.objects.get(task=reminded).next_step_at == the_day
    for early in (the_day, the_day - timedelta(hours=3), at(MONDAY, 9), at(MONDAY - timedelta(days=90))):
        assert next_look(reminded, early) == ()
    for late in (the_day + timedelta(minutes=1), None):
        assert next_look(reminded, late) == (reminded.pk,)


def test_a_step_that_has_passed_unseen_is_due_at_once(reminded: Task) -> None:
    the_day = at(MONDAY + timedelta(days=1), 8, 30)
    assert next_look(reminded, the_day) == ()
    Reminder.objects.filter(task=reminded).update(cycle=0)
    assert next_look(reminded, the_day) == (reminded.pk,)


def test_what_is_late_is_said_and_looked_at_once_more(reminded: Task) -> None:
    now = at(MONDAY, 9, 30)
    assert next_look(reminded, None) == (reminded.pk,)
    with pytest.raises(CommandError, match="提醒会晚 1 项"):
        said()
    repair(differences(now=now), now=now)
    assert Standing.objects.get(task=reminded).next_step_at == now
    assert not differences(now=now)


def test_every_pass_leaves_a_look_in_time(reminded: Task) -> None:
    day = MONDAY
    while day < date(2026, 10, 1):
        raise_due(now=at(day, 8, 30))
        assert differences(now=at(day, 20)).late == (), day
        day += timedelta(days=1)
    assert Reminder.objects.filter(task=reminded, step="weekly-1").exists()


def test_a_pass_run_ahead_for_a_later_day_makes_no_look_late(reminded: Task) -> None:
    raise_due(now=at(date(2026, 12, 30), 8, 30))
    assert Standing.objects.filter(next_step_at__gt=at(date(2026, 12, 30))).exists()
    assert differences(now=at(MONDAY, 9, 30)).late == ()


def test_somebody_who_comes_between_two_steps_makes_no_look_late(cast: Cast, reminded: Task) -> None:
    assert cast.economy_clerk.person is not None
    join(
        person=cast.economy_clerk.person,
        department=cast.building,
        role=MembershipRole.CLERK,
        from_on=MONDAY,
        by=cast.actor(),
    )
    assert differences(now=at(MONDAY, 9, 30)).late == ()


def test_a_holiday_that_brings_a_step_forward_makes_the_look_late(cast: Cast, reminded: Task) -> None:
    CalendarDay.objects.create(
        organization=cast.organization, day=MONDAY + timedelta(days=1), working=False, name="园区活动日"
    )
    assert differences(now=at(MONDAY, 9, 30)).late == (reminded.pk,)


def test_a_day_off_that_the_office_notes_or_takes_back_makes_no_look_late(cast: Cast, reminded: Task) -> None:
    free = {
        "first": MONDAY + timedelta(days=1),
        "last": MONDAY + timedelta(days=1),
        "working": False,
        "name": "园区活动日",
    }
    acting = {"organization": cast.organization, "by": cast.actor(), "now": at(MONDAY, 9, 30)}
    (row,) = set_own_days(**acting, **free)  # type: ignore[arg-type]
    assert differences(now=at(MONDAY, 9, 30)).late == ()
    assert Standing.objects.get(task=reminded).next_step_at == at(MONDAY, 9, 30)
    Standing.objects.update(next_step_at=at(MONDAY + timedelta(days=30)))
    remove_own_day(row=row, **acting)  # type: ignore[arg-type]
    assert Standing.objects.get(task=reminded).next_step_at == at(MONDAY, 9, 30)


AHEAD, EVE = date(2026, 7, 17), date(2026, 7, 23)
"""Five working days before July's cut-off, a Friday, and one."""


@pytest.fixture
def owed(plan: Plan) -> Owed:
    """Return what is owed of the road in July after the pass five working days before: it is looked at next on the eve."""
    open_rounds(today=date(2026, 7, 1))
    raise_due(now=at(AHEAD, 8, 30))
    return Owed.objects.get(task=task_of(plan, "1"))


def test_a_look_at_what_is_owed_after_its_next_step_is_late_is_said_and_mended(owed: Owed) -> None:
    now, the_day = at(AHEAD, 9, 30), at(EVE, 8, 30)
    assert (owed.round.cutoff_on, owed.next_step_at) == (EVE + timedelta(days=1), the_day)
    for late in (the_day + timedelta(minutes=1), None):
        Owed.objects.filter(pk=owed.pk).update(next_step_at=late)
        found = differences(now=now)
        assert (found.late, found.late_owed) == ((), (owed.pk,))
    with pytest.raises(CommandError, match="提醒会晚 1 项"):
        said()
    repair(differences(now=now), now=now)
    owed.refresh_from_db()
    assert owed.next_step_at == now
    assert not differences(now=now)


def test_every_pass_leaves_a_look_in_time_at_what_is_owed(owed: Owed) -> None:
    for day in range(30):
        now = at(AHEAD + timedelta(days=day), 8, 30)
        raise_due(now=now)
        assert differences(now=now + timedelta(hours=11)).late_owed == (), now
    assert Reminder.objects.filter(task=owed.task, subject_kind="owed").count() > 2


def test_a_day_off_noted_or_taken_back_lets_reminders_look_at_what_is_owed_at_once(cast: Cast, owed: Owed) -> None:
    now = at(AHEAD, 9, 30)
    acting = {"organization": cast.organization, "by": cast.actor(), "now": now}
    (row,) = set_own_days(**acting, first=EVE, last=EVE, working=False, name="园区活动日")  # type: ignore[arg-type]
    owed.refresh_from_db()
    assert (owed.next_step_at, differences(now=now).late_owed) == (now, ())
    Owed.objects.update(next_step_at=None)
    remove_own_day(row=row, **acting)  # type: ignore[arg-type]
    owed.refresh_from_db()
    assert owed.next_step_at == now


def test_a_day_off_lets_reminders_look_at_what_was_returned_after_its_round_closed(cast: Cast, owed: Owed) -> None:
    now, later = at(AHEAD, 9, 30), at(EVE + timedelta(days=30))
    Owed.objects.exclude(pk=owed.pk).update(state=OwedState.ACCEPTED, next_step_at=later)
    Owed.objects.filter(pk=owed.pk).update(state=OwedState.RETURNED, next_step_at=later)
    close_round(reporting_round=owed.round, by=cast.actor(today=AHEAD), now=now)
    acting = {"organization": cast.organization, "by": cast.actor(today=AHEAD), "now": now}
    set_own_days(**acting, first=EVE, last=EVE, working=False, name="园区活动日")  # type: ignore[arg-type]
    assert dict(Owed.objects.values_list("state", "next_step_at")) == {"returned": now, "accepted": later}


def test_a_reopened_round_is_looked_at_again_though_a_pass_went_by_while_it_was_closed(cast: Cast, owed: Owed) -> None:
    by, now = cast.actor(today=EVE), at(EVE, 9, 30)
    row = close_round(reporting_round=owed.round, by=by, now=at(EVE, 8))
    raise_due(now=at(EVE, 8, 30))
    Owed.objects.exclude(pk=owed.pk).update(state=OwedState.ACCEPTED)
    reopen_round(reporting_round=row, reason="漏报", by=by, now=now)
    assert dict(Owed.objects.values_list("state", "next_step_at")) == {"owed": now, "accepted": None}
    assert differences(now=now).late_owed == ()
    raise_due(now=now)
    assert Reminder.objects.filter(subject_kind="owed", subject_id=owed.pk, step="before-1").exists()


def test_looks_are_held_against_the_rules_in_batches_of_a_fixed_number_of_statements(
    cast: Cast, reminded: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(MONDAY, 9, 30)

    def statements(found: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(differences(now=now).late) == found
        return len(captured)

    Standing.objects.update(next_step_at=None)
    few = statements(2)
    add_tasks(plan=reminded.plan, drafts=[road(cast)] * 30, by=cast.actor(), now=now)
    Standing.objects.update(next_step_at=None)
    assert statements(32) == few
    monkeypatch.setattr(derived, "PER_STATEMENT", 5)
    assert statements(32) > few
