"""What departments reported outlives every import of the table, and every undoing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.importing.undo import Obstacles, obstacles_to_undo, undo_batch
from projects.models import Milestone, Plan, Target
from tests.cast import Cast, duty, firms, road, task_of
from tests.projects.importing.tables import NOW, bring_in, compare, edited, table
from tests.tracker import accounts
from tracker.facts import accepted_values
from tracker.models import ItemTick, MilestoneMark, ProgressReport, Review, TargetValue
from tracker.reporting import accept_report

pytestmark = pytest.mark.django_db

PROGRESS: Sequence[type[Model]] = (ProgressReport, TargetValue, ItemTick, MilestoneMark, Review)


def reported() -> dict[str, list[dict[str, object]]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in PROGRESS}


def report(cast: Cast, plan: Plan) -> tuple[Target, Milestone]:
    """Report three firms and a chosen site; the office accepts both."""
    june = accounts.opened_round(plan)
    target = Target.objects.get(task=task_of(plan, "2"))
    site = Milestone.objects.get(task=task_of(plan, "1"), position=0)
    won = accounts.given(
        cast,
        task_of(plan, "2"),
        june,
        department=cast.investment,
        user=cast.investment_clerk,
        token="firms",
        values={target.pk: Decimal(3)},
    )
    chosen = accounts.given(cast, task_of(plan, "1"), june, token="road", marks={site.pk: date(2026, 3, 20)})
    for one in (won, chosen):
        accept_report(report=one, by=cast.actor(), now=NOW)
    return target, site


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_import_and_no_undoing_touches_what_was_reported(cast: Cast, plan: Plan, data: st.DataObject) -> None:
    with transaction.atomic():
        target, site = report(cast, plan)
        before = reported()
        drafts = [
            data.draw(edited(draft)) for draft in (road(cast), firms(cast), duty(cast)) if data.draw(st.integers(0, 4))
        ]
        decisions = {f"drop:{pk}": "cancel" for pk in plan.tasks.values_list("pk", flat=True)}
        applied = bring_in(cast, drafts or [road(cast)], plan, decisions)
        assert reported() == before
        site.refresh_from_db()
        assert (site.done_on, site.dropped_on) == (date(2026, 3, 20), None)
        undo_batch(batch=applied.batch, by=cast.actor(), now=NOW)
        assert reported() == before
        assert Target.objects.filter(pk=target.pk, dropped_on__isnull=True).exists()
        transaction.set_rollback(True)


def test_a_target_with_accepted_figures_is_asked_about_before_it_goes(cast: Cast, plan: Plan) -> None:
    target, _ = report(cast, plan)
    without = replace(firms(cast), target_text="不再定量", targets=())
    drafts = [road(cast), without, duty(cast)]
    assert [one.key for one in compare(cast, table(drafts), plan).questions] == [f"drop_target:{target.pk}"]
    bring_in(cast, drafts, plan)
    assert accepted_values([target.task_id])[target.pk].value == Decimal(3)


def test_a_report_since_the_import_stands_in_the_way_of_undoing_it(cast: Cast, plan: Plan) -> None:
    applied = bring_in(cast, [replace(road(cast), note="调整"), firms(cast), duty(cast)], plan)
    june = accounts.opened_round(plan)
    accounts.given(cast, task_of(plan, "2"), june, department=cast.investment, user=cast.investment_clerk)
    assert obstacles_to_undo(applied.batch) == ()
    accounts.given(cast, task_of(plan, "1"), june, token="form-2")
    assert [(one.number, one.happened, one.who) for one in obstacles_to_undo(applied.batch)] == [
        ("1", "report.submitted", "示例·张三")
    ]
    with pytest.raises(Obstacles), transaction.atomic():
        undo_batch(batch=applied.batch, by=cast.actor(), now=NOW)
