"""A cell of names cut into pieces without cutting a name (发展和改革局, 各县（市、区）政府)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from projects.reading.unit_words import (
    PLURALS,
    SURNAMES,
    ends_as_unit,
    is_aside,
    is_field,
    is_group,
    is_nothing,
    is_person,
    is_unit,
    is_whole,
)

__all__ = ["Piece", "is_unit", "pieces", "stripped", "without_aside"]

_JOINT = re.compile(r"以及|和|与|及(?![其时])|(?<=[局委办会院部科处所站队厅司])商(?=[市区县省州])")
_CIRCLED = r"[①-⒛㈠-㈩❶-➓]|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,2})[)）]"
_ENUMERATOR = re.compile(
    _CIRCLED
    + r"|(?:^|(?<=[、，,；;：:\s]))(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:[)）、]|[.．](?!\d))\s*)(?=\D)|(?:^|(?<=[、，,；;：:\s]))\d{1,2}[.．、](?=\d{3,}[\u4e00-\u9fff])"
    + r"|(?:^|(?<=[、，,；;：:\s]))[A-Za-zＡ-Ｚａ-ｚ][.．)）、]\s*(?=[\u4e00-\u9fff])"
)
_NUMBERED = re.compile(r"[\dA-Za-zＡ-Ｚａ-ｚ①-⒛㈠-㈩❶-➓一二三四五六七八九十]")
_MARKS = r"牵头|主办|主责|协办|会办|配合|协助|参与|主|配|协"
_MARK_BEHIND = re.compile(rf"(?<=[^、，,；;\s/。])([（(](?:{_MARKS})[^（()）]{{0,4}}[）)])(?=[^、，,；;\s/。）)])")
# 牵头 or 配合 with a unit written right behind it, the separator lost.
_LOST_BREAK = re.compile(
    r"(?<=[局委办会院部科处所站队厅区道镇心司府）)])((?:牵头|主办|配合|协办|协助)(?:负责|落实)?)"
    r"(?=[^、，,；;\s/。：:负抓落组实做完推会科单]{2,12}?(?:局|委|办|科|室|部|中心|街道|镇|区|公司|集团|大队|单位|部门)(?:$|[、，,；;\s/。（(]|牵头|配合|协助|负责))"
)
# 各市、县（区）人民政府 is one group; the sign that joins it comes back when the name is tidied.
_LEVEL = r"(?:省|市|区|县|州|镇|乡|乡镇|镇街|街镇|街道|园区|开发区|社区|村居|村|县级市)(?:[（(][^（()）]{1,8}[）)])?(?:党委|党工委)?"
_EACH = re.compile(
    rf"(?:(?<=有关)|(?<=相关)|(?<=各))部门、单位(?=$|[，,；;、。\s按配牵])|各{_LEVEL}(?:、{_LEVEL})*委、(?:人民)?政府(?=$|[，,；;、。\s按配牵])|(?:各{_LEVEL}|(?:^|(?<=[、，,；;：:\s（(]))[省市区县州])(?:、{_LEVEL})+(?:人民政府|政府|办事处|办|管委会|两级|直|级|有关|相关|各)?(?=$|[，,；;、。\s（(和与及等按]|牵头|配合|协[办助同]|负责|主办|参[与加]|分别|共同|具体|联合|落实|组织|实施)"
)
# Signs of our own for a joint that stays and for breaks that nobody wrote.
_KEPT, _LISTED, _CLAUSE = "\ue000", "\ue001", "\ue002"
_OWN = str.maketrans({_KEPT: "、", _LISTED: "", _CLAUSE: ""})
_BRACKET = re.compile(r"[(（\[【)）\]】]")
_CLAUSES = f"，,；;。\n{_CLAUSE}"
_SEPARATORS = f"、/|／｜\r{_LISTED}{_CLAUSES}"
_SEPARATOR = re.compile(rf"([、，,；;/|／｜\n。{_LISTED}{_CLAUSE}])")
_OPENING, _CLOSING = "(（[【", ")）]】"
_BRACKETS = str.maketrans("［］｛｝〔〕", "[]{}〔〕")
_AT_SIGN = re.compile(r"\s*([、，,；;：:])\s*")
_GONE = re.compile(r"[\u00ad\u200b-\u200f\ufeff\u202a-\u202e\u2060\ue000-\ue002]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One name as written; `opens` a clause of its own; `glued` is what was written where it seems several names together."""

    text: str
    opens: bool = False
    glued: str = ""


