"""The records a promise is made of, and the one spelling in which history keeps it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import orjson
import pytest

from accounts.history import canonical, canonical_text
from projects import planning
from projects.choices import Comparison, DateKind
from projects.drafts import MilestoneDraft, TargetDraft, TaskDraft
from projects.models import Plan, Task
from projects.promise import content, load_promises, promises_as_they_stand
from projects.rows import TABLES, Row
from tests.cast import TODAY, Cast, road, task_of
from tests.projects.promises import NOW, change, history, step

FULL = TaskDraft(
    title="高标准农田",
    number="4",
    category=("四、农业",),
    content="建成高标准农田，完成率达到 98.5%。",
    extra={"责任领导（照录）": "张三", "备注栏": "", "年度": 3, "比例": 2.0},
    milestones=(
        MilestoneDraft("一期", "6月底前", date(2026, 6, 30), date(2026, 3, 1)),
        MilestoneDraft("常态巡查", "长期"),
    ),
    targets=(
        TargetDraft("完成率", Decimal("98.5000"), "%", Comparison.AT_LEAST, Decimal(0), cumulative=False),
        TargetDraft("示范片", Decimal(2), "个", items=("甲片", "乙片"), milestone=0),
    ),
)


@pytest.mark.parametrize("record", TABLES)
def test_a_record_has_every_column_of_its_table(record: type[Row]) -> None:
    table = TABLES[record]
    assert sorted(table.names) == sorted(field.attname for field in table.model._meta.concrete_fields)


@pytest.mark.django_db
class TestSpelling:
    def test_a_promise_is_spelled_as_history_spells_everything(self, cast: Cast, plan: Plan) -> None:
        planning.add_tasks(plan=plan, drafts=[FULL], by=cast.actor(), now=NOW)
        for promise in load_promises(list(plan.tasks.values_list("pk", flat=True))).values():
            spelled = content(promise)
            assert orjson.dumps(spelled).decode() == canonical_text(canonical(spelled))

    def test_what_is_stored_is_that_spelling(self, cast: Cast, plan: Plan) -> None:
        (task,) = planning.add_tasks(plan=plan, drafts=[FULL], by=cast.actor(), now=NOW)
        change(cast, task, fields={"note": "调整"}, category=("五、其他",))
        for entry in history(task):
            assert (entry.before, entry.after) == (canonical(entry.before), canonical(entry.after))
        assert history(task)[-1].after == content(load_promises([task.pk])[task.pk])


@pytest.mark.django_db
class TestLoading:
    def test_reading_a_plan_to_compare_shows_what_edits_would_see(self, cast: Cast, plan: Plan) -> None:
        planning.add_tasks(plan=plan, drafts=[FULL, replace(road(cast), number="5")], by=cast.actor(), now=NOW)
        planning.move_milestone(
            milestone=step(task_of(plan, "1")),
            kind=DateKind.EXTENDED,
            due_on=TODAY,
            reason="迟",
            by=cast.actor(),
            now=NOW,
        )
        standing = promises_as_they_stand(Task.objects.filter(plan=plan))
        assert [promise.task.number for promise in standing] == ["1", "2", "3", "4", "5"]
        edited = load_promises([promise.task.pk for promise in standing])
        for promise in standing:
            for each in (*promise.steps, *edited[promise.task.pk].steps):
                each.dates.clear()
            assert content(promise) == content(edited[promise.task.pk])
