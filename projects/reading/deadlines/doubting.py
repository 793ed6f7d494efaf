"""Days that were read and still may not be meant: rivals, conditions, accounts of what was done, days long gone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from projects.reading.deadlines.context import CLAUSE, VERB
from projects.reading.deadlines.grammar import Mention
from projects.reading.deadlines.points import Grain
from projects.reading.deadlines.resolving import Dated, which_year
from projects.reading.model import Choice, Question, ReadMilestone

_COUNT = r"(?:\d+|[一二两三四五六七八九十]+)个?半?(?:工作日|日历天|季度|日|天|周|星期|月|年)"
# Nothing stands between two rivals but a word that prefers one, or says whose day the other is.
_RIVAL = re.compile(
    r"^(?:[,(、;]?(?:或者?|或是|若不行)?"
    r"|[,、;(]?(?:应|须)?(?:最[迟晚]|至迟|不超过|不[迟晚]于|宽限|放宽|在|于|至|到)+"
    r"|[^;。]{0,8}[,(、;][^,;。()]{0,4}(?:[省市县区][里上]?[定要]求?|上级[定要]求?|合同|要求|实际)[^,;。()]{0,5}"
    r"|(?![^;。]*(?:个别|部分|其[余他]))[^;。]{0,14}(?:可|允许)?(?:顺延|延期|延|推迟|放宽|宽限)[^,;。]{0,3}[至到]"
    r"|(?:力争|争取)[^,;。]{1,8},(?:确保|最迟))$"
)
# A second limit for the first work, though it is the sooner one (12月底前建成，不得晚于10月底).
_FIRM = re.compile(r"^[^,;。()]{0,12}[,、;(][^,;。()]{0,4}(?:最[迟晚]|至迟|不超过|不得?[迟晚]于)[^,;。()]{0,4}$")
_ENDS = re.compile(r"$|[;。)]")
# 全年2次（6月、12月）: the year is only what the days in brackets share.
_TIMES_OF_IT = re.compile(r"^[^,;。()]{0,8}\d+[次场期批][^,;。()]{0,4}\($")
_OPEN = re.compile(r"待[定明确核商]|未定|另定|存疑|[?]|(?<!尽)可能[会将要]?(?:延[至到期]?|[在于至到])+")
_CONDITION = re.compile(
    r"(?:^(?:如果?|若|倘若?|假如|一旦)(?!期|约|遇)[^,;。]{0,8}|未能?[在按于]?|(?<![拆清消解扫])除|^同|不得?早于|最早|(?<![不最])[晚迟]于)$"
)
_FORBIDS = re.compile(r"^[^,;。]{0,2}?(?:不得(?!低|少|超|延|晚|迟|突破|高|拖|再)|不(?:准|许|允许)|禁止)")
# 工期18个月 beside 6月开工 leaves the day of the start as it is.
_LASTING = re.compile(rf"(?:为期|历时|周期|试运行)[:为约]?{_COUNT}")
_COUNTED = re.compile(
    rf"(?<!滞)[起后](?:的|,)?\(?{_COUNT}(?:[之以]?内|\)|$|[,;。]|[竣完投建])|满{_COUNT}|(?<!\d)[一两二三\d](?:年|个月)内?(?:开工|建成|竣工|投产|达产|见效)"
)
_IF_NOT = re.compile(r"(?:如果?|若|倘若)[^,;。]{0,12}(?:未|不能|无法|没有)")
_FINISHED = re.compile(r"竣工|完[工成]|建成|投[产用入]|交付|通[车水电]|封顶|验收|结束|收官|总结|启用|开[园业馆]")
_SO_FAR = re.compile(
    r"(?:[今本]年|20\d\d年)?(?:1|一)月?[-~至到][^,;。底前]{1,4}月份?,?(?:累计|(?:预计|共)?(?:完成|实现)[^,;。前]*?\d[\d.]*(?:[亿万]|%))"
)
_THING = re.compile(r"^[^,、;。!?():/\-~\d至到和及与]{2,}$")
_DEED = re.compile(
    r"完工|完成|封顶|[招开中]标|[挂摘]牌|进场|立项|[获报审]批|批复|到位|开[园业学幕]|[投启]用|举[办行]|召开|总结|^(?:再|各|均|都|正式)"
)
_NEXT_STEP = re.compile(r"^[^,;。()]{2,}[,、](?:再|并|且)?$")
_HALF_A_YEAR = 183
_YEARS_AHEAD = 5


def doubts(text: str, dated: Sequence[Dated], milestones: Sequence[ReadMilestone], plan: int) -> list[Question]:
    """Return what is asked of the days of a folded text."""
    times = [item.mention for item in dated]
    return [
        *_out_of_reach(text, dated, milestones, plan),
        *_measured(text, times),
        *_rivals(text, dated),
        *_whose(text, dated),
        *_back_in_time(text, dated),
        *_taken_back(text, times),
        *_counted_on(text, times, milestones),
    ]


def _out_of_reach(text: str, dated: Sequence[Dated], milestones: Sequence[ReadMilestone], plan: int) -> list[Question]:
    """Ask about a step before the plan's year and about a day or month years after it.

    A cell that is only a date of the year before means it, and so does one that is only a year.
    """
    told = len(milestones) > 1 or any(milestone.text for milestone in milestones)
    years = {item.due for item in dated if item.mention.point.grain is Grain.YEAR}
    asked = {item.due for item in dated if item.questions}
    message = "“{}”在计划年度之前，请确认是时限还是已有的进展。"
    gone = [
        milestone.phrase
        for milestone in milestones
        if milestone.due
        and milestone.due.year < plan
        and milestone.due not in asked
        and (told or (milestone.due not in years and milestone.due.year < plan - 1))
    ]
    far = [
        item.mention
        for item in dated
        if item.mention.point.grain is not Grain.YEAR
        and not item.questions
        and item.due
        and item.due.year > plan + _YEARS_AHEAD
    ]
    return [
        *(Question("before_year", "due", message.format(phrase)) for phrase in gone),
        *(
            Question("far_ahead", "due", f"“{text[time.start : time.end]}”比计划年度{plan}晚得多，请核对。")
            for time in far
        ),
    ]


def _measured(text: str, times: Sequence[Mention]) -> list[Question]:
    """Ask whether 1-5月完成12亿元 is an account of what was done or what is to be reached."""
    message = "“{}”后面是完成数，请确认是时限还是已有的进展。"
    spans = [time for time in times if time.since is not None]
    alone = [time for time in times if len(times) == 1 and time.point.grain in (Grain.HALF, Grain.QUARTER)]
    counted = [time for time in [*spans, *alone] if text.startswith("累计", time.end)]
    counted += [
        time
        for time in spans
        if time not in counted
        and (len(times) == 1 or text[: time.start].endswith("("))
        and _SO_FAR.match(text[time.start :])
    ]
    return [Question("maybe_measured", "due", message.format(text[time.start : time.end])) for time in counted]


def _rivals(text: str, dated: Sequence[Dated]) -> list[Question]:
    """Ask which of two days is meant where the text leaves it open (4月或5月, 6月底前（市里要求5月底）)."""
    return [
        _either(one, other)
        for one, other in pairwise(dated)
        if one.due and other.due and one.due != other.due and _compete(text, one, other)
    ]


def _compete(text: str, one: Dated, other: Dated) -> bool:
    between = text[one.mention.end : other.mention.start]
    if between == "、":
        return _may_share_its_day(one.mention, other.mention)
    if between in ("", ",", ";"):
        return False
    closed = text.startswith(")", other.mention.end)
    if between == "(" and closed:
        return one.mention.point.grain is not Grain.FESTIVAL
    earlier = bool(one.due and other.due and other.due < one.due)
    if _FIRM.match(between) and (earlier or _ENDS.match(text[other.mention.end :])):
        return True
    if earlier and between.endswith("(") and not closed and _is_bare(other.mention) and "其中" not in between:
        return not VERB.match(text[other.mention.end :])
    return bool(_RIVAL.match(between)) or (earlier and bool(_TIMES_OF_IT.match(between)))


def _may_share_its_day(one: Mention, other: Mention) -> bool:
    """Tell a month beside a day that may be meant for both (4月、10月10日前)."""
    return _is_bare(one) and one.point.grain is Grain.MONTH and other.point.grain is Grain.DAY


def _either(one: Dated, other: Dated) -> Question:
    days = [item.due for item in (one, other) if item.due]
    choices = tuple(Choice(day.isoformat(), f"{day.year}年{day.month}月{day.day}日") for day in days)
    return Question("either", "due", "一件事写了两个时间，请选定。", choices)


def _whose(text: str, dated: Sequence[Dated]) -> list[Question]:
    """Ask about a bare month before a thing whose limit follows in one breath (九月菊园改造5月底前)."""
    message = "“{}”是时限还是事项的名称，请确认。"
    return [
        Question("deadline_or_name", "due", message.format(text[one.mention.start : one.mention.end]))
        for one, other in pairwise(dated)
        if _is_bare(one.mention)
        and other.mention.modifier == "before"
        and _THING.match(between := text[one.mention.end : other.mention.start])
        and not VERB.match(between)
        and not _DEED.search(between)
    ]


def _back_in_time(text: str, dated: Sequence[Dated]) -> list[Question]:
    """Ask for the year of a step that falls before the one it follows (2017年11月底前完成主体，3月底前装修).

    A step of the year named with it, of another thing, or of some months before is only told later.
    """
    questions = []
    for place, (one, other) in enumerate(pairwise(dated)):
        if not one.due or not other.due or other.due >= one.due or other.mention.point.has_year or other.questions:
            continue
        named = any(item.mention.point.has_year for item in dated[: place + 1])
        back = (one.due - other.due).days
        follows = _NEXT_STEP.match(text[one.mention.end : other.mention.start])
        if follows and one.mention.point.grain not in (Grain.YEAR, Grain.HALF) and (named or back > _HALF_A_YEAR):
            questions.append(which_year(other.mention.point, other.due.year))
    return questions


def _is_bare(time: Mention) -> bool:
    return time.since is None and not time.modifier and not time.point.closed


def _taken_back(text: str, times: Sequence[Mention]) -> list[Question]:
    """Ask about a day that is only a condition, a day before which nothing may be done, and one still open."""
    questions = []
    for time in times:
        before = CLAUSE.split(text[: time.start])[-1]
        behind = text[time.end :]
        if (
            _IF_NOT.search(text, 0, time.start)
            or _CONDITION.search(before)
            or _FORBIDS.match(behind)
            or _OPEN.match(behind.lstrip("(,"))
            or _open(before)
        ):
            message = f"“{text[time.start : time.end]}”前后的话使它不确定，请核对。"
            questions.append(Question("doubtful", "due", message))
    return questions


def _open(before: str) -> bool:
    return any(match.end() == len(before) for match in _OPEN.finditer(before))


def _counted_on(text: str, times: Sequence[Mention], milestones: Sequence[ReadMilestone]) -> list[Question]:
    """Ask for the end of a work of which only the start and the length are told (3月5日启动，为期三个月)."""
    length = _COUNTED.search(text)
    if not length and not any(_FINISHED.search(milestone.text) for milestone in milestones):
        length = _LASTING.search(text)
    if not length or any(time.start >= length.end() for time in times):
        return []
    return [Question("counted_on", "due", f"“{length[0].strip('(),;。')}”要从另一天算起，请填写日期。")]
