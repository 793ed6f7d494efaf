"""Who leads by a rule written beside the table: 列第一位的责任单位为牵头单位, 无牵头单位的…."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from projects.reading.columns import plain

_PLACE = r"(?:列(?:在|于|为)?|排(?:名|序|列)?(?:在|于|为)?|位列|居|名列|标注)?(?:在)?"
_FIRST = re.compile(
    rf"(?:{_PLACE}(?:第一位?|首位|首|最前|最前面|前面|前列)|首个|首家|第一个|第1个)(?:名|序位|位置)?的?[^，,。；;]{{0,12}}(?:为|是|即|作为|均为|系)[^，,。；;]{{0,8}}(?:牵头|主办|主责|汇总)"
    r"|(?:牵头|主办|主责)单位(?:列|排|居|为)(?:在|名|为)?(?:第一位?|首位|最前|列第一位)"
)
_ORPHAN = re.compile(
    r"(?:无|没有|未(?:明确|列|注明|标明|标注|设)?)(?:的)?[^，,。；;]{0,4}(?:牵头|主办)(?:单位|部门|科室)?(?:的)?(?:事项|任务|工作)?的?[，,]?[^，,。；;]{0,4}(?:责任|承办|负责)(?:单位|部门|科室)(?:均)?(?:即?为|就是|是|视为|作为)(?:牵头|主办)"
)
_UNORDERED = re.compile(r"(?:单位|部门|科室|排名|排序|顺序)[^，,。；;]{0,4}不分(?:先后|主次)")


@dataclass(frozen=True, slots=True)
class LeadRule:
    """`first`: the first unit leads though the column is named 牵头单位; `orphan`: without one, 责任单位 lead."""

    first: bool = False
    orphan: bool = False
    unordered: bool = False

    def __or__(self, other: LeadRule) -> LeadRule:
        return LeadRule(self.first or other.first, self.orphan or other.orphan, self.unordered or other.unordered)


NO_RULE = LeadRule()


def lead_rule(notes: Iterable[str]) -> LeadRule:
    text = plain("\n".join(notes))
    return LeadRule(bool(_FIRST.search(text)), bool(_ORPHAN.search(text)), bool(_UNORDERED.search(text)))
