"""What an office chooses for a table, and the promises it writes into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from projects.reading.grid import Box
from tests.tables_written.notation import Sheet
from tests.tables_written.words import Written

NUMERALS = "一二三四五六七八九十"
HEADERS = {
    "no": ("序号", "编号", "任务编号", "序 号"),
    "category": ("类别", "板块", "任务类别"),
    "content": ("工作任务", "重点工作内容", "工作内容", "具体任务", "工作任务及要求", "督办事项"),
    "title": ("项目名称", "任务名称"),
    "deadline": ("完成时限", "完成时间", "时限要求", "时间节点", "办结时限"),
    "leader": ("责任领导", "分管领导", "分 管\n领 导", "包保领导"),
    "units": ("责任单位", "责任科室", "责任部门", "承办单位"),
    "lead": ("牵头单位", "主办单位", "牵头部门"),
    "support": ("配合单位", "协办单位", "责任单位"),
    "owner": ("责任人", "经办人", "具体责任人"),
    "note": ("备注",),
    "empty": ("",),
}


@dataclass(slots=True)
class Item:
    """One promise as the office means it."""

    content: str
    title: str
    limit: Written
    units: Written
    leads: Written
    helps: Written
    leaders: Written
    owners: Written
    quarters: tuple[Written, ...] = ()


@dataclass(slots=True)
class Form:
    """What the office chose for one table."""

    layout: str
    columns: list[str]
    headers: list[str]
    year: int
    furniture: frozenset[str]
    rule_first: bool = False
    sheet: Sheet = field(default_factory=lambda: Sheet("Sheet1"))
    number: int = 0

    @property
    def width(self) -> int:
        return len(self.columns)

    def place(self, role: str) -> int | None:
        return self.columns.index(role) if role in self.columns else None


FURNITURE = [
    "annex",
    "unit_line",
    "date_line",
    "page_breaks",
    "totals",
    "footer",
    "lead_rule",
    "mid_note",
    "hidden_row",
    "empty_column",
    "ditto",
    "merged_units",
    "merged_leader",
    "sub_items",
    "column_count",
    "trailing",
    "two_header_rows",
    "contact",
    "restart",
    "section_sum",
    "page_number",
    "offset",
    "blank_rows",
    "intro",
]
LAYOUTS = (
    "L1",
    "L1title",
    "L2",
    "L2unlabelled",
    "L3",
    "L3deep",
    "L4",
    "L5",
    "L7quarters",
    "L7ticks",
    "L7cell",
    "mixed",
)


def form_of(random: Random, sheet: Sheet, layout: str, furniture: frozenset[str], year: int) -> Form:
    columns = ["no", "content"]
    if layout == "L1title":
        columns = ["no", "title", "content"]
    elif layout in ("L2", "L2unlabelled"):
        columns = ["category", "no", "content"]
    elif layout == "L4":
        columns = ["category", "content"]
    if layout not in ("L7quarters", "L7ticks", "mixed"):
        columns.append("deadline")
    who = random.choice([["units"], ["units"], ["lead", "support"], ["lead"]])
    rest = ["units"] if layout == "mixed" else [*who, "leader", "owner"]
    random.shuffle(rest)
    columns += rest
    if layout in ("L7quarters", "L7ticks"):
        columns[2:2] = ["q1", "q2", "q3", "q4"]
    if "empty_column" in furniture:
        columns.insert(random.choice([2, len(columns)]), "empty")
    if random.random() < 0.4 or "two_header_rows" in furniture:
        columns.append("note")
    headers = [random.choice(HEADERS[name]) if name in HEADERS else "" for name in columns]
    if layout == "L2unlabelled":
        headers[:2] = ["工作任务", ""]
        headers[columns.index("content")] = "具体要求"
    form = Form(layout, columns, headers, year, furniture, sheet=sheet)
    form.rule_first = "lead_rule" in furniture and "lead" in columns and "support" not in columns
    return form


def add(form: Form, cells: list[str], reason: str = "") -> int:
    """Add a row; return its number from 1."""
    form.sheet.rows.append(cells + [""] * (form.width - len(cells)))
    row = len(form.sheet.rows)
    if reason:
        form.sheet.reasons[row] = reason
    return row


def wide(form: Form, text: str, reason: str) -> None:
    row = add(form, [text], reason)
    form.sheet.boxes.append(Box(row - 1, 0, row - 1, form.width - 1))
