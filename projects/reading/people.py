"""The persons and posts of one cell, one name each."""

from __future__ import annotations

import re
from functools import lru_cache

from projects.reading.names import stripped
from projects.reading.unit_words import (
    COMPOUND,
    SURNAMES,
    ends_as_unit,
    is_group,
    is_nothing,
    is_person,
    is_post,
    is_whole,
)

_CUT = re.compile(r"[、，,；;/|／｜\r\n]+")
_PHONE = re.compile(
    r"[（(]?(?:(?:联系)?(?:电话|手机|座机|短号|号码)[:：]?\s*)?(?:1\d\d[ -]?[\d*]{4}[ -]?\d{4}|0\d{2,3}[-－ ]?\d{7,8}(?:[-转]\d+)?|(?<!\d)\d{5,8}(?!\d))[)）]?"
    r"|(?:联系)?(?:电话|手机|座机|短号)[:：]?"
)
_LABEL = re.compile(
    r"(?:^|(?<=[\s、，,；;\n/]))(?:[A-DＡ-Ｄ][角岗]|[主副]|(?:第[一二三]|主要|直接|具体|分管|牵头|责任|包保|挂钩|主管|项目|现场)?(?:责任人|负责人|联系人|联络人|联络员|经办人|承办人|领导)"
    r"|(?:总|副)?(?:组长|指挥长?|召集人)|成员|[^\s、，,；;:：]{2,12})[:：]"
)
_NUMBER = re.compile(r"[①-⒛㈠-㈩]|(?:^|(?<=[\s、，,；;]))[(（]?\d{1,2}[)）.．、](?!\d)\s*")
_AND = re.compile(r"以及|和|与|及")
_TITLE = (
    r"(?:区委|市委|县委|省委|州委|镇|局|党工委|工委|管委会|党委|党组|常务|政府|县|区|市|分管|协管|主管|第一|执行|副)*"
    r"(?:(?:办公室|[\u4e00-\u9fff]{0,6}[局科处室委办院部所站队])?副?(?:主任|书记|科长|局长|市长|县长|区长|省长|镇长|乡长|部长|处长|院长|校长|组长|站长|所长|队长|股长|经理|秘书长|董事长|会长|主席|厅长|行长|指挥长?)"
    r"|常委|委员|调研员|专员|助理|同志|先生|女士|老师)"
)
_BEFORE = re.compile(rf"^{_TITLE}(?=[\u4e00-\u9fff·]{{2,6}}$)")
_BEHIND = re.compile(rf"(?<=[\u4e00-\u9fff·]){_TITLE}$")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@lru_cache(maxsize=8192)
def read_people(text: str) -> tuple[str, ...]:
    """Return the names of a cell in order; `陆 明俞 悦` is two people, `俞 悦` one."""
    text = stripped(text)
    if not text:
        return ()
    if 2 <= len(text) <= 3 and _HAN.match(text) and not set(text) & _MARKS:
        return (text,)
    text = _NUMBER.sub("、", _without_labels(_ASIDE.sub(_aside, _PHONE.sub(" 、", text))))
    found: list[tuple[str, bool]] = []
    for part in _CUT.split(text):
        for words in _spaced(part):
            found += [_named(name) for name in _joined(words.strip(" 、:：。.-－—"))]
    return _kept([(name, person) for name, person in found if name and not is_nothing(name)])


_MARKS = frozenset(" \u3000\t\r\n、，,；;/|／｜()（）:：.。等和与及")


def _without_labels(text: str) -> str:
    """Cut at `负责人：`, `规建局：`; a label says whose name follows and is none itself."""
    if ":" not in text and "：" not in text:
        return text
    return _LABEL.sub(lambda match: f"{match[0][:-1]}、" if _is_name(match[0][:-1]) else "、", text)


def _aside(match: re.Match[str]) -> str:
    """Put the persons of `规建局（张三、李四）` beside it; drop `（副区长）`, keep `各镇（街道）负责人`."""
    inside = match[0][1:-1]
    names = [name for name in _CUT.split(inside) if name.strip()]
    if names and all(_is_name(name.strip()) for name in names):
        return f"、{inside}、"
    inner = match.string[match.end() : match.end() + 1]
    return match[0] if _HAN.match(inner) and not any(is_person(part) for part in _before(match)) else " "


def _before(match: re.Match[str]) -> list[str]:
    """Return the last two and three characters before a bracket."""
    return [match.string[max(0, match.start() - length) : match.start()] for length in (2, 3)]


def _is_office(name: str) -> bool:
    return ends_as_unit(name) or is_post(name)


def _named(name: str) -> tuple[str, bool]:
    """Return the person of `副区长张三`, `张三副主任`, `规建科张三`, `规建局（张三）`, and whether it is one."""
    name = re.sub(r"等(?:\d+人|同志)?$", "", name) if len(name) > 2 else name
    if _is_name(name):
        return name, True
    for pattern in (_BEHIND, _BEFORE):
        rest = pattern.sub("", name)
        if rest != name and _is_name(rest):
            return rest, True
    for length in (3, 2, 4):
        if _is_name(name[-length:]) and (_is_office(name[:-length]) or is_whole(name[:-length])):
            return name[-length:], True
    return name, False


def _is_name(name: str) -> bool:
    return is_person(name) or ("·" in name and len(name) >= 3)


def _kept(found: list[tuple[str, bool]]) -> tuple[str, ...]:
    """Leave out the offices and posts of those who are named; they stand beside their names."""
    if any(person for _, person in found):
        found = [(name, person) for name, person in found if person or is_group(name) or not _is_office(name)]
    return tuple(dict.fromkeys(name for name, _ in found))


def _joined(name: str) -> list[str]:
    """Cut at 和, 与, 及 between two persons; 郑和平 is one."""
    for match in _AND.finditer(name):
        left, right = name[: match.start()], name[match.end() :]
        if len(left) >= 2 and len(right) >= 2 and _is_name(left) and _is_name(right):
            return [left, right]
    return [name]


def _spaced(part: str) -> list[str]:
    """Cut at spaces between names; a single character before a space is a surname, its name follows."""
    words = part.split()
    if len(words) < 2 or not any(len(word) == 1 or word in COMPOUND for word in words):
        return words
    names: list[str] = []
    building = ""
    for place, word in enumerate(words):
        more = place + 1 < len(words)
        if not building:
            building = word
        elif len(building) == 1 and (cut := _second(word)):
            names.append(building + word[:cut])
            building = word[cut:]
            continue
        elif len(word) > 1 and more and word[-1] in SURNAMES and len(building) == 1:
            names.append(building + word[:-1])
            building = word[-1]
            continue
        elif _goes_on(building, word, words[place + 1 :]):
            building += word
        else:
            names.append(building)
            building = word
            continue
    return [*names, building] if building else names


def _second(word: str) -> int:
    """Return where a second name begins in the words behind a surname (郭 芳林伟强); 0 for none."""
    return next((cut for cut in (1, 2) if len(word) - cut >= 2 and is_person(word[cut:])), 0)


def _goes_on(building: str, word: str, rest: list[str]) -> bool:
    """Tell whether a word belongs to the name begun (王 小 明) or begins the next (张 三 李 四)."""
    if len(building) == 1 or (building in COMPOUND and len(building) == 2):
        return True
    if len(building) != 2 or len(word) != 1:
        return False
    # A surname with more behind it begins a name of its own.
    return not (word in SURNAMES and rest and len(rest[0]) <= 2 and rest[0] not in SURNAMES)
