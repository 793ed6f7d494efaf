"""What a mentioned time is to its sentence: a deadline, a start, something past, or the name of another thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from projects.reading.deadlines.grammar import Mention
from projects.reading.deadlines.points import Grain
from projects.reading.deadlines.tokens import Token


class Role(Enum):
    DUE = auto()
    START = auto()
    PAST = auto()
    NAME = auto()
    HEADING = auto()
    ONGOING = auto()
    REPEATED = auto()
    UNDATED = auto()
    # Words that tell neither a deed nor a thing: the first is taken as a deadline, the second as a name, both ask.
    MAYBE_DUE = auto()
    MAYBE_NAME = auto()


CLAUSE = re.compile(r"[,;。!?()]")
_STOP = re.compile(r"^(?:$|[,;。!?、)\]:\"(])")

_MEASURED = re.compile(
    r"(?:较|(?<![占配百])比|相比|对比|同比|相较于?|已于|已在|早在|曾于|已经于|已经在|历年|超|实际|时点为?|基准日为?)$"
)
_FORMER = re.compile(r"原(?:定|计划|拟|来)?[在于]?$")
_PLANNED = r"(?:计划|预计|拟)(?=完成|投资|新|引|实施|建[成设]|启动|开工|竣工|投)"
_MEASURED_AFTER = re.compile(r"^(?:相比|持平|同期|为基[数准]|以来|(?:的)?(?:基[数准础]|底数|存量|水平))")
_DONE_BEFORE = re.compile(r"已经?[^,;。()、]{1,6}\($")
_UP_TO = re.compile(r"截[至止]到?$")
_REACHED = re.compile(r"已|累计|共|达|实现|完成|为|有")
_DONE = re.compile(
    r"^(?:[前底份末]|均|都|全部|,)?(?:实际(?:完成|投资|到位)|已(?!批|建(?!成)|有)|业已|已经|仍未|尚未|还未)"
)
_DONE_AFTER = re.compile(r"^[,(]?(?:已|累计|共|(?:完成|实现)[^,;。()]{0,8}\d)")
_FROM = re.compile(r"(?:自|从)$")

# The day of a document or a meeting, and the day that only says which things are meant (2月签约的12个项目).
_ACCORDING = re.compile(r"(?:根据|按照|依据|贯彻|贯彻落实|对照|针对|参照|经|按照?(?:[省市部厅局委区县]{1,4}|上级)?)$")
_OF_RECORD = re.compile(
    r"^[^,;。()]{0,10}?(?:(?:反馈|检查发现|发现|指出|交办|印发|下发|通报|议定|签订|收到|审议通过)(?:的|问题|意见|事项)|(?:会议|(?:办公|专题|常务|推进|座谈|调度)会)(?:精神|议定|研究|纪要|部署|要求|确定|明确)|(?:批示|指示)(?:精神|要求|件)?(?=$|[,;。]|办|落|抓))"
    r"|^[^,;。()]{0,4}(?:印发|下发|发布|公布|施行|成立)\)"
)
_AGREED = re.compile(r"^(?:会议)?(?:确定|下达|部署|签订|制定|明确|安排|布置|分解|提出)(?:的|(?=[^、,;。]))")
_FOUND_THEN = re.compile(r"^[^,;。()]{0,8}?(?:发现|反馈|交办|通报|排查出)的?(?:问题|隐患|事项|案件)")
_OF_KIND = re.compile(
    r"^[^,;。()]{0,2}(?:成立|登记|注册|备案|建档|出让|审批|批准|核准|下达)的|^[前底]?(?:签约|开工|动工|竣工|完工|投产|入驻|供地)(?:项目|企业)的|^(?:号|期)(?:刊|简报|杂志)|^刊(?![发登载出])|^[^,;。()]{0,4}(?:签约|签订|开工|动工|竣工|完工|建成|投产|入驻|立项|摘牌|挂牌|供地|受理|办结|未[^,;。的]{1,4}|新[开建增][^,;。的]{0,2})的"
)

# What is made public, paid or counted up is of that time, not in it (公布1-6月案件信息, 兑现上半年奖补资金).
_TAKES_A_PERIOD = re.compile(
    r"(?:公布|公示|公开|通报|统计|汇总|核[对算定销查]|清[算理缴]|梳理|拨付|兑现|审[核计]|补缴|分析|发放|对照|上报|报送|编[制印]|汇编|形成|办理|处理|兑付)$"
)
# The noun phrase a span of years names (2018-2020年三年提升计划).
_PLAN_OF_YEARS = re.compile(r"^[^,;。()]{0,12}(?:行动|计划|规划|方案|纲要|目标|战役)(?=$|[,;。、)\"])")

# After a bare year a verb says that the year is when; a noun says that it is whose (2018年重点工作计划).
VERB = re.compile(
    r"^(?:[前底末内]|正式|要|将|应|须|需|争取|力争|确保|全面|基本|全部|累计|逐步|继续|完成|实现|建成|启动|开工|动工|竣工|投[产用入]|交付|达[到产标]|"
    r"为(?!基|准|主|单)|增[长加]|提[高升]|下降|降低|减少|突破|翻番|再(?:[建增新引]|完成)|投资(?=[约超达近]*\d)|"
    + _PLANNED
    + r"|新增|新建|引进|引入|招引|培育|组织|开展|推进|推动|办[结理]|形成|出台|制定|印发|编制|上报|报送|提交|落地|签约|通过|取得|验收|销号|整改|"
    r"启用|开通|通车|入驻|打造|建立|力促|促成|保持|分别|各(?=完成|建成|新[增建]|引进)|分年|分步|分期|逐年|实施|滚动)"
)
_YEAR_OF = re.compile(
    r"^(?:的|度|版|第|[省市县区镇村]|国|中央|中央|全[省市县区国镇]|部门|政府|本级|工作|重点|主要|重大|新|滚动|专项|行动|目标|任务|预算|决算|项目|计划|规划|方案|要点|安排|清单|"
    r"指南|年报|总结|考核|绩效|报告|财政|经济|民生|实事|投资|招生|教师|高考|中考|[春夏秋冬]季|汛|城|总体|春节|元旦|国庆|申报|补助|奖励|资金|学年|\d|[\"〔(])"
)
_A_FEW = re.compile(r"^\d+[%个家条座项栋人户亩]|^\d+公里")
_BY = re.compile(r"(?:^|力争|争取|确保|预计|计划)[到至]$")
_DRAFTED = r"(?:编制|制定|制订|起草|出台|印发|修编|修订|报批|报审)"
_DRAFTING = re.compile(_DRAFTED + r"[^,;。]*\($")
# A year between an aim and an amount is the year of the aim (确保2018年新签约项目10个).
_AIMED = re.compile(r"(?:力争|确保|实现)$")
_AMOUNT = re.compile(r"\d(?:%|[亿万]|个百分点|[个家项人名条座件户套亩辆台])")
_PLAN = re.compile(r"(?:行动|计划|规划|方案|攻坚|工程|战役|项目|[总控]规)\($")
_KEEPS_ON = re.compile(
    r"^(?:持续|推进|坚持|常态|长期|不间断|滚动|进行|贯穿|不|[常长]?抓|性(?:工作|任务|事项)?$|抓[好紧实]|(?:开展|实施|落实|执行)(?=$|[,;。]))"
)
_KEPT_ON = re.compile(r"(?:贯穿|持续|坚持)于?$|(?:推进|常态化|长期|坚持|持续)\($")
_WHOLE_YEAR = re.compile(r"(?:全年度?|年内|年度?内?|[今本当]年)$")
_STATE = r"(?:完成|进展|推进|落实|运行)?情况"
_PERIOD_NOUN = re.compile(
    r"^(?:的)?(?:度)?(?:工作)?(?:总结|报告|年报|报表|数据|预算|决算|经济|考核|绩效|(?!"
    + _PLANNED
    + r")计划|规划|方案|统计|分析|述职|测评|审计|要点|台账|重点|未完成|进展(?=$|[,;。])|(?:完成|目标)数|"
    + _STATE
    + r")"
)
# 全年目标的50% and 全年分四个阶段 only lead to the times beside them.
_LEADS_TO = re.compile(r"^(?:工作)?(?:目标|任务|指标|序时|分[两一二三四五六\d]*个?(?:阶段|批|次|步|期|季))")
_VERB_TOO = re.compile(r"^(?:总结|报告|统计|述职|审计|分析|测评)")
_RECORD_NOUN = re.compile(
    r"^(?:的)?(?:工作)?(?:总结|报告|报表|数据|月报|季报|统计|述职|进展(?=$|[,;。])|(?:完成|计划|目标)数|未完成|"
    + _STATE
    + r")"
)
# Several periods may share one report (报送上半年、全年情况).
_LISTED_RECORD = re.compile(
    r"^(?:[、和及](?:全年|[上下]半年|第?[一二三四1-4]季度))+(?:工作)?(?:总结|报告|报表|" + _STATE + r")"
)
_COUNTED = re.compile(r"^(?:不少于|不低于|至少|共|组织|召开|开展|报送|举办|通报|完成)*\d+(?:场|次|期)(?:以上)?$")


def role(mention: Mention, text: str, *, left: int, right: int, every: Sequence[Token], plan: int) -> Role:
    """Return what `mention` is in `text` of a plan for that year; `left` and `right` are the edges of its neighbours."""
    before = CLAUSE.split(text[left : mention.start])[-1]
    after = CLAUSE.split(text[mention.end : right])[0]
    if _is_repeated(mention, text, every, after):
        return Role.REPEATED
    if _is_past(mention, text, before, after, plan):
        return Role.PAST
    if mention.modifier == "from" or (mention.since is None and _FROM.search(before)):
        undated = mention.point.grain in (Grain.FESTIVAL, Grain.EVENT)
        return Role.UNDATED if undated else Role.START
    if _is_of_record(mention, before, after, text[mention.end :]):
        return Role.NAME
    if mention.since is None and (_OF_KIND.match(after) or _in_a_slogan(mention, text)):
        return Role.MAYBE_NAME
    if _is_of_its_object(mention, before, after):
        return Role.MAYBE_NAME
    if mention.point.grain in (Grain.FESTIVAL, Grain.EVENT):
        rest = text[mention.end :]
        closes = _STOP.match(rest) and not rest.startswith("、")
        named = not mention.modifier and mention.since is None and not closes and not VERB.match(rest)
        return Role.NAME if named else Role.DUE
    alone = left == 0 and right == len(text)
    return _period_role(mention, text, before, after, left=left, plan=plan, alone=alone)


def _is_repeated(mention: Mention, text: str, every: Sequence[Token], after: str) -> bool:
    # Only what comes once a year, a half or a term can name a month (每年6月底前); 每月调度，6月底前完成 has a date.
    for token in every:
        ahead = CLAUSE.search(text, token.end)
        within = token.end <= mention.start < (ahead.start() if ahead else len(text))
        if within and token.parts.get("unit", "").rstrip("度") in ("年", "半年", "学期"):
            return True
    next_to = any(token.start == mention.end for token in every)
    # 全年不少于4次 is a rhythm, 年底前不少于10次 has a limit.
    counted = mention.modifier != "before" and bool(_COUNTED.match(after))
    return bool(every) and mention.point.grain is Grain.YEAR and (next_to or counted)


def _is_past(mention: Mention, text: str, before: str, after: str, plan: int) -> bool:
    if mention.modifier == "since" or _MEASURED.search(before) or _MEASURED_AFTER.match(after):
        return True
    if (mention.point.offset or 0) < 0 or _DONE.match(after) or _DONE_BEFORE.search(text[: mention.start]):
        return True
    if _FORMER.search(before) and after != text[mention.end :]:
        return True
    if mention.modifier == "before":
        return _is_gone_with_its_year(mention, after, plan)
    if _UP_TO.search(before) and mention.point.year is not None and mention.point.year < plan:
        return True
    behind = bool(_REACHED.search(after)) or bool(_DONE_AFTER.match(text[mention.end :]))
    return bool(_UP_TO.search(before)) and behind


def _is_gone_with_its_year(mention: Mention, after: str, plan: int) -> bool:
    """Tell the age of a thing (2016年前批而未供土地) from a limit: the year was over before the plan began."""
    year = mention.point.year
    early = mention.point.grain is Grain.YEAR and year is not None and not mention.point.closed
    return early and (after.startswith("的") or ((year or plan) < plan and len(after) > 1 and not VERB.match(after)))


def _is_of_record(mention: Mention, before: str, after: str, rest: str) -> bool:
    if mention.point.name == "年初":
        return bool(_AGREED.match(after))
    if mention.since is not None:
        return bool(_FOUND_THEN.match(after))
    if mention.modifier or mention.point.closed:
        return False
    dated = mention.point.grain in (Grain.DAY, Grain.PART, Grain.MONTH)
    return bool(dated and _ACCORDING.search(before)) or bool(_OF_RECORD.match(after) or _OF_RECORD.match(rest))


def _in_a_slogan(mention: Mention, text: str) -> bool:
    """Tell a time at the end of a name in quotation marks (“决战四季度”)."""
    opened = text.rfind('"', 0, mention.start)
    within = text[opened + 1 : mention.start]
    inside = opened >= 0 and text.count('"', 0, opened) % 2 == 0 and text.startswith('"', mention.end)
    return inside and not mention.modifier and len(within) > 1


def _is_of_its_object(mention: Mention, before: str, after: str) -> bool:
    """Tell the period of the thing a verb before it takes from the time at which the verb is done."""
    open_ended = not mention.modifier and (mention.since is not None or not mention.point.closed)
    period = mention.point.grain in (Grain.MONTH, Grain.QUARTER, Grain.HALF)
    noun = len(after) > 1 and not VERB.match(after) and not _STOP.match(after)
    return bool(open_ended and period and noun and _TAKES_A_PERIOD.search(before))


def _period_role(mention: Mention, text: str, before: str, after: str, *, left: int, plan: int, alone: bool) -> Role:
    rest = text[mention.end :]
    point = mention.point
    if point.grain is Grain.YEAR:
        if point.name == "五年规划" and (point.year or plan) < plan and not _STOP.match(rest):
            return Role.PAST
        if mention.since is not None and _names_a_plan(mention, text, alone=alone):
            return Role.NAME
        if mention.since is not None and not VERB.match(after) and _PLAN_OF_YEARS.match(after):
            return Role.NAME
        whole = _WHOLE_YEAR.search(text[mention.start : mention.end])
        going_on = text[mention.end :].removeprefix(",") if point.name == "全年" else after
        if (whole and _KEEPS_ON.match(going_on)) or _KEPT_ON.search(text[left : mention.start]):
            return Role.ONGOING
        if not point.closed and not mention.modifier:
            return _bare_year_role(mention, text, before, plan)
    if mention.modifier or (point.closed and point.name != "全年"):
        return Role.DUE
    if point.grain is Grain.YEAR and not alone and _LEADS_TO.match(rest):
        return Role.NAME
    if _TAKES_A_PERIOD.search(before) and _LISTED_RECORD.match(rest):
        return Role.NAME
    noun = _PERIOD_NOUN if point.grain in (Grain.YEAR, Grain.HALF) else _RECORD_NOUN
    # At the head of one step among several 总结 is what is done then (1-3月摸底，11-12月总结).
    step = not alone and not before and _VERB_TOO.match(rest)
    return Role.NAME if noun.match(rest) and not step else Role.DUE


def _names_a_plan(mention: Mention, text: str, *, alone: bool) -> bool:
    """Tell the years a plan covers (三年攻坚（2018—2020年），…) from those in which something is done."""
    before, rest = text[: mention.start], text[mention.end :]
    if not _PLAN.search(before) or not rest.startswith(")"):
        return False
    # The only years in a cell are its limit, unless the plan itself is still to be written.
    return not alone or bool(_DRAFTING.search(before) or re.match(_DRAFTED, rest[1:]))


def _bare_year_role(mention: Mention, text: str, before: str, plan: int) -> Role:
    rest = text[mention.end :]
    # A quotation mark that opens begins the name of a thing (2018年“双拥”模范城).
    opens = rest.startswith('"') and text.count('"', 0, mention.end) % 2 == 0
    if _STOP.match(rest) and not opens:
        followed = rest[:1] in (",", ":") and re.search(r"[月季旬]|半年|年底|\d\.\d", rest)
        return Role.HEADING if followed and mention.point.name != "五年规划" else Role.DUE
    if mention.point.name == "五年规划":
        return Role.NAME
    if mention.point.year is not None and mention.point.year < plan:
        return Role.PAST
    if VERB.match(rest) or _BY.search(before) or (_AIMED.search(before) and _AMOUNT.search(CLAUSE.split(rest)[0])):
        return Role.DUE
    if (not before or before.endswith(":")) and _A_FEW.match(rest):
        return Role.MAYBE_DUE
    if _YEAR_OF.match(rest):
        return Role.NAME
    return Role.MAYBE_NAME if before else Role.MAYBE_DUE
