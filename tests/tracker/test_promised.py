"""The words as issued stay on the item's page, and what was changed in them since is shown as that."""

import re

import pytest
from django.test import Client

from accounts.choices import Door
from accounts.history import Actor
from projects.drafts import TaskChange
from projects.models import Plan, Task
from projects.planning import add_tasks, change_tasks
from tests.cast import TODAY, Cast, at, firms, make_plan, task_of
from tests.tracker.visits import signed_in
from tracker.boards.promised import issued_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def change(cast: Cast, plan: Plan, task: Task, door: Door = Door.PAGE, **fields: str) -> None:
    by = Actor(cast.office, door, TODAY)
    changes = [TaskChange(task_id=task.pk, version=task.version, fields=fields)]
    change_tasks(plan=plan, changes=changes, by=by, now=at(TODAY))


def quoted(page: str) -> str:
    (quote,) = re.findall(r'<blockquote class="quote"[^>]*>(.*?)</blockquote>', page, re.DOTALL)
    return re.sub(r"<a class=\"key\".*?</a>|<[^>]+>", "", quote)


def test_words_changed_after_the_issue_stand_beside_those_issued(cast: Cast, plan: Plan, client: Client) -> None:
    change(cast, plan, task_of(plan, "2"), content="全年引进企业 9 家。")
    page = signed_in(client, cast.clerk).get(f"/items/{task_of(plan, '2').pk}/").content.decode()
    assert quoted(page) == "全年引进企业 7 家。　年底前"
    assert "下达以后改过" in page
    assert '<del class="old">全年引进企业 7 家。</del><ins class="new">全年引进企业 9 家。</ins>' in page


def test_a_table_issued_anew_gives_new_words(cast: Cast, plan: Plan) -> None:
    change(cast, plan, task_of(plan, "2"), content="全年引进企业 9 家。")
    change(cast, plan, task_of(plan, "2"), Door.IMPORT, content="全年引进企业 8 家。")
    issued = issued_words(task_of(plan, "2"))
    assert issued.text.startswith("全年引进企业 8 家。")
    assert not issued.changes


def test_a_draft_is_not_issued_and_what_came_later_is_issued_as_it_came(cast: Cast) -> None:
    draft = make_plan(cast)
    change(cast, draft, task_of(draft, "2"), content="全年引进企业 9 家。")
    assert issued_words(task_of(draft, "2")).text.startswith("全年引进企业 9 家。")
    assert not issued_words(task_of(draft, "2")).changes


def test_an_item_added_to_an_issued_plan_is_issued_with_its_first_words(cast: Cast, plan: Plan) -> None:
    (late,) = add_tasks(plan=plan, drafts=[firms(cast)], by=cast.actor(), now=at(TODAY))
    change(cast, plan, late, title="引进示例企业")
    late.refresh_from_db()
    (changed,) = issued_words(late).changes
    assert (changed.old, changed.new) == ("引进企业", "引进示例企业")


def test_only_the_office_is_led_to_the_form(cast: Cast, plan: Plan, client: Client) -> None:
    road = task_of(plan, "1")
    link = f'<a class="button" href="/items/{road.pk}/edit/">修改</a>'
    assert link in signed_in(client, cast.office).get(f"/items/{road.pk}/").content.decode()
    assert link not in signed_in(client, cast.clerk).get(f"/items/{road.pk}/").content.decode()
