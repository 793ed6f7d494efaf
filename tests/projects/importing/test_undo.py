"""An import taken back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects import planning
from projects.choices import BatchState, DateKind, TaskState
from projects.drafts import TaskChange, TaskDraft
from projects.importing.keeping import NotApplicable
from projects.importing.undo import Obstacles, obstacles_to_undo, undo_batch
from projects.models import ImportBatch, Milestone, MilestoneDate, Plan, Task
from tests.cast import TODAY, Cast, at, duty, firms, make_plan, road, task_of
from tests.projects.importing.tables import NOW, amount, bring_in, changed_road, edited, shown, step

pytestmark = pytest.mark.django_db


def undo(cast: Cast, batch: ImportBatch, **how: object) -> ImportBatch:
    return undo_batch(batch=batch, by=cast.actor(), now=NOW, reason="导错了", **how)  # type: ignore[arg-type]


def test_undoing_shows_the_plan_as_before(cast: Cast, plan: Plan) -> None:
    before = shown(plan)
    new = TaskDraft(title="新建公园", number="4", content="新建公园一处", milestones=(step("", date(2026, 8, 31)),))
    cancel = {f"drop:{task_of(plan, '3').pk}": "cancel"}
    applied = bring_in(cast, [changed_road(cast), firms(cast), new], plan, cancel)
    assert applied.counts["new"] == applied.counts["changed"] == applied.counts["cancelled"] == 1
    assert shown(plan) != before
    undone = undo(cast, applied.batch)
    assert shown(plan) == before
    assert (undone.state, undone.undone_by, undone.undo_reason) == (BatchState.UNDONE, cast.office, "导错了")


def test_undoing_withdraws_what_the_import_made_and_deletes_nothing(cast: Cast) -> None:
    applied = bring_in(cast, [road(cast), firms(cast)], None)
    undo(cast, applied.batch)
    assert list(Task.objects.filter(plan=applied.plan).values_list("state", flat=True)) == [TaskState.WITHDRAWN] * 2
    assert Milestone.objects.filter(task__plan=applied.plan).count() == 4


def test_a_date_that_came_with_the_import_stays_on_record_as_withdrawn(cast: Cast, plan: Plan) -> None:
    later = replace(
        road(cast), deadline_text="改期", milestones=(*road(cast).milestones[:2], step("开工", date(2027, 3, 31)))
    )
    step_key = Milestone.objects.get(task=task_of(plan, "1"), position=2).pk
    applied = bring_in(cast, [later, firms(cast), duty(cast)], plan, {f"date:{step_key}:2027-03-31": "extended"})
    moved = Milestone.objects.get(pk=step_key)
    assert (moved.current_due_on, moved.moves) == (date(2027, 3, 31), 1)
    undo(cast, applied.batch)
    back = Milestone.objects.get(pk=step_key)
    assert (back.current_due_on, back.issued_due_on, back.moves) == (date(2026, 12, 31), date(2026, 12, 31), 0)
    assert back.cycle > moved.cycle
    dates = MilestoneDate.objects.filter(milestone=back).order_by("pk")
    assert [(one.kind, one.withdrawn_on) for one in dates] == [(DateKind.ISSUED, None), (DateKind.EXTENDED, TODAY)]


def test_who_came_with_the_import_keeps_the_days_they_had(cast: Cast, plan: Plan) -> None:
    before = shown(plan)
    applied = bring_in(cast, [changed_road(cast), firms(cast), duty(cast)], plan)
    next_week = TODAY + timedelta(days=7)
    undo_batch(batch=applied.batch, by=cast.actor(today=next_week), now=at(next_week))
    assert shown(plan) == before
    led = task_of(plan, "1").involvements.get(department=cast.economy, role="lead")
    assert (led.from_on, led.to_on) == (TODAY, next_week - timedelta(days=1))


def test_a_longer_list_is_as_long_as_before(cast: Cast) -> None:
    listed = TaskDraft(
        title="扶持企业", number="1", content="扶持企业", targets=(amount("企业", 2, "家", ("甲", "乙")),)
    )
    plan = bring_in(cast, [listed], None).plan
    before = shown(plan)
    longer = replace(listed, targets=(amount("企业", 3, "家", ("丙", "甲", "乙")),))
    applied = bring_in(cast, [longer], plan)
    assert applied.counts["changed"] == 1
    undo(cast, applied.batch)
    assert shown(plan) == before


def test_what_was_done_since_stands_in_the_way_and_is_named(cast: Cast, plan: Plan) -> None:
    applied = bring_in(cast, [changed_road(cast), firms(cast), duty(cast)], plan)
    assert obstacles_to_undo(applied.batch) == ()
    task = task_of(plan, "1")
    edit = TaskChange(task_id=task.pk, version=task.version, fields={"note": "又改"})
    planning.change_tasks(plan=plan, changes=[edit], by=cast.actor(cast.leader), now=NOW)
    (obstacle,) = obstacles_to_undo(applied.batch)
    assert (obstacle.task_id, obstacle.number, obstacle.happened) == (task.pk, "1", "task.changed")
    assert obstacle.who == str(cast.leader)
    with pytest.raises(Obstacles) as refused, transaction.atomic():
        undo(cast, applied.batch)
    assert refused.value.obstacles == (obstacle,)
    applied.batch.refresh_from_db()
    assert applied.batch.state == BatchState.APPLIED


def test_a_change_of_an_item_the_import_left_alone_stands_in_nobodys_way(cast: Cast, plan: Plan) -> None:
    applied = bring_in(cast, [changed_road(cast), firms(cast), duty(cast)], plan)
    other = task_of(plan, "2")
    edit = TaskChange(task_id=other.pk, version=other.version, fields={"note": "改"})
    planning.change_tasks(plan=plan, changes=[edit], by=cast.actor(), now=NOW)
    assert undo(cast, applied.batch).state == BatchState.UNDONE


def test_a_later_import_that_was_undone_itself_stands_in_nobodys_way(cast: Cast, plan: Plan) -> None:
    before = shown(plan)
    first = bring_in(cast, [changed_road(cast), firms(cast), duty(cast)], plan)
    second = bring_in(cast, [road(cast), firms(cast), duty(cast)], plan)
    with pytest.raises(Obstacles), transaction.atomic():
        undo(cast, first.batch)
    undo(cast, second.batch)
    undo(cast, first.batch)
    assert shown(plan) == before


def test_issuing_the_plan_stands_in_the_way(cast: Cast) -> None:
    applied = bring_in(cast, [road(cast)], None)
    planning.issue_plan(plan=applied.plan, on=TODAY, by=cast.actor(), now=NOW)
    assert [one.happened for one in obstacles_to_undo(applied.batch)] == ["task.issued"]


def test_only_an_applied_batch_as_it_was_seen_is_undone(cast: Cast, plan: Plan) -> None:
    applied = bring_in(cast, [changed_road(cast)], plan)
    with pytest.raises(Conflict):
        undo(cast, applied.batch, version=applied.batch.version - 1)
    undo(cast, applied.batch, version=applied.batch.version)
    with pytest.raises(NotApplicable) as refused:
        undo(cast, applied.batch)
    assert refused.value.reason == "already_undone"


def test_a_batch_from_before_versions_were_kept_is_not_undone_by_halves(cast: Cast, plan: Plan) -> None:
    batch = bring_in(cast, [changed_road(cast)], plan).batch
    ImportBatch.objects.update(summary={"new": 0, "changed": 1})
    with pytest.raises(NotApplicable) as refused:
        undo(cast, batch)
    assert refused.value.reason == "no_record"


def test_history_tells_of_the_undoing_at_the_batch_and_at_each_item(cast: Cast, plan: Plan) -> None:
    applied = bring_in(cast, [changed_road(cast), firms(cast), duty(cast)], plan)
    undo(cast, applied.batch)
    task = task_of(plan, "1")
    entry = HistoryEntry.objects.get(object_type="task", object_id=task.pk, object_version=task.version)
    assert (entry.action, entry.reason) == ("task.restored", "导错了")
    assert HistoryEntry.objects.filter(object_type="import_batch", action="import.undone").count() == 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_apply_then_undo_shows_any_plan_as_before(cast: Cast, data: st.DataObject) -> None:
    with transaction.atomic():
        plan = make_plan(cast)
        if data.draw(st.booleans()):
            planning.issue_plan(plan=plan, on=TODAY, by=cast.actor(), now=NOW)
        before = shown(plan)
        kept = [draft for draft in (road(cast), firms(cast), duty(cast)) if data.draw(st.integers(0, 4))]
        drafts = [data.draw(edited(draft)) for draft in kept] or [road(cast)]
        cancel = {f"drop:{pk}": data.draw(st.sampled_from(["cancel", "keep"])) for pk in before}
        applied = bring_in(cast, drafts, plan, cancel)
        undo(cast, applied.batch)
        assert shown(plan) == before
        transaction.set_rollback(True)
