"""A unit's own sheet: handed out, filled in without a network, taken back as drafts, and handed in after a look."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from accounts.models import HistoryEntry
from projects.drafts import TaskDraft
from projects.models import Plan
from projects.planning import add_tasks, close_task
from tests.browser.stories import midyear
from tests.cast import TODAY, Cast, at, road, task_of
from tests.flows.test_grid import form_of
from tests.tracker.visits import report, signed_in
from tracker.choices import DraftSource
from tracker.models import ProgressReport, ReportDraft
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
SHEET, FILE, GRID = "/mine/sheet/", "/mine/sheet/file/", "/mine/grid/"
SENTENCE = "已完成选址，正在报批。"
ITEMS, PARTS = "本期填报", "指标与节点"
Fill = Callable[[Workbook], None]


@pytest.fixture
def month(cast: Cast) -> Plan:
    """Return the plan of which the building section owes items 1, 3, 4 and 5 in June."""
    return midyear(cast)


@pytest.fixture
def desk(client: Client, cast: Cast, month: Plan) -> Client:
    return signed_in(client, cast.clerk)


def downloaded(desk: Client) -> Workbook:
    return load_workbook(BytesIO(desk.get(FILE).content))


def content(book: Workbook) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def uploaded(desk: Client, book: Workbook | bytes, *, name: str = "填好的表.xlsx") -> Any:
    said = book if isinstance(book, bytes) else content(book)
    return desk.post(SHEET, {"file": SimpleUploadedFile(name, said)})


def row_of(book: Workbook, number: str, sheet: str = ITEMS) -> int:
    found = book[sheet]
    return next(row for row in range(2, found.max_row + 1) if str(found.cell(row, 2).value) == number)


def fill(book: Workbook, number: str, **said: str) -> None:
    """Write into an item's row by the names of its columns."""
    columns = {"state": 7, "sentence": 8, "problem": 9, "next_step": 10, "help_needed": 11}
    for name, text in said.items():
        book[ITEMS].cell(row_of(book, number), columns[name], text)


def part(book: Workbook, name: str) -> Any:
    """Return the cell of a figure, list entry or step to be filled in."""
    found = book[PARTS]
    row = next(row for row in range(2, found.max_row + 1) if found.cell(row, 5).value == name)
    return found.cell(row, 8)


def test_what_was_filled_in_offline_becomes_drafts_and_is_handed_in_from_the_page(desk: Client, month: Plan) -> None:
    book = downloaded(desk)
    fill(book, "1", sentence=SENTENCE, state="偏慢", help_needed="请协调用地")
    part(book, "选址").value = datetime(2026, 6, 20)  # noqa: DTZ001 - as a spreadsheet keeps days
    fill(book, "4", sentence="建成 21 座。")
    part(book, "公交站").value = 21
    fill(book, "5", state="本期无变化", sentence="等待供地。")
    page = uploaded(desk, book).content.decode()
    assert "有 <b>3</b> 行写好了" in page
    assert not ProgressReport.objects.exists()
    assert set(ReportDraft.objects.values_list("source", flat=True)) == {DraftSource.SHEET}
    desk.post(GRID, form_of(desk.get(GRID).content.decode()))
    one, four, five = (ProgressReport.objects.get(task=task_of(month, number)) for number in ("1", "4", "5"))
    assert (one.sentence, one.state, one.help_needed) == (SENTENCE, "slow", "请协调用地")
    assert [(mark.milestone.text, str(mark.done_on)) for mark in one.marks.all()] == [("选址", "2026-06-20")]
    assert (int(four.values.get().value), five.no_change, five.sentence) == (21, True, "等待供地。")
    assert not ReportDraft.objects.exists()


def test_the_sheet_lists_what_is_owed_with_its_words_locked_and_its_choices_offered(desk: Client, month: Plan) -> None:
    book = downloaded(desk)
    sheet = book[ITEMS]
    assert [sheet.cell(row, 2).value for row in range(2, sheet.max_row + 1)] == ["1", "3", "4", "5"]
    assert sheet.protection.sheet
    assert sheet.column_dimensions["A"].hidden
    assert (sheet["C2"].protection.locked, sheet["H2"].protection.locked) == (True, False)
    (choices,) = sheet.data_validations.dataValidation
    assert (choices.type, str(choices.sqref)) == ("list", "G2:G5")
    assert "本期无变化" in choices.formula1
    assert book.sheetnames[0] == "填写说明"


