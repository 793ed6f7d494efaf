"""Indicators against schedule: what was accepted, what today asks for, and the points between."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, Q, QuerySet, Value, When

from projects.choices import COUNTED_STATES, TaskState
from projects.models import Plan, Task
from tracker.lights import Light, target_light
from tracker.sentences import ahead_text, amount_text, goal_text, light_text, number_text
from tracker.shares import achieved_percent, expected_percent, gap_points, is_bound
from tracker.turning import LightRules, TargetFacts, TaskFacts

ROWS = 15
AMOUNT = Q(targets__standing__isnull=False, targets__dropped_on__isnull=True)
ORDER = ("position", "pk", "targets__position", "target")


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A promised amount on a day; `expected` and `gap` are None where no share is due by today.

    What boards don't count, a draft above all, has no light.
    """

    task_id: int
    number: str
    title: str
    target: TargetFacts
    light: Light | None
    actual: Decimal | None
    expected: Decimal | None
    gap: Decimal | None
    by_curve: bool

    @property
    def name(self) -> str:
        """Return the amount's own name, else the item's."""
        return self.target.name or self.title

    @property
    def light_word(self) -> str:
        return light_text(self.light)

    @property
    def done(self) -> str:
        return number_text(self.target.accepted)

    @property
    def goal(self) -> str:
        return goal_text(self.target.comparison, self.target.value, self.target.unit)

    @property
    def now(self) -> str:
        return amount_text(self.target.accepted, self.target.unit)

    @property
    def behind(self) -> bool:
        return self.light in {Light.BEHIND, Light.OVERDUE}

    @property
    def gap_word(self) -> str:
        """Write the points ahead (+) or behind (−) of schedule, as the pages do."""
        return "—" if self.gap is None else ahead_text(-self.gap)


def shown_targets(tasks: QuerySet[Task], plan: Plan, *, today: date) -> list[tuple[int, int]]:
    """Return the amounts of open items to list (item, amount), those behind first, each group in the table's order.

    Asked for one group after the other, each in its order: a database that sorts both has to look at every amount.
    """
    issued = tasks.filter(state=TaskState.ISSUED)
    # An office's amounts are found at once; those of a plan only item by item.
    own = Q(targets__organization=plan.organization_id, targets__standing__organization=plan.organization_id)
    shown = _first_amounts(issued, own & Q(targets__standing__behind_from__lte=today), ROWS)
    if len(shown) < ROWS:
        rest = Q(targets__standing__behind_from__isnull=True) | Q(targets__standing__behind_from__gt=today)
        shown += _first_amounts(issued, own & rest, ROWS - len(shown))
    return shown


def behind_first(tasks: QuerySet[Task], *, today: date) -> QuerySet[Task]:
    """Return the items once an amount, whose id is `target`, those behind first, each group in the table's order."""
    behind = Case(
        When(state=TaskState.ISSUED, targets__standing__behind_from__lte=today, then=Value(0)), default=Value(1)
    )
    rows = tasks.filter(AMOUNT)
    return rows.annotate(target=F("targets")).order_by(behind, *ORDER)


def _first_amounts(tasks: QuerySet[Task], holds: Q, number: int) -> list[tuple[int, int]]:
    # In one filter: a second one would ask for another amount of the same item.
    rows = tasks.filter(AMOUNT & holds).annotate(target=F("targets"))
    return list(rows.order_by(*ORDER).values_list("pk", "target")[:number])


def figure_lines(
    targets: Collection[tuple[Task, int]], facts: Mapping[int, TaskFacts], rules: LightRules, *, today: date
) -> tuple[FigureLine, ...]:
    """Return these amounts of one plan's items as lines; `facts` are those of the items."""
    return tuple(
        figure_line(task, facts[task.pk], target, rules, today=today)
        for task, target_id in targets
        for target in facts[task.pk].targets
        if target.id == target_id
    )


def figure_line(task: Task, facts: TaskFacts, target: TargetFacts, rules: LightRules, *, today: date) -> FigureLine:
    paced = target.cumulative and not is_bound(target)
    return FigureLine(
        task_id=task.pk,
        number=task.number,
        title=task.title,
        target=target,
        light=target_light(facts, target, today, rules) if facts.state in COUNTED_STATES else None,
        actual=achieved_percent(target) if target.accepted is not None or paced else None,
        expected=expected_percent(target, today) if paced else None,
        gap=gap_points(target, today) if paced else None,
        by_curve=bool(target.curve),
    )
