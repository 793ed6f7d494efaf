"""The sample as loaded: every light can be seen, nothing contradicts the facts, and the same day gives the same office."""

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import transaction
from django.db.models import F
from pytest_django import DjangoDbBlocker

from accounts.access import reach_of
from accounts.models import HistoryEntry, Person
from projects.choices import PlanState, TaskState
from projects.models import Milestone, Task
from seeds.loading import Sample, load_sample
from tests.cast import PASSWORD, at
from tracker.boards.multi_year import multi_year
from tracker.choices import STILL_OWED, ReviewState
from tracker.facts import task_facts
from tracker.lights import Counter, Light, counters, light_on
from tracker.models import Owed, ProgressReport, ReportingRound, Standing
from tracker.rounds import current_round
from tracker.standing import differing
from tracker.turning import LightRules, turning_days

YEAR = 2026
MIDYEAR = date(YEAR, 6, 24)
DAYS = (date(YEAR, 3, 1), MIDYEAR, date(YEAR, 11, 30))
DRAWN = {Counter.OVERDUE: 9, Counter.ATTENTION: 21, Counter.ON_SCHEDULE: 88, Counter.CLOSED: 24}


@dataclass(frozen=True, slots=True)
class Loaded:
    today: date
    sample: Sample

    def lights(self) -> Tally[Light]:
        facts = task_facts(Task.objects.filter(plan=self.sample.plan).values_list("pk", flat=True)).values()
        found = [light_on(self.today, each.state, turning_days(each, LightRules())) for each in facts]
        return Tally(light for light in found if light)

    @property
    def round(self) -> ReportingRound:
        found = current_round(self.sample.plan.pk, today=self.today)
        assert found is not None
        return found


@contextmanager
def loading(today: date) -> Iterator[Loaded]:
    """Load the sample and take it back at the end."""
    with transaction.atomic():
        yield Loaded(today, load_sample(today=today, year=YEAR, now=at(today, hour=12), password=PASSWORD))
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def loaded(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Loaded]:
    with django_db_blocker.unblock(), loading(request.param) as each:
        yield each


def test_the_table_is_there_whole_and_every_light_is_on(loaded: Loaded) -> None:
    lights = loaded.lights()
    assert set(lights) == set(Light)
    assert sum(counters(lights).values()) == 142


def test_stored_days_are_those_that_the_facts_give(loaded: Loaded) -> None:
    tasks = list(Task.objects.filter(plan__in=[loaded.sample.plan, loaded.sample.past]).values_list("pk", flat=True))
    assert differing(tasks, now=at(loaded.today)) == []


def test_something_late_but_done_returned_waiting_and_moved_can_be_seen(loaded: Loaded) -> None:
    plan = loaded.sample.plan
    reports = ProgressReport.objects.filter(task__plan=plan, round=loaded.round)
    assert Milestone.objects.filter(task__plan=plan, done_on__gt=F("issued_due_on")).exists()
    assert reports.filter(review_state=ReviewState.RETURNED).exists()
    assert reports.filter(review_state=ReviewState.SUBMITTED).exists()
    assert Standing.objects.filter(plan=plan, completion_pending=True).exists()
    assert Standing.objects.filter(plan=plan, moves__gt=0).exists()


def test_the_clerk_owes_several_reports_in_the_open_round(loaded: Loaded) -> None:
    clerk = loaded.sample.staff["demo"].users["clerk"]
    owed = Owed.objects.filter(round=loaded.round, department__memberships__person__user=clerk, state__in=STILL_OWED)
    assert owed.filter(department__name="规划建设科").count() >= 3


def test_nobody_is_without_an_answer_but_those_of_the_latest_round(loaded: Loaded) -> None:
    before = Owed.objects.filter(round__plan=loaded.sample.plan).exclude(round=loaded.round)
    assert before.exists()
    assert before.filter(state__in=STILL_OWED).count() == 0


def test_what_is_replayed_lies_on_its_day_and_none_in_the_future(loaded: Loaded) -> None:
    assert HistoryEntry.objects.filter(business_on__gt=loaded.today).count() == 0
    assert ProgressReport.objects.filter(submitted_on__gt=loaded.today).count() == 0
    assert ProgressReport.objects.filter(submitted_at__gt=at(loaded.today, hour=12)).count() == 0
    assert HistoryEntry.objects.values("business_on").distinct().count() > 20


def test_the_past_year_is_over(loaded: Loaded) -> None:
    states = Task.objects.filter(plan=loaded.sample.past).values_list("state", flat=True)
    assert set(states) == {TaskState.CLOSED}
    assert len(states) == 29


def test_goals_of_several_years_go_on_with_those_of_the_year_before(loaded: Loaded) -> None:
    reach = reach_of(loaded.sample.staff["demo"].users["office"], today=loaded.today)
    groups = {group.horizon: group.items for group in multi_year(reach, today=loaded.today).groups}
    assert [[item.task.number for item in items] for items in groups.values()] == [["112"], ["71"], ["94"]]
    assert list(groups) == [YEAR + 1, YEAR + 2, None]
    for items in groups.values():
        for item in items:
            assert [step.task.plan.year for step in item.steps] == [YEAR - 1, YEAR]
            assert all(line.goal.added and line.goal.whole.accepted for line in item.goals)
    assert {item.lit.light for items in groups.values() for item in items} >= {Light.BEHIND}


def test_no_mail_can_reach_anyone(loaded: Loaded) -> None:
    addresses = Person.objects.exclude(email="").values_list("email", flat=True)
    assert addresses
    assert [each for each in addresses if not each.endswith(".example")] == []


@pytest.mark.parametrize("loaded", [MIDYEAR], indirect=True, ids=str)
def test_the_board_on_24_june_is_about_the_one_that_was_drawn(loaded: Loaded) -> None:
    counted = counters(loaded.lights())
    assert {each: abs(counted[each] - number) <= 3 for each, number in DRAWN.items()} == dict.fromkeys(DRAWN, True)
    assert loaded.round.owed.filter(state__in=STILL_OWED, reports=None).count() == 13


def told() -> list[tuple[object, ...]]:
    """Return everything the replay leaves, without the ids that a database deals out."""
    reports = ProgressReport.objects.order_by("task__number", "round__key", "department__name").values_list(
        "task__number", "round__key", "department__name", "sentence", "state", "review_state", "submitted_at", "late"
    )
    steps = Milestone.objects.order_by("task__plan__year", "task__number", "position").values_list(
        "task__plan__year", "task__number", "position", "current_due_on", "done_on", "moves"
    )
    return [*reports, *steps]


@pytest.mark.django_db
def test_the_same_day_gives_the_same_sample() -> None:
    given = []
    for _ in range(2):
        with loading(date(YEAR, 2, 10)):
            given.append(told())
    assert given[0] == given[1]


@pytest.mark.django_db
def test_before_the_issue_the_plan_is_a_draft() -> None:
    with loading(date(YEAR, 1, 2)) as loaded:
        assert loaded.sample.plan.state == PlanState.DRAFT
        assert ProgressReport.objects.filter(task__plan=loaded.sample.plan).count() == 0
