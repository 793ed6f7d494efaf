"""What an amount is an amount of: the words before it, or the noun behind it."""

from __future__ import annotations

import re

from projects.reading.targets.quantities import COMPARED, NUMBER, UNIT

BREAK = re.compile(r"[,;。、:()]")
_HEDGE = re.compile(
    r"^(?:力争|争取|确保|完成(?![率量额度])|实现|达到|推动|推进|开展|实施|预计|计划|累计|其中|全年度?|年内|年度|当年|今年|每年|并|的|再|共计?|约|促进|做到|力促|全力|同时|要|将|和|及|以及|新一轮|重点|\d+年(?:之|以)?内|近\d+年|[一二三五]年内"
    rf"|[全我][区市县镇州省]|{COMPARED})+"
)
_TRAILING = re.compile(rf"(?:{COMPARED}|的|为|是|在|共|达|合计|分别|均|各|再|等|至|到|由|从|,)+$")
_VERB_END = re.compile(
    r"(?:^|新增|新建|续建|扩建|改建|建成|建设|改造|提升|打造|培育|壮大|做强|做大|引进|引入|招引|引育|签约|落地|开工|竣工|投产|投用|启动|举办|开办|组织|召开|安装|新装|更换|投放|扩容|腾挪|盘活|收储|创建|申报"
    r"|认定|评选|选树|遴选|设立|成立|推出|发放|编制|制定|出台|修订|化解|整治|清理|拆除|种植|栽植|修复|铺设|治理|检查|排查|走访|服务|帮扶|扶持|推动|促成|争取|完成|实现|净增|招聘|招录|培训|保障|发展|配备"
    r"|建立|形成|生成|策划|储备|上报|列入|纳入|推广|上线|增加|增设|对接|举行|实施|推进|开展|支持|鼓励|引导|新辟|优化|建好|办好|选派|承办|参加|组建|下达|上云|为|对|向|给|帮助|将|使|再)$"
)
_CLASSIFIER = re.compile(r"(?:个|家|条|座|所|项|名|处|栋|宗|块|台|件|套|批)$")
_COUNTED_NOUN = re.compile(
    r"(?!以|左右|投|开|竣|完|建|用|作|和|及|与|等|封|通|入|落|签|上|纳|达|全|基本|到位|交|启|动|验|挂|力|争|并|为|的|获|实现|形成|进|中|均|都|分别)[\u4e00-\u9fff]{2}"
)
_ABOUT = re.compile(r"^(?:为|对|向|给|面向|帮助).{0,8}$")
_NOUN = re.compile(r"^(?:的)?(?P<noun>[^\d,;。:()\s、]{1,24})")
_MORE_NOUN = re.compile(r"^、(?P<noun>[^\d,;。:()\s、]{2,16})(?=$|[,;。])")
_NOUN_END = re.compile(
    r"(?:等|,)|(?:完成|实现|进行|提供|设立|全部|基本|顺利|如期|早日|力争|争取|确保|进场|动工|落地|投用|达产|纳统|入驻|投产|开工|竣工|签约|上线|建成|列入|纳入)(?!.{0,4}(?:项目|企业|的))|以(?=[上内下])"
)
_BASE = r"(?:较|比|相比|相较于?|高于|低于|快于|高出)(?P<base>[^,;。\d增降提减]{2,14}?|(?:20\d\d|\d\d)年(?:底|末|同期)?)(?:相比)?(?=增|提|降|减|下降|上升|压|缩|$|高|多|少|翻)"
_BASELINE = re.compile(rf"{_BASE}|(?P<same>同比|环比|比增)")
_FROM = re.compile(rf"[由从](?P<base>{NUMBER}(?:{UNIT})?)(?:左右)?$")


def split_baseline(sentence: str) -> tuple[str, str]:
    """Return the words before an amount without what it is measured against, and that."""
    clause = BREAK.split(sentence)[-1]
    if found := _BASELINE.search(clause):
        base = found["base"] or found["same"] or ""
        return clause[: found.start()] + clause[found.end() :], base
    return clause, ""


def split_start(left: str) -> tuple[str, str]:
    """Return `利用率` and `38%` of `利用率从38%`."""
    found = _FROM.search(left)
    return (left[: found.start()], found["base"]) if found else (left, "")


def quoted(name: str) -> str:
    """Write the folded quotation marks of a name in pairs."""
    if '"' not in name:
        return name
    parts = name.split('"')
    return name if len(parts) % 2 == 0 else "".join(part + "“”"[place % 2] for place, part in enumerate(parts))[:-1]


def name_of(left: str, rest: str, unit: str) -> str:
    """Return the name of an amount from the words of its clause before it and the text behind it."""
    left = _TRAILING.sub("", left)
    name = _HEDGE.sub("", left)
    name = _TRAILING.sub("", name)
    if unit in ("%", "‰"):
        return name or noun(rest)
    if _ABOUT.match(name) and noun(rest):
        return noun(rest)
    if _VERB_END.search(name) or (_CLASSIFIER.match(unit) and _COUNTED_NOUN.match(rest)):
        return name + noun(rest)
    return name


def carried(name: str) -> str:
    """Return what a second amount of one thing is of (出口额 of 出口额增长不低于8%，达到25亿美元)."""
    return re.sub(r"(?:同比)?(?:增长|下降|提高|提升|增加|减少|降低|增幅|增速|上升)$", "", name)


def noun(rest: str) -> str:
    """Return the noun an amount counts, without what is to be done with it."""
    match = _NOUN.match(rest)
    if not match:
        return ""
    cut = _NOUN_END.split(match["noun"], maxsplit=1)[0]
    more = _MORE_NOUN.match(rest[match.end() :]) if cut == match["noun"] else None
    if more and not _HEDGE.match(more["noun"]) and not _VERB_END.search(more["noun"][:2]):
        cut += "、" + more["noun"]
    return _TRAILING.sub("", cut or match["noun"]).strip()