def stripped(text: str) -> str:
    """Return a cell without outer brackets, closing marks, white space at separators and dashes that mean nothing."""
    text = _AT_SIGN.sub(r"\1", _GONE.sub("", text).translate(_BRACKETS)).strip()
    if is_nothing(text):
        return ""
    while text[:1] in ("(", "（", "[", "【") and text[-1:] in (")", "）", "]", "】") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text.strip("。.；;，,、 \n")


def _closes(text: str) -> int:
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth == 0:
            return place
    return -1


def pieces(text: str) -> list[Piece]:
    found: list[Piece] = []
    for part, opens in _separated(_prepared(text)):
        for place, (name, glued) in enumerate(_named(part)):
            found.append(Piece(name, opens and place == 0, glued))
    return _unnumbered(found)


@lru_cache(maxsize=16384)
def _named(part: str) -> tuple[tuple[str, str], ...]:
    """Return the names of a part without separators; the same units stand in thousands of cells."""
    names = [
        _tidy(whole)
        for name in _spaced(part)
        for one in _and_so_on(name)
        for unit in _joined(one)
        for whole in _unglued(unit)
    ]
    return tuple(pair for pair in names if pair[0])


def _unnumbered(found: list[Piece]) -> list[Piece]:
    """Take away numbers written straight before the names (1规建局 2财政局)."""
    if not found or not found[0].text[0].isdigit():
        return found
    counted = [_COUNTED.match(piece.text) for piece in found]
    if len(found) < 2 or any(match is None or int(match[1]) != place for place, match in enumerate(counted, start=1)):
        return found
    return [replace(piece, text=_COUNTED.sub("", piece.text)) for piece in found]


_COUNTED = re.compile(r"^(\d{1,2})(?![号组队科部处室区期线楼中小院])(?=[\u4e00-\u9fff])")


def _prepared(text: str) -> str:
    """Turn numbering into separators, part units that marks hold together, keep 各市、县 in one."""
    if _BRACKET.search(text):
        text = _balanced(text)
    if _NUMBERED.search(text):
        text = _ENUMERATOR.sub(_LISTED, text)
    text = text.replace("会同", f"{_LISTED}会同")
    if "（" in text or "(" in text:
        text = _MARK_BEHIND.sub(rf"\1{_LISTED}", text)
    if "牵头" in text or "配合" in text or "主办" in text or "协" in text:
        text = _LOST_BREAK.sub(rf"\1{_CLAUSE}", text)
    return _EACH.sub(_kept_together, text) if "、" in text else text


def _kept_together(match: re.Match[str]) -> str:
    """Keep 各市、县（区）政府 in one; a park's committee behind towns stands for itself (各镇、园区管委会)."""
    places, sign, last = match[0].rpartition("、")
    own = last.endswith("管委会") and not re.search(r"园区|开发区", places)
    return places.replace("、", _KEPT) + (sign if own else _KEPT) + last


def _balanced(text: str) -> str:
    """Leave out brackets without their other half."""
    opened: list[int] = []
    odd: set[int] = set()
    for place, sign in enumerate(text):
        if sign in _OPENING:
            opened.append(place)
        elif sign in _CLOSING and opened:
            opened.pop()
        elif sign in _CLOSING:
            odd.add(place)
    odd.update(opened)
    return "".join(sign for place, sign in enumerate(text) if place not in odd) if odd else text


def _tidy(pair: tuple[str, str]) -> tuple[str, str]:
    """Remove white space inside a name, its outer marks, and a person or a duty written with it."""
    name, glued = pair
    name = "".join(name.split()).translate(_OWN).strip("。.；;，,、:： ")
    name = _BEARER.sub("", _before_colon(name))
    if len(name) >= 5 and is_person(name[-3:]) and is_whole(name[:-3]):
        name = name[:-3]
    elif len(name) >= 5 and is_person(name[-2:]) and is_whole(name[:-2]):
        name = name[:-2]
    if (holder := _HOLDER.search(name)) and is_whole(name[: holder.start()]):
        name = name[: holder.start()]
    return without_aside(name), glued


def without_aside(name: str) -> str:
    """Return a name without brackets at its end that hold a person, a duty or a date."""
    while name and name[-1] in ")）":
        opened = _opens(name)
        if opened < 0 or not is_aside(name[opened + 1 : -1]):
            break
        name = name[:opened]
    return name


