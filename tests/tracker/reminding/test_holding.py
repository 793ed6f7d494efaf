"""What the office holds isn't told until it is released; then once, if there is still something to tell."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from accounts.conflicts import Conflict
from accounts.history import Change, record_all
from accounts.models import HistoryEntry
from projects.choices import DateKind
from projects.models import Milestone, Plan
from projects.planning import add_tasks, mark_milestones, move_milestone
from tests.cast import JANUARY, TODAY, Cast, at, issued_plan, make_cast, road, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.conftest import MARCH
from tests.tracker.reminding.happenings import directive_given
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, THE_DAY, digest, record, run, tell
from tracker.choices import ReminderState
from tracker.models import DeliveryItem, Reminder
from tracker.reminding.forecasting import forecast
from tracker.reminding.holding import KIND, hold, key_of, release
from tracker.reminding.raising import raise_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
BEFORE = at(TODAY, 10)
UNTIL = at(THE_DAY, 23)
WHY = "专题会已布置"
ELSE = {state for state in ReminderState if state not in {ReminderState.DUE, ReminderState.HELD}}


def coming(step: str = "before-1", *, since: datetime = BEFORE, until: datetime = UNTIL) -> list[str]:
    return [key_of(row) for row in forecast(since=since, until=until) if row.step == step]


def held(cast: Cast, *keys: str, now: datetime = BEFORE, until: datetime = UNTIL) -> list[Reminder]:
    by = cast.actor(today=now.date())
    return hold(keys=keys, until=until, reason=WHY, organization_id=cast.organization.pk, by=by, now=now)


def let_go(cast: Cast, row: Reminder, *, now: datetime, version: int = 1) -> Reminder:
    return release(reminder=row, version=version, by=cast.actor(today=now.date()), now=now)


def told(row: Reminder) -> int:
    """Return in how many messages it stands: one a channel."""
    return DeliveryItem.objects.filter(reminder=row).count()


def waiting_in(state: ReminderState) -> Reminder:
    """Return a reminder that is raised for today, put into a state."""
    raise_due(now=digest(FIVE_BEFORE))
    Reminder.objects.update(state=state, tell_at=BEFORE + timedelta(hours=1))
    return Reminder.objects.get()


@pytest.mark.parametrize("state", sorted(ELSE))
def test_only_what_is_to_come_or_waits_can_be_held(cast: Cast, report_step: Milestone, state: ReminderState) -> None:
    row = waiting_in(state)
    with pytest.raises(Conflict):
        held(cast, key_of(row))
    row.refresh_from_db()
    assert row.state == state
    assert not HistoryEntry.objects.filter(object_type=KIND).exists()


@pytest.mark.parametrize("state", sorted({*ELSE, ReminderState.DUE}))
def test_only_what_is_held_can_be_released(cast: Cast, report_step: Milestone, state: ReminderState) -> None:
    row = waiting_in(ReminderState.DUE)
    held(cast, key_of(row))
    Reminder.objects.update(state=state)
    with pytest.raises(Conflict):
        let_go(cast, row, now=BEFORE)
    row.refresh_from_db()
    assert row.state == state


def test_what_is_not_raised_yet_is_written_early_and_the_pass_adds_nothing(cast: Cast, report_step: Milestone) -> None:
    (row,) = held(cast, *coming())
    run(digest(ONE_BEFORE))
    assert record("held", "expanded", "due") == [("before-1", "张三", "held")]
    assert (row.tell_at, told(row)) == (digest(ONE_BEFORE), 0)


def test_what_waits_is_held_where_it_stands(cast: Cast, report_step: Milestone) -> None:
    row = waiting_in(ReminderState.DUE)
    assert held(cast, key_of(row)) == [row]
    assert tell(BEFORE + timedelta(hours=2)) == 0
    let_go(cast, row, now=BEFORE + timedelta(hours=3))
    assert tell(BEFORE + timedelta(hours=3)) == 1
    assert told(row) == 2


def test_a_notice_that_waits_for_the_morning_is_held_and_released(cast: Cast, plan: Plan) -> None:
    evening = at(TODAY, 19)
    directive_given(cast, plan, now=evening)
    keys = [key_of(row) for row in forecast(since=evening, until=UNTIL) if row.subject_kind == "directive"]
    rows = held(cast, *keys, now=evening)
    morning = at(TODAY + timedelta(days=1), 8)
    tell(morning)
    assert {told(row) for row in rows} == {0}
    for row in rows:
        let_go(cast, row, now=morning)
    tell(morning)
    assert {told(row) for row in rows} == {2}


def test_what_is_released_before_its_time_is_told_at_its_time_once(cast: Cast, report_step: Milestone) -> None:
    (row,) = held(cast, *coming())
    let_go(cast, row, now=BEFORE)
    assert coming() == [key_of(row)]
    run(BEFORE)
    assert told(row) == 0
    for _ in range(2):
        run(digest(ONE_BEFORE))
    assert told(row) == 2
    assert record("expanded").count(("before-1", "张三", "expanded")) == 1


@pytest.mark.parametrize(
    ("released", "told_at"),
    [
        (at(ONE_BEFORE, 11), at(ONE_BEFORE, 11)),
        (at(ONE_BEFORE, 6), digest(ONE_BEFORE)),
        (at(ONE_BEFORE, 20), at(THE_DAY, 8)),
    ],
)
def test_what_is_released_is_told_in_waking_hours(
    cast: Cast, report_step: Milestone, released: datetime, told_at: datetime
) -> None:
    (row,) = held(cast, *coming())
    let_go(cast, row, now=released)
    tell(told_at - timedelta(minutes=1))
    assert told(row) == 0
    tell(told_at)
    assert told(row) == 2


def test_a_higher_step_is_told_although_the_lower_one_is_held(cast: Cast, report_step: Milestone) -> None:
    (row,) = held(cast, *coming())
    run(digest(ONE_BEFORE))
    run(digest(THE_DAY))
    assert record("held", "expanded") == [("before-1", "张三", "held"), ("day", "张三", "expanded")]
    let_go(cast, row, now=at(THE_DAY, 10))
    run(at(THE_DAY, 10))
    row.refresh_from_db()
    assert (row.state, row.reason, told(row)) == (ReminderState.SUPERSEDED, "overtaken", 0)


def test_what_others_were_told_higher_up_does_not_overtake(cast: Cast, report_step: Milestone) -> None:
    one_day, three_days = date(2026, 7, 1), date(2026, 7, 3)
    (row,) = held(cast, *coming("after-1", until=digest(three_days)), until=digest(three_days))
    for day in (ONE_BEFORE, THE_DAY, one_day, three_days):
        run(digest(day))
    assert ("after-3", "科长", "expanded") in record()
    let_go(cast, row, now=at(three_days, 10))
    tell(at(three_days, 10))
    assert told(row) == 2


def test_what_was_done_meanwhile_is_not_told_after_its_release(cast: Cast, report_step: Milestone) -> None:
    (row,) = held(cast, *coming())
    done(cast, report_step)
    let_go(cast, row, now=at(ONE_BEFORE, 10))
    tell(at(ONE_BEFORE, 10))
    row.refresh_from_db()
    assert (row.state, row.reason, told(row)) == (ReminderState.CANCELLED, "answered", 0)


def test_what_is_held_is_cancelled_at_its_time_when_there_is_nothing_left_to_tell(
    cast: Cast, report_step: Milestone
) -> None:
    (row,) = held(cast, *coming())
    done(cast, report_step)
    run(BEFORE)
    assert record("held") == [("before-1", "张三", "held")]
    run(digest(ONE_BEFORE))
    row.refresh_from_db()
    assert (row.state, row.reason) == (ReminderState.CANCELLED, "answered")


def test_what_is_held_for_an_older_date_is_superseded(cast: Cast, report_step: Milestone) -> None:
    (row,) = held(cast, *coming())
    move_milestone(
        milestone=report_step,
        due_on=date(2026, 8, 31),
        kind=DateKind.REISSUED,
        document="示例发〔2026〕9号",
        reason="重排",
        by=cast.actor(),
        now=BEFORE,
    )
    row.refresh_from_db()
    assert row.state == ReminderState.SUPERSEDED
    with pytest.raises(Conflict):
        let_go(cast, row, now=BEFORE)


def test_all_is_held_or_nothing(cast: Cast, report_step: Milestone) -> None:
    (key,) = coming()
    for other in ("nonsense", key.replace("before-1", "before-7"), key.replace(":1:before", ":9:before")):
        with pytest.raises(Conflict) as lost:
            held(cast, key, other)
        assert lost.value.current == [other]
    assert not Reminder.objects.exists()


def test_what_another_organization_tells_cannot_be_held(cast: Cast, report_step: Milestone) -> None:
    theirs = cast.outsider.organization_id
    assert theirs is not None
    with pytest.raises(Conflict):
        hold(keys=coming(), until=UNTIL, reason=WHY, organization_id=theirs, by=cast.actor(), now=BEFORE)
    assert not Reminder.objects.exists()


def test_history_keeps_who_held_it_and_why_apart_from_the_item(cast: Cast, report_step: Milestone) -> None:
    (row,) = held(cast, *coming())
    let_go(cast, row, now=BEFORE)
    held(cast, key_of(row))
    entries = HistoryEntry.objects.filter(object_type=KIND, object_id=row.pk).order_by("object_version")
    assert [(each.object_version, each.action, each.reason) for each in entries] == [
        (1, "reminder.held", WHY),
        (2, "reminder.released", ""),
        (3, "reminder.held", WHY),
    ]
    assert {(each.actor_name, each.task_id) for each in entries} == {(str(cast.office), None)}


def test_a_release_over_an_older_hold_is_told_so(cast: Cast, report_step: Milestone) -> None:
    (row,) = held(cast, *coming())
    let_go(cast, row, now=BEFORE)
    held(cast, key_of(row))
    with pytest.raises(Conflict):
        let_go(cast, row, now=BEFORE, version=1)
    assert let_go(cast, row, now=BEFORE, version=3).state == ReminderState.DUE


def done(cast: Cast, step: Milestone) -> None:
    mark_milestones(task=step.task, done={step.pk: TODAY}, by=cast.actor(), now=BEFORE)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    @pytest.fixture
    def zone(self) -> Cast:
        zone = make_cast()
        item = task_of(issued_plan(zone), "1")
        first = item.milestones.get(position=0)
        mark_milestones(task=item, done={first.pk: MARCH}, by=zone.actor(today=MARCH), now=at(MARCH))
        return zone

    def test_of_two_who_hold_one_wins(self, zone: Cast) -> None:
        keys = coming()
        got = both(lambda _: held(zone, *keys))
        assert sum(isinstance(one, Conflict) for one in got) == 1
        assert record("held") == [("before-1", "张三", "held")]

    def test_of_two_who_release_one_wins(self, zone: Cast) -> None:
        (row,) = held(zone, *coming())
        got = both(lambda _: let_go(zone, row, now=BEFORE))
        assert sum(isinstance(one, Conflict) for one in got) == 1
        assert HistoryEntry.objects.filter(object_type=KIND).count() == 2

    def test_the_pass_and_a_hold_leave_one_reminder(self, zone: Cast) -> None:
        keys, now = coming(), digest(ONE_BEFORE)
        got = both(lambda number: held(zone, *keys, now=now) if number else run(now))
        rows = Reminder.objects.filter(step="before-1")
        assert len(rows) == 1
        assert rows[0].state == (ReminderState.EXPANDED if isinstance(got[1], Conflict) else ReminderState.HELD)


def both(act: Callable[[int], object]) -> list[object]:
    """Let two threads begin together; return what each got."""
    begin = Barrier(2)

    def one(number: int) -> object:
        begin.wait(5)
        try:
            return act(number)
        except Conflict as lost:
            return lost
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def test_the_page_costs_the_same_whatever_is_held(
    cast: Cast, client: Client, report_step: Milestone, assert_query_baseline: QueryBaseline
) -> None:
    (row,) = held(cast, *coming())
    client.force_login(cast.office)
    for size in (10, 500):
        more = [copy_of(row, f"before-{size + n}") for n in range(size)]
        Reminder.objects.bulk_create(more)
        changes = [Change(row.organization_id, KIND, each.pk, 1, "reminder.held", {}, reason=WHY) for each in more]
        record_all(changes, by=cast.actor())
        client.get("/reminders/")
        with assert_query_baseline("page office /reminders/ with held"):
            assert client.get("/reminders/").content.decode().count(WHY) > size


def copy_of(row: Reminder, step: str) -> Reminder:
    names = [field.attname for field in Reminder._meta.concrete_fields if not field.primary_key]
    return Reminder(**{name: getattr(row, name) for name in names} | {"step": step})


def test_holding_many_costs_as_much_as_holding_one(
    cast: Cast, plan: Plan, client: Client, report_step: Milestone, assert_query_baseline: QueryBaseline
) -> None:
    client.force_login(cast.office)
    for size in (1, 20):
        if size > 1:
            drafts = [replace(road(cast), number=str(100 + n)) for n in range(size)]
            add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=JANUARY), now=at(JANUARY))
        keys = coming(since=BEFORE)
        assert len(keys) == size
        with assert_query_baseline("act office: hold reminders"):
            held(cast, *keys)
