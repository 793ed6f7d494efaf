"""Plans in prose of every kind, each with its true reading."""

from __future__ import annotations

from random import Random

from tests.tables_written import words
from tests.tables_written.forms import NUMERALS
from tests.tables_written.notation import FIELDS, MORE, PROSE, Book, Sheet
from tests.tables_written.words import Written

KINDS = ("lines", "brackets", "clauses", "yearly")
FRAMES = ("opening", "chapeau", "nested", "empty", "requirements", "ending", "indented")
DEEDS = tuple(deed for deed in words.DEEDS if not any(sign in deed for sign in "\n；、"))
AMOUNTS = (
    ("新增规上工业企业{}家", "{}家"),
    ("完成固定资产投资{}亿元", "{}亿元"),
    ("改造老旧小区{}个", "{}个"),
    ("新建城市道路{}公里", "{}公里"),
    ("培育科技型企业{}家", "{}家"),
    ("建设高标准农田{}万亩", "{}万亩"),
    ("规上工业增加值增长{}%", "{}%"),
    ("新增公共停车位{}个", "{}个"),
)
VAGUE = ("深化作风建设", "不断优化服务环境", "健全协调推进机制", "营造浓厚氛围")


class Plan:
    """Paragraphs with the tasks that stand in them."""

    def __init__(self, seed: int, kind: str, frames: frozenset[str]) -> None:
        self.random = Random(f"{seed}{kind}{sorted(frames)}")
        self.kind = kind
        self.frames = frames
        self.year = self.random.choice([2016, 2019, 2022, 2025])
        self.sheet = Sheet(PROSE)
        self.number = 0

    def add(self, text: str, reason: str = "") -> int:
        indent = "　　" if "indented" in self.frames else ""
        self.sheet.paragraphs.append(indent + text if text else "")
        row = len(self.sheet.paragraphs)
        if reason:
            self.sheet.reasons[row] = reason
        return row

    def task(self, row: int, category: tuple[str, ...], number: str, **fields: tuple[str, ...]) -> None:
        truth = {**dict.fromkeys((*FIELDS, *MORE), ()), **fields, "category": category, "number": (number,)}
        self.sheet.tasks.append((row, truth))


def tell(seed: int, kind: str, frames: frozenset[str]) -> Book:
    """Return a plan in prose; the same arguments give the same plan."""
    plan = Plan(seed, kind, frames)
    plan.add(f"{plan.year}年重点工作计划", "标题")
    if "opening" in frames:
        plan.add(
            f"为全面完成{plan.year}年各项目标任务，坚持稳中求进工作总基调，结合我区实际，制定本计划，请认真组织实施，确保落到实处。",
            "总体要求",
        )
    for place, section in enumerate(plan.random.sample(words.SECTIONS, plan.random.randint(2, 3))):
        _section(plan, place, section)
    if "requirements" in frames:
        plan.add("九、工作要求", "板块标题")
        plan.add("（一）加强组织领导。各单位要高度重视，细化措施。", "总体要求和保障措施")
        plan.add("（二）强化督查考核。每季度通报一次。", "总体要求和保障措施")
    if "ending" in frames:
        plan.add("附件：重点项目表", "说明文字")
        plan.add("东湖开发区管委会", "说明文字")
        plan.add(f"{plan.year}年1月18日", "说明文字")
    return Book(f"{kind}-{seed}", plan.year, [plan.sheet])


def _section(plan: Plan, place: int, section: str) -> None:
    name = f"{NUMERALS[place]}、{section}"
    plan.add(name, "板块标题")
    if "chapeau" in plan.frames:
        plan.add("坚持目标导向，凝心聚力抓好落实。", "没有可衡量的目标")
    if "nested" not in plan.frames:
        _items(plan, (name,))
        return
    for inner, area in enumerate(plan.random.sample(words.AREAS, 2)):
        below = f"（{NUMERALS[inner]}）{area}提升"
        plan.add(below, "板块标题")
        _items(plan, (name, below))


