"""What a goal of several years comes to: each year's figure along an item's line, beside the straight way to its horizon.

Pure: facts and a day in, nothing asked. Years are added up by the rule that adds up offices (`rolling_up`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tracker.rolling_up import Part, Sum, summed
from tracker.shares import (
    TargetFacts,
    achieved_percent,
    expected_amount,
    expected_percent,
    gap_points,
    is_bound,
    is_met,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of one year's item, with the year it is to be reached by; `listed`: things to tick, one by one."""

    target: TargetFacts
    horizon: int | None = None
    listed: bool = False

    @property
    def adds_up(self) -> bool:
        """Say whether years of it have a sum. The same thing may be ticked in two years, so lists have none."""
        return not self.listed and part_of(0, self.target).adds_up


@dataclass(frozen=True, slots=True)
class YearItem:
    """One year's item in a line, with the amounts that stand in it."""

    task: int
    year: int
    amounts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class YearFigure:
    """What one year's item promised and reached of a goal.

    `amount` is None where the item has none of that name and unit, or several of which none stands out (`unclear`).
    """

    task: int
    year: int
    amount: Amount | None
    unclear: bool = False

    @property
    def accepted(self) -> Decimal | None:
        return self.amount.target.accepted if self.amount else None


@dataclass(frozen=True, slots=True)
class Goal:
    """An amount as its newest item promises it; `whole` is the same over all its years, on a straight line.

    `added` says that `whole.accepted` is the sum of the years, else it is the latest figure there is. `was` is what an
    earlier year promised by the same horizon, where that was another amount. Percents and `expected` are None where no
    share is due before the end.
    """

    horizon: int | None
    whole: TargetFacts
    years: tuple[YearFigure, ...]
    added: bool
    was: Decimal | None
    expected: Decimal | None
    expected_percent: Decimal | None
    actual_percent: Decimal | None
    gap: Decimal | None
    behind: bool

    @property
    def lacking(self) -> int:
        """Count the years whose item has the amount and no accepted figure: they count as nothing."""
        return sum(year.amount is not None and year.accepted is None for year in self.years)


def goals_of(line: Sequence[YearItem], *, points: int, today: date) -> tuple[Goal, ...]:
    """Return the goals of the line's last item: its amounts with a horizon, and all of them where none has one.

    `points` under what is due by `today` makes a goal behind.
    """
    amounts = line[-1].amounts
    ahead = tuple(amount for amount in amounts if amount.horizon is not None)
    return tuple(_goal(amount, line, points, today) for amount in ahead or amounts)


def one_a_year(items: Iterable[YearItem]) -> tuple[YearItem, ...]:
    """Put items of several lines in the order of their years; of two of one year the later one counts."""
    of_year: dict[int, YearItem] = {}
    for item in sorted(items, key=lambda item: item.task):
        of_year[item.year] = item
    return tuple(of_year[year] for year in sorted(of_year))


def added_over(offices: Iterable[tuple[int, Iterable[Goal]]]) -> tuple[Sum, ...]:
    """Return what several offices reached together over their years, where both years and offices have a sum."""
    return summed(part_of(office, goal.whole) for office, goals in offices for goal in goals if goal.added)


def _goal(amount: Amount, line: Sequence[YearItem], points: int, today: date) -> Goal:
    last = line[-1]
    years = (*(_figure(item, amount) for item in line[:-1]), YearFigure(last.task, last.year, amount))
    known = [year.amount for year in years if year.amount]
    added = all(each.adds_up for each in known)
    whole = _whole(amount, known, added=added)
    paced = whole.cumulative and not is_bound(whole)
    gap = gap_points(whole, today) if paced else None
    return Goal(
        horizon=amount.horizon,
        whole=whole,
        years=years,
        added=added,
        was=_was(amount, known),
        expected=expected_amount(whole, today) if paced else None,
        expected_percent=expected_percent(whole, today) if paced else None,
        actual_percent=achieved_percent(whole) if paced else None,
        gap=gap,
        behind=gap is not None and gap >= points and not is_met(whole),
    )


def _figure(item: YearItem, amount: Amount) -> YearFigure:
    """Find the amount in an earlier year's item: the one of its name and unit that stands out."""
    alike = [each for each in item.amounts if _key(each) == _key(amount)]
    for chosen in (
        [each for each in alike if each.horizon is not None and each.horizon == amount.horizon],
        [each for each in alike if each.horizon is not None],
        [each for each in alike if each.target.milestone_id is None],
        alike,
    ):
        if len(chosen) == 1:
            return YearFigure(item.task, item.year, chosen[0])
        if chosen:
            break
    return YearFigure(item.task, item.year, None, unclear=bool(alike))


def _whole(amount: Amount, known: Sequence[Amount], *, added: bool) -> TargetFacts:
    """Return the goal as one amount: from its first year's beginning straight to the end of its horizon."""
    figures = [each.target.accepted for each in known if each.target.accepted is not None]
    reached = (sum(figures, Decimal(0)) if added else figures[-1]) if figures else None
    target, first = amount.target, known[0].target
    due = target.due
    if amount.horizon is not None and due.year != amount.horizon:
        due = date(amount.horizon, 12, 31)
    baseline = target.baseline if added else first.baseline
    return replace(target, start=min(first.start, due), due=due, curve=(), baseline=baseline, accepted=reached)


def _was(amount: Amount, known: Sequence[Amount]) -> Decimal | None:
    """Return the latest other value that was promised by the same horizon."""
    earlier = (each for each in reversed(known) if amount.horizon is not None and each.horizon == amount.horizon)
    return next((each.target.value for each in earlier if each.target.value != amount.target.value), None)


def _key(amount: Amount) -> tuple[str, str]:
    return amount.target.name.strip(), amount.target.unit.strip()


def part_of(office: int, target: TargetFacts) -> Part:
    """Return an amount as one office's part of a sum."""
    return Part(
        office=office,
        name=target.name,
        unit=target.unit,
        comparison=target.comparison,
        value=target.value,
        baseline=target.baseline,
        cumulative=target.cumulative,
        accepted=target.accepted,
    )
