"""Days known by a name, and names that only look like days."""

from __future__ import annotations

from projects.reading.deadlines.festivals import FOUNDED, MOVING, NAMES, NAMES_OF_NOTE, SHORT
from projects.reading.deadlines.numerals import ARABIC_MONTH, CHINESE_MONTH, DAY
from projects.reading.deadlines.words.signs import ABOUT, BEFORE, LINK, PART_OF_MONTH, UNITS, Entry

_WORD = r"(?:(?![至到和与及或起前后年月日])[\u4e00-\u9fff])"
_OPENS = "开[幕学园赛考]|召开|举[办行]|供[暖热]"
_HOLIDAY = "(?:黄金周|小?长?假期?)?"
_FULL = f"(?:国际)?(?:劳动节?|国庆节?|儿童节|妇女节|青年节|建党节|建军节)?{_HOLIDAY}"
_SHORT = "|".join("·?".join(name) for name in SHORT)
_FIRST_TEN = "初[一二三四五六七八九十]"
_PLACES = "路|街|村|广场|小区|东路"

NO_DATES: tuple[Entry, ...] = (
    ("skip", "《[^》]*》"),
    ("skip", r"三月三(?![十\d日号])"),
    ("skip", rf"{CHINESE_MONTH}月(?=[街巷村桥亭桂])"),
    ("skip", r"[〔\[(【]?(?:19|20)\d\d[〕\])】]第?\d+号"),
    # The number of a case, and the year of a standard (GB50016-2014, ISO9001:2015).
    ("skip", r"[〔\[(【](?:19|20)\d\d[〕\])】][^,;。()]{1,8}?\d+号"),
    ("skip", r"(?<=[A-Z])\d{3,}(?:\.\d+)?[-:](?:19|20)\d\d(?!\d)"),
    ("skip", rf"(?<!\d)3·15(?!{BEFORE})"),
    ("skip", "马上就办"),
    ("skip", '"(?:全年|年[底末中])[^"前]{1,4}"'),
    # A day in quotation marks before a noun is the noun's name (“6·18”对接会).
    ("skip", rf'"\d{{1,2}}[·.]\d{{1,2}}"(?!{BEFORE}|$|[,;。、)]|期间|当|节|{_WORD}{{1,9}}[日节会]{BEFORE})'),
    ("fiveyear", r"""["']?十(?P<n>[一二三四五六])五["']?(?P<tail>规划|纲要|重点|项目|末期|期末|末|底)?"""),
    (
        "event",
        rf"(?:党的)?(?P<name>十[七八九]大|二十[一二]?大)(?:胜利)?(?:召开|开幕)?(?={BEFORE}|期间|后|之后)",
    ),
)

NAMED_DAYS: tuple[Entry, ...] = (
    # A day of the lunar calendar is never one of the solar (农历八月十五前, 正月初八前, 三月初三前).
    (
        "lunar",
        rf"""[农阴旧古]历(?:(?P<y>20\d\d)年)?的?(?P<m>[正腊冬]|{CHINESE_MONTH}|{ARABIC_MONTH})月
             (?: (?P<d>{_FIRST_TEN}|{DAY})日? | (?P<part>{PART_OF_MONTH}) )""",
    ),
    ("lunar", rf"(?P<m>[正腊冬])月(?P<d>{_FIRST_TEN}|{DAY})日?"),
    ("lunar", rf"(?P<m>{CHINESE_MONTH})月(?P<d>{_FIRST_TEN})日?(?={BEFORE}|{ABOUT}|$|[,;。)])"),
    # The number of an anniversary tells its year (新中国成立70周年前).
    (
        "anniversary",
        rf"""(?P<name>{"|".join(FOUNDED)})(?:成立|建立)?(?P<n>\d{{2,3}}|[一二三四五六七八九十百]{{2,}})周年(?:纪念日)?
             (?={BEFORE}|{ABOUT}|期间)""",
    ),
    # A day named beside its date (5·12防灾减灾日前, 12月4日宪法日前, 9·8投洽会前).
    (
        "festival",
        rf"""\"?(?<![\d.])(?P<m>1[0-2]|0?[1-9])(?:[·.]|月)(?P<d>[12]\d|3[01]|0?[1-9])日?"?(?![{UNITS}])
             (?!{"|".join(MOVING)}) (?P<day> {_WORD}{{1,9}}[日节会] | {_WORD}{{0,9}}(?:{_OPENS}) )"?(?={BEFORE})""",
    ),
    # 630前 and “1231”前 are said for a day; so short a number is asked.
    ("short", rf'(?<![\d.])"?(?P<m>1[0-2]|[1-9])(?P<d>0[1-9]|[12]\d|3[01])"?(?={BEFORE})'),
)

FESTIVALS: tuple[Entry, ...] = (
    ("festival", rf'"?(?P<name>{"|".join(NAMES_OF_NOTE)})"?(?={BEFORE})'),
    (
        "festival",
        rf"""\"?(?P<name>{"|".join(NAMES)})(?<!农历年(?=[底末终]))(?:国际)?(?:佳节|节日|节)?"?(?:"?[双两]节"?)?{_HOLIDAY}(?!{_PLACES})""",
    ),
    # 五一 and its like are also numbers and names, so a sign is wanted that the day is meant.
    (
        "festival",
        rf"""\"?(?<![一二三四五六七八九十])(?P<short>{_SHORT})(?![五届期路街村小])(?:{_FULL})"?(?:{_FULL})(?:节日?)?"?
             (?= $ | [,、;。)] | "(?:{_SHORT}) | {BEFORE} | 期间 | {ABOUT} | 节 | 后 | 之后
               | {LINK}"?(?:{"|".join(NAMES)}|(?:{_SHORT})(?!月)|(?:\d{{1,2}}|{CHINESE_MONTH})月)
               | 投 | 开[工业园放馆] | 完[成工] | 建成 | 竣工 | 交付 | 启用 | 通车 )""",
    ),
)
