"""What is unfinished is proposed for the next plan, decided by a person, and written with its link."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from accounts.conflicts import Conflict
from accounts.models import Department, HistoryEntry
from projects.carrying.proposing import CarryOver, Fate, Proposal, propose
from projects.carrying.settling import settle
from projects.carrying.writing import Carried, NotCarriedError, carry_over
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Milestone, Plan, Target, Task
from projects.planning import add_tasks, cancel_tasks, close_task, mark_milestones
from tests.cast import Cast, at, road, task_of
from tests.projects.carrying.conftest import NEW_YEAR

pytestmark = pytest.mark.django_db


def proposed(source: Plan, following: Plan) -> CarryOver:
    return propose(source, following, today=NEW_YEAR)


def proposal_of(source: Plan, following: Plan, number: str) -> Proposal:
    return next(one for one in proposed(source, following).proposals if one.draft.number == number)


def write(cast: Cast, source: Plan, following: Plan, answers: Mapping[str, str]) -> Carried:
    return carry_over(
        source=source,
        plan=following,
        answers=answers,
        fingerprint=proposed(source, following).fingerprint,
        by=cast.actor(today=NEW_YEAR),
        now=at(NEW_YEAR),
    )


def only(source: Plan, following: Plan, *numbers: str) -> dict[str, str]:
    """Answer that only these items go on."""
    return {
        f"do:{one.task.task_id}": Fate.CARRY if one.draft.number in numbers else Fate.LEAVE
        for one in proposed(source, following).proposals
    }


def test_unfinished_and_ongoing_items_are_proposed_closed_and_cancelled_ones_not(
    cast: Cast, source: Plan, following: Plan
) -> None:
    close_task(task=task_of(source, "1"), on=date(2026, 12, 20), by=cast.actor(), now=at(NEW_YEAR))
    cancel_tasks(task_ids=[task_of(source, "4").pk], reason="不办了", by=cast.actor(), now=at(NEW_YEAR))
    found = proposed(source, following)
    assert [one.draft.number for one in found.proposals] == ["2", "3"]
    assert [one.endless for one in found.proposals] == [False, False]


def test_an_item_the_new_plan_has_is_shown_as_there_and_proposed_as_a_link(source: Plan, following: Plan) -> None:
    firms = proposal_of(source, following, "2")
    assert firms.twin is not None
    assert (firms.twin.number, firms.likely) == ("9", Fate.LINK)
    assert proposal_of(source, following, "1").twin is None


def test_an_item_whose_steps_are_all_done_is_not_proposed_to_go_on(cast: Cast, source: Plan, following: Plan) -> None:
    hall = task_of(source, "4")
    step = Milestone.objects.get(task=hall)
    mark_milestones(task=hall, done={step.pk: date(2026, 10, 20)}, by=cast.actor(), now=at(NEW_YEAR))
    assert proposal_of(source, following, "4").likely is Fate.LEAVE


def test_words_are_read_anew_in_the_new_year_and_words_of_the_old_year_ask(source: Plan, following: Plan) -> None:
    again = [step.again_on for step in proposal_of(source, following, "1").steps]
    assert again == [date(2027, 6, 30), date(2027, 12, 31)]
    assert [step.again_on for step in proposal_of(source, following, "4").steps] == [None]
    settled = settle(proposed(source, following), only(source, following, "4"))
    assert list(settled.problems.values()) == ["no_day"]


def test_a_carried_item_has_its_open_steps_targets_parties_and_link(cast: Cast, source: Plan, following: Plan) -> None:
    carried = write(cast, source, following, only(source, following, "1"))
    made = Task.objects.get(pk=carried.made[0])
    assert (made.carried_from, made.number, made.state) == (task_of(source, "1"), "10", TaskState.DRAFT)
    assert made.deadline_text == "6月底前报批；年底前开工"
    steps = Milestone.objects.filter(task=made).order_by("position")
    assert [(step.text, str(step.current_due_on), step.moves) for step in steps] == [
        ("报批", "2027-06-30", 0),
        ("开工", "2027-12-31", 0),
    ]
    leads = Involvement.objects.filter(task=made, role=InvolvementRole.LEAD)
    assert [row.department for row in leads] == [cast.building]
    assert str(made.section) == "（一）道路"


def test_a_new_day_writes_new_words(cast: Cast, source: Plan, following: Plan) -> None:
    step = proposal_of(source, following, "4").steps[0]
    carried = write(cast, source, following, {**only(source, following, "4"), f"due:{step.id}": "2027-05-20"})
    made = Task.objects.get(pk=carried.made[0])
    assert (made.deadline_text, made.deadline_kind) == ("5月20日前", "date")
    assert Milestone.objects.get(task=made).current_due_on == date(2027, 5, 20)


def test_a_step_may_be_left_behind(cast: Cast, source: Plan, following: Plan) -> None:
    step = proposal_of(source, following, "1").steps[0]
    carried = write(cast, source, following, {**only(source, following, "1"), f"drop:{step.id}": "1"})
    assert [row.text for row in Milestone.objects.filter(task__in=carried.made)] == ["开工"]


def test_an_amount_is_carried_as_the_office_says(cast: Cast, source: Plan, following: Plan) -> None:
    amount = proposal_of(source, following, "2").amounts[0]
    carried = write(cast, source, following, {**only(source, following, "2"), f"value:{amount.id}": "3.5"})
    target = Target.objects.get(task__in=carried.made)
    assert (target.value, target.unit, target.milestone is not None) == (Decimal("3.5"), "家", True)


@pytest.mark.parametrize(("said", "code"), [("", "not_an_amount"), ("多家", "not_an_amount"), ("NaN", "not_an_amount")])
def test_an_amount_that_is_none_is_asked_for(source: Plan, following: Plan, said: str, code: str) -> None:
    amount = proposal_of(source, following, "2").amounts[0]
    answers = {**only(source, following, "2"), f"value:{amount.id}": said}
    assert settle(proposed(source, following), answers).problems == {f"value:{amount.id}": code}


@pytest.mark.parametrize(("said", "code"), [("2026-05-20", "other_year"), ("5月", "not_a_day"), ("", "no_day")])
def test_a_day_before_the_new_year_is_no_new_day(source: Plan, following: Plan, said: str, code: str) -> None:
    step = proposal_of(source, following, "4").steps[0]
    answers = {**only(source, following, "4"), f"due:{step.id}": said}
    assert settle(proposed(source, following), answers).problems == {f"due:{step.id}": code}


def test_a_link_changes_no_word_of_the_item_that_is_there(cast: Cast, source: Plan, following: Plan) -> None:
    there = task_of(following, "9")
    answers = only(source, following) | {f"do:{task_of(source, '2').pk}": Fate.LINK}
    carried = write(cast, source, following, answers)
    linked = Task.objects.get(pk=there.pk)
    assert (carried.made, carried.linked) == ((), (there.pk,))
    assert (linked.carried_from, linked.content) == (task_of(source, "2"), there.content)
    assert HistoryEntry.objects.filter(task_id=there.pk).latest("pk").action == "task.carried"


def test_a_dissolved_unit_is_flagged_and_only_its_words_are_kept(cast: Cast, source: Plan, following: Plan) -> None:
    Department.objects.filter(pk=cast.building.pk).update(dissolved_on=date(2026, 12, 31))
    assert [named.name for named in proposed(source, following).ended] == ["规划建设科"]
    made = Task.objects.get(pk=write(cast, source, following, only(source, following, "1")).made[0])
    assert made.extra == {"牵头单位（照录）": "规建科"}
    assert not Involvement.objects.filter(task=made, role=InvolvementRole.LEAD).exists()


def test_a_successor_takes_over_the_parts_of_a_dissolved_unit(cast: Cast, source: Plan, following: Plan) -> None:
    Department.objects.filter(pk=cast.building.pk).update(dissolved_on=date(2026, 12, 31))
    answers = only(source, following, "1") | {
        f"instead:department:{cast.building.pk}": f"department:{cast.investment.pk}"
    }
    made = write(cast, source, following, answers).made[0]
    lead = Involvement.objects.get(task=made, role=InvolvementRole.LEAD)
    assert (lead.department, lead.as_written) == (cast.investment, "招商服务科")


def test_a_unit_that_is_gone_itself_is_no_successor(cast: Cast, source: Plan, following: Plan) -> None:
    Department.objects.filter(pk__in=[cast.building.pk, cast.investment.pk]).update(dissolved_on=date(2026, 12, 31))
    field = f"instead:department:{cast.building.pk}"
    answers = only(source, following, "1") | {field: f"department:{cast.investment.pk}"}
    assert settle(proposed(source, following), answers).problems == {field: "nobody"}


def test_what_goes_on_already_is_never_carried_twice(cast: Cast, source: Plan, following: Plan) -> None:
    answers = only(source, following, "1")
    write(cast, source, following, answers)
    again = proposal_of(source, following, "1")
    assert (again.carried is not None, again.fates) == (True, ())
    with pytest.raises(NotCarriedError, match="empty"):
        write(cast, source, following, answers)
    assert Task.objects.filter(carried_from=task_of(source, "1")).count() == 1


def test_a_plan_that_moved_meanwhile_is_looked_at_again(cast: Cast, source: Plan, following: Plan) -> None:
    seen = proposed(source, following)
    add_tasks(plan=following, drafts=[road(cast)], by=cast.actor(), now=at(NEW_YEAR))
    with pytest.raises(Conflict):
        carry_over(
            source=source,
            plan=following,
            answers=only(source, following, "1"),
            fingerprint=seen.fingerprint,
            by=cast.actor(),
            now=at(NEW_YEAR),
        )
    assert not Task.objects.filter(carried_from__isnull=False).exists()
