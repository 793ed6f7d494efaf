"""What has come due becomes rows of the record, each once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from projects.choices import DateKind
from projects.models import Milestone, Plan
from projects.planning import add_tasks, issue_plan, mark_milestones, move_milestone
from tests.cast import JANUARY, Cast, at, make_plan, road, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, THE_DAY, digest, record
from tracker.choices import ReminderState, SubjectKind
from tracker.models import Owed, Reminder, Standing
from tracker.reminding.raising import raise_due
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db


def test_a_step_that_has_come_is_raised_for_whom_it_is_meant(report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE) - timedelta(minutes=1))
    assert record(ReminderState.DUE) == []
    assert raise_due(now=digest(FIVE_BEFORE)) == 1
    assert record(ReminderState.DUE) == [("before-5", "张三", "due")]
    row = Reminder.objects.get(step="before-5", subject_id=report_step.pk)
    assert (row.subject_kind, row.cycle, row.tell_at) == (SubjectKind.MILESTONE, 1, digest(FIVE_BEFORE))


def test_a_second_pass_adds_nothing(report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    before = record()
    assert raise_due(now=digest(FIVE_BEFORE)) == 0
    assert raise_due(now=at(FIVE_BEFORE, 17)) == 0
    assert record() == before


def test_a_pass_that_looks_at_everything_again_adds_nothing(report_step: Milestone) -> None:
    """The memory of what was raised is the record, not the next step's time."""
    raise_due(now=digest(FIVE_BEFORE))
    before = record()
    Standing.objects.update(next_step_at=digest(FIVE_BEFORE))
    assert raise_due(now=digest(FIVE_BEFORE)) == 0
    assert record() == before


def test_the_same_thing_cannot_stand_twice_in_the_record(report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    row = Reminder.objects.get(step="before-5")
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_only_items_whose_next_step_has_come_are_read(report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    standing = Standing.objects.get(task=report_step.task_id)
    assert standing.next_step_at == digest(ONE_BEFORE)
    with CaptureQueriesContext(connection) as seen:
        raise_due(now=digest(ONE_BEFORE) - timedelta(seconds=1))
    assert not [query for query in seen if "milestone" in query["sql"]]


def test_the_ladder_climbs_from_the_owner_to_the_main_leader(report_step: Milestone) -> None:
    for days in range(16):
        raise_due(now=digest(THE_DAY + timedelta(days=days)))
    due = [(step, who) for step, who, _ in record(ReminderState.DUE)]
    assert due == [
        ("day", "张三"),
        ("after-1", "张三"),
        ("after-3", "科长"),
        ("after-7", "副主任"),
        ("after-15", "主任"),
        ("after-15", "督办员"),
    ]


def test_of_two_steps_on_one_day_the_higher_is_told_and_the_other_merged(cast: Cast, report_step: Milestone) -> None:
    sunday, friday = date(2026, 6, 28), date(2026, 6, 26)
    by = cast.actor(today=MARCH_DAY)
    move_milestone(
        milestone=report_step, kind=DateKind.REISSUED, due_on=sunday, reason="改期", by=by, now=at(MARCH_DAY)
    )
    raise_due(now=digest(date(2026, 6, 18)))
    raise_due(now=digest(friday))
    assert [row for row in record() if row[0] in {"before-1", "day"}] == [
        ("before-1", "张三", "merged"),
        ("day", "张三", "due"),
    ]
    lower, higher = (Reminder.objects.get(step=step) for step in ("before-1", "day"))
    assert lower.merged_into == higher


MARCH_DAY = date(2026, 3, 30)


def test_what_was_due_before_the_issue_is_recorded_and_never_told(cast: Cast) -> None:
    plan = make_plan(cast)
    issued_on = date(2026, 6, 24)
    issue_plan(plan=plan, on=issued_on, by=cast.actor(today=issued_on), now=at(issued_on))
    done = {task_of(plan, "1").milestones.get(position=0).pk: MARCH_DAY}
    mark_milestones(task=task_of(plan, "1"), done=done, by=cast.actor(today=issued_on), now=at(issued_on))
    raise_due(now=at(issued_on))
    assert record() == [("before-5", "张三", "merged")]
    assert Reminder.objects.get().reason == "before_issue"
    raise_due(now=digest(ONE_BEFORE))
    assert record()[1:] == [("before-1", "张三", "due")]


def test_after_a_standstill_the_highest_missed_step_is_told_once(report_step: Milestone) -> None:
    raise_due(now=at(date(2026, 7, 9), 10))
    told = [(step, who) for step, who, _ in record(ReminderState.DUE)]
    assert told == [("after-7", "张三"), ("after-7", "科长"), ("after-7", "副主任")]
    assert {step for step, _, _ in record(ReminderState.MERGED)} == {
        "before-5",
        "before-1",
        "day",
        "after-1",
        "after-3",
    }
    owner, head = (Reminder.objects.get(step="after-7", audience=audience) for audience in ("owner", "head"))
    assert head.tell_at - owner.tell_at == timedelta(hours=1)


def test_nothing_is_raised_for_a_draft(cast: Cast) -> None:
    make_plan(cast)
    assert raise_due(now=digest(date(2026, 7, 15))) == 0


def test_a_moved_date_begins_a_new_cycle_and_voids_what_was_not_told(cast: Cast, report_step: Milestone) -> None:
    raise_due(now=digest(THE_DAY))
    assert ("day", "张三", "due") in record()
    move_milestone(
        milestone=report_step,
        kind=DateKind.EXTENDED,
        due_on=date(2026, 7, 31),
        reason="征地",
        by=cast.actor(today=THE_DAY),
        now=at(THE_DAY),
    )
    assert ("day", "张三", "superseded") in record()
    raise_due(now=digest(date(2026, 7, 24)))
    newest = Reminder.objects.order_by("-pk")[0]
    assert (newest.step, newest.cycle, newest.state) == ("before-5", 2, ReminderState.DUE)


def test_an_owed_report_is_told_before_and_after_its_cut_off(plan: Plan) -> None:
    open_rounds(today=date(2026, 6, 1))
    cutoff = Owed.objects.select_related("round")[0].round.cutoff_on
    assert cutoff == date(2026, 6, 25)
    for day in range(1, 31):
        raise_due(now=digest(date(2026, 6, day)))
    steps = Reminder.objects.filter(subject_kind=SubjectKind.OWED, task__number="2").order_by("pk")
    assert [(row.step, row.person.name) for row in steps if row.person] == [
        ("before-5", "示例·王五"),
        ("before-1", "示例·王五"),
        ("after-1", "示例·王五"),
    ]


def test_a_batch_costs_the_same_statements_whatever_it_holds(
    cast: Cast, plan: Plan, assert_query_baseline: QueryBaseline
) -> None:
    raise_due(now=digest(ONE_BEFORE))
    with assert_query_baseline("reminding: raise one batch"):
        raise_due(now=digest(THE_DAY))
    drafts = [replace(road(cast), number=str(100 + n)) for n in range(40)]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=JANUARY), now=at(JANUARY))
    raise_due(now=digest(date(2026, 7, 2)))
    with assert_query_baseline("reminding: raise one batch"):
        raise_due(now=digest(date(2026, 7, 3)))
