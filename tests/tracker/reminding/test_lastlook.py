"""Who answered is not told any more."""

from datetime import date

import pytest

from projects.choices import DateKind
from projects.models import Milestone, Plan
from projects.planning import cancel_tasks, close_task, mark_milestones, move_milestone
from tests.cast import JANUARY, Cast, at, task_of
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, digest
from tracker.choices import ReportState, ReviewState, SubjectKind
from tracker.models import Owed, PlanRules, ProgressReport, Reminder
from tracker.reminding.lastlook import still_holds
from tracker.reminding.raising import raise_due
from tracker.reporting import Account, accept_report, return_report, submit_report
from tracker.rounds import open_rounds
from tracker.signing_off import give_back

pytestmark = pytest.mark.django_db
NOW = digest(FIVE_BEFORE)


@pytest.fixture
def raised(report_step: Milestone) -> Reminder:
    raise_due(now=NOW)
    return Reminder.objects.get(subject_kind=SubjectKind.MILESTONE, subject_id=report_step.pk, step="before-5")


def holds(reminder: Reminder) -> bool:
    return reminder.pk in still_holds([reminder])


def report(cast: Cast, owed: Owed, *, marks: dict[int, date] | None = None) -> ProgressReport:
    return submit_report(
        task=owed.task,
        department=owed.department,
        reporting_round=owed.round,
        account=Account(state=ReportState.ON_PLAN, sentence="按计划推进", marks=marks or {}),
        person=None,
        token=f"owed-{owed.pk}-{owed.cycle}",
        by=cast.actor(cast.clerk, today=FIVE_BEFORE),
        now=NOW,
    )


@pytest.fixture
def owed(plan: Plan) -> Owed:
    open_rounds(today=date(2026, 6, 1))
    return Owed.objects.get(task=task_of(plan, "1"))


def test_an_open_step_still_holds(raised: Reminder) -> None:
    assert holds(raised)


def test_a_done_step_is_answered(cast: Cast, raised: Reminder, report_step: Milestone) -> None:
    by = cast.actor(today=FIVE_BEFORE)
    mark_milestones(task=report_step.task, done={report_step.pk: FIVE_BEFORE}, by=by, now=NOW)
    assert not holds(raised)


def test_an_older_date_is_void(cast: Cast, raised: Reminder, report_step: Milestone) -> None:
    by = cast.actor(today=FIVE_BEFORE)
    july = date(2026, 7, 31)
    move_milestone(milestone=report_step, kind=DateKind.EXTENDED, due_on=july, reason="征地", by=by, now=NOW)
    assert not holds(raised)


def test_a_cancelled_item_asks_nothing(cast: Cast, raised: Reminder, report_step: Milestone) -> None:
    cancel_tasks(task_ids=[report_step.task_id], reason="撤销", by=cast.actor(), now=NOW)
    assert not holds(raised)


def test_a_closed_item_asks_nothing(cast: Cast, raised: Reminder, report_step: Milestone) -> None:
    close_task(task=report_step.task, on=FIVE_BEFORE, by=cast.actor(today=FIVE_BEFORE), now=NOW)
    assert not holds(raised)


def test_a_step_reported_as_done_waits_for_the_office(
    cast: Cast, owed: Owed, raised: Reminder, report_step: Milestone
) -> None:
    account = report(cast, owed, marks={report_step.pk: FIVE_BEFORE})
    assert not holds(raised)
    raise_due(now=digest(ONE_BEFORE))
    assert "before-1" not in _steps_of(report_step)
    return_report(report=account, reason="请附选址意见", by=cast.actor(), now=at(ONE_BEFORE))
    assert holds(raised)
    raise_due(now=at(ONE_BEFORE))
    assert "before-1" in _steps_of(report_step)


def test_a_step_reported_as_done_waits_for_the_units_head(
    cast: Cast, plan: Plan, owed: Owed, raised: Reminder, report_step: Milestone
) -> None:
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=JANUARY, sign_off=True)
    account = report(cast, owed, marks={report_step.pk: FIVE_BEFORE})
    assert account.review_state == ReviewState.UNSIGNED
    assert not holds(raised)
    raise_due(now=digest(ONE_BEFORE))
    assert "before-1" not in _steps_of(report_step)
    give_back(report=account, reason="写明选址意见文号", by=cast.actor(cast.head), now=at(ONE_BEFORE))
    assert holds(raised)
    raise_due(now=at(ONE_BEFORE))
    assert "before-1" in _steps_of(report_step)


def test_a_report_without_the_step_does_not_answer_for_it(cast: Cast, owed: Owed, raised: Reminder) -> None:
    report(cast, owed)
    assert holds(raised)


class TestOwed:
    @pytest.fixture
    def asked(self, owed: Owed) -> Reminder:
        raise_due(now=digest(date(2026, 6, 24)))
        return Reminder.objects.get(subject_kind=SubjectKind.OWED, subject_id=owed.pk, step="before-1")

    def test_a_report_answers(self, cast: Cast, owed: Owed, asked: Reminder) -> None:
        assert holds(asked)
        report(cast, owed)
        assert not holds(asked)

    def test_an_accepted_report_stays_answered(self, cast: Cast, owed: Owed, asked: Reminder) -> None:
        accept_report(report=report(cast, owed), by=cast.actor(), now=NOW)
        assert not holds(asked)

    def test_a_returned_report_is_asked_for_anew(self, cast: Cast, owed: Owed, asked: Reminder) -> None:
        return_report(report=report(cast, owed), reason="请写明进度", by=cast.actor(), now=at(date(2026, 6, 24), 11))
        assert not holds(asked)
        raise_due(now=at(date(2026, 6, 24), 11))
        again = Reminder.objects.get(subject_kind=SubjectKind.OWED, subject_id=owed.pk, step="before-1", cycle=2)
        assert holds(again)


def _steps_of(step: Milestone) -> set[str]:
    rows = Reminder.objects.filter(subject_kind=SubjectKind.MILESTONE, subject_id=step.pk)
    return set(rows.values_list("step", flat=True))
