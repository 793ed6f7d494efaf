"""What hangs on the wall: a plan's items by heading or unit, each with the steps of its year and their lights."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext

from accounts.access import Reach
from accounts.days import day_words
from projects.choices import InvolvementRole
from projects.models import Plan, Section, Task
from tracker.boards.filters import Choices, Filters, choices_of, counted, lit
from tracker.boards.lines import Line, lines_of
from tracker.lights import COUNTER_OF, Counter, Light, counters, milestone_light, target_light
from tracker.lights_sql import light_expression
from tracker.sentences import goal_text, light_text
from tracker.turning import milestone_starts

ROWS = 1000
"""Items of one page; a larger plan is leafed through, or narrowed."""


@dataclass(frozen=True, slots=True)
class WallStep:
    """A step, or an amount that is of no step; undated ones are said and not drawn."""

    light: Light
    name: str
    on: date | None
    moved: bool

    def said(self, *, year: int) -> str:
        """Write the step as one clause: what, when and how it stands."""
        moved = self.on is not None and self.moved
        when = day_words(self.on, year=year) if self.on else gettext("无日期")
        day = gettext("改至 %(due)s") % {"due": when} if moved else when
        return gettext("%(step)s（%(day)s，%(light)s）") % {
            "step": self.name or gettext("本事项"),
            "day": day,
            "light": light_text(self.light),
        }


@dataclass(frozen=True, slots=True)
class WallRow:
    line: Line
    steps: tuple[WallStep, ...]
    start: date


@dataclass(frozen=True, slots=True)
class WallGroup:
    """Items under one heading or of one unit; the figures are those of the rows."""

    title: str
    rows: tuple[WallRow, ...]
    overdue: int
    attention: int

    @property
    def total(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Wall:
    plan: Plan
    filters: Filters
    choices: Choices
    counters: Mapping[Counter, int]
    groups: tuple[WallGroup, ...]
    page: Page[Task]
    by_unit: bool
    today: date

    @property
    def total(self) -> int:
        return sum(self.counters.values())


def wall(plan: Plan, reach: Reach, filters: Filters, *, by_unit: bool, number: int = 1, today: date) -> Wall:
    """Read one page of the chart in a fixed number of queries."""
    tasks = counted(plan, reach, filters, today=today)
    listed = lit(tasks, filters, today=today).select_related("plan").order_by("position", "pk")
    page = Paginator(listed, ROWS).get_page(number)
    lines = lines_of(list(page.object_list), today=today)
    choices = choices_of(plan)
    return Wall(
        plan=plan,
        filters=filters,
        choices=choices,
        counters=_counters(plan, reach, filters, today=today),
        groups=tuple(_by_unit(lines, choices) if by_unit else _by_section(lines, plan)),
        page=page,
        by_unit=by_unit,
        today=today,
    )


def _counters(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> dict[Counter, int]:
    """Count the plan's items by light; the chosen light narrows the rows, not the figures."""
    tasks = counted(plan, reach, filters, today=today)
    found = tasks.annotate(light=light_expression(today)).order_by().values("light").annotate(items=Count("pk"))
    return counters({Light(light): items for light, items in found.values_list("light", "items") if light})


def _by_section(lines: Iterable[Line], plan: Plan) -> Iterator[WallGroup]:
    """Yield the outermost headings in the order of issue, and last what stands under none."""
    headings = {row.pk: row for row in Section.objects.filter(plan=plan).order_by("position", "pk")}
    found: defaultdict[int | None, list[Line]] = defaultdict(list)
    for line in lines:
        found[_outermost(line.task.section_id, headings)].append(line)
    for key, heading in headings.items():
        if key in found:
            yield _group(heading.title, found[key])
    if None in found:
        yield _group("" if len(found) == 1 else gettext("未分板块"), found[None])


def _outermost(section: int | None, headings: Mapping[int, Section]) -> int | None:
    while section is not None and (parent := headings[section].parent_id) is not None:
        section = parent
    return section


def _by_unit(lines: Iterable[Line], choices: Choices) -> Iterator[WallGroup]:
    """Yield the leading units in the organization's order; an item that several lead hangs once, by the first."""
    found: defaultdict[int | None, list[Line]] = defaultdict(list)
    for line in lines:
        leads = (row.department_id for row in line.parties.get(InvolvementRole.LEAD, ()))
        found[next((unit for unit in leads if unit is not None), None)].append(line)
    for unit in choices.units:
        if unit.pk in found:
            yield _group(unit.name, found[unit.pk])
    if None in found:
        yield _group(gettext("无牵头单位"), found[None])


def _group(title: str, lines: Iterable[Line]) -> WallGroup:
    rows = tuple(_row(line) for line in lines)
    figures = Tally(COUNTER_OF[row.line.light] for row in rows if row.line.light)
    return WallGroup(title, rows, figures[Counter.OVERDUE], figures[Counter.ATTENTION])


def _row(line: Line) -> WallRow:
    starts = milestone_starts(line.facts.milestones, line.facts.year).values()
    target_starts = (target.start for target in line.facts.targets)
    start = min((*starts, *target_starts), default=date(line.facts.year, 1, 1))
    return WallRow(line, tuple(_steps(line)), start)


def _steps(line: Line) -> Iterator[WallStep]:
    facts, today = line.facts, line.today
    for step in facts.milestones:
        light = milestone_light(facts, step, today, line.rules)
        yield WallStep(light, step.text, step.current_due or step.done_on, step.moves > 0)
    for target in facts.targets:
        if target.milestone_id is None:
            amount = goal_text(target.comparison, target.value, target.unit)
            light = target_light(facts, target, today, line.rules)
            yield WallStep(light, f"{target.name} {amount}".strip(), target.due, moved=False)
