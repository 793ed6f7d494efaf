"""A cell of names cut into pieces without cutting a name (发展和改革局, 各县（市、区）政府)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SUFFIX = (
    r"(?:局|委|办|科|室|处|所|站|队|中心|公司|院|会|组|部|厅|园区|管委会|街道|镇|乡|社区|片区|银行|集团|学校|医院|府|单位|部门|专班|署|馆|台|"
    r"社|校|厂|妇联|团委|残联|工商联|文联|科协|侨联|总工会|法院|检察院|机关|企业|园|中学|小学|幼儿园|大学|联社|基金|协会|支行|分行|股|支部|党委|平台公司)"
)
_UNIT_END = re.compile(_SUFFIX + r"(?:[（(][^（）()]*[）)])?$")
_WHOLE_GROUP = re.compile(r"^(?:(?:区|市|县|省|州)?(?:直)?(?:各|有关|相关|其他|全体|全区|全市|全县)|县各|市各|区各)")
_JOINT = re.compile(r"以及|和|与|及")
_ENUMERATOR = re.compile(
    r"[①-⒛㈠-㈩❶-➓]|[(（]\d{1,2}[)）]|(?:^|(?<=[、，,；;\s]))(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)）.．、]\s*)(?=\D)"
)
# 各市、县（区）人民政府 is one group; the sign that joins it comes back when the name is tidied.
_EACH = re.compile(
    r"各[市县区镇乡]{1,2}、(?=(?:县|市|区|镇|乡|街道)(?:[（(][^（()）]*[)）])?(?:人民政府|政府|街道|办事处|管委会|$|[，,；;\s、]))"
)
_KEPT = "\ue000"
_NOTHING = re.compile(r"^(?:[-/\\~－—―–无×xX*.、。，,\s]*|暂无|N/?A|待定|另定|同上|见附件|详见.*)$")
_POST = re.compile(
    r"(?:副?(?:主任|书记|科长|局长|市长|县长|区长|省长|镇长|乡长|部长|处长|院长|校长|组长|站长|所长|队长|总经理|经理|秘书长|董事长|会长|社长|主席|厅长)"
    r"|分管领导|主要领导|责任领导|负责人|责任人|联系人|经办人|同志)$"
)
_RULE = re.compile(r"为牵头|列第一|排名|排第一|牵头单位为")
_AND_PERSON = re.compile(r"^(?P<unit>.{2,}[局科办委室所])(?P<person>[^局科办委室所站队组（）()]{2,3})$")
_DUTY = re.compile(r"责任人|负责人|联系人|经办人|分管|电话")
_DATELIKE = re.compile(r"\d+月|[一二三四五六七八九十]+月|年底|季度|半年|^\d{4}|\d{7,}|时限|完成$")
SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施洪庄柯颜俞倪严章鲁葛毕聂丛焦向柳邢岳梅莫庞路温欧"
)
# Short names of departments that could pass for a person's name.
_FIELDS = re.compile(
    r"[规经发财政建设农林水利商务文旅教体卫健审统税安监应急环保国土自然资房管城交通民宗侨台司法公检纪组宣编社保障电力供消防招质工信科技团妇联残档史志气象邮烟盐]"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One name as written; `opens` a clause of its own; `glued` says that it may be several written together."""

    text: str
    opens: bool = False
    glued: bool = False


def stripped(text: str) -> str:
    """Return a cell without outer brackets, closing marks and dashes that mean nothing."""
    text = re.sub(r"[\u200b-\u200f\ufeff\u202a-\u202e]", "", text).strip()
    if _NOTHING.match(unicodedata.normalize("NFKC", text)):
        return ""
    while text[:1] in ("(", "（", "[", "【") and text[-1:] in (")", "）", "]", "】") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text.strip("。.；;，,、 \n")


def _closes(text: str) -> int:
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "(（[【") - (sign in ")）]】")
        if depth == 0:
            return place
    return -1


def pieces(text: str) -> list[Piece]:
    found: list[Piece] = []
    for part, opens in _separated(_prepared(text)):
        names = [_tidy(unit) for name in _spaced(part) for one in _and_so_on(name) for unit in _joined(one)]
        for place, name in enumerate(name for name in names if name):
            found.append(Piece(name, opens and place == 0, _is_glued(name)))
    return found


def _prepared(text: str) -> str:
    """Turn numbering into separators, part units that marks in brackets hold together, keep 各市、县 in one."""
    text = _ENUMERATOR.sub("、", text)
    text = re.sub(r"([（(](?:牵头|主办|协办|配合|协助|主|配)[^（()）]{0,4}[）)])(?=[^、，,；;\s/。）)])", r"\1、", text)
    return _EACH.sub(lambda match: match[0][:-1] + _KEPT, text)


def is_unit(name: str) -> bool:
    """Tell a unit from a person, a post, a date or a dash."""
    bare = re.sub(r"[（(][^（）()]*[）)]", "", name)
    if not bare or _NOTHING.match(bare) or _DATELIKE.search(bare) or "示例" in bare:
        return False
    if _POST.search(bare):
        return False
    return not _is_person(bare)


