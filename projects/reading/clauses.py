"""Words that name units, people and a limit together: in one cell, in a bracket, or in lines below an item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from projects.reading.belonging import unit_first
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.names import is_unit, stripped
from projects.reading.people import read_people

LABEL = re.compile(
    r"(?P<label>(?:(?:总?牵头|责任|配合|主办|协办|承办|分管|参与|协助|落实|包保|挂钩|联系|主责|实施|负责|第一)(?:责任)?(?:单位|部门|科室|处室|股室|领导|人|责任人)"
    r"|完成时限|完成时间|时间节点|时间要求|时限要求|完成期限|办结时限|时限|牵头|配合|主办|协办))\s*[:：]\s*"
)
_LEADER = re.compile(r"领导")
_OWNER = re.compile(r"责任人|负责人|经办人|承办人")
_CONTACT = re.compile(r"联系人|联络人")
_LIMIT = re.compile(r"时限|时间|节点|期限")
_IN_CHARGE = re.compile(
    r"^(?P<names>.+?)(?:同志)?(?:总负责|全面负责|亲自抓|牵头抓总|包抓|包保|挂帅|分管|协管|负责)(?:抓总|领导|指导)?$"
)
_POST = re.compile(
    r"^(?:分管|协管|主管|联系|常务|主要)?.{0,6}副?(?:[省市县区镇乡局处院校部厅]长|书记|主任|秘书长|主席|领导)$"
)
_DONE = re.compile(
    r"^(?:之?前|以前)?(?:全部|全面|基本|务必|要|须|应)?(?:完成|办结|落实|到位|报送|上报|完工|结束|见效|推进|实施|开展)*(?:到位)?[。.]?$"
)
_TIME = re.compile(r"\d|[年月日底季]|长期|持续|常态|全年|适时|春节|国庆")
_HEADING_MARK = re.compile(r"^[一二三四五六七八九十（()）\d]+[、.．)）]\s*")
_HEADING_NOUN = re.compile(
    r"(?:[（(][^（()）]*[)）])?(?:的)?(?:重点|主要)?(?:事项|任务|工作|项目|安排|目标|工作安排|计划)?$"
)
_UNIT_END = re.compile(
    r"(?:局|委|办|科|室|处|所|站|队|中心|公司|部|厅|会|组|院|府|校|镇|乡|村|街道|社区|片区|园区?|单位|部门|集团)(?:[)）]|牵头|配合|负责|协助|主办|完成)*$"
)
_ASIDE = re.compile(r"[（(](?P<inside>[^（()）]{2,20})[)）]")
_CUT = re.compile(r"([，,；;。\n]+)")


@dataclass(frozen=True, slots=True)
class Clauses:
    """`units` are the words left for the units' own reading; `limits` are the parts that say when."""

    units: str = ""
    leaders: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    contacts: str = ""
    limits: tuple[str, ...] = ()


def fields(note: str) -> list[tuple[str, str]]:
    """Cut `牵头单位：A；完成时限：6月底` into labelled values; words before the first label have none."""
    marks = list(LABEL.finditer(note))
    parts = [("", note[: marks[0].start()] if marks else note)]
    ends = [*(mark.start() for mark in marks[1:]), len(note)]
    parts += [(mark["label"], note[mark.end() : end]) for mark, end in zip(marks, ends, strict=False)]
    return [(label, words) for label, value in parts if (words := value.strip(" ；;，,。、\n\u3000"))]


@lru_cache(maxsize=4096)
def read_clauses(text: str, *, year: int) -> Clauses:
    """Sort the words of a cell or a note; a name neither unit nor date is a person."""
    found = _Found()
    for label, value in fields(unit_first(stripped(text))[0]):
        if _LEADER.search(label):
            found.leaders += read_people(_named(value, found, year))
        elif _CONTACT.search(label):
            found.contacts.append(value)
        elif _OWNER.search(label):
            found.owners += read_people(_named(value, found, year))
        elif _LIMIT.search(label):
            found.limits.append(value)
        else:
            words = _sorted_out(value, found, year)
            if words:
                found.units.append(f"{label}：{words}" if label else words)
    return Clauses(
        "；".join(found.units),
        tuple(dict.fromkeys(found.leaders)),
        tuple(dict.fromkeys(found.owners)),
        "；".join(found.contacts),
        ("，".join(found.limits),) if found.limits else (),
    )


