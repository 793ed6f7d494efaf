"""What boards count and list: sums, order, reach, and the words an item's row carries."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import Http404

from accounts.models import PostHolding
from accounts.registering import leave_post
from projects.choices import DateKind, InvolvementRole, TaskState
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.models import Milestone, Plan, Task
from projects.planning import add_tasks, close_task, move_milestone
from tests.cast import TODAY, Cast, at, task_of
from tests.factories import PlanFactory, TaskFactory
from tracker.boards.filters import NOT_REPORTED, Filters
from tracker.boards.item import item, passages, promise_text
from tracker.boards.ledger import ledger
from tracker.boards.mine import mine
from tracker.boards.overview import Overview, default_plan, overview
from tracker.boards.timeline import events
from tracker.choices import ReportState
from tracker.lights import Counter, Light
from tracker.models import Owed, ProgressReport
from tracker.reporting import Account, accept_report, return_report, submit_report
from tracker.rounds import current_round, open_rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(plan: Plan) -> Plan:
    open_rounds(today=TODAY)
    return plan


def board(cast: Cast, plan: Plan, **filters: object) -> Overview:
    asked = Filters(plan=plan.pk, **filters)  # type: ignore[arg-type]
    return overview(plan, cast.reach(cast.office), asked, today=TODAY)


def reported(cast: Cast, plan: Plan, number: str) -> ProgressReport:
    task, current = task_of(plan, number), current_round(plan.pk, today=TODAY)
    assert current is not None
    return submit_report(
        task=task,
        department=cast.building,
        reporting_round=current,
        account=Account(state=ReportState.ON_PLAN, sentence="进行中。"),
        person=cast.clerk.person,
        token=f"token-{number}",
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )


def test_the_four_figures_sum_to_all(cast: Cast, opened: Plan) -> None:
    tallies = board(cast, opened).tallies
    assert tallies.counters == {
        Counter.OVERDUE: 1,
        Counter.ATTENTION: 1,
        Counter.ON_SCHEDULE: 1,
        Counter.CLOSED: 0,
    }
    assert tallies.total == Task.objects.filter(plan=opened).count()


def test_suspended_items_stand_apart_and_cancelled_ones_nowhere(cast: Cast, opened: Plan) -> None:
    for number, state in (("1", TaskState.SUSPENDED), ("2", TaskState.CANCELLED)):
        Task.objects.filter(plan=opened, number=number).update(state=state)
    tallies = board(cast, opened).tallies
    assert (tallies.total, tallies.suspended) == (1, 1)


def test_a_row_names_the_post_that_answers_and_who_holds_it_that_day(cast: Cast, opened: Plan) -> None:
    def named() -> list[str]:
        (line,) = (line for line in board(cast, opened).lines if line.task.number == "1")
        return line.leaders_in_person

    assert named() == [f"{cast.deputy_post.name} {cast.deputy.person}"]
    leave_post(holding=PostHolding.objects.get(post=cast.deputy_post), to_on=TODAY - timedelta(days=1), by=cast.actor())
    assert named() == [cast.deputy_post.name]


def test_what_is_not_reported_is_counted_beside_the_lights(cast: Cast, opened: Plan) -> None:
    before = board(cast, opened).tallies
    reported(cast, opened, "1")
    after = board(cast, opened).tallies
    assert (before.not_reported, before.owed) == (3, 3)
    assert (after.not_reported, after.owed) == (2, 3)
    assert after.counters == before.counters


def test_units_stand_in_the_organizations_order_and_count_each_lead(cast: Cast, opened: Plan) -> None:
    rows = board(cast, opened).units
    assert [row.name for row in rows] == ["规划建设科", "经济发展科", "招商服务科"]
    assert [row.total for row in rows] == [2, 1, 2]
    assert [(row.overdue, row.not_reported) for row in rows] == [(1, 2), (0, 1), (0, 2)]


def test_sections_stand_in_the_order_of_issue_with_what_lies_under_them(cast: Cast, opened: Plan) -> None:
    rows = board(cast, opened).sections
    assert [(row.name, row.total) for row in rows] == [("一、基础设施", 1), ("二、招商", 1), ("三、保障", 1)]


@pytest.mark.parametrize("key", ["overdue", "attention", "on_schedule", "closed", "not_reported"])
def test_every_figure_is_as_long_as_its_list(cast: Cast, opened: Plan, key: str) -> None:
    view = board(cast, opened)
    reach = cast.reach(cast.office)
    for rows, by in ((view.units, "unit"), (view.sections, "section")):
        for row in rows:
            asked = Filters(plan=opened.pk, light=key, **{by: row.key})  # type: ignore[arg-type]
            listed = ledger(opened, reach, asked, today=TODAY)
            assert listed.page.paginator.count == getattr(row, key), (row.name, key)


def test_a_filter_narrows_every_part_of_the_board(cast: Cast, opened: Plan) -> None:
    view = board(cast, opened, leader=cast.deputy_post.pk)
    assert view.tallies.total == 1
    assert [row.name for row in view.units] == ["规划建设科"]
    assert view.figures == ()


def test_a_deputy_counts_only_what_the_post_answers_for(cast: Cast, opened: Plan) -> None:
    view = overview(opened, cast.reach(cast.deputy), Filters(plan=opened.pk), today=TODAY)
    assert {line.task.number for line in view.lines} == {"1", "3"}
    assert view.tallies.total == 2


def test_days_late_run_from_the_first_date_and_moves_stand_beside_them(cast: Cast, opened: Plan) -> None:
    step = Milestone.objects.get(task=task_of(opened, "1"), text="选址")
    move_milestone(
        milestone=step,
        kind=DateKind.EXTENDED,
        due_on=TODAY - timedelta(days=1),
        reason="红线调整",
        by=cast.actor(),
        now=at(TODAY),
    )
    line = board(cast, opened, light="overdue").lines[0]
    assert (line.days_late, line.moves, line.light) == (85, 1, Light.OVERDUE)
    assert (line.due_note, line.due_words) == ("从 3月31日算起", "改至 6月23日")
    assert line.why == "“选址”应在 3月31日前完成，改到 6月23日，现未完成。"


def test_indicators_behind_come_first_with_the_points_they_lack(cast: Cast, opened: Plan) -> None:
    figure = board(cast, opened).figures[0]
    assert (figure.name, figure.light, figure.actual) == ("引进企业", Light.BEHIND, Decimal("0.0"))
    assert figure.gap_word == "−47.8"


def test_the_board_opens_with_this_years_issued_plan(cast: Cast, opened: Plan) -> None:
    PlanFactory.create(organization=cast.organization, year=2025)
    PlanFactory.create(organization=cast.organization, year=2026, state="draft", issued_on=None)
    assert default_plan(cast.reach(cast.office), today=TODAY) == opened
    assert default_plan(cast.reach(cast.outsider), today=TODAY) is None


def test_what_was_returned_comes_first(cast: Cast, opened: Plan) -> None:
    made = reported(cast, opened, "3")
    return_report(report=made, reason="请写数量。", by=cast.actor(), now=at(TODAY))
    view = mine(cast.reach(cast.clerk), today=TODAY)
    assert [(row.line.task.number, row.returned) for row in view.rows] == [("3", True), ("1", False)]
    assert view.rows[0].answer is not None
    assert view.rows[0].answer.reason == "请写数量。"


def test_at_the_same_date_the_graver_light_stands_first_then_the_tables_order(cast: Cast, plan: Plan) -> None:
    june = date(2026, 6, 30)
    lead = PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk)
    step, many = MilestoneDraft("完成", "6月底前", june), TargetDraft("进场企业", Decimal(100), "家", milestone=0)
    later = MilestoneDraft("完成", "6月29日前", date(2026, 6, 29))
    plain = TaskDraft(title="示例事项", parties=(lead,), milestones=(step,))
    drafts = [
        replace(plain, number="9"),
        replace(plain, number="10"),
        replace(plain, number="11", targets=(many,)),
        replace(plain, number="12", milestones=(later,)),
    ]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))
    open_rounds(today=TODAY)
    for tab in ("owed", "all"):
        rows = mine(cast.reach(cast.clerk), tab=tab, today=TODAY).rows
        assert [row.line.task.number for row in rows] == ["1", "12", "11", "9", "10", "3"]
        assert [row.line.light for row in rows[2:4]] == [Light.BEHIND, Light.DUE_SOON]


def test_a_returned_report_stays_owed_when_its_round_is_over(cast: Cast, opened: Plan) -> None:
    return_report(report=reported(cast, opened, "1"), reason="请写数量。", by=cast.actor(), now=at(TODAY))
    july = TODAY + timedelta(days=15)
    open_rounds(today=july)
    view = mine(cast.reach(cast.clerk), today=july)
    assert [(row.line.task.number, row.round_name) for row in view.rows] == [("1", "6月"), ("1", "7月"), ("3", "7月")]


def test_a_closed_item_is_owed_no_more(cast: Cast, opened: Plan) -> None:
    close_task(task=task_of(opened, "1"), on=TODAY, reason="已开工", by=cast.actor(), now=at(TODAY))
    assert [row.line.task.number for row in mine(cast.reach(cast.clerk), today=TODAY).rows] == ["3"]
    assert Owed.objects.get(task__number="1").state == "waived"


def test_the_promise_is_cut_at_its_deadline_phrases(cast: Cast, opened: Plan) -> None:
    view = item(cast.reach(cast.clerk), task_of(opened, "1").pk, today=TODAY)
    assert [(part.text, part.key) for part in view.passages[:3]] == [("3月底前", 1), ("选址，", None), ("6月底前", 2)]
    assert "".join(part.text for part in view.passages) == promise_text(view.task)


def test_the_promise_repeats_no_words(cast: Cast) -> None:
    task = TaskFactory.build(plan=None, organization=None, content="年内完工。", target_text="", deadline_text="年内")
    assert promise_text(task) == "年内完工。"
    assert [part.text for part in passages("年内完工。", ())] == ["年内完工。"]


def test_an_item_of_others_is_not_there(cast: Cast, opened: Plan) -> None:
    with pytest.raises(Http404):
        item(cast.reach(cast.outsider), task_of(opened, "1").pk, today=TODAY)


def test_an_accepted_report_leaves_nothing_to_report_this_round(cast: Cast, opened: Plan) -> None:
    road, reach = task_of(opened, "1"), cast.reach(cast.clerk)
    assert item(reach, road.pk, today=TODAY).may_report
    made = reported(cast, opened, "1")
    assert item(reach, road.pk, today=TODAY).may_report
    accept_report(report=made, by=cast.actor(), now=at(TODAY))
    assert not item(reach, road.pk, today=TODAY).may_report


def test_history_is_told_in_words(cast: Cast, opened: Plan) -> None:
    step = Milestone.objects.get(task=task_of(opened, "1"), text="选址")
    move_milestone(
        milestone=step, kind=DateKind.EXTENDED, due_on=TODAY, reason="红线调整", by=cast.actor(), now=at(TODAY)
    )
    view = item(cast.reach(cast.clerk), step.task_id, today=TODAY)
    newest = events(view.entries, today=TODAY)[0]
    assert (newest.what, newest.reason, newest.who) == ("节点延期", "红线调整", "示例·督办员")
    changed = [(change.label, change.old, change.new) for change in newest.changes]
    assert ("节点1 时限", "2026年3月31日", "2026年6月24日") in changed
    assert [(move.step, move.before, move.after) for move in view.moves] == [(1, "3月31日", "6月24日")]


def test_an_unknown_light_in_the_address_lists_everything(cast: Cast, opened: Plan) -> None:
    asked = Filters(plan=opened.pk, light="purple")
    assert ledger(opened, cast.reach(cast.office), asked, today=TODAY).page.paginator.count == 3
    assert NOT_REPORTED not in set(Counter)
