"""What each column of a table is, from its header, its neighbours and what its cells hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from projects.reading.headers import BOTH, GENERIC, PACE, PLACE, SCALE, SCHEDULE, SOURCE, STRONG_LEAD, Sign, sign_of
from projects.reading.periods import period_of

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

_GONE = re.compile(r"\s+|<br\s*/?>|[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]", re.IGNORECASE)
_LEADS = re.compile(r"(?:牵头|主办|主责)(?:单位|部门|科室)?$")
_SUPPORTS = re.compile(r"(?:配合|协办|协助|会办|参与)(?:单位|部门|科室)?$")
_NO_PLAN = re.compile(r"(?:实际|开始|起|启动|开工)(?:完成)?$")
_OUTSIDE = re.compile(r"业主|施工|监理|建设单位|代建")
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


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return a header as it is compared: NFKC, without white space and invisible characters."""
    return _GONE.sub("", unicodedata.normalize("NFKC", text))


def split_remark(text: str) -> tuple[str, str]:
    """Return a plain header without its bracketed remarks, and the remarks."""
    remarks = "".join(match[0][1:-1] for match in _REMARK.finditer(text))
    base = _REMARK.sub("", text).strip(":;,.、*★")
    return (base, remarks) if base else (remarks, "")


def column_roles(headers: Sequence[Header], facts: Sequence[ColumnFacts] | None = None) -> list[str]:
    """Return one role a column; every column a rule does not know is `ignore`."""
    shown = list(facts) if facts is not None else [ColumnFacts()] * len(headers)
    signs = [_sign(header) for header in headers]
    _settle_periods(headers, signs, shown, seen=facts is not None)
    _settle_outsiders(headers, signs)
    _settle_contacts(signs)
    _settle_departments(signs)
    _settle_deadlines(signs)
    _settle_numbers(signs, shown)
    _settle_groups(signs)
    _settle_tasks(signs, shown)
    return [sign.role if sign.role in ROLES else "ignore" for sign in signs]


def _sign(header: Header) -> Sign:
    base, remark = split_remark(plain(header.name))
    parent, _ = split_remark(plain(header.parent))
    own = _remarked(sign_of(base), base, remark)
    if not parent or parent == base:
        return own
    if own.role == "ignore" or own.weak:
        joined = sign_of(parent + base)
        own = joined if joined.role != "ignore" else sign_of(parent)
    return own


def _remarked(own: Sign, base: str, remark: str) -> Sign:
    """Let a bracketed remark say more: 工作任务（项目名称）, 责任单位（配合）, 完成时间（实际）."""
    if not remark or remark == base:
        return own
    if own.role in (GENERIC, "content") and sign_of(remark).role == "title":
        return Sign("title", base)
    if own.role == "lead_department" and _LEADS.match(remark):
        return Sign(STRONG_LEAD, base, 2)
    if own.role in ("lead_department", STRONG_LEAD) and _SUPPORTS.match(remark):
        return Sign("support_departments", base)
    if own.role == "deadline" and _NO_PLAN.match(remark):
        return Sign("ignore", base)
    if own.role == "target" and remark in ("完成", "实际", "已完成"):
        return Sign("progress", base)
    if own.role == "progress" and remark in ("%", "百分比"):
        return Sign("ignore", base)
    return own


def _settle_periods(headers: Sequence[Header], signs: list[Sign], facts: Sequence[ColumnFacts], *, seen: bool) -> None:
    """Read 一季度 … 四季度 as targets, measures or a ticked deadline."""
    periods = [period_of(*split_remark(plain(header.name)), plain(header.parent)) for header in headers]
    if sum(period is not None for period in periods) < 2:
        return
    for place, period in enumerate(periods):
        if period is None:
            continue
        ticked = facts[place].ticks or (period.dated and not seen)
        signs[place] = Sign("deadline" if ticked else period.role, headers[place].name, period=True)


def _settle_outsiders(headers: Sequence[Header], signs: list[Sign]) -> None:
    """Leave out the builder's own people and units where the office's stand beside them."""
    outside = [bool(_OUTSIDE.search(plain(header.parent + header.name))) for header in headers]
    inside = {sign.role for sign, out in zip(signs, outside, strict=True) if not out}
    units = inside & {"lead_department", STRONG_LEAD, BOTH}
    for place, sign in enumerate(signs):
        if not outside[place]:
            continue
        unit = sign.role in ("lead_department", STRONG_LEAD, BOTH)
        person = sign.role in ("owner", "contact")
        if (unit and units) or (person and (units or "owner" in inside)):
            signs[place] = Sign("ignore", sign.name)


def _settle_contacts(signs: list[Sign]) -> None:
    """Take the contact of the leading unit for its person in charge where none other is named."""
    if any(sign.role == "owner" and sign.rank >= 0 for sign in signs):
        signs[:] = [Sign("contact", sign.name) if sign.role == "owner" and sign.rank < 0 else sign for sign in signs]


