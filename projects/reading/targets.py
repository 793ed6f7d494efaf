"""Amounts and named lists in a cell: what counts as done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from projects.reading.deadlines.folding import Folded, fold
from projects.reading.deadlines.numerals import number
from projects.reading.deadlines.tokens import tokens
from projects.reading.model import Question, ReadTarget

_UNIT = (
    r"(?:个百分点|百分点|[%％‰]|(?:万|亿|千|百)?(?:美元|元|平方米|平方公里|平方千米|立方米|公里|千米|公顷|米|亩|吨|千瓦时|千瓦|兆瓦|平(?!台)|人次|户|人(?!才)|家|套|辆|株|棵)"
    r"|mg/L|MW|kW|km|m2|万方|[个座条项件台盏场次名所处间栋幢份批只头门块片宗组类种支篇册部艘艇枚根眼口倍起例](?!月|工作日|小时|百分)|期(?!工程|项目|建设|用地|地块|厂房)|[万亿](?![元家人户]))"
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_CHINESE = r"(?<![一二三四五六七八九十第])(?:[二两三四五六七八九]|[二三四五六七八九]?十[一二三四五六七八九]?)(?=[个家条座所项场名处栋台件](?!月|工作日))"
_AT_LEAST = r"不少于|不低于|不小于|至少|达到?|突破|超过|超|大于|高于|力争|确保"
_AT_MOST = r"不超过|不高于|不大于|控制在|低于|少于|小于|至多"
_QUANTITY = re.compile(
    rf"(?P<before>{_AT_LEAST}|{_AT_MOST})?(?:约|近)?(?<![\d.第\-+~])(?P<value>{_NUMBER}|{_CHINESE})(?:[-~至](?P<upto>{_NUMBER}))?(?P<many>多|余|来)?"
    rf"(?P<unit>{_UNIT})(?P<after>及?以上|以内|以下|左右|多|余)?"
)
# A digit before a letter belongs to the name (5G+专递课堂).
_NAME = r"(?:[^\s、,，;；。:：()（）\d\"]|\d(?=\d*[A-Za-z])){2,14}"
_LIST = re.compile(
    rf"(?P<names>{_NAME}(?:、{_NAME})+?)等?(?P<count>\d+|{_CHINESE})(?P<unit>个|家|条|座|所|项|名|处|栋|宗|块|村|镇)"
)
_DOING = (
    r"完成|实现|推动|推进|力促|促成|促使|力争|争取|确保|启动|加快|加大|抓好|做好|开展|组织|实施|建成|建设|新建|改造|引进|培育|打造|重点|大力|全面|积极|"
    r"支持|鼓励|指导|协调|督促|跟踪|保障|服务好|盘活|同时|将|要|使"
)
_LAST_VERB = re.compile(rf".*(?:{_DOING})")
_HEDGES = re.compile(
    rf"^(?:力争|争取|确保|完成|实现|达到|推动|预计|计划|累计|其中|全年|年内|年度|当年|并|的|再|共|约|{_AT_LEAST}|{_AT_MOST})+"
)
_ONLY_VERBS = re.compile(
    r"^(?:新增|新建|建成|投产|建设|改造|引进|培育|启动|开展|组织|举办|打造|完成|实现|推动|将|净增|新引进|新签约|签约|落地|安装|开工|竣工|扩容|腾挪|盘活|上线)*$"
)
_NOUN = re.compile(r"^(?:的)?(?P<noun>[^\d、,，;；。:：()（）\"以]{1,14})")
_NOUN_END = re.compile(rf"(?:{_DOING}|投产|进场|开工|竣工|动工|落地|投用|达产|纳统|入驻|签约|上线|改造|建设|等|的|，)")
_BASELINE = re.compile(
    r"(?:较|比|与)(?P<base>[^,，;；。增降提减]{2,10}?)(?:相比)?(?=增|提|降|减|下降|上升|$)|(?P<same>同比|环比|比增)"
)
_NARROWS = re.compile(rf"^[^\d,，;；。、]{{1,6}}{_NUMBER}")
_HELD_IN_TERMS = re.compile(
    r"(?:举办|开办|开设|组织|编[发印]|刊[发登]|印发|推出|播出|班|讲座|讲堂|课堂|简报|论坛|沙龙)共?$"
)
_COUNTS = re.compile(r"[\d二两三四五六七八九十]")
_BREAK = re.compile(r"[,，;；。、:：(（)）]")


@dataclass(frozen=True, slots=True)
class TargetsReading:
    targets: tuple[ReadTarget, ...] = ()
    questions: tuple[Question, ...] = ()


def read_targets(text: str, *, spans: Sequence[tuple[int, int]] = ()) -> TargetsReading:
    """Read the amounts of a text; `spans` are where each milestone's words stand in it."""
    if not _COUNTS.search(text):
        return TargetsReading()
    folded = fold(text)
    hidden = _without_times(folded)
    found: list[tuple[int, ReadTarget]] = []
    questions: list[Question] = []
    taken: set[int] = set()
    for match in _LIST.finditer(hidden):
        place, target, question = _checklist(match, spans)
        found.append((place, target))
        questions += question
        taken.update(range(match.start("count"), match.end()))
    amounts = [match for match in _QUANTITY.finditer(hidden) if match.start("value") not in taken]
    found += [(match.start(), _amount(match, hidden, spans)) for match in amounts if not _is_name(match, hidden)]
    found.sort(key=lambda pair: pair[0])
    return TargetsReading(tuple(target for _, target in found), tuple(questions))


