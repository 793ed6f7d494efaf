"""Rounds open once for each issued plan, and what is owed in one is fixed on the day it opens."""

from datetime import date

import pytest

from accounts.models import HistoryEntry
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TaskChange
from projects.models import Plan
from projects.planning import add_tasks, change_tasks, close_task
from tests.cast import JANUARY, TODAY, Cast, at, make_plan, road, task_of
from tests.tracker.accounts import opened_round
from tracker.boards.owing import still_owed
from tracker.choices import OwedState, RhythmKind
from tracker.models import Owed, PlanRules, ReportingRound
from tracker.reminding.subjects import owed_cases
from tracker.rounds import close_round, current_round, open_rounds

pytestmark = pytest.mark.django_db


def owing(reporting_round: ReportingRound) -> set[tuple[str, str]]:
    rows = Owed.objects.filter(round=reporting_round).values_list("task__number", "department__name")
    return set(rows)


def test_each_leading_unit_owes_once_and_each_member_of_a_group(plan: Plan) -> None:
    everyone = {("3", "规划建设科"), ("3", "经济发展科"), ("3", "招商服务科")}
    assert owing(opened_round(plan)) == {("1", "规划建设科"), ("2", "招商服务科")} | everyone


def test_a_second_call_opens_nothing(plan: Plan) -> None:
    opened_round(plan)
    before = Owed.objects.count(), HistoryEntry.objects.count()
    assert open_rounds(today=TODAY) == []
    assert (Owed.objects.count(), HistoryEntry.objects.count()) == before


def test_a_round_is_written_to_history(plan: Plan) -> None:
    june = opened_round(plan)
    entry = HistoryEntry.objects.get(object_type="round", object_id=june.pk)
    assert (entry.action, entry.after["key"], entry.object_version) == ("round.opened", "2026-06", 1)


def test_the_month_s_cutoff_is_the_25th_or_the_working_day_before(plan: Plan) -> None:
    assert opened_round(plan).cutoff_on == date(2026, 6, 25)
    assert opened_round(plan, today=date(2026, 7, 1)).cutoff_on == date(2026, 7, 24)


def test_the_rhythm_is_the_plan_s(cast: Cast, plan: Plan) -> None:
    PlanRules.objects.create(
        organization=cast.organization, plan=plan, valid_from=JANUARY, rhythm=RhythmKind.WEEK, cutoff_day=5
    )
    june = opened_round(plan)
    assert (june.key, june.cutoff_on) == ("2026-W26", date(2026, 6, 26))


def test_a_draft_has_no_rounds(cast: Cast) -> None:
    make_plan(cast)
    assert open_rounds(today=TODAY) == []


def test_no_round_is_opened_before_the_plan_is_issued(plan: Plan) -> None:
    assert open_rounds(today=date(2026, 1, 19)) == []


def test_no_round_is_opened_after_the_plan_s_year(plan: Plan) -> None:
    assert open_rounds(today=date(2027, 1, 4)) == []


def test_closed_items_owe_nothing(cast: Cast, plan: Plan) -> None:
    close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=at(TODAY))
    assert ("1", "规划建设科") not in owing(opened_round(plan))


def test_what_is_owed_is_fixed_when_the_round_opens(cast: Cast, plan: Plan) -> None:
    june = opened_round(plan)
    before = owing(june)
    task = task_of(plan, "1")
    other_lead = (PartyDraft(InvolvementRole.LEAD, "经济发展科", department_id=cast.economy.pk),)
    changes = [TaskChange(task_id=task.pk, version=task.version, parties=other_lead)]
    change_tasks(plan=plan, changes=changes, by=cast.actor(), now=at(TODAY))
    add_tasks(plan=plan, drafts=[road(cast)], by=cast.actor(), now=at(TODAY))
    open_rounds(today=TODAY)
    assert owing(june) == before


def test_the_next_round_follows_the_new_lead(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    other_lead = (PartyDraft(InvolvementRole.LEAD, "经济发展科", department_id=cast.economy.pk),)
    changes = [TaskChange(task_id=task.pk, version=task.version, parties=other_lead)]
    change_tasks(plan=plan, changes=changes, by=cast.actor(), now=at(TODAY))
    july = opened_round(plan, today=date(2026, 7, 1))
    assert {unit for number, unit in owing(july) if number == "1"} == {"经济发展科"}


def test_the_current_round_is_the_latest_begun(plan: Plan) -> None:
    june = opened_round(plan)
    assert current_round(plan.pk, today=TODAY) == june
    assert current_round(plan.pk, today=date(2026, 7, 10)) == june
    assert current_round(plan.pk, today=date(2026, 5, 31)) is None


def test_nothing_owed_is_told_before_its_round_opened(plan: Plan) -> None:
    june = opened_round(plan)
    rows = Owed.objects.filter(round=june)
    assert {row.next_step_at for row in rows} == {at(TODAY, 0)}
    assert {row.state for row in rows} == {OwedState.OWED}


def test_a_round_that_has_ended_asks_nobody_but_for_what_was_returned(cast: Cast, plan: Plan) -> None:
    june = opened_round(plan)
    rows = list(Owed.objects.filter(round=june, department=cast.building).order_by("pk"))
    Owed.objects.filter(pk=rows[0].pk).update(state=OwedState.RETURNED)
    ids = [row.pk for row in rows]
    assert set(still_owed([cast.building.pk], today=TODAY)) == set(rows)
    assert set(owed_cases(ids, now=at(TODAY))) == set(ids)
    close_round(reporting_round=june, by=cast.actor(), now=at(TODAY))
    assert list(still_owed([cast.building.pk], today=TODAY)) == [rows[0]]
    assert set(owed_cases(ids, now=at(TODAY))) == {rows[0].pk}
