"""Each of these lies in the tables is found by `check_facts`; what can be derived is mended by `--repair`."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db.models import F, QuerySet

from accounts.models import HistoryEntry
from projects.models import Milestone, MilestoneDate, Plan, Task
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.accounts import given, opened_round
from tracker.choices import OwedState
from tracker.derived import differences, repair
from tracker.extending import Request, ask_extension
from tracker.models import Extension, ItemText, Owed, ProgressReport, Standing, TargetStanding
from tracker.obstacles import raise_obstacle
from tracker.reporting import accept_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
NOW = at(TODAY)
NEVER = date(2031, 1, 1)


@pytest.fixture
def true_plan(cast: Cast, plan: Plan) -> Plan:
    """Return a plan with an accepted report, one that waits, a request for a later day and an obstacle."""
    current = opened_round(plan)
    road, firms = task_of(plan, "1"), task_of(plan, "2")
    accept_report(report=given(cast, road, current), by=cast.actor(), now=NOW)
    given(cast, firms, current, department=cast.investment, user=cast.investment_clerk, token="waits")
    step = Milestone.objects.filter(task__plan=plan, current_due_on__gt=TODAY, done_on__isnull=True).order_by("pk")[0]
    assert step.current_due_on is not None
    to_on = step.current_due_on + timedelta(days=28)
    while to_on.weekday() > 3:
        to_on += timedelta(days=1)
    asked = Request(to_on=to_on, reason="汛期停工", progress="", token="later")
    ask_extension(
        milestone=step, department=cast.building, request=asked, by=cast.actor(cast.clerk, today=TODAY), now=NOW
    )
    raise_obstacle(
        task=road,
        department=cast.building,
        text="供地批文没有下来",
        answerer=cast.economy,
        due_on=TODAY,
        token="blocks",
        by=cast.actor(cast.clerk),
        now=NOW,
    )
    assert not differences(now=NOW), differences(now=NOW)
    return plan


def standing(plan: Plan) -> QuerySet[Standing]:
    return Standing.objects.filter(task=task_of(plan, "1"))


def step(plan: Plan) -> QuerySet[Milestone]:
    return Milestone.objects.filter(pk=task_of(plan, "1").milestones.order_by("position")[1].pk)


def target(plan: Plan) -> QuerySet[TargetStanding]:
    return TargetStanding.objects.filter(task__plan=plan)


def owed(plan: Plan) -> QuerySet[Owed]:
    return Owed.objects.filter(task=task_of(plan, "2"))


LIES: dict[str, Callable[[Plan], object]] = {
    "the item's state": lambda plan: standing(plan).update(state="closed"),
    "the day work starts": lambda plan: standing(plan).update(starts_on=NEVER),
    "the day it is soon due": lambda plan: standing(plan).update(soon_from=NEVER),
    "the day it falls behind": lambda plan: standing(plan).update(behind_from=NEVER),
    "the day it is overdue": lambda plan: standing(plan).update(overdue_from=NEVER),
    "the day from which it is late": lambda plan: standing(plan).update(late_since=NEVER),
    "whether it is ongoing": lambda plan: standing(plan).update(ongoing=True),
    "whether all is done": lambda plan: standing(plan).update(complete=True),
    "whether an end waits for review": lambda plan: standing(plan).update(completion_pending=True),
    "the next day due": lambda plan: standing(plan).update(next_due_on=NEVER),
    "the last day due": lambda plan: standing(plan).update(last_due_on=NEVER),
    "how often it was put off": lambda plan: standing(plan).update(moves=7),
    "a reminder looked at too late": lambda plan: standing(plan).update(next_step_at=at(NEVER)),
    "a reminder never looked at": lambda plan: standing(plan).update(next_step_at=None),
    "an item's days missing": lambda plan: standing(plan).delete(),
    "a figure nobody reported": lambda plan: target(plan).update(accepted=999),
    "the day a figure falls behind": lambda plan: target(plan).update(behind_from=NEVER),
    "a figure's days missing": lambda plan: target(plan).delete(),
    "a report that is owed all the same": lambda plan: owed(plan).update(state=OwedState.OWED),
    "a report that nobody owes": lambda plan: owed(plan).update(state=OwedState.WAIVED),
    "a step's day in force": lambda plan: step(plan).update(current_due_on=NEVER),
    "a step's issued day": lambda plan: step(plan).update(issued_due_on=NEVER),
    "a step's extensions": lambda plan: step(plan).update(moves=3),
    "a word nobody wrote": lambda plan: ItemText.objects.filter(task__plan=plan).update(body="虚构"),
    "an item's words missing": lambda plan: ItemText.objects.filter(task__plan=plan).delete(),
    "an approval nobody gave": lambda plan: Extension.objects.filter(task__plan=plan).update(decided=F("decided") + 1),
}
UNTOLD: dict[str, Callable[[Plan], object]] = {
    "a change of an item without an entry": lambda plan: Task.objects.filter(pk=task_of(plan, "1").pk).update(
        version=F("version") + 1
    ),
    "an answer to a report without an entry": lambda plan: ProgressReport.objects.filter(
        task=task_of(plan, "1")
    ).update(version=F("version") + 1),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_found_and_mended(true_plan: Plan, lie: str) -> None:
    assert LIES[lie](true_plan)
    found = differences(now=NOW)
    assert found
    repair(found, now=NOW)
    assert not differences(now=NOW)


@pytest.mark.parametrize("lie", UNTOLD)
def test_a_change_without_an_entry_is_found_and_stays_found(true_plan: Plan, lie: str) -> None:
    assert UNTOLD[lie](true_plan)
    found = differences(now=NOW)
    assert len(found.untold) == 1
    repair(found, now=NOW)
    assert differences(now=NOW).untold == found.untold


def test_dates_and_entries_themselves_are_what_is_believed(true_plan: Plan) -> None:
    assert MilestoneDate.objects.filter(milestone__task__plan=true_plan).exists()
    assert HistoryEntry.objects.filter(task_id=task_of(true_plan, "1").pk).exists()
    assert differences(now=NOW).looked_at == 3