def _without_times(folded: Folded) -> str:
    """Blank the times of a text, so that 28 in `6月28座` stays and 6 in `6月` goes."""
    signs = list(folded.text)
    for token in tokens(folded.text):
        if token.kind not in ("list", "range", "within", "bared", "endm", "relative"):
            signs[token.start : token.end] = " " * (token.end - token.start)
    return "".join(signs)


def _checklist(match: re.Match[str], spans: Sequence[tuple[int, int]]) -> tuple[int, ReadTarget, list[Question]]:
    names = match["names"].split("、")
    names[0] = _LAST_VERB.sub("", names[0]) or names[0]
    names[-1] = names[-1].removesuffix("等")
    count = number(match["count"])
    noun = _noun(match.string[match.end() :])
    target = ReadTarget(
        noun, "=", float(count), match["unit"], "", _milestone(match.start("count"), spans), tuple(names)
    )
    if count == len(names):
        return match.start(), target, []
    message = f"写明{count}{match['unit']}，列出{len(names)}{match['unit']}，请核对名单。"
    return match.start(), target, [Question("count_mismatch", "targets", message)]


def _is_name(match: re.Match[str], text: str) -> bool:
    """Tell a number that is part of a name: in quotes, or narrowing the noun that is counted (20亿元以上项目3个)."""
    before = text[: match.start()]
    if before.count('"') % 2 and '"' in text[match.end() :]:
        return True
    if match["unit"] == "期" and _is_phase(match, before):
        return True
    return bool(match["after"]) and bool(_NARROWS.match(text[match.end() :]))


def _is_phase(match: re.Match[str], before: str) -> bool:
    """Tell the second phase of a site (科创园2期) from two terms of a course (举办2期, 不少于2期)."""
    return not _HELD_IN_TERMS.search(before) and (bool(match["upto"]) or _comparison(match) == "=")


def _amount(match: re.Match[str], text: str, spans: Sequence[tuple[int, int]]) -> ReadTarget:
    left = _BREAK.split(text[: match.start()])[-1].split(" ")[-1]
    baseline = _BASELINE.search(left)
    if baseline:
        left = left[baseline.end() :] or left
    name = _HEDGES.sub("", left)
    if _ONLY_VERBS.match(name) and match["unit"] not in ("%", "％", "‰"):
        name = name + _noun(text[match.end() :])
    written = match["value"].replace(",", "")
    value = float(written) if written[0].isdigit() else float(number(written))
    base = (baseline["base"] or baseline["same"]) if baseline else ""
    return ReadTarget(name, _comparison(match), value, match["unit"], base, _milestone(match.start("value"), spans))


def _comparison(match: re.Match[str]) -> str:
    before, after = match["before"] or "", match["after"] or ""
    if after in ("以内", "以下") or re.fullmatch(_AT_MOST, before):
        return "<="
    if re.fullmatch(r"超过|超|大于|高于|突破", before) or match["many"] or after in ("多", "余"):
        return ">"
    if after.endswith("以上") or before in ("不少于", "不低于", "不小于", "至少", "达", "达到"):
        return ">="
    return "=" if not match["upto"] else ">="


def _noun(rest: str) -> str:
    match = _NOUN.match(rest)
    return _NOUN_END.split(match["noun"])[0].strip() if match else ""


def _milestone(place: int, spans: Sequence[tuple[int, int]]) -> int | None:
    return next((index for index, (start, end) in enumerate(spans) if start <= place < end), None)
