"""The paragraphs of a plan in prose: title, covering notice, headings, items with the lines below them, endings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from projects.reading.clauses import LABEL
from projects.reading.furniture import is_annex, is_page_mark, is_unit_line
from projects.reading.model import Skipped

_N = "一二三四五六七八九十百"
_LEVELS = (
    re.compile(rf"^(?P<number>第[{_N}\d]{{1,3}}(?:部分|篇|章|板块|方面))[、.．:： \u3000]*"),
    re.compile(rf"^(?P<number>[{_N}]{{1,3}}[、.．])\s*"),
    re.compile(rf"^(?P<number>[(（][{_N}]{{1,4}}[)）]|第[{_N}]{{1,3}}[节条])[、.．]?\s*"),
    re.compile(
        rf"^(?:(?:任务|事项|项目|措施|行动|工程|要点)(?=[{_N}\d]{{1,3}}[:：、.．]))?(?P<number>(?<=[务项目施动程点])[{_N}\d]{{1,3}}[:：、.．]|\d{{1,3}}[.、．](?!\d)|\d{{1,3}}(?=[ \u3000]+\D))\s*"
    ),
    re.compile(r"^(?P<number>[(（]\d{1,3}[)）]|\d{1,2}[)）])[、.．]?\s*"),
    re.compile(r"^(?P<number>[①-⒛])[、.．]?\s*"),
    re.compile(r"^(?P<number>)(?:[●■◆▲•·※◇○]|——|—\s)\s*"),
)
PART, CHAPTER, SECTION, ITEM = range(4)
_SALUTATION = re.compile(r"^(?:各|机关|直属|有关|区直|县直|市直|全[区市县]|.{2,12}[、，]各).{0,80}[:：]$")
_DATE_LINE = re.compile(
    r"^[(（]?(?:\d{4}|[二〇○零一三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月(?:[\d一二三四五六七八九十]{1,3}日)?[)）]?$"
)
_ENDING = re.compile(
    r"^(?:本(?:方案|措施|计划|办法|意见|清单|通知|要点)[^，。]{0,8}(?:自|由|印发)|扫一扫|.{0,12}公网安备|.{0,12}ICP备|上一篇|下一篇|责任编辑|打印本页|关闭窗口|分享到|附件|附[:：]|抄送|主送|联系人|联系电话|联系方式|出席|列席|参加人员|主持|记录|请予|以上|特此|此件|\(?此页无正文|印发单位)"
)
_CLOSED = re.compile(r"[。；;：:！!？?）)】\]]$")
_UNIT_END = re.compile(r"(?:局|委|办|科|室|处|所|站|队|中心|公司|部|厅|会|组|院|府|镇|乡|街道|社区|片区|园区)$")
_SENTENCE = re.compile(r"[。；;]|.{45,}")
TITLE, NOTICE, PROSE = "标题", "印发通知", "说明文字"


@dataclass(slots=True)
class Paragraph:
    """Words of one or more lines; `rows` are the further rows that belong to the first."""

    row: int
    text: str
    rows: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A numbered paragraph with what stands below it until the next."""

    row: int
    depth: int
    number: str
    line: str
    text: str
    labels: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)
    above: tuple[Item, ...] = ()
    leaf: bool = True

    @property
    def all_labels(self) -> list[str]:
        return [*self.labels, *(label for paragraph in self.body for label in paragraph.labels)]

    @property
    def heading(self) -> str:
        """Return its words as a category: the line as written, of a deeper item the first sentence."""
        line = (
            self.line if self.depth < ITEM and "。" not in self.line.rstrip("。") else re.split(r"[。\n]", self.line)[0]
        )
        return line.strip().rstrip("。")


@dataclass(slots=True)
class Outline:
    title: str
    items: list[Item]
    skipped: list[Skipped]


def outline(paragraphs: Sequence[str]) -> Outline:
    """Sort every non-empty paragraph; those that are no item's are skipped with their reason."""
    lines = [(row, text.strip()) for row, text in enumerate(paragraphs, start=1) if text.strip()]
    start = _after_notice(lines)
    skipped = [Skipped(row, NOTICE) for row, _ in lines[:start]]
    title, rest = _titles(lines[start:], skipped)
    items: list[Item] = []
    for place, (row, text) in enumerate(rest):
        found = numbered(text)
        if found:
            items.append(Item(row, found[0], found[1], text, found[2]))
        elif not items or _is_ending(rest, place):
            skipped.append(Skipped(row, PROSE if items or not _is_frame(text) else "总体要求"))
        else:
            _add(items[-1], row, text)
    _nest(items)
    _share_labels(items)
    return Outline(title, items, skipped)


