"""The words of the deadline language: a folded cell cut into dated tokens, everything else left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from projects.reading.deadlines.festivals import NAMES, SHORT
from projects.reading.deadlines.numerals import ARABIC_MONTH, CHINESE_MONTH, COUNT, DAY, FIRST_MONTH, MONTH, YEAR_DIGITS


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    start: int
    end: int
    parts: dict[str, str]


# The word 前 is "before" only where it does not begin another word (前期, 前三季度, 前提下); 前提出 and 前进点 are 前 and a verb.
# After the end of a time it is nothing else, whatever number or year follows (6月底前年底前, two lines of one cell).
_AFTER_TIME = r"(?<=[底末日号旬初])"
_NOT_AFTER_TIME = r"(?<![底末日号旬初])"
BEFORE = (
    r"(?:之前|以前|前夕|"
    + _AFTER_TIME
    + r"前(?=[三两四二年])|前(?![期三两四后沿瞻往景台端来言夕]|提(?=$|[下条是的为之和,，、;；。)）])|进(?=$|[路街镇乡的中方道,，、;；。)）])"
    r"|置(?!换)|述(?![职评])|列(?![入出支])|去(?![除库产])|面(?![向试谈])|行(?!文)|线(?![上下])|移(?![交送植民])))"
)
_ENDS = (
    r"(?=$|[,，、;；:。.!?)\]\"]|" + BEFORE + r"|[-~至到起]|期间|左右|前后|后(?!期)|以?内|完成|竣工|开工|投|报|交|启)"
)
_LINK = r"(?:[-~]+|至|到)"
_CHAIN = r"(?:[-~、,/和及与或]|至|到|以及)"
_QUARTER = r"[一二三四1-4]"
_PART = r"(?:上中旬|中上旬|中下旬|上旬|中旬|下旬|上半月|下半月|月?底(?![座层数板盘部线])|月?末|初(?![步级中审稿设验选评])|中(?![国心秋小学央型介期标层药医考共]))"
_NAMES_EN = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_YEAR_PART = r"(?:年?(?:底(?!数)|末|终(?![于点止])|内)|年?中(?![国期央心小考秋型共标介])|年?初(?![步级]))"
_WORD = r"(?:(?![至到和与及或起前后])[\u4e00-\u9fff])"
_SHORT = "|".join("·?".join(name) for name in SHORT)
_FULL = r"(?:国际)?(?:劳动节?|国庆节?|儿童节|妇女节|青年节|建党节|建军节)?(?:黄金周|小?长?假期?)?"

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "skip",
        r"《[^》]*》|三月三(?![十\d日号])|[〔\[(【]?(?:19|20)\d\d[〕\])】]第?\d+号|(?<!\d)3·15(?!" + BEFORE + r")",
    ),
    (
        "fiveyear",
        r"\"?十(?P<fiveyear_n>[一二三四五六])五\"?(?P<fiveyear_tail>规划|纲要|重点|项目|末期|期末|末|底|收官)?",
    ),
    (
        "event",
        r"(?:党的)?(?P<event_name>十[七八九]大|二十[一二]?大)(?:胜利)?(?:召开|开幕)?(?=" + BEFORE + r"|期间|后|之后)",
    ),
    (
        "every",
        (
            r"(?:每(?:隔|逢)?|各(?=个?(?:月|季|半年|周)))(?P<every_n>[两双一二三四五六2-9])?个?(?P<every_unit>工作日|日|天|周|星期|旬|半个?月|月|季度?|半年|年度?|学期)"
            r"(?![内均产人])|(?<![第\d\"])(?P<every_times>[一半两])个?(?:年|季度?|月|周|旬|日|天)[一二两三四1-4](?:次|场|回|期|报|评|调度|通报|督查|例会|汇报|总结|研判|会商|考核|检查|统计)"
            r"|(?:按|逐)(?P<every_by>半月|月|季度?|周|旬|半年|年度?|日)(?![度期])|(?P<every_days>月月|[双单]月|周报|旬报|月报|季报|隔[日周旬月])"
            r"|\d次/(?P<every_per>半?年|季度?|月|旬|周|日|天)|(?<![\d一二三四五六七八九十本上下当每半])(?P<every_habit>[日周旬月季])(?:调度|通报|研判|碰头|例会|会商|巡查|考评|晾晒)"
        ),
    ),
    (
        "relative",
        (
            rf"(?<![第月\d])(?<!控制在)(?:百|(?!(?:19|20)\d\d年){COUNT})(?:个?半?(?:工作日|小时|日|天|周|星期|年)|个半?月|个季度)(?:之|以)?内|(?<!\d)半个?[年月](?:之|以)?内"
            rf"|[后起](?:的)?(?:第)?{COUNT}个?(?:工作日|日(?!前)|天|周|个?月|年)(?:之|以)?内?|T\+\d+|(?:用|通过|历时|为期)(?:{COUNT}|半)个?(?:半)?(?:年|月|周|天)(?:左右)?的?(?:时间|努力)|(?:限期|为期|历时|工期){COUNT}个?半?(?:工作日|日|天|周|月|年)|(?<![\d一二三四五六七八九十元正腊])月(?:底|末|初)|(?<![\d一二三四首个每逐按])季度?末|(?<![月\d])[上中下]旬"
            r"|(?<!成)(?P<relative_this>[本下当次上])个?(?:月|周|旬|季度?|星期)份?(?:底|末|初|内|中旬|上旬|下旬)?|[当次]日|当天|即日|即时|立即|马上|立刻"
        ),
    ),
    (
        "ymd",
        r"(?<![\d.])(?P<ymd_y>(?:19|20)\d\d)(?P<ymd_sep>[./-])(?P<ymd_m>\d{1,2})(?P=ymd_sep)(?P<ymd_d>\d{1,2})日?(?![\d])",
    ),
    ("ymd", r"(?<!\d)(?P<ymd2_y>20\d\d)(?P<ymd2_m>0[1-9]|1[0-2])(?P<ymd2_d>0[1-9]|[12]\d|3[01])(?![\d.%元])"),
    ("mdy", r"(?<![\d./])(?P<mdy_a>\d{1,2})(?P<mdy_sep>[/-])(?P<mdy_b>\d{1,2})(?P=mdy_sep)(?P<mdy_y>20\d\d)(?!\d)"),
    (
        "ymd",
        r"(?<![\d.])(?P<ymd3_y>[12]\d)(?P<ymd3_sep>[./-])(?P<ymd3_m>1[0-2]|0?[1-9])(?P=ymd3_sep)(?P<ymd3_d>[12]\d|3[01]|0?[1-9])日?(?![\d])",
    ),
    (
        "ym",
        (
            r"(?<![\d.])(?P<ym_y>(?:19|20)\d\d)[./-](?P<ym_m>1[0-2]|0?[1-9])月?份?(?P<ym_part>"
            + _PART
            + r")?(?!\d|[./]\d|[%元亿万家个])"
        ),
    ),
    ("ym", r"(?<!\d)(?P<ym2_y>20\d\d)(?P<ym2_m>0[1-9]|1[0-2])" + _ENDS),
    ("ymd", rf"(?P<ymd5_name>{_NAMES_EN})[a-z]*\.?(?P<ymd5_d>\d{{1,2}}),(?P<ymd5_y>20\d\d)"),
    ("ymd", rf"(?<!\d)(?P<ymd6_d>\d{{1,2}})(?P<ymd6_name>{_NAMES_EN})[a-z]*\.?,?(?P<ymd6_y>20\d\d)(?!\d)"),
    ("ym", rf"(?P<ym3_name>{_NAMES_EN})[a-z]*[-./,']*(?P<ym3_y>20\d\d|\d\d)(?!\d)"),
    (
        "ymd",
        rf"(?<!\d)(?P<ymd4_d>\d{{1,2}})-(?P<ymd4_name>{_NAMES_EN})[a-z]*(?:-(?P<ymd4_y>20\d\d|\d\d))?(?!\d)",
    ),
    (
        "year",
        rf"(?P<year_y>{YEAR_DIGITS}|(?<![\d近共满第续逾超一二三四五六七八九十])[12]\d(?=年))年(?:度(?!假))?(?P<year_part>{_YEAR_PART}|全年)?",
    ),
    ("year", rf"(?<!\d)(?P<year2_y>20\d\d)(?:(?P<year2_part>底(?!数)|末)|(?=第?{_QUARTER}季|[上下]半年|Q[1-4]|全年))"),
    ("year", rf"(?<!\d)(?P<year_bare>20\d\d)(?=(?:{_LINK}20\d\d)(?:年|$|[,;。)]))"),
    ("year", r"(?<=[-~至到:于])(?P<year3_y>20\d\d)(?=$|[,;。)])"),
    (
        "yearword",
        (
            rf"(?P<yearword_w>今明两年|今明后三年|今年|本年|当年|明年|次年|翌年|来年|下一?年|(?<![之以两三])后年|去年|上一?年|(?<![以年底末日号旬初])前年|往年)"
            rf"(?:度)?(?P<yearword_part>{_YEAR_PART}|全年)?"
        ),
    ),
    # A day named beside its date (5·12防灾减灾日前, 12月4日宪法日前, 9·8投洽会前).
    (
        "festival",
        (
            r"\"?(?<![\d.])(?P<festival_m>1[0-2]|0?[1-9])(?:[·.]|月)(?P<festival_d>[12]\d|3[01]|0?[1-9])日?\"?"
            rf"(?P<festival_day>{_WORD}{{1,9}}[日节会]|{_WORD}{{0,9}}(?:开[幕学园赛考]|召开|举[办行]|供[暖热]))\"?(?="
            + BEFORE
            + ")"
        ),
    ),
    # 630前 and “1231”前 are said for a day; so short a number is asked.
    ("short", r"(?<![\d.])\"?(?P<short_m>1[0-2]|[1-9])(?P<short_d>0[1-9]|[12]\d|3[01])\"?(?=" + BEFORE + ")"),
    ("bareh", r"(?P<bareh_n>上)[、和及]?(?=下半年)"),
    ("half", r"(?P<half_n>[上下])半年(?:度)?(?P<half_end>底|末)?|(?<![A-Za-z\d])H(?P<half_h>[12])(?![A-Za-z\d])"),
    (
        "quarter",
        (
            rf"(?:第?(?P<quarter_n>{_QUARTER}|(?<![A-Z])(?:IV|I{{1,3}}))(?:个)?季度(?:(?P<quarter_end>末|底)|(?P<quarter_vague>初|中(?![期央心国旬小])))?|Q(?P<quarter_q>[1-4])|(?P<quarter_first>首)季度?(?P<quarter_end2>末|底)?"
            rf"|{_NOT_AFTER_TIME}前(?P<quarter_upto>[两二三])个?季度(?P<quarter_end3>末|底)?|(?<![年])第?(?P<quarter_short>{_QUARTER})季(?P<quarter_end4>末|底)?(?=$|[,、;。)-]|{BEFORE}))"
        ),
    ),
    ("bareq", rf"第?(?P<bareq_n>{_QUARTER})(?=(?:{_CHAIN}第?{_QUARTER})+个?季)"),
    ("bareq", r"(?<![一二三四五六七八九十第])(?P<bareq2_n>[一二三])(?=[二三四]季度)"),
    (
        "month",
        rf"(?P<month_m>{MONTH})月(?!龄)(?:份)?(?:的(?=\d{{1,2}}[日号])|开学(?={BEFORE}))?(?P<month_part>{_PART})?",
    ),
    # One script a list: in 一、4月 the first is a number of the text.
    ("barem", rf"(?P<barem_m>{ARABIC_MONTH}|{FIRST_MONTH})(?=(?:{_CHAIN}{ARABIC_MONTH})+月)"),
    ("barem", rf"(?P<barem2_m>{CHINESE_MONTH}|{FIRST_MONTH})(?=(?:{_CHAIN}{CHINESE_MONTH})+月)"),
    ("barem", r"(?<![一二三四五六七八九十第])(?P<barem3_m>[一二三四五六七八])(?=[二三四五六七八九]月份)"),
    ("day", rf"(?:(?<=月)|(?<=月的))(?P<day_d>{DAY})[日号]|(?<![\d第])(?P<day_free>{DAY})日(?!内|之内|以内)"),
    ("bared", rf"(?<=月)(?P<bared_d>{DAY})(?=(?:{_CHAIN}{DAY})*[日号]|{BEFORE}|$|[-~]|[,、;。)])"),
    ("endm", r"(?<=[-~至到])(?P<endm_m>1[0-2]|0?[1-9])(?=$|[,;、。)]|" + BEFORE + r")"),
    (
        "md",
        (
            r"(?:(?<=^)|(?<=[(,、;:。\"\-~至到于在从自前年]))(?P<md_m>1[0-2]|0?[1-9])[./·](?P<md_d>[12]\d|3[01]|0?[1-9])日?(?![\d./])"
            + _ENDS
        ),
    ),
    # Among dates of the same form a verb may follow at once (4.30前报名，6.1决赛); alone it may be a name (3.15晚会).
    (
        "loosemd",
        r"(?:(?<=^)|(?<=[(,、;:。\n]))(?P<loosemd_m>1[0-2]|0?[1-9])[./](?P<loosemd_d>[12]\d|3[01]|0?[1-9])(?=[\u4e00-\u9fff])(?![亿万千百元个家公平米亩吨版号倍兆])",
    ),
    ("md", r"(?:(?<=^)|(?<=[(,、;:。\-~至到于]))(?P<md2_m>1[0-2]|0?[1-9])-(?P<md2_d>1[3-9]|2\d|3[01])(?!\d)" + _ENDS),
    (
        "yearend",
        r"(?P<yearend_w>年(?:底(?!数)|末|终(?![于点止])|度内|内|中(?![国期央心小考秋型共标介])|初(?![步级]))|(?<![当去今明本周小历])年前|全年度?|岁末|整年|年度(?=$|[,;。)]|内|底|末))",
    ),
    (
        "festival",
        (
            r"\"?(?P<festival_name>"
            + "|".join(NAMES)
            + r")(?:国际)?(?:佳节|节日|节)?\"?(?:\"?[双两]节\"?)?(?:黄金周|小?长?假期?)?(?!路|街|村|广场|小区|东路)"
        ),
    ),
    (
        "festival",
        rf"(?P<festival_q>\")?(?<![一二三四五六七八九十])(?P<festival_short>{_SHORT})(?![五届期路街村小])(?:{_FULL})\"?(?:{_FULL})(?:节日?)?\"?(?=$|[,、;。)]|{BEFORE}|期间|节|后|之后|投|开[工业园放馆]|完[成工]|建成|竣工|交付|启用|通车)",
    ),
    ("from", r"(?:[-~]+|至|到)(?=长期|永久|常年|常态)"),
    ("since", r"至今(?!年)"),
    ("range", r"(?:起|开始|开工)?(?:" + _LINK + r")"),
    ("list", r"[、,/和及与或]|以及"),
    ("before", BEFORE),
    ("about", r"左右|前后"),
    ("since", r"以来"),
    ("from", r"起(?!草|步|诉|重)|开始|以后|之后|后(?!期|续|勤|备|台)"),
    ("during", r"期间"),
    ("within", r"(?:之|以)?内(?!部|容|涝|控|河|环)|(?:为)?止"),
)


# Every token begins with one of these; the rest of a sentence is passed over quickly.
_FIRST = (
    r"0-9百各用通历限为工隔一二三四五六七八九十廿卅〇零元两OQTHJFMASNDI《〔\[(【\"每按逐月双单周旬季后起本下当次上即立马今明翌来去前往年全岁整第首党半内为完"
    r"之以左右期间开止\-~至到、,/和及与或" + "".join(sorted({name[0] for name in NAMES}))
)


def _compiled() -> re.Pattern[str]:
    names: dict[str, int] = {}
    alternatives = []
    for kind, pattern in _PATTERNS:
        names[kind] = names.get(kind, 0) + 1
        alternatives.append(f"(?P<{kind}__{names[kind]}>{pattern})")
    return re.compile(f"(?=[{_FIRST}])(?:{'|'.join(alternatives)})")


_LEXER = _compiled()


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the dated words of a folded text, in order; `parts` names what each one holds."""
    found = []
    for match in _LEXER.finditer(text):
        group = match.lastgroup or ""
        kind = group.split("__")[0]
        parts = {short: value for short, name in _PARTS[group] if (value := match[name]) is not None}
        found.append(Token(kind, match.start(), match.end(), parts))
    if any(token.kind == "loosemd" for token in found):
        dotted = any(token.kind == "md" for token in found)
        found = [
            replace(token, kind="md") if token.kind == "loosemd" else token
            for token in found
            if dotted or token.kind != "loosemd"
        ]
    return tuple(found)


def _parts() -> dict[str, list[tuple[str, str]]]:
    """Name the groups inside each alternative; the digit in ymd2_y only keeps group names apart."""
    parts: dict[str, list[tuple[str, str]]] = {}
    current = ""
    for name in sorted(_LEXER.groupindex, key=lambda name: _LEXER.groupindex[name]):
        if "__" in name:
            current = name
            parts[current] = []
        else:
            parts[current].append((re.sub(r"^[a-z]+\d?_", "", name), name))
    return parts


_PARTS = _parts()
