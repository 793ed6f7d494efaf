"""Lists that end in their own count (盼盼、好彩头等6家企业), or follow it in a bracket."""

from __future__ import annotations

import re
from dataclasses import dataclass

from projects.reading.deadlines.numerals import number
from projects.reading.targets.quantities import CHINESE

# A digit before a letter belongs to the name (5G+专递课堂); so does a bracket.
_NAME = r"(?:[^\s、,;。:()\d\"]|\d(?=\d*[A-Za-z])|\([^()、]{1,12}\)|\"[^\"]{1,16}\"){2,24}"
_LISTED = r"个|家|条|座|所|项|名|处|栋|宗|块|村|镇|大|类|种|户|台|支|幅|批"
_LIST = re.compile(
    rf"(?P<names>{_NAME}(?:、{_NAME})+?)(?P<more>等)?(?:,?(?:共计?|合计|总计))?(?P<count>\d+|{CHINESE})(?P<unit>{_LISTED})(?!月|工作日|小时)"
)
_BEHIND = re.compile(rf"^[^,;。、:()\d]{{0,14}}[:(](?P<names>{_NAME}(?:、{_NAME})+)(?=[),;。]|$)")
_DOING = (
    r"完成|实现|推动|推进|力促|促成|促使|力争|争取|确保|启动|加快|加大|抓好|做好|办好|建好|用好|开展|组织|实施|建成|引进|培育|打造|重点|大力|全面|积极|"
    r"支持|鼓励|指导|协调|督促|跟踪|保障|服务好|盘活|同时|要|包括|涉及|突破|围绕|依托|谋划|做强|做大|策划|生成|新增"
)
_NOMINAL = r"建设|新建|改建|扩建|续建|改造|整治|提升|开工|竣工|签约|落地|投产|将|使|对|在"
_LAST_VERB = re.compile(rf".*(?:{_DOING})")
_FIRST_VERB = re.compile(rf"(?:{_NOMINAL}|{_DOING})")
# 项目数量、投资额三个大提升 counts no things.
_RHETORIC = re.compile(r"大?(?:提升|突破|转变|跨越|到位|方面|维度|层面|环节|结合|统一|并重|满意|确保|坚持|不动摇|优先)")
_HEAD = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,10}?)(?:企业|项目|园区|片区|街道|社区|小区|村|镇|学校|医院|地块|平台|工程|路段|公园|部门|单位|市场|品牌|协会|基地|产业|道路|公路|大道|桥梁|河道|厂房|线路|管网|场所|商圈)(?!链)"
)


@dataclass(frozen=True, slots=True)
class Checklist:
    start: int
    count_at: int
    end: int
    unit: str
    count: int
    items: tuple[str, ...]


def checklists(text: str) -> list[Checklist]:
    """Return the lists of a text; one without 等 only where the count is that of its names."""
    found = []
    for match in _LIST.finditer(text) if "、" in text else ():
        count = number(match["count"])
        if _RHETORIC.match(text, match.end()):
            continue
        items = _items(match["names"], count)
        if len(items) == count or match["more"] or match["names"].endswith("等"):
            found.append(Checklist(match.start(), match.start("count"), match.end(), match["unit"], count, items))
    return found


def items_behind(rest: str, count: float) -> tuple[str, ...]:
    """Return the names in the bracket or after the colon behind a count, if they are as many."""
    match = _BEHIND.match(rest)
    items = tuple(match["names"].split("、")) if match else ()
    return items if len(items) == count else ()


def listed_noun(noun: str) -> str:
    """Return the noun that is listed, without what is done to it (园区 of 园区路灯亮化)."""
    match = _HEAD.match(noun)
    return match[0] if match else noun


def _without_verb(name: str) -> str:
    """Return the first name without what is done to all; 改造 in 旧城改造工程 is part of it."""
    rest = _LAST_VERB.sub("", name)
    if len(rest) < 2:
        rest = name
    while (match := _FIRST_VERB.match(rest)) and len(rest) - match.end() >= 2:
        rest = rest[match.end() :]
    return rest


def _items(names: str, count: int) -> tuple[str, ...]:
    items = [name for name in names.split("、") if name]
    items[0] = _without_verb(items[0])
    items[-1] = items[-1].removesuffix("等")
    if len(items) == count - 1 and (joint := re.search(r"和|与|及", items[-1])):
        items[-1:] = [items[-1][: joint.start()], items[-1][joint.end() :]]
    return tuple(items)