# 财政局王科长 names the unit and someone in it.
_HOLDER = re.compile(
    rf"[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{0,2}}副?(?:科长|局长|主任|处长|书记|股长|经理|队长|站长|所长|组长|校长|院长)$"
)
_BEARER = re.compile(r"[-－—](?:[\u4e00-\u9fff]{2,3})$(?<![局委办科室处所站队院会组部厅区镇乡村])")


def _opens(name: str) -> int:
    depth = 0
    for place in range(len(name) - 1, -1, -1):
        depth += (name[place] in _CLOSING) - (name[place] in _OPENING)
        if depth == 0:
            return place
    return -1


def _before_colon(name: str) -> str:
    """Return the unit of `规建局：张三`, `规建局：负责选址` and `科室：规建局`."""
    place = next(
        (place for place, sign in enumerate(name) if sign in ":：" and _depth(name[:place]) == 0),
        -1,
    )
    if place < 0:
        return name
    label, rest = name[:place], name[place + 1 :]
    if is_whole(label) and (is_person(rest) or "示例" in rest or not ends_as_unit(rest)):
        role = re.match(r"牵头|主办|配合|协助|协办", rest)
        return label + (role[0] if role else "")
    return rest if ends_as_unit(rest) and not is_whole(label) else name


def _separated(text: str) -> list[tuple[str, bool]]:
    """Cut at 、，；/ and line ends outside brackets, telling which parts open a clause."""
    parts: list[str] = []
    if not _BRACKET.search(text):
        parts = _SEPARATOR.split(text.replace("\r", "\n"))
        return _mended(parts) if len(parts) > 1 else [(text, False)]
    depth = start = 0
    for place, sign in enumerate(text):
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and sign in _SEPARATORS:
            parts.append(text[start:place])
            parts.append("\n" if sign in "\r\n" else sign)
            start = place + 1
    return _mended([*parts, text[start:]])


def _mended(parts: list[str]) -> list[tuple[str, bool]]:
    """Join a name that a line end cut in two (规划建 / 设局)."""
    whole: list[tuple[str, bool]] = []
    between = ""
    for place, part in enumerate(parts):
        if place % 2:
            between += part
            continue
        rest = part.strip()
        last = whole[-1][0].strip() if whole else ""
        if between == "\n" and last and rest and _is_cut(last, rest):
            whole[-1] = (last + rest, whole[-1][1])
        elif rest:
            whole.append((part, any(sign in _CLAUSES for sign in between)))
        if rest:
            between = ""
    return whole


def _is_cut(last: str, rest: str) -> bool:
    """Tell two lines of one name: neither 自然资源和 nor 设局 is one."""
    if rest[0] in _CLOSING or _depth(last) > 0 or rest[0] in "和与及":
        return True
    if len(rest) == 1 and ends_as_unit(rest):
        return True
    if last[-1] in "和与及、" or (re.search(r"[和与]", last) and not ends_as_unit(last) and ends_as_unit(rest)):
        return ends_as_unit(last + rest)
    if ends_as_unit(last) or not ends_as_unit(last + rest) or is_field(last):
        return False
    head = re.split(r"牵头|配合|[（(]", rest)[0]
    return len(head) <= 2 and not is_whole(head)


def _spaced(part: str) -> list[str]:
    """Cut at spaces between whole names; single characters with spaces between are one name."""
    words = re.sub(r"[（(][^（()）]*[)）]", lambda match: re.sub(r"\s+", "", match[0]), part).split()
    if len(words) < 2:
        return [part]
    if all(len(word) >= 2 and word[0] not in _OPENING for word in words):
        return _rejoined(words)
    names = words[:1]
    for word in words[1:]:
        if len(names[-1]) >= 3 and ends_as_unit(names[-1]) and word[0] not in _OPENING:
            names.append(word)
        else:
            names[-1] += word
    return names


def _rejoined(words: list[str]) -> list[str]:
    """Put a name together that a space cut (自然资源和 规划局)."""
    names = words[:1]
    for word in words[1:]:
        if names[-1][-1] in "和与及" or word[0] in "和与及":
            names[-1] += word
        else:
            names.append(word)
    return names