def _is_person(name: str) -> bool:
    return name[0] in SURNAMES and 2 <= len(name) <= 3 and not _UNIT_END.search(name) and not _FIELDS.search(name[1:])


def _tidy(name: str) -> str:
    """Remove white space inside a name, its outer marks, and a person written with it."""
    name = re.sub(r"\s+", "", name).replace(_KEPT, "、").strip("。.；;，,、:： ")
    label, colon, rest = name.replace("：", ":").partition(":")
    if colon and (_is_person(rest) or "示例" in rest):
        name = label
    elif colon and label in ("科室", "片区", "单位", "部门", "责任", "园区"):
        name = rest
    match = _AND_PERSON.match(name)
    if match and _is_person(match["person"]):
        name = match["unit"]
    match = re.search(r"[（(]([^（）()]*)[）)]$", name)
    return name[: match.start()] if match and _is_aside(match[1]) else name


def _is_aside(inside: str) -> bool:
    """Tell a bracket that belongs to no name: a person, a duty, a date, a rule."""
    if not inside:
        return True
    words = (_POST.search(inside), _DUTY.match(inside), _RULE.search(inside), _DATELIKE.search(inside))
    return any(words) or "示例" in inside or _is_person(inside)


def _separated(text: str) -> list[tuple[str, bool]]:
    """Cut at 、，；/ and line ends outside brackets, telling which parts open a clause."""
    parts: list[str] = []
    depth = start = 0
    for place, sign in enumerate(text):
        depth = max(0, depth + (sign in "(（[【") - (sign in ")）]】"))
        if depth == 0 and sign in "、，,；;/|／｜\r\n。":
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
        last = whole[-1][0].strip() if whole else ""
        rest = part.strip()
        cut = between == "\n" and last and rest and not _UNIT_END.search(last) and (len(rest) <= 2 or rest[0] in ")）")
        if cut and (_UNIT_END.search(last + rest) or rest[0] in ")）"):
            whole[-1] = (last + rest, whole[-1][1])
        elif rest:
            whole.append((part, any(sign in "，,；;。\n" for sign in between)))
        if rest:
            between = ""
    return whole


def _spaced(part: str) -> list[str]:
    """Cut at spaces between whole names; single characters with spaces between are one name."""
    words = re.sub(r"[（(][^（()）]*[)）]", lambda match: re.sub(r"\s+", "", match[0]), part).split()
    if len(words) < 2:
        return [part]
    if all(len(word) >= 2 and word[0] not in "（(" for word in words):
        return words
    names = words[:1]
    for word in words[1:]:
        if len(names[-1]) >= 3 and _UNIT_END.search(names[-1]) and word[0] not in "（(":
            names.append(word)
        else:
            names[-1] += word
    return names


_MORE = re.compile(
    r"^(?P<name>.+)等(?P<rest>(?:有关|相关|各|多个|其他|\d+[个家]?|[一二三四五六七八九十]+[个家]?)?(?:部门|单位|科室|责任)*(?:单位|部门)?)?(?P<tail>.*)$"
)


def _and_so_on(name: str) -> list[str]:
    """Drop 等 and 等部门; keep 有关部门 behind it, which a group may stand for."""
    match = _MORE.match(name)
    if not match or re.match(r"[院校级学]", match["tail"]) or re.search(r"[高平同]$", match["name"]):
        return [name]
    rest, tail = match["rest"] or "", match["tail"]
    names = [match["name"] + tail if tail and not rest else match["name"]]
    if tail and rest:
        names = [match["name"] + tail]
    if re.match(r"有关|相关|各", rest):
        names.append(rest)
    return names


def _joined(name: str) -> list[str]:
    """Cut at 和, 与, 及 where both sides are whole units."""
    for match in _JOINT.finditer(name):
        left, right = name[: match.start()], name[match.end() :]
        if _depth(left) == 0 and _is_whole(left) and (_is_whole(_without_verb(right)) or _WHOLE_GROUP.match(right)):
            return [left, *_joined(right)]
    return [name]


def _without_verb(name: str) -> str:
    return re.sub(r"(?:分别|共同|联合|积极)?(?:牵头|主办|配合|协办|协助|负责|参与)(?:负责|落实)?$", "", name)


def _depth(text: str) -> int:
    return sum((sign in "(（[【") - (sign in ")）]】") for sign in text)


def _is_whole(name: str) -> bool:
    match = _UNIT_END.search(name)
    if _WHOLE_GROUP.match(name) and len(name) >= 3:
        return True
    return match is not None and (match.start() >= 1 or len(match[0]) >= 2)


_SAME_LEVEL = re.compile(r"[^分小]?(局|科|所|站|办|委)(?=[^、（()）]{2,}\1$)")


def _is_glued(name: str) -> bool:
    match = _SAME_LEVEL.search(name)
    return bool(match) and not re.search(r"分(?:局|所|站|办)$|办公室$|发改委|委办$", name)
