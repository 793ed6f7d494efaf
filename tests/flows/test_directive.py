"""A leader's line is answered by the unit, opens the next review, and stands until the leader or the office settles it."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from projects.models import Plan
from tests.cast import TODAY, Cast, task_of
from tests.flows.test_obstacle import browser, on, token_in, version_in
from tests.tracker.visits import report
from tracker.models import Directive
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
LINE = "月底前拿出方案，报我看。"


@pytest.fixture
def _today(settings: Settings) -> None:
    on(settings, TODAY)


def given(cast: Cast, plan: Plan, client: Client, *, leader: User, line: str = LINE, **said: str) -> Directive:
    assert leader.person is not None
    place = f"/items/{task_of(plan, '1').pk}/directives/add/"
    page = client.get(place).content.decode()
    form = {
        "token": token_in(page),
        "leader": leader.person.pk,
        "text": line,
        "department": cast.building.pk,
        "due_on": "2026-07-01",
        **said,
    }
    assert client.post(place, form)["Location"] == place.removesuffix("directives/add/")
    assert client.post(place, form).status_code == 302
    return Directive.objects.get(text=line)


def test_a_leaders_line_is_one_click_from_the_overdue_list_and_comes_back_settled(cast: Cast, plan: Plan) -> None:
    leader, clerk = browser(cast.leader), browser(cast.clerk)
    road = task_of(plan, "1").pk
    assert f'href="/items/{road}/directives/add/"' in leader.get("/board/").content.decode()
    page = leader.get(f"/items/{road}/directives/add/").content.decode()
    assert f'<option value="{cast.building.pk}">规划建设科</option>' in page
    assert 'value="2026-07-01"' in page, "five working days ahead"
    row = given(cast, plan, leader, leader=cast.leader)
    mine = clerk.get("/mine/").content.decode()
    assert "领导批示待办复" in mine
    assert LINE in mine

    clerk.post(f"/directives/{row.pk}/answer/", {"version": version_in(mine, "answer"), "text": "方案已报。"})
    assert "领导批示待办复" not in clerk.get("/mine/").content.decode()
    board = leader.get("/board/").content.decode()
    assert "我的批示" in board
    assert "已答复，待过目" in board
    assert "方案已报。" in board
    form = {"version": version_in(board, "ask-again"), "text": "经费写清楚", "due_on": "2026-07-08"}
    leader.post(f"/directives/{row.pk}/ask-again/", form)
    assert "7月8日前答复 ・ 第 2 次问" in clerk.get("/mine/").content.decode()
    clerk.post(f"/directives/{row.pk}/answer/", {"version": 3, "text": "经费 200 万元。"})
    leader.post(f"/directives/{row.pk}/settle/", {"version": 4, "text": ""})
    assert "我的批示</h2>" not in leader.get("/board/").content.decode()
    told = clerk.get(f"/items/{road}/history/?kind=directive").content.decode()
    for said in (
        "批示，请规划建设科在7月1日前答复",
        "规划建设科答复示例·主任的批示",
        "经费写清楚",
        "示例·主任的批示办完",
    ):
        assert said in told


def test_the_office_records_a_leaders_line_and_the_record_says_so(cast: Cast, plan: Plan) -> None:
    office = browser(cast.office)
    row = given(cast, plan, office, leader=cast.deputy, meeting_on="2026-06-22")
    assert (row.leader_name, row.recorder_name) == ("示例·副主任", "示例·督办员")
    page = browser(cast.deputy).get(f"/items/{row.task_id}/").content.decode()
    assert "督查办代录（示例·督办员）" in page
    assert "6月22日会上定的" in page
    assert "代录示例·副主任的批示" in office.get(f"/items/{row.task_id}/history/").content.decode()


def test_the_next_review_of_the_item_begins_with_the_line_until_it_is_settled(cast: Cast, plan: Plan) -> None:
    office, leader = browser(cast.office), browser(cast.leader)
    row = given(cast, plan, leader, leader=cast.leader)
    open_rounds(today=TODAY)
    report(cast, plan, "1", sentence="方案在改。")
    page = office.get("/reviews/").content.decode()
    assert 0 < page.index(LINE) < page.index("方案在改。")
    item = office.get(f"/items/{row.task_id}/").content.decode()
    assert 0 < item.index(LINE) < item.index('id="promise"')
    office.post(f"/directives/{row.pk}/settle/", {"version": 1, "text": "当面汇报过"})
    assert LINE not in office.get("/reviews/").content.decode()
    assert "办完的批示" in office.get(f"/items/{row.task_id}/").content.decode()


def test_a_second_leaders_line_is_its_own(cast: Cast, plan: Plan) -> None:
    first = given(cast, plan, browser(cast.leader), leader=cast.leader)
    second = given(cast, plan, browser(cast.deputy), leader=cast.deputy, line="路基先做。")
    assert browser(cast.deputy).post(f"/directives/{first.pk}/settle/", {"version": 1, "text": ""}).status_code == 403
    browser(cast.leader).post(f"/directives/{first.pk}/settle/", {"version": 1, "text": ""})
    second.refresh_from_db()
    assert second.state == "open"


def test_a_deputy_writes_only_on_what_the_post_answers_for(cast: Cast, plan: Plan) -> None:
    deputy = browser(cast.deputy)
    assert deputy.get(f"/items/{task_of(plan, '1').pk}/directives/add/").status_code == 200
    assert deputy.get(f"/items/{task_of(plan, '2').pk}/directives/add/").status_code == 404


def test_the_second_of_two_sees_both_lines(cast: Cast, plan: Plan) -> None:
    row = given(cast, plan, browser(cast.leader), leader=cast.leader)
    browser(cast.clerk).post(f"/directives/{row.pk}/answer/", {"version": 1, "text": "方案已报。"})
    answer = browser(cast.head).post(f"/directives/{row.pk}/answer/", {"version": 1, "text": "方案下周报。"})
    assert answer.status_code == 409
    assert "方案已报。" in answer.content.decode()
    assert "方案下周报。" in answer.content.decode()


def test_an_empty_answer_is_refused_where_it_was_typed(cast: Cast, plan: Plan) -> None:
    row = given(cast, plan, browser(cast.leader), leader=cast.leader)
    answer = browser(cast.clerk).post(f"/directives/{row.pk}/answer/", {"version": 1, "text": ""})
    assert answer.status_code == 422
    assert "请写一句话。" in answer.content.decode()
