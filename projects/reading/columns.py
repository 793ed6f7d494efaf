"""What each column of a table is, from its header, its neighbours and what its cells hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from projects.reading.headers import (
    BOTH,
    GENERIC,
    PACE,
    PLACE,
    SCALE,
    SCHEDULE,
    SOURCE,
    STRONG_LEAD,
    Sign,
    known_sign,
    sign_of,
)
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
_STARTS = re.compile(r"开始|启动|开工|动工|起始|进场")
_ENDS = re.compile(r"[竣完]工|完成|结束|投产|交付|办结")
_NO_START = re.compile(r"[竣完]工|完成|结束|实际|情况|进展|进度|是否|延期|报告|依据|人员?$|单位$|地[点址]$")
_OF_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)年?")
_PAST_YEAR = re.compile(r"上年|上一年|去年|往年|历年")
_OUTSIDE = re.compile(r"业主|施工|监理|建设单位|代建")
_WHO = re.compile(r"^由?谁|^盯(?!.*领导)")
_SOMEONE = re.compile(r"^由?谁|[人员者长]$")
_OF_UNITS = frozenset({"lead_department", "support_departments", STRONG_LEAD, BOTH})
_REMARK = re.compile(r"[(\[【][^)\]】]*[)\]】]")


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What the cells below a header show: merged over rows, running numbers, nothing but ticks, a text in each.

    `people` is the role of those named in most of them: leader or owner.
    """

    merged: bool = False
    running: bool = False
    ticks: bool = False
    each: bool = False
    people: str = ""


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


def column_roles(
    headers: Sequence[Header], facts: Sequence[ColumnFacts] | None = None, *, year: int | None = None
) -> list[str]:
    """Return one role a column; every column a rule does not know is `ignore`. `year` is the plan's, where known."""
    return read_columns(headers, facts, year=year)[0]


def read_columns(
    headers: Sequence[Header], facts: Sequence[ColumnFacts] | None = None, *, year: int | None = None
) -> tuple[list[str], set[int]]:
    """Return the roles, and the places of those that the headers' own words do not tell."""
    shown = list(facts) if facts is not None else [ColumnFacts()] * len(headers)
    signs = [_sign(header) for header in headers]
    _settle_people(headers, signs, shown)
    guessed = {place for place, sign in enumerate(signs) if sign.guessed}
    _settle_starts(headers, signs)
    _settle_years(headers, signs, year)
    _settle_periods(headers, signs, shown, seen=facts is not None)
    _settle_outsiders(headers, signs)
    _settle_contacts(signs)
    periods = {place for place, sign in enumerate(signs) if sign.period}
    _settle_departments(signs)
    _settle_deadlines(signs)
    _settle_numbers(signs, shown)
    _settle_groups(signs)
    _settle_tasks(signs, shown)
    _settle_unknown(headers, signs, shown)
    guessed = guessed - periods | {place for place, sign in enumerate(signs) if sign.guessed}
    roles = [sign.role if sign.role in ROLES else "ignore" for sign in signs]
    return roles, {place for place in guessed if roles[place] != "ignore"}


def _sign(header: Header) -> Sign:
    base, remark = split_remark(plain(header.name))
    parent, _ = split_remark(plain(header.parent))
    own = _remarked(sign_of(base), base, remark)
    if not parent or parent == base:
        return own
    if own.role == "ignore" or own.weak:
        joined = sign_of(parent + base)
        above = joined if joined.role != "ignore" else sign_of(parent)
        own = above if own.weak or not base else replace(above, guessed=True)
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


def _settle_people(headers: Sequence[Header], signs: list[Sign], facts: Sequence[ColumnFacts]) -> None:
    """Take 谁盯着, or people below a group of units, for a leader or for who is in charge: no unit, and to be looked at."""
    for place, header in enumerate(headers):
        sign = signs[place]
        name = split_remark(plain(header.name))[0]
        asks_who = bool(_WHO.search(name))
        of_units = sign.role in _OF_UNITS and (asks_who or sign.guessed)
        if of_units and (facts[place].people or (sign.guessed and _SOMEONE.search(name))):
            signs[place] = Sign(facts[place].people or "owner", name, guessed=True)
        elif asks_who and sign.role in ("leader", "owner"):
            signs[place] = replace(sign, role=facts[place].people or sign.role, guessed=True)


