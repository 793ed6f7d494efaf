"""How an amount is to grow through the year: plain amounts under columns of a stretch of it, 3家 | 6家 | 9家 | 12家."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise

from projects.reading.columns import plain
from projects.reading.deadlines.folding import fold
from projects.reading.model import ReadMilestone, ReadPoint, ReadTarget
from projects.reading.period_steps import PeriodCell, period_cells
from projects.reading.rows import TaskRow
from projects.reading.tabular import Context
from projects.reading.targets import is_level
from projects.reading.targets.quantities import NUMBER, UNIT

_HEDGES = r"(?:力争|确保|计划|预计|累计|合计|共计?|完成|实现|达到?|约|不[少低]于|至少|>=?|≥|[到至为:,])*"
_PLAIN = re.compile(rf"{_HEDGES}(?P<value>{NUMBER})(?P<unit>{UNIT})?(?:及?以上|左右)?")
_UNIT_OF_HEAD = re.compile(rf"[(](?:单位[:为]?)?(?P<unit>{UNIT})[)]")
_POWERS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# Several words for one measure, by what they are multiples of.
_MEASURES = {
    "公里": ("米", 1000),
    "千米": ("米", 1000),
    "km": ("米", 1000),
    "平方公里": ("平方米", 1_000_000),
    "平方千米": ("平方米", 1_000_000),
    "km2": ("平方米", 1_000_000),
    "公顷": ("平方米", 10_000),
    "㎡": ("平方米", 1),
    "平": ("平方米", 1),
    "m3": ("立方米", 1),
    "公斤": ("千克", 1),
    "kW": ("千瓦", 1),
    "MW": ("千瓦", 1000),
    "GW": ("千瓦", 1_000_000),
    "兆瓦": ("千瓦", 1000),
    "kWh": ("千瓦时", 1),
}
_WHOLE = frozenset({"千克", "千瓦", "千瓦时", "千伏安", "百分点"})
# What the head or a note says of the amounts: all up to then, or only the period's own.
_PILED = re.compile(r"(?<!非)(?<!不)累计")
_OF_EACH = re.compile(r"非累计|不累计|(?:当|本|单|各|每)(?:季|月|期)(?:度)?(?:数|量|值|新增|完成数|完成量)|分季数")


@dataclass(frozen=True, slots=True)
class _Amount:
    """A plain amount under a period; `unit` is empty where neither the cell nor the head has one."""

    cell: PeriodCell
    value: Decimal
    unit: str


def with_courses(
    targets: tuple[ReadTarget, ...], row: TaskRow, context: Context, milestones: Sequence[ReadMilestone]
) -> tuple[ReadTarget, ...]:
    """Give the one target that the amounts of the periods lead to its course; where several could be meant, none."""
    able = [place for place, target in enumerate(targets) if _grows(target)]
    cells = _shortest(period_cells(row, context)) if able else []
    if len(cells) < 2:
        return targets
    last = max((step.due for step in milestones if step.due), default=date(context.year, 12, 31))
    found = {place: _course(targets[place], cells, context.notes) for place in able}
    led = [place for place in able if found[place]]
    if len(led) != 1:
        return targets
    points = _on_days(found[led[0]], last)
    return tuple(replace(target, course=points) if at == led[0] else target for at, target in enumerate(targets))


def _grows(target: ReadTarget) -> bool:
    """Tell an amount of the whole row that is piled up from nothing."""
    return (
        target.milestone is None
        and bool(target.value)
        and not target.baseline
        and target.comparison not in ("<", "<=")
        and not is_level(target)
    )


def _shortest(cells: Iterable[PeriodCell]) -> list[PeriodCell]:
    """Return the cells by day; of several that end on one, the shortest stretch's: 全年 beside 四季度 is the total."""
    by_day: dict[date, PeriodCell] = {}
    for cell in cells:
        if cell.due not in by_day or cell.since > by_day[cell.due].since:
            by_day[cell.due] = cell
    return [by_day[day] for day in sorted(by_day)]


def _course(target: ReadTarget, cells: Sequence[PeriodCell], notes: Sequence[str]) -> list[tuple[PeriodCell, Decimal]]:
    """Return what is to be there at the end of each period, where the amounts lead to the target; else nothing."""
    aim = Decimal(str(target.value))
    read = [_amount(cell, target.name) for cell in cells]
    amounts = [(one.cell, size) for one in read if one and (size := _in_unit(one, target.unit)) is not None]
    if len(amounts) < 2 or len(amounts) < sum(one is not None for one in read):
        return []
    values = [value for _, value in amounts]
    said = plain("\n".join((*notes, *(cell.head for cell in cells))))
    of_each = bool(_OF_EACH.search(said))
    if not of_each and values[-1] == aim and all(one <= other for one, other in pairwise(values)):
        return amounts
    parted = all(one.due < other.since for (one, _), (other, _) in pairwise(amounts))
    told = all(one is not None or not re.search(r"\d", cell.text) for one, cell in zip(read, cells, strict=True))
    if (of_each or not _PILED.search(said)) and parted and told and sum(values) == aim:
        return list(zip((cell for cell, _ in amounts), accumulate(values), strict=True))
    return []


def _amount(cell: PeriodCell, name: str) -> _Amount | None:
    text = fold(cell.text).text
    bare = fold(name).text
    match = _PLAIN.fullmatch(text) or (_PLAIN.fullmatch(text.replace(bare, "", 1)) if bare else None)
    if match is None:
        return None
    head = _UNIT_OF_HEAD.search(plain(cell.head))
    unit = match["unit"] or (head["unit"] if head else "")
    return _Amount(cell, Decimal(match["value"].replace(",", "")), unit)


def _in_unit(amount: _Amount, unit: str) -> Decimal | None:
    """Return an amount in the target's unit; None where the two do not measure the same."""
    if not amount.unit:
        return amount.value
    (own, size), (other, step) = _measure(amount.unit), _measure(unit)
    return amount.value * size / step if own == other else None


def _measure(unit: str) -> tuple[str, int]:
    """Return what a unit is a multiple of, and the multiple: 元 and 10000 for 万元."""
    size = 1
    unit = unit.replace("m2", "㎡") if unit != "km2" else unit
    while unit not in _MEASURES and unit not in _WHOLE and len(unit) > 1 and unit[0] in _POWERS:
        size, unit = size * _POWERS[unit[0]], unit[1:]
    base, factor = _MEASURES.get(unit, (unit, 1))
    return base, size * factor


def _on_days(amounts: Iterable[tuple[PeriodCell, Decimal]], last: date) -> tuple[ReadPoint, ...]:
    """Return the points before the last day of the row, on which all of it is due anyway."""
    return tuple(ReadPoint(cell.due, float(value)) for cell, value in amounts if cell.due < last)
