"""Lists to take along: short ones at once, long ones by the clock, for the one who asked and for a week."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from openpyxl import load_workbook

from accounts.models import HistoryEntry
from projects.drafts import TaskChange
from projects.models import Plan, Target
from projects.planning import change_tasks
from tests.cast import TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import signed_in
from tracker import downloads
from tracker.choices import DownloadState
from tracker.downloads import KEPT, forget_expired, make_waiting
from tracker.models import Download

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def cells(content: bytes) -> list[list[str]]:
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def ask(client: Client, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Download:
    """Ask for the list as if it were a long one."""
    monkeypatch.setattr(downloads, "AT_ONCE", 2)
    answer = client.post(f"/plans/{plan.pk}/list/", follow=True)
    assert "清单正在生成" in answer.content.decode()
    return Download.objects.get()


def test_a_short_list_is_given_at_once_and_no_cell_is_a_formula(cast: Cast, plan: Plan, client: Client) -> None:
    firms = task_of(plan, "2")
    fields = {"title": '=HYPERLINK("http://example.org")'}
    changes = [TaskChange(task_id=firms.pk, version=firms.version, fields=fields)]
    change_tasks(plan=plan, changes=changes, by=cast.actor(), now=at(TODAY))
    answer = signed_in(client, cast.office).post(f"/plans/{plan.pk}/list/")
    rows = cells(answer.content)
    assert rows[0][0] == plan.title
    assert [row[1] for row in rows[2:]] == ["1", "2", "3"]
    assert rows[2][:3] == ["一、基础设施／（一）道路", "1", "新塘路建设"]
    assert rows[2][10:14] == ["2026-03-31、2026-06-30、2026-12-31", "规划建设科", "经济发展科", "分管建设副主任"]
    assert rows[3][2] == '\'=HYPERLINK("http://example.org")'
    assert rows[1][5:8] == ["指标", "数值", "单位"]
    assert rows[3][5:8] == [Target.objects.get(task=firms).name, "7", "家"]
    assert rows[4][11] == "各科室（规划建设科、经济发展科、招商服务科）"
    assert not Download.objects.exists()


def test_a_long_list_is_made_by_the_clock_and_fetched_by_the_one_who_asked_only(
    cast: Cast, plan: Plan, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask(signed_in(client, cast.clerk), plan, monkeypatch)
    client.post(f"/plans/{plan.pk}/list/")
    assert Download.objects.count() == 1
    assert HistoryEntry.objects.filter(object_type="download", action="download.asked").count() == 1
    assert client.get(f"/downloads/{row.pk}/").status_code == 404
    assert make_waiting(now=at(TODAY), seconds=5) == 1
    assert make_waiting(now=at(TODAY), seconds=5) == 0
    row.refresh_from_db()
    page = client.get("/downloads/").content.decode()
    assert row.name in page
    assert (TODAY + KEPT).isoformat() in page
    answer = client.get(f"/downloads/{row.pk}/")
    content = body(answer)
    assert len(content) == row.size
    assert [line[1] for line in cells(content)[2:]] == ["1", "2", "3"]
    for other in (cast.office, cast.head, cast.outsider):
        assert signed_in(client, other).get(f"/downloads/{row.pk}/").status_code == 404
        assert row.name not in client.get("/downloads/").content.decode()


def test_a_list_holds_what_the_one_who_asked_may_see(
    cast: Cast, plan: Plan, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Plan.objects.filter(pk=plan.pk).update(restricted=True)
    monkeypatch.setattr(downloads, "AT_ONCE", 0)
    signed_in(client, cast.investment_clerk).post(f"/plans/{plan.pk}/list/")
    make_waiting(now=at(TODAY), seconds=5)
    row = Download.objects.get()
    assert [line[1] for line in cells(body(client.get(f"/downloads/{row.pk}/")))[2:]] == ["2", "3"]


def test_an_expired_list_goes_with_its_file(
    cast: Cast, plan: Plan, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask(signed_in(client, cast.clerk), plan, monkeypatch)
    make_waiting(now=at(TODAY), seconds=5)
    row.refresh_from_db()
    assert default_storage.exists(row.stored)
    assert forget_expired(today=TODAY + KEPT) == 0
    assert forget_expired(today=TODAY + KEPT + timedelta(days=1)) == 1
    assert not default_storage.exists(row.stored)
    assert not Download.objects.exists()


def test_a_list_whose_maker_died_is_made_by_another(
    cast: Cast, plan: Plan, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask(signed_in(client, cast.clerk), plan, monkeypatch)
    Download.objects.filter(pk=row.pk).update(state=DownloadState.BEGUN, begun_at=at(TODAY), stored="downloads/gone")
    assert make_waiting(now=at(TODAY) + timedelta(minutes=9), seconds=5) == 0
    assert make_waiting(now=at(TODAY) + timedelta(minutes=11), seconds=5) == 1
    row.refresh_from_db()
    assert row.state == DownloadState.MADE


def test_nothing_is_begun_when_the_time_is_up(
    cast: Cast, plan: Plan, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(signed_in(client, cast.clerk), plan, monkeypatch)
    assert make_waiting(now=at(TODAY), seconds=0) == 0


@pytest.mark.parametrize("size", [10, 500])
def test_the_page_asks_equally_often_whatever_it_lists(
    cast: Cast, plan: Plan, client: Client, size: int, assert_query_baseline: QueryBaseline
) -> None:
    kept = {"user": cast.clerk, "organization": cast.organization, "plan": plan, "state": DownloadState.MADE}
    days = {"asked_on": TODAY, "asked_at": at(TODAY), "kept_until": TODAY + KEPT}
    Download.objects.bulk_create([Download(name=f"{n}.xlsx", size=n, **kept, **days) for n in range(size // 10)])
    signed_in(client, cast.clerk)
    with assert_query_baseline("page clerk /downloads/"):
        assert client.get("/downloads/").status_code == 200


@pytest.mark.parametrize("size", [10, 400])
def test_a_list_asks_equally_often_whatever_it_holds(
    cast: Cast, plan: Plan, client: Client, size: int, assert_query_baseline: QueryBaseline
) -> None:
    many_tasks(cast, plan, size)
    with (
        assert_query_baseline("list of a plan"),
        downloads.list_file(plan, cast.reach(cast.office), today=TODAY) as file,
    ):
        assert file.read(2) == b"PK"
