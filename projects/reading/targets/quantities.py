"""Numbers with a unit, and which of them are promised: not names, thresholds, sizes of a thing, or what is past."""

from __future__ import annotations

import re

from projects.reading.deadlines.numerals import number

_MEASURE = (
    r"(?:个?百分点|[%‰]|(?:[万亿千百]+)?(?:美元|欧元|元|平方米|平方公里|平方千米|立方米|公里|千米|公顷|公斤|千克|毫克|微克|米|亩|吨(?:标准?煤)?|千瓦时|千瓦|兆瓦|千伏安|平(?!台)|方(?![面案式便向]))"
    r"|mg|(?:[万千])?(?:MW|kW|GW|km2?|m2|m3|kWh)|(?:[万千百]+)?(?:小时|课时|学时)(?=的?(?:培训|学习|服务|课)))"
    r"(?:/(?:平方公里|立方米|平方米|亩|吨|升|L|人|万元|元|户|件|年|天|日|小时|kWh|公里)(?![次均]))?"
)
_COUNT = (
    r"(?:(?:[万亿千百]+)?(?:人次|户次|场次|批次|件次|班次|台次|家次|户|人(?!才|大)|家|套|辆|株|棵|头|羽|只|尾|斤|名|件|个|台)|"
    r"[座条项盏场次所处间栋幢份批门块片宗组类种支篇册部艘艇枚根眼口倍起例对节段层张把本幅个台件])(?!月|工作日|小时|百分|性|区域|级|维|多月|字)"
    r"|期(?!工程|项目|建设|用地|地块|厂房|间|限)"
)
UNIT = rf"(?:{_MEASURE}|{_COUNT}|[万亿](?![元家人户个件辆头亩吨名众]))"
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
CHINESE = (
    r"(?<![一二三四五六七八九十百第])(?:[二两三四五六七八九]|[二三四五六七八九]?十[一二三四五六七八九]?)"
    r"(?=[个家条座所项场名处栋台件](?!月|工作日))"
)
_TO_MORE = r"(?:提高|提升|增加|增长|扩大|上升|增|提|升)(?:到|至)"
_TO_LESS = r"(?:下降|降低|压缩|压减|减少|缩短|控制|降|减|压)(?:到|至)"
_LEAST = r"不少于|不低于|不小于|不得少于|不得低于|至少|最少|达到?|(?:稳定|保持|维持)在|稳定达到|" + _TO_MORE + "|[到至]"
_MOST = r"不超过|不高于|不大于|不多于|不得超过|(?:严格)?控制在|低于|少于|小于|至多|最多|" + _TO_LESS
_ABOVE = r"突破|超过|超额|超|大于|多于"
COMPARED = rf"(?:{_LEAST}|{_MOST}|{_ABOVE}|高于|力争|确保|约|近|共|共计|合计|总计)"
QUANTITY = re.compile(
    rf"(?P<before>{_LEAST}|{_MOST}|{_ABOVE})?(?:约|近)?(?<![\d.第前\-+~×*])(?:(?<![A-Za-z])|(?<=GDP)|(?<=GMV))(?P<value>{NUMBER}|{CHINESE})(?:[-~至](?P<upto>{NUMBER}))?(?P<many>多|余|来)?"
    rf"(?P<unit>{UNIT})(?P<after>(?:及|或|\(含\))?以上|以内|之内|以下|左右|上下|多|余)?"
)
_START = re.compile(rf"^(?:左右)?(?:{_TO_MORE}|{_TO_LESS}){NUMBER}")
_ONLY_LEAST = re.compile(_LEAST)
_ONLY_MOST = re.compile(_MOST)
_LESSENED = re.compile(r"下降|降低|压缩|压减|减少|缩短|控制|降|减")
_ONLY_ABOVE = re.compile(_ABOVE)

_MONEY_OR_PEOPLE = re.compile(r"元|^[万千百]*人$|^[万亿]$")
_SIZED = re.compile(r"米|亩|公里|公顷|吨|千瓦|m2|m3|MW|kW|方|平$")
_ENTITY = re.compile(
    r"^(?:的)?[\u4e00-\u9fff]{0,8}?(?:企业|项目|单位|场所|家庭|园区|小区|建筑|商场|楼宇|工程|人员|用户|大户|机关|学校|医院|河流|设备|锅炉|税收|工业)"
)
_STANDING = re.compile(r"^(?:的)?[\u4e00-\u9fff]{0,6}?(?:场所|单位|商场|家庭|企业|楼宇)")
_MAKING = re.compile(
    r"(?:新增|新建|建成|建设|完成|改造|盘活|腾挪|收储|供应|铺设|种植|栽植|整治|拆除|新开工|竣工|投用|打造|扩建|治理|修复|开发|出让|征收|征用|发展|培训|转移)$"
)
_ATTRIBUTE = re.compile(
    r"(?:占地|用地|面积|总投资|投资额|规模|长度?|全长|总长|宽度?|高度?|深|注册资本|产值|营业收入|营收|年产|能力|容量|距离?|距|投资|税收|资产)(?:约|达到?|近|超过?|为|在)?$"
)
_ATTRIBUTIVE = re.compile(
    rf"^(?:以上|左右|以内)?(?:、[^,;。、\d]{{0,8}}{NUMBER}{UNIT}(?:以上|左右)?)*的(?!改造|建设|整治|目标|任务|增长|要求|投资|征|拆|供|收储|增速)"
)
_ASIDE = re.compile(r"(?:总投资|占地|用地|面积|全长|总长|建筑面积|规模|距)[^,;。]*$")
# How long the named road is that is built: 打通云溪大道北段（1.8公里）; 改造管网（5公里） is an amount of work.
_NAMED_WAY = re.compile(
    r"[\u4e00-\u9fff]{2}(?:[东南西北中]段|路|大道|大街|大桥|隧道|[一二三四五六七八九十\d]号?线|快线|高速)(?:工程|项目)?$"
)
_PAST = re.compile(
    r"已(?!批|建(?!成)|签约)(?:经)?(?:累计|全部|有)?(?:完成|实现|建成|投入|达|落地|开工|投产|新增|引进|拥有|取得|到位|纳入|培育|发放|改造|$|\d|有)?|截[至止]|目前|现有|原有|现状|(?:^|[,;。])(?:去年|上年|上一年|前年|往年|20\d\d年底)(?:全年|底|末)?"
    r"|为.{0,6}基数"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!-)")
