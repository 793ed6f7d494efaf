"""Standings follow the promises: rewritten with every change, void what no longer holds, mended when they differ."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given as drawn
from hypothesis import strategies as st

from accounts.models import Organization
from projects.choices import DateKind, TaskState
from projects.models import Milestone, Plan, Target, Task
from projects.planning import (
    add_tasks,
    cancel_tasks,
    close_task,
    mark_milestones,
    move_milestone,
    reopen_task,
    withdraw_tasks,
)
from tests.cast import JANUARY, TODAY, Cast, at, issued_plan, make_cast, road, task_of
from tests.factories import MilestoneFactory, TargetFactory, TaskFactory
from tests.tracker.accounts import given, opened_round, owed_by
from tracker import standing as standing_module
from tracker.choices import OwedState, ReminderState, SubjectKind
from tracker.facts import task_facts
from tracker.lights import Light
from tracker.lights_sql import light_expression
from tracker.models import PlanRules, Reminder, Standing, TargetStanding
from tracker.reporting import accept_report
from tracker.standing import differing, reconcile, rewrite
from tracker.turning import LightRules, turning_days

pytestmark = pytest.mark.django_db
NOW = at(TODAY)


def standing(task: Task) -> Standing:
    return Standing.objects.get(task=task)


def light(task: Task, day: date = TODAY) -> Light:
    return Light(Task.objects.annotate(light=light_expression(day)).values_list("light", flat=True).get(pk=task.pk))


def reminder(step: Milestone, state: ReminderState = ReminderState.DUE) -> Reminder:
    return Reminder.objects.create(
        organization=step.organization,
        subject_kind=SubjectKind.MILESTONE,
        subject_id=step.pk,
        cycle=step.cycle,
        step=f"overdue+1-{state}",
        recipient="person:1",
        task=step.task,
        audience="owner",
        state=state,
        tell_at=NOW,
        raised_at=NOW,
    )


class TestFollowing:
    def test_a_step_s_done_day_turns_the_light(self, cast: Cast, plan: Plan) -> None:
        task = task_of(plan, "1")
        assert light(task) is Light.OVERDUE
        done: dict[int, date | None] = {task.milestones.get(position=0).pk: date(2026, 3, 27)}
        mark_milestones(task=task, done=done, by=cast.actor(), now=NOW)
        assert light(task) is Light.DUE_SOON

    def test_days_late_run_from_the_issued_date_though_the_light_follows_the_new_one(
        self, cast: Cast, plan: Plan
    ) -> None:
        task = task_of(plan, "1")
        step, new = task.milestones.get(position=0), date(2026, 5, 31)
        kind = DateKind.EXTENDED
        move_milestone(milestone=step, kind=kind, due_on=new, reason="选址有异议", by=cast.actor(), now=NOW)
        row = standing(task)
        assert (row.overdue_from, row.late_since, row.moves) == (date(2026, 6, 1), date(2026, 3, 31), 1)

    def test_a_closing_and_its_taking_back_show_at_once(self, cast: Cast, plan: Plan) -> None:
        task = close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=NOW)
        assert (light(task), standing(task).next_step_at) == (Light.CLOSED, None)
        reopen_task(task=task, reason="验收有误", by=cast.actor(), now=NOW)
        assert (light(task), standing(task).next_step_at) == (Light.OVERDUE, NOW)

    def test_the_plan_s_own_rules_set_the_days(self, cast: Cast, plan: Plan) -> None:
        rules = PlanRules(organization=cast.organization, plan=plan, valid_from=JANUARY, due_soon_days=14)
        rules.save()
        rewrite([task_of(plan, "2").pk], now=NOW)
        assert standing(task_of(plan, "2")).soon_from == date(2026, 12, 17)

    def test_an_ongoing_item_has_no_next_step(self, plan: Plan) -> None:
        row = standing(task_of(plan, "3"))
        assert (row.ongoing, row.next_step_at, light(task_of(plan, "3"))) == (True, None, Light.ONGOING)

    def test_as_many_statements_for_thirty_items_as_for_two(self, cast: Cast, plan: Plan) -> None:
        tasks = add_tasks(plan=plan, drafts=[road(cast)] * 30, by=cast.actor(), now=NOW)

        def statements(some: list[Task]) -> int:
            with CaptureQueriesContext(connection) as captured:
                rewrite([task.pk for task in some], now=NOW)
            return len(captured)

        assert statements(tasks[:2]) == statements(tasks)


class TestVoiding:
    @pytest.mark.parametrize("end", [close_task, cancel_tasks, withdraw_tasks])
    def test_nothing_more_is_owed_for_an_item_that_ended(self, cast: Cast, plan: Plan, end: object) -> None:
        task, june = task_of(plan, "1"), opened_round(plan)
        if end is close_task:
            close_task(task=task, on=TODAY, by=cast.actor(), now=NOW)
        elif end is cancel_tasks:
            cancel_tasks(task_ids=[task.pk], reason="新表里没有", by=cast.actor(), now=NOW)
        else:
            withdraw_tasks(task_ids=[task.pk], reason="导入撤回", by=cast.actor(), now=NOW)
        assert owed_by(task, cast.building, june).state == OwedState.WAIVED

    def test_what_was_accepted_stays_accepted(self, cast: Cast, plan: Plan) -> None:
        task, june = task_of(plan, "1"), opened_round(plan)
        accept_report(report=given(cast, task, june), by=cast.actor(), now=NOW)
        close_task(task=task, on=TODAY, by=cast.actor(), now=NOW)
        assert owed_by(task, cast.building, june).state == OwedState.ACCEPTED

    def test_a_new_date_voids_what_was_raised_for_the_old_one_and_not_yet_told(self, cast: Cast, plan: Plan) -> None:
        step, other = task_of(plan, "1").milestones.order_by("position")[:2]
        untold, held, told = (
            reminder(step, s) for s in (ReminderState.DUE, ReminderState.HELD, ReminderState.EXPANDED)
        )
        of_other = reminder(other)
        kind, new = DateKind.EXTENDED, date(2026, 7, 31)
        move_milestone(milestone=step, kind=kind, due_on=new, reason="选址有异议", by=cast.actor(), now=NOW)
        states = {row.pk: row.state for row in Reminder.objects.all()}
        assert states[untold.pk] == states[held.pk] == ReminderState.SUPERSEDED
        assert states[told.pk] == ReminderState.EXPANDED
        assert states[of_other.pk] == ReminderState.DUE


class TestReconciling:
    def test_what_planning_and_reporting_write_needs_no_mending(self, cast: Cast, plan: Plan) -> None:
        task, june = task_of(plan, "2"), opened_round(plan)
        values = {task.targets.get().pk: Decimal(4)}
        clerk = cast.investment_clerk
        report = given(cast, task, june, department=cast.investment, user=clerk, values=values)
        accept_report(report=report, by=cast.actor(), now=NOW)
        assert reconcile(now=NOW) == []

    def test_a_day_that_isn_t_what_its_facts_say_is_mended(self, plan: Plan) -> None:
        task = task_of(plan, "1")
        right = standing(task).overdue_from
        Standing.objects.filter(task=task).update(overdue_from=date(2030, 1, 1))
        assert reconcile(now=NOW) == [task.pk]
        assert standing(task).overdue_from == right

    def test_a_figure_that_isn_t_what_was_accepted_is_mended(self, plan: Plan) -> None:
        target = Target.objects.get(task=task_of(plan, "2"))
        TargetStanding.objects.filter(target=target).update(accepted=Decimal(7), behind_from=None)
        assert reconcile(now=NOW) == [target.task_id]
        assert TargetStanding.objects.get(target=target).accepted is None

    def test_a_standing_that_is_missing_is_made(self, plan: Plan) -> None:
        task = task_of(plan, "3")
        Standing.objects.filter(task=task).delete()
        assert reconcile(now=NOW) == [task.pk]
        assert standing(task).ongoing is True


steps = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.none(), st.booleans()), min_size=0, max_size=3
)


@drawn(steps, st.integers(0, 9), st.sampled_from(TaskState))
def test_the_stored_days_are_the_rule_s_days(
    dated: list[tuple[date | None, bool]], promised: int, state: TaskState
) -> None:
    closed_on = TODAY if state == TaskState.CLOSED else None
    task = TaskFactory.create(state=state, closed_on=closed_on)
    for position, (due, done) in enumerate(dated):
        on = (due or TODAY) - timedelta(days=3) if done else None
        MilestoneFactory.create(task=task, position=position, current_due_on=due, done_on=on)
    if promised:
        TargetFactory.create(task=task, value=Decimal(promised))
    rewrite([task.pk], now=NOW)
    row, days = standing(task), turning_days(task_facts([task.pk])[task.pk], LightRules())
    stored = (row.starts_on, row.soon_from, row.behind_from, row.overdue_from, row.late_since, row.complete)
    assert stored == (
        days.starts_on,
        days.soon_from,
        days.behind_from,
        days.overdue_from,
        days.late_since,
        days.complete,
    )
    assert differing([task.pk], now=NOW) == []


@pytest.mark.django_db(transaction=True)
def test_standings_are_mended_while_others_write(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = issued_plan(make_cast())
    monkeypatch.setattr(standing_module, "PER_STATEMENT", 1)
    Standing.objects.update(overdue_from=date(1999, 1, 1))
    compared = standing_module.differing

    def compared_while_another_writes(task_ids: Collection[int], *, now: datetime) -> list[int]:
        found = compared(task_ids, now=now)
        other = Thread(target=written_elsewhere)
        other.start()
        other.join()
        return found

    monkeypatch.setattr(standing_module, "differing", compared_while_another_writes)
    expected = list(plan.tasks.order_by("pk").values_list("pk", flat=True))
    assert len(expected) > 2
    assert reconcile(now=NOW) == expected
    assert Organization.objects.filter(code__startswith="other").count() == len(expected)


def written_elsewhere() -> None:
    try:
        Organization.objects.create(code=f"other{Organization.objects.count()}", name="示例机构")
    finally:
        connection.close()
