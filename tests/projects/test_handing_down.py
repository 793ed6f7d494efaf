"""An item goes down as a copy, to offices directly below, and is answered once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.conflicts import Conflict
from accounts.maintaining import dissolve_department
from accounts.models import HistoryEntry
from projects.choices import HandDownState, TaskState
from projects.drafts import TargetDraft
from projects.handing_down import (
    AnsweredError,
    HandedAlreadyError,
    NotAChildError,
    NotHandableError,
    NotOwnError,
    decline,
    hand_down,
    take,
    withdraw,
)
from projects.importing.snapshot import task_snapshot
from projects.models import HandDown, Plan, Task
from projects.planning import WrongStateError, add_tasks, archive_plan, mark_milestones, suspend_tasks
from tests.cast import TODAY, Cast, at, firms, task_of
from tests.family import make_child, offer, taken

pytestmark = pytest.mark.django_db


def test_one_item_goes_to_several_offices_at_once_with_history_at_the_office_above(cast: Cast, plan: Plan) -> None:
    north, south = make_child(cast.organization, "bei"), make_child(cast.organization, "nan")
    rows = offer(cast, task_of(plan, "1"), north, south, word="请抓紧。")
    assert [(row.to, row.state) for row in rows] == [(north.organization, "offered"), (south.organization, "offered")]
    entries = HistoryEntry.objects.filter(object_type="handdown").order_by("pk")
    assert [(row.organization_id, row.action, row.task_id) for row in entries] == [
        (cast.organization.pk, "handdown.offered", task_of(plan, "1").pk)
    ] * 2


def test_what_is_taken_has_the_words_the_open_steps_and_the_amounts_as_offered(cast: Cast, plan: Plan) -> None:
    child, task = make_child(cast.organization, "bei"), task_of(plan, "1")
    first = task.milestones.order_by("position")[0]
    mark_milestones(task=task, done={first.pk: TODAY}, by=cast.actor(), now=at(TODAY))
    task.refresh_from_db()
    (handed,) = offer(cast, task, child)
    made = taken(child, handed)
    ours, theirs = task_snapshot(task), task_snapshot(made)
    assert theirs.draft.content == ours.draft.content
    assert [step.draft for step in theirs.milestones] == [step.draft for step in ours.milestones if not step.settled]
    assert [party.department_id for party in theirs.draft.parties] == [child.unit.pk]
    assert theirs.draft.extra == {"上级交办": cast.organization.name}


def test_an_amount_keeps_its_step_its_curve_and_its_horizon(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    aim = TargetDraft(
        "绿化", Decimal("12.5"), "万平方米", milestone=0, horizon_year=2030, curve=((TODAY, Decimal("0.3")),)
    )
    draft = replace(firms(cast), number="9", targets=(aim,))
    (task,) = add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=at(TODAY))
    (handed,) = offer(cast, task, child)
    assert [one.draft for one in task_snapshot(taken(child, handed)).targets] == [
        one.draft for one in task_snapshot(task).targets
    ]


def test_a_later_change_above_does_not_reach_what_was_offered(cast: Cast, plan: Plan) -> None:
    child, task = make_child(cast.organization, "bei"), task_of(plan, "1")
    (handed,) = offer(cast, task, child)
    Task.objects.filter(pk=task.pk).update(content="改过的内容")
    assert taken(child, handed).content == task.content


def test_only_offices_directly_below_are_handed_anything(cast: Cast, plan: Plan) -> None:
    child, task = make_child(cast.organization, "bei"), task_of(plan, "1")
    grandchild, beside = make_child(child.organization, "cun"), cast.outsider.organization
    for office in (grandchild.organization, beside, cast.organization):
        assert office is not None
        with pytest.raises(NotAChildError):
            hand_down(task=task, version=task.version, to=[office], by=cast.actor(), now=at(TODAY))
    assert not HandDown.objects.exists()


def test_an_item_that_moved_on_or_is_not_in_work_is_not_handed_down(cast: Cast, plan: Plan) -> None:
    child, task = make_child(cast.organization, "bei"), task_of(plan, "1")
    with pytest.raises(Conflict):
        hand_down(task=task, version=task.version + 1, to=[child.organization], by=cast.actor(), now=at(TODAY))
    suspend_tasks(task_ids=[task.pk], reason="缓办", by=cast.actor(), now=at(TODAY))
    task.refresh_from_db()
    assert task.state == TaskState.SUSPENDED
    with pytest.raises(NotHandableError):
        offer(cast, task, child)


def test_nobody_is_handed_the_same_item_twice_while_it_stands_and_none_of_the_others_is_then(
    cast: Cast, plan: Plan
) -> None:
    north, south, task = make_child(cast.organization, "bei"), make_child(cast.organization, "nan"), task_of(plan, "1")
    (handed,) = offer(cast, task, north)
    with pytest.raises(HandedAlreadyError) as refused:
        offer(cast, task, south, north)
    assert refused.value.offices == (north.organization,)
    assert not HandDown.objects.filter(to=south.organization).exists()
    decline(handed=handed, version=handed.version, reason="不属本镇", by=north.actor())
    (again,) = offer(cast, task, north)
    assert again.state == HandDownState.OFFERED


def test_of_two_answers_the_first_one_stands(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    taken(child, handed)
    with pytest.raises(Conflict):
        take(handed=handed, version=1, plan=child.plan, lead=child.unit, by=child.actor(), now=at(TODAY))
    with pytest.raises(Conflict):
        decline(handed=handed, version=1, reason="晚了", by=child.actor())
    with pytest.raises(Conflict):
        withdraw(handed=handed, version=2, reason="晚了", by=cast.actor())
    assert Task.objects.filter(plan=child.plan).count() == 1


def test_what_was_withdrawn_cannot_be_taken(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    withdraw(handed=handed, version=1, reason="重复", by=cast.actor())
    with pytest.raises(Conflict):
        taken(child, handed)
    assert not Task.objects.filter(plan=child.plan).exists()


def test_the_child_takes_it_into_a_plan_and_unit_of_its_own_only(cast: Cast, plan: Plan) -> None:
    child, other = make_child(cast.organization, "bei"), make_child(cast.organization, "nan")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    for strange in ({"plan": plan, "lead": child.unit}, {"plan": child.plan, "lead": other.unit}):
        with pytest.raises(NotOwnError):
            take(handed=handed, version=1, by=child.actor(), now=at(TODAY), **strange)  # type: ignore[arg-type]


def test_a_unit_that_is_no_more_leads_nothing_that_is_taken(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    dissolve_department(department=child.unit, on=TODAY, successor=None, version=1, by=child.actor())
    with pytest.raises(NotOwnError):
        taken(child, handed)
    assert not Task.objects.filter(plan=child.plan).exists()


def test_nothing_is_taken_into_an_archived_plan(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    archive_plan(plan=child.plan, by=child.actor())
    with pytest.raises(WrongStateError):
        taken(child, handed)
    handed.refresh_from_db()
    assert (handed.state, handed.version) == (HandDownState.OFFERED, 1)


def test_without_a_number_each_that_is_taken_gets_the_next_one_of_its_plan(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    rows = [offer(cast, task_of(plan, number), child)[0] for number in ("1", "2", "3")]
    assert [taken(child, row, issue=False).number for row in rows] == ["1", "2", "3"]


def test_an_office_named_twice_is_handed_the_item_once(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child, child)
    assert handed.to == child.organization


def test_whoever_saw_that_it_was_answered_is_told_so(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    decline(handed=handed, version=1, reason="不属本镇", by=child.actor())
    with pytest.raises(AnsweredError) as refused:
        withdraw(handed=handed, version=2, reason="重复", by=cast.actor())
    assert refused.value.current.state == HandDownState.DECLINED


def test_history_of_the_answer_stands_with_the_office_that_answered(cast: Cast, plan: Plan) -> None:
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    made = taken(child, handed)
    entries = HistoryEntry.objects.filter(object_type="handdown", object_id=handed.pk).order_by("object_version")
    assert [(row.organization_id, row.action, row.task_id) for row in entries] == [
        (cast.organization.pk, "handdown.offered", task_of(plan, "1").pk),
        (child.organization.pk, "handdown.taken", made.pk),
    ]