def starts(header: Header) -> bool:
    """Tell a column that says when work begins: 开工时间, 计划启动时间, 起始日期."""
    name = plain(header.name)
    if _STARTS.search(name):
        return not _NO_START.search(plain(header.parent) + name)
    return False


def _settle_starts(headers: Sequence[Header], signs: list[Sign]) -> None:
    """Keep a beginning out of deadlines and measures; it is read as the step's start wherever the roles end."""
    dated = ("deadline", "measures", SCHEDULE)
    for place, header in enumerate(headers):
        if starts(header) and signs[place].role in dated and _is_other_end(headers, signs, place):
            signs[place] = Sign("ignore", signs[place].name)


def _is_other_end(headers: Sequence[Header], signs: Sequence[Sign], place: int) -> bool:
    """Tell whether another column says when the work is to be done."""
    others = (at for at, sign in enumerate(signs) if sign.role in ("deadline", "measures", SCHEDULE) and at != place)
    return any(signs[at].role == "deadline" or _ENDS.search(plain(headers[at].name)) for at in others)


def _settle_years(headers: Sequence[Header], signs: list[Sign], year: int | None) -> None:
    """Leave out what an earlier year came to: 2016年完成数 beside 2017年目标 is no progress of this plan."""
    of = [_OF_YEAR.findall(plain(header.parent + header.name)) for header in headers]
    aims = {int(own[0]) for own, sign in zip(of, signs, strict=True) if len(own) == 1 and sign.role == "target"}
    for place, sign in enumerate(signs):
        if sign.role != "progress":
            continue
        own = int(of[place][0]) if len(of[place]) == 1 else None
        earlier = own is not None and (
            (year is not None and own < year) or (own not in aims and own < max(aims, default=0))
        )
        if earlier or _PAST_YEAR.search(plain(headers[place].parent + headers[place].name)):
            signs[place] = Sign("ignore", sign.name)


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
    first = strong[0] if strong else max(weak, key=lambda place: _claim(signs[place], place), default=None)
    if len(weak) > 1 or strong:
        # A bare 单位 beside 责任单位 is the unit of measure.
        for place in [place for place in weak if signs[place].name == "单位" and place != first]:
            weak.remove(place)
            signs[place] = Sign("ignore", signs[place].name)
    for place in strong + weak:
        if place == first:
            signs[place] = Sign("lead_department", signs[place].name, strong=place in strong)
        elif _WHO.search(signs[place].name):
            signs[place] = Sign("owner", signs[place].name, guessed=True)
        else:
            signs[place] = Sign("support_departments" if signs[place].rank >= 0 else "ignore", signs[place].name)


def _claim(sign: Sign, place: int) -> tuple[int, bool, int]:
    """Order rivals for the lead: a name of units goes before 谁负责, the first before the next."""
    return sign.rank, not _WHO.search(sign.name), -place


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


def _settle_unknown(headers: Sequence[Header], signs: list[Sign], facts: Sequence[ColumnFacts]) -> None:
    """Take unknown words over cells merged downwards before the task for a category, where there is no other."""
    roles = [sign.role for sign in signs]
    task = min((roles.index(role) for role in ("content", "title") if role in roles), default=0)
    if "category" in roles:
        return
    for place in range(task):
        name = plain(headers[place].name)
        free = roles[place] == "ignore" and facts[place].merged and not (facts[place].ticks or facts[place].people)
        if free and name and not headers[place].parent and known_sign(split_remark(name)[0]) is None:
            signs[place] = Sign("category", name, guessed=True)
            return


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