def numbered(text: str) -> tuple[int, str, str] | None:
    """Return depth, number and words of a numbered paragraph."""
    for depth, level in enumerate(_LEVELS):
        match = level.match(text)
        if match:
            return depth, match["number"].strip("、.．:： "), text[match.end() :].strip()
    return None


def titles(paragraphs: Sequence[str]) -> list[str]:
    """Return the short lines a document begins with, those of the plan where a notice precedes it."""
    lines = [(row, text.strip()) for row, text in enumerate(paragraphs, start=1) if text.strip()]
    found = []
    for _, text in lines[_after_notice(lines) :]:
        if not _is_title(text):
            break
        found.append(text)
    return found


def _after_notice(lines: Sequence[tuple[int, str]]) -> int:
    """Return where the plan begins behind a covering notice: salutation, its points, signature and date."""
    greeted = next((place for place, (_, text) in enumerate(lines[:8]) if _SALUTATION.match(text)), None)
    if greeted is None:
        return 0
    for place in range(greeted + 1, len(lines)):
        if _DATE_LINE.match(lines[place][1]):
            after = place + 1
            while after < len(lines) and re.match(r"^[(（]?此件|^附件[:：]?$", lines[after][1]):
                after += 1
            return after if any(numbered(text) for _, text in lines[after:]) else 0
    return 0


def _is_title(text: str) -> bool:
    return (
        len(text) <= 60 and not numbered(text) and not re.search(r"[。；;：:，,]", text) and not _SALUTATION.match(text)
    )


def _titles(lines: list[tuple[int, str]], skipped: list[Skipped]) -> tuple[str, list[tuple[int, str]]]:
    named: list[str] = []
    place = 0
    for row, text in lines:
        if not _is_title(text):
            break
        place += 1
        aside = is_annex(text) or is_unit_line(text) or _DATE_LINE.match(text)
        skipped.append(Skipped(row, "单位或日期说明" if aside else TITLE))
        if not aside:
            named.append(text)
    return "".join(named), lines[place:]


def _is_frame(text: str) -> bool:
    return len(text) > 60 or bool(re.search(r"总体|指导思想|^为.{25}", text))


def _is_ending(lines: Sequence[tuple[int, str]], place: int) -> bool:
    """Tell closing words: annexes, those present, signature and date."""
    text = lines[place][1]
    if _ENDING.match(text) or _DATE_LINE.match(text) or is_page_mark(text):
        return True
    following = lines[place + 1][1] if place + 1 < len(lines) else ""
    return bool(_DATE_LINE.match(following)) and len(text) <= 30 and not _CLOSED.search(text)


def _add(item: Item, row: int, text: str) -> None:
    """Put an unnumbered line where it belongs: a label's line, the rest of a broken line, or a paragraph below."""
    last = item.body[-1] if item.body else item
    if LABEL.match(text.strip("()（）[]【】 \u3000")):
        last.labels.append(text.strip("()（）[]【】。 \u3000"))
        last.rows.append(row)
    elif last.labels and _goes_on(last.labels[-1], text):
        last.labels[-1] += text
        last.rows.append(row)
    elif last.text and not last.labels and not _CLOSED.search(last.text) and _SENTENCE.search(last.text):
        last.text += text
        last.rows.append(row)
    else:
        item.body.append(Paragraph(row, text))


def _goes_on(label: str, text: str) -> bool:
    """Tell the rest of a unit's name that a line end cut in two (城市建设 / 管理办)."""
    whole = not _UNIT_END.search(label) and not _CLOSED.search(label)
    return whole and len(text) <= 12 and bool(_UNIT_END.search(text)) and not re.search(r"[。；：:]", text)


def _share_labels(items: list[Item]) -> None:
    """Give the lines below the last sub-item to its parent where no sub-item before it has any."""
    for parent in items:
        children = [item for item in items if item.above and item.above[-1] is parent]
        if len(children) < 2 or parent.depth < ITEM or parent.labels:
            continue
        labels = [child.all_labels for child in children]
        if labels[-1] and not any(labels[:-1]) and all(child.leaf for child in children):
            parent.labels = labels[-1]
            children[-1].labels = []
            for paragraph in children[-1].body:
                paragraph.labels = []


def _nest(items: list[Item]) -> None:
    """Give every item its headings; one with deeper items below it is itself a heading."""
    above: list[Item] = []
    for item in items:
        while above and above[-1].depth >= item.depth:
            above.pop()
        for parent in above:
            parent.leaf = False
        item.above = tuple(above)
        above.append(item)
