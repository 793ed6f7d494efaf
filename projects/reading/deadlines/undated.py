"""Cells without a due date: a rhythm, a wait for some event, a lasting duty, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from projects.reading.deadlines.context import VERB
from projects.reading.deadlines.folding import Folded
from projects.reading.deadlines.grammar import Mention
from projects.reading.deadlines.leftovers import STRAY, left_over, unread
from projects.reading.deadlines.points import Grain
from projects.reading.deadlines.tokens import Token
from projects.reading.deadlines.words.signs import BEFORE, UNITS
from projects.reading.model import Question
from projects.reading.unit_words import SURNAMES

_NOTHING = re.compile(r"^[-/\\~无×xX*.。—]*$|^(?:暂无|不定|未定|N/?A)$", re.IGNORECASE)
_LASTING = re.compile(
    r"长期|持续|常态|常年|长效|一直|不间断|经常|日常|久久为功|滚动|随时|[常长]抓|全程|全过程|始终|坚持|不断|全天候|永久|持之以恒|驰而不息|锲而不舍|不懈|全年推进|一以贯之|[今本]年推进"
)
_EVENT = re.compile(
    r"(?:[正腊]月[底初中末]?|小年|节假?日|会议?|周年|节|赛|运|庆|典礼?|学|季|汛期?|供暖期?|论坛|假|冬|夏|春耕|换届|检查|考核|活动|开园|开幕|召开|举办|举行|到来|来临)"
    r"\"?(?:胜利)?(?:召开|开幕|举办|举行|开赛|来临|到来|开始)?" + BEFORE
)
# Whatever ends in 前 waits for something; 目前, 提前 and their like only look so.
_BEFORE_SOMETHING = re.compile(
    r"[^目当提此先眼面空事日生跟底末日号旬初之以\d年月度][\")]?前"
    r"(?=$|[,;。)]|(?:全部|全面|基本|务必|必须|应|要)?(?:完成|到位|完工|建成|投用|投入|竣工|开工|启动|交付|落实|办结|清理|建立|组织|召开|开展|拿出|制定|出台|解决|整改))"
)
_RHYTHM = re.compile(r"(?<!不)定期")
# What starts at once and then lasts is lasting (即日起长期坚持).
_AT_ONCE = ("即日", "即时", "立即", "马上", "立刻")
_AFTER = re.compile(
    r"(?:开工|竣工|投产|签约|通知|批复|验收|审批|启动|中标|交地|到位|下达|完成|建成|结束|开始|发布|落地|进场|交付)(?:之|以)?[前后]|[^前最今以]后$|之日起|待(?!上级|[省市]|通知)[^,;。]{1,12}后|[\u4e00-\u9fff\"]前[一两二三1-9]个?(?:天|日|周|星期|月)"
)
_LASTS = re.compile(
    r"^(?:工期|时限|期限|周期|大)?[:为约]?[\d一二两三四五六七八九十半]+(?:-[\d一二三四五六七八九十]+)?(?:个月|个?工作日|天|日|年|周|工作日|小时|年半|日历天)(?:左右|以内)?$"
)
# A season or a holiday is a time without a day where something is to be done in it.
_SEASON = r"(?:暑[期假]|寒假|今冬明春|[今明][春夏秋冬]季?|[春夏秋冬]{1,2}两?季)(?:期间)?(?=各|完成|组织|开展|实施|开工|启动|竣工)"
# A cell in which no word is left to tell an amount from a day, and what a spreadsheet shows for a broken formula.
_BARE_NUMBER = re.compile(
    r"\d+(?:[.,:;/\\-]\d+)*[.,;]?[日号]?前?|\d[\d.]*[Ee]\d+|[#=].*|[A-Za-z]{2,}|(?:Q|W|FY)\d+", re.IGNORECASE
)
_TELEPHONE = re.compile(r"0\d{2,3}-\d{7,8}|1[3-9]\d{9}|\d{1,2}:\d\d-\d{1,2}:\d\d")
_TIMELIKE = re.compile(
    STRAY
    + r"|"
    + _SEASON
    + r"|暑[期假]|寒假|期间|学[期年]|财年?[末底内]|财年$|财政年|任期[内满届]|假期|汛期|[春夏秋冬]季?[末初]?$|周[一二三四五六日]|[校厂园]庆日"
    + r"|^\d{1,2}[./-]\d{1,2}$|旬[末底]|^[年月日]{1,3}$|[今明][春夏秋冬]|大后年"
)
# A number like a day before nothing but a name (6.30 张三).
_BESIDE_A_NAME = re.compile(rf"(?:1[0-2]|0?[1-9])[./](?:3[01]|[12]\d|0?[1-9])(?![{UNITS}])([\u4e00-\u9fff]{{2,3}})")
# Another time that is named and not told.
_ELSEWHERE = re.compile(r'(?:参照|按照?|同)(?:去年|上年|往年)|十[一二三四五六]五"?(?:中期|初期?)(?=$|[,;。前])')
_SPAN = r"(?:\d+|[一二两三四五六七八九十半]+)个?(?:半?月|半?年|工作日|天|日(?![游报])|周|季度|星期)"
_COUNTED = re.compile(
    rf"(?:提前|推迟|延后|延长|试运行|满|晚于?|为期|历时){_SPAN}|{_SPAN}后|起[(,]?{_SPAN}|(?<!\d)[一两二三\d]年(?:开工|建成|竣工|投产|达产|见效)"
)


def undated(
    folded: Folded, words: Sequence[Token], found: Sequence[Mention], silent: Sequence[Mention], *, ongoing: bool
) -> tuple[str, tuple[Question, ...]]:
    """Return the kind of a folded text without a due date, and what has to be asked."""
    kind, questions = _kind(folded.text, words, silent, ongoing=ongoing)
    if not questions and kind == "none" and not _NOTHING.match(folded.text):
        questions = _unexplained(folded, words, found)
    return kind, questions


def _unexplained(folded: Folded, words: Sequence[Token], found: Sequence[Mention]) -> tuple[Question, ...]:
    text = folded.text
    if _COUNTED.search(text):
        return (Question("relative", "due", "时限取决于另一件事或另一天，请填写日期。"),)
    named = _BESIDE_A_NAME.fullmatch(text)
    bare = _BARE_NUMBER.fullmatch(text) and not _TELEPHONE.fullmatch(text)
    past = any((time.point.offset or 0) < 0 and time.end - time.start == len(text) for time in found)
    if (
        bare
        or past
        or (named and named[1][0] in SURNAMES)
        or _ELSEWHERE.search(text)
        or unread(folded, words, found)
        or _TIMELIKE.search(left_over(text, words, found))
    ):
        return (Question("unreadable", "due", "没有读懂这个时限，请填写日期或选择“无”。"),)
    return ()


def _kind(
    text: str, words: Sequence[Token], silent: Sequence[Mention], *, ongoing: bool
) -> tuple[str, tuple[Question, ...]]:
    if _NOTHING.match(text):
        return "none", ()
    every = [token for token in words if token.kind == "every"]
    if every:
        return "recurring", _yearly(every, silent)
    waiting = next((token for token in words if token.kind == "relative"), None)
    if _EVENT.search(text) and not waiting:
        return "before", (Question("local_event", "due", "以某项活动为准，没有日期，请填写。"),)
    if ongoing or (_LASTING.search(text) and (not waiting or text[waiting.start : waiting.end] in _AT_ONCE)):
        return "ongoing", ()
    if _RHYTHM.search(text) and not waiting:
        return "recurring", ()
    if waiting or _AFTER.search(text) or _LASTS.match(text):
        return "relative", (Question("relative", "due", "时限取决于另一件事或另一天，请填写日期。"),)
    if _BEFORE_SOMETHING.search(text):
        return "before", (Question("local_event", "due", "以某件事为准，没有日期，请填写。"),)
    return "none", ()


def beside(folded: Folded, words: Sequence[Token], dated: list[tuple[int, int]]) -> tuple[Question, ...]:
    """Return what is left to ask in the clauses of a dated text that name a day without saying which."""
    text = folded.text
    edges = sorted({start for start, _ in dated} | {*folded.lines, len(text)})
    questions = []
    for start, end in dated:
        behind = _BEHIND.match(text[end : next(edge for edge in edges if edge >= end)])
        if behind and (not _is_day(text[start:end]) or (_OF_NOTE.search(behind[0]) and not VERB.match(behind[0]))):
            questions.append(Question("undated_part", "due", f"“{behind[0]}”没有日期，请核对。"))
    place = 0
    for clause in re.split(r"(?<=[,;。])", text):
        end = place + len(clause)
        bounded = _FIRM.match(text[end:])
        if not any(place <= start < end for start, _ in dated):
            waits = any(_limits(token, text) and place <= token.start < end for token in words)
            if (waits and not bounded) or _waits_for_something(clause):
                questions.append(Question("undated_part", "due", f"“{clause.strip(',;。')}”没有日期，请填写。"))
        place = end
    return tuple(questions)


def _waits_for_something(clause: str) -> bool:
    return bool(_EVENT.search(clause) or _IN_SEASON.match(clause) or _BEFORE_SOMETHING.search(clause))


def _limits(token: Token, text: str) -> bool:
    """Tell a limit counted from some day from a standard of service (24小时内响应)."""
    words = text[token.start : token.end]
    ends = "this" in token.parts and words[-1] in "底末内"
    return token.kind == "relative" and ("内" in words or ends) and "小时" not in words


_IN_SEASON = re.compile(_SEASON)
_FIRM = re.compile(r"最[迟晚]|至迟|不[晚迟]于")
_BEHIND = re.compile(rf"(?:\([^,;。、()前底末]{{1,10}}\)|[^,;。、()前底末]{{1,10}}){BEFORE}")
_OF_NOTE = re.compile(
    rf"(?:[节会庆赛]|周年|检查|验收|督[查察]|考核|[^\d周]日|典礼?|汛|暑|寒|供[暖热]|开[幕园学业]|召开|举[办行])\"?\)?{BEFORE}$"
)


def _is_day(phrase: str) -> bool:
    return bool(re.search(r"[日号前底末]$|\d[./]\d+$", phrase))


def _yearly(every: Sequence[Token], silent: Sequence[Mention]) -> tuple[Question, ...]:
    times = [time for time in silent if time.point.grain is not Grain.YEAR]
    # Several times of every year are a rhythm; one is also the limit of this year.
    if any(token.parts.get("unit", "").startswith("年") for token in every) and silent and len(times) < 2:
        return (Question("yearly", "due", "每年一次的时限，请确认本年的日期。"),)
    return ()
