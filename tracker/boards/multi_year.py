"""Goals that one plan doesn't end: items with a horizon past their plan's year, or that go on with an earlier plan's."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from accounts.access import Reach
from accounts.models.among import among
from projects.access import HIDDEN_STATES, handed_by, plans_for, tasks_for
from projects.choices import HandDownState, PlanState, TaskState
from projects.lineage import carried_lines
from projects.models import HandDown, Target, TargetItem, Task
from tracker.boards.handed_down import Lit, newest_of
from tracker.boards.horizons import Amount, Goal, YearItem, added_over, goals_of, one_a_year
from tracker.explaining import explain
from tracker.facts import task_facts
from tracker.models import EvidenceFile
from tracker.rolling_up import Sum
from tracker.rules import light_rules, rules_of
from tracker.sentences import ahead_text, amount_text, goal_text, number_text
from tracker.turning import LightRules, TaskFacts, next_due

ROWS = 30


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal in words; `name` is the item's own where the amount has none."""

    goal: Goal
    name: str

    @property
    def done(self) -> str:
        return number_text(self.goal.whole.accepted)

    @property
    def due(self) -> str:
        return "" if self.goal.expected is None else amount_text(self.goal.expected, self.goal.whole.unit)

    @property
    def promised(self) -> str:
        whole = self.goal.whole
        return goal_text(whole.comparison, whole.value, whole.unit)

    @property
    def was(self) -> str:
        return "" if self.goal.was is None else amount_text(self.goal.was, self.goal.whole.unit)

    @property
    def gap_word(self) -> str:
        """Write the points ahead (+) or behind (−) of the straight way."""
        return "—" if self.goal.gap is None else ahead_text(-self.goal.gap)

    @property
    def years(self) -> list[tuple[int, str]]:
        """Write what was accepted of each year; an item without the amount, or with several of it, says nothing."""
        return [
            (year.year, number_text(year.accepted) if year.amount else "—" if year.unclear else "")
            for year in self.goal.years
        ]

    @property
    def unclear(self) -> list[int]:
        return [year.year for year in self.goal.years if year.unclear]


@dataclass(frozen=True, slots=True)
class YearStep:
    """One year's item of the line, with the files that bear it out."""

    task: Task
    files: int

    @property
    def closed(self) -> bool:
        return self.task.state == TaskState.CLOSED


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """The goal at one office below; `lit` is None until it was taken and issued there."""

    row: HandDown
    year: int | None
    lit: Lit | None
    goals: tuple[GoalLine, ...]


@dataclass(frozen=True, slots=True)
class GoalItem:
    """The newest item of a line of years.

    `unseen` of its earlier items aren't the reader's to see and count for nothing here; `left` says that a later plan
    is out and nothing in it goes on with this.
    """

    task: Task
    horizon: int | None
    lit: Lit
    goals: tuple[GoalLine, ...]
    steps: tuple[YearStep, ...]
    unseen: int
    left: bool
    offices: tuple[OfficeLine, ...]
    sums: tuple[Sum, ...]

    @property
    def sum_words(self) -> list[tuple[Sum, str, str]]:
        return [(one, amount_text(one.accepted, one.unit), amount_text(one.goal, one.unit)) for one in self.sums]


@dataclass(frozen=True, slots=True)
class HorizonGroup:
    """Items of one horizon year on this page, of the `total` there are."""

    horizon: int | None
    total: int
    items: tuple[GoalItem, ...]


@dataclass(frozen=True, slots=True)
class MultiYear:
    """One page of the goals; `last` is the furthest horizon of all."""

    groups: tuple[HorizonGroup, ...]
    last: int | None
    page: Page[Any]


