"""A plan's board: how its promises stand, by light, unit and section, and why what is late is late."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Count, F, Q, QuerySet

from accounts.access import Reach
from accounts.models.dated import in_force
from projects.access import plans_for, tasks_for
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.models import Plan, Section, Task
from tracker.boards.changes import Changes, changes
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
    unreported,
)
from tracker.boards.lines import Line, lines_of
from tracker.choices import STILL_OWED, OwedState
from tracker.facts import task_facts
from tracker.lights import Counter, Light, counters
from tracker.lights_sql import light_expression
from tracker.models import PlanRules, ReportingRound
from tracker.rounds import current_round
from tracker.rules import light_rules, rules_for
from tracker.sentences import cutoff_text

ROWS = 20
"""Rows of the list on the board; the whole list has its own page."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit or section against the lights; `key` is its number."""

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
    sections: tuple[Row, ...]
    figures: tuple[FigureLine, ...]
    changes: Changes
    unreported: frozenset[int]
    today: date

    @property
    def cutoff(self) -> str:
        """Write when the current round closes; empty while there is none, and when it is over."""
        if self.round is None or self.round.cutoff_on < self.today:
            return ""
        return cutoff_text(self.round.cutoff_on, self.rules.cutoff_at, today=self.today)

    @property
    def scale(self) -> int:
        """Return the count that fills a bar of the matrices, so that lengths can be compared."""
        return max((row.total for row in (*self.units, *self.sections)), default=0)


def default_plan(reach: Reach, *, today: date) -> Plan | None:
    """Return the issued plan of this year that this reach sees, else the latest issued one."""
    issued = plans_for(reach, today=today).filter(state=PlanState.ISSUED, year__lte=today.year)
    return issued.order_by("-year", "-issued_on", "-pk").first()


