"""Reports and the office's answers: what they write, what they refuse, and what counts when."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TargetDraft, TaskDraft
from projects.models import Plan, Task
from projects.planning import add_tasks, close_task
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.accounts import FIRST_TOKEN, ON_PLAN, given, opened_round, owed_by
from tracker.choices import OwedState, ReportState, ReviewState
from tracker.facts import accepted_values, task_facts
from tracker.models import ItemTick, MilestoneMark, Owed, ProgressReport, ReportingRound, Review, TargetValue
from tracker.reporting import NotReportable, Submission, accept_report, accept_reports, return_report, submit_reports

pytestmark = pytest.mark.django_db
CUTOFF = date(2026, 6, 25)


@pytest.fixture
def june(plan: Plan) -> ReportingRound:
    return opened_round(plan)


@pytest.fixture
def road(plan: Plan) -> Task:
    return task_of(plan, "1")


@pytest.fixture
def firms(plan: Plan) -> Task:
    return task_of(plan, "2")


def of_firms(cast: Cast, firms: Task, june: ReportingRound, value: int, token: str = FIRST_TOKEN) -> ProgressReport:
    """Report a number of firms by the section that is to win them."""
    values = {firms.targets.get().pk: Decimal(value)}
    clerk = cast.investment_clerk
    return given(cast, firms, june, department=cast.investment, user=clerk, token=token, values=values)


class TestSubmitting:
    def test_a_report_answers_what_the_unit_owes(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = given(cast, road, june)
        owed = owed_by(road, cast.building, june)
        assert (owed.state, owed.late, owed.answered_at) == (OwedState.SUBMITTED, False, at(TODAY))
        assert (report.owed, report.author_name, report.review_state) == (owed, "示例·张三", ReviewState.SUBMITTED)

    def test_it_answers_for_no_other_unit(self, cast: Cast, plan: Plan, june: ReportingRound) -> None:
        duty = task_of(plan, "3")
        given(cast, duty, june)
        assert owed_by(duty, cast.economy, june).state == OwedState.OWED

    def test_the_same_token_returns_the_first_report_and_writes_nothing(
        self, cast: Cast, road: Task, june: ReportingRound
    ) -> None:
        first = given(cast, road, june)
        entries = HistoryEntry.objects.count()
        second = given(cast, road, june, sentence="又点了一次。")
        assert (second.pk, second.sentence) == (first.pk, ON_PLAN.sentence)
        assert (ProgressReport.objects.count(), HistoryEntry.objects.count()) == (1, entries)

    @pytest.mark.parametrize(
        ("day", "hour", "late"), [(CUTOFF, 17, False), (CUTOFF, 18, True), (CUTOFF + timedelta(days=1), 9, True)]
    )
    def test_a_report_after_the_cutoff_is_late(
        self, cast: Cast, road: Task, june: ReportingRound, day: date, hour: int, late: bool
    ) -> None:
        assert june.cutoff_on == CUTOFF
        assert given(cast, road, june, today=day, hour=hour).late is late
        assert owed_by(road, cast.building, june).late is late

    def test_it_is_written_to_the_item_s_history(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = given(cast, road, june)
        entry = HistoryEntry.objects.get(object_type="report", object_id=report.pk)
        assert (entry.action, entry.task_id, entry.object_version) == ("report.submitted", road.pk, 1)
        assert (entry.after["sentence"], entry.user) == (ON_PLAN.sentence, cast.clerk)

    def test_a_unit_that_owes_nothing_may_still_report(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = given(cast, road, june, department=cast.economy, user=cast.economy_clerk)
        assert report.owed is None
        assert owed_by(road, cast.building, june).state == OwedState.OWED

    def test_a_closed_item_takes_no_report(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        close_task(task=road, on=TODAY, by=cast.actor(), now=at(TODAY))
        with pytest.raises(NotReportable, match="not_issued"):
            given(cast, road, june)
        assert not ProgressReport.objects.exists()

    def test_what_was_accepted_is_not_reported_again(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        accept_report(report=given(cast, road, june), by=cast.actor(), now=at(TODAY))
        with pytest.raises(NotReportable, match="already_accepted"):
            given(cast, road, june, token="token-2")

    def test_ticks_are_the_figure_of_their_list(self, cast: Cast, plan: Plan) -> None:
        named = TargetDraft("开工项目", Decimal(3), "个", items=("甲厂", "乙厂", "丙厂"))
        lead = PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk)
        draft = TaskDraft(title="三个项目开工", number="4", parties=(lead,), targets=(named,))
        (task,) = add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=at(TODAY))
        target = task.targets.get()
        first, _, last = target.items.order_by("position")
        report = given(cast, task, opened_round(plan), ticks=[first.pk, last.pk], ticked_targets=[target.pk])
        assert TargetValue.objects.get(report=report, target=target).value == 2
        assert {tick.item_id for tick in ItemTick.objects.filter(report=report)} == {first.pk, last.pk}

    def test_an_emptied_list_counts_nought(self, cast: Cast, firms: Task, june: ReportingRound) -> None:
        target = firms.targets.get()
        report = given(cast, firms, june, department=cast.investment, ticked_targets=[target.pk])
        assert TargetValue.objects.get(report=report).value == 0

    def test_figures_and_steps_of_another_item_are_refused_with_nothing_written(
        self, cast: Cast, road: Task, firms: Task, june: ReportingRound
    ) -> None:
        foreign_value = {"values": {firms.targets.get().pk: Decimal(7)}}
        foreign_mark = {"marks": {firms.milestones.get().pk: TODAY}}
        for parts in (foreign_value, foreign_mark):
            with pytest.raises(ValueError, match="not of this item"):
                given(cast, road, june, **parts)
        assert not ProgressReport.objects.exists()
        assert owed_by(road, cast.building, june).state == OwedState.OWED


class TestAccepting:
    def test_only_accepted_figures_count(self, cast: Cast, firms: Task, june: ReportingRound) -> None:
        target = firms.targets.get()
        report = of_firms(cast, firms, june, 5)
        assert target.pk not in accepted_values([firms.pk])
        accept_report(report=report, by=cast.actor(), now=at(TODAY))
        assert accepted_values([firms.pk])[target.pk].value == 5
        target.standing.refresh_from_db()
        assert (target.standing.accepted, target.standing.accepted_on) == (Decimal(5), TODAY)

    def test_it_turns_the_light(self, cast: Cast, firms: Task, june: ReportingRound) -> None:
        assert firms.standing.behind_from is not None
        assert firms.standing.behind_from <= TODAY
        accept_report(report=of_firms(cast, firms, june, 7), by=cast.actor(), now=at(TODAY))
        firms.standing.refresh_from_db()
        assert firms.standing.behind_from is None

    def test_a_later_report_s_figure_stands_in_whatever_order_they_are_accepted(
        self, cast: Cast, firms: Task, june: ReportingRound
    ) -> None:
        earlier = of_firms(cast, firms, june, 3)
        later = of_firms(cast, firms, opened_round(firms.plan, today=date(2026, 7, 8)), 4, "token-2")
        for report in (later, earlier):
            accept_report(report=report, by=cast.actor(), now=at(TODAY))
        assert accepted_values([firms.pk])[firms.targets.get().pk].value == 4

    def test_marked_steps_are_done_on_the_day_reported(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        step, on = road.milestones.get(position=0), date(2026, 3, 27)
        report = given(cast, road, june, marks={step.pk: on})
        step.refresh_from_db()
        assert step.done_on is None
        accept_report(report=report, by=cast.actor(), now=at(TODAY))
        step.refresh_from_db()
        road.standing.refresh_from_db()
        assert step.done_on == on
        assert road.standing.overdue_from == date(2026, 7, 1)

    def test_what_was_owed_is_settled(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        accept_report(report=given(cast, road, june), comment="很清楚。", by=cast.actor(), now=at(TODAY))
        owed = owed_by(road, cast.building, june)
        assert (owed.state, owed.next_step_at) == (OwedState.ACCEPTED, None)
        assert Review.objects.get().reason == "很清楚。"

    def test_a_completion_waits_for_the_answer_and_sets_no_light(
        self, cast: Cast, road: Task, june: ReportingRound
    ) -> None:
        days = road.standing.overdue_from
        report = given(cast, road, june, state=ReportState.DONE)
        road.standing.refresh_from_db()
        assert (road.standing.completion_pending, road.standing.overdue_from) == (True, days)
        accept_report(report=report, by=cast.actor(), now=at(TODAY))
        road.standing.refresh_from_db()
        assert (road.standing.completion_pending, road.standing.overdue_from) == (False, days)

    def test_the_second_of_two_answers_learns_of_the_first(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = given(cast, road, june)
        return_report(report=report, version=1, reason="请写完成数量。", by=cast.actor(), now=at(TODAY))
        with pytest.raises(Conflict) as met:
            accept_report(report=report, version=1, by=cast.actor(), now=at(TODAY))
        assert met.value.current.review_state == ReviewState.RETURNED
        assert Review.objects.count() == 1

    def test_what_was_answered_isn_t_answered_again(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = accept_report(report=given(cast, road, june), by=cast.actor(), now=at(TODAY))
        with pytest.raises(NotReportable, match="not_waiting"):
            return_report(report=report, reason="再看看。", by=cast.actor(), now=at(TODAY))

    def test_one_that_cannot_be_accepted_keeps_all_from_it(
        self, cast: Cast, road: Task, firms: Task, june: ReportingRound
    ) -> None:
        waiting, answered = given(cast, road, june), of_firms(cast, firms, june, 5, "token-2")
        accept_report(report=answered, by=cast.actor(), now=at(TODAY))
        with pytest.raises(NotReportable):
            accept_reports(reports=[waiting, answered], by=cast.actor(), now=at(TODAY))
        waiting.refresh_from_db()
        assert waiting.review_state == ReviewState.SUBMITTED

    def test_history_counts_the_report_s_versions(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = accept_report(report=given(cast, road, june), by=cast.actor(), now=at(TODAY))
        entries = HistoryEntry.objects.filter(object_type="report", object_id=report.pk).order_by("object_version")
        told = [(entry.object_version, entry.action) for entry in entries]
        assert told == [(1, "report.submitted"), (2, "report.accepted")]
        assert report.version == 2


class TestReturning:
    def test_it_is_owed_again_in_a_new_cycle(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = given(cast, road, june)
        return_report(report=report, reason="请写完成数量。", by=cast.actor(), now=at(TODAY))
        owed = owed_by(road, cast.building, june)
        assert (owed.state, owed.cycle, owed.next_step_at) == (OwedState.RETURNED, 2, at(TODAY))

    def test_the_answer_to_it_is_a_new_row(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        first = given(cast, road, june)
        return_report(report=first, reason="请写完成数量。", by=cast.actor(), now=at(TODAY))
        second = given(cast, road, june, token="token-2", sentence="选址 2 处已批复。")
        first.refresh_from_db()
        assert (first.sentence, first.review_state) == (ON_PLAN.sentence, ReviewState.RETURNED)
        assert second.pk != first.pk
        assert owed_by(road, cast.building, june).state == OwedState.SUBMITTED

    def test_returned_figures_and_steps_count_nothing(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        step = road.milestones.get(position=0)
        report = given(cast, road, june, marks={step.pk: TODAY})
        return_report(report=report, reason="还没有批文。", by=cast.actor(), now=at(TODAY))
        assert [s.done_on for s in task_facts([road.pk])[road.pk].milestones] == [None, None, None]

    def test_a_returned_completion_waits_no_longer(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = given(cast, road, june, state=ReportState.DONE)
        return_report(report=report, reason="还没有验收。", by=cast.actor(), now=at(TODAY))
        road.standing.refresh_from_db()
        assert road.standing.completion_pending is False

    def test_nothing_more_is_owed_for_an_item_closed_meanwhile(
        self, cast: Cast, road: Task, june: ReportingRound
    ) -> None:
        report = given(cast, road, june)
        close_task(task=road, on=TODAY, by=cast.actor(), now=at(TODAY))
        return_report(report=report, reason="口径不对。", by=cast.actor(), now=at(TODAY))
        assert owed_by(road, cast.building, june).state == OwedState.WAIVED

    def test_a_correction_sent_back_is_owed_again_and_what_it_replaced_stays_replaced(
        self, cast: Cast, road: Task, june: ReportingRound
    ) -> None:
        earlier = given(cast, road, june)
        later = given(cast, road, june, token="token-2", sentence="更正：选址 2 处已批复。")
        return_report(report=later, reason="请写完成数量。", by=cast.actor(), now=at(TODAY))
        earlier.refresh_from_db()
        assert owed_by(road, cast.building, june).state == OwedState.RETURNED
        assert earlier.review_state == ReviewState.REPLACED


class TestCorrecting:
    def test_a_second_report_replaces_the_first_while_it_waits(
        self, cast: Cast, road: Task, june: ReportingRound
    ) -> None:
        first = given(cast, road, june)
        second = given(cast, road, june, token="token-2", sentence="更正。")
        first.refresh_from_db()
        assert (first.review_state, first.version, first.sentence) == (ReviewState.REPLACED, 2, ON_PLAN.sentence)
        assert (second.review_state, second.version) == (ReviewState.SUBMITTED, 1)
        entries = HistoryEntry.objects.filter(object_type="report", object_id=first.pk).order_by("pk")
        assert [(each.object_version, each.action) for each in entries] == [
            (1, "report.submitted"),
            (2, "report.replaced"),
        ]
        assert owed_by(road, cast.building, june).state == OwedState.SUBMITTED

    def test_what_was_answered_or_is_of_another_unit_or_round_stays(
        self, cast: Cast, plan: Plan, road: Task, june: ReportingRound
    ) -> None:
        duty = task_of(plan, "3")
        answered = given(cast, road, june)
        return_report(report=answered, reason="请写完成数量。", by=cast.actor(), now=at(TODAY))
        of_others = given(cast, duty, june, department=cast.economy, user=cast.economy_clerk, token="token-2")
        of_june = given(cast, duty, june, token="token-3")
        given(cast, road, june, token="token-4")
        given(cast, duty, opened_round(plan, today=date(2026, 7, 8)), token="token-5")
        for report, state in ((answered, "returned"), (of_others, "submitted"), (of_june, "submitted")):
            report.refresh_from_db()
            assert report.review_state == state

    def test_the_same_token_replaces_nothing(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        report = given(cast, road, june)
        given(cast, road, june)
        report.refresh_from_db()
        assert (report.review_state, report.version) == (ReviewState.SUBMITTED, 1)

    def test_of_two_at_once_the_last_stands(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        submissions = [Submission(road, cast.building, june, ON_PLAN, None, token) for token in ("a", "b")]
        first, last = submit_reports(submissions=submissions, by=cast.actor(cast.clerk), now=at(TODAY))
        assert (first.review_state, first.version) == (ReviewState.REPLACED, 2)
        assert last.review_state == ReviewState.SUBMITTED

    def test_what_was_replaced_is_answered_no_more(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        first = given(cast, road, june)
        given(cast, road, june, token="token-2")
        with pytest.raises(Conflict) as met:
            accept_report(report=first, version=1, by=cast.actor(), now=at(TODAY))
        assert met.value.current.review_state == ReviewState.REPLACED
        with pytest.raises(NotReportable, match="not_waiting"):
            return_report(report=first, reason="再看看。", by=cast.actor(), now=at(TODAY))

    def test_replaced_figures_never_count(self, cast: Cast, firms: Task, june: ReportingRound) -> None:
        of_firms(cast, firms, june, 9)
        later = given(cast, firms, june, department=cast.investment, token="token-2")
        accept_report(report=later, by=cast.actor(), now=at(TODAY))
        assert accepted_values([firms.pk]) == {}

    def test_a_completion_taken_back_waits_no_longer(self, cast: Cast, road: Task, june: ReportingRound) -> None:
        given(cast, road, june, state=ReportState.DONE)
        given(cast, road, june, token="token-2")
        road.standing.refresh_from_db()
        assert road.standing.completion_pending is False
        assert task_facts([road.pk])[road.pk].completion_pending is False


def test_thirty_reports_take_as_many_statements_as_two(cast: Cast, plan: Plan) -> None:
    lead = PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk)
    drafts = [TaskDraft(title=f"示例事项{n}", number=str(n), parties=(lead,)) for n in range(4, 34)]
    tasks = add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))
    june = opened_round(plan)

    def statements(some: list[Task]) -> int:
        submissions = [Submission(each, cast.building, june, ON_PLAN, None, f"t{each.pk}") for each in some]
        with CaptureQueriesContext(connection) as captured:
            reports = submit_reports(submissions=submissions, by=cast.actor(), now=at(TODAY))
            accept_reports(reports=reports, by=cast.actor(), now=at(TODAY))
        return len(captured)

    assert statements(tasks[:2]) == statements(tasks[2:])
    assert Owed.objects.filter(task__in=tasks, state=OwedState.ACCEPTED).count() == len(tasks)
    assert not MilestoneMark.objects.exists()
