"""What is found by which words, in what order, and by whom; the index never loses what a reading of every text finds."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from accounts.models import Department, User
from projects.drafts import TaskDraft
from projects.models import Plan, Task
from projects.planning import add_tasks
from tests.cast import TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.accounts import ON_PLAN, given, opened_round
from tracker.boards.filters import Filters
from tracker.boards.search import MOST, Found, search
from tracker.models import ItemText, ReportText, TextDue
from tracker.search_words import normal, words
from tracker.searching import AT_ONCE, differing, write_due, write_items, write_missing_reports

pytestmark = pytest.mark.django_db


def add(cast: Cast, plan: Plan, *titles: str, content: str = "", number: int = 100) -> None:
    drafts = [
        TaskDraft(title=title, content=content, deadline_text="12月底前", number=str(number + place))
        for place, title in enumerate(titles)
    ]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=TODAY), now=at(TODAY))


def found(cast: Cast, q: str, user: User | None = None, **filters: object) -> Found:
    asked = Filters(q=q, **filters)  # type: ignore[arg-type]
    return search(asked, cast.reach(user or cast.office), None, today=TODAY)


def titles(cast: Cast, q: str, user: User | None = None, **filters: object) -> list[str]:
    return [hit.line.task.title for hit in found(cast, q, user, **filters).hits]


def test_a_word_of_two_signs_is_found_in_the_middle_of_a_longer_one(cast: Cast, plan: Plan) -> None:
    add(cast, plan, "扩建市第一人民医院门诊楼", "建设医养结合院区")
    assert titles(cast, "医院") == ["扩建市第一人民医院门诊楼"]


def test_one_sign_is_enough(cast: Cast, plan: Plan) -> None:
    add(cast, plan, "鑫源厂搬迁")
    assert titles(cast, "鑫") == ["鑫源厂搬迁"]


def test_every_word_has_to_be_found_wherever_it_stands(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    given(cast, task, opened_round(plan), replace(ON_PLAN, sentence="完成勘察设计招标。"))
    unit = cast.building.name
    assert titles(cast, f"招标 {unit}") == [task.title]
    assert titles(cast, f"招标 {unit} 从未写过的词") == []


def test_the_number_comes_first_then_titles_then_units_then_contents_then_reports(cast: Cast, plan: Plan) -> None:
    ask = cast.building.name
    add(cast, plan, "照着内容找", content=f"会同{ask}办理", number=300)
    add(cast, plan, f"{ask}办公用房", number=301)
    order = titles(cast, ask)
    assert order[0] == f"{ask}办公用房"
    assert order[-1] == "照着内容找"
    assert {task.title for task in led_by(plan, cast.building)} == set(order[1:-1])
    assert len(order) > 2
    assert found(cast, "301").hits[0].line.task.number == "301"


def led_by(plan: Plan, unit: Department) -> list[Task]:
    return list(Task.objects.filter(plan=plan, involvements__department=unit).distinct())


def test_a_report_is_quoted_with_the_words_marked(cast: Cast, plan: Plan) -> None:
    given(cast, task_of(plan, "1"), opened_round(plan), replace(ON_PLAN, sentence="已签订拆迁协议二十户。"))
    (hit,) = found(cast, "拆迁协议").hits
    assert hit.said is not None
    assert [piece for piece, sought in hit.excerpt if sought] == ["拆迁协议"]


def test_a_renamed_unit_is_found_by_its_new_name_at_once(cast: Cast, plan: Plan) -> None:
    Department.objects.filter(pk=cast.building.pk).update(name="城乡更新局")
    assert titles(cast, "更新局") == [task.title for task in led_by(plan, cast.building)]


def test_nobody_finds_what_they_may_not_see(cast: Cast, plan: Plan) -> None:
    title = task_of(plan, "1").title
    assert title in titles(cast, title[:4])
    assert titles(cast, title[:4], cast.outsider) == []


def test_filters_narrow_what_is_found(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    due = task.standing.next_due_on
    word = task.title[:2]
    assert task.title in titles(cast, word, month=f"{due:%Y-%m}")
    assert task.title not in titles(cast, word, month="2031-01")
    assert task.title not in titles(cast, word, unit=cast.investment.pk)
    assert titles(cast, word, light="closed") == []


def test_too_many_are_said_to_be_too_many(cast: Cast, plan: Plan) -> None:
    add(cast, plan, *(f"重复事项{n}" for n in range(MOST + 1)))
    write_due()
    view = found(cast, "重复事项")
    assert (view.more, view.total) == (True, MOST)


def test_a_changed_title_is_found_by_its_new_words_only(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    Task.objects.filter(pk=task.pk).update(title="迁建粮库")
    assert differing([task.pk]) == [task.pk]
    write_items([task.pk])
    assert differing([task.pk]) == []
    assert titles(cast, "粮库") == ["迁建粮库"]
    assert titles(cast, task.title) == []


def test_an_import_of_many_leaves_its_words_to_the_clock(cast: Cast, plan: Plan) -> None:
    add(cast, plan, *(f"批量{n}" for n in range(AT_ONCE + 1)))
    assert TextDue.objects.count() == AT_ONCE + 1
    assert titles(cast, "批量7") == []
    while write_due():
        continue
    assert titles(cast, "批量7")[0] == "批量7"
    assert not TextDue.objects.exists()


def test_reports_that_came_past_the_door_are_found_after_the_next_look(cast: Cast, plan: Plan) -> None:
    report = given(cast, task_of(plan, "1"), opened_round(plan), replace(ON_PLAN, sentence="完成桩基检测。"))
    ReportText.objects.all().delete()
    assert titles(cast, "桩基") == []
    assert write_missing_reports() == 1
    assert titles(cast, "桩基") == [report.task.title]


ALPHABET = st.text(alphabet="医院建设项目 aB１1，%_'\\\"㎡", min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(written=st.lists(ALPHABET.filter(normal), min_size=1, max_size=6), asked=ALPHABET)
def test_the_index_finds_what_a_reading_of_every_text_finds(
    cast: Cast, plan: Plan, written: list[str], asked: str
) -> None:
    with transaction.atomic():
        add(cast, plan, *written)
        held = ItemText.objects.filter(task__plan=plan).values_list("task__title", "title", "body")
        names = {normal(unit.name) for unit in Department.objects.all()}
        sought = [word for word in words(asked) if not any(word in name for name in names)]
        expected = sorted(
            title for title, head, body in held if sought and all(word in head or word in body for word in sought)
        )
        assert sorted(titles(cast, " ".join(sought))) == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize("size", [10, 40])
def test_the_page_asks_as_often_whatever_it_finds(
    cast: Cast, plan: Plan, client: Client, size: int, assert_query_baseline: QueryBaseline
) -> None:
    add(cast, plan, *(f"新建医院{n}" for n in range(size)))
    client.force_login(cast.office)
    with assert_query_baseline("page office /search/"):
        page = client.get("/search/", {"q": "医院"})
    assert page.content.decode().count("<mark>医院</mark>") == min(size, 20)


def test_an_empty_question_is_told_how_to_ask(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    assert "两个字就能找" in client.get("/search/").content.decode()
    assert "没有找到" in client.get("/search/", {"q": "绝无此事"}).content.decode()
