"""What comes back (每月25日前) and what is counted from another day (签约后30日内)."""

from __future__ import annotations

from projects.reading.deadlines.numerals import COUNT
from projects.reading.deadlines.words.signs import HAN, Entry

_OFTEN = "工作日|日|天|周|星期|旬|半个?月|月|季度?|半年|年度?|学期"
_DONE_OFTEN = "次|场|回|报|评|调度|通报|督查|例会|汇报|总结|研判|会商|考核|检查|统计"
_HABITS = "调度|通报|研判|碰头|例会|会商|巡查|考评|晾晒"

RHYTHMS: tuple[Entry, ...] = (
    (
        "every",
        rf"(?: 每(?:隔|逢)? | 各(?=个?(?:月|季|半年|周)) )(?:[两双一二三四五六2-9])?个?(?P<unit>{_OFTEN})(?![内均产人])",
    ),
    ("every", rf'(?<![第\d"])[一半两]个?(?:年|季度?|月|周|旬|日|天)[一二两三四1-4](?:{_DONE_OFTEN})'),
    ("every", r"(?:按|逐)(?P<unit>半月|月|季度?|周|旬|半年|年度?|日)(?![度期])"),
    ("every", r"每?逢(?:重[大要])?(?:节假?日?|假日|假期|重[大要]活动|赶?[集圩])"),
    ("every", r"月月 | [双单]月(?!刊) | [周旬月季]报 | 隔[日周旬月]"),
    ("every", r"\d次/(?:半?年|季度?|月|旬|周|日|天)"),
    ("every", rf"(?<![\d一二三四五六七八九十本上下当每半])[日周旬月季](?:{_HABITS})"),
    # 周清、月结、季考
    ("every", rf"(?<![\d一二三四五六七八九十本上下当每半])[日周旬月]{HAN}{{1,2}}、[周旬月季]"),
)

LIMITS: tuple[Entry, ...] = (
    (
        "relative",
        rf"""(?<![第月\d])(?<!控制在)(?: 百 | (?!(?:19|20)\d\d年){COUNT} )
             (?: 个?半?(?:工作日|小时|日|天|周|星期|年) | 个半?月 | 个季度 )(?:之|以)?内""",
    ),
    ("relative", r"(?<!\d)半个?[年月](?:之|以)?内"),
    ("relative", rf"[后起]的?第?{COUNT}个?(?:工作日|日(?!前)|天|周|个?月|年)(?:之|以)?内?"),
    ("relative", r"[后起]的?[一两二三1-3]季度(?:之|以)?内"),
    ("relative", r"T\+\d+"),
    ("relative", rf"(?:用|通过|历时|为期)(?:{COUNT}|半)个?半?(?:年|月|周|天)(?:左右)?的?(?:时间|努力)"),
    (
        "relative",
        rf"""(?:限期|为期|历时|时限|期限|(?:工|租|服务|合同|建设|施工)期)[:为约]?(?!20\d\d){COUNT}
             (?: 个?半?(?:工作日|日历天|日|天|周|年) | 个半?月 )""",
    ),
    # 月底 and 季度末 of no month or quarter: those of the day on which it was written.
    (
        "relative",
        r"(?<![\d一二三四五六七八九十元正腊])月[底末初] | (?<![\d一二三四首个每逐按])季度?末 | (?<![月\d])[上中下]旬",
    ),
    # 下一季度 is one time; in 5家以上一季度 the quarter is the first.
    (
        "relative",
        r"""(?<!成)(?P<this>[本下当次上])(?:(?<=[上下])(?<![以之][上下])一)?个?(?:月|周|旬|季度?|星期)份?
            (?:底|末|初|内|中旬|上旬|下旬)?""",
    ),
    ("relative", r"(?<!应)当日 | 次日 | 当天 | 即日 | 即时 | 立即 | 马上 | 立刻"),
)
