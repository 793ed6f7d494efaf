"""Sheets of every layout with all kinds of furniture, each with its true reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from projects.reading.grid import Box
from tests.projects.reading.tables_written import words
from tests.projects.reading.tables_written.notation import FIELDS, MORE, Book, Sheet
from tests.projects.reading.tables_written.words import Written

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
]
LAYOUTS = ("L1", "L1title", "L2", "L2unlabelled", "L3", "L3deep", "L4", "L5", "L7quarters", "L7ticks", "L7cell")


def generate(seed: int, layout: str, furniture: frozenset[str], *, tables: int = 1, size: int = 6) -> Book:
    """Return a workbook; the same arguments give the same book."""
    random = Random(f"{seed}{layout}{sorted(furniture)}")
    year = random.choice([2015, 2017, 2020, 2023, 2026])
    sheet = Sheet("Sheet1")
    for count in range(tables):
        _table(random, sheet, layout if not count else random.choice(("L1", "L3")), furniture, year, size, count)
    if "trailing" in furniture:
        sheet.rows += [[], []]
    width = max(len(row) for row in sheet.rows)
    for row in sheet.rows:
        row.extend([""] * (width - len(row)))
    return Book(f"{layout}-{seed}", year, [sheet])


def _table(
    random: Random, sheet: Sheet, layout: str, furniture: frozenset[str], year: int, size: int, count: int
) -> None:
    form = _form(random, sheet, layout, furniture, year)
    _head(random, form, count)
    sections = random.sample(words.SECTIONS, random.randint(2, 3))
    writers: dict[str, Callable[[Random, Form, str, int, int], None]] = {
        "L3": _section_rows,
        "L3deep": _section_rows,
        "L2": _category_cells,
        "L2unlabelled": _category_cells,
        "L4": _category_cells,
    }
    writer = writers.get(layout, _plain_rows)
    for place, section in enumerate(sections):
        writer(random, form, section, place, size)
        if place == 0:
            _between(random, form)
    _foot(random, form)


def _form(random: Random, sheet: Sheet, layout: str, furniture: frozenset[str], year: int) -> Form:
    columns = ["no", "content"]
    if layout == "L1title":
        columns = ["no", "title", "content"]
    elif layout in ("L2", "L2unlabelled"):
        columns = ["category", "no", "content"]
    elif layout == "L4":
        columns = ["category", "content"]
    if layout not in ("L7quarters", "L7ticks"):
        columns.append("deadline")
    who = ["units"] if random.random() < 0.6 else ["lead", "support"]
    rest = [*who, "leader", "owner"]
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


def _add(form: Form, cells: list[str], reason: str = "") -> int:
    """Add a row; return its number from 1."""
    form.sheet.rows.append(cells + [""] * (form.width - len(cells)))
    row = len(form.sheet.rows)
    if reason:
        form.sheet.reasons[row] = reason
    return row


def _wide(form: Form, text: str, reason: str) -> None:
    row = _add(form, [text], reason)
    form.sheet.boxes.append(Box(row - 1, 0, row - 1, form.width - 1))


def _head(random: Random, form: Form, count: int) -> None:
    if form.sheet.rows:
        _add(form, [])
    if "annex" in form.furniture or count:
        _add(form, [f"附件{count + 1}"], "附件标记")
    name = ("重点工作责任分解表", "重点项目任务清单", "工作台账")[count % 3]
    _wide(form, f"{form.year}年{name}", "标题")
    if "date_line" in form.furniture:
        _wide(form, f"（{form.year}年1月20日）", "单位或日期说明")
    if "unit_line" in form.furniture:
        _add(form, [*[""] * (form.width - 1), "单位：万元"], "单位或日期说明")
    _header(form)
    if "column_count" in form.furniture and not _two_rows(form):
        _add(form, [str(place + 1) for place in range(form.width)], "栏次行")


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
    row = _add(form, top)
    rows = [row]
    if groups:
        rows.append(_add(form, below))
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
        _wide(form, "注：以上事项由督查室跟踪。", "表尾说明")
    if "page_number" in form.furniture:
        _add(form, ["— 1 —"], "页码或续表标记")
    if "page_breaks" in form.furniture and form.layout != "L2unlabelled":
        if random.random() < 0.5:
            titles = [form.sheet.rows[row - 1][0] for row, why in form.sheet.reasons.items() if why == "标题"]
            _wide(form, f"{titles[-1]}（续）", "重复标题")
        _header(form, repeated=True)


def _foot(random: Random, form: Form) -> None:
    if "totals" in form.furniture:
        _add(form, ["合计", "", f"{form.number}项"][: form.width], "合计行")
    if "lead_rule" in form.furniture:
        rule = random.choice(
            [
                "备注：列第一位的责任单位为牵头单位。",
                "说明：排在首位的责任单位为牵头单位。",
                "注：1.责任单位列第一位的为牵头单位或汇总单位。",
            ]
        )
        _wide(form, rule, "表尾说明")
        _add(form, ["2.请各单位每月25日前报送进展情况。"], "表尾说明")
    elif "footer" in form.furniture:
        _add(form, ["说明：本表事项列入年度考核。"], "表尾说明")
    if "contact" in form.furniture:
        _add(form, ["联系人：示例·张三", "", "电话：0000000"], "表尾说明")


def item(random: Random, form: Form) -> Item:
    leads = words.several_units(random, 1)
    quarters = tuple(
        Written(random.choice(["完成选址", "开工建设", "完成主体", "投入使用"]) if random.random() < 0.7 else "")
        for _ in range(4)
    )
    return Item(
        random.choice(words.DEEDS),
        random.choice(words.TITLES),
        words.limit(random, form.year),
        words.units(random),
        leads,
        words.several_units(random),
        words.names(random),
        words.names(random),
        quarters,
    )


def _plain_rows(random: Random, form: Form, section: str, place: int, size: int) -> None:
    _items(random, form, (), random.randint(2, size))


def _section_rows(random: Random, form: Form, section: str, place: int, size: int) -> None:
    name = f"{NUMERALS[place]}、{section}"
    if "section_sum" in form.furniture:
        _add(form, [NUMERALS[place], section], "板块标题")
    elif random.random() < 0.6:
        _wide(form, name, "板块标题")
    else:
        _add(form, [name], "板块标题")
    if "restart" in form.furniture:
        form.number = 0
    if form.layout != "L3deep":
        _items(random, form, (name,), random.randint(1, size))
        return
    for inner, area in enumerate(random.sample(words.AREAS, 2)):
        below = f"（{NUMERALS[inner]}）{area}"
        _wide(form, below, "板块标题")
        _items(random, form, (name, below), random.randint(1, 3))


def _category_cells(random: Random, form: Form, section: str, place: int, size: int) -> None:
    name = f"{NUMERALS[place]}、{section}" if form.layout != "L2" else section
    count = random.randint(2, size)
    first = len(form.sheet.rows)
    _items(random, form, (name,), count)
    last = len(form.sheet.rows) - 1
    merged = random.random() < 0.8 and last > first
    form.sheet.rows[first + (first in form.sheet.hidden_rows and not merged)][0] = name
    if merged:
        form.sheet.boxes.append(Box(first, 0, last, 0))


def _items(random: Random, form: Form, category: tuple[str, ...], count: int) -> None:
    start = len(form.sheet.rows)
    written = [item(random, form) for _ in range(count)]
    if "merged_leader" in form.furniture and count > 1:
        for one in written:
            one.leaders = written[0].leaders
    if "merged_units" in form.furniture and count > 1:
        for one in written:
            one.units, one.leads = written[0].units, written[0].leads
    for place, one in enumerate(written):
        ditto = "ditto" in form.furniture and place > 0 and random.random() < 0.4
        if ditto and "merged_units" not in form.furniture:
            one.owners = written[place - 1].owners
        _item(random, form, category, one, ditto=ditto and "merged_units" not in form.furniture)
    end = len(form.sheet.rows) - 1
    if end > start and "sub_items" not in form.furniture and "hidden_row" not in form.furniture:
        _merge(form, "merged_leader", ("leader",), start, end)
        _merge(form, "merged_units", ("units", "lead"), start, end)


def _merge(form: Form, flag: str, roles: tuple[str, ...], start: int, end: int) -> None:
    if flag not in form.furniture:
        return
    for role in roles:
        at = form.place(role)
        if at is not None:
            for row in range(start + 1, end + 1):
                form.sheet.rows[row][at] = ""
            form.sheet.boxes.append(Box(start, at, end, at))


def _item(random: Random, form: Form, category: tuple[str, ...], one: Item, *, ditto: bool) -> None:
    if "hidden_row" in form.furniture and form.number == 2:
        hidden = _add(form, ["99", "已经撤销的事项"] if form.columns[0] == "no" else ["", "已经撤销的事项"], "隐藏行")
        form.sheet.hidden_rows.add(hidden - 1)
    form.number += 1
    _write(random, form, category, one, str(form.number), ditto=ditto)
    if "sub_items" in form.furniture and "no" in form.columns and random.random() < 0.4:
        for part in range(1, 3):
            child = _child(random, one)
            if random.random() < 0.5 and "deadline" in form.columns:
                child.limit = words.limit(random, form.year)
            _write(random, form, category, child, f"（{part}）", ditto=False)


def _child(random: Random, one: Item) -> Item:
    """Return a sub-item whose empty cells mean what its parent's say."""

    def silent(cell: Written) -> Written:
        return Written("", cell.first, cell.second)

    return Item(
        random.choice(words.DEEDS),
        "",
        silent(one.limit),
        silent(one.units),
        silent(one.leads),
        silent(one.helps),
        silent(one.leaders),
        silent(one.owners),
        one.quarters,
    )