_CLAUSE = re.compile(r"[,;。、:]")
_SENTENCE = re.compile(r"[,;。]")
_NARROWS = re.compile(rf"^[^\d,，;；。、]{{1,8}}?(?:{COMPARED})?(?:{NUMBER})(?!年|月|日)")
_SLOGAN_VERB = re.compile(
    r"(?:新[增建设辟引]|[建完]成|改造|提升|打造|培育|引进|建设|启动|推动|推进|举办|组织|开展|召开|设立|成立|创建|遴选|选树|签约|开工|竣工|投产|改建|扩建|安装|增加|增设|整治|公园|厕|厂|站|校|院|园|路|桥|村|企业|项目|中心)$"
)
_HELD_IN_TERMS = re.compile(
    r"(?:举办|开办|开设|组织|编[发印]|刊[发登]|印发|推出|播出|班|讲座|讲堂|课堂|简报|论坛|沙龙)共?$"
)


def value_of(written: str) -> float:
    written = written.replace(",", "")
    return float(written) if written[0].isdigit() else float(number(written))


def comparison(match: re.Match[str]) -> str:
    before, after = match["before"] or "", match["after"] or ""
    if before in ("到", "至") and _LESSENED.search(match.string[: match.start()].rsplit(",", maxsplit=1)[-1]):
        return "<="
    if after in ("以内", "以下", "之内") or (before and _ONLY_MOST.fullmatch(before)):
        return "<="
    if (before and _ONLY_ABOVE.fullmatch(before)) or match["many"] or after in ("多", "余"):
        return ">"
    if after.endswith("以上") or (before and _ONLY_LEAST.fullmatch(before)):
        return ">="
    return ">=" if match["upto"] else "="


def is_promised(match: re.Match[str], text: str, sentence: str, year: int | None) -> bool:
    """Tell a promised amount; `sentence` is what stands before it with its times left in, `year` the plan's."""
    before, rest = text[: match.start()], text[match.end() :]
    if before.count('"') % 2 and '"' in rest:
        return False
    if match["unit"] == "期" and not _HELD_IN_TERMS.search(before) and (match["upto"] or comparison(match) == "="):
        return False
    if match["after"] and _NARROWS.match(rest):
        return False
    if before[-1:] in ("由", "从") and _START.match(rest):
        return False
    if not match["value"][0].isdigit() and not _SLOGAN_VERB.search(before.rstrip(" ")):
        return False
    return not (_is_threshold(match, before, rest) or _is_size(before, rest, match["unit"]) or _is_past(sentence, year))


def _is_threshold(match: re.Match[str], before: str, rest: str) -> bool:
    """Tell 500人以上企业 and 1000平方米以上公共场所 from 新建5万平方米以上厂房."""
    if not (match["after"] or "").endswith(("以上", "以下")) or not _ENTITY.match(rest):
        return False
    if _MONEY_OR_PEOPLE.search(match["unit"]):
        return True
    if not _SIZED.search(match["unit"]):
        return False
    return _STANDING.match(rest) is not None or not _MAKING.search(before)


def _is_size(before: str, rest: str, unit: str) -> bool:
    """Tell the size of a thing that is named: 占地30亩的厂房, 项目（总投资3亿元）."""
    clause = _CLAUSE.split(before)[-1]
    if _ATTRIBUTE.search(clause) and _ATTRIBUTIVE.match(rest):
        return True
    opened = before.rfind("(")
    alone = before[opened + 1 :] in ("", "约", "全长", "长") and rest[:1] == ")" and _SIZED.search(unit) is not None
    if opened >= 0 and alone and _NAMED_WAY.search(before[:opened]):
        return True
    return opened > before.rfind(")") and _ASIDE.match(before[opened + 1 :].rsplit(",", maxsplit=1)[-1]) is not None


def _is_past(sentence: str, year: int | None) -> bool:
    clauses = _SENTENCE.split(sentence)
    last = clauses[-1]
    if _PAST.search(last):
        return True
    if year and (years := _YEAR.findall(last)) and max(int(found) for found in years) < year:
        return not re.search(r"[较比].{0,3}20\d\d年", last)
    return len(clauses) > 1 and re.match(r"截[至止]|目前$|去年$", clauses[-2]) is not None and len(clauses[-2]) <= 12
