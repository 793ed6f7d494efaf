"""Who leads by a rule written beside the table: 列第一位的责任单位为牵头单位, 无牵头单位的…."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from projects.reading.columns import plain

_LEAD = r"(?:牵头|主办|主责|汇总)"
_IS = r"(?:为|是|即|作为|均为|系)"
_PLACE = r"(?:列(?:在|于|为)?|排(?:名|序|列)?(?:在|于|为)?|位列|居|名列|写|标注)?(?:在)?"
_ORDER = (
    rf"(?:{_PLACE}(?:第[一1]位?|首位|首|最前|最前面|前面|前列)|(?:排|列|写|靠|名列)(?:名|序)?在?最?前(?:面|列|者)?"
    r"|首个|首家|第一个|第1个|第一家)"
)
_FIRST = re.compile(
    rf"{_ORDER}(?:名|序位|位置)?的?[^，,。；;不]{{0,12}}{_IS}[^，,。；;不]{{0,8}}{_LEAD}"
    rf"|{_ORDER}的?(?:单位|部门|科室|处室|股室)?(?:负责)?牵头(?!单位|部门|科室|领导|人)"
    r"|(?:牵头|主办|主责)单位(?:列|排|居|为)(?:在|名|为)?(?:第一位?(?!责任)|首位|最前|列第一位)"
)
_LAST = re.compile(rf"(?:最后一?(?:个|位|家)?|末位|末尾)的?[^，,。；;不]{{0,12}}{_IS}[^，,。；;不]{{0,8}}{_LEAD}")
_EVERY = re.compile(
    r"(?:多个|几个|[两2]个|所列|并列|同时列)[^。；;不除标注]{0,14}(?:均|都|皆|共同|分别|同)(?:为|是|系|作为|属)?(?:牵头|主办|主责)"
)
_ORPHAN = re.compile(
    r"(?:无|没有|未(?:明确|列|注明|标明|标注|设)?)(?:的)?[^，,。；;]{0,4}(?:牵头|主办)(?:单位|部门|科室)?(?:的)?(?:事项|任务|工作)?的?[，,]?[^，,。；;]{0,4}(?:责任|承办|负责)(?:单位|部门|科室)(?:均)?(?:即?为|就是|是|视为|作为)(?:牵头|主办)"
)
_UNORDERED = re.compile(r"(?:单位|部门|科室|排名|排序|顺序)[^，,。；;]{0,4}不分(?:先后|主次)")
_COLUMN = re.compile(
    r"(牵头|主办|主责|责任|承办|负责|承担|落实|实施|办理|执行|包抓|挂钩|分管|配合|协办|协同|协助|参与)"
    r"(?:责任)?(?:单位|部门|部室|科室|处室|委室|股室|站办|机构|主体)"
)


@dataclass(frozen=True, slots=True)
class LeadRule:
    """Which of several units of one cell leads: the `first`, the `last` or `every` one, whatever the column is named.

    `orphan`: without a leading unit, 责任单位 lead; `unordered`: the order says nothing. `columns` are the first words
    of the columns the rule names (主责 of 主责部门列多个单位的), empty where it names none.
    """

    first: bool = False
    orphan: bool = False
    unordered: bool = False
    every: bool = False
    last: bool = False
    columns: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def chooses(self) -> bool:
        return self.first or self.last or self.every

    def __or__(self, other: LeadRule) -> LeadRule:
        """Return both rules; of two that choose a unit this one counts."""
        chosen = self if self.chooses else other
        return LeadRule(
            chosen.first,
            self.orphan or other.orphan,
            self.unordered or other.unordered,
            chosen.every,
            chosen.last,
            chosen.columns,
        )

    def is_about(self, header: str) -> bool:
        """Tell whether it may speak of a column by its plain header: 责任单位 says nothing of 牵头单位."""
        return not self.columns or any(word in header or ("责" in word and "责" in header) for word in self.columns)


NO_RULE = LeadRule()


def lead_rule(notes: Iterable[str]) -> LeadRule:
    text = plain("\n".join(notes))
    first = _FIRST.search(text)
    last = None if first else _LAST.search(text)
    every = None if first or last else _EVERY.search(text)
    chosen = first or last or every
    return LeadRule(
        bool(first),
        bool(_ORPHAN.search(text)),
        bool(_UNORDERED.search(text)),
        bool(every),
        bool(last),
        _columns(text, chosen) if chosen else frozenset(),
    )


def _columns(text: str, rule: re.Match[str]) -> frozenset[str]:
    """Return the first words of the columns named in the rule's sentence up to who leads by it."""
    before = re.split(r"[。；;:]", text[: rule.start()])[-1]
    within = re.split(_IS, rule[0])[0]
    return frozenset(_COLUMN.findall(before + within))