def multi_year(reach: Reach, *, number: str = "1", today: date) -> MultiYear:
    """Read one page of the goals, the nearest horizon first, in a fixed number of queries; a page that isn't there is the first or last."""
    newest = newest_year(reach, today=today)
    tasks = goal_items(reach, newest, today=today)
    counts = dict(tasks.order_by().values("horizon").annotate(items=Count("pk")).values_list("horizon", "items"))
    page = Paginator(tasks, ROWS).get_page(number)
    groups: defaultdict[int | None, list[GoalItem]] = defaultdict(list)
    for item in read_goals(reach, list(page.object_list), newest, today=today):
        groups[item.horizon].append(item)
    return MultiYear(
        groups=tuple(HorizonGroup(year, counts.get(year, 0), tuple(items)) for year, items in groups.items()),
        last=max((year for year in counts if year is not None), default=None),
        page=page,
    )


def newest_year(reach: Reach, *, today: date) -> int | None:
    """Return the year of the newest issued plan that the reader sees."""
    issued = plans_for(reach, today=today).exclude(state=PlanState.DRAFT)
    newest: int | None = issued.aggregate(newest=Max("year"))["newest"]
    return newest


def goal_items(reach: Reach, newest: int | None, *, today: date) -> QuerySet[Any]:
    """Return the items, each with its `horizon`: the last of their lines, in the order of the list.

    An older plan's item stands here while its horizon is still to come.
    """
    standing = Target.objects.filter(dropped_on__isnull=True, horizon_year__isnull=False)
    horizon = standing.filter(task=OuterRef("pk")).order_by("-horizon_year").values("horizon_year")[:1]
    # This finds the few among all items; the horizon is looked up for those alone.
    own = standing.filter(organization=reach.organization_id, organization__isnull=False)
    rows = tasks_for(reach, today=today).filter(Q(pk__in=own.values("task")) | Q(carried_from__isnull=False))
    earlier, later = (
        _known(Task.objects.filter(**{name: OuterRef(of)}))
        for name, of in (("pk", "carried_from"), ("carried_from", "pk"))
    )
    rows = _known(rows).exclude(state=TaskState.CANCELLED).filter(~Exists(later)).annotate(horizon=Subquery(horizon))
    goes_far = Q(horizon__gt=F("plan__year"), horizon__gte=newest or 0)
    goes_on = Q(Exists(earlier), plan__year=newest)
    return rows.filter(goes_far | goes_on).order_by(F("horizon").asc(nulls_last=True), "plan__year", "position", "pk")


