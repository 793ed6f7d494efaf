"""The ledger in the office's own workbook: what stood there stands, what changed is said, what was added has its place."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from projects import planning
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TaskChange, TaskDraft
from projects.importing.batches import apply_batch, decide
from projects.models import Plan, Task
from projects.reading.ledger import CANCELLED, LEFT_OUT, NAMES
from tests.cast import Cast
from tests.projects.exporting.ledgers import (
    NOW,
    SAID,
    book_of,
    bring_in,
    differences,
    ledger_of,
    opened,
    read_again,
    saved,
)

pytestmark = pytest.mark.django_db

HEAD = "进展情况（截至2026年6月24日）"
LINE = Side(style="thin")


def office_book() -> Workbook:
    """Write a table as an office would: a title, headings as rows, a merged unit, a total by formula, a second sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "分解表"
    rows: list[list[str | int | None]] = [
        ["2026年重点工作责任分解表"],
        ["序号", "工作内容", "完成时限", "牵头单位", "责任领导"],
        ["一、基础设施"],
        [1, "新塘路路基施工", "6月底前", "规划建设科", "分管建设副主任"],
        [2, "污水管网改造", "9月底前", None, "分管建设副主任"],
        ["二、产业发展"],
        [3, "引进企业7家", "年底前", "招商服务科", "主任"],
        [4, "=HYPERLINK不是公式", "年底前", "经济发展科", "主任"],
        ["合计", "=SUM(A4:A8)"],
    ]
    for row in rows:
        sheet.append(row)
    sheet["B8"].value, sheet["B8"].data_type = "=盘活闲置厂房3处", "s"
    for box in ("A1:E1", "A3:E3", "A6:E6", "D4:D5"):
        sheet.merge_cells(box)
    for row in sheet["A2:E9"]:
        for cell in row:
            cell.border = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
    for cell in sheet[2]:
        cell.font, cell.fill = Font(name="黑体", bold=True), PatternFill("solid", fgColor="FFDDEBF7")
    sheet.column_dimensions["B"].width = 47
    sheet.row_dimensions[4].height = 20
    book.create_sheet("填表说明").append(["按月报送"])
    return book


@pytest.fixture
def imported(cast: Cast, tmp_path: Path) -> Plan:
    return bring_in(cast, saved(office_book(), tmp_path / "分解表.xlsx"), "分解表.xlsx")


def sheet_of(plan: Plan) -> Worksheet:
    return book_of(ledger_of(plan)).worksheets[0]


def column(sheet: Worksheet, place: int) -> list[object]:
    return [sheet.cell(row, place).value for row in range(1, sheet.max_row + 1)]


def change(cast: Cast, number: str, **changed: object) -> None:
    task = Task.objects.get(number=number)
    planning.change_tasks(
        plan=task.plan,
        changes=[TaskChange(task_id=task.pk, version=task.version, **changed)],  # type: ignore[arg-type]
        by=cast.actor(),
        now=NOW,
    )


def add(cast: Cast, plan: Plan, title: str, category: tuple[str, ...], unit: PartyDraft, day: date) -> None:
    phrase = f"{day.month}月底前"
    draft = TaskDraft(
        title=title,
        number="5",
        content=title,
        category=category,
        deadline_text=phrase,
        parties=(unit,),
        milestones=(MilestoneDraft("", phrase, day),),
    )
    planning.add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=NOW)


def test_the_offices_sheet_stays_as_it_is_and_the_columns_come_after_its_last(imported: Plan) -> None:
    sheet = sheet_of(imported)
    assert [sheet.cell(2, place).value for place in range(1, 12)] == [
        *("序号", "工作内容", "完成时限", "牵头单位", "责任领导"),
        *(HEAD, *NAMES),
    ]
    assert [sheet.cell(4, place).value for place in range(6, 12)] == list(SAID.cells)
    assert [row for row in range(3, 10) if sheet.cell(row, 7).value] == [4, 5, 7, 8]
    assert {str(box) for box in sheet.merged_cells.ranges} == {"A1:K1", "A3:K3", "A6:K6", "D4:D5"}
    assert sheet.column_dimensions["B"].width == 47
    assert sheet["F2"].font.name == sheet["E2"].font.name == "黑体"
    assert sheet["F2"].fill.fgColor.rgb == "FFDDEBF7"
    assert sheet["K5"].border.left.style == "thin"
    assert (sheet.row_dimensions[4].height or 0) >= 20


def test_the_other_sheets_come_along(imported: Plan) -> None:
    book = book_of(ledger_of(imported))
    assert book.sheetnames == ["分解表", "填表说明"]
    assert book["填表说明"]["A1"].value == "按月报送"


def test_nothing_in_it_is_reckoned(imported: Plan) -> None:
    content = ledger_of(imported)
    sheet = book_of(content).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["F4"].value == "=1+1 路基完成60%"
    assert sheet["F4"].quotePrefix
    assert sheet["B8"].value == "=盘活闲置厂房3处"
    with ZipFile(BytesIO(content)) as package:
        assert "<f>" not in package.read("xl/worksheets/sheet1.xml").decode()


