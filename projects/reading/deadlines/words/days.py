"""Days and months as they are written: with their year, or alone."""

from __future__ import annotations

from projects.reading.deadlines.numerals import ARABIC_MONTH, CHINESE_MONTH, DAY, FIRST_MONTH, MONTH
from projects.reading.deadlines.words.signs import (
    BEFORE,
    CHAIN,
    ENDS,
    HAN,
    NOT_AFTER_NUMBER,
    PART_OF_MONTH,
    UNITS,
    Entry,
)

_ENGLISH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_M = "1[0-2]|0?[1-9]"
_D = r"[12]\d|3[01]|0?[1-9]"
# The 3号 of a plot or a building is its name (8月3号地块开工).
_NUMBER = "号(?!地块|宗地|[楼院线路井门桥机炉仓馆桩码泊标文令])"

FULL_DATES: tuple[Entry, ...] = (
    # Two of them may stand without a sign between, where a line break was all that parted them.
    (
        "ymd",
        r"""(?:(?<![\d.])|(?<=[./-]\d\d))(?P<y>(?:19|20)\d\d)(?P<sep>[./-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})日?
            (?:(?!\d)|(?=20\d\d[./-]))""",
    ),
    ("ymd", rf"(?<![\d.、])(?P<y>20\d\d)、(?P<m>{_M})、(?P<d>{_D})日?(?![\d.、]){ENDS}"),
    ("ymd", r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\d.%元])"),
    ("mdy", r"(?<![\d./])(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?P=sep)(?P<y>20\d\d)(?!\d)"),
    ("ymd", rf"(?<![\d.])(?P<y>[12]\d)(?P<sep>[./-])(?P<m>{_M})(?P=sep)(?P<d>{_D})日?(?!\d)"),
    (
        "ym",
        rf"(?<![\d.])(?P<y>(?:19|20)\d\d)[./-](?P<m>{_M})月?份?(?P<part>{PART_OF_MONTH})?(?!\d|[./]\d|[%元亿万家个])",
    ),
    ("ym", rf"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2]){ENDS}"),
    ("ymd", rf"(?P<name>{_ENGLISH})[a-z]*\.?(?P<d>\d{{1,2}}),(?P<y>20\d\d)"),
    ("ymd", rf"(?<!\d)(?P<d>\d{{1,2}})(?P<name>{_ENGLISH})[a-z]*\.?,?(?P<y>20\d\d)(?!\d)"),
    ("ym", rf"(?P<name>{_ENGLISH})[a-z]*[-./,']*(?P<y>20\d\d|\d\d)(?!\d)"),
    ("ymd", rf"(?<!\d)(?P<d>\d{{1,2}})-(?P<name>{_ENGLISH})[a-z]*(?:-(?P<y>20\d\d|\d\d))?(?!\d)"),
)

DAYS_AND_MONTHS: tuple[Entry, ...] = (
    (
        "month",
        rf"""(?P<m>{MONTH})月(?!龄)份?(?: 的(?=\d{{1,2}}[日号]|[上中下]旬) | (?:(?:新|[春秋]季?)学期)?开学(?={BEFORE}) )?
            (?: (?P<part>{PART_OF_MONTH}) | (?P<week>(?:第[一二三四五1-5]|最后一|前[一两二三]|首)个?(?:周|星期|工作日)) )?""",
    ),
    # 七八月份 are two months.
    ("month", r"(?<![一二三四五六七八九十第][一二三四五六七八])(?<=[一二三四五六七八])(?P<m>[二三四五六七八九])月份"),
    # One script a list: in 一、4月 the first is a number of the text.
    ("barem", rf"(?P<m>{ARABIC_MONTH}|{FIRST_MONTH})(?=(?:{CHAIN}{ARABIC_MONTH})+月)"),
    ("barem", rf"(?P<m>{CHINESE_MONTH}|{FIRST_MONTH})(?=(?:{CHAIN}{CHINESE_MONTH})+月)"),
    ("barem", rf"{NOT_AFTER_NUMBER}(?P<m>[一二三四五六七八])(?=[二三四五六七八九]月份)"),
    ("day", rf"(?:(?<=月)|(?<=月的))(?P<d>{DAY})(?:日|{_NUMBER})"),
    ("day", rf"(?<![\d第])(?P<d>{DAY})日(?!内|之内|以内)"),
    ("day", rf"(?<=\d、)(?P<d>{DAY})(?=(?:、{DAY})*日)"),
    ("bared", rf"(?<=月)(?P<d>{DAY})(?=(?:{CHAIN}{DAY})*(?:日|{_NUMBER})|{BEFORE}|$|[-~]|[,、;。)])"),
    ("endm", rf"(?<=[-~至到])(?P<m>1[0-2]|0?[1-9])(?=$|[,;、。)]|{BEFORE})"),
    ("md", rf"""(?:(?<=^)|(?<=[(,、;:。"\-~至到于在从自前年止]))(?P<m>{_M})[./·](?P<d>{_D})日?(?![\d./]){ENDS}"""),
    ("md", rf"(?<![\dA-Za-z./\-~第])(?P<m>{_M})[./·](?P<d>{_D})日?(?={BEFORE})"),
    # Among dates of the same form a verb may follow at once (4.30前报名，6.1决赛); alone it may be a name (3.15晚会).
    ("loosemd", rf"(?:(?<=^)|(?<=[(,、;:。])|(?<=\d[-~至到]))(?P<m>{_M})[./](?P<d>{_D})(?={HAN})(?![{UNITS}])"),
    ("md", rf"(?:(?<=^)|(?<=[(,、;:。\-~至到于]))(?P<m>{_M})-(?P<d>1[3-9]|2\d|3[01])(?!\d){ENDS}"),
)
