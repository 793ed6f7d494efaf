"""A lead asks a supporting unit for its part; the unit answers or says that it isn't its own; both stand on the item."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from projects.models import Plan
from tests.cast import TODAY, Cast, task_of
from tests.tracker.visits import signed_in
from tracker.choices import PartState
from tracker.models import SupportPart
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
QUESTION, ANSWER = "请报一季度投资完成数。", "一季度完成投资 3000 万元。"
SOON = TODAY + timedelta(days=2)


@pytest.fixture
def issued(plan: Plan) -> Plan:
    open_rounds(today=TODAY)
    return plan


def item_url(plan: Plan) -> str:
    return f"/items/{task_of(plan, '1').pk}/"


def ask(lead: Client, cast: Cast, plan: Plan, **said: str) -> str:
    url = item_url(plan)
    page = lead.get(url).content.decode()
    token = re.search(r'name="token" value="([^"]*)"', page[page.index("parts/ask/") :])
    assert token is not None
    form = {"token": token[1], "departments": cast.economy.pk, "question": QUESTION, "due_on": SOON.isoformat(), **said}
    return lead.post(f"{url}parts/ask/", form, follow=True).content.decode()


def test_a_question_is_owed_by_the_supporter_until_it_is_answered(cast: Cast, issued: Plan) -> None:
    lead, supporter = signed_in(Client(), cast.clerk), signed_in(Client(), cast.economy_clerk)
    assert QUESTION not in supporter.get("/mine/").content.decode()
    page = ask(lead, cast, issued)
    assert "1 个单位还没有答复" in page
    home = supporter.get("/mine/").content.decode()
    assert QUESTION in home
    assert "6月26日前答复" in home
    assert QUESTION in lead.get("/mine/").content.decode()
    part = SupportPart.objects.get()
    supporter.post(f"/parts/{part.pk}/answer/", {"version": 1, "text": ANSWER, "act": "answer"})
    assert QUESTION not in supporter.get("/mine/").content.decode()
    page = lead.get(item_url(issued)).content.decode()
    assert ANSWER in page
    assert "示例·李四" in page
    assert "个单位还没有答复" not in page
    history = lead.get(f"{item_url(issued)}history/").content.decode()
    assert "规划建设科请经济发展科在6月26日前提供配合情况" in history
    assert "经济发展科答复配合情况" in history


def test_a_supporter_adds_its_part_or_says_that_it_is_not_its_own_unasked(cast: Cast, issued: Plan) -> None:
    supporter = signed_in(Client(), cast.economy_clerk)
    url = f"{item_url(issued)}parts/add/"
    supporter.post(url, {"token": "t-1", "text": ANSWER, "act": "answer"})
    supporter.post(url, {"token": "t-2", "text": "土地手续归规划科。", "act": "object"})
    states = SupportPart.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PartState.ANSWERED, PartState.OBJECTED]
    page = signed_in(Client(), cast.clerk).get(item_url(issued)).content.decode()
    assert "不是我们的" in page
    assert "土地手续归规划科。" in page


def test_what_is_missing_is_said_with_what_was_typed(cast: Cast, issued: Plan) -> None:
    lead = signed_in(Client(), cast.clerk)
    page = ask(lead, cast, issued, due_on="2026-06-01")
    assert "最后一天不能早于今天。" in page
    assert QUESTION in page
    assert not SupportPart.objects.exists()


def test_two_colleagues_answering_see_both_answers(cast: Cast, issued: Plan) -> None:
    ask(signed_in(Client(), cast.clerk), cast, issued)
    supporter, part = signed_in(Client(), cast.economy_clerk), SupportPart.objects.get()
    url = f"/parts/{part.pk}/answer/"
    supporter.post(url, {"version": 1, "text": ANSWER, "act": "answer"})
    answer = supporter.post(url, {"version": 1, "text": "完成 5000 万元。", "act": "answer"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ANSWER in page
    assert "完成 5000 万元。" in page
    assert SupportPart.objects.get().answer == ANSWER


def test_only_the_lead_asks_and_only_the_asked_unit_answers(cast: Cast, issued: Plan) -> None:
    lead, supporter, other = (
        signed_in(Client(), user) for user in (cast.clerk, cast.economy_clerk, cast.investment_clerk)
    )
    ask(lead, cast, issued)
    part = SupportPart.objects.get()
    said = {"version": 1, "text": ANSWER, "act": "answer"}
    assert [who.post(f"/parts/{part.pk}/answer/", said).status_code for who in (lead, other)] == [403, 403]
    assert supporter.post(f"{item_url(issued)}parts/ask/", {}).status_code == 403
    assert other.post(f"{item_url(issued)}parts/add/", {"text": ANSWER}).status_code == 403
    assert signed_in(Client(), cast.outsider).post(f"/parts/{part.pk}/answer/", said).status_code == 404


def test_a_question_taken_back_is_owed_no_more_and_stays_readable(cast: Cast, issued: Plan) -> None:
    lead = signed_in(Client(), cast.clerk)
    ask(lead, cast, issued)
    part = SupportPart.objects.get()
    lead.post(f"/parts/{part.pk}/withdraw/", {"version": 1, "reason": "已从统计表里查到"})
    assert QUESTION not in signed_in(Client(), cast.economy_clerk).get("/mine/").content.decode()
    assert "已撤回" in lead.get(item_url(issued)).content.decode()