def test_what_changed_since_the_import_stands_in_its_cell_alone(cast: Cast, imported: Plan) -> None:
    unit = PartyDraft(InvolvementRole.LEAD, "招商服务科", department_id=cast.investment.pk)
    leader = PartyDraft(InvolvementRole.LEADER, "分管建设副主任", post_id=cast.deputy_post.pk)
    change(cast, "2", fields={"content": "污水管网改造12公里"}, parties=(unit, leader))
    sheet = sheet_of(imported)
    assert [sheet["B4"].value, sheet["B5"].value] == ["新塘路路基施工", "污水管网改造12公里"]
    assert [sheet["D4"].value, sheet["D5"].value] == ["规划建设科", "招商服务科"]


def test_an_added_item_comes_last_under_its_heading_and_moves_what_is_below(cast: Cast, imported: Plan) -> None:
    unit = PartyDraft(InvolvementRole.LEAD, "经济发展科", department_id=cast.economy.pk)
    add(cast, imported, "整治背街小巷", ("一、基础设施",), unit, date(2026, 10, 31))
    content = ledger_of(imported)
    sheet = book_of(content).worksheets[0]
    assert column(sheet, 2)[3:8] == ["新塘路路基施工", "污水管网改造", "整治背街小巷", None, "引进企业7家"]
    assert [sheet.cell(6, place).value for place in (1, 3, 4, 6)] == [5, "10月底前", "经济发展科", SAID.said]
    assert sheet["E5"].border.left.style == sheet["E6"].border.left.style == "thin"
    assert {str(box) for box in sheet.merged_cells.ranges} == {"A1:K1", "A3:K3", "A7:K7", "D4:D5"}
    assert differences(read_again(cast, imported, content)) == []


def test_an_item_under_a_new_heading_brings_the_heading(cast: Cast, imported: Plan) -> None:
    unit = PartyDraft(InvolvementRole.LEAD, "经济发展科", department_id=cast.economy.pk)
    add(cast, imported, "办好12345热线", ("三、民生实事",), unit, date(2026, 11, 30))
    content = ledger_of(imported)
    assert column(book_of(content).worksheets[0], 1)[7:10] == [4, "三、民生实事", 5]
    assert differences(read_again(cast, imported, content)) == []


def test_a_cancelled_item_is_marked_and_not_taken_up_again(cast: Cast, imported: Plan) -> None:
    task = Task.objects.get(number="3")
    planning.cancel_tasks(task_ids=[task.pk], reason="并入其他工作", by=cast.actor(), now=NOW)
    content = ledger_of(imported)
    sheet = book_of(content).worksheets[0]
    assert [sheet["F7"].value, sheet["G7"].value] == [None, CANCELLED]
    assert sheet["B7"].font.strike
    assert differences(read_again(cast, imported, content)) == []


def test_a_row_that_was_left_out_is_marked_and_not_taken_up_again(cast: Cast, tmp_path: Path) -> None:
    batch = opened(cast, saved(office_book(), tmp_path / "a.xlsx"), "a.xlsx")
    batch = decide(batch=batch, decisions={"row:2": "leave"}, by=cast.actor())
    plan = apply_batch(batch=batch, by=cast.actor(), now=NOW, unattended=True).plan
    content = ledger_of(plan)
    assert book_of(content).worksheets[0]["G7"].value == LEFT_OUT
    assert differences(read_again(cast, plan, content)) == []


def test_a_ledger_brought_in_again_gives_its_columns_to_the_next(cast: Cast, imported: Plan) -> None:
    bring_in(cast, ledger_of(imported), "台账.xlsx", plan=imported)
    sheet = sheet_of(imported)
    assert [sheet.cell(2, place).value for place in range(5, 13)] == ["责任领导", HEAD, *NAMES, None]


def test_a_step_added_by_hand_and_moved_is_said_in_the_deadline(cast: Cast, imported: Plan) -> None:
    change(cast, "4", fields={"deadline_text": "10月31日前"})
    assert sheet_of(imported)["C8"].value == "10月31日前"


def test_a_plan_made_by_hand_has_a_plain_table(cast: Cast, plan: Plan) -> None:
    content = ledger_of(plan)
    sheet = book_of(content).worksheets[0]
    assert sheet["A1"].value == plan.title
    assert [cell.value for cell in sheet[2]][-6:] == [HEAD, *NAMES]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert {row.outcome for row in read_again(cast, plan, content).diff} <= {"unchanged", "changed"}


def test_a_file_its_program_cannot_open_is_laid_out_anew(cast: Cast, imported: Plan) -> None:
    """The reader is more patient with a damaged workbook than the writer."""
    batch = imported.batches.get()
    path = Path(batch.file.path)
    book = office_book()
    book.save(path)
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist() if name != "xl/styles.xml"}
    parts["xl/worksheets/sheet2.xml"] = b"<worksheet"
    with ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    sheet = sheet_of(imported)
    assert [sheet["B4"].value, sheet["F4"].value] == ["新塘路路基施工", SAID.said]
    assert {str(box) for box in sheet.merged_cells.ranges} == {"A1:K1", "A3:K3", "A6:K6", "D4:D5"}


def test_the_leader_of_nobody_is_kept_in_words(cast: Cast) -> None:
    table = "序号,工作内容,完成时限,牵头单位,责任领导\n1,新塘路建设,6月底前,规划建设科,示例·某人\n2,招商,年底前,招商服务科,主任\n"
    plan = bring_in(cast, table.encode(), "表.csv")
    content = ledger_of(plan, own_book=False)
    assert "示例·某人" in column(book_of(content).worksheets[0], 5)
    assert differences(read_again(cast, plan, content)) == []
