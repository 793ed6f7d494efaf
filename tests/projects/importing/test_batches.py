"""Decisions of a batch: kept, refused, repeated, and what comes of them in the plan."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects import planning
from projects.choices import InvolvementRole, RowOutcome, TaskState
from projects.drafts import PartyDraft
from projects.importing.batches import apply_batch, choose_plan, decide, preview
from projects.importing.decisions import UnknownDecisionError
from projects.importing.keeping import NotApplicable
from projects.importing.matching import Ground
from projects.models import ImportRow, Plan, Task
from tests.cast import TODAY, Cast, duty, firms, issued_plan, make_plan, road, task_of
from tests.projects.importing.tables import (
    HOSPITAL,
    NOW,
    apply,
    batch_of,
    bring_in,
    changed_road,
    compare,
    edited,
    prepared_with,
    shown,
    table,
    whole,
)

pytestmark = pytest.mark.django_db


def test_a_plan_sent_again_as_it_is_changes_nothing(cast: Cast, plan: Plan) -> None:
    before = shown(plan)
    prepared = compare(cast, table(whole(cast)), plan)
    assert [row.outcome for row in prepared.diff] == [RowOutcome.UNCHANGED] * 3
    assert prepared.questions == ()
    applied = bring_in(cast, whole(cast), plan)
    assert shown(plan) == before
    assert applied.written.versions == {}


def test_a_left_new_row_is_not_written_and_on_record_as_refused(cast: Cast, plan: Plan) -> None:
    applied = bring_in(cast, [*whole(cast), HOSPITAL], plan, {"row:3": "leave"})
    assert not Task.objects.filter(plan=plan, title=HOSPITAL.title).exists()
    line = ImportRow.objects.get(batch=applied.batch, row=6)
    assert (line.outcome, line.reason, line.task) == (RowOutcome.SKIPPED, "refused", None)
    assert (applied.counts["new"], applied.counts["refused"]) == (0, 1)


def test_what_was_left_out_asks_nothing_and_makes_nobody(cast: Cast, plan: Plan) -> None:
    stranger = (PartyDraft(InvolvementRole.LEAD, "气象观测站"),)
    drafts = [*whole(cast), replace(HOSPITAL, parties=stranger)]
    asked = compare(cast, table(drafts), plan).questions
    assert [question.field for question in asked] == ["department"]
    left = prepared_with(cast, drafts, plan, {"row:3": "leave", asked[0].key: "new:department"})
    assert (left.questions, left.make) == ((), ())


def test_leaving_every_column_of_a_date_takes_back_its_question(cast: Cast, plan: Plan) -> None:
    drafts = [changed_road(cast), firms(cast), duty(cast)]
    assert {one.code for one in compare(cast, table(drafts), plan).questions} == {"date_changed"}
    left = prepared_with(cast, drafts, plan, {f"field:{task_of(plan, '1').pk}:deadline": "leave"})
    assert left.questions == ()


def test_a_row_can_be_matched_by_hand(cast: Cast, plan: Plan) -> None:
    other = replace(firms(cast), number="5", title="壮大产业", content="培育龙头骨干", category=())
    drafts = [road(cast), other, duty(cast)]
    prepared = compare(cast, table(drafts), plan)
    assert prepared.diff[1].outcome == RowOutcome.NEW
    task = task_of(plan, "2")
    matched = prepared_with(cast, drafts, plan, {"match:1": str(task.pk)})
    assert (matched.diff[1].task_id, matched.diff[1].ground) == (task.pk, Ground.MANUAL)
    assert RowOutcome.DROPPED not in {row.outcome for row in matched.diff}
    apart = prepared_with(cast, whole(cast), plan, {"match:1": "new"})
    assert [row.outcome for row in apart.diff][1:] == [RowOutcome.NEW, RowOutcome.UNCHANGED, RowOutcome.DROPPED]
    assert [one.task_id for one in apart.likely_items(1)] == [task.pk]


def test_an_item_is_only_ever_one_rows_match(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "2")
    batch = batch_of(cast, table(whole(cast)), plan)
    decide(batch=batch, decisions={"match:0": str(task.pk)}, by=cast.actor())
    decided = decide(batch=batch, decisions={"match:1": str(task.pk)}, by=cast.actor())
    assert decided.decisions == {"match:1": str(task.pk)}


@pytest.mark.parametrize("wrong", [{"row:1": "maybe"}, {"field:1:lead": "keep"}, {"match:1": "x"}, {"row:x": "leave"}])
def test_a_decision_no_page_offers_is_refused(cast: Cast, plan: Plan, wrong: dict[str, str]) -> None:
    with pytest.raises(UnknownDecisionError):
        decide(batch=batch_of(cast, table(whole(cast)), plan), decisions=wrong, by=cast.actor())


def test_the_same_decision_again_leaves_no_trace(cast: Cast, plan: Plan) -> None:
    batch = batch_of(cast, table(whole(cast)), plan)
    once = decide(batch=batch, decisions={"row:0": "leave"}, by=cast.actor())
    twice = decide(batch=batch, decisions={"row:0": "leave"}, by=cast.actor())
    assert (twice.version, twice.decisions) == (once.version, once.decisions)
    assert HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk).count() == 1


def test_history_keeps_what_changed_among_the_decisions(cast: Cast, plan: Plan) -> None:
    batch = batch_of(cast, table(whole(cast)), plan)
    decide(batch=batch, decisions={"row:0": "leave", "row:1": "leave"}, by=cast.actor())
    decide(batch=batch, decisions={"row:1": ""}, by=cast.actor())
    last = HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk).order_by("-pk")[0]
    assert (last.before, last.after) == ({"row:1": "leave"}, {})


def test_of_two_who_decide_at_once_the_second_learns_of_the_first(cast: Cast, plan: Plan) -> None:
    batch = batch_of(cast, table(whole(cast)), plan)
    decide(batch=batch, decisions={"row:0": "leave"}, by=cast.actor(), version=1)
    with pytest.raises(Conflict) as lost:
        decide(batch=batch, decisions={"row:0": "take"}, by=cast.actor(), version=1)
    assert lost.value.current.decisions == {"row:0": "leave"}


def test_of_two_who_apply_one_batch_the_second_gets_a_conflict(cast: Cast, plan: Plan) -> None:
    batch = batch_of(cast, table([changed_road(cast)]), plan)
    apply_batch(batch=batch, by=cast.actor(), now=NOW, version=1, unattended=True)
    with pytest.raises(Conflict):
        apply_batch(batch=batch, by=cast.actor(cast.leader), now=NOW, version=1, unattended=True)
    with pytest.raises(NotApplicable) as refused:
        apply_batch(batch=batch, by=cast.actor(), now=NOW, unattended=True)
    assert refused.value.reason == "already_applied"


def test_of_two_who_bring_in_one_new_table_the_second_gets_a_conflict(cast: Cast) -> None:
    first, second = (batch_of(cast, table(whole(cast)), None) for _ in range(2))
    seen = preview(second, by=cast.actor()).fingerprint
    apply(cast, first)
    with pytest.raises(Conflict):
        apply_batch(batch=second, by=cast.actor(), now=NOW, fingerprint=seen, unattended=True)


def test_a_batch_can_be_compared_with_another_plan(cast: Cast) -> None:
    batch = batch_of(cast, table(whole(cast)), None)
    decide(batch=batch, decisions={"row:0": "leave", "name:department:甲": "keep"}, by=cast.actor())
    plan = make_plan(cast)
    chosen = choose_plan(batch=batch, plan=plan, by=cast.actor(), now=NOW)
    assert (chosen.plan, chosen.decisions) == (plan, {"name:department:甲": "keep"})
    assert {row.outcome for row in preview(chosen, by=cast.actor()).diff} == {RowOutcome.UNCHANGED}
    other = Plan.objects.create(organization=cast.organization, year=2025, title="上年")
    with pytest.raises(ValueError, match="not of this office and year"):
        choose_plan(batch=batch, plan=other, by=cast.actor(), now=NOW)


def test_a_dropped_item_is_on_record_with_what_became_of_it(cast: Cast, plan: Plan) -> None:
    gone, kept = task_of(plan, "2"), task_of(plan, "3")
    applied = bring_in(cast, [road(cast)], plan, {f"drop:{gone.pk}": "cancel"})
    lines = ImportRow.objects.filter(batch=applied.batch, outcome=RowOutcome.DROPPED).order_by("pk")
    assert [(line.task_id, line.reason, line.task_version) for line in lines] == [
        (gone.pk, "cancel", 3),
        (kept.pk, "keep", None),
    ]


def test_a_closed_item_the_table_no_longer_has_is_left_alone(cast: Cast, plan: Plan) -> None:
    planning.close_task(task=task_of(plan, "2"), on=TODAY, by=cast.actor(), now=NOW)
    assert [one.params["number"] for one in compare(cast, table([road(cast)]), plan).questions] == ["3"]
    bring_in(cast, [road(cast)], plan, {f"drop:{task_of(plan, '2').pk}": "cancel"})
    assert task_of(plan, "2").state == TaskState.CLOSED


def test_nothing_to_write_into_a_new_plan_makes_no_plan(cast: Cast) -> None:
    with pytest.raises(NotApplicable) as refused:
        bring_in(cast, [HOSPITAL], None, {"row:0": "leave"})
    assert refused.value.reason == "empty"
    assert not Plan.objects.exists()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_leaving_every_change_leaves_any_plan_as_it_is(cast: Cast, data: st.DataObject) -> None:
    with transaction.atomic():
        plan = issued_plan(cast) if data.draw(st.booleans()) else make_plan(cast)
        before = shown(plan)
        drafts = [data.draw(edited(draft)) for draft in whole(cast)] + [HOSPITAL]
        bring_in(cast, drafts, plan, {f"row:{at}": "leave" for at in range(4)})
        assert shown(plan) == before
        transaction.set_rollback(True)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_applied_once_a_table_changes_nothing_more(cast: Cast, data: st.DataObject) -> None:
    with transaction.atomic():
        plan = issued_plan(cast) if data.draw(st.booleans()) else make_plan(cast)
        drafts = [data.draw(edited(draft)) for draft in whole(cast)] + [HOSPITAL]
        bring_in(cast, drafts, plan)
        after = compare(cast, table(data.draw(st.permutations(drafts))), plan)
        assert [(row.outcome, row.changes) for row in after.diff] == [(RowOutcome.UNCHANGED, ())] * 4
        transaction.set_rollback(True)
