"""Amounts by quarter of a table become the way to the item's target, which a table sent again leaves as it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from projects.choices import RowOutcome
from projects.importing.batches import preview, read_batch, receive_file
from projects.models import ImportBatch, Milestone, Plan, Target
from tests.cast import Cast
from tests.projects.importing.tables import NOW, apply
from tracker.facts import task_facts
from tracker.shares import expected_amount, expected_percent

pytestmark = pytest.mark.django_db

HEAD = "序号,项目名称,年度目标任务,一季度进度,二季度进度,三季度进度,四季度进度,完成时限,责任单位\n"
FACTORY = "1,建设食品园厂房,完成投资2亿元,2000万元,8000万元,1.4亿元,2亿元,年底前,规划建设科\n"
PIPES = "2,污水管网改造,改造6公里,,2公里,4公里,6公里,视资金到位情况定,招商服务科\n"
MARCH, JUNE, SEPTEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def opened(cast: Cast, text: str, plan: Plan | None = None) -> ImportBatch:
    file = ContentFile(text.encode())
    batch = receive_file(
        organization=cast.organization, year=2026, plan=plan, file=file, file_name="清单.csv", by=cast.actor(), now=NOW
    )
    return read_batch(batch=batch, by=cast.actor(), now=NOW)


def brought_in(cast: Cast, text: str, plan: Plan | None = None) -> Plan:
    plan = apply(cast, opened(cast, text, plan)).batch.plan
    assert plan is not None
    return plan


def test_by_each_quarter_what_the_table_says_is_expected_and_no_straight_line(cast: Cast) -> None:
    brought_in(cast, HEAD + FACTORY + PIPES)
    money, pipes = Target.objects.order_by("task__number")
    assert money.curve == [["2026-03-31", "0.1"], ["2026-06-30", "0.4"], ["2026-09-30", "0.7"]]
    assert [day for day, _ in pipes.curve] == ["2026-06-30", "2026-09-30"]
    (fact,) = task_facts([money.task_id])[money.task_id].targets
    assert [expected_amount(fact, day) for day in (MARCH, JUNE, SEPTEMBER)] == [
        Decimal(f"0.{tenths}") for tenths in (2, 8)
    ] + [Decimal("1.4")]
    assert [expected_percent(fact, day) for day in (MARCH, JUNE, SEPTEMBER)] == [10, 40, 70]
    texts = Milestone.objects.filter(task=money.task_id).order_by("position").values_list("text", flat=True)
    assert list(texts) == ["2000万元", "8000万元", "1.4亿元", "2亿元"]


def test_the_same_table_again_changes_nothing(cast: Cast) -> None:
    plan = brought_in(cast, HEAD + FACTORY + PIPES)
    again = preview(opened(cast, HEAD + FACTORY + PIPES, plan), by=cast.actor())
    assert [(row.outcome, row.changes) for row in again.diff] == [(RowOutcome.UNCHANGED, ())] * 2


def test_a_way_that_was_typed_outlives_a_later_table(cast: Cast) -> None:
    plan = brought_in(cast, HEAD + FACTORY)
    typed = [["2026-06-30", "0.25"]]
    Target.objects.update(curve=typed)
    assert [row.outcome for row in preview(opened(cast, HEAD + FACTORY, plan), by=cast.actor()).diff] == [
        RowOutcome.UNCHANGED
    ]
    brought_in(cast, HEAD + FACTORY.replace("2亿元", "2.5亿元"), plan)
    target = Target.objects.get()
    assert (target.value, target.curve) == (Decimal("2.5"), typed)
