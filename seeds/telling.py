"""What a department of the sample story says of an item on a day."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from seeds.conduct import closed_on, done_days, measured_amount, reported_amount
from seeds.story import StoryLine
from tracker.choices import ReportState
from tracker.reporting import Account
from tracker.shares import TargetFacts, expected_share
from tracker.turning import TaskFacts

MEASURED = ("亿元", "万元", "万平方米", "公里", "公顷", "亩")


@dataclass(frozen=True, slots=True)
class Item:
    """An item as issued, with its story; `lists` holds the ids of what is to be ticked, by target."""

    facts: TaskFacts
    line: StoryLine
    lists: Mapping[int, tuple[int, ...]]

    @property
    def dues(self) -> tuple[date | None, ...]:
        return tuple(step.issued_due for step in self.facts.milestones)

    def steps_done(self, day: date) -> dict[int, date]:
        """Return the days on which steps were done by `day`, by the steps' ids."""
        done = done_days(self.line.conduct, self.dues, today=day)
        return {step.id: on for step, on in zip(self.facts.milestones, done, strict=True) if on}

    def closed_on(self, day: date) -> date | None:
        return closed_on(self.line.conduct, done_days(self.line.conduct, self.dues, today=day), today=day)


def tell(item: Item, day: date, *, month: int, known: Collection[int] = (), unchanged: bool = False) -> Account:
    """Return the account given on `day` for the round of `month`; `known` are steps the office took as done before."""
    done = item.steps_done(day)
    state = _state(item, done, day)
    figures = dict(_figures(item, done, day))
    first = item.facts.targets[0] if item.facts.targets else None
    value = figures[first.id] if first else Decimal(0)
    words = {"month": month, "value": _plain(value), "left": _plain(first.value - value if first else value)}
    sentence = item.line.sentence(done=len(done)).format(**words)
    if unchanged:
        return Account(state=state, sentence=sentence, no_change=True)
    trouble = state in {ReportState.SLOW, ReportState.BLOCKED}
    return Account(
        state=state,
        sentence=sentence,
        problems=item.line.problems if trouble else "",
        next_step=item.line.next_step if trouble else "",
        values={target: figure for target, figure in figures.items() if target not in item.lists},
        ticks=[tick for target, ids in item.lists.items() for tick in ids[: int(figures[target])]],
        ticked_targets=tuple(item.lists),
        marks={step: on for step, on in done.items() if step not in known},
    )


def _state(item: Item, done: Mapping[int, date], day: date) -> ReportState:
    if done and len(done) == len(item.facts.milestones):
        return ReportState.DONE
    if not item.line.problems:
        return ReportState.ON_PLAN
    late = any(step.issued_due and step.issued_due < day and step.id not in done for step in item.facts.milestones)
    return ReportState.BLOCKED if late else ReportState.SLOW


def _figures(item: Item, done: Mapping[int, date], day: date) -> Iterator[tuple[int, Decimal]]:
    """Yield each target's figure; those spoken of by number belong to the first target only."""
    conduct = item.line.conduct
    steps = [step.id for step in item.facts.milestones]
    for place, target in enumerate(item.facts.targets):
        spoken = conduct if place == 0 else replace(conduct, figures=())
        own = [target.milestone_id] if target.milestone_id in steps else steps
        quantum = _quantum(target)
        days = [done.get(step) for step in own if step]
        if target.cumulative or (days and None not in days):
            expected = expected_share(target, day)
            yield target.id, reported_amount(spoken, target.value, expected, quantum=quantum, done=days)
        else:
            yield target.id, measured_amount(target.value, _elapsed(target, day), quantum=quantum)


def _plain(value: Decimal) -> str:
    """Return the amount without needless zeros."""
    return f"{value.normalize():f}" if value else "0"


def _quantum(target: TargetFacts) -> Decimal:
    """Return the steps in which the amount grows: what is counted by ones, what is measured by tenths or hundredths."""
    exponent = int(target.value.normalize().as_tuple().exponent)
    if target.unit in MEASURED:
        exponent = min(exponent, -1 if target.value >= 10 else -2)
    return Decimal(1).scaleb(min(0, exponent))


def _elapsed(target: TargetFacts, day: date) -> Fraction:
    """Return which part of the target's span is over."""
    span = (target.due - target.start).days or 1
    return Fraction(min(max((day - target.start).days, 0), span), span)
