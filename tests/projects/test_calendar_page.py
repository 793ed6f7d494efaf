"""The office sees how the year is worked and says which days are worked otherwise here, all of it on record."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import HistoryEntry
from projects.calendars import workdays_for
from projects.models import CalendarDay
from tests.cast import TODAY, Cast
from tests.query_counts import QueryBaseline

pytestmark = pytest.mark.django_db
ADDRESS = "/calendar/"


@pytest.fixture
def office(cast: Cast, client: Client, settings: Settings) -> Client:
    believe(settings, TODAY)
    client.force_login(cast.office)
    return client


def believe(settings: Settings, day: date) -> None:
    settings.BUSINESS_DAY_SHIFT = (day - timezone.localtime().date()).days


def add(office: Client, first: str, *, last: str = "", working: str = "no", name: str = "本地节日") -> str:
    said = {"first": first, "last": last, "working": working, "name": name}
    return office.post(ADDRESS, said, follow=True).content.decode()


def acts() -> list[tuple[str, int]]:
    entries = HistoryEntry.objects.filter(object_type="calendarday").order_by("pk")
    return list(entries.values_list("action", "object_version"))


def test_the_year_shows_the_state_councils_days_and_counts_the_working_ones(office: Client) -> None:
    page = office.get(ADDRESS).content.decode()
    assert "全年 <b>248</b> 个工作日" in page
    assert "国办发明电〔2025〕7号" in page
    assert "10<sup>班</sup>" in page


def test_an_own_day_off_holds_here_and_nowhere_else_and_can_be_taken_back(cast: Cast, office: Client) -> None:
    page = add(office, "2026-07-01", last="2026-07-05")
    assert "全年 <b>245</b> 个工作日；本机构另定了 <b>3</b> 天" in page
    theirs = cast.outsider.organization_id
    assert theirs is not None
    assert not workdays_for(cast.organization.pk).is_workday(date(2026, 7, 1))
    assert workdays_for(theirs).is_workday(date(2026, 7, 1))
    row = CalendarDay.objects.get(organization=cast.organization, day=date(2026, 7, 1))
    back = office.post(f"/calendar/{row.pk}/remove/", follow=True).content.decode()
    assert "全年 <b>246</b> 个工作日" in back
    assert "删去：2026年7月1日 放假（本地节日）" in back
    assert workdays_for(cast.organization.pk).is_workday(date(2026, 7, 1))
    assert acts() == [("calendarday.created", 1)] * 3 + [("calendarday.removed", 2)]


def test_an_own_working_day_goes_before_a_holiday(cast: Cast, office: Client) -> None:
    add(office, "2026-10-01", working="yes", name="值班")
    assert workdays_for(cast.organization.pk).is_workday(date(2026, 10, 1))
    add(office, "2026-10-01", working="no", name="不值了")
    assert not workdays_for(cast.organization.pk).is_workday(date(2026, 10, 1))
    assert acts() == [("calendarday.created", 1), ("calendarday.changed", 2)]


def test_what_is_so_already_or_too_long_or_unnamed_is_refused(office: Client) -> None:
    assert "本来就是这样" in add(office, "2026-07-04")
    assert "一次最多一个月" in add(office, "2026-07-01", last="2026-09-01")
    assert "一次最多一个月" in add(office, "2026-07-02", last="2026-07-01")
    assert "没有提交成功" in add(office, "2026-07-01", name="")
    assert acts() == []


def test_from_october_on_a_missing_notice_is_told(office: Client, settings: Settings) -> None:
    told = "2027年的放假安排还没有载入"
    assert told not in office.get(ADDRESS).content.decode()
    assert told in office.get(f"{ADDRESS}?year=2027").content.decode()
    believe(settings, date(2026, 10, 1))
    assert told in office.get(ADDRESS).content.decode()
    CalendarDay.objects.create(day=date(2027, 10, 1), working=False, name="国庆节")
    assert told not in office.get(ADDRESS).content.decode()


def test_the_units_page_leads_to_the_calendar(office: Client) -> None:
    assert f'href="{ADDRESS}"' in office.get("/people/").content.decode()


@pytest.mark.parametrize("size", [10, 300])
def test_the_calendar_asks_equally_often_however_many_days_are_its_own(
    cast: Cast, office: Client, size: int, assert_query_baseline: QueryBaseline
) -> None:
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(
                organization=cast.organization, day=date(2026, 1, 1) + timedelta(days=n), working=True, name="x"
            )
            for n in range(size)
        ]
    )
    with assert_query_baseline("page office /calendar/"):
        assert office.get(ADDRESS).status_code == 200
