"""The lists of what units ask, and of second looks, ask the database equally often whatever they hold."""

from datetime import date

import pytest
from django.test import Client

from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft
from projects.models import Plan, Task
from projects.planning import add_tasks, mark_milestones
from tests.cast import TODAY, Cast, at
from tests.factories import LookBackFactory
from tests.query_counts import QueryBaseline
from tests.tracker.visits import signed_in
from tracker.closing import Statement, ask_closing, close_asked
from tracker.extending import Request, ask_extension, decide_extension

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def items(cast: Cast, plan: Plan, number: int) -> list[Task]:
    drafts = [
        TaskDraft(
            title=f"示例事项{place}",
            number=str(100 + place),
            parties=(
                PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk),
                PartyDraft(InvolvementRole.LEADER, "分管建设副主任", post_id=cast.deputy_post.pk),
            ),
            milestones=(MilestoneDraft("完成", "9月底前", date(2026, 9, 30)),),
        )
        for place in range(number)
    ]
    return add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))


def many_extensions(cast: Cast, plan: Plan, number: int) -> None:
    """Ask for all items; every other request is granted."""
    for place, task in enumerate(items(cast, plan, number)):
        row = ask_extension(
            milestone=task.milestones.get(),
            department=cast.building,
            request=Request(date(2026, 10, 30), "用地未批", "已报批", f"form-{place}"),
            by=cast.actor(cast.clerk),
            now=at(TODAY),
        )
        if place % 2:
            by, now = cast.actor(), at(TODAY)
            decide_extension(extension=row, version=1, agrees=True, reason="同意", by=by, now=now)


def many_closings(cast: Cast, plan: Plan, number: int) -> None:
    """Ask for all items to be closed; every other one is, with a second look that is due."""
    for place, task in enumerate(items(cast, plan, number)):
        mark_milestones(task=task, done={task.milestones.get().pk: TODAY}, by=cast.actor(), now=at(TODAY))
        row = ask_closing(
            task=task,
            department=cast.building,
            statement=Statement("已完成", f"form-{place}"),
            by=cast.actor(cast.clerk),
            now=at(TODAY),
        )
        if place % 2:
            close_asked(closure=row, version=1, how="查阅材料", on=TODAY, by=cast.actor(), now=at(TODAY))
            LookBackFactory.create(task=task, due_on=TODAY)


@pytest.mark.parametrize("size", [4, 40])
@pytest.mark.parametrize("who", ["office", "clerk", "deputy"])
def test_the_list_of_later_dates_asks_equally_often(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int, who: str
) -> None:
    many_extensions(cast, plan, size)
    signed_in(client, getattr(cast, who)).get("/extensions/")
    with assert_query_baseline(f"page {who} /extensions/"):
        answer = client.get("/extensions/")
    view = answer.context["view"]
    assert len(view.mine) == (size // 2 if who == "office" else 0)
    assert len(view.own) == (size // 2 if who == "clerk" else 0)
    assert len(view.ended) == min(size // 2, 30)


@pytest.mark.parametrize("size", [4, 40])
@pytest.mark.parametrize("address", ["/closings/", "/look-backs/"])
def test_the_lists_of_closings_and_second_looks_ask_equally_often(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int, address: str
) -> None:
    many_closings(cast, plan, size)
    signed_in(client, cast.office).get(address)
    with assert_query_baseline(f"page office {address}"):
        answer = client.get(address)
    view = answer.context["view"]
    shown = view.waiting if address == "/closings/" else view.due
    assert len(shown) == size // 2
