"""What each column of a table is, from its header, its neighbours and what its cells hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from projects.reading.headers import GENERIC, Sign, sign_of

ROLES = (
    "no",
    "category",
    "title",
    "content",
    "target",
    "measures",
    "deadline",
    "leader",
    "lead_department",
    "support_departments",
    "owner",
    "contact",
    "progress",
    "status",
    "note",
    "ignore",
)

_PERIOD = re.compile(
    r"^(?:第?[一二三四1-4]季度?|[上下]半年|全年|\d{1,2}月(?:份)?|[一二三四五六七八九十]{1,2}月(?:份)?|Q[1-4])$"
)
_REMARK = re.compile(r"[(\[【][^)\]】]*[)\]】]")


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What the cells below a header show: merged over rows, running numbers, nothing but ticks, a text in each."""

    merged: bool = False
    running: bool = False
    ticks: bool = False
    each: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A header cell, under its parent where there are two header rows."""

    name: str
    parent: str = ""

    @property
    def label(self) -> str:
        return f"{self.parent}/{self.name}" if self.parent and self.parent != self.name else self.name


def plain(text: str) -> str:
    """Return a header as it is compared: NFKC, without white space."""
    return re.sub(r"\s+|<br\s*/?>", "", unicodedata.normalize("NFKC", text), flags=re.IGNORECASE)


def split_remark(text: str) -> tuple[str, str]:
    """Return a plain header without its bracketed remarks, and the remarks."""
    remarks = "".join(match[0][1:-1] for match in _REMARK.finditer(text))
    base = _REMARK.sub("", text).strip(":;,.、*★")
    return (base, remarks) if base else (remarks, "")


def column_roles(headers: Sequence[Header], facts: Sequence[ColumnFacts] | None = None) -> list[str]:
    """Return one role a column; every column a rule does not know is `ignore`."""
    shown = list(facts) if facts is not None else [ColumnFacts()] * len(headers)
    signs = [_sign(header) for header in headers]
    _settle_periods(headers, signs, shown)
    _settle_owners_of_works(headers, signs)
    _settle_departments(signs)
    _settle_deadlines(signs)
    _settle_numbers(signs, shown)
    _settle_tasks(signs, shown)
    return [sign.role if sign.role in ROLES else "ignore" for sign in signs]


def _sign(header: Header) -> Sign:
    base, remark = split_remark(plain(header.name))
    parent, _ = split_remark(plain(header.parent))
    own = sign_of(base)
    if own.role in (GENERIC, "content") and sign_of(remark).role == "title":
        return Sign("title", base)
    if not parent or parent == base:
        return own
    if own.role == "ignore" or own.weak:
        joined = sign_of(parent + base)
        own = joined if joined.role != "ignore" else sign_of(parent)
    return own


def _settle_periods(headers: Sequence[Header], signs: list[Sign], facts: Sequence[ColumnFacts]) -> None:
    """Read 一季度 … 四季度 as targets, measures or a ticked deadline."""
    places = [place for place, header in enumerate(headers) if _PERIOD.match(split_remark(plain(header.name))[0])]
    if len(places) < 2:
        return
    for place in places:
        parent = plain(headers[place].parent)
        role = "target"
        if re.search(r"时间|时限|完成", parent) and not re.search(r"目标|指标|任务", parent):
            role = "measures"
        if re.search(r"安排|措施|节点|推进|举措", parent) and not re.search(r"目标|指标", parent):
            role = "measures"
        if re.search(r"情况|实际|进展", parent):
            role = "progress"
        signs[place] = Sign("deadline" if facts[place].ticks else role, headers[place].name, period=True)


def _settle_owners_of_works(headers: Sequence[Header], signs: list[Sign]) -> None:
    """Leave out the builder's own people and units where the office's stand beside them."""
    outside = [
        bool(re.search(r"业主|施工|监理|建设单位|代建", plain(header.parent + header.name))) for header in headers
    ]
    roles = ("lead_department", "owner", "contact", "strong_lead")
    inside = {sign.role for sign, out in zip(signs, outside, strict=True) if not out}
    for place, sign in enumerate(signs):
        if outside[place] and sign.role in roles and inside & {"lead_department", "strong_lead", "owner"}:
            signs[place] = Sign("ignore", sign.name)


def _settle_departments(signs: list[Sign]) -> None:
    strong = [place for place, sign in enumerate(signs) if sign.role == "strong_lead"]
    weak = [place for place, sign in enumerate(signs) if sign.role == "lead_department"]
    first = strong[0] if strong else max(weak, key=lambda place: (signs[place].rank, -place), default=None)
    if len(weak) > 1 or strong:
        # A bare 单位 beside 责任单位 is the unit of measure.
        for place in [place for place in weak if signs[place].name == "单位" and place != first]:
            weak.remove(place)
            signs[place] = Sign("ignore", signs[place].name)
    for place in strong + weak:
        if place == first:
            signs[place] = Sign("lead_department", signs[place].name, strong=place in strong)
        else:
            signs[place] = Sign("support_departments" if signs[place].rank >= 0 else "ignore", signs[place].name)


def _settle_deadlines(signs: list[Sign]) -> None:
    dated = [place for place, sign in enumerate(signs) if sign.role == "deadline" and not sign.period]
    if not dated:
        planned = [place for place, sign in enumerate(signs) if sign.role == "schedule"]
        dated = planned if not any(sign.role == "deadline" for sign in signs) else []
    best = max(dated, key=lambda place: (signs[place].rank, -place), default=None)
    for place, sign in enumerate(signs):
        if sign.role == "schedule":
            signs[place] = Sign("deadline" if place == best else "measures", sign.name)
        elif sign.role == "deadline" and not sign.period and place != best:
            signs[place] = Sign("ignore", sign.name)


def _settle_numbers(signs: list[Sign], facts: Sequence[ColumnFacts]) -> None:
    numbers = [place for place, sign in enumerate(signs) if sign.role == "no"]
    for place in numbers[1:]:
        signs[place] = Sign("ignore", signs[place].name)
    if not numbers:
        for place, sign in enumerate(signs):
            if not sign.name and facts[place].running:
                signs[place] = Sign("no", "")
                return


def _settle_tasks(signs: list[Sign], facts: Sequence[ColumnFacts]) -> None:
    details = [place for place, sign in enumerate(signs) if sign.role == "content"]
    generic = [place for place, sign in enumerate(signs) if sign.role == GENERIC]
    titles = [place for place, sign in enumerate(signs) if sign.role == "title"]
    for place in titles[1:]:
        signs[place] = Sign("category" if details or generic else "content", signs[place].name)
    if not details and generic:
        details, generic = [generic[-1]], generic[:-1]
        signs[details[0]] = Sign("content", signs[details[0]].name)
    for place in details[1:]:
        signs[place] = Sign("measures", signs[place].name)
    for place in generic:
        signs[place] = Sign(_generic_role(signs[place], facts[place], titled=bool(titles)), signs[place].name)
    if not details and not titles:
        _promote(signs)


def _generic_role(sign: Sign, facts: ColumnFacts, *, titled: bool) -> str:
    if titled or facts.merged:
        return "category"
    return "title" if facts.each or re.search(r"(?:项目|事项|实事)$|^(?:重[点大])?任务$", sign.name) else "category"


def _promote(signs: list[Sign]) -> None:
    """Make a content column of the next best where no header is plainly the task."""
    departments = any(sign.role in ("lead_department", "owner", "leader") for sign in signs)
    for role, pattern in (("target", r"任务|工作|事项"), ("note", r"问题")):
        for place, sign in enumerate(signs):
            if sign.role == role and re.search(pattern, sign.name):
                signs[place] = Sign("content", sign.name)
                return
    for place, sign in enumerate(signs):
        if sign.role == "target" and departments and "目标" in sign.name:
            signs[place] = Sign("content", sign.name)
            return
    if departments and not any(sign.role in ("measures", "target") for sign in signs):
        categories = [place for place, sign in enumerate(signs) if sign.role == "category"]
        if categories:
            signs[categories[-1]] = Sign("content", signs[categories[-1]].name)
