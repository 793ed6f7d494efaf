"""Two dates for one thing: the firm one of a hoped and a firm day, the earlier of two festivals."""

from __future__ import annotations

import re
from dataclasses import replace

from projects.reading.deadlines.context import CLAUSE, VERB
from projects.reading.deadlines.festivals import MOVING
from projects.reading.deadlines.folding import Folded
from projects.reading.deadlines.grammar import Mention
from projects.reading.deadlines.points import Grain, days
from projects.reading.deadlines.resolving import Dated
from projects.reading.deadlines.words.signs import BEFORE

_HOPED = re.compile(r"力争|争取|提前[至到]?|尽量")
_FIRM = re.compile(r"最迟|至迟|最晚|确保|不[晚迟]于|不超过")
# A later date replaces the earlier one it is moved to (3月底延期至6月底).
_MOVED = re.compile(
    r"^(?![^;。]*(?:个别|部分|其[余他]|可延|确需))[^;。]{0,12}(?:调整|延期|延|顺延|推迟|变更|改|延长)(?:为|至|到)$"
)
_ONE_SEASON = 60
_GRAINS = (
    Grain.DAY,
    Grain.PART,
    Grain.MONTH,
    Grain.QUARTER,
    Grain.HALF,
    Grain.YEAR,
    Grain.FESTIVAL,
    Grain.EVENT,
)
_CLOSED = re.compile(rf"\)(?:{BEFORE})?")
_DOES = re.compile(
    r"^(?:要|应|须|全[面部]|基本)?(?:完成|召开|做好|开展|组织|举办|进行|启动|办理|落实|兑现|拨付|下达|出具|形成|编制|印发|汇总|通报|公布|发布|公示|"
    r"报送|上报|提交|报告|总结|分析|审[计核]|清[算理]|核[查对])[^,、;。!?():/和及]{0,2}$"
)
_ONE_CLAUSE = re.compile(r"^[^,、;。!?():/和及]{2,}$")
_THING = re.compile(rf"^(?!{BEFORE})[^,、;。!?():/\d]{{2,}}")
_SAME_WORK = re.compile(r"^[^,、;。]{0,6}[,、;]?(?:并|且|但)?[^,、;。]{0,2}$")


def firm(folded: Folded, dated: list[Dated]) -> tuple[Dated, ...]:
    """Keep the firm date where one work has a hoped and a firm one (力争11月底、最迟12月底)."""
    text = folded.text
    kept: list[Dated] = []
    dated = [item for index, item in enumerate(dated) if not index or not _of_the_work(folded, dated[index - 1], item)]
    for index, item in enumerate(dated):
        before = CLAUSE.split(
            text[dated[index - 1].mention.end if index else 0 : item.mention.start].replace("、", ",")
        )[-1]
        if kept and kept[-1] is dated[index - 1]:
            between = text[kept[-1].mention.end : item.mention.start]
            earlier = CLAUSE.split(text[: kept[-1].mention.start])[-1]
            same = _SAME_WORK.match(_HOPED.sub("", _FIRM.sub("", between)))
            if _MOVED.match(between) or (same and _FIRM.search(before) and _HOPED.search(earlier)):
                kept[-1] = item
                continue
            sooner = bool(kept[-1].due and item.due and item.due < kept[-1].due)
            if same and _HOPED.search(before) and (sooner or _FIRM.search(earlier)):
                continue
        kept.append(item)
    return tuple(kept)


def goes_back(folded: Folded, last: Dated, item: Dated) -> bool:
    """Tell a bare period behind a limit of one clause with it and no later; steps of one clause go on in time."""
    between = folded.text[last.mention.end : item.mention.start]
    if not _ONE_CLAUSE.match(between) or any(last.mention.end <= at <= item.mention.start for at in folded.lines):
        return False
    closes = bool(last.mention.modifier) or last.mention.point.closed
    opens = item.mention.since is None and not item.mention.modifier and not item.mention.point.closed
    return closes and opens and bool(last.due and item.due and item.due <= last.due)


def _of_the_work(folded: Folded, last: Dated, item: Dated) -> bool:
    """Tell the period of the work itself from a step (5月底前完成一季度考核)."""
    behind = folded.text[item.mention.end :]
    does = _DOES.match(folded.text[last.mention.end : item.mention.start])
    return bool(does and _THING.match(behind)) and not VERB.match(behind) and goes_back(folded, last, item)


