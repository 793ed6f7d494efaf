"""Last year's plan with a step done, and this year's plan with one of its items in it already."""

from dataclasses import replace
from datetime import date

import pytest

from projects.drafts import MilestoneDraft, TaskDraft
from projects.models import Milestone, Plan
from projects.planning import add_tasks, create_plan, mark_milestones
from tests.cast import Cast, at, cast_fixture, firms, plan_fixture, task_of

__all__ = ["cast_fixture", "plan_fixture"]

NEW_YEAR = date(2027, 1, 12)


@pytest.fixture(name="source")
def source_fixture(cast: Cast, plan: Plan) -> Plan:
    """Return the plan of 2026, the road's site chosen and a step that names its year."""
    road = task_of(plan, "1")
    first = Milestone.objects.get(task=road, position=0)
    mark_milestones(task=road, done={first.pk: date(2026, 3, 20)}, by=cast.actor(), now=at(NEW_YEAR))
    hall = TaskDraft(
        title="文化馆改造",
        number="4",
        content="2026年10月底前完成文化馆改造。",
        deadline_text="2026年10月底前",
        milestones=(MilestoneDraft("完成改造", "2026年10月底前", date(2026, 10, 31)),),
    )
    add_tasks(plan=plan, drafts=[hall], by=cast.actor(), now=at(NEW_YEAR))
    return plan


@pytest.fixture(name="following")
def following_fixture(cast: Cast) -> Plan:
    """Return the plan of 2027, in which the firms stand already with another number and a higher aim."""
    following = create_plan(
        organization=cast.organization,
        year=2027,
        title="2027年重点工作责任分解表",
        by=cast.actor(today=NEW_YEAR),
        now=at(NEW_YEAR),
    )
    again = replace(firms(cast), number="9", content="全年引进企业 8 家。", milestones=(), targets=())
    add_tasks(plan=following, drafts=[again], by=cast.actor(today=NEW_YEAR), now=at(NEW_YEAR))
    return following