def _items(plan: Plan, category: tuple[str, ...]) -> None:
    for _ in range(plan.random.randint(1, 4)):
        plan.number += 1
        write = {"lines": _lines, "brackets": _bracket, "clauses": _clauses, "yearly": _yearly}[plan.kind]
        write(plan, category, str(plan.number))
        if "empty" in plan.frames:
            plan.add("")


def _limit(plan: Plan) -> Written:
    while True:
        found = words.limit(plan.random, plan.year)
        if "，" not in found.text:
            return found


def _lines(plan: Plan, category: tuple[str, ...], number: str) -> None:
    deed, limit = plan.random.choice(DEEDS), _limit(plan)
    lead, *helps = plan.random.sample(words.UNITS, 3)
    leaders = words.names(plan.random)
    row = plan.add(f"{number}.{deed}。")
    joined = f"并入第{row}段的事项"
    plan.add(f"责任领导：{leaders.text.replace(chr(10), '、')}", joined)
    plan.add(f"牵头单位：{lead}", joined)
    plan.add(f"责任单位：{'、'.join(helps)}", joined)
    plan.add(f"完成时限：{limit.text}", joined)
    plan.task(row, category, number, due=limit.first, lead=(lead,), support=tuple(helps), leaders=leaders.first)


def _bracket(plan: Plan, category: tuple[str, ...], number: str) -> None:
    deed, limit = plan.random.choice(DEEDS), _limit(plan)
    lead, *helps = plan.random.sample(words.UNITS, 3)
    owners = tuple(plan.random.sample(words.PEOPLE, 1))
    when = f"，{limit.text}完成" if limit.text[-1] in "前底月" else f"；完成时限：{limit.text}"
    inside = f"牵头单位：{lead}；责任单位：{'、'.join(helps)}；责任人：{owners[0]}{when}"
    stop = plan.random.choice(["", "。"])
    row = plan.add(f"{number}.{deed}{stop}（{inside}）")
    plan.task(row, category, number, due=limit.first, lead=(lead,), support=tuple(helps), owners=owners)


def _clauses(plan: Plan, category: tuple[str, ...], number: str) -> None:
    deed, limit = plan.random.choice(DEEDS), _limit(plan)
    lead, *helps = plan.random.sample(words.UNITS, 3)
    tail = plan.random.choice(["按职责分工负责", "配合"])
    row = plan.add(f"{number}.{deed}。（{lead}牵头，{'、'.join(helps)}{tail}，{limit.text}）")
    plan.task(row, category, number, due=limit.first, lead=(lead,), support=tuple(helps))


def _yearly(plan: Plan, category: tuple[str, ...], number: str) -> None:
    """Write an item of two to four measurable promises between words that promise nothing."""
    random = plan.random
    chosen = random.sample(AMOUNTS, random.randint(2, 4))
    values = [random.randint(2, 90) for _ in chosen]
    clauses = [form.format(value) for (form, _), value in zip(chosen, values, strict=True)]
    sentences: list[tuple[str, tuple[str, ...]]] = []
    half = random.randint(1, len(clauses) - 1)
    for group in (clauses[:half], clauses[half:]):
        month = random.choice(["", f"{random.randint(1, 12)}月底前", "全年"])
        due: tuple[str, ...] = ()
        if month:
            at = 12 if month == "全年" else int(month.split("月")[0])
            due = (f"{plan.year}-{at:02}-{words.last_day(plan.year, at):02}",)
        sentences.append((month + "，".join(group), due))
    text = f"{number}.{random.choice(VAGUE)}。{random.choice(VAGUE)}，{sentences[0][0]}。{random.choice(VAGUE)}。{sentences[1][0]}。"
    row = plan.add(text)
    amounts = [amount.format(value) for (_, amount), value in zip(chosen, values, strict=True)]
    for place, (clause, amount) in enumerate(zip(clauses, amounts, strict=True)):
        due = sentences[place >= half][1]
        plan.task(row, category, number, due=due, targets=(amount,), title=(clause,))