_KIND = r"(?:部门|单位|科室|局办|机构|镇街|街道|乡镇|园区|企业|学校|党支部)"
_MORE = re.compile(
    rf"^(?P<name>.+?[^高平同一二三初中上下])等(?![级院校学待候])(?P<group>(?:市|区|县|省|州|局)?(?:直|级|属)?(?:各|有关|相关|其他|其它|多个?|多家)?(?:职能|责任|成员|业务|涉及|涉农|主管)?"
    rf"(?:\d+[个家]?|[一二三四五六七八九十]+[个家]?)?{_KIND}?(?:[和及、]?{_KIND})?)(?P<tail>.*)$"
)
_PLURAL_NOUN = re.compile(r"[\u4e00-\u9fff]{2,6}(?:机构|企业|单位|部门|学校|医院)$")
_NAMED_GROUP = re.compile(r"有关|相关|各|其他|其它|职能|成员|[市区县省州]直|[市区县省州]级")


def _and_so_on(name: str) -> list[str]:
    """Drop 等 and 等部门; keep 有关部门 behind it, which a group may stand for."""
    if "等" not in name:
        return [name]
    match = _MORE.match(name)
    if not match:
        return [name]
    group, tail = match["group"], match["tail"]
    if not group and _PLURAL_NOUN.match(tail):
        return [match["name"], tail]
    if _NAMED_GROUP.match(group) and re.search(_KIND, group):
        return [match["name"], group + tail]
    return [match["name"] + tail]


def _joined(name: str) -> list[str]:
    """Cut at 和, 与, 及 where both sides are whole units."""
    for match in _JOINT.finditer(name):
        left, right = name[: match.start()], name[match.end() :]
        if _depth(left):
            continue
        tail = _without_verb(right)
        second = is_whole(tail) or (tail in PLURALS and not is_group(left)) or (match[0] == "以及" and len(tail) >= 2)
        # 人大与政协联络科 is one, 工会和妇联 are two.
        short = len(left) == 2 and match[0] == "与" and len(tail) > 4 and tail[-1] in "科室"
        if left and second and not short and (is_whole(left) or match[0] == "以及"):
            return [left, *_joined(right)]
    return [name]


_VERB = re.compile(
    r"(?:分别|共同|联合|积极)?(?:牵头|主办|配合|协办|协助|协同|协作|会办|负责|参与|参加|落实|支持)(?:负责|落实|实施)?$|(?:按照?|依据?|根据)?(?:各自)?(?:职责|职能).*$|(?:共同|分别|分工)负责$|等$"
)


def _without_verb(name: str) -> str:
    return _VERB.sub("", name)


def _depth(text: str) -> int:
    return sum((sign in _OPENING) - (sign in _CLOSING) for sign in text)


_SAME_LEVEL = re.compile(
    r"[^分小总]?(?<!总)(?<!^[省市区县州镇乡](?=委))(局|科|所|站|办|委)(?!第[一二三四五六七八九十\d])(?=[^、（()）]{2,}\1$)"
)
_SAME_PLACE = re.compile(
    r"(?<=[局委办会院部科处所站队厅司心府道镇区）)])(?=([省市区县州]).{2,}?(?:局|委|办|会|院|部|厅|队|中心|公司|集团|指挥部)(?:$|\1))"
)
_EACH_INSIDE = re.compile(
    r"(?<=[局委办会院部科处所站队厅司心园区镇道乡村门位）)])(?=各(?:镇|街|乡|村|社区|园|片|科|部门|单位|区|县|市|有关|相关))"
)


def _unglued(name: str) -> list[tuple[str, str]]:
    """Tell names written together without a sign between; part them where it is plain how."""
    if _depth(name) or len(name) < 5 or any(word in name for word in ("会同", "联合", "协同")):
        return [(name, "")]
    if each := _EACH_INSIDE.search(name):
        if each.start() >= 3:
            return [(name[: each.start()], name), (name[each.start() :], name)]
        return [(name, "")]
    cut = [match.start() for match in _SAME_PLACE.finditer(name) if name[0] == match[1] and match.start() >= 3]
    if cut:
        return [(name[start:end], name) for start, end in zip([0, *cut], [*cut, len(name)], strict=True)]
    match = _SAME_LEVEL.search(name)
    if match and match[1] == "局" and 3 <= match.end() <= 5 and len(name) - match.end() <= 5:
        return [(name[: match.end()], name), (name[match.end() :], name)]
    glued = bool(match) and not re.search(r"分(?:局|所|站|办)$|办公室$|发改委|委办$", name)
    return [(name, name if glued else "")]
