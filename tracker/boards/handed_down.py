"""The roll-up of what was handed down: lights, dates and amounts of the offices below, and nothing else of theirs."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.access import Reach
from accounts.days import day_words
from projects.access import HIDDEN_STATES, handed_by
from projects.choices import HandDownState, PlanState
from projects.models import HandDown, Task
from tracker.boards.horizons import part_of
from tracker.explaining import Explanation, explain
from tracker.facts import task_facts
from tracker.lights import COUNTER_OF, Light
from tracker.rolling_up import Part, Sum, summed
from tracker.rules import light_rules, rules_of
from tracker.sentences import amount_text, goal_text, light_text, number_text, reason_text
from tracker.turning import TargetFacts, next_due


@dataclass(frozen=True, slots=True)
class Lit:
    """How one item stands today, in words."""

    explanation: Explanation
    next_due_on: date | None
    today: date

    @property
    def light(self) -> Light | None:
        return self.explanation.light

    @property
    def light_word(self) -> str:
        left = (self.next_due_on - self.today).days if self.next_due_on else None
        return light_text(self.light, days_late=self.explanation.days_late, days_left=left)

    @property
    def why(self) -> str:
        return reason_text(self.explanation.reason, year=self.today.year)


@dataclass(frozen=True, slots=True)
class Below(Lit):
    """How the item of an office below stands today; the office's other rows are not asked for."""

    year: int
    targets: tuple[TargetFacts, ...]

    @property
    def due_words(self) -> str:
        return day_words(self.next_due_on, year=self.today.year) if self.next_due_on else ""

    @property
    def moves(self) -> int:
        return self.explanation.moves

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """Write each amount by its name, as accepted and as promised."""
        return [
            (target.name, number_text(target.accepted), goal_text(target.comparison, target.value, target.unit))
            for target in self.targets
        ]


@dataclass(frozen=True, slots=True)
class HandedLine:
    """One item at one office; `below` is None until it was taken and issued there."""

    row: HandDown
    below: Below | None

    @property
    def changed_since(self) -> bool:
        """Say whether the item was changed here after it was handed down: the office below has the words of then."""
        return self.row.task.version != self.row.task_version

    @property
    def waits(self) -> bool:
        return self.row.state == HandDownState.OFFERED

    @property
    def declined(self) -> bool:
        return self.row.state == HandDownState.DECLINED


@dataclass(frozen=True, slots=True)
class HandedItem:
    task: Task
    lines: tuple[HandedLine, ...]
    sums: tuple[Sum, ...]

    @property
    def sum_words(self) -> list[tuple[Sum, str, str]]:
        return [(one, amount_text(one.accepted, one.unit), amount_text(one.goal, one.unit)) for one in self.sums]


@dataclass(frozen=True, slots=True)
class OfficeTally:
    """How many items of one office have which light; `waiting` are not yet issued there, `other` have no light."""

    name: str
    overdue: int = 0
    attention: int = 0
    on_schedule: int = 0
    closed: int = 0
    waiting: int = 0
    declined: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return (
            self.overdue + self.attention + self.on_schedule + self.closed + self.waiting + self.declined + self.other
        )


@dataclass(frozen=True, slots=True)
class RollUp:
    items: tuple[HandedItem, ...]
    offices: tuple[OfficeTally, ...]

    @property
    def overdue(self) -> int:
        return sum(office.overdue for office in self.offices)

    @property
    def waiting(self) -> int:
        return sum(office.waiting for office in self.offices)

    @property
    def total(self) -> int:
        return sum(office.total for office in self.offices)


def roll_up(reach: Reach, *, today: date) -> RollUp:
    """Read what the organization handed down and didn't take back, in as many queries as its longest chain of years."""
    standing = handed_by(reach).exclude(state=HandDownState.WITHDRAWN).select_related("task__plan", "to")
    rows = list(standing.order_by("task__plan__year", "task__position", "task", "to__code", "pk"))
    below = _below({row.taken_as_id for row in rows if row.taken_as_id}, today=today)
    lines = [HandedLine(row, below.get(row.taken_as_id or 0)) for row in _latest(rows)]
    grouped: dict[int, list[HandedLine]] = {}
    for line in lines:
        grouped.setdefault(line.row.task_id, []).append(line)
    items = tuple(HandedItem(each[0].row.task, tuple(each), summed(_parts(each))) for each in grouped.values())
    return RollUp(items, _tallies(lines))


def _latest(rows: Iterable[HandDown]) -> list[HandDown]:
    """Leave out what was declined and then offered again."""
    return list({(row.task_id, row.to_id): row for row in rows}.values())


def _below(taken: Collection[int], *, today: date) -> dict[int, Below]:
    now = newest_of(taken)
    ids = {task.pk for task in now.values()}
    facts = task_facts(ids)
    plans = {task.plan_id: task.plan for task in now.values()}
    rules = {plan: light_rules(row) for plan, row in rules_of(list(plans.values()), on=today).items()}
    return {
        first: Below(
            year=task.plan.year,
            explanation=explain(facts[task.pk], rules[task.plan_id], today),
            next_due_on=next_due(facts[task.pk]),
            targets=facts[task.pk].targets,
            today=today,
        )
        for first, task in now.items()
    }


def newest_of(first: Collection[int]) -> dict[int, Task]:
    """Return for each item the one of the newest issued plan that goes on with it: itself, where none does.

    What is a draft still, or was withdrawn, is not known above. One question a year of the longest chain.
    """
    issued = Task.objects.exclude(state__in=HIDDEN_STATES).exclude(plan__state=PlanState.DRAFT).select_related("plan")
    found = {task.pk: task for task in issued.filter(pk__in=first)}
    ends = dict(found)
    while ends:
        later = issued.filter(carried_from__in=[task.pk for task in ends.values()]).order_by("plan__year", "pk")
        following = {task.carried_from_id: task for task in later}
        ends = {pk: following[task.pk] for pk, task in ends.items() if task.pk in following}
        found |= ends
    return found


def _parts(lines: Iterable[HandedLine]) -> Iterable[Part]:
    for line in lines:
        for target in line.below.targets if line.below else ():
            yield part_of(line.row.to_id, target)


def _tallies(lines: Collection[HandedLine]) -> tuple[OfficeTally, ...]:
    names = {line.row.to_id: line.row.to for line in lines}
    counts = Counter((line.row.to_id, _column(line)) for line in lines)
    columns = ("overdue", "attention", "on_schedule", "closed", "waiting", "declined", "other")
    return tuple(
        OfficeTally(office.name, **{column: counts[pk, column] for column in columns})
        for pk, office in sorted(names.items(), key=lambda pair: pair[1].code)
    )


def _column(line: HandedLine) -> str:
    if line.declined:
        return "declined"
    if line.below is None:
        return "waiting"
    light = line.below.light
    return COUNTER_OF[light].value if light else "other"