def test_words_that_look_like_formulas_stay_words(client: Client, cast: Cast, month: Plan) -> None:
    harmful = '=HYPERLINK("http://example.org","点我")'
    draft = TaskDraft(title=harmful, number="9", parties=road(cast).parties)
    add_tasks(plan=month, drafts=[draft], by=cast.actor(), now=at(TODAY))
    report(cast, month, "1", sentence="=1+1")
    open_rounds(today=at(TODAY).date().replace(month=7))
    desk = signed_in(client, cast.clerk)
    book = downloaded(desk)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_a_blank_sheet_changes_nothing(desk: Client) -> None:
    page = uploaded(desk, downloaded(desk)).content.decode()
    assert "<b>4</b> 行没有写，不动。" in page
    assert not ReportDraft.objects.exists()


def test_the_same_file_twice_is_harmless_even_after_it_was_handed_in(desk: Client, month: Plan) -> None:
    book = downloaded(desk)
    fill(book, "1", sentence=SENTENCE)
    said = content(book)
    uploaded(desk, said)
    uploaded(desk, said)
    assert ReportDraft.objects.count() == 1
    desk.post(GRID, form_of(desk.get(GRID).content.decode()))
    assert "先前已经报过，内容一样" in uploaded(desk, said).content.decode()
    assert not ReportDraft.objects.exists()
    assert ProgressReport.objects.count() == 1


def test_what_came_in_since_stands_beside_the_sheet_and_is_not_written_over_unseen(
    desk: Client, cast: Cast, month: Plan
) -> None:
    book = downloaded(desk)
    fill(book, "1", sentence=SENTENCE)
    report(cast, month, "1", sentence="科长先报了。")
    page = uploaded(desk, book).content.decode()
    assert "导出以后，示例·张三" in page
    assert "科长先报了。" in page
    assert SENTENCE in page
    grid = desk.get(GRID).content.decode()
    assert desk.post(GRID, form_of(grid)).status_code == 409
    assert ProgressReport.objects.get().sentence == "科长先报了。"


def test_items_that_ended_or_changed_since_are_said(desk: Client, cast: Cast, month: Plan) -> None:
    book = downloaded(desk)
    fill(book, "1", sentence=SENTENCE)
    fill(book, "5", sentence="开始招标。")
    close_task(task=task_of(month, "5"), on=TODAY, by=cast.actor(), now=at(TODAY))
    page = uploaded(desk, book).content.decode()
    assert "已不在办理中，不用再报。" in page
    assert [draft.task.number for draft in ReportDraft.objects.all()] == ["1"]


def test_wrong_cells_are_said_by_row_and_kept(desk: Client, month: Plan) -> None:
    book = downloaded(desk)
    fill(book, "4", sentence="建成一些。", state="差不多")
    part(book, "公交站").value = "二十座"
    part(book, "建成公交站").value = "月底"
    page = uploaded(desk, book).content.decode()
    for label in ("推进状态：", "公交站：", "建成公交站："):
        assert label in page
    assert ReportDraft.objects.get().content["sentence"] == "建成一些。"
    assert desk.post(GRID, form_of(desk.get(GRID).content.decode())).status_code == 422
    assert not ProgressReport.objects.exists()


