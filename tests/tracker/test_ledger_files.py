"""What is taken along: the ledger in the office's workbook, a list by its filters, one item on one sheet."""

import csv
from io import BytesIO, StringIO

import pytest
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from projects import planning
from projects.choices import DateKind
from projects.drafts import TaskChange
from projects.models import Milestone, Plan
from projects.reading.ledger import NAMES
from tests.cast import TODAY, Cast, at, task_of
from tests.projects.exporting.ledgers import bring_in
from tests.query_counts import QueryBaseline
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import signed_in
from tracker import downloads
from tracker.boards.filters import Filters
from tracker.choices import DownloadKind
from tracker.downloads import list_file, make_waiting
from tracker.models import Download

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]

TABLE = (
    "序号,工作内容,完成时限,牵头单位,责任领导\n"
    "1,新塘路路基施工,5月底前,规划建设科,分管建设副主任\n"
    "2,引进企业7家,年底前,招商服务科,主任\n"
)


def sheet_of(content: bytes) -> Worksheet:
    return load_workbook(BytesIO(content)).worksheets[0]


def texts(row: tuple[object, ...]) -> list[str]:
    return [str(getattr(cell, "value", "") or "") for cell in row]


@pytest.fixture
def imported(cast: Cast) -> Plan:
    plan = bring_in(cast, TABLE.encode(), "分解表.csv")
    return planning.issue_plan(plan=plan, on=TODAY.replace(month=2), by=cast.actor(), now=at(TODAY))


def test_the_office_gets_its_own_table_with_light_and_date_in_force(cast: Cast, imported: Plan, client: Client) -> None:
    step = Milestone.objects.get(task=task_of(imported, "2"))
    planning.move_milestone(
        milestone=step,
        due_on=TODAY.replace(month=12, day=15),
        kind=DateKind.EXTENDED,
        reason="征地未完",
        by=cast.actor(),
        now=at(TODAY),
    )
    answer = signed_in(client, cast.office).post(f"/plans/{imported.pk}/list/", {"kind": "ledger"})
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = sheet_of(answer.content)
    assert texts(sheet[1])[:5] == ["序号", "工作内容", "完成时限", "牵头单位", "责任领导"]
    assert texts(sheet[1])[5:] == ["进展情况（截至2026年6月24日）", *NAMES]
    assert texts(sheet[2])[6] == "逾期 24 天"
    assert texts(sheet[3])[9] == "2026年12月15日"


def test_others_get_a_table_of_what_they_may_see(cast: Cast, imported: Plan, client: Client) -> None:
    Plan.objects.filter(pk=imported.pk).update(restricted=True)
    answer = signed_in(client, cast.investment_clerk).post(f"/plans/{imported.pk}/list/", {"kind": "ledger"})
    sheet = sheet_of(answer.content)
    assert [row[0] for row in sheet.iter_rows(min_row=3, values_only=True)] == ["2"]


def test_the_list_is_given_by_its_filters_with_the_lights_words(cast: Cast, imported: Plan, client: Client) -> None:
    signed_in(client, cast.office)
    page = client.get("/items/?light=overdue").content.decode()
    assert f'action="/items/file/?plan={imported.pk}&amp;light=overdue"' in page
    answer = client.post(f"/items/file/?plan={imported.pk}&light=overdue", {"kind": "items"})
    rows = [texts(row) for row in sheet_of(answer.content).iter_rows()]
    assert rows[1][:4] == ["灯", "最近时限", "序号", "事项"]
    assert [row[:4] for row in rows[2:]] == [["逾期 24 天", "5月31日", "1", "新塘路路基施工"]]


def test_nothing_a_person_typed_is_reckoned_in_a_text_list(cast: Cast, imported: Plan, client: Client) -> None:
    task = task_of(imported, "2")
    fields = {"title": '=cmd|"/c calc"!A1'}
    planning.change_tasks(
        plan=imported,
        changes=[TaskChange(task_id=task.pk, version=task.version, fields=fields)],
        by=cast.actor(),
        now=at(TODAY),
    )
    answer = signed_in(client, cast.office).post(f"/items/file/?plan={imported.pk}", {"kind": "items_csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == ["新塘路路基施工", '\'=cmd|"/c calc"!A1']


@pytest.mark.parametrize("kind", ["ledger", "items", "items_csv"])
def test_a_long_one_is_made_by_the_clock_with_its_filters(
    cast: Cast, imported: Plan, client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(downloads, "AT_ONCE", 0)
    monkeypatch.setattr("tracker.views.downloads.AT_ONCE", 0)
    signed_in(client, cast.office)
    address = f"/plans/{imported.pk}/list/" if kind == "ledger" else f"/items/file/?plan={imported.pk}&light=overdue"
    for _ in range(2):
        assert client.post(address, {"kind": kind}).headers["Location"] == "/downloads/"
    row = Download.objects.get()
    assert (row.kind, make_waiting(now=at(TODAY), seconds=60)) == (kind, 1)
    answer = client.get(f"/downloads/{row.pk}/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    said = content.decode("utf-8-sig") if kind == "items_csv" else str(texts(tuple(sheet_of(content)["A"])))
    assert ("引进企业" in said) == (kind == "nothing")
    assert row.name.endswith(".csv" if kind == "items_csv" else ".xlsx")


@pytest.mark.parametrize("size", [10, 400])
@pytest.mark.parametrize("kind", [DownloadKind.LEDGER, DownloadKind.ITEMS])
def test_a_file_asks_equally_often_whatever_it_holds(
    cast: Cast, plan: Plan, size: int, kind: DownloadKind, assert_query_baseline: QueryBaseline
) -> None:
    many_tasks(cast, plan, size)
    query = Filters(plan=plan.pk).but()
    with (
        assert_query_baseline(f"file {kind}"),
        list_file(plan, cast.reach(cast.office), kind, query, today=TODAY) as file,
    ):
        assert file.read(2) == b"PK"


def test_one_item_stands_on_one_sheet_with_its_last_word(cast: Cast, plan: Plan, client: Client) -> None:
    page = signed_in(client, cast.clerk).get(f"/items/{task_of(plan, '1').pk}/sheet/").content.decode()
    for words in ("重点工作一项一表", "新塘路建设", "规划建设科", "牵头单位意见", "截至 2026-06-24"):
        assert words in page