class _Found:
    def __init__(self) -> None:
        self.units: list[str] = []
        self.leaders: list[str] = []
        self.owners: list[str] = []
        self.contacts: list[str] = []
        self.limits: list[str] = []


def _named(value: str, found: _Found, year: int) -> str:
    """Return the names of a value; a limit among them goes where it belongs."""
    if not _TIME.search(value):
        return value
    parts = [part for part in re.split(r"[，,；;\n]+", value) if part.strip()]
    return "、".join(_without_limit(part.strip(), found, year) for part in parts)


def _sorted_out(value: str, found: _Found, year: int) -> str:
    """Return the words of units in a value; put its leaders, owners and limits where they belong."""
    kept = [
        part if _CUT.fullmatch(part) else " ".join(_clause(part.strip(), found, year))
        for part in _CUT.split(_without_people(value, found))
    ]
    return re.sub(r"[，,；;。\n\s]*([，,；;。\n])[，,；;。\n\s]*", r"\1", "".join(kept)).strip(" ，,；;。、\n")


def _without_people(value: str, found: _Found) -> str:
    """Take brackets that hold a person out of a value (规建局（王某）)."""

    def take(match: re.Match[str]) -> str:
        names = [name for name in read_people(match["inside"]) if name]
        if names and all(_is_person(name) for name in names):
            found.owners += names
            return ""
        return match[0]

    return _ASIDE.sub(take, value)


def _clause(clause: str, found: _Found, year: int) -> list[str]:
    if not clause:
        return []
    words = clause.split()
    if len(words) > 1 and all(len(word) > 1 for word in words) and any(_UNIT_END.search(word) for word in words):
        return [left for word in words for left in _clause(word, found, year)]
    if _TIME.search(clause):
        rest = _without_limit(clause, found, year)
        if rest != clause:
            return _clause(rest, found, year)
    match = _IN_CHARGE.match(clause)
    if match and all(_is_someone(name) for name in re.split(r"[、和]", match["names"])):
        found.leaders += read_people(match["names"].replace("和", "、"))
        return []
    names = re.split(r"[、/]", clause)
    if all(_is_person(name) for name in names):
        posts = all(_POST.match(name) for name in names)
        (found.leaders if posts else found.owners).extend(read_people("、".join(names)))
        return []
    return [clause]


def _without_limit(clause: str, found: _Found, year: int) -> str:
    """Return a clause without the limit it states; a limit alone leaves nothing."""
    reading = read_deadline(clause, year=year, shown=True)
    if reading.due and len(reading.milestones) == 1:
        rest = clause.replace(reading.milestones[0].phrase, "", 1).strip("，,。 ")
        if _DONE.match(rest) or is_limit(clause, reading):
            found.limits.append(clause)
            return ""
        if len(rest) <= 4 and _is_person(rest) and not _UNIT_END.search(rest):
            found.owners += read_people(rest)
            found.limits.append(reading.milestones[0].phrase)
            return ""
        if not _UNIT_END.search(rest):
            found.limits.append(clause)
            return ""
        if reading.milestones[0].phrase in clause:
            found.limits.append(reading.milestones[0].phrase)
            return re.sub(r"(?:之?前)?(?:完成|办结|落实|完工)+$|^(?:之?前)", "", rest)
    elif is_limit(clause, reading):
        found.limits.append(clause)
        return ""
    return clause


def is_limit(clause: str, reading: DeadlineReading) -> bool:
    """Tell words that say when and nothing else."""
    if reading.due:
        return all(_DONE.match(step.text) for step in reading.milestones)
    return (
        reading.kind in ("ongoing", "recurring", "relative")
        and len(clause) <= 14
        and not re.search(r"[局科办委]", clause)
    )


def heading_limit(text: str, *, year: int) -> tuple[str, DeadlineReading] | None:
    """Return the limit of a heading that is nothing but a time: 一、一季度, （三）6月底前完成的事项."""
    bare = _HEADING_MARK.sub("", text.strip())
    bare = _HEADING_NOUN.sub("", bare)
    if not bare or len(bare) > 16:
        return None
    reading = read_deadline(bare, year=year)
    return (bare, reading) if reading.due and is_limit(bare, reading) else None


def _is_someone(name: str) -> bool:
    name = "".join(name.split())
    return bool(name) and len(name) <= 12 and not is_unit(name) and not re.search(r"\d", name)


def _is_person(name: str) -> bool:
    return _is_someone(name) and not _TIME.search(name) and len(name) >= 2 and not re.search(r"[-—/\\]", name)
