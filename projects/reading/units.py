"""Who leads and who supports: the units named in one cell, as written, with what has to be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from projects.reading.model import Question
from projects.reading.names import Piece, is_unit, pieces, stripped

_LEAD_WORD = r"(?:总?牵头|主办|主责|为主)"
_SUPPORT_WORD = r"(?:配合|协办|协助|协作|协同|会办|参与|参加|联办|支持)"
_KIND = r"(?:责任)?(?:单位|部门|科室|处室|委室|机构|方|领导单位)?"
# 牵头单位：A, or 牵头单位 A.
_COLON = r"(?:[:：]|(?:(?<=单位)|(?<=部门)|(?<=科室))\s+)"
_LABEL = re.compile(
    rf"(?P<lead>{_LEAD_WORD}{_KIND}){_COLON}|(?P<support>{_SUPPORT_WORD}{_KIND}){_COLON}"
    r"|(?P<weak>(?:责任|承办|负责|落实|实施|完成)(?:单位|部门|科室|处室)?)[:：]|(?P<person>(?:责任人|负责人|联系人|分管领导|责任领导|完成时限|完成时间|时限)(?:单位)?)[:：]"
)
_LEADS = re.compile(rf"(?:分别|共同|联合)?(?:负责|为)?{_LEAD_WORD}(?:单位|部门|科室|负责|抓总|落实|组织|实施)?$")
_SUPPORTS = re.compile(rf"(?:共同|积极|协同|分别|为)?{_SUPPORT_WORD}(?:单位|部门|科室|落实|实施|做好)?$")
_OPENS = re.compile(
    rf"^(?:{_LEAD_WORD}|{_SUPPORT_WORD})(?=.{{2,}}(?:局|科|办|委|室|处|所|站|队|中心|组|部|厅|会|片区|园))"
)
_TAIL = re.compile(
    r"(?:等)?(?:(?:按照?|依|根据|依据)(?:各自)?(?:职责|职能|分工|责任)+(?:分工)?(?:抓好)?(?:分别)?(?:负责|落实|实施|推进)?|(?:具体|分别|共同|各自)?(?:负责|落实|承办|实施|推进)+)$"
)
_MARKED = re.compile(rf"^(?P<name>.*?)[（(\[【](?P<mark>{_LEAD_WORD}{_KIND}|主|{_SUPPORT_WORD}{_KIND}|配|协)[）)\]】]$")
_TOGETHER = re.compile(r"会同|会商")
_STAR = "★☆*▲△●※✱⭐"


@dataclass(frozen=True, slots=True)
class UnitsReading:
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def sure(self) -> bool:
        return not self.questions


@dataclass(slots=True)
class _Found:
    """Units by what the cell says of them; `plain` ones have no mark of their own."""

    lead: list[str]
    support: list[str]
    plain: list[str]
    questions: list[Question]


@lru_cache(maxsize=4096)
def read_units(text: str, *, all_lead: bool = False) -> UnitsReading:
    """Read a cell of units; `all_lead` is a column whose header is the mark (牵头单位)."""
    found = _Found([], [], [], [])
    for label, segment in _labelled(text):
        _read_segment(found, label, segment)
    lead, support = list(found.lead), list(found.support)
    if lead:
        support = found.plain + support
    elif all_lead:
        lead = found.plain
    else:
        lead, support = found.plain[:1], found.plain[1:] + support
    lead = list(dict.fromkeys(lead))
    support = [name for name in dict.fromkeys(support) if name not in lead]
    if support and not lead:
        found.questions.append(Question("no_lead", "lead", "只写了配合单位，没有牵头单位，请指定。"))
    return UnitsReading(tuple(lead), tuple(support), tuple(dict.fromkeys(found.questions)))


def read_supporters(text: str) -> UnitsReading:
    """Read a cell of a column whose header says that its units support."""
    found = read_units(text, all_lead=True)
    return replace(found, lead=(), support=(*found.lead, *found.support))


def _labelled(text: str) -> list[tuple[str, str]]:
    text = stripped(text)
    marks = [mark for mark in _LABEL.finditer(text) if _is_outside(text, mark.start())]
    if not marks:
        return [("", text)]
    parts = [("", text[: marks[0].start()])] if text[: marks[0].start()].strip(" ，,；;、(（") else []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start() if following else len(text)
        parts.append((mark.lastgroup or "", text[mark.end() : end]))
    return parts


def _is_outside(text: str, place: int) -> bool:
    before = text[:place]
    return sum(before.count(sign) for sign in "(（") <= sum(before.count(sign) for sign in ")）")


def _read_segment(found: _Found, label: str, segment: str) -> None:
    if label == "person":
        return
    if joined := _TOGETHER.search(segment):
        _read_segment(found, "lead", segment[: joined.start()])
        _read_segment(found, "support", segment[joined.end() :])
        return
    group: list[str] = []
    for piece in pieces(segment):
        _read_piece(found, group, piece, by_clause="、" in segment)
    target = {"lead": found.lead, "support": found.support}.get(label, found.plain)
    target.extend(group)


def _read_piece(found: _Found, group: list[str], piece: Piece, *, by_clause: bool) -> None:
    """Add one piece; a verb at its end (牵头, 配合) speaks for every unit of its clause, or since the last verb."""
    if piece.opens and (by_clause or not found.lead):
        found.plain.extend(group)
        group.clear()
    name = re.sub(rf"^[由以请]|[（(][{re.escape(_STAR)}]+[)）]", "", piece.text).strip(_STAR + " ")
    starred = any(sign in _STAR for sign in piece.text)
    role = "lead" if starred else ""
    if match := _MARKED.match(name):
        name = match["name"]
        role = "lead" if re.match(_LEAD_WORD + "|主", match["mark"]) else "support"
    elif match := _LEADS.search(name):
        name, role = name[: match.start()], "leads"
    elif match := _SUPPORTS.search(name):
        name, role = name[: match.start()], "supports"
    elif (match := _OPENS.match(name)) and is_unit(name[match.end() :]):
        name = name[match.end() :]
        role = "lead" if re.match(_LEAD_WORD, match[0]) else "support"
    name = _TAIL.sub("", name)
    names = [name] if name and is_unit(name) else []
    if piece.glued:
        found.questions.append(Question("glued_units", "lead", f"“{name}”像是几个单位连写，请分开。"))
    _assign(found, group, names, role)


def _assign(found: _Found, group: list[str], names: list[str], role: str) -> None:
    if role == "lead":
        found.lead.extend(names)
    elif role == "support":
        found.support.extend(names)
    elif role in ("leads", "supports"):
        (found.lead if role == "leads" else found.support).extend([*group, *names])
        group.clear()
    else:
        group.extend(names)
