"""What concerns somebody reaches them at once, in one message with the words, and not at night or when it is over."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from projects.models import Plan
from tests.cast import TODAY, Cast, at, task_of
from tests.flows.test_directive import given
from tests.flows.test_obstacle import browser, raised, token_in
from tests.tracker.reminding.passes import run, send, time_passes
from tests.tracker.visits import answer_for, owed_of
from tracker.models import ProgressReport, Reminder
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db
MORNING = at(TODAY, 10)
SATURDAY, MONDAY = date(2026, 6, 27), date(2026, 6, 29)


@pytest.fixture(name="clock")
def _clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def passes(clock: time_machine.Traveller, *moments: datetime) -> None:
    """Do what the clock does at each moment, twice: a repeated pass adds nothing."""
    for moment in moments:
        time_passes(moment - timezone.now())
        clock.move_to(moment)
        for _ in range(2):
            run(moment)
            send(moment.date())


def notices(username: str) -> list[str]:
    """Return the bodies of the messages that weren't the day's digest."""
    found = [message for message in mail.outbox if message.to == [f"{username}@example.org"]]
    return [str(message.body) for message in found if "通知" in message.subject]


def reported(cast: Cast, plan: Plan, sentence: str) -> ProgressReport:
    clerk = browser(cast.clerk)
    place = f"/items/{task_of(plan, '1').pk}/report/?owed={owed_of(plan, '1').pk}"
    answer = clerk.post(place, answer_for(clerk.get(place).content.decode(), sentence=sentence))
    assert answer.status_code == 302, answer.content.decode()
    return ProgressReport.objects.latest("pk")


def send_back(cast: Cast, row: ProgressReport, reason: str) -> None:
    answer = browser(cast.office).post(f"/reviews/{row.pk}/return/", {"version": row.version, "reason": reason})
    assert answer.status_code == 302


def urge(cast: Cast, plan: Plan, *numbers: str, text: str) -> None:
    office, address = browser(cast.office), f"/receipts/units/{cast.building.pk}/"
    items = [task_of(plan, number).pk for number in numbers]
    form = {"token": token_in(office.get(address).content.decode()), "item": items, "text": text}
    for _ in range(2):
        assert office.post(f"{address}urge/", form).status_code == 302


def test_a_returned_report_is_one_message_that_leads_to_the_form_and_is_over_once_it_is_answered(
    cast: Cast, plan: Plan, clock: time_machine.Traveller
) -> None:
    open_rounds(today=TODAY)
    send_back(cast, reported(cast, plan, "已选址。"), "请附选址意见。")
    passes(clock, MORNING, at(TODAY, 10, 30), at(TODAY, 11, 30), at(date(2026, 6, 25), 9))
    (body,) = notices("clerk")
    assert "第1项“新塘路建设”6月的报送已退回，请补充后再报：“请附选址意见。”（示例·督办员）" in body
    place = f"/items/{task_of(plan, '1').pk}/report/?owed={owed_of(plan, '1').pk}"
    assert place in body
    inbox = browser(cast.clerk).get("/inbox/").content.decode()
    row = inbox[inbox.index(f'href="{place}"') :].partition("</tr>")[0]
    assert "还要办" in row
    reported(cast, plan, "已选址，附意见。")
    inbox = browser(cast.clerk).get("/inbox/").content.decode()
    assert "已办" in inbox[inbox.index(f'href="{place}"') :].partition("</tr>")[0]


def test_several_urged_at_once_are_one_message_with_the_offices_word(
    cast: Cast, plan: Plan, clock: time_machine.Traveller
) -> None:
    urge(cast, plan, "1", "3", text="请今天签收。")
    passes(clock, MORNING, at(TODAY, 10, 40))
    for who in ("clerk", "head"):
        (body,) = notices(who)
        assert "督查办催办第1项“新塘路建设”：“请今天签收。”（示例·督办员）" in body
        assert "督查办催办第3项“安全生产”：“请今天签收。”（示例·督办员）" in body


def test_an_obstacle_reaches_who_is_asked_and_the_answer_comes_back_to_the_unit(
    cast: Cast, plan: Plan, clock: time_machine.Traveller
) -> None:
    row = raised(cast, plan)
    passes(clock, MORNING)
    (body,) = notices("economy")
    assert "招商服务科请协调第3项“安全生产”的困难，请在6月26日前答复：“厂房没有通电。”" in body
    assert f"/obstacles/{row.pk}/" in body
    form = {"version": row.version, "text": "7月1日通电。"}
    assert browser(cast.economy_clerk).post(f"/obstacles/{row.pk}/answer/", form).status_code == 302
    passes(clock, at(TODAY, 10, 20))
    (body,) = notices("investment")
    assert "第3项“安全生产”的困难有了答复：“7月1日通电。”（示例·李四）" in body
    assert len(notices("economy")) == 1


def test_a_leaders_line_reaches_the_unit_and_the_answer_the_leader(
    cast: Cast, plan: Plan, clock: time_machine.Traveller
) -> None:
    row = given(cast, plan, browser(cast.leader), leader=cast.leader)
    passes(clock, MORNING)
    for who in ("clerk", "head"):
        (body,) = notices(who)
        assert "示例·主任批示第1项“新塘路建设”，请规划建设科在7月1日前答复：“月底前拿出方案，报我看。”" in body
    form = {"version": row.version, "text": "方案已报。"}
    assert browser(cast.clerk).post(f"/directives/{row.pk}/answer/", form).status_code == 302
    passes(clock, at(TODAY, 10, 20))
    (body,) = notices("leader")
    assert "规划建设科答复了示例·主任对第1项“新塘路建设”的批示：“方案已报。”" in body


def test_two_things_within_the_hour_are_one_message(cast: Cast, plan: Plan, clock: time_machine.Traveller) -> None:
    given(cast, plan, browser(cast.leader), leader=cast.leader)
    clock.move_to(at(TODAY, 10, 10))
    urge(cast, plan, "1", text="请今天签收。")
    passes(clock, at(TODAY, 10, 12))
    (body,) = notices("clerk")
    assert "月底前拿出方案，报我看。" in body
    assert "请今天签收。" in body


def test_what_happens_on_a_saturday_waits_for_monday_morning(
    cast: Cast, plan: Plan, clock: time_machine.Traveller
) -> None:
    clock.move_to(at(SATURDAY, 10))
    urge(cast, plan, "1", text="请签收。")
    passes(clock, at(SATURDAY, 10), at(SATURDAY, 20), at(MONDAY, 7, 59))
    assert notices("clerk") == []
    coming = browser(cast.office).get(f"/reminders/?day={MONDAY.isoformat()}").content.decode()
    assert "即时通知" in coming
    assert "工作日 08:00 至 18:00 即时发，每小时合并成一条" in coming
    passes(clock, at(MONDAY, 8))
    assert len(notices("clerk")) == 1


def test_what_was_answered_overnight_is_not_told_in_the_morning_and_the_record_says_why(
    cast: Cast, plan: Plan, clock: time_machine.Traveller
) -> None:
    open_rounds(today=TODAY)
    row = reported(cast, plan, "已选址。")
    clock.move_to(at(TODAY, 20))
    send_back(cast, row, "请附选址意见。")
    clock.move_to(at(TODAY, 21))
    reported(cast, plan, "已选址，附意见。")
    passes(clock, at(date(2026, 6, 25), 8))
    assert notices("clerk") == []
    assert Reminder.objects.get(step="returned").reason == "answered"
    assert "已办理或已报送，自动取消" in browser(cast.office).get("/reminders/").content.decode()