def _known(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Leave out what only its office knows: drafts, and what was taken back."""
    return tasks.exclude(state__in=HIDDEN_STATES).exclude(plan__state=PlanState.DRAFT)


def read_goals(reach: Reach, items: Collection[Task], newest: int | None, *, today: date) -> tuple[GoalItem, ...]:
    """Read what stands behind items of `goal_items`: their years, amounts and files, and what offices below reached."""
    lines = carried_lines([item.pk for item in items])
    below = _handed(reach, lines)
    shown = {pk for line in (*lines.values(), *below.lines.values()) for pk in line}
    known = _read(
        {task.pk: task for task in _known(Task.objects.filter(among("pk", shown))).select_related("plan")}, today
    )
    seen = set(tasks_for(reach, today=today).filter(among("pk", shown)).values_list("pk", flat=True))
    files = dict(_standing_files(seen).values_list("task").annotate(files=Count("pk")))
    return tuple(_item(item, lines[item.pk], known, below, _Reader(seen, files, newest)) for item in items)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the reader sees of the items, with the number of their files, and the year of the newest plan."""

    seen: Collection[int]
    files: Mapping[int, int]
    newest: int | None


def _item(item: Task, line: Sequence[int], known: "_Read", below: "_HandedDown", reader: _Reader) -> GoalItem:
    own = [pk for pk in line if pk in reader.seen and pk in known.tasks]
    offices = tuple(_office(rows, below, known) for rows in below.rows.get(item.pk, {}).values())
    return GoalItem(
        task=known.tasks[item.pk],
        horizon=item.horizon,  # type: ignore[attr-defined]  # annotated
        lit=known.lit(item.pk),
        goals=known.goals([known.year(pk) for pk in own]),
        steps=tuple(YearStep(known.tasks[pk], reader.files.get(pk, 0)) for pk in own),
        unseen=sum(pk in known.tasks and pk not in reader.seen for pk in line),
        left=reader.newest is not None and known.tasks[item.pk].plan.year < reader.newest,
        offices=offices,
        sums=added_over((each.row.to_id, [line.goal for line in each.goals]) for each in offices),
    )


def _office(rows: Sequence[HandDown], below: "_HandedDown", known: "_Read") -> OfficeLine:
    """Follow every offer that the office took; it is one goal, whichever year's item was handed down."""
    taken = (row.taken_as_id or 0 for row in rows)
    ends = [below.ends[first].pk for first in taken if first in below.ends]
    if not ends:
        return OfficeLine(rows[-1], None, None, ())
    years = one_a_year(known.year(pk) for end in ends for pk in below.lines[end] if pk in known.tasks)
    last = years[-1]
    return OfficeLine(rows[-1], last.year, known.lit(last.task), known.goals(years))


@dataclass(frozen=True, slots=True)
class _HandedDown:
    """What was offered of each line, by its last item and office; `ends` leads from what was taken to its newest item."""

    rows: Mapping[int, Mapping[int, Sequence[HandDown]]]
    ends: Mapping[int, Task]
    lines: Mapping[int, Sequence[int]]


def _handed(reach: Reach, lines: Mapping[int, Sequence[int]]) -> _HandedDown:
    """Read the offers for those who see the roll-up; for all others there are none."""
    if not (reach.office or reach.main_leader):
        return _HandedDown({}, {}, {})
    of_line: defaultdict[int, list[int]] = defaultdict(list)
    for item, line in lines.items():
        for pk in line:
            of_line[pk].append(item)
    offers = handed_by(reach).exclude(state=HandDownState.WITHDRAWN).filter(among("task", of_line))
    found: defaultdict[int, defaultdict[int, list[HandDown]]] = defaultdict(lambda: defaultdict(list))
    taken = set()
    for row in offers.select_related("to").order_by("to__code", "to", "pk"):
        for item in of_line[row.task_id]:
            found[item][row.to_id].append(row)
        taken.add(row.taken_as_id)
    ends = newest_of([pk for pk in taken if pk is not None])
    return _HandedDown(found, ends, carried_lines([task.pk for task in ends.values()]))


@dataclass(frozen=True, slots=True)
class _Read:
    """Items with what is known of them today."""

    tasks: Mapping[int, Task]
    facts: Mapping[int, TaskFacts]
    amounts: Mapping[int, tuple[int | None, bool]]
    rules: Mapping[int, LightRules]
    today: date

    def lit(self, pk: int) -> Lit:
        facts = self.facts[pk]
        return Lit(explain(facts, self.rules[self.tasks[pk].plan_id], self.today), next_due(facts), self.today)

    def year(self, pk: int) -> YearItem:
        amounts = (Amount(target, *self.amounts[target.id]) for target in self.facts[pk].targets)
        return YearItem(pk, self.facts[pk].year, tuple(amounts))

    def goals(self, line: Sequence[YearItem]) -> tuple[GoalLine, ...]:
        task = self.tasks[line[-1].task]
        found = goals_of(line, points=self.rules[task.plan_id].behind_points, today=self.today)
        return tuple(GoalLine(goal, goal.whole.name or task.title) for goal in found)


def _read(tasks: Mapping[int, Task], today: date) -> _Read:
    plans = {task.plan_id: task.plan for task in tasks.values()}
    listed = Exists(TargetItem.objects.filter(target=OuterRef("pk")))
    amounts = Target.objects.filter(among("task", tasks), dropped_on__isnull=True).annotate(listed=listed)
    return _Read(
        tasks=tasks,
        facts=task_facts(tasks),
        amounts={pk: (horizon, ticked) for pk, horizon, ticked in amounts.values_list("pk", "horizon_year", "listed")},
        rules={plan: light_rules(row) for plan, row in rules_of(list(plans.values()), on=today).items()},
        today=today,
    )


def _standing_files(tasks: Collection[int]) -> QuerySet[EvidenceFile]:
    return EvidenceFile.objects.filter(among("task", tasks), withdrawn_at__isnull=True)
