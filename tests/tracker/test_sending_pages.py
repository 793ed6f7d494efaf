"""The office sees on every page that sending stands still, says why it may go on, and decides on what was laid aside."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.clock import database_now
from accounts.models import HistoryEntry
from projects.models import Milestone
from tests.cast import Cast, cast_fixture, plan_fixture
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.conftest import report_step
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run
from tests.tracker.reminding.test_expanding import more
from tracker import alarms as alarming
from tracker import jobs
from tracker.choices import DeliveryState, ReminderState
from tracker.models import ClockState, Delivery, Heartbeat, Reminder
from tracker.pausing import count_up, look

__all__ = ["cast_fixture", "plan_fixture", "report_step"]
pytestmark = pytest.mark.django_db
ADDRESS = "/administration/sending/"
STILL = "提醒发送已暂停"


@pytest.fixture(autouse=True)
def watched(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALARM_SECONDS = 0
    settings.MEDIA_ROOT = tmp_path
    settings.BUSINESS_DAY_SHIFT = (date(2026, 7, 2) - timezone.localdate()).days
    monkeypatch.setattr(alarming, "lately", alarming.Lately())
    jobs.heartbeat()


def clock_was_put_back() -> None:
    look()
    ClockState.objects.update(seen_at=database_now() + timedelta(days=1))
    jobs.deliver()


def restored() -> None:
    counter = ClockState.objects.get().counter
    count_up()
    ClockState.objects.update(counter=counter)
    jobs.raise_due()


def test_a_pause_stands_in_red_on_every_page_of_the_office_and_on_no_other(cast: Cast, client: Client) -> None:
    client.force_login(cast.office)
    assert STILL not in client.get("/items/").content.decode()
    clock_was_put_back()
    page = client.get("/items/").content.decode()
    assert f'<p class="banner alarm" role="alert">{STILL}' in page
    assert f'href="{ADDRESS}"' in page
    client.force_login(cast.clerk)
    assert STILL not in client.get("/items/").content.decode()


def test_each_trouble_has_its_sentence(cast: Cast, client: Client, settings: Settings) -> None:
    client.force_login(cast.office)
    Heartbeat.objects.update(beat_at=database_now() - timedelta(minutes=3))
    assert "定时工作没有在跑" in client.get("/items/").content.decode()
    settings.BUSINESS_DAY_SHIFT = (date(2026, 11, 2) - timezone.localdate()).days
    page = client.get("/items/").content.decode()
    assert '<p class="banner">2027 年的放假安排还没有' in page


def test_pages_ask_for_it_at_most_once_in_some_seconds(
    cast: Cast, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.ALARM_SECONDS = 60
    reach, other = cast.reach(cast.office), cast.reach(cast.clerk)
    with django_assert_num_queries(2):
        for _ in range(5):
            alarming.alarms(reach)
    with django_assert_num_queries(0):
        alarming.alarms(other)


def test_sending_goes_on_by_a_word_and_not_without(cast: Cast, client: Client) -> None:
    clock_was_put_back()
    client.force_login(cast.office)
    page = client.get(ADDRESS).content.decode()
    assert "比先前走过的时间早了" in page
    assert client.post(f"{ADDRESS}go-on/", {"word": " "}).status_code == 422
    assert look().paused
    done = client.post(f"{ADDRESS}go-on/", {"word": "已对时。"}, follow=True).content.decode()
    assert "已恢复发送。" in done
    assert not look().paused
    assert "已对时。" in done
    assert HistoryEntry.objects.get(action="pause.released").reason == "已对时。"
    again = client.post(f"{ADDRESS}go-on/", {"word": "我也对了。"}, follow=True).content.decode()
    assert "已经由别人恢复" in again


def test_after_a_restored_backup_the_office_sends_some_and_drops_the_rest(
    cast: Cast, report_step: Milestone, client: Client
) -> None:
    more(cast, 2)
    run(digest(FIVE_BEFORE))
    restored()
    client.force_login(cast.office)
    page = client.get(ADDRESS).content.decode()
    assert "备份之后发过什么没有记录" in page
    client.post(f"{ADDRESS}go-on/", {"word": "已恢复昨晚的备份。"})
    message = Delivery.objects.get(state=DeliveryState.HELD)
    waiting = list(Reminder.objects.filter(state=ReminderState.HELD).order_by("pk"))
    page = client.get(ADDRESS).content.decode()
    assert f'value="message:{message.pk}"' in page
    assert f"待核对 {1 + len(waiting)} 件" in page

    url = f"{ADDRESS}laid-aside/"
    assert client.post(url, {"word": "没有发过。", "act": "send"}).status_code == 422
    picked = [f"reminder:{row.pk}" for row in waiting]
    assert client.post(url, {"word": "", "act": "send", "pick": picked}).status_code == 422
    said = client.post(url, {"word": "没有发过。", "act": "send", "pick": picked}, follow=True).content.decode()
    assert f"{len(picked)} 件照发" in said
    client.post(
        url, {"word": "都说收到了。", "act": "drop", "pick": [f"message:{message.pk}", "nonsense", "message:x"]}
    )
    assert Delivery.objects.get(pk=message.pk).state == DeliveryState.CANCELLED
    assert not Reminder.objects.filter(state=ReminderState.HELD).exists()
    assert "待核对" not in client.get(ADDRESS).content.decode()


def test_all_of_it_is_dropped_by_one_word(cast: Cast, report_step: Milestone, client: Client) -> None:
    more(cast, 2)
    run(digest(FIVE_BEFORE))
    restored()
    client.force_login(cast.office)
    said = client.post(f"{ADDRESS}laid-aside/", {"word": "都收到过。", "act": "drop_all"}, follow=True).content.decode()
    assert "不再发，已记录" in said
    assert "待核对" not in said
    assert not Delivery.objects.filter(state=DeliveryState.HELD).exists()


def test_the_page_asks_equally_often_however_much_was_laid_aside(
    cast: Cast, report_step: Milestone, client: Client, assert_query_baseline: QueryBaseline, settings: Settings
) -> None:
    settings.ALARM_SECONDS = -1
    more(cast, 20)
    run(digest(FIVE_BEFORE))
    restored()
    client.force_login(cast.office)
    client.get(ADDRESS)
    with assert_query_baseline("page office /administration/sending/"):
        assert client.get(ADDRESS).status_code == 200
