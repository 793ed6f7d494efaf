"""Years, halves and quarters, and the words for their ends."""

from __future__ import annotations

from projects.reading.deadlines.numerals import YEAR_DIGITS
from projects.reading.deadlines.words.signs import (
    BEFORE,
    CHAIN,
    END_OF_YEAR,
    LINK,
    MIDDLE_OF_YEAR,
    NOT_AFTER_NUMBER,
    NOT_AFTER_TIME,
    PART_OF_YEAR,
    QUARTER,
    START_OF_YEAR,
    Entry,
)

_SHORT_YEAR = r"(?<![\d近共满第续逾超一二三四五六七八九十])[12]\d(?=年)"

YEARS: tuple[Entry, ...] = (
    ("year", rf"(?P<y>{YEAR_DIGITS}|{_SHORT_YEAR})年(?:度(?!假))?(?P<part>{PART_OF_YEAR}|全年)?"),
    ("year", rf"(?<!\d)(?P<y>20\d\d)(?: (?P<part>底(?!数)|末) | (?=第?{QUARTER}季|[上下]半年|Q[1-4]|全年) )"),
    ("year", r"(?<!\d)(?P<y>20\d\d|[12]\d)[./-]?(?=Q[1-4](?!\d)|H[12](?!\d))"),
    ("year", rf"(?<!\d)(?P<bare>20\d\d)(?={LINK}20\d\d(?:年|$|[,;。)]))"),
    ("year", r"(?<=[-~至到:于])(?P<y>20\d\d)(?=$|[,;。)])"),
    (
        "yearword",
        rf"""(?P<w> 今明两年 | 今明后三年 | 今年 | 本年 | 当年 | 明年 | 次年 | 翌年 | 来年 | 下一?年 | (?<![之以两三大])后年
                  | 去年 | (?<![则以])上一?年 | (?<![以年底末日号旬初])前年 | 往年 )度?(?P<part>{PART_OF_YEAR}|全年)?""",
    ),
)

PARTS_OF_THE_YEAR: tuple[Entry, ...] = (
    ("bareh", r"(?<!则)(?P<n>上)[、和及]?(?=下半年)"),
    ("half", r"(?P<n>[上下])半年度?(?P<end>[底末])?"),
    ("half", r"(?<![A-Za-z\d])H(?P<n>[12])(?![A-Za-z\d月])"),
    (
        "quarter",
        rf"""第?(?P<n>{QUARTER}|(?<![A-Z])(?:IV|I{{1,3}}))个?季度(?!假)
             (?: (?P<end>[末底]) | (?P<vague>初|中(?![期央心国旬小])) )?""",
    ),
    ("quarter", r"Q(?P<n>[1-4])(?![\d月])"),
    ("quarter", r"(?P<first>首)季度?(?P<end>[末底])?"),
    ("quarter", rf"{NOT_AFTER_TIME}前(?P<upto>[两二三])个?季度(?P<end>[末底])?"),
    ("quarter", rf"(?<!年)第?(?P<n>{QUARTER})季(?P<end>[末底])?(?=$|[,、;。)-]|{BEFORE})"),
    ("bareq", rf"第?(?P<n>{QUARTER})(?=(?:{CHAIN}第?{QUARTER})+个?季)"),
    ("bareq", rf"{NOT_AFTER_NUMBER}(?P<n>[一二三])(?=[二三四]季度)"),
)

YEAR_ENDS: tuple[Entry, ...] = (
    (
        "yearend",
        rf"""(?P<w> (?<![财学])年(?:{END_OF_YEAR}|度内|内|{MIDDLE_OF_YEAR}|{START_OF_YEAR}) | (?<![当去今明本周小历])年前
                  | 全年度? | 岁末 | 整年 | 年度(?=$|[,;。)]|内|底|末) )""",
    ),
)
