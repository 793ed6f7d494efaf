"""Who comes second to a hand-down sees on the page how it stands now, and what was typed."""

import re

import pytest
from django.test import Client

from projects.choices import HandDownState
from projects.editing.cells import Seen, change_column
from projects.handing_down import decline, withdraw
from projects.models import HandDown, Plan, Task
from tests.cast import TODAY, Cast, at, cast_fixture, plan_fixture, task_of
from tests.family import Child, make_child, offer, taken
from tests.tracker.conftest import business_day
from tests.tracker.visits import signed_in

__all__ = ["business_day", "cast_fixture", "plan_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
WHY = "没有写入：您看的时候，别人先办了一步。"


@pytest.fixture(name="child")
def child_fixture(cast: Cast) -> Child:
    return make_child(cast.organization, "bei")


@pytest.fixture(name="handed")
def handed_fixture(cast: Cast, plan: Plan, child: Child) -> HandDown:
    (row,) = offer(cast, task_of(plan, "1"), child)
    return row


def pressed(client: Client, path: str, **said: object) -> tuple[int, str]:
    answer = client.post(path, said)
    return answer.status_code, answer.content.decode()


def test_who_takes_what_a_colleague_sent_back_sees_its_reason_and_what_was_typed(
    client: Client, child: Child, handed: HandDown
) -> None:
    decline(handed=handed, version=1, reason="不属本镇", by=child.actor())
    signed_in(client, child.office)
    for lead in (child.unit.pk, ""):
        said = {"plan": child.plan.pk, "lead": lead, "heading": "一、城建", "number": "甲1"}
        status, page = pressed(client, f"/from-above/{handed.pk}/", version=1, **said)
        assert status == 409
        for words in (WHY, "已退回", "不属本镇", child.plan.title, child.unit.name if lead else "", "一、城建", "甲1"):
            assert words in page
    assert not Task.objects.filter(plan=child.plan).exists()


def test_who_sends_back_what_a_colleague_took_sees_the_item_and_what_was_typed(
    client: Client, child: Child, handed: HandDown
) -> None:
    made = taken(child, handed)
    signed_in(client, child.office)
    for reason in ("不属本镇", ""):
        status, page = pressed(client, f"/from-above/{handed.pk}/decline/", version=1, reason=reason)
        assert status == 409
        for words in (WHY, "已接收", made.get_absolute_url(), reason):
            assert words in page
    handed.refresh_from_db()
    assert (handed.state, handed.version) == (HandDownState.TAKEN, 2)


@pytest.mark.parametrize("step", ["", "decline/"])
def test_who_answers_what_was_withdrawn_sees_so_and_what_was_typed_and_nothing_more_of_it(
    cast: Cast, plan: Plan, client: Client, child: Child, handed: HandDown, step: str
) -> None:
    withdraw(handed=handed, version=1, reason="上级的内部原因", by=cast.actor())
    said = {"plan": child.plan.pk, "lead": child.unit.pk, "heading": "写了很久的话", "reason": "写了很久的话"}
    status, page = pressed(signed_in(client, child.office), f"/from-above/{handed.pk}/{step}", version=1, **said)
    assert status == 409
    for words in (WHY, "已收回", "写了很久的话"):
        assert words in page
    for secret in ("上级的内部原因", task_of(plan, "1").title, task_of(plan, "1").content):
        assert secret not in page
    assert not Task.objects.filter(plan=child.plan).exists()


@pytest.mark.parametrize("answer", ["taken", "declined", "withdrawn"])
def test_who_withdraws_too_late_sees_what_came_first_and_what_was_typed(
    cast: Cast, client: Client, child: Child, handed: HandDown, answer: str
) -> None:
    match answer:
        case "taken":
            taken(child, handed)
        case "declined":
            decline(handed=handed, version=1, reason="不属本镇", by=child.actor())
        case _:
            withdraw(handed=handed, version=1, reason="同事收回", by=cast.actor())
    path = f"/handed-down/{handed.pk}/withdraw/"
    status, page = pressed(signed_in(client, cast.office), path, version=1, reason="交办重复")
    assert status == 409
    shown = {
        "taken": ("已接收", "对方刚刚答复过"),
        "declined": ("已退回", "不属本镇", "对方刚刚答复过"),
        "withdrawn": ("已收回", "同事收回", "这一件刚被答复过或收回"),
    }
    for words in (WHY, "交办重复", *shown[answer]):
        assert words in page


@pytest.mark.parametrize("others", [0, 1])
def test_who_hands_down_what_a_colleague_did_sees_to_whom_and_what_was_typed(
    cast: Cast, plan: Plan, client: Client, child: Child, others: int
) -> None:
    left = [make_child(cast.organization, f"nan{place}").organization for place in range(others)]
    task = task_of(plan, "1")
    offer(cast, task, child, word="同事的附言")
    said = {"to": [child.organization.pk, *(office.pk for office in left)], "word": "请抓紧。"}
    path = f"/items/{task.pk}/hand-down/"
    status, page = pressed(signed_in(client, cast.office), path, version=task.version, **said)
    assert status == 409
    for words in (f"已经交给：{child.organization.name}", "同事的附言", "请抓紧。"):
        assert words in page
    assert page.count('type="checkbox"') == others
    assert HandDown.objects.count() == 1


def test_who_hands_down_an_item_that_was_edited_meanwhile_sees_it_now_and_presses_once_more(
    cast: Cast, plan: Plan, client: Client, child: Child
) -> None:
    task = task_of(plan, "1")
    path, said = f"/items/{task.pk}/hand-down/", {"to": [child.organization.pk], "word": "请抓紧。"}
    change_column(
        plan=plan,
        seen=[Seen(task.pk, task.version)],
        field="title",
        text="改过的题目",
        by=cast.actor(),
        now=at(TODAY),
    )
    status, page = pressed(signed_in(client, cast.office), path, version=task.version, **said)
    assert status == 409
    for words in ("改过的题目", "这一项刚被改动过", "请抓紧。", "checked"):
        assert words in page
    (version,) = re.findall(r'name="version" value="(\d+)"', page)
    assert pressed(client, path, version=version, **said)[0] == 302
    handed = HandDown.objects.get()
    assert (handed.promise["title"], handed.word) == ("改过的题目", "请抓紧。")
