"""The log of lights, and what a board says changed since a day."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.choices import DateKind, TaskState
from projects.models import Milestone, Plan
from projects.planning import close_task, mark_milestones, move_milestone
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.meetings.acts import held
from tests.tracker.visits import signed_in
from tracker.boards.changes import Change, Changes, last_monday
from tracker.boards.filters import COMING, Filters
from tracker.boards.ledger import ledger
from tracker.boards.overview import overview
from tracker.light_log import note_lights
from tracker.models import LightChange, LightsNoted, Standing
from tracker.views.changes import changes_strip

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def noted(plan: Plan, number: str) -> list[tuple[date, str, str]]:
    rows = LightChange.objects.filter(task=task_of(plan, number)).order_by("noted_on")
    return list(rows.values_list("noted_on", "was", "light"))


def told(cast: Cast, asked: Filters, plan: Plan, *, today: date) -> Changes:
    changes = overview(plan, cast.reach(cast.office), asked, today=today).changes
    assert changes is not None
    return changes


def since(cast: Cast, plan: Plan, day: date | None, *, today: date = TODAY) -> dict[Change, int]:
    asked = Filters(plan=plan.pk, since=day)
    return dict(told(cast, asked, plan, today=today).numbers)


def listed(cast: Cast, plan: Plan, change: Change, day: date, *, today: date = TODAY) -> set[str]:
    asked = Filters(plan=plan.pk, changed=change, since=day)
    return {line.task.number for line in ledger(plan, cast.reach(cast.office), asked, today=today).lines}


def test_the_first_night_notes_every_counted_item_and_a_quiet_one_nothing(plan: Plan) -> None:
    note_lights(today=TODAY)
    assert noted(plan, "1") == [(TODAY, "", "overdue")]
    before = LightChange.objects.count()
    note_lights(today=TODAY + DAY)
    assert (before, LightChange.objects.count()) == (3, 3)


def test_a_day_is_noted_once_however_often_it_is_asked_for(cast: Cast, plan: Plan) -> None:
    note_lights(today=TODAY)
    close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=at(TODAY))
    note_lights(today=TODAY)
    assert noted(plan, "1") == [(TODAY, "", "overdue")]
    note_lights(today=TODAY + DAY)
    assert noted(plan, "1")[1:] == [(TODAY + DAY, "overdue", "closed")]


def test_a_day_that_lies_before_the_last_noted_one_is_left_alone(plan: Plan) -> None:
    note_lights(today=TODAY)
    before = LightChange.objects.count()
    Standing.objects.filter(plan=plan).update(state=TaskState.SUSPENDED)
    note_lights(today=TODAY - DAY)
    assert LightChange.objects.count() == before


def test_after_a_time_off_what_the_calendar_turned_stands_at_its_own_day(plan: Plan) -> None:
    note_lights(today=TODAY)
    turning = task_of(plan, "3")
    Standing.objects.filter(task=turning).update(
        soon_from=TODAY + 2 * DAY, behind_from=None, overdue_from=TODAY + 5 * DAY, starts_on=None
    )
    note_lights(today=TODAY + 9 * DAY)
    days = [(day, light) for day, _, light in noted(plan, "3")[1:]]
    assert days == [(TODAY + 2 * DAY, "due_soon"), (TODAY + 5 * DAY, "overdue")]


def test_after_a_time_off_what_facts_turned_counts_from_the_day_it_is_seen(cast: Cast, plan: Plan) -> None:
    note_lights(today=TODAY)
    task = task_of(plan, "1")
    steps = dict.fromkeys(Milestone.objects.filter(task=task).values_list("pk", flat=True), TODAY + DAY)
    mark_milestones(task=task, done=steps, by=cast.actor(), now=at(TODAY + DAY))
    note_lights(today=TODAY + 4 * DAY)
    assert noted(plan, "1")[1:] == [(TODAY + 4 * DAY, "overdue", "on_schedule")]
    assert set(LightsNoted.objects.values_list("noted_on", flat=True)) == {TODAY, TODAY + 4 * DAY}


def test_the_log_can_only_be_added_to(plan: Plan) -> None:
    note_lights(today=TODAY)
    for verb in ("UPDATE tracker_lightchange SET light = 'closed'", "DELETE FROM tracker_lightchange"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(verb)


@pytest.mark.usefixtures("plan")
def test_a_night_is_one_statement_whatever_the_number_of_items() -> None:
    with CaptureQueriesContext(connection) as asked:
        note_lights(today=TODAY)
    about = [query["sql"] for query in asked if "tracker_lightchange" in query["sql"]]
    assert [sql.split()[0] for sql in about] == ["INSERT"]
    assert LightChange.objects.count() == 3


def test_what_changed_since_a_noted_day_is_counted_and_listed(cast: Cast, plan: Plan) -> None:
    day, today = TODAY, TODAY + 3 * DAY
    note_lights(today=day)
    assert since(cast, plan, day) == dict.fromkeys(Change, 0)
    first, third = task_of(plan, "1"), task_of(plan, "3")
    steps = dict.fromkeys(Milestone.objects.filter(task=first).values_list("pk", flat=True), today)
    mark_milestones(task=first, done=steps, by=cast.actor(), now=at(today))
    close_task(task=third, on=today, by=cast.actor(), now=at(today))
    found = since(cast, plan, day, today=today)
    assert (found[Change.GREEN], found[Change.CLOSED], found[Change.OVERDUE]) == (1, 1, 0)
    assert listed(cast, plan, Change.GREEN, day, today=today) == {"1"}
    assert listed(cast, plan, Change.CLOSED, day, today=today) == {"3"}


def test_what_turned_overdue_is_told_by_the_log_and_before_it_by_the_day_it_is_overdue_from(
    cast: Cast, plan: Plan
) -> None:
    task = task_of(plan, "1")
    from_day = Standing.objects.get(task=task).overdue_from
    assert from_day is not None
    assert since(cast, plan, from_day - DAY)[Change.OVERDUE] == 1
    assert since(cast, plan, from_day)[Change.OVERDUE] == 0
    # An earlier date came later: the stored day alone would call it old.
    LightChange.objects.create(
        organization=plan.organization, plan=plan, task=task, noted_on=TODAY - 9 * DAY, was="", light="on_schedule"
    )
    assert from_day < TODAY - 8 * DAY
    assert listed(cast, plan, Change.OVERDUE, TODAY - 8 * DAY) == {"1"}


def test_what_was_put_off_counts_and_a_corrected_date_does_not(cast: Cast, plan: Plan) -> None:
    step = Milestone.objects.get(task=task_of(plan, "1"), text="选址")
    for kind, on in ((DateKind.CORRECTED, TODAY - DAY), (DateKind.EXTENDED, TODAY)):
        assert since(cast, plan, TODAY - DAY)[Change.EXTENDED] == 0
        due = on + 9 * DAY
        move_milestone(milestone=step, kind=kind, due_on=due, reason="红线调整", by=cast.actor(), now=at(on))
        step.refresh_from_db()
    assert since(cast, plan, TODAY - DAY)[Change.EXTENDED] == 1
    assert listed(cast, plan, Change.EXTENDED, TODAY) == {"1"}


def test_what_was_issued_since_then_is_new(cast: Cast, plan: Plan) -> None:
    assert plan.issued_on
    assert since(cast, plan, plan.issued_on)[Change.ISSUED] == 3
    assert since(cast, plan, plan.issued_on + DAY)[Change.ISSUED] == 0


def test_the_day_is_that_of_the_last_meeting_else_the_last_monday(cast: Cast, plan: Plan) -> None:
    def first_day(today: date) -> date:
        return told(cast, Filters(plan=plan.pk), plan, today=today).span.since

    assert first_day(TODAY) == last_monday(TODAY) == date(2026, 6, 22)
    assert last_monday(date(2026, 6, 22)) == date(2026, 6, 15)
    meeting = held(cast, plan)
    later = max(meeting.day, TODAY) + 20 * DAY
    assert first_day(later) == meeting.day


def test_what_turns_overdue_by_the_months_end_is_counted_and_listed(cast: Cast, plan: Plan) -> None:
    turns = Standing.objects.filter(task=task_of(plan, "3"))
    for day, coming in ((TODAY, 0), (TODAY + DAY, 1), (date(2026, 6, 30), 1), (date(2026, 7, 1), 0)):
        turns.update(overdue_from=day)
        asked = Filters(plan=plan.pk, light=COMING)
        view = overview(plan, cast.reach(cast.office), asked, today=TODAY)
        assert (told(cast, asked, plan, today=TODAY).coming, view.listed, len(view.lines)) == (
            coming,
            coming,
            coming,
        ), day
        lines = ledger(plan, cast.reach(cast.office), asked, today=TODAY).lines
        assert [line.task.number for line in lines] == ["3"] * coming


@pytest.mark.usefixtures("business_day")
def test_the_board_leads_to_the_list_behind_each_change(cast: Cast, plan: Plan, client: Client) -> None:
    signed_in(client, cast.office)
    day = plan.issued_on
    assert day
    page = client.get(f"/board/?since={day}").content.decode()
    address = f"/items/?plan={plan.pk}&amp;changed=issued&amp;since={day}"
    assert f'href="{address}">新下达 3</a>' in page
    assert "新下达 3 项" in client.get(address.replace("&amp;", "&")).content.decode()


@pytest.mark.usefixtures("business_day")
def test_the_board_says_what_the_day_is_that_changes_are_told_from(cast: Cast, plan: Plan, client: Client) -> None:
    signed_in(client, cast.office)
    for query, words in (
        ("", "本周一（6月22日）以来"),
        ("?since=2026-06-01", "月初（6月1日）以来"),
        ("?since=2026-06-10", "6月10日以来"),
    ):
        assert f"<summary>{words}</summary>" in client.get(f"/board/{query}").content.decode(), query


def test_on_a_monday_the_day_is_last_weeks(cast: Cast, plan: Plan) -> None:
    monday = date(2026, 6, 22)
    asked = Filters(plan=plan.pk)
    strip = changes_strip(told(cast, asked, plan, today=monday), asked, today=monday)
    assert strip.menu.label == "上周一（6月15日）以来"


@pytest.mark.usefixtures("business_day")
@pytest.mark.parametrize("query", ["since=yesterday", "changed=melted&since=2026-06-01", "changed=green"])
def test_nonsense_in_the_address_asks_for_nothing(cast: Cast, plan: Plan, client: Client, query: str) -> None:
    signed_in(client, cast.office)
    assert client.get(f"/board/?{query}").status_code == 200
    assert "全部 3 项" in client.get(f"/items/?plan={plan.pk}&{query}").content.decode()


def test_a_list_of_what_changed_can_be_asked_for_again_by_its_address() -> None:
    asked = Filters(plan=1, changed="green", since=TODAY)
    assert Filters.from_query(asked.but()) == asked