def test_what_contradicts_itself_is_asked_about_on_the_way_and_taken_once_confirmed(desk: Client, month: Plan) -> None:
    book = downloaded(desk)
    fill(book, "1", sentence=SENTENCE)
    fill(book, "4", sentence="全部建成。", state="已完成")
    part(book, "公交站").value = 280
    page = uploaded(desk, book).content.decode()
    assert "公交站：越过了目标 28 座，数对吗？" in page
    assert "其中 <b>1</b> 行要您看一下" in page
    page = desk.get(GRID).content.decode()
    assert "公交站：越过了目标 28 座，数对吗？" in page
    assert "还有 1 个节点没有完成日期" in page
    asked = re.search(r'name="(r\d+-sure)" value="([^"]*)"', page)
    assert asked is not None
    assert desk.post(GRID, form_of(page)).status_code == 422
    assert [made.task.number for made in ProgressReport.objects.all()] == ["1"]
    desk.post(GRID, form_of(desk.get(GRID).content.decode()) | {asked[1]: [unescape(asked[2])]})
    made = ProgressReport.objects.get(task=task_of(month, "4"))
    entry = HistoryEntry.objects.get(object_type="report", object_id=made.pk, action="report.submitted")
    assert {key.partition(":")[0] for key in entry.after["confirmed"]} == {"beyond", "steps_open"}


def test_figures_and_days_are_read_as_people_write_them(desk: Client, month: Plan) -> None:
    book = downloaded(desk)
    fill(book, "4", sentence="建成 21 座。")
    part(book, "公交站").value = "2１ 座"
    part(book, "建成公交站").value = "6月20日"
    uploaded(desk, book)
    said = ReportDraft.objects.get().content
    step, target = task_of(month, "4").milestones.get(), task_of(month, "4").targets.get()
    assert (said[f"value-{target.pk}"], said[f"mark-{step.pk}"]) == ("21", "2026-06-20")


def test_edited_and_foreign_rows_are_refused_one_by_one(desk: Client, client: Client, cast: Cast, month: Plan) -> None:
    theirs = downloaded(signed_in(Client(), cast.investment_clerk))
    book = downloaded(desk)
    for number in ("1", "3", "4", "5"):
        fill(book, number, sentence=f"写了第 {number} 项。")
    book[ITEMS].cell(row_of(book, "3"), 1, theirs[ITEMS].cell(row_of(theirs, "2"), 1).value)
    book[ITEMS].cell(row_of(book, "4"), 1, "1.0.1:made-up")
    page = uploaded(desk, book).content.decode()
    assert "不是本单位要报的事项。" in page
    assert "编号被改过，或不是从这里导出的行。" in page
    assert [draft.task.number for draft in ReportDraft.objects.order_by("task__number")] == ["1", "5"]


def test_one_item_in_two_rows_with_different_words_is_asked_about(desk: Client, month: Plan) -> None:
    book = downloaded(desk)
    fill(book, "1", sentence=SENTENCE)
    book[ITEMS].cell(row_of(book, "5"), 1, book[ITEMS].cell(row_of(book, "1"), 1).value)
    fill(book, "5", sentence="别的话。")
    page = uploaded(desk, book).content.decode()
    assert "写的是同一项，内容不同，请留一行。" in page
    assert not ReportDraft.objects.exists()


def test_a_file_that_is_no_sheet_of_ours_is_refused(desk: Client) -> None:
    other = Workbook()
    other.create_sheet("别的表").append(["序号", "事项"])
    answer = uploaded(desk, other)
    assert answer.status_code == 422
    assert "这不是从这里导出的填报表" in answer.content.decode()


def test_a_sheet_with_a_marking_of_secrecy_is_refused_whole(desk: Client) -> None:
    book = downloaded(desk)
    fill(book, "1", sentence=SENTENCE, problem="机密★1年")
    answer = uploaded(desk, book)
    assert answer.status_code == 422
    assert "标有密级" in answer.content.decode()
    assert not ReportDraft.objects.exists()


def test_a_sheet_handed_out_in_english_comes_back_as_well(desk: Client, month: Plan) -> None:
    desk.cookies["django_language"] = "en"
    book = downloaded(desk)
    sheet = book.worksheets[1]
    row = next(row for row in range(2, sheet.max_row + 1) if str(sheet.cell(row, 2).value) == "1")
    sheet.cell(row, 8, SENTENCE)
    desk.cookies["django_language"] = "zh-hans"
    uploaded(desk, book)
    assert ReportDraft.objects.get().content["sentence"] == SENTENCE
