"""The rows of a generated table: sections, categories, items and sub-items, each with its true reading."""

from __future__ import annotations

from random import Random

from projects.reading.grid import Box
from tests.tables_written import words
from tests.tables_written.forms import NUMERALS, Form, Item, add, wide
from tests.tables_written.notation import FIELDS, MORE
from tests.tables_written.words import Written


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


def plain_rows(random: Random, form: Form, section: str, place: int, size: int) -> None:
    _items(random, form, (), random.randint(2, size))


def section_rows(random: Random, form: Form, section: str, place: int, size: int) -> None:
    name = f"{NUMERALS[place]}、{section}"
    if "section_sum" in form.furniture:
        add(form, [NUMERALS[place], section], "板块标题")
    elif random.random() < 0.6:
        wide(form, name, "板块标题")
    else:
        add(form, [name], "板块标题")
    if "restart" in form.furniture:
        form.number = 0
    if form.layout != "L3deep":
        _items(random, form, (name,), random.randint(1, size))
        return
    for inner, area in enumerate(random.sample(words.AREAS, 2)):
        below = f"（{NUMERALS[inner]}）{area}"
        wide(form, below, "板块标题")
        _items(random, form, (name, below), random.randint(1, 3))


def category_cells(random: Random, form: Form, section: str, place: int, size: int) -> None:
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
    if "merged_leader" in form.furniture and count > 1 and form.layout != "mixed":
        for one in written:
            one.leaders = written[0].leaders
    if "merged_units" in form.furniture and count > 1 and form.layout != "mixed":
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
    if flag not in form.furniture or form.layout == "mixed":
        return
    for role in roles:
        at = form.place(role)
        if at is not None:
            for row in range(start + 1, end + 1):
                form.sheet.rows[row][at] = ""
            form.sheet.boxes.append(Box(start, at, end, at))


def _item(random: Random, form: Form, category: tuple[str, ...], one: Item, *, ditto: bool) -> None:
    if "hidden_row" in form.furniture and form.number == 2:
        hidden = add(form, ["99", "已经撤销的事项"] if form.columns[0] == "no" else ["", "已经撤销的事项"], "隐藏行")
        form.sheet.hidden_rows.add(hidden - 1)
    merged = {"merged_units", "merged_leader"} & form.furniture or "category" in form.columns
    if "blank_rows" in form.furniture and not merged and random.random() < 0.3:
        add(form, [])
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
        "units": _mixed(random, one) if form.layout == "mixed" and one.title else one.units.text,
        "lead": one.leads.text,
        "support": one.helps.text,
        "owner": "同上" if ditto else one.owners.text,
        **_quarters(form, one),
    }
    row = add(form, [texts.get(name, "") for name in form.columns])
    lead, support = _parties(form, one)
    truth = {
        "number": (number,),
        "category": category,
        "due": limit.first,
        "lead": lead,
        "support": support,
        "leaders": one.leaders.first if "leader" in form.columns or form.layout == "mixed" else (),
        "owners": one.owners.first if "owner" in form.columns or form.layout == "mixed" else (),
    }
    assert set(truth) == set(FIELDS)
    form.sheet.tasks.append((row, {**truth, **dict.fromkeys(MORE, ())}))


def _parties(form: Form, one: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if "units" in form.columns:
        return one.units.first, one.units.second
    lead = one.leads.first
    if form.rule_first:
        return lead[:1], lead[1:]
    if "support" not in form.columns:
        return lead, ()
    return lead, tuple(name for name in one.helps.first if name not in lead)


def _mixed(random: Random, one: Item) -> str:
    """Return one cell that names units, people and the limit."""
    lead, helps = one.leads.first[0], one.leads.first[1:]
    one.units = Written("", (lead,), helps)
    owner = next(name for name in words.PEOPLE if name not in one.leaders.first)
    one.owners = Written("", (owner,))
    if random.random() < 0.5:
        leaders = "、".join(one.leaders.first)
        parts = [f"责任领导：{leaders}", f"牵头单位：{lead}", f"配合单位：{'、'.join(helps)}" if helps else ""]
        parts += [f"责任人：{owner}", f"完成时限：{one.limit.text}"]
        return random.choice(["\n", "；"]).join(part for part in parts if part)
    one.leaders = Written("", ("分管副主任",))
    helping = f"，{'、'.join(helps)}配合" if helps else ""
    return f"（分管副主任负责，{lead}（{owner}）牵头{helping}，{one.limit.text}）"


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
    days = tuple(f"{form.year}-{month:02}-{words.last_day(form.year, month):02}" for month in months)
    return content, Written("\n".join(f"{month}月底" for month in months), days)
