"""What of a changed row is written: the columns a person took, and nothing that no table says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from accounts.history import Change, record
from projects import planning
from projects.choices import InvolvementRole, RowOutcome
from projects.drafts import PartyDraft, TaskChange, TaskDraft
from projects.models import ImportRow, Involvement, Milestone, Plan, Target
from tests.cast import TODAY, Cast, duty, firms, road, task_of
from tests.projects.importing.tables import (
    HOSPITAL,
    NOW,
    amount,
    bring_in,
    changed_road,
    compare,
    shown,
    step,
    table,
)

pytestmark = pytest.mark.django_db


def test_a_left_changed_row_keeps_what_the_plan_says(cast: Cast, plan: Plan) -> None:
    before = shown(plan)
    applied = bring_in(cast, [changed_road(cast), firms(cast), duty(cast)], plan, {"row:0": "leave"})
    assert shown(plan) == before
    line = ImportRow.objects.get(batch=applied.batch, row=3)
    assert (line.outcome, line.reason, line.task_id) == (RowOutcome.UNCHANGED, "refused", task_of(plan, "1").pk)


def test_of_a_changed_row_single_columns_can_be_left(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    decisions = {f"field:{task.pk}:{field}": "leave" for field in ("lead", "deadline", "content", "title")}
    bring_in(cast, [changed_road(cast), firms(cast), duty(cast)], plan, decisions)
    task.refresh_from_db()
    assert (task.note, task.content, task.title) == ("调整", road(cast).content, "新塘路建设")
    live = Involvement.objects.filter(task=task, to_on__isnull=True, role=InvolvementRole.LEAD)
    assert [row.department_id for row in live] == [cast.building.pk]
    assert Milestone.objects.filter(task=task, dropped_on__isnull=True).count() == 3
    assert Target.objects.get(task=task).name == "投资"


def test_a_target_follows_its_step_when_only_the_dates_are_taken(cast: Cast, plan: Plan) -> None:
    more = replace(
        firms(cast),
        deadline_text="6月底前签约，年底前投产",
        milestones=(step("签约", date(2026, 6, 30)), *firms(cast).milestones),
        targets=(replace(firms(cast).targets[0], value=Decimal(9), milestone=1),),
    )
    task = task_of(plan, "2")
    was = Target.objects.get(task=task)
    bring_in(cast, [road(cast), more, duty(cast)], plan, {f"field:{task.pk}:target": "leave"})
    target = Target.objects.get(task=task)
    assert (target.pk, target.value, target.milestone_id) == (was.pk, Decimal(7), was.milestone_id)
    assert Milestone.objects.filter(task=task, dropped_on__isnull=True).count() == 2


def test_what_no_table_says_outlives_it(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "2")
    Target.objects.filter(task=task).update(baseline=Decimal(3), cumulative=False)
    helper = planning_party(cast)
    edit = TaskChange(task_id=task.pk, version=task.version, parties=(*firms(cast).parties, helper))
    planning.change_tasks(plan=plan, changes=[edit], by=cast.actor(), now=NOW)
    more = replace(
        firms(cast), parties=firms(cast).parties[:1], targets=(replace(firms(cast).targets[0], value=Decimal(8)),)
    )
    bring_in(cast, [road(cast), more, duty(cast)], plan)
    target = Target.objects.get(task=task)
    assert (target.value, target.baseline, target.cumulative) == (Decimal(8), Decimal(3), False)
    roles = Involvement.objects.filter(task=task, to_on__isnull=True).values_list("role", flat=True)
    assert sorted(roles) == [InvolvementRole.DELEGATE, InvolvementRole.LEAD]


def planning_party(cast: Cast) -> PartyDraft:
    assert cast.clerk.person is not None
    return PartyDraft(InvolvementRole.DELEGATE, "示例·张三", person_id=cast.clerk.person.pk)


def test_a_finished_step_goes_only_when_a_person_says_so(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    done = Milestone.objects.get(task=task, position=0)
    planning.mark_milestones(task=task, done={done.pk: date(2026, 3, 20)}, by=cast.actor(), now=NOW)
    shorter = replace(road(cast), deadline_text="6月底前报批，年底前开工", milestones=road(cast).milestones[1:])
    drafts = [shorter, firms(cast), duty(cast)]
    (question,) = compare(cast, table(drafts), plan).questions
    assert (question.key, question.value, question.decided) == (f"drop_step:{done.pk}", "keep", False)
    bring_in(cast, drafts, plan)
    live = Milestone.objects.filter(task=task, dropped_on__isnull=True).order_by("position")
    assert [(one.text, one.current_due_on) for one in live] == [
        ("选址", date(2026, 3, 31)),
        ("报批", date(2026, 6, 30)),
        ("开工", date(2026, 12, 31)),
    ]
    assert compare(cast, table(drafts), plan).questions == ()
    again = replace(shorter, note="再调整", deadline_text="6月报批，年底开工")
    bring_in(cast, [again, firms(cast), duty(cast)], plan, {question.key: "drop"})
    done.refresh_from_db()
    assert done.dropped_on == TODAY


def test_a_target_with_accepted_figures_goes_only_when_a_person_says_so(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "2")
    target = Target.objects.get(task=task)
    report = Change(
        cast.organization.pk, "report", 1, 1, "report.accepted", {"values": {target.pk: Decimal(3)}}, task_id=task.pk
    )
    record(report, by=cast.actor())
    without = replace(firms(cast), target_text="不再定量", targets=())
    drafts = [road(cast), without, duty(cast)]
    (question,) = compare(cast, table(drafts), plan).questions
    assert question.key == f"drop_target:{target.pk}"
    bring_in(cast, drafts, plan)
    target.refresh_from_db()
    assert target.dropped_on is None
    bring_in(cast, [road(cast), replace(without, target_text="取消"), duty(cast)], plan, {question.key: "drop"})
    target.refresh_from_db()
    assert target.dropped_on == TODAY


def test_a_list_that_lost_a_name_is_another_list(cast: Cast) -> None:
    listed = TaskDraft(
        title="扶持企业", number="1", content="扶持企业", targets=(amount("企业", 2, "家", ("甲", "乙")),)
    )
    plan = bring_in(cast, [listed], None).plan
    bring_in(cast, [replace(listed, targets=(amount("企业", 2, "家", ("乙", "丙")),))], plan)
    lists = Target.objects.filter(task__plan=plan).order_by("pk")
    assert [one.dropped_on for one in lists] == [TODAY, None]
    assert [[item.name for item in one.items.order_by("position")] for one in lists] == [["甲", "乙"], ["乙", "丙"]]


def test_names_in_another_order_are_the_same_list(cast: Cast) -> None:
    listed = TaskDraft(
        title="扶持企业", number="1", content="扶持企业", targets=(amount("企业", 2, "家", ("甲", "乙")),)
    )
    plan = bring_in(cast, [listed], None).plan
    turned = replace(listed, targets=(amount("企业", 2, "家", ("乙", "甲")),))
    assert compare(cast, table([turned]), plan).diff[0].outcome == RowOutcome.UNCHANGED


@pytest.mark.parametrize(("name", "unit", "cumulative"), [("网办率", "%", False), ("新增企业", "家", True)])
def test_a_rate_is_looked_at_on_its_day_and_a_count_grows_towards_it(
    cast: Cast, plan: Plan, name: str, unit: str, *, cumulative: bool
) -> None:
    drafts = [road(cast), firms(cast), duty(cast), replace(HOSPITAL, targets=(amount(name, 95, unit),))]
    bring_in(cast, drafts, plan)
    assert Target.objects.get(task=task_of(plan, HOSPITAL.number)).cumulative is cumulative