def _settle_departments(signs: list[Sign]) -> None:
    for place, sign in enumerate(signs):
        if sign.role == BOTH:
            alone = not any(other.role in ("lead_department", STRONG_LEAD) for other in signs)
            signs[place] = Sign("lead_department" if alone else "owner", sign.name, sign.rank)
    leading = any(sign.role in ("lead_department", STRONG_LEAD) for sign in signs)
    for place, sign in enumerate(signs):
        if sign.role == PLACE:
            beside = "title" if sign.name.endswith("名称") else "category"
            signs[place] = Sign(beside if leading else "lead_department", sign.name)
    strong = [place for place, sign in enumerate(signs) if sign.role == STRONG_LEAD]
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
    """Keep the one best deadline; a schedule serves as one where there is no other."""
    dated = [place for place, sign in enumerate(signs) if sign.role == "deadline" and not sign.period]
    if not any(sign.role == "deadline" for sign in signs):
        dated = [place for place, sign in enumerate(signs) if sign.role in (SCHEDULE, PACE)]
    best = max(dated, key=lambda place: (signs[place].rank, -place), default=None)
    for place, sign in enumerate(signs):
        if sign.role in (SCHEDULE, PACE):
            other = "measures" if sign.role == SCHEDULE else "progress"
            signs[place] = Sign("deadline" if place == best else other, sign.name)
        elif sign.role == "deadline" and not sign.period and place != best:
            signs[place] = Sign("measures" if sign.name == "节点" else "ignore", sign.name)


def _settle_groups(signs: list[Sign]) -> None:
    """Take a name before the running number, or of a meeting beside what it decided, for a category."""
    number = next((place for place, sign in enumerate(signs) if sign.role == "no"), -1)
    named = any(sign.role in ("content", "title", GENERIC) for sign in signs)
    behind = any(sign.role in ("content", GENERIC) for sign in signs[number + 1 :])
    for place, sign in enumerate(signs):
        if sign.role == SOURCE:
            signs[place] = Sign("category" if named else "title", sign.name)
        elif sign.role in ("title", GENERIC) and place < number and behind:
            signs[place] = Sign("category", sign.name)


def _settle_numbers(signs: list[Sign], facts: Sequence[ColumnFacts]) -> None:
    if any(sign.role == "no" for sign in signs):
        return
    for place, sign in enumerate(signs):
        if not sign.name and facts[place].running:
            signs[place] = Sign("no", "")
            return


def _settle_tasks(signs: list[Sign], facts: Sequence[ColumnFacts]) -> None:
    details = [place for place, sign in enumerate(signs) if sign.role == "content"]
    generic = [place for place, sign in enumerate(signs) if sign.role == GENERIC]
    titles = [place for place, sign in enumerate(signs) if sign.role == "title"]
    scales = [place for place, sign in enumerate(signs) if sign.role == SCALE]
    for place in scales:
        signs[place] = Sign("target" if details or generic else "content", signs[place].name)
    details = details or ([] if generic else scales[:1])
    for place in titles[1:]:
        signs[place] = Sign("category" if details or generic else "content", signs[place].name)
    if not details and generic:
        details = [_numbered_measure(signs, generic) or generic[-1]]
        generic = [place for place in generic if place not in details]
        signs[details[0]] = Sign("content", signs[details[0]].name)
    for place in details[1:]:
        signs[place] = Sign("measures", signs[place].name)
    for place in generic:
        signs[place] = Sign(_generic_role(signs[place], facts[place], titled=bool(titles)), signs[place].name)
    if not details and not titles:
        _promote(signs)
    elif not details:
        _promote_problems(signs)


def _numbered_measure(signs: list[Sign], generic: list[int]) -> int | None:
    """Return the measures that the numbers count: 改革任务 | 序号 | 改革举措."""
    number = next((place for place, sign in enumerate(signs) if sign.role == "no"), None)
    if number is None or number < generic[-1]:
        return None
    return next((place for place, sign in enumerate(signs) if sign.role == "measures" and place == number + 1), None)


def _generic_role(sign: Sign, facts: ColumnFacts, *, titled: bool) -> str:
    if titled or facts.merged:
        return "category"
    return "title" if facts.each or re.search(r"(?:项目|事项|实事)$", sign.name) else "category"


def _promote_problems(signs: list[Sign]) -> None:
    """Make the problem of a named enterprise or project the content where measures or a limit answer it."""
    roles = [sign.role for sign in signs]
    answered = "measures" in roles or any(sign.role == "deadline" and "解决" in sign.name for sign in signs)
    if "progress" not in roles and answered and "deadline" in roles:
        place = next((place for place, sign in enumerate(signs) if sign.role == "note" and "问题" in sign.name), None)
        if place is not None and "measures" not in roles[:place]:
            signs[place] = Sign("content", signs[place].name)


_PROMOTED = (
    ("target", re.compile(r"任务|工作|事项")),
    ("measures", re.compile(r"内容|节点|计划$")),
    ("note", re.compile(r"问题|意见|建议")),
    ("category", re.compile(r"任务|指标|工作")),
    ("target", re.compile(r"指标(?!值)")),
    ("target", re.compile(r"目标")),
)


def _promote(signs: list[Sign]) -> None:
    """Make a content column of the next best where no header is plainly the task."""
    departments = any(sign.role in ("lead_department", "owner", "leader") for sign in signs)
    for role, pattern in _PROMOTED if departments else _PROMOTED[:3]:
        found = [place for place, sign in enumerate(signs) if sign.role == role and pattern.search(sign.name)]
        if found:
            place = found[-1] if role == "category" else found[0]
            signs[place] = Sign("content", signs[place].name)
            return
    if departments and not any(sign.role in ("measures", "target") for sign in signs):
        categories = [place for place, sign in enumerate(signs) if sign.role == "category"]
        if categories:
            signs[categories[-1]] = Sign("content", signs[categories[-1]].name)
