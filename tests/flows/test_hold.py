"""The office holds one of tomorrow's reminders on the page: the others are told, it isn't, and once after its release."""

import re
from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from projects.models import Plan
from projects.planning import add_tasks, mark_milestones
from tests.cast import JANUARY, Cast, at, road, task_of
from tests.tracker.reminding.passes import ONE_BEFORE, THE_DAY, digest, record, run
from tracker.choices import Channel, ReminderState
from tracker.models import DeliveryItem, Reminder
from tracker.reminding.forecasting import forecast

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 6, 26)
WHY = "专题会已布置"
PAGE = f"/reminders/?day={ONE_BEFORE}"


@pytest.fixture(name="two")
def _two(cast: Cast, plan: Plan) -> Plan:
    """Return a plan with two roads, each with a step due on 30 June, and nothing overdue."""
    by, now = cast.actor(today=JANUARY), at(JANUARY)
    add_tasks(plan=plan, drafts=[replace(road(cast), number="8", title="旧塘路建设")], by=by, now=now)
    for number in ("1", "8"):
        item = task_of(plan, number)
        mark_milestones(task=item, done={item.milestones.get(position=0).pk: JANUARY}, by=by, now=now)
    return plan


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def boxes(page: str) -> dict[str, str]:
    """Return the keys by what their boxes are called."""
    found = re.findall(r'name="pick" form="hold" value="([^"]+)" aria-label="([^"]+)"', page)
    return {label: key for key, label in found}


def messages_with(number: str) -> list[str]:
    rows = DeliveryItem.objects.filter(reminder__task__number=number, reminder__step="before-1")
    return sorted(rows.values_list("channel", flat=True))


def test_one_of_tomorrows_reminders_is_held_and_told_once_after_its_release(cast: Cast, two: Plan) -> None:
    run(at(FRIDAY, 9))
    with time_machine.travel(at(FRIDAY, 10), tick=False):
        office = browser(cast.office)
        ticks = boxes(office.get(PAGE).content.decode())
        key = ticks["勾选给示例·张三的提醒：第 8 项，前 1 个工作日"]
        assert len(ticks) == 2
        answer = office.post("/reminders/hold/", {"pick": key, "reason": WHY, "day": ONE_BEFORE.isoformat()})
        assert answer.headers["Location"] == PAGE
        page = office.get(PAGE).content.decode()
        assert list(boxes(page)) == ["勾选给示例·张三的提醒：第 1 项，前 1 个工作日"]
        for words in ("已暂缓 1 件提醒", "已暂缓的", WHY, f"{cast.office} 6月26日 10:00", "6月29日 08:30"):
            assert words in page
    run(digest(ONE_BEFORE))
    assert messages_with("1") == sorted((Channel.INBOX, Channel.MAIL))
    assert messages_with("8") == []
    with time_machine.travel(at(ONE_BEFORE, 10), tick=False):
        office = browser(cast.office)
        row = Reminder.objects.get(state=ReminderState.HELD)
        answer = office.post(f"/reminders/{row.pk}/release/", {"version": 1}, follow=True)
        assert "已放行" in answer.content.decode()
        assert 'id="held"' not in answer.content.decode()
    for minute in (5, 10):
        run(at(ONE_BEFORE, 10, minute))
    assert messages_with("8") == sorted((Channel.INBOX, Channel.MAIL))
    assert record().count(("before-1", "张三", "expanded")) == 2


def test_the_second_of_two_is_told_and_keeps_the_words(cast: Cast, two: Plan) -> None:
    with time_machine.travel(at(FRIDAY, 10), tick=False):
        first, second = browser(cast.office), browser(cast.office)
        keys = list(boxes(first.get(PAGE).content.decode()).values())
        day = ONE_BEFORE.isoformat()
        first.post("/reminders/hold/", {"pick": keys[:1], "reason": WHY, "day": day})
        answer = second.post("/reminders/hold/", {"pick": keys, "reason": "另有安排", "day": day})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert 'role="alert">勾选的提醒里，有的已被别人暂缓' in page
        assert "另有安排</textarea>" in page
        assert f'value="{keys[1]}"' in page
        assert page.count(" checked>") == 1
        assert Reminder.objects.filter(state=ReminderState.HELD).count() == 1
        held = Reminder.objects.get(state=ReminderState.HELD)
        assert first.post(f"/reminders/{held.pk}/release/", {"version": 1}).status_code == 302
        assert second.post(f"/reminders/{held.pk}/release/", {"version": 1}).status_code == 409


@pytest.mark.parametrize(
    ("fields", "words"), [({"reason": WHY}, "还没有勾选提醒。"), ({"pick": "x", "reason": " "}, "请写暂缓的原因。")]
)
def test_a_hold_needs_a_tick_and_a_reason(cast: Cast, two: Plan, fields: dict[str, str], words: str) -> None:
    with time_machine.travel(at(FRIDAY, 10), tick=False):
        answer = browser(cast.office).post("/reminders/hold/", fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Reminder.objects.exists()


def test_holding_is_the_offices_alone(cast: Cast, two: Plan) -> None:
    with time_machine.travel(at(FRIDAY, 10), tick=False):
        (key, *_) = boxes(browser(cast.office).get(PAGE).content.decode()).values()
        for user in (cast.leader, cast.head, cast.clerk, cast.outsider):
            assert browser(user).post("/reminders/hold/", {"pick": key, "reason": WHY}).status_code == 403
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("scope", ["day", "person:{clerk}", "item"])
def test_a_whole_day_a_person_or_an_item_is_held_at_once(cast: Cast, two: Plan, scope: str) -> None:
    assert cast.clerk.person is not None
    said = {"scope": scope.format(clerk=cast.clerk.person.pk), "item": str(task_of(two, "8").pk)}
    with time_machine.travel(at(FRIDAY, 10), tick=False):
        office = browser(cast.office)
        answer = office.post("/reminders/hold/", {**said, "reason": WHY, "day": ONE_BEFORE.isoformat()})
        assert answer.status_code == 302
    held = set(Reminder.objects.filter(state=ReminderState.HELD).values_list("task__number", "step"))
    if scope != "item":
        assert held == {("1", "before-1"), ("8", "before-1")}
    else:
        assert {number for number, _ in held} == {"8"}
        assert {"before-1", "day", "after-1"} <= {step for _, step in held}
        coming = forecast(since=at(FRIDAY, 10), until=at(THE_DAY, 23))
        assert {row.params["number"] for row in coming} == {"1"}


def test_holding_all_of_nothing_says_so(cast: Cast, two: Plan) -> None:
    with time_machine.travel(at(FRIDAY, 10), tick=False):
        answer = browser(cast.office).post(
            "/reminders/hold/", {"scope": "person:0", "reason": WHY, "day": "2026-06-29"}
        )
    assert answer.status_code == 422
    assert "这里已经没有要发的提醒" in answer.content.decode()
