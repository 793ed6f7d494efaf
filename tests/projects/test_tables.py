"""The plan as issued, as it is read: order, headings, and a fixed number of queries."""

from dataclasses import replace

import pytest

from accounts.models import User
from projects.drafts import TaskChange
from projects.models import Plan
from projects.planning import add_tasks, change_tasks
from projects.tables import PlanTable, plan_lines, plan_table
from tests.cast import TODAY, Cast, at, duty, firms, issued_plan, road, task_of
from tests.query_counts import QueryBaseline

pytestmark = pytest.mark.django_db


def table_of(cast: Cast, plan: Plan, user: User | None = None) -> PlanTable:
    return plan_table(plan, cast.reach(user or cast.office), today=TODAY)


def test_a_row_names_who_leads_supports_and_answers(cast: Cast, plan: Plan) -> None:
    row = table_of(cast, plan).groups[0].rows[0]
    assert (row.leads, row.supports, row.leaders) == (("规划建设科",), ("经济发展科",), ("分管建设副主任",))


def test_the_last_dated_step_is_the_item_s_deadline(cast: Cast, plan: Plan) -> None:
    first, _, third = (group.rows[0] for group in table_of(cast, plan).groups)
    assert first.last_step is not None
    assert first.last_step.text == "开工"
    assert third.last_step is None


def test_headings_stand_with_those_above_them(cast: Cast, plan: Plan) -> None:
    assert [group.path for group in table_of(cast, plan).groups] == [
        ("一、基础设施", "（一）道路"),
        ("二、招商",),
        ("三、保障",),
    ]


def test_an_item_without_a_heading_stands_without_one(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    edit = TaskChange(task.pk, task.version, category=())
    change_tasks(plan=plan, changes=[edit], by=cast.actor(), now=at(TODAY))
    assert table_of(cast, plan).groups[0].path == ()


def test_totals_are_of_what_the_reader_may_see(cast: Cast) -> None:
    plan = issued_plan(cast, restricted=True)
    theirs, whole = table_of(cast, plan, cast.investment_clerk), table_of(cast, plan)
    assert (theirs.items, whole.items) == (2, 3)
    (line,) = plan_lines(cast.reach(cast.investment_clerk), today=TODAY)
    assert line.items == 2


def test_reading_costs_the_same_for_few_and_many_items(
    cast: Cast, plan: Plan, assert_query_baseline: QueryBaseline
) -> None:
    reach = cast.reach(cast.office)
    for times in (1, 20):
        drafts = [
            replace(draft, number=str(n)) for n in range(times) for draft in (road(cast), firms(cast), duty(cast))
        ]
        add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))
        with assert_query_baseline("plans: one as issued"):
            plan_table(plan, reach, today=TODAY)
        with assert_query_baseline("plans: the list"):
            plan_lines(reach, today=TODAY)
