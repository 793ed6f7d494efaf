"""Undoing an import asks again for what it had struck, and its empty headings are seen no more."""

from dataclasses import replace

import pytest
from django.test import Client

from projects.drafts import TaskDraft
from projects.importing.undo import undo_batch
from projects.models import ImportBatch, Plan, Section
from projects.planning import resume_tasks, suspend_tasks
from projects.sections import standing_paths
from tests.cast import TODAY, Cast, at, duty, firms, road, task_of
from tests.projects.importing.tables import NOW, bring_in
from tests.tracker.visits import owed_of, report, signed_in
from tracker.choices import OwedState
from tracker.derived import differences
from tracker.models import Owed
from tracker.reporting import return_report
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture
def opened(plan: Plan) -> Plan:
    open_rounds(today=TODAY)
    return plan


def strike(cast: Cast, plan: Plan, number: str) -> ImportBatch:
    """Bring in a table without the item of that number, and have it cancelled."""
    left = [draft for draft in (road(cast), firms(cast), duty(cast)) if draft.number != number]
    return bring_in(cast, left, plan, {f"drop:{task_of(plan, number).pk}": "cancel"}).batch


def undo(cast: Cast, batch: ImportBatch) -> None:
    undo_batch(batch=batch, by=cast.actor(), now=NOW, reason="导错了")


def test_what_an_import_waived_is_owed_again_when_it_is_undone(cast: Cast, opened: Plan) -> None:
    batch = strike(cast, opened, "1")
    assert owed_of(opened, "1").state == OwedState.WAIVED
    undo(cast, batch)
    row = owed_of(opened, "1")
    assert (row.state, row.next_step_at) == (OwedState.OWED, NOW)
    assert not differences(now=NOW)


def test_a_report_that_was_returned_is_owed_as_returned(cast: Cast, opened: Plan) -> None:
    given = report(cast, opened, "1")
    return_report(report=given, reason="请写数量。", by=cast.actor(), now=at(TODAY))
    batch = strike(cast, opened, "1")
    undo(cast, batch)
    assert owed_of(opened, "1").state == OwedState.RETURNED


def test_what_was_accepted_stays_accepted(cast: Cast, opened: Plan) -> None:
    Owed.objects.filter(task=task_of(opened, "1")).update(state=OwedState.ACCEPTED)
    undo(cast, strike(cast, opened, "1"))
    assert owed_of(opened, "1").state == OwedState.ACCEPTED


def test_what_was_waived_before_the_import_stays_waived(cast: Cast, opened: Plan) -> None:
    ids = [task_of(opened, "1").pk]
    suspend_tasks(task_ids=ids, reason="停工", by=cast.actor(), now=at(TODAY))
    resume_tasks(task_ids=ids, reason="复工", by=cast.actor(), now=at(TODAY))
    assert owed_of(opened, "1").state == OwedState.WAIVED
    undo(cast, strike(cast, opened, "1"))
    assert owed_of(opened, "1").state == OwedState.WAIVED


def test_items_the_import_did_not_strike_owe_what_they_owed(cast: Cast, opened: Plan) -> None:
    before = dict(Owed.objects.exclude(task__number="1").values_list("pk", "state"))
    undo(cast, strike(cast, opened, "1"))
    assert dict(Owed.objects.exclude(task__number="1").values_list("pk", "state")) == before


def test_headings_that_only_the_undone_import_filled_are_seen_no_more(cast: Cast, plan: Plan, client: Client) -> None:
    before = standing_paths(plan)
    park = TaskDraft(title="新建公园", number="4", content="新建公园一处", category=("八、临时板块", "（一）公园"))
    moved = replace(firms(cast), category=("九、挪来的板块",))
    batch = bring_in(cast, [road(cast), moved, duty(cast), park], plan).batch
    assert {("八、临时板块", "（一）公园"), ("九、挪来的板块",)} <= {*standing_paths(plan)}
    undo(cast, batch)
    assert standing_paths(plan) == before
    assert Section.objects.filter(
        plan=plan, title="八、临时板块"
    ).exists()  # the withdrawn item still says where it stood
    office = signed_in(client, cast.office)
    for address in (f"/items/?plan={plan.pk}", f"/plans/{plan.pk}/table/", f"/plans/{plan.pk}/items/add/"):
        page = office.get(address).content.decode()
        assert "八、临时板块" not in page
        assert "九、挪来的板块" not in page


def test_headings_are_the_same_rows_when_the_table_is_brought_in_again(cast: Cast, plan: Plan) -> None:
    park = TaskDraft(title="新建公园", number="4", content="新建公园一处", category=("八、临时板块",))
    drafts = [road(cast), firms(cast), duty(cast), park]
    undo(cast, bring_in(cast, drafts, plan).batch)
    bring_in(cast, drafts, plan)
    assert Section.objects.filter(plan=plan, title="八、临时板块").count() == 1
    assert ("八、临时板块",) in standing_paths(plan)
