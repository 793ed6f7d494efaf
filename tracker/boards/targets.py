"""All quantified targets of a plan against schedule (序时), and what several of them promise together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum

from accounts.access import Reach
from projects.choices import Comparison
from projects.models import Plan, Task
from tracker.boards.figures import FigureLine, behind_first, figure_lines
from tracker.boards.filters import Choices, Filters, choices_of, counted
from tracker.choices import ReviewState
from tracker.facts import task_facts
from tracker.models import TargetStanding, TargetValue
from tracker.rules import light_rules, rules_for
from tracker.sentences import ahead_text, amount_text
from tracker.shares import achieved_percent, expected_amount, expected_percent
from tracker.turning import TargetFacts

ROWS = 50
SUMS = 8
"""Sums on the page: those of the most items."""
Trail = tuple[tuple[date, Decimal], ...]
TOGETHER = ("target__name", "target__unit")
SPAN = ("start_on", "due_on", "target__curve")


@dataclass(frozen=True, slots=True)
class TargetLine:
    """An amount with its way: what is due by each corner of its curve, and what was accepted when, in percent.

    Both are empty where nothing is due before the end.
    """

    figure: FigureLine
    schedule: Trail
    accepted: Trail


@dataclass(frozen=True, slots=True)
class Total:
    """Amounts of one name and unit added up, as the whole plan's investment; `lacking` have no accepted figure yet.

    As for one amount, `points` under what is due makes it `behind`.
    """

    name: str
    unit: str
    targets: int
    lacking: int
    current: Decimal
    expected: Decimal
    goal: Decimal
    points: int

    @property
    def done(self) -> str:
        return amount_text(self.current, self.unit)

    @property
    def due(self) -> str:
        return amount_text(self.expected, self.unit)

    @property
    def all(self) -> str:
        return amount_text(self.goal, self.unit)

    @property
    def done_percent(self) -> Decimal:
        return _percent(self.current, self.goal)

    @property
    def due_percent(self) -> Decimal:
        return _percent(self.expected, self.goal)

    @property
    def behind(self) -> bool:
        return self.due_percent - self.done_percent >= self.points

    @property
    def gap_word(self) -> str:
        return ahead_text(self.done_percent - self.due_percent)


@dataclass(frozen=True, slots=True)
class Comparing:
    plan: Plan
    filters: Filters
    choices: Choices
    lines: tuple[TargetLine, ...]
    sums: tuple[Total, ...]
    page: Page[Task]


def comparing(plan: Plan, reach: Reach, filters: Filters, *, number: int = 1, today: date) -> Comparing:
    """Read one page of the amounts of all counted items, those behind first, in a fixed number of queries."""
    tasks = counted(plan, reach, filters, today=today)
    shown = Paginator(behind_first(tasks, today=today), ROWS)
    page = shown.get_page(number)
    rows = [(row, row.target) for row in page.object_list]  # type: ignore[attr-defined]  # annotated
    facts, rules = task_facts({row.pk for row, _ in rows}), light_rules(rules_for(plan, on=today))
    figures = figure_lines(rows, facts, rules, today=today)
    trails = _accepted({figure.target.id for figure in figures}, today=today)
    return Comparing(
        plan=plan,
        filters=filters,
        choices=choices_of(plan),
        lines=tuple(_line(figure, trails.get(figure.target.id, ())) for figure in figures),
        sums=tuple(_sums(tasks, rules.behind_points, today=today)),
        page=page,
    )


def _line(figure: FigureLine, values: Iterable[tuple[date, Decimal]]) -> TargetLine:
    target = figure.target
    if figure.expected is None or target.start >= target.due:
        return TargetLine(figure, (), ())
    corners = [target.start, *(day for day, _ in target.curve if target.start < day < target.due), target.due]
    schedule = tuple((day, expected_percent(target, day)) for day in sorted(corners))
    return TargetLine(
        figure, schedule, tuple((day, achieved_percent(replace(target, accepted=value))) for day, value in values)
    )


def _accepted(targets: Collection[int], *, today: date) -> dict[int, list[tuple[date, Decimal]]]:
    """Return the figures the office accepted, by target; of one day the last."""
    rows = TargetValue.objects.filter(
        target__in=targets, report__review_state=ReviewState.ACCEPTED, report__submitted_on__lte=today
    ).order_by("report")
    found: defaultdict[int, dict[date, Decimal]] = defaultdict(dict)
    for target, on, value in rows.values_list("target", "report__submitted_on", "value"):
        found[target][on] = value
    return {target: sorted(days.items()) for target, days in found.items()}


def _sums(tasks: QuerySet[Task], points: int, *, today: date) -> Iterator[Total]:
    """Yield what several items promise by one name and unit: amounts to reach that grow from nothing."""
    rows = TargetStanding.objects.filter(
        Q(target__baseline__isnull=True) | Q(target__baseline=0),
        task__in=tasks,
        target__dropped_on__isnull=True,
        target__cumulative=True,
        target__comparison=Comparison.AT_LEAST,
        target__value__gt=0,
    ).exclude(target__name="")
    counts = rows.order_by().values(*TOGETHER).annotate(items=Count("pk")).filter(items__gt=1)
    largest = counts.order_by("-items", *TOGETHER).values_list(*TOGETHER)[:SUMS]
    groups: dict[tuple[str, str], list[_Span]] = {(name, unit): [] for name, unit in largest}
    if not groups:
        return
    wanted = Q()
    for name, unit in groups:
        wanted |= Q(target__name=name, target__unit=unit)
    spans = rows.filter(wanted).order_by().values(*TOGETHER, *SPAN)
    sums = spans.annotate(
        targets=Count("pk"), told=Count("accepted"), goal=Sum("target__value"), current=Sum("accepted")
    )
    for name, unit, *values in sums.values_list(*TOGETHER, *SPAN, "targets", "told", "goal", "current"):
        groups[name, unit].append(_Span(*values))
    yield from (_total(name, unit, together, points, today) for (name, unit), together in groups.items())


@dataclass(frozen=True, slots=True)
class _Span:
    """Amounts that begin and end together: what is due of them by a day is one share of their sum."""

    start: date
    due: date
    curve: list[list[str]]
    targets: int
    told: int
    goal: Decimal
    current: Decimal | None

    def expected(self, today: date) -> Decimal:
        curve = tuple((date.fromisoformat(day), Decimal(str(share))) for day, share in self.curve)
        together = TargetFacts(
            id=0,
            milestone_id=None,
            name="",
            unit="",
            comparison=Comparison.AT_LEAST,
            value=self.goal,
            baseline=None,
            cumulative=True,
            start=self.start,
            due=self.due,
            curve=curve,
            accepted=self.current,
        )
        return expected_amount(together, today)


def _total(name: str, unit: str, spans: Collection[_Span], points: int, today: date) -> Total:
    targets = sum(span.targets for span in spans)
    return Total(
        name=name,
        unit=unit,
        targets=targets,
        lacking=targets - sum(span.told for span in spans),
        current=sum((span.current or Decimal(0) for span in spans), Decimal(0)),
        expected=sum((span.expected(today) for span in spans), Decimal(0)),
        goal=sum((span.goal for span in spans), Decimal(0)),
        points=points,
    )


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * 100).quantize(Decimal("0.1"))
