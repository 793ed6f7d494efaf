"""What is doubtful in a draft is told before it is issued, with the items it concerns."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft
from projects.issue_checks import doubts_of
from projects.models import Plan, Task
from projects.planning import add_tasks
from tests.cast import JANUARY, TODAY, Cast, at, duty, firms, make_plan

pytestmark = pytest.mark.django_db
LATE, OWNERLESS = "时限已过，下达后马上就是逾期", "没有责任人"


def told(plan: Plan, today: date = JANUARY) -> dict[str, list[str]]:
    return {doubt.said: [task.number for task in doubt.tasks] for doubt in doubts_of(plan, today=today)}


def add(cast: Cast, plan: Plan, *numbers: str, category: tuple[str, ...] = ("四、其他",), words: str = "") -> None:
    owner = PartyDraft(InvolvementRole.OWNER, "示例·张三", person_id=cast.clerk.person_id)
    draft = replace(duty(cast), category=category, target_text=words, parties=(*duty(cast).parties, owner))
    drafts = [replace(draft, number=number) for number in numbers]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=JANUARY), now=at(JANUARY))


def test_an_item_that_would_be_overdue_at_once_is_named(cast: Cast) -> None:
    plan = make_plan(cast)
    assert LATE not in told(plan)
    assert told(plan, TODAY)[LATE] == ["1"]
    due_today = replace(firms(cast), number="4", milestones=(MilestoneDraft("引进", "今天", TODAY),), targets=())
    add_tasks(plan=plan, drafts=[due_today], by=cast.actor(today=JANUARY), now=at(JANUARY))
    assert told(plan, TODAY)[LATE] == ["1"]


def test_items_without_a_responsible_person_are_a_mild_doubt(cast: Cast) -> None:
    plan = make_plan(cast)
    add(cast, plan, "4")
    assert told(plan)[OWNERLESS] == ["1", "2", "3"]
    assert [doubt.said for doubt in doubts_of(plan, today=JANUARY) if doubt.mild] == [OWNERLESS]


def test_numbers_doubled_or_out_of_order_are_named(cast: Cast) -> None:
    plan = make_plan(cast)
    add(cast, plan, "3", "9", "10", "5", "另")
    found = told(plan)
    assert found["编号重复"] == ["3", "3"]
    assert found["编号不按次序"] == ["5"]


def test_sections_that_each_begin_with_one_count_their_own(cast: Cast) -> None:
    plan = make_plan(cast)
    add(cast, plan, "1", "2", "2")
    found = told(plan)
    assert found["编号重复"] == ["2", "2"]
    assert "编号不按次序" not in found


def test_an_amount_in_the_target_words_without_an_indicator_is_named(cast: Cast) -> None:
    plan = make_plan(cast)
    add(cast, plan, "4", words="完成投资20亿元")
    add(cast, plan, "5", words="全力推进，按期完工")
    assert told(plan)["目标里写了数量，但没有指标"] == ["4"]


def test_the_page_of_issuing_links_to_each_doubtful_item(cast: Cast, client: Client) -> None:
    plan = make_plan(cast)
    Task.objects.filter(plan=plan, number="3").update(number="2")
    client.force_login(cast.office)
    page = client.get(f"/plans/{plan.pk}/issue/").content.decode()
    part = page[page.index("编号重复") :]
    for task in Task.objects.filter(plan=plan, number="2"):
        assert f'href="/items/{task.pk}/edit/"' in part[: part.index("</div>")]


def test_a_plan_numbered_in_order_raises_no_doubt(cast: Cast) -> None:
    plan = make_plan(cast)
    assert not {"编号重复", "编号不按次序", "目标里写了数量，但没有指标"} & set(told(plan))
