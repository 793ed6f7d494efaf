"""A unit says what blocks it, another one stays silent past its day, the light says so, and the answer turns it back."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.choices import Door, MembershipRole
from accounts.history import Actor
from accounts.models import HistoryEntry, User
from accounts.registering import create_department, create_person, create_user, join
from projects.models import Plan
from tests.cast import JANUARY, PASSWORD, TODAY, Cast, issued_plan, task_of
from tests.tracker.visits import report
from tracker.models import Obstacle
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
DUE, LATE = date(2026, 6, 26), date(2026, 6, 29)


def on(settings: Settings, day: date) -> None:
    settings.BUSINESS_DAY_SHIFT = (day - timezone.localtime().date()).days


@pytest.fixture
def _today(settings: Settings) -> None:
    on(settings, TODAY)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def version_in(page: str, act: str) -> str:
    found = re.search(rf'action="[^"]*/{act}/".*?name="version" value="(\d+)"', page, re.DOTALL)
    assert found, f"no form to {act}"
    return found.group(1)


def raised(cast: Cast, plan: Plan, *, answerer: str = "", client: Client | None = None) -> Obstacle:
    """Raise one over the standing duty as its page does."""
    who = client or browser(cast.investment_clerk)
    place = f"/items/{task_of(plan, '3').pk}/obstacles/add/"
    page = who.get(place).content.decode()
    form = {
        "token": token_in(page),
        "department": cast.investment.pk,
        "text": "厂房没有通电。",
        "answerer": answerer or f"unit:{cast.economy.pk}",
        "due_on": DUE.isoformat(),
    }
    answer = who.post(place, form)
    assert answer.status_code == 302, answer.content.decode()
    # Back, and the same form once more: nothing is asked twice.
    assert who.post(place, form).status_code == 302
    return Obstacle.objects.get()


def test_silence_turns_the_light_and_the_answer_turns_it_back(cast: Cast, plan: Plan, settings: Settings) -> None:
    row = raised(cast, plan)
    asked, lead, place = browser(cast.economy_clerk), browser(cast.investment_clerk), f"/items/{row.task_id}/"
    mine = asked.get("/mine/").content.decode()
    assert "等我们答复的" in mine
    assert "厂房没有通电。" in mine
    assert "还有 2 天" in mine

    on(settings, LATE)
    page = lead.get(place).content.decode()
    assert "1 件困难应在 6月26日前答复，已过 3 天。" in page
    assert "过期 3 天未答复" in page
    listed = asked.get("/obstacles/").content.decode()
    assert '其中 <b class="bad">1 件过了期限</b>' in listed
    assert re.search(r"协调 <span class=\"count\">1</span>", listed)

    form = {"version": version_in(listed, "answer"), "text": "7月1日通电。", "next": "/obstacles/"}
    assert asked.post(f"/obstacles/{row.pk}/answer/", form)["Location"] == "/obstacles/"
    page = lead.get(place).content.decode()
    assert "件困难应在" not in page
    assert "7月1日通电。" in page
    assert "答复过的困难" in page
    told = lead.get(f"{place}history/").content.decode()
    assert "经济发展科答复困难" in told
    assert "厂房没有通电。" not in asked.get("/mine/").content.decode()


def test_an_answer_that_does_not_help_is_asked_again_with_a_new_day(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan)
    asked, lead = browser(cast.economy_clerk), browser(cast.investment_clerk)
    asked.post(f"/obstacles/{row.pk}/answer/", {"version": 1, "text": "正在办。"})
    page = lead.get(f"/obstacles/{row.pk}/").content.decode()
    form = {"version": version_in(page, "ask-again"), "text": "没有说哪天", "due_on": "2026-07-03"}
    lead.post(f"/obstacles/{row.pk}/ask-again/", form)
    page = asked.get("/obstacles/").content.decode()
    assert "7月3日前答复 ・ 第 2 次问" in page
    assert "上次的答复" in page
    assert "正在办。" in page


def test_a_day_that_has_passed_is_refused_and_the_words_stay(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan)
    lead = browser(cast.investment_clerk)
    form = {"version": 1, "text": "还没有通电", "due_on": "2026-06-01"}
    answer = lead.post(f"/obstacles/{row.pk}/ask-again/", form)
    assert answer.status_code == 422
    assert "期限不能早于今天。" in answer.content.decode()
    assert "还没有通电" in answer.content.decode()
    row.refresh_from_db()
    assert row.version == 1


def test_the_second_of_two_sees_both_lines_and_loses_none(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan)
    browser(cast.economy_clerk).post(f"/obstacles/{row.pk}/answer/", {"version": 1, "text": "7月1日通电。"})
    answer = browser(cast.office).post(f"/obstacles/{row.pk}/withdraw/", {"version": 1, "text": "另行协调"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "7月1日通电。" in page
    assert "另行协调" in page
    assert version_in(page, "withdraw") == "2"


def test_the_office_raises_one_for_a_unit_and_the_history_says_so(cast: Cast, plan: Plan) -> None:
    row = raised(cast, plan, client=browser(cast.office))
    told = browser(cast.office).get(f"/items/{row.task_id}/history/?kind=obstacle").content.decode()
    assert "代招商服务科提出困难，请经济发展科在6月26日前答复" in told
    assert HistoryEntry.objects.filter(object_type="obstacle").count() == 1


def test_a_unit_cannot_be_asked_by_itself(cast: Cast, plan: Plan) -> None:
    who, place = browser(cast.investment_clerk), f"/items/{task_of(plan, '3').pk}/obstacles/add/"
    form = {"token": "t", "department": cast.investment.pk, "text": "没有通电", "due_on": DUE.isoformat()}
    answer = who.post(place, form | {"answerer": f"unit:{cast.investment.pk}"})
    assert answer.status_code == 422
    assert "不能请本单位答复自己提出的困难。" in answer.content.decode()
    assert "没有通电" in answer.content.decode()


def test_a_unit_without_a_part_sees_the_one_item_it_is_asked_about(cast: Cast) -> None:
    plan = issued_plan(cast, restricted=True)
    by = Actor(None, Door.COMMAND, JANUARY)
    power = create_department(organization=cast.organization, name="供电所", by=by)
    person = create_person(organization=cast.organization, name="示例·电工", email="power@example.org", by=by)
    user = create_user(username="power", password=PASSWORD, organization=cast.organization, person=person, by=by)
    join(person=person, department=power, role=MembershipRole.CLERK, from_on=JANUARY, by=by)
    guest, duty = browser(user), task_of(plan, "3").pk
    assert guest.get(f"/items/{duty}/").status_code == 404
    row = raised(cast, plan, answerer=f"unit:{power.pk}")
    assert guest.get(f"/items/{duty}/").status_code == 200
    assert guest.get(f"/items/{duty}/history/").status_code == 200
    assert guest.get(f"/items/{task_of(plan, '1').pk}/").status_code == 404
    assert guest.post(f"/obstacles/{row.pk}/answer/", {"version": 1, "text": "7月1日通电。"}).status_code == 302
    assert guest.get(f"/items/{duty}/").status_code == 200
    assert browser(cast.outsider).get(f"/obstacles/{row.pk}/").status_code == 404


def test_a_holder_of_a_post_is_asked_in_person(cast: Cast, plan: Plan) -> None:
    assert cast.deputy.person is not None
    page = browser(cast.investment_clerk).get(f"/items/{task_of(plan, '3').pk}/obstacles/add/").content.decode()
    assert "分管建设副主任 示例·副主任" in page
    row = raised(cast, plan, answerer=f"person:{cast.deputy.person.pk}")
    board = browser(cast.deputy).get("/board/").content.decode()
    assert "厂房没有通电。" in board
    assert browser(cast.economy_clerk).post(f"/obstacles/{row.pk}/answer/", {}).status_code == 403
    assert (
        browser(cast.deputy).post(f"/obstacles/{row.pk}/answer/", {"version": 1, "text": "已协调。"}).status_code == 302
    )


def test_what_a_report_says_is_needed_is_not_typed_again(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    report(cast, plan, "1", help_needed="请供电所通电")
    page = browser(cast.clerk).get(f"/items/{task_of(plan, '1').pk}/obstacles/add/").content.decode()
    assert "请供电所通电</textarea>" in page
