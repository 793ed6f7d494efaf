"""What the one writer of promises leaves behind: rows, versions, history, and word to those above."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.conflicts import Conflict
from projects import planning
from projects.choices import DateKind, InvolvementRole, PlanState, TaskState
from projects.drafts import (
    MilestoneChange,
    PartyDraft,
    TargetDraft,
    TaskDraft,
)
from projects.fitting import DoesNotFitError
from projects.models import Involvement, Plan, Section, Target
from projects.parties import UnknownPartyError
from projects.promise import canonical_task
from projects.revising import NoSuchPartError
from tests.cast import JANUARY, TODAY, Cast, firms, issued_plan, make_plan, road, task_of
from tests.factories import DepartmentFactory, GroupMemberFactory
from tests.projects.promises import NOW, change, history, leads, step

pytestmark = pytest.mark.django_db


class TestAdding:
    def test_an_item_stands_in_the_plan_as_drafted(self, cast: Cast) -> None:
        task = task_of(make_plan(cast), "1")
        assert (task.state, task.version, task.position) == (TaskState.DRAFT, 1, 0)
        assert task.section is not None
        assert task.section.parent is not None
        assert (task.section.parent.title, task.section.title) == ("一、基础设施", "（一）道路")
        dates = [(each.phrase, each.issued_due_on, each.current_due_on, each.cycle) for each in task.milestones.all()]
        assert dates[0] == ("3月底前", date(2026, 3, 31), date(2026, 3, 31), 1)
        assert [row.kind for each in task.milestones.all() for row in each.dates.all()] == [DateKind.ISSUED] * 3

    def test_a_target_knows_the_step_it_belongs_to(self, cast: Cast) -> None:
        target = Target.objects.get(task=task_of(make_plan(cast), "2"))
        assert (target.value, target.unit, target.milestone) == (Decimal(7), "家", step(target.task))

    def test_a_list_keeps_its_names_in_order(self, cast: Cast) -> None:
        plan = make_plan(cast)
        schools = TargetDraft("新塘园九小九幼", Decimal(3), "所", items=("一小", "二小", "一幼"))
        (task,) = planning.add_tasks(
            plan=plan, drafts=[TaskDraft("办学", targets=(schools,))], by=cast.actor(), now=NOW
        )
        items = Target.objects.get(task=task).items.order_by("position")
        assert [item.name for item in items] == ["一小", "二小", "一幼"]

    def test_items_stand_in_the_order_of_the_table_and_after_those_before(self, cast: Cast) -> None:
        plan = make_plan(cast)
        planning.add_tasks(plan=plan, drafts=[TaskDraft("后一"), TaskDraft("后二")], by=cast.actor(), now=NOW)
        titles = plan.tasks.order_by("position").values_list("title", flat=True)
        assert list(titles) == ["新塘路建设", "引进企业", "安全生产", "后一", "后二"]

    def test_headings_are_made_once(self, cast: Cast) -> None:
        plan = make_plan(cast)
        before = Section.objects.count()
        planning.add_tasks(plan=plan, drafts=[road(cast), road(cast)], by=cast.actor(), now=NOW)
        assert Section.objects.count() == before

    def test_a_group_becomes_a_row_for_each_member_that_keeps_the_group_s_word(self, cast: Cast) -> None:
        rows = Involvement.objects.filter(task=task_of(make_plan(cast), "3"))
        assert {row.department for row in rows} == {cast.building, cast.economy, cast.investment}
        assert {(row.group, row.as_written) for row in rows} == {(cast.everyone, "各科室")}

    def test_members_of_a_group_have_their_part_only_while_they_are_members(self, cast: Cast) -> None:
        GroupMemberFactory.create(
            group=cast.everyone, department__name="撤销的科室", from_on=None, to_on=TODAY + timedelta(days=6)
        )
        GroupMemberFactory.create(group=cast.everyone, department__name="早已退出", to_on=JANUARY - timedelta(days=1))
        task = task_of(make_plan(cast), "3")
        assert len(leads(task, TODAY)) == 4
        assert len(leads(task, TODAY + timedelta(days=7))) == 3

    def test_a_unit_named_beside_a_group_has_its_part_once(self, cast: Cast) -> None:
        parties = (
            PartyDraft(InvolvementRole.LEAD, "经济发展科", department_id=cast.economy.pk),
            PartyDraft(InvolvementRole.SUPPORT, "各科室", group_id=cast.everyone.pk),
        )
        (task,) = planning.add_tasks(
            plan=make_plan(cast), drafts=[TaskDraft("统计", parties=parties)], by=cast.actor(), now=NOW
        )
        parts = Involvement.objects.filter(task=task).values_list("role", "department")
        assert sorted(parts) == sorted(
            [
                (InvolvementRole.LEAD, cast.economy.pk),
                (InvolvementRole.SUPPORT, cast.building.pk),
                (InvolvementRole.SUPPORT, cast.investment.pk),
            ]
        )

    def test_into_an_issued_plan_items_come_issued(self, cast: Cast, plan: Plan) -> None:
        (task,) = planning.add_tasks(plan=plan, drafts=[TaskDraft("追加")], by=cast.actor(), now=NOW)
        assert (task.state, task.issued_on) == (TaskState.ISSUED, TODAY)

    def test_an_archived_plan_takes_no_more(self, cast: Cast, plan: Plan) -> None:
        Plan.objects.update(state=PlanState.ARCHIVED)
        with pytest.raises(planning.WrongStateError):
            planning.add_tasks(plan=plan, drafts=[TaskDraft("追加")], by=cast.actor(), now=NOW)

    def test_a_unit_of_another_organization_is_refused_and_nothing_is_written(self, cast: Cast) -> None:
        plan = make_plan(cast)
        foreign = PartyDraft(InvolvementRole.LEAD, "外区科室", department_id=DepartmentFactory.create().pk)
        drafts = [road(cast), TaskDraft("越界", parties=(foreign,))]
        with pytest.raises(UnknownPartyError):
            planning.add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=NOW)
        assert plan.tasks.count() == 3

    def test_a_text_too_long_for_its_column_is_refused_on_every_database(self, cast: Cast) -> None:
        plan = make_plan(cast)
        with pytest.raises(DoesNotFitError) as refusal:
            planning.add_tasks(plan=plan, drafts=[TaskDraft("长" * 501)], by=cast.actor(), now=NOW)
        assert (refusal.value.field, refusal.value.limit) == ("title", "500")

    @pytest.mark.parametrize(
        "value", [Decimal("1.23456"), Decimal("1e16"), Decimal("123456789012.3456"), Decimal("NaN")]
    )
    def test_a_number_that_would_be_rounded_is_refused(self, cast: Cast, value: Decimal) -> None:
        draft = TaskDraft("数", targets=(TargetDraft("数", value),))
        with pytest.raises(DoesNotFitError):
            planning.add_tasks(plan=make_plan(cast), drafts=[draft], by=cast.actor(), now=NOW)

    def test_those_above_are_told_of_every_new_item(self, cast: Cast, heard: list[int]) -> None:
        plan = make_plan(cast)
        assert heard == list(plan.tasks.order_by("position").values_list("pk", flat=True))

    def test_any_number_of_items_costs_the_same_statements(self, cast: Cast, heard: list[int]) -> None:
        plan = make_plan(cast)

        def statements(count: int) -> int:
            drafts = [replace(draft, number=str(n)) for n in range(count) for draft in (road(cast), firms(cast))]
            with CaptureQueriesContext(connection) as queries:
                planning.add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=NOW)
            return len(queries)

        assert statements(2) == statements(60)


class TestHistory:
    def test_the_first_entry_holds_the_whole_promise(self, cast: Cast) -> None:
        for task in make_plan(cast).tasks.all():
            (entry,) = history(task)
            assert (entry.object_version, entry.action, entry.task_id) == (1, "task.added", task.pk)
            assert entry.after == canonical_task(task)

    def test_versions_have_no_gap_and_each_holds_what_then_stood(self, cast: Cast) -> None:
        task = task_of(issued_plan(cast), "1")
        by = cast.actor()
        planning.mark_milestones(task=task, done={step(task).pk: date(2026, 3, 30)}, by=by, now=NOW)
        planning.move_milestone(
            milestone=step(task, 1), kind=DateKind.EXTENDED, due_on=date(2026, 8, 31), reason="征地", by=by, now=NOW
        )
        task.refresh_from_db()
        change(cast, task, fields={"note": "省重点"})
        planning.close_task(task=task, on=TODAY, reason="已验收", by=by, now=NOW)
        planning.reopen_task(task=task, reason="回头看", by=by, now=NOW)
        entries = history(task)
        task.refresh_from_db()
        assert [entry.object_version for entry in entries] == list(range(1, task.version + 1))
        assert entries[-1].after == canonical_task(task)

    def test_before_holds_what_the_entry_before_said(self, cast: Cast) -> None:
        task = task_of(issued_plan(cast), "1")
        change(cast, task, fields={"title": "新塘大道建设"}, category=("一、基础设施",))
        *_, earlier, later = history(task)
        assert later.before == {key: earlier.after[key] for key in ("title", "category")}
        assert later.reason == "更正"

    def test_an_edit_that_changes_nothing_leaves_no_trace(self, cast: Cast, heard: list[int]) -> None:
        task = task_of(issued_plan(cast), "1")
        heard.clear()
        same = road(cast)
        milestones = tuple(
            MilestoneChange(id=row.pk, draft=draft)
            for row, draft in zip(task.milestones.order_by("position"), same.milestones, strict=True)
        )
        fields = {"title": same.title, "extra": {}, "content": same.content}
        assert change(cast, task, fields=fields, parties=same.parties, milestones=milestones) == []
        assert heard == []
        assert len(history(task)) == 2


class TestIssuing:
    def test_issuing_issues_the_plan_and_its_drafts_that_day(self, cast: Cast, heard: list[int]) -> None:
        plan = issued_plan(cast)
        assert (plan.state, plan.version) == (PlanState.ISSUED, 2)
        assert set(plan.tasks.values_list("state", "issued_on")) == {(TaskState.ISSUED, plan.issued_on)}
        assert len(heard) == 6

    def test_a_withdrawn_draft_is_not_issued(self, cast: Cast) -> None:
        plan = make_plan(cast)
        gone = task_of(plan, "2")
        planning.withdraw_tasks(task_ids=[gone.pk], reason="撤回导入", by=cast.actor(), now=NOW)
        planning.issue_plan(plan=plan, on=TODAY, by=cast.actor(), now=NOW)
        gone.refresh_from_db()
        assert (gone.state, gone.issued_on) == (TaskState.WITHDRAWN, None)

    def test_a_plan_is_issued_once(self, cast: Cast, plan: Plan) -> None:
        with pytest.raises(planning.WrongStateError):
            planning.issue_plan(plan=plan, on=TODAY, by=cast.actor(), now=NOW)

    def test_an_empty_plan_is_not_issued(self, cast: Cast) -> None:
        plan = planning.create_plan(organization=cast.organization, year=2026, title="空表", by=cast.actor(), now=NOW)
        with pytest.raises(planning.EmptyPlanError):
            planning.issue_plan(plan=plan, on=TODAY, by=cast.actor(), now=NOW)

    def test_who_saw_an_older_plan_does_not_issue_this_one(self, cast: Cast) -> None:
        with pytest.raises(Conflict):
            planning.issue_plan(plan=make_plan(cast), on=TODAY, by=cast.actor(), now=NOW, version=9)


class TestDatesAndStates:
    def test_only_an_extension_counts_as_a_move_and_keeps_the_issued_day(self, cast: Cast, plan: Plan) -> None:
        row = step(task_of(plan, "1"), 1)
        moved = planning.move_milestone(
            milestone=row, kind=DateKind.EXTENDED, due_on=date(2026, 9, 30), reason="征地", by=cast.actor(), now=NOW
        )
        assert (moved.issued_due_on, moved.current_due_on, moved.moves) == (date(2026, 6, 30), date(2026, 9, 30), 1)

    def test_a_reissue_sets_the_issued_day_and_is_no_move(self, cast: Cast, plan: Plan) -> None:
        row = step(task_of(plan, "1"), 1)
        moved = planning.move_milestone(
            milestone=row, kind=DateKind.REISSUED, due_on=date(2026, 9, 30), reason="调整", by=cast.actor(), now=NOW
        )
        assert (moved.issued_due_on, moved.current_due_on, moved.moves) == (date(2026, 9, 30), date(2026, 9, 30), 0)

    def test_a_correction_after_an_extension_mends_the_extension(self, cast: Cast, plan: Plan) -> None:
        row = step(task_of(plan, "1"), 1)
        for kind, day in ((DateKind.EXTENDED, date(2026, 9, 30)), (DateKind.CORRECTED, date(2026, 8, 31))):
            planning.move_milestone(milestone=row, kind=kind, due_on=day, reason="x", by=cast.actor(), now=NOW)
        row.refresh_from_db()
        assert (row.issued_due_on, row.current_due_on, row.moves) == (date(2026, 6, 30), date(2026, 8, 31), 1)

    def test_every_new_date_voids_the_reminders_of_the_old(self, cast: Cast, plan: Plan) -> None:
        row = step(task_of(plan, "1"), 1)
        moved = planning.move_milestone(
            milestone=row, kind=DateKind.EXTENDED, due_on=date(2026, 9, 30), reason="征地", by=cast.actor(), now=NOW
        )
        assert moved.cycle == row.cycle + 1

    def test_a_done_day_can_be_set_and_taken_back(self, cast: Cast, plan: Plan) -> None:
        task = task_of(plan, "1")
        planning.mark_milestones(task=task, done={step(task).pk: TODAY}, by=cast.actor(), now=NOW)
        assert step(task).done_on == TODAY
        planning.mark_milestones(task=task, done={step(task).pk: None}, by=cast.actor(), now=NOW)
        assert (step(task).done_on, step(task).cycle) == (None, 2)

    def test_a_step_of_another_item_is_not_marked_through_this_one(self, cast: Cast, plan: Plan) -> None:
        with pytest.raises(NoSuchPartError):
            planning.mark_milestones(
                task=task_of(plan, "2"), done={step(task_of(plan, "1")).pk: TODAY}, by=cast.actor(), now=NOW
            )

    def test_a_closed_item_carries_its_day_and_reopening_takes_it_away(self, cast: Cast, plan: Plan) -> None:
        closed = planning.close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=NOW)
        assert (closed.state, closed.closed_on) == (TaskState.CLOSED, TODAY)
        opened = planning.reopen_task(task=closed, reason="回头看", by=cast.actor(), now=NOW)
        assert (opened.state, opened.closed_on) == (TaskState.ISSUED, None)
        assert step(opened).cycle == 2

    def test_only_an_issued_item_is_closed(self, cast: Cast) -> None:
        with pytest.raises(planning.WrongStateError):
            planning.close_task(task=task_of(make_plan(cast), "1"), on=TODAY, by=cast.actor(), now=NOW)

    def test_a_closing_of_a_promise_that_moved_on_is_refused(self, cast: Cast, plan: Plan) -> None:
        with pytest.raises(Conflict):
            planning.close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=NOW, version=1)

    @pytest.mark.parametrize("take_out", [planning.withdraw_tasks, planning.cancel_tasks])
    def test_what_was_taken_out_can_be_put_back_as_it_was(self, cast: Cast, plan: Plan, take_out: object) -> None:
        task = task_of(plan, "1")
        assert callable(take_out)
        (gone,) = take_out(task_ids=[task.pk], reason="新表没有", by=cast.actor(), now=NOW)
        assert gone.state in {TaskState.WITHDRAWN, TaskState.CANCELLED}
        (back,) = planning.reinstate_tasks(task_ids=[task.pk], reason="撤回", by=cast.actor(), now=NOW)
        assert (back.state, back.issued_on) == (TaskState.ISSUED, plan.issued_on)

    def test_a_closed_item_is_not_withdrawn(self, cast: Cast, plan: Plan) -> None:
        task = planning.close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=NOW)
        with pytest.raises(planning.WrongStateError):
            planning.withdraw_tasks(task_ids=[task.pk], reason="撤回", by=cast.actor(), now=NOW)

    def test_those_above_are_told_of_every_operation(self, cast: Cast, plan: Plan, heard: list[int]) -> None:
        task, by = task_of(plan, "1"), cast.actor()
        planning.mark_milestones(task=task, done={step(task).pk: TODAY}, by=by, now=NOW)
        planning.close_task(task=task, on=TODAY, by=by, now=NOW)
        planning.reopen_task(task=task, reason="回头看", by=by, now=NOW)
        planning.withdraw_tasks(task_ids=[task.pk], reason="撤回", by=by, now=NOW)
        assert heard == [task.pk] * 4