def _write(random: Random, form: Form, category: tuple[str, ...], one: Item, number: str, *, ditto: bool) -> None:
    limit = _limit_of(random, form, one)
    content = f"{number}.{one.content}" if form.layout == "L4" else one.content
    if form.layout == "L5":
        content, limit = _lines(random, form)
    texts = {
        "no": number,
        "content": content,
        "title": one.title,
        "deadline": limit.text,
        "leader": one.leaders.text,
        "units": one.units.text,
        "lead": one.leads.text,
        "support": one.helps.text,
        "owner": "同上" if ditto else one.owners.text,
        **_quarters(form, one),
    }
    row = _add(form, [texts.get(name, "") for name in form.columns])
    lead, support = _parties(form, one)
    truth = {
        "number": (number,),
        "category": category,
        "due": limit.first,
        "lead": lead,
        "support": support,
        "leaders": one.leaders.first if "leader" in form.columns else (),
        "owners": one.owners.first if "owner" in form.columns else (),
    }
    assert set(truth) == set(FIELDS)
    form.sheet.tasks.append((row, {**truth, **dict.fromkeys(MORE, ())}))


def _parties(form: Form, one: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if "units" in form.columns:
        return one.units.first, one.units.second
    lead = one.leads.first
    return lead, tuple(name for name in one.helps.first if name not in lead)


def _limit_of(random: Random, form: Form, one: Item) -> Written:
    ends = (f"{form.year}-03-31", f"{form.year}-06-30", f"{form.year}-09-30", f"{form.year}-12-31")
    if form.layout == "L7quarters":
        return Written("", tuple(end for end, text in zip(ends, one.quarters, strict=True) if text.text))
    if form.layout == "L7ticks":
        at = random.randrange(4)
        one.quarters = tuple(Written("√" if place == at else "") for place in range(4))
        return Written("", (ends[at],))
    if form.layout == "L7cell":
        text = "；".join(f"第{NUMERALS[at]}季度：完成阶段任务（{at + 5}分）" for at in range(4))
        return Written(text, ends)
    return one.limit


def _quarters(form: Form, one: Item) -> dict[str, str]:
    if "q1" not in form.columns:
        return {}
    return {f"q{place + 1}": text.text for place, text in enumerate(one.quarters)}


def _lines(random: Random, form: Form) -> tuple[str, Written]:
    count = random.randint(2, 4)
    months = sorted(random.sample(range(1, 13), count))
    items = random.sample([deed for deed in words.DEEDS if "\n" not in deed], count)
    content = "\n".join(f"{place}、{deed}" for place, deed in enumerate(items, start=1))
    days = tuple(f"{form.year}-{month:02}-{words._last_day(form.year, month):02}" for month in months)
    return content, Written("\n".join(f"{month}月底" for month in months), days)