def together(text: str, found: list[Mention]) -> list[Mention]:
    """Make one of two festivals named in one breath (元旦春节前, 中秋、国庆前), and of a time with a finer one in brackets."""
    kept: list[Mention] = []
    for mention in found:
        last = kept[-1] if kept else None
        if last and _one_day(last, mention):
            kept[-1] = _named_day(text, last, mention)
            continue
        if last and _in_brackets(text, last, mention):
            kept[-1] = _finer(text, last, mention)
            continue
        if last and _one_breath(last, mention):
            kept[-1] = replace(last, end=mention.end, modifier=mention.modifier, since=None, also=mention.point)
            continue
        kept.append(mention)
    return kept


def _one_day(last: Mention, mention: Mention) -> bool:
    """Tell a festival from the day or month it is named with (9月10日教师节前, 世界环境日（6月5日）前)."""
    grains = (last.point.grain, mention.point.grain)
    if last.modifier or last.since is not None:
        return False
    if grains in ((Grain.DAY, Grain.FESTIVAL), (Grain.MONTH, Grain.FESTIVAL)):
        return last.end == mention.start and not last.point.closed
    return grains == (Grain.FESTIVAL, Grain.DAY) and mention.start - last.end == 1


def _named_day(text: str, last: Mention, mention: Mention) -> Mention:
    if last.point.grain is Grain.DAY and not mention.modifier:
        return replace(last, end=mention.end)
    # 国庆节（10月1日）前 is before the festival, 国庆节（9月25日前） is that day.
    led = last.point.grain is Grain.FESTIVAL and re.match(rf"\){BEFORE}", text[mention.end :])
    if not led:
        return replace(mention, start=last.start)
    point = replace(mention.point, grain=Grain.FESTIVAL)
    return replace(mention, start=last.start, end=mention.end + led.end(), point=point, modifier="before")


def _in_brackets(text: str, last: Mention, mention: Mention) -> bool:
    """Tell whether `mention` stands alone in brackets right after `last` and within it (年底前（12月20日）)."""
    one, other = (days(item.point, item.point.year or 2017) for item in (last, mention))
    same_day = last.point.grain is Grain.DAY and mention.point.grain is Grain.FESTIVAL
    beyond = (
        not same_day
        and one is not None
        and other is not None
        and not last.point.has_year
        and not mention.point.has_year
    )
    if beyond and last.point.grain is not Grain.FESTIVAL and one and other and other.last > one.last:
        return False
    return (
        text[last.end : mention.start] == "("
        and text.startswith(")", mention.end)
        and last.since is None
        and mention.since is None
    )


def _finer(text: str, last: Mention, mention: Mention) -> Mention:
    closed = _CLOSED.match(text[mention.end :])
    end = mention.end + (closed.end() if closed else 0)
    one, other = _GRAINS.index(last.point.grain), _GRAINS.index(mention.point.grain)
    if other >= one:
        return replace(last, end=end)
    point = mention.point
    year, offset = last.point.year, last.point.offset
    if not point.has_year and last.point.has_year:
        point = replace(point, year=year, offset=offset)
    return replace(mention, start=last.start, end=end, point=point)


def _one_breath(last: Mention, mention: Mention) -> bool:
    festivals = last.point.grain is Grain.FESTIVAL and mention.point.grain is Grain.FESTIVAL
    near = mention.start - last.end <= 1
    # A festival with a 前 of its own is a step of its own (春节前、国庆节前).
    shares = last.end == last.point.end
    return festivals and near and shares and not mention.point.has_year and _close(last, mention)


def _close(last: Mention, mention: Mention) -> bool:
    """Tell festivals of one season (元旦春节, 中秋国庆) from two of their own (国庆节、春节前各一次; 五一、六一前)."""
    if not any(festival in item.point.name for item in (last, mention) for festival in MOVING):
        return False
    one, other = (days(item.point, 2017) for item in (last, mention))
    if one is None or other is None:
        return False
    apart = abs((one.first - other.first).days)
    return min(apart, 365 - apart) <= _ONE_SEASON
