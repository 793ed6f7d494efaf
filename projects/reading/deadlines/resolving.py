"""Mentions turned into calendar days: which year is meant, what 前 subtracts, where two readings are possible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from projects.reading.deadlines.grammar import Mention
from projects.reading.deadlines.points import KINDS, Days, Grain, Point, day_before, days
from projects.reading.model import Choice, Question

_WHOLE = frozenset({Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR, Grain.FESTIVAL, Grain.EVENT})
_TURN_OF_THE_YEAR = ("春节", "农历新年", "农历年", "过年", "除夕", "大年三十", "元宵", "正月十五")
_FOLLOWING = ("次年", "翌年", "下年", "下一年", "来年")


@dataclass(frozen=True, slots=True)
class Dated:
    mention: Mention
    kind: str
    due: date | None
    start: date | None
    questions: tuple[Question, ...] = ()


class Years:
    """The year that goes unsaid: the last one named before, as long as time moves on, else the plan's."""

    def __init__(self, plan: int) -> None:
        self.plan = plan
        self._named: int | None = None
        self._latest: date | None = None

    def name(self, point: Point) -> None:
        year = point.year if point.year is not None else self.plan + (point.offset or 0)
        if year >= self.plan:
            self._named, self._latest = year, None

    def base(self, point: Point) -> tuple[int, bool]:
        """Return the year for a point that says none, and whether the year named before had to be dropped."""
        if self._named is None:
            return self.plan, False
        known = days(point, self._named)
        if known and self._latest and known.last < self._latest:
            return self.plan, self._named != self.plan
        return self._named, False

    def is_over(self, known: Days) -> bool:
        """Tell whether a day lies before the one named last."""
        return self._latest is not None and known.last < self._latest

    def settle(self, point: Point, due: date) -> None:
        if point.has_year and due.year >= self.plan:
            self._named = due.year
        self._latest = due

    def absolute(self, point: Point) -> Point:
        """Tie 次年 to the year named before it; 明年 stays the one after the plan's."""
        if point.offset is None:
            return point
        anchor = self._named if self._named is not None and point.name in _FOLLOWING else self.plan
        return point.in_year(anchor + point.offset)


def resolve(mention: Mention, years: Years) -> Dated:
    if mention.since is not None:
        return _range(mention, mention.since, years)
    point = years.absolute(mention.point)
    if mention.modifier == "before" and point.name in ("元旦", "新年") and not point.has_year:
        point = point.in_year(years.plan + 1)
    base, dropped = years.base(point) if not point.has_year else (years.plan, False)
    known = days(point, base)
    if known is None:
        return Dated(mention, "before", None, None, (_unknown_event(point),))
    unsaid = not mention.point.has_year
    other = days(mention.also, base) if mention.also and point.name != "元旦" else None
    known = min((known, other), key=lambda item: item.first) if other else known
    questions = [*_doubts(point, known, years.plan)]
    if mention.also and point.name == "元旦" and unsaid:
        questions.append(which_year(mention.also, years.plan))
    turn = point.name in _TURN_OF_THE_YEAR or point.name.startswith("正月")
    if unsaid and turn and years.is_over(known):
        # 10月开工，春节前封顶: the next spring festival.
        questions.append(which_year(point, base))
        known = days(point, base + 1) or known
    if dropped:
        questions.append(which_year(point, base))
    kind, due = KINDS[point.grain], known.last
    if mention.modifier == "before" and point.grain in _WHOLE and not point.closed:
        kind, due = "before", day_before(known)
        if due.year < years.plan and point.grain not in (Grain.FESTIVAL, Grain.EVENT):
            questions.append(_before_the_plan(known, due))
            due = known.last
    if mention.modifier == "during":
        questions.append(_vague("期间", known))
    if mention.modifier == "about" and point.grain in (Grain.DAY, Grain.FESTIVAL):
        questions.append(_vague("前后", known))
    years.settle(point, due)
    return Dated(mention, kind, due, None, tuple(questions))


def opening(mention: Mention, years: Years) -> date | None:
    """Return the day on which something begins (6月1日起, 3月开始)."""
    point = years.absolute(mention.point)
    base = years.plan if point.has_year else years.base(point)[0]
    known = days(point, base)
    if known is None:
        return None
    if point.has_year:
        years.name(point)
    return known.first


