"""A plan's board: how its promises stand, by light, unit and section, and why what is late is late."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from accounts.access import Reach
from accounts.models import Department
from projects.access import plans_for, tasks_for
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.models import Involvement, Plan, Section, Task
from tracker.boards.figures import FigureLine, figure_lines
from tracker.boards.filters import Choices, Filters, choices_of, counted, lit, narrowed, unreported
from tracker.boards.lines import Line, lines_of
from tracker.boards.owing import rows_of_current_rounds
from tracker.lights import Counter, Light, counters
from tracker.lights_sql import light_expression
from tracker.models import PlanRules, ReportingRound
from tracker.rounds import current_round
from tracker.rules import rules_for
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
    listed = lit(tasks, filters, today=today)
    shown = listed.select_related("plan", "section").order_by(
        F("standing__late_since").asc(nulls_last=True),
        F("standing__next_due_on").asc(nulls_last=True),
        "position",
        "pk",
    )
    rows = list(shown[:ROWS])
    lacking = unreported(filters, today=today).filter(task__in=rows).values_list("task", flat=True)
    return Overview(
        plan=plan,
        filters=filters,
        choices=choices_of(plan),
        rules=rules_for(plan, on=today),
        round=current_round(plan.pk, today=today),
        tallies=_tallies(tasks, _suspended(plan, reach, filters, today=today), filters, today=today),
        listed=listed.count(),
        lines=tuple(lines_of(rows, today=today)),
        unreported=frozenset(lacking),
        units=_units(tasks, filters, today=today),
        sections=_sections(plan, tasks, filters, today=today),
        figures=figure_lines(tasks, today=today),
        today=today,
    )


def _tallies(tasks: QuerySet[Task], suspended: int, filters: Filters, *, today: date) -> Tallies:
    lit_tasks = tasks.annotate(light=light_expression(today)).order_by()
    rows = lit_tasks.values("light").annotate(items=Count("pk")).values_list("light", "items")
    lights = {Light(light): items for light, items in rows if light}
    closed = tasks.filter(closed_on__gte=today.replace(day=1), closed_on__lte=today).count()
    round_rows = rows_of_current_rounds(today=today)
    if filters.unit is not None:
        round_rows = round_rows.filter(department=filters.unit)
    owed = round_rows.filter(task__in=tasks.values("pk")).aggregate(
        all=Count("task", distinct=True),
        open=Count("task", distinct=True, filter=Q(pk__in=unreported(filters, today=today).values("pk"))),
    )
    return Tallies(
        lights=lights,
        counters=counters(lights),
        not_reported=owed["open"],
        owed=owed["all"],
        closed_this_month=closed,
        suspended=suspended,
    )


def _suspended(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> int:
    """Count what stands apart: items whose work was stopped for a time."""
    tasks = tasks_for(reach, today=today).filter(plan=plan, state=TaskState.SUSPENDED)
    return narrowed(tasks, filters, today=today).count()


def _units(tasks: QuerySet[Task], filters: Filters, *, today: date) -> tuple[Row, ...]:
    """Return every leading unit in the organization's order; an item led by two is counted in both rows."""
    leads = Involvement.objects.on(today).filter(
        role=InvolvementRole.LEAD, department__isnull=False, task__in=tasks.values("pk")
    )
    by_light = (
        leads.annotate(light=light_expression(today, prefix="task__standing__"))
        .order_by()
        .values("department", "light")
        .annotate(items=Count("task", distinct=True))
        .values_list("department", "light", "items")
    )
    lacking = _lacking(tasks, filters, "department", today=today)
    lights = _grouped(by_light)
    names = Department.objects.filter(pk__in=lights).order_by("position", "pk").values_list("pk", "name")
    return tuple(_row(pk, name, lights[pk], lacking[pk]) for pk, name in names)


def _sections(plan: Plan, tasks: QuerySet[Task], filters: Filters, *, today: date) -> tuple[Row, ...]:
    """Return the outermost headings in the order of issue, each with what stands under it."""
    rows = list(Section.objects.filter(plan=plan).order_by("position", "pk"))
    parents = {row.pk: row.parent_id for row in rows}
    lit_tasks = tasks.annotate(light=light_expression(today)).order_by()
    by_light = lit_tasks.values("section", "light").annotate(items=Count("pk"))
    found = by_light.values_list("section", "light", "items")
    lights = _grouped((_outermost(section, parents), light, items) for section, light, items in found if section)
    lacking: Tally[int] = Tally()
    for section, items in _lacking(tasks, filters, "task__section", today=today).items():
        lacking[_outermost(section, parents)] += items
    return tuple(_row(row.pk, row.title, lights[row.pk], lacking[row.pk]) for row in rows if row.pk in lights)


def _outermost(section: int, parents: Mapping[int, int | None]) -> int:
    while (parent := parents[section]) is not None:
        section = parent
    return section


def _lacking(tasks: QuerySet[Task], filters: Filters, by: str, *, today: date) -> Tally[int]:
    rows = unreported(filters, today=today).filter(task__in=tasks.values("pk"))
    counts = rows.order_by().values(by).annotate(items=Count("task", distinct=True)).values_list(by, "items")
    return Tally({key: items for key, items in counts if key is not None})


def _grouped(rows: Iterable[tuple[int, str | None, int]]) -> defaultdict[int, Tally[Light]]:
    found: defaultdict[int, Tally[Light]] = defaultdict(Tally)
    for key, light, items in rows:
        if light:
            found[key][Light(light)] += items
    return found


def _row(key: int, name: str, lights: Mapping[Light, int], not_reported: int) -> Row:
    figures = {counter.value: items for counter, items in counters(lights).items()}
    return Row(key=key, name=name, not_reported=not_reported, **figures)
