"""What `remind` and `forecast` print and do."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from projects.models import Milestone
from tests.cast import TODAY, at
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, record, run
from tracker.models import Delivery, Reminder
from tracker.standing import promise_changed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def said(*arguments: str) -> list[str]:
    written = StringIO()
    call_command(*arguments, stdout=written)
    return written.getvalue().splitlines()


def test_a_day_is_told_whole_and_once(report_step: Milestone) -> None:
    assert "提醒 1 条；处理消息 1 封。" in said("remind", "--on", FIVE_BEFORE.isoformat())[0]
    assert said("remind", "--on", FIVE_BEFORE.isoformat()) == ["新增提醒记录 0 条；提醒 0 条；处理消息 0 封。"]
    assert [message.to for message in mail.outbox] == [["clerk@example.org"]]
    assert record("expanded") == [("before-5", "张三", "expanded")]


def test_a_day_is_told_whole_though_its_facts_changed_after_the_digests_hour(report_step: Milestone) -> None:
    promise_changed([report_step.task_id], now=at(FIVE_BEFORE, 12))
    said("remind", "--on", FIVE_BEFORE.isoformat())
    assert record("expanded") == [("before-5", "张三", "expanded")]


def test_without_a_plan_there_is_nothing_to_do() -> None:
    assert said("remind", "--on", FIVE_BEFORE.isoformat()) == ["新增提醒记录 0 条；提醒 0 条；处理消息 0 封。"]


def test_a_day_after_a_standstill_tells_the_leaders_too(report_step: Milestone) -> None:
    said("remind", "--on", "2026-07-09")
    assert {person for _, person, state in record() if state == "expanded"} == {"张三", "科长", "副主任"}
    assert not Reminder.objects.filter(state="due").exists()


def test_a_day_opens_the_round_that_is_owed(report_step: Milestone) -> None:
    said("remind", "--on", "2026-06-24")
    assert {row.step for row in Reminder.objects.filter(subject_kind="owed")} >= {"before-1"}


def test_a_dry_run_lists_and_writes_nothing(report_step: Milestone) -> None:
    lines = said("remind", "--on", FIVE_BEFORE.isoformat(), "--dry-run")
    assert lines == [
        "2026-06-23 08:30　示例·张三（责任人，前 5 个工作日）　第1项“新塘路建设”节点“报批”6月30日到期，还有 7 天",
        "共 1 条。",
    ]
    assert not Reminder.objects.exists()
    assert not Delivery.objects.exists()


def test_the_forecast_says_who_will_be_told_on_a_day(report_step: Milestone) -> None:
    run(digest(TODAY - timedelta(days=1)))
    lines = said("forecast", "--on", "2026-06-29")
    assert [line[:16] for line in lines[:-1]] == ["2026-06-29 08:30"]
    assert "前 1 个工作日" in lines[0]
    assert [line[:10] for line in said("forecast")] == ["2026-06-29", "2026-06-30", "2026-07-01", "共 3 条。"]


def test_a_forecast_of_a_day_off_is_empty(report_step: Milestone) -> None:
    assert said("forecast", "--on", date(2026, 6, 27).isoformat()) == ["共 0 条。"]
