"""Sheets of every layout with all kinds of furniture, each with its true reading."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from projects.reading.grid import Box
from tests.tables_written import words
from tests.tables_written.body import category_cells, plain_rows, section_rows
from tests.tables_written.forms import FURNITURE, LAYOUTS, Form, add, form_of, wide
from tests.tables_written.notation import Book, Sheet

__all__ = ["FURNITURE", "LAYOUTS", "generate"]


def generate(seed: int, layout: str, furniture: frozenset[str], *, tables: int = 1, size: int = 6) -> Book:
    """Return a workbook; the same arguments give the same book."""
    random = Random(f"{seed}{layout}{sorted(furniture)}")
    year = random.choice([2015, 2017, 2020, 2023, 2026])
    sheet = Sheet("Sheet1")
    for count in range(tables):
        _table(random, sheet, layout if not count else random.choice(("L1", "L3")), furniture, year, size, count)
    if "offset" in furniture:
        _shift(sheet)
    if "trailing" in furniture:
        sheet.rows += [[], []]
    width = max(len(row) for row in sheet.rows)
    for row in sheet.rows:
        row.extend([""] * (width - len(row)))
    return Book(f"{layout}-{seed}", year, [sheet])


def _shift(sheet: Sheet) -> None:
    """Move a sheet one row down and two columns to the right."""
    sheet.rows = [[], *(["", "", *row] for row in sheet.rows)]
    sheet.boxes = [Box(box.top + 1, box.left + 2, box.bottom + 1, box.right + 2) for box in sheet.boxes]
    sheet.hidden_rows = {row + 1 for row in sheet.hidden_rows}
    sheet.tasks = [(row + 1, truth) for row, truth in sheet.tasks]
    sheet.headers = [row + 1 for row in sheet.headers]
    sheet.reasons = {row + 1: why for row, why in sheet.reasons.items()}


def _table(
    random: Random, sheet: Sheet, layout: str, furniture: frozenset[str], year: int, size: int, count: int
) -> None:
    form = form_of(random, sheet, layout, furniture, year)
    _head(random, form, count)
    sections = random.sample(words.SECTIONS, random.randint(2, 3))
    writers: dict[str, Callable[[Random, Form, str, int, int], None]] = {
        "L3": section_rows,
        "L3deep": section_rows,
        "L2": category_cells,
        "L2unlabelled": category_cells,
        "L4": category_cells,
    }
    writer = writers.get(layout, plain_rows)
    for place, section in enumerate(sections):
        writer(random, form, section, place, size)
        if place == 0:
            _between(random, form)
    _foot(random, form)


def _head(random: Random, form: Form, count: int) -> None:
    if form.sheet.rows:
        add(form, [])
    if "annex" in form.furniture or count:
        add(form, [f"附件{count + 1}"], "附件标记")
    name = ("重点工作责任分解表", "重点项目任务清单", "工作台账")[count % 3]
    wide(form, f"{form.year}年{name}", "标题")
    if "intro" in form.furniture:
        wide(form, "为确保全年目标任务圆满完成，现将重点工作分解如下，请各单位认真抓好落实。", "表外文字")
    if "date_line" in form.furniture:
        wide(form, f"（{form.year}年1月20日）", "单位或日期说明")
    if "unit_line" in form.furniture:
        add(form, [*[""] * (form.width - 1), "单位：万元"], "单位或日期说明")
    _header(form)
    if "column_count" in form.furniture and not _two_rows(form):
        add(form, [str(place + 1) for place in range(form.width)], "栏次行")


def _two_rows(form: Form) -> bool:
    return "q1" in form.columns or "two_header_rows" in form.furniture


def _header(form: Form, *, repeated: bool = False) -> None:
    """Write the header, with two rows where quarters stand under one parent or a group under 责任分工."""
    top = [*form.headers]
    below = [""] * form.width
    if "q1" in form.columns:
        first = form.columns.index("q1")
        top[first] = "完成时限" if form.layout == "L7ticks" else "季度目标"
        below[first : first + 4] = ["一季度", "二季度", "三季度", "四季度"]
        groups = [(first, first + 3)]
    elif _two_rows(form) and "leader" in form.columns:
        at = form.columns.index("leader")
        last = at + 1 if at + 1 < form.width and form.columns[at + 1] in ("owner", "units") else at
        groups = [(at, last)] if last > at else []
        if groups:
            below[at : last + 1] = form.headers[at : last + 1]
            top[at : last + 1] = ["责任落实", ""]
    else:
        groups = []
    row = add(form, top)
    rows = [row]
    if groups:
        rows.append(add(form, below))
        for first, last in groups:
            form.sheet.boxes.append(Box(row - 1, first, row - 1, last))
        grouped = {place for first, last in groups for place in range(first, last + 1)}
        form.sheet.boxes += [Box(row - 1, at, row, at) for at in range(form.width) if at not in grouped and top[at]]
    if form.layout == "L2unlabelled" and not groups:
        form.sheet.boxes.append(Box(row - 1, 0, row - 1, 1))
    for at in rows:
        if repeated:
            form.sheet.reasons[at] = "重复表头"
        else:
            form.sheet.headers.append(at)


def _between(random: Random, form: Form) -> None:
    """Write what stands between the rows of a table."""
    if "mid_note" in form.furniture:
        wide(form, "注：以上事项由督查室跟踪。", "表尾说明")
    if "page_number" in form.furniture:
        add(form, ["— 1 —"], "页码或续表标记")
    if "page_breaks" in form.furniture and form.layout != "L2unlabelled":
        if random.random() < 0.5:
            titles = [form.sheet.rows[row - 1][0] for row, why in form.sheet.reasons.items() if why == "标题"]
            wide(form, f"{titles[-1]}（续）", "重复标题")
        _header(form, repeated=True)


def _foot(random: Random, form: Form) -> None:
    if "totals" in form.furniture:
        add(form, ["合计", "", f"{form.number}项"][: form.width], "合计行")
    if "lead_rule" in form.furniture:
        rule = random.choice(
            [
                "备注：列第一位的责任单位为牵头单位。",
                "说明：排在首位的责任单位为牵头单位。",
                "注：1.责任单位列第一位的为牵头单位或汇总单位。",
            ]
        )
        wide(form, rule, "表尾说明")
        add(form, ["2.请各单位每月25日前报送进展情况。"], "表尾说明")
    elif "footer" in form.furniture:
        add(form, ["说明：本表事项列入年度考核。"], "表尾说明")
    if "contact" in form.furniture:
        add(form, ["联系人：示例·张三", "", "电话：0000000"], "表尾说明")
