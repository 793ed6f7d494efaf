"""A plan's board: how its promises stand, by light, unit and section, and why what is late is late."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, QuerySet, When

from accounts.access import Reach
from accounts.models.among import among
from accounts.prepared import Prepared, attributes, instance
from projects.access import plans_for, tasks_for
from projects.choices import PlanState, TaskState
from projects.models import Plan, Task
from tracker.boards.changes import Changes, span_of
from tracker.boards.comparison import Comparison, comparison
from tracker.boards.figures import FigureLine, figure_lines, shown_targets
from tracker.boards.filters import (
    COMING,
    NOT_REPORTED,
    Choices,
    Filters,
    choices_of,
    counted,
    lit,
    narrowed,
)
from tracker.boards.lines import Line, lines_of
from tracker.boards.tallying import Asked, Group, Tallied, tallied
from tracker.choices import STILL_OWED, OwedState
from tracker.facts import task_facts
from tracker.lights import Counter, Light, counters
from tracker.lights_sql import light_expression
from tracker.models import Owed, PlanRules, ReportingRound
from tracker.rounds import current_round
from tracker.rules import light_rules, rules_for
from tracker.sentences import cutoff_text, round_text

ROWS = 20
"""Rows of the list on the board; the whole list has its own page."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit, leader or heading against the lights; `key` is its number."""

    key: int
    name: str
    overdue: int
    attention: int
    on_schedule: int
    closed: int
    not_reported: int

    @property
    def total(self) -> int:
        return self.overdue + self.attention + self.on_schedule + self.closed


@dataclass(frozen=True, slots=True)
class Tallies:
    """The figures of the board: the four of `counters` sum to `total`, what isn't reported stands beside them."""

    lights: Mapping[Light, int]
    counters: Mapping[Counter, int]
    not_reported: int
    owed: int
    closed_this_month: int
    suspended: int

    @property
    def total(self) -> int:
        return sum(self.counters.values())


@dataclass(frozen=True, slots=True)
class Overview:
    plan: Plan
    filters: Filters
    choices: Choices
    rules: PlanRules
    round: ReportingRound | None
    tallies: Tallies
    listed: int
    lines: tuple[Line, ...]
    units: tuple[Row, ...]
    leaders: tuple[Row, ...]
    sections: tuple[Row, ...]
    figures: tuple[FigureLine, ...]
    changes: Changes | None
    comparison: Comparison | None
    unreported: frozenset[int]
    today: date

    @property
    def round_name(self) -> str:
        return round_text(self.round.key) if self.round else ""

    @property
    def cutoff(self) -> str:
        """Write when the current round closes; empty while there is none, and when it is over."""
        if self.round is None or self.round.cutoff_on < self.today:
            return ""
        return cutoff_text(self.round.cutoff_on, self.rules.cutoff_at, today=self.today)

    @property
    def scale(self) -> int:
        """Return the count that fills a bar of the matrices, so that lengths can be compared."""
        return max((row.total for row in (*self.units, *self.leaders, *self.sections)), default=0)


def default_plan(reach: Reach, *, today: date) -> Plan | None:
    """Return the issued plan of this year that this reach sees, else the latest issued one."""
    issued = plans_for(reach, today=today).filter(state=PlanState.ISSUED, year__lte=today.year)
    return issued.order_by("-year", "-issued_on", "-pk").first()


