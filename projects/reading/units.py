"""Who leads and who supports: the units named in one cell, as written, with what has to be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from projects.reading.belonging import unit_first
from projects.reading.model import Choice, Question
from projects.reading.names import Piece, is_unit, pieces, stripped, without_aside
from projects.reading.unit_words import ends_as_unit, is_group, is_person, is_post, is_whole

_LEAD_WORD = r"(?:[总双]?牵头|主办|主责|为主)"
_SUPPORT_WORD = r"(?:配合|(?<![政经])协办|协助|协作|协同|会办|参与|参加|联办|支持|为辅)"
_KIND = r"(?:责任)?(?:单位|部门|科室|处室|委室|股室|机构|主体|方|领导单位)?"
_RANK = r"(?:第[一二三1-3]|共同|联合|乡镇|镇街|街道|属地|园区|片区|[省市区县州镇]级?|主要)?"
_COLON = r"(?:\s*[:：]|(?:(?<=单位)|(?<=部门)|(?<=科室))\s+)"
_LABEL = re.compile(
    rf"[【\[]?(?:(?P<lead>{_RANK}{_LEAD_WORD}{_KIND})|(?P<support>{_RANK}{_SUPPORT_WORD}{_KIND}|(?:成员|指导|支持)单位)"
    r"|(?P<weak>(?:第[一二三]|乡镇|镇街|街道|属地|园区|片区|[省市区县州镇]级?|主要|具体)?(?:责任|承办|负责|落实|实施|完成|办理|执行)(?:单位|部门|科室|处室|股室|主体))"
    r"|(?P<person>(?:责任人|负责人|联系人|联络员|经办人|联系电话|电话|(?:分管|责任|牵头|挂钩|包保|主要|协管|联系|[省市区县])领导|完成时限|完成时间|时间节点|时限|时间|备注)(?:单位)?))"
    rf"(?:[】\]]\s*[:：]?(?=[^\s、，,；;。])|{_COLON})"
    r"|(?P<bare>责任|承办|负责|落实|实施|完成)[:：]"
)
_MAY_LABEL = re.compile(r"[:：】\]]|(?:单位|部门|科室)\s|[头责办合助][位门室]?[（(]")
# 责 任 单 位：, and 牵头（经发局）.
_LOOSE = re.compile(r"(?<![\u4e00-\u9fff])(?:[\u4e00-\u9fff][ \u3000]+){2,}[\u4e00-\u9fff][ \u3000]*(?=[:：])")
_CALLED = re.compile(rf"(?:^|(?<=[、，,；;\s]))((?:{_LEAD_WORD}|{_SUPPORT_WORD}){_KIND})[（(]([^（()）]{{2,}})[)）]")
_HEAD = r"(?:分别|共同|联合|按职责|具体|一并)?(?:负责|为)?"
_LEADS = re.compile(
    rf"(?:(?:按(?:各自)?职责(?:分工)?)?{_HEAD}{_LEAD_WORD}(?:单位|部门|科室)?|(?:为|任|是|担任)组长单位)"
    r"(?:(?:具体|统筹|组织)?(?:负责|抓总|落实|组织|实施|推进|协调|办理|制定|开展|抓好|做好|统筹|完成).*)?$"
)
_SUPPORTS = re.compile(
    rf"(?:共同|积极|协同|分别|密切|全力|为|予以|做好|抓好)?(?:{_SUPPORT_WORD}|(?<=为)成员(?=单位))(?:单位|部门|科室)?"
    r"(?:(?:落实|实施|做好|完成|推进|办理|开展|抓好|工作|负责).*)?$"
)
_OPENS = re.compile(
    rf"^(?:{_LEAD_WORD}|{_SUPPORT_WORD})(?:单位|部门|科室)?(?=.{{2,}}(?:局|科|办|委|室|处|所|站|队|中心|组|部|厅|会|片区|园))"
)
_TAIL = re.compile(
    r"(?:为|是|作为)(?:责任|承办|实施|落实)(?:单位|部门)$|(?:等)?(?:(?:按照?|依|根据|依据)(?:各自|部门)?(?:职责|职能|分工|责任)+(?:分工)?(?:抓好|做好)?(?:相关工作)?(?:分别)?(?:负责|落实|实施|推进)*|分工负责|各负其责|各司其职"
    r"|(?:具体|分别|共同|各自|组织)?(?:负责|落实|承办|实施|推进|承担)+)$"
)
_DUTY = re.compile(
    r"(?:具体|分别|共同|各自|组织|统一|认真)?(?:负责|落实|承办|实施|推进|抓好|做好|制定|开展|办理|执行|完成|督促|保障|承担|编制|提供|指导|统筹|抓落实|主抓|结合实际|及时|跟进|加强|按要求|研究|出台|提出)"
    r"(?![局科办部处室委组人]|中心|小组|专班)"
)
_MARKED = re.compile(
    rf"^(?P<name>.*?)[（(\[【](?P<mark>{_LEAD_WORD}{_KIND}|主|{_SUPPORT_WORD}{_KIND}|配|协)(?P<who>[^（()）]*)[）)\]】]$"
)
_MARK_FIRST = re.compile(rf"^[（(\[【](?P<mark>{_LEAD_WORD}{_KIND}|{_SUPPORT_WORD}{_KIND})[）)\]】](?P<name>.+)$")
_LEADING = re.compile(_LEAD_WORD + "|主")
_TOGETHER = re.compile(
    r"会同|会商|(?<=[局委办部科处院会])(?:联合|协同)(?=[^会社体党国学大牵][^、]*(?:局|委|办|部|科|处|院|会|公司|集团|镇|街道))"
)
_SOLID, _HOLLOW = "★●▲※✱⭐*＊", "☆△○◇"
_BULLETS = "■□◆▪·•➢➤√"
_ANY_STAR = re.compile(f"[{re.escape(_SOLID + _HOLLOW)}]")
_STARRED = re.compile(rf"[（(][{re.escape(_SOLID + _HOLLOW)}]+[)）]")

_ABOUT_LEADS = ("no_lead", "unit_of_person")


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
    """Units in the order of the text with what the cell says of each: lead, support, or nothing."""

    named: list[tuple[str, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def add(self, names: list[str], role: str) -> None:
        self.named.extend((name, role) for name in names)

    @property
    def led(self) -> bool:
        return any(role == "lead" for _, role in self.named)


@lru_cache(maxsize=8192)
def read_units(text: str, *, all_lead: bool = False) -> UnitsReading:
    """Read a cell of units; `all_lead` is a column whose header is the mark (牵头单位)."""
    found = _Found()
    text, of_people = unit_first(text)
    for label, segment in _labelled(text):
        _read_segment(found, label, segment)
    if found.led:
        roles = found.named
    elif all_lead:
        roles = [(name, role or "lead") for name, role in found.named]
    else:
        first = next((place for place, (_, role) in enumerate(found.named) if not role), -1)
        roles = [(name, "lead" if place == first else role) for place, (name, role) in enumerate(found.named)]
    lead = list(dict.fromkeys(name for name, role in roles if role == "lead"))
    support = [name for name in dict.fromkeys(name for name, role in roles if role != "lead") if name not in lead]
    if support and not lead:
        choices = tuple(Choice(name, name) for name in support)
        found.questions.append(Question("no_lead", "lead", "只写了配合单位，没有牵头单位，请指定。", choices))
    reading = UnitsReading(tuple(lead), tuple(support), tuple(dict.fromkeys(found.questions)))
    return reading if found.led or all_lead else with_doubt_of_people(reading, of_people)


def with_doubt_of_people(found: UnitsReading, of_people: tuple[str, ...]) -> UnitsReading:
    """Ask who leads where the first unit is only named behind a person, and others for themselves."""
    names = (*found.lead, *found.support)
    if not of_people or found.lead[:1] != of_people[:1] or all(name in of_people for name in names):
        return found
    message = f"“{of_people[0]}”写在人名后面，请确认由谁牵头。"
    question = Question("unit_of_person", "lead", message, tuple(Choice(name, name) for name in names))
    return replace(found, questions=tuple(dict.fromkeys((*found.questions, question))))


def read_supporters(text: str) -> UnitsReading:
    """Read a cell of a column whose header says that its units support."""
    found = read_units(text, all_lead=True)
    questions = tuple(question for question in found.questions if question.code not in _ABOUT_LEADS)
    return replace(found, lead=(), support=(*found.lead, *found.support), questions=questions)


def _labelled(text: str) -> list[tuple[str, str]]:
    text = stripped(text)
    if not _MAY_LABEL.search(text):
        return [("", text)]
    text = _CALLED.sub(r"\1：\2；", _LOOSE.sub(lambda match: "".join(match[0].split()), text))
    marks = [mark for mark in _LABEL.finditer(text) if _is_outside(text, mark.start())]
    if not marks:
        return [("", text)]
    parts = [("", text[: marks[0].start()])] if text[: marks[0].start()].strip(" ，,；;、(（\n") else []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start() if following else len(text)
        parts.append((mark.lastgroup or "", text[mark.end() : end]))
    return parts


def _is_outside(text: str, place: int) -> bool:
    before = text[:place]
    return sum(before.count(sign) for sign in "(（") <= sum(before.count(sign) for sign in ")）")


def _read_segment(found: _Found, label: str, segment: str) -> None:
    if label == "person":
        segment = "\n".join(name for name in re.split(r"[；;\n]", segment)[1:] if is_whole(name.strip()))
    group: list[str] = []
    starred = _stars(segment)
    forced = ""
    label = label if label in ("lead", "support") else ""
    for piece in pieces(segment):
        if piece.opens:
            forced = ""
        text, together, rest = _parted(piece.text)
        if together:
            name, _ = _read_name(text, starred)
            found.add([*group, *_units(found, name, piece)], "lead" if not found.led or text else "")
            group.clear()
            text, forced = rest, "support"
        name, role = _read_name(text, starred)
        if forced:
            found.add(_units(found, name, piece), forced)
        else:
            _read_piece(found, group, piece, name, role, by_clause="、" in segment)
    found.add(group, label)


def _parted(text: str) -> tuple[str, bool, str]:
    """Cut `A会同B` in two."""
    match = _TOGETHER.search(text) if "会" in text or "联合" in text or "协同" in text else None
    return (text[: match.start()], True, text[match.end() :]) if match else (text, False, "")


def _read_piece(found: _Found, group: list[str], piece: Piece, name: str, role: str, *, by_clause: bool) -> None:
    """Add one piece; a verb at its end (牵头, 配合) speaks for every unit of its clause, or since the last verb."""
    if piece.opens and (by_clause or (role == "supports" and not found.led)):
        found.add(group, "")
        group.clear()
    names = _units(found, name, piece)
    if role in ("lead", "support"):
        found.add(group, "")
        group.clear()
        found.add(names, role)
    elif role:
        found.add([*group, *names], role.removesuffix("s"))
        group.clear()
    else:
        group.extend(names)


@lru_cache(maxsize=16384)
def _read_name(text: str, starred: str) -> tuple[str, str]:
    """Return a name without its marks, and its role: lead or support for itself, leads or supports for its clause."""
    role = ""
    if starred and any(sign in starred for sign in text):
        role = (
            "support" if any(sign in _HOLLOW for sign in text) and any(sign in _SOLID for sign in starred) else "lead"
        )
    name = _STARRED.sub("", text).strip(_SOLID + _HOLLOW + _BULLETS + " ")
    name = re.sub(r"^[由以请](?=.{2})", "", name)
    match = _MARKED.match(name)
    if match and len(who := match["who"].strip("，,、:： ")) > 2 and not (is_person(who) or is_post(who)):
        match = None
    if match := match or _MARK_FIRST.match(name):
        return match["name"].strip(_SOLID + _HOLLOW + " "), "lead" if _LEADING.match(match["mark"]) else "support"
    if match := _LEADS.search(name):
        name, role = name[: match.start()], "leads"
    elif match := _SUPPORTS.search(name):
        name, role = name[: match.start()], "supports"
    elif (match := _OPENS.match(name)) and is_unit(name[match.end() :]):
        name, role = name[match.end() :], "lead" if _LEADING.match(match[0]) else "support"
    name = _without_duty(_TAIL.sub("", name).strip(" -－—"))
    return without_aside(name) if role else name, role


def _without_duty(name: str) -> str:
    """Return the unit of `规建局负责选址`."""
    match = None if ends_as_unit(name) else _DUTY.search(name)
    if match and (is_whole(name[: match.start()]) or is_group(name[: match.start()])):
        return name[: match.start()]
    return name


def _units(found: _Found, name: str, piece: Piece) -> list[str]:
    """Return the name if it is a unit's; ask where it may be more than one, or a person."""
    if not name or not is_unit(name):
        return []
    if piece.glued:
        found.questions.append(Question("glued_units", "lead", f"“{piece.glued}”像是几个单位连写，请分开。"))
    return [name]


def _stars(segment: str) -> str:
    """Return the signs that mark some units of a segment; a sign before every one is only a bullet."""
    if not _ANY_STAR.search(segment):
        return ""
    used = "".join(sign for sign in dict.fromkeys(segment) if sign in _SOLID + _HOLLOW)
    marked = [any(sign in used for sign in piece.text) for piece in pieces(segment)]
    both = any(sign in _SOLID for sign in used) and any(sign in _HOLLOW for sign in used)
    return "" if all(marked) and len(marked) > 1 and not both else used