def overview(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> Overview:
    """Read the board in a fixed number of queries, whatever the size of the plan."""
    tasks = counted(plan, reach, filters, today=today)
    rows, targets = _shown(tasks, filters, today=today), shown_targets(tasks, today=today)
    facts = task_facts({task.pk for task in (*rows, *(task for task, _ in targets))})
    rules, choices, asked = rules_for(plan, on=today), choices_of(plan), current_round(plan.pk, today=today)
    lit_sections, owed_sections = _lit_sections(tasks, today=today), _owed(tasks, asked, filters, by="section")
    tallies = _tallies(lit_sections, owed_sections, _suspended(plan, reach, filters, today=today))
    lacking = unreported(filters, today=today).filter(task__in=rows).values_list("task", flat=True)
    since = changes(tasks, plan, filters.since, today=today)
    return Overview(
        plan=plan,
        filters=filters,
        choices=choices,
        rules=rules,
        round=asked,
        tallies=tallies,
        listed=since.coming if filters.light == COMING else _listed(filters, tallies, lit_sections),
        lines=tuple(lines_of(rows, today=today, facts=facts)),
        unreported=frozenset(lacking),
        units=_units(tasks, choices, _owed(tasks, asked, filters, by="owed__department"), today=today),
        sections=_sections(plan, lit_sections, owed_sections),
        figures=figure_lines(targets, facts, light_rules(rules), today=today),
        changes=since,
        today=today,
    )


def _shown(tasks: QuerySet[Task], filters: Filters, *, today: date) -> list[Task]:
    """Return the first of the chosen figure's items, the latest first."""
    listed = lit(tasks, filters, today=today).select_related("plan")
    late_since, next_due_on = (F(f"standing__{name}").asc(nulls_last=True) for name in ("late_since", "next_due_on"))
    return list(listed.order_by(late_since, next_due_on, "position", "pk")[:ROWS])


@dataclass(frozen=True, slots=True)
class _Lit:
    """How many items of a section have one light, and how many of these were closed this month."""

    section: int | None
    light: Light | None
    items: int
    closed_this_month: int


def _lit_sections(tasks: QuerySet[Task], *, today: date) -> list[_Lit]:
    this_month = Q(closed_on__gte=today.replace(day=1), closed_on__lte=today)
    grouped = tasks.annotate(light=light_expression(today)).order_by().values("section", "light")
    counts = grouped.annotate(items=Count("pk"), closed=Count("pk", filter=this_month))
    found = counts.values_list("section", "light", "items", "closed")
    return [_Lit(section, Light(light) if light else None, items, closed) for section, light, items, closed in found]


@dataclass(frozen=True, slots=True)
class _Asked:
    """How many items the current round asks of a unit or section, and how many it still lacks."""

    all: int
    lacking: int


def _owed(
    tasks: QuerySet[Task], asked: ReportingRound | None, filters: Filters, *, by: str
) -> defaultdict[int | None, _Asked]:
    """Count items, each once in a row, by unit or section."""
    unit = {} if filters.unit is None else {"owed__department": filters.unit}
    states = [state for state in OwedState if state != OwedState.WAIVED]
    rows = tasks.filter(owed__round=asked, owed__state__in=states, **unit) if asked else tasks.none()
    # A unit has one row an item; only items that several units lead are met again in their section.
    items = partial(Count, "pk", distinct=by == "section")
    counts = rows.order_by().values(by).annotate(all=items(), lacking=items(filter=Q(owed__state__in=STILL_OWED)))
    found: defaultdict[int | None, _Asked] = defaultdict(lambda: _Asked(0, 0))
    found.update({key: _Asked(every, lacking) for key, every, lacking in counts.values_list(by, "all", "lacking")})
    return found


def _tallies(lit_sections: Iterable[_Lit], owed_sections: Mapping[int | None, _Asked], suspended: int) -> Tallies:
    lights: Tally[Light] = Tally()
    for row in lit_sections:
        if row.light:
            lights[row.light] += row.items
    return Tallies(
        lights=lights,
        counters=counters(lights),
        not_reported=sum(row.lacking for row in owed_sections.values()),
        owed=sum(row.all for row in owed_sections.values()),
        closed_this_month=sum(row.closed_this_month for row in lit_sections),
        suspended=suspended,
    )


def _listed(filters: Filters, tallies: Tallies, lit_sections: Iterable[_Lit]) -> int:
    """Return how long the chosen figure's list is, as `lit` makes it."""
    if filters.light == NOT_REPORTED:
        return tallies.not_reported
    if filters.light in set(Counter):
        return tallies.counters[Counter(filters.light)]
    return sum(row.items for row in lit_sections)


def _suspended(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> int:
    """Count what stands apart: items whose work was stopped for a time."""
    tasks = tasks_for(reach, today=today).filter(plan=plan, state=TaskState.SUSPENDED)
    return narrowed(tasks, filters, reach, today=today).count()


def _units(
    tasks: QuerySet[Task], choices: Choices, owed: Mapping[int | None, _Asked], *, today: date
) -> tuple[Row, ...]:
    """Return every leading unit in the organization's order; an item led by two is counted in both rows."""
    leads = tasks.filter(
        in_force(today, prefix="involvements__"),
        involvements__role=InvolvementRole.LEAD,
        involvements__department__isnull=False,
    )
    by_light = leads.annotate(light=light_expression(today)).order_by().values("involvements__department", "light")
    counts = by_light.annotate(items=Count("pk", distinct=True))
    lights: defaultdict[int | None, Tally[Light]] = defaultdict(Tally)
    for unit, light, items in counts.values_list("involvements__department", "light", "items"):
        if light:
            lights[unit][Light(light)] += items
    led = (unit for unit in choices.units if unit.pk in lights)
    return tuple(_row(unit.pk, unit.name, lights[unit.pk], owed[unit.pk].lacking) for unit in led)


def _sections(plan: Plan, lit_sections: Iterable[_Lit], owed: Mapping[int | None, _Asked]) -> tuple[Row, ...]:
    """Return the outermost headings in the order of issue, each with what stands under it."""
    headings = list(Section.objects.filter(plan=plan).order_by("position", "pk"))
    parents = {heading.pk: heading.parent_id for heading in headings}
    lights: defaultdict[int, Tally[Light]] = defaultdict(Tally)
    for row in lit_sections:
        if row.section and row.light:
            lights[_outermost(row.section, parents)][row.light] += row.items
    lacking: Tally[int] = Tally()
    for section, asked in owed.items():
        if section:
            lacking[_outermost(section, parents)] += asked.lacking
    listed = (heading for heading in headings if heading.pk in lights)
    return tuple(_row(heading.pk, heading.title, lights[heading.pk], lacking[heading.pk]) for heading in listed)


def _outermost(section: int, parents: Mapping[int, int | None]) -> int:
    while (parent := parents[section]) is not None:
        section = parent
    return section


def _row(key: int, name: str, lights: Mapping[Light, int], not_reported: int) -> Row:
    figures = {counter.value: items for counter, items in counters(lights).items()}
    return Row(key=key, name=name, not_reported=not_reported, **figures)