def overview(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> Overview:
    """Read the board in a fixed number of queries, whatever the size of the plan."""
    seen = counted(plan, reach, filters, today=today)
    # Whose standings are found by the plan need not be looked up one by one.
    tasks = seen.filter(standing__plan=plan)
    first, amounts = _first(tasks, filters, today=today), shown_targets(seen, plan, today=today)
    known = _read(plan, {*first, *(task for task, _ in amounts)})
    rows, facts = [known[task] for task in first], task_facts(known)
    rules, choices, asked = rules_for(plan, on=today), choices_of(plan), current_round(plan.pk, today=today)
    with_light, span = tasks.annotate(light=light_expression(today)), span_of(plan, filters.since, today=today)
    found = tallied(Asked(plan, with_light, _owed(asked, filters), span.since, today))
    tallies = tallies_of(found, _suspended(plan, reach, filters, today=today))
    lacking, lights = _lacking(asked, filters, rows), light_rules(rules)
    return Overview(
        plan=plan,
        filters=filters,
        choices=choices,
        rules=rules,
        round=asked,
        tallies=tallies,
        listed=_listed(filters, tallies, found),
        lines=tuple(lines_of(rows, today=today, facts=facts, rules={plan.pk: lights})),
        unreported=lacking,
        units=group_rows(((unit.pk, unit.name) for unit in choices.units), found.units),
        leaders=group_rows(((post.pk, post.name) for post in choices.leaders), found.leaders),
        sections=section_rows(choices, found.headings),
        figures=figure_lines([(known[task], amount) for task, amount in amounts], facts, lights, today=today),
        changes=Changes(span, found.changes, found.coming),
        comparison=comparison(tasks, plan, rules, choices.units, today=today),
        today=today,
    )


def _first(tasks: QuerySet[Task], filters: Filters, *, today: date) -> list[int]:
    """Return the first of the chosen figure's items, the latest first.

    By their numbers alone: a database that sorts them carries along the texts of thousands of items to show a few.
    """
    late_since, next_due_on = (F(f"standing__{name}").asc(nulls_last=True) for name in ("late_since", "next_due_on"))
    listed = lit(tasks, filters, today=today).order_by(late_since, next_due_on, "position", "pk")
    return list(listed.values_list("pk", flat=True)[:ROWS])


def _read(plan: Plan, tasks: Collection[int]) -> dict[int, Task]:
    """Return these items of the plan by their ids."""
    found = [instance(Task, values) for values in _TASKS.rows(tasks=list(tasks))] if tasks else []
    for task in found:
        task.plan = plan
    return {task.pk: task for task in found}


_TASKS = Prepared(
    lambda tasks: Task.objects.filter(among("pk", tasks)).values_list(*attributes(Task)),
    lists=["tasks"],
)


def _owed(asked: ReportingRound | None, filters: Filters) -> QuerySet[Any] | None:
    """Return what the round asks for and whether it still lacks it, of one unit where the board is of one."""
    if asked is None:
        return None
    rows = Owed.objects.filter(round=asked).exclude(state=OwedState.WAIVED)
    rows = rows if filters.unit is None else rows.filter(department=filters.unit)
    return rows.annotate(lacks=Case(When(state__in=STILL_OWED, then=1), default=0))


def _lacking(asked: ReportingRound | None, filters: Filters, rows: Sequence[Task]) -> frozenset[int]:
    owed = _owed(asked, filters)
    if owed is None:
        return frozenset()
    return frozenset(owed.filter(task__in=rows, state__in=STILL_OWED).values_list("task", flat=True))


def tallies_of(found: Tallied, suspended: int) -> Tallies:
    lights = found.lights
    return Tallies(
        lights=lights,
        counters=counters(lights),
        not_reported=found.lacking,
        owed=found.asked,
        closed_this_month=found.closed_this_month,
        suspended=suspended,
    )


def _listed(filters: Filters, tallies: Tallies, found: Tallied) -> int:
    """Return how long the chosen figure's list is, as `lit` makes it."""
    if filters.light == COMING:
        return found.coming
    if filters.light == NOT_REPORTED:
        return tallies.not_reported
    if filters.light in set(Counter):
        return tallies.counters[Counter(filters.light)]
    return tallies.total


def _suspended(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> int:
    """Count what stands apart: items whose work was stopped for a time."""
    tasks = tasks_for(reach, today=today).filter(plan=plan, state=TaskState.SUSPENDED)
    return narrowed(tasks, filters, reach, today=today).count()


def group_rows(named: Iterable[tuple[int, str]], groups: Mapping[int | None, Group]) -> tuple[Row, ...]:
    """Return those that have items, in their own order; an item of two of them is counted in both rows."""
    return tuple(_row(key, name, groups[key]) for key, name in named if key in groups)


def section_rows(choices: Choices, groups: Mapping[int | None, Group]) -> tuple[Row, ...]:
    """Return the outermost headings in the order of issue, each with what stands under it."""
    outer: defaultdict[int | None, Group] = defaultdict(Group)
    for heading, group in groups.items():
        if heading is not None:
            outer[choices.outermost(heading)].add(group)
    return group_rows(((section.pk, section.title) for section in choices.sections), outer)


def _row(key: int, name: str, group: Group) -> Row:
    figures = {counter.value: items for counter, items in counters(group.lights).items()}
    return Row(key=key, name=name, not_reported=group.lacking, **figures)
