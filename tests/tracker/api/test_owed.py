"""What is owed through the API: who has to report on what in which round, so that a program knows what to send."""

import pytest

from projects.models import Plan
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.api.calling import Program, content, problem
from tests.tracker.visits import owed_of, report
from tracker.api.owed import MEMBERS
from tracker.models import Owed, ReportingRound
from tracker.reporting import return_report
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _round(plan: Plan) -> None:
    open_rounds(today=TODAY)


def listed(who: Program, query: str = "") -> list[int]:
    return [row["task"] for row in content(who.get(f"/owed/?{query}"))["items"]]


def test_a_row_says_who_owes_what_by_when_and_its_id_is_taken_by_a_report(plan: Plan, clerk: Program) -> None:
    owed = owed_of(plan, "1")
    (row,) = content(clerk.get(f"/owed/?task={owed.task_id}"))["items"]
    assert row.keys() == set(MEMBERS)
    assert (row["id"], row["round"], row["cutoff_on"]) == (owed.pk, "2026-06", f"{owed.round.cutoff_on}")
    assert (row["department"]["name"], row["state"], row["answered_at"]) == (owed.department.name, "owed", None)
    said = {"state": "on_plan", "sentence": "选址已完成。", "owed": row["id"]}
    assert content(clerk.post(f"/tasks/{row['task']}/reports/", said), 201)["department"] == row["department"]
    now = content(clerk.get(f"/owed/{row['id']}/"))
    assert (now["state"], now["answered_at"] is None) == ("submitted", False)


def test_asked_now_lists_what_can_be_answered_and_has_not_been(cast: Cast, plan: Plan, clerk: Program) -> None:
    said = report(cast, plan, "1")
    assert set(listed(clerk, "asked=now")) == {task_of(plan, "3").pk, task_of(plan, "2").pk}
    return_report(report=said, reason="请写数字", by=cast.actor(), now=at(TODAY))
    ReportingRound.objects.update(state="closed")
    assert listed(clerk, "asked=now") == [said.task_id]
    assert set(listed(clerk)) == {task.pk for task in plan.tasks.all()}


def test_mine_is_what_the_readers_own_units_have_to_report(
    cast: Cast, plan: Plan, office: Program, clerk: Program
) -> None:
    units = {row["department"]["id"] for row in content(clerk.get("/owed/?whose=mine"))["items"]}
    assert units == {cast.building.pk}
    assert set(listed(clerk, "whose=mine&asked=now")) == {task_of(plan, "1").pk, task_of(plan, "3").pk}
    assert listed(office, "whose=mine") == []


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 5),
        ("task={task}", 1),
        ("plan={plan}", 5),
        ("plan=0", 0),
        ("unit={unit}", 2),
        ("round=2026-06", 5),
        ("round=2026-05", 0),
        ("state=owed", 4),
        ("state=submitted", 1),
    ],
)
def test_owed_rows_are_filtered(cast: Cast, plan: Plan, office: Program, query: str, number: int) -> None:
    said = report(cast, plan, "1")
    assert len(listed(office, query.format(task=said.task_id, plan=plan.pk, unit=said.department_id))) == number


def test_nobody_reads_what_is_owed_of_items_they_do_not_see(plan: Plan, outsider: Program, clerk: Program) -> None:
    owed = owed_of(plan, "1")
    assert len(listed(clerk)) == Owed.objects.count() == 5
    assert listed(outsider) == []
    assert problem(outsider.get(f"/owed/{owed.pk}/"))["status"] == 404
    assert content(clerk.get(f"/owed/{owed.pk}/?fields=state")).keys() == {"id", "state"}


def test_a_word_for_now_that_there_is_not_is_refused(clerk: Program) -> None:
    assert problem(clerk.get("/owed/?asked=true"))["status"] == 400
