"""Columns of a stretch of the year: 一季度 … 四季度, 上半年 and 全年, 1月 … 12月, and what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_MONTH = r"(?:\d{1,2}(?:月?[-—–~至]\d{1,2})?|[一二三四五六七八九十]{1,2})月(?:份|底|末)?前?"
_STRETCH = rf"(?:第?[一二三四1-4]季度?末?|前[二三两]季度|[上下]半年|全年|{_MONTH}|Q[1-4])"
_PERIOD = re.compile(
    rf"^(?P<parent>.{{0,10}}?)[/:-]?(?P<words>(?:20)?(?:\d\d年)?{_STRETCH})(?P<rest>.{{0,10}})$", re.IGNORECASE
)

_ALONE = re.compile(rf"^{_STRETCH}$", re.IGNORECASE)
# Words that are a stretch only where they are all that a column is named beside others of its kind.
_YEAR = re.compile(r"^(?:\d{4}年)?(?:年度|全年度|年[底末])$")
_DONE = re.compile(r"情况|实际|进展|已完成|完成(?:投资|产值|数|量|额|值|$)")
_AIM = re.compile(r"目标|指标|任务|投资|产值|完成量")
_STEPS = re.compile(r"安排|措施|节点|推进|举措|计划|工作|进度|步骤|时间")
_DEEDS = re.compile(r"措施|举措|做法|办法|抓手|路径")
_DATED = re.compile(r"时限|完成(?:时间|日期|节点)|期限")
_NOUN = re.compile(
    r"^(?:份|末|的)?(?:工作|完成|计划|推进|年度|重点|形象|进展|实际|累计|预期|量化)*(?:目标|指标|任务|计划|安排|措施|节点|进度|进展|情况|工作|投资|产值|要求)?(?:情况|完成)?$"
)


@dataclass(frozen=True, slots=True)
class Period:
    """What a column of a period holds; `dated` where its head says that the period itself is the deadline.

    `words` name the stretch of time (上半年); `deeds` where what stands in it is how to work, not what is reached.
    """

    role: str
    dated: bool = False
    words: str = ""
    deeds: bool = False


@lru_cache(maxsize=2048)
def period_of(name: str, remark: str, parent: str) -> Period | None:
    """Return what a column holds whose plain header names a stretch of the year; None for any other header."""
    if remark != name and _ALONE.match(remark):
        name, parent = remark, parent + name
    if _YEAR.match(name):
        return _headed(parent, name)
    match = _PERIOD.match(name)
    if not match or not _NOUN.match(match["rest"]):
        return None
    head, own = parent + match["parent"], match["rest"]
    if own:
        return Period(_role(own), words=match["words"], deeds=bool(_DEEDS.search(own)))
    return _headed(head, match["words"])


def _headed(head: str, words: str) -> Period:
    dated = bool(_DATED.search(head)) and not re.search(r"目标|指标|任务", head)
    return Period(_role(head), dated, words, bool(_DEEDS.search(head)))


def _role(words: str) -> str:
    if _DONE.search(words) and not re.search(r"计划完成|目标", words):
        return "progress"
    if _AIM.search(words):
        return "target"
    return "measures" if _STEPS.search(words) or _DATED.search(words) else "target"
