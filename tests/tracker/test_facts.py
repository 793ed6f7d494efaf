"""Facts as the database holds them: what is read, in which order, and what fills the gaps."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import TaskState
from projects.models import Plan, Task
from tests.cast import TODAY, Cast, at, task_of
from tests.factories import MilestoneFactory, TargetFactory, TaskFactory
from tests.tracker.accounts import given, opened_round
from tracker.choices import ReportState
from tracker.facts import task_facts
from tracker.reporting import accept_report
from tracker.turning import TargetFacts

pytestmark = pytest.mark.django_db


def target_of(task: Task) -> TargetFacts:
    (target,) = task_facts([task.pk])[task.pk].targets
    return target


def test_a_target_runs_over_its_own_days_first() -> None:
    task = TaskFactory.create()
    step = MilestoneFactory.create(task=task, current_due_on=date(2026, 6, 30))
    own = TargetFactory.create(task=task, milestone=step, start_on=date(2026, 2, 1), due_on=date(2026, 9, 30))
    assert (own.pk, target_of(task).start, target_of(task).due) == (own.pk, date(2026, 2, 1), date(2026, 9, 30))


def test_a_step_s_target_runs_with_its_step() -> None:
    task = TaskFactory.create()
    MilestoneFactory.create(task=task, position=0, current_due_on=date(2026, 3, 31))
    step = MilestoneFactory.create(task=task, position=1, current_due_on=date(2026, 6, 30))
    TargetFactory.create(task=task, milestone=step)
    assert (target_of(task).start, target_of(task).due) == (date(2026, 3, 31), date(2026, 6, 30))


def test_an_item_s_target_runs_from_its_first_start_to_its_last_step() -> None:
    task = TaskFactory.create()
    MilestoneFactory.create(task=task, position=0, start_on=date(2026, 4, 1), current_due_on=date(2026, 6, 30))
    MilestoneFactory.create(task=task, position=1, current_due_on=date(2026, 10, 31))
    TargetFactory.create(task=task)
    assert (target_of(task).start, target_of(task).due) == (date(2026, 4, 1), date(2026, 10, 31))


def test_a_target_of_an_item_without_dates_runs_over_the_year() -> None:
    task = TaskFactory.create()
    TargetFactory.create(task=task)
    assert (target_of(task).start, target_of(task).due) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_curve_is_read_as_days_and_shares() -> None:
    task = TaskFactory.create()
    TargetFactory.create(task=task, curve=[["2026-06-30", 0.45]])
    assert target_of(task).curve == ((date(2026, 6, 30), Decimal("0.45")),)


def test_dropped_steps_and_targets_are_no_facts() -> None:
    task = TaskFactory.create()
    MilestoneFactory.create(task=task, dropped_on=TODAY)
    TargetFactory.create(task=task, dropped_on=TODAY)
    facts = task_facts([task.pk])[task.pk]
    assert (facts.milestones, facts.targets, facts.state) == ((), (), TaskState.ISSUED)


def test_the_latest_accepted_figure_counts_and_a_waiting_one_does_not(cast: Cast, plan: Plan) -> None:
    task, june = task_of(plan, "2"), opened_round(plan)
    target = task.targets.get()
    for token, value in (("first", 3), ("second", 5)):
        values = {target.pk: Decimal(value)}
        report = given(cast, task, june, department=cast.investment, token=token, values=values)
        if token == "first":
            accept_report(report=report, by=cast.actor(), now=at(TODAY))
            # One unit's answer settles its round; the next figure comes with the next round.
            june = opened_round(plan, today=date(2026, 7, 1))
    assert target_of(task).accepted == 3


def test_a_completion_waits_until_a_later_report_or_an_answer(cast: Cast, plan: Plan) -> None:
    task, june = task_of(plan, "1"), opened_round(plan)
    given(cast, task, june, token="done", state=ReportState.DONE)
    assert task_facts([task.pk])[task.pk].completion_pending is True
    given(cast, task, june, token="not yet", state=ReportState.SLOW)
    assert task_facts([task.pk])[task.pk].completion_pending is False


def test_as_many_queries_for_twenty_items_as_for_one() -> None:
    tasks = [TaskFactory.create() for _ in range(20)]
    for task in tasks:
        TargetFactory.create(task=task, milestone=MilestoneFactory.create(task=task))

    def queries(some: list[Task]) -> int:
        with CaptureQueriesContext(connection) as captured:
            task_facts([task.pk for task in some])
        return len(captured)

    assert queries(tasks[:1]) == queries(tasks)