def _range(mention: Mention, since: Point, years: Years) -> Dated:
    since = years.absolute(since)
    base = years.plan if since.has_year else years.base(since)[0]
    first = days(since, base)
    if first is None:
        return resolve(replace(mention, since=None), years)
    start, point = first.first, mention.point
    questions: list[Question] = []
    if point.offset is not None:
        told = days(years.absolute(point), start.year) if point.name not in (*_FOLLOWING, "当年") else None
        # 去年10月至今年3月 counts from the plan's year, 2018年9月至明年4月 from the year before it.
        point = point.in_year(told.last.year if told and told.last >= start else start.year + point.offset)
    last = days(point, start.year)
    if last is None:
        return Dated(mention, "before", None, start, (_unknown_event(point),))
    if last.last < start and not point.has_year:
        last = days(point, start.year + 1) or last
        questions.append(_over_new_year(last.last))
    elif last.last < start:
        questions.append(Question("backward", "due", "止期早于起期，请核对。", (_choice(last.last), _choice(start))))
        start = (days(since, last.last.year) or first).first
    questions += _doubts(point, last, years.plan)
    years.settle(replace(point, year=last.last.year), last.last)
    return Dated(mention, "range", last.last, min(start, last.last), tuple(questions))


def _doubts(point: Point, known: Days, plan: int) -> list[Question]:
    questions = []
    if point.doubts:
        questions.append(Question("ambiguous_date", "due", "这个日期有两种读法，请选择。", point.doubts))
    if known.clamped:
        message = f"没有{point.month}月{point.day}日，暂按{known.last.month}月{known.last.day}日，请核对。"
        questions.append(Question("impossible_day", "due", message, (_choice(known.last),)))
    if not plan - 10 <= known.last.year <= plan + 20:
        questions.append(
            Question("year_out_of_range", "due", f"年份{known.last.year}与计划年度{plan}相差太远，请核对。")
        )
    if point.name in ("年中", "年初", "年前"):
        ends = {"年中": [(6, 30)], "年初": [(1, 31), (3, 31)], "年前": [(12, 31)]}[point.name]
        choices = tuple(_choice(date(known.last.year, *end)) for end in ends)
        questions.append(Question("vague_date", "due", f"“{point.name}”没有确定的日期，请选定。", choices))
    if point.name == "周年" and known.last.year < plan:
        message = f"{known.last.year}年在计划年度之前，请核对是哪一年的周年。"
        questions.append(Question("before_year", "due", message, (_choice(known.last.replace(year=plan)),)))
    if point.name == "农历":
        message = f"“{point.month}月{point.day}”没有写“日”，也可能是农历，请核对。"
        questions.append(Question("maybe_lunar", "due", message, (_choice(known.last),)))
    if point.name in ("季度初", "季度中", "简写") or (point.name and point.grain is Grain.MONTH):
        message = (
            f"“{point.month}{point.day:02}”像是简写的日期，请核对。"
            if point.day
            else f"“{point.name}”没有确定的日期，请选定。"
        )
        questions.append(Question("vague_date", "due", message, (_choice(known.last),)))
    return questions


def _choice(day: date) -> Choice:
    return Choice(day.isoformat(), f"{day.year}年{day.month}月{day.day}日")


def _unknown_event(point: Point) -> Question:
    return Question("local_event", "due", f"“{point.name}”的日期不在已知之列，请填写。")


def which_year(point: Point, base: int) -> Question:
    choices = []
    for year in (base, base + 1):
        known = days(point, year)
        if known:
            choices.append(_choice(known.last))
    return Question("which_year", "due", "前文提到了别的年份，请确认这里是哪一年。", tuple(choices))


def _before_the_plan(known: Days, due: date) -> Question:
    return Question(
        "before_plan", "due", "按字面早于计划年度，请确认是期初之前还是期末之前。", (_choice(known.last), _choice(due))
    )


def _vague(word: str, known: Days) -> Question:
    return Question("vague_date", "due", f"“{word}”没有确定的日期，请选定。", (_choice(known.last),))


def _over_new_year(due: date) -> Question:
    earlier = due.replace(year=due.year - 1, day=min(due.day, 28)) if due.month == 2 else due.replace(year=due.year - 1)
    return Question("over_new_year", "due", "起止月份跨年，请确认结束年份。", (_choice(due), _choice(earlier)))
