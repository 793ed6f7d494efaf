"""The plan as issued, for reading: which plans there are, and one plan's items under their headings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import batched

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from accounts.access import Reach
from accounts.models import Department
from projects.access import plans_for, tasks_for
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.lineage import Kin, kin_of
from projects.models import Involvement, Milestone, Plan, Target, Task
from projects.promise import section_paths

ROWS = 50
AT_ONCE = 500
"""Items of a whole table that are held in memory with their parties and steps."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    plan: Plan
    items: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """One item as the table has it, with the days and parties that were read from it.

    `members` has the units of each group that stands among the parties; `aims` are there in the whole table only.
    """

    task: Task
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    leaders: tuple[str, ...]
    owners: tuple[str, ...]
    steps: tuple[Milestone, ...]
    moves: int
    kin: Kin
    members: Mapping[str, tuple[str, ...]]
    aims: tuple[Target, ...] = ()

    @property
    def struck(self) -> bool:
        return self.task.state == TaskState.CANCELLED

    @property
    def last_step(self) -> Milestone | None:
        dated = [step for step in self.steps if step.current_due_on is not None]
        return max(dated, key=lambda step: step.current_due_on or date.min, default=None)


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading; `path` is the heading with those above it."""

    path: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class PlanTable:
    plan: Plan
    items: int
    drafts: int
    headings: int
    lead_units: tuple[Department, ...]
    groups: tuple[Group, ...]
    page: Page[Task]


def plan_lines(reach: Reach, *, today: date) -> list[PlanLine]:
    """Return the plans this reach sees, the newest year first, with the number of items it sees in them."""
    counts = dict(
        _listed(reach, today=today).values_list("plan").annotate(Count("pk")).values_list("plan", "pk__count")
    )
    plans = plans_for(reach, today=today).order_by("-year", "-pk")
    lines = [PlanLine(plan, counts.get(plan.pk, 0)) for plan in plans]
    return [line for line in lines if line.items or line.plan.state != PlanState.ARCHIVED]


def plan_table(
    plan: Plan, reach: Reach, *, today: date, search: str = "", unit: int | None = None, page: int = 1
) -> PlanTable:
    """Return one page of the plan's items in a fixed number of queries."""
    everything = _listed(reach, today=today).filter(plan=plan)
    found = _filtered(everything, search, unit).order_by("position", "pk")
    paths = section_paths({plan.pk})
    shown = Paginator(found, ROWS).get_page(page)
    totals = everything.aggregate(items=Count("pk"), drafts=Count("pk", filter=Q(state=TaskState.DRAFT)))
    leads = Involvement.objects.filter(task__in=everything, role=InvolvementRole.LEAD, department__isnull=False)
    return PlanTable(
        plan=plan,
        items=totals["items"],
        drafts=totals["drafts"],
        headings=sum(len(path) == 1 for path in paths.values()),
        lead_units=tuple(Department.objects.filter(pk__in=leads.values("department")).order_by("position", "pk")),
        groups=tuple(_groups(_rows(reach, shown.object_list, today=today), paths)),
        page=shown,
    )


def count_of(plan: Plan, reach: Reach, *, today: date) -> int:
    return _listed(reach, today=today).filter(plan=plan).count()


def whole_table(plan: Plan, reach: Reach, *, today: date) -> Iterator[Group]:
    """Yield all of the plan's items this reach sees, under their headings, some hundred at a time."""
    tasks = list(_listed(reach, today=today).filter(plan=plan).order_by("position", "pk"))
    paths = section_paths({plan.pk})
    for some in batched(tasks, AT_ONCE):
        rows = _rows(reach, some, today=today)
        aims: defaultdict[int, list[Target]] = defaultdict(list)
        for aim in Target.objects.filter(task__in=some, dropped_on__isnull=True).order_by("position", "pk"):
            aims[aim.task_id].append(aim)
        yield from _groups([replace(row, aims=tuple(aims[row.task.pk])) for row in rows], paths)


def issuable(plan: Plan, reach: Reach) -> bool:
    return reach.office and plan.state == PlanState.DRAFT


def _listed(reach: Reach, *, today: date) -> QuerySet[Task]:
    return tasks_for(reach, today=today).exclude(state=TaskState.WITHDRAWN)


def _filtered(tasks: QuerySet[Task], search: str, unit: int | None) -> QuerySet[Task]:
    if search:
        tasks = tasks.filter(Q(number=search) | Q(title__icontains=search) | Q(content__icontains=search))
    if unit is not None:
        leads = Involvement.objects.filter(department=unit, role=InvolvementRole.LEAD)
        tasks = tasks.filter(pk__in=leads.values("task"))
    return tasks


def _rows(reach: Reach, tasks: Iterable[Task], *, today: date) -> list[TableRow]:
    listed = list(tasks)
    kin = kin_of(reach, listed, today=today)
    parties: defaultdict[tuple[int, str], dict[str, None]] = defaultdict(dict)
    members: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    involved = (
        Involvement.objects.on(today).filter(task__in=listed).select_related("department", "post", "person", "group")
    )
    for row in involved.order_by("position", "pk"):
        parties[row.task_id, row.role].setdefault(_name(row))
        if row.group and row.department:
            members[row.task_id][str(row.group)].append(row.department.name)
    steps: defaultdict[int, list[Milestone]] = defaultdict(list)
    for step in Milestone.objects.filter(task__in=listed, dropped_on__isnull=True).order_by("position", "pk"):
        steps[step.task_id].append(step)
    return [
        TableRow(
            task=task,
            leads=tuple(parties[task.pk, InvolvementRole.LEAD]),
            supports=tuple(parties[task.pk, InvolvementRole.SUPPORT]),
            leaders=tuple(parties[task.pk, InvolvementRole.LEADER]),
            owners=tuple(parties[task.pk, InvolvementRole.OWNER]),
            steps=tuple(steps[task.pk]),
            moves=sum(step.moves for step in steps[task.pk]),
            kin=kin[task.pk],
            members={group: tuple(dict.fromkeys(units)) for group, units in members[task.pk].items()},
        )
        for task in listed
    ]


def _name(row: Involvement) -> str:
    """Return a group by its own word: that is how the table names its members."""
    return str(row.group or row.department or row.post or row.person)


def _groups(rows: Iterable[TableRow], paths: Mapping[int, tuple[str, ...]]) -> list[Group]:
    groups: list[tuple[tuple[str, ...], list[TableRow]]] = []
    for row in rows:
        section = row.task.section_id
        path = () if section is None else paths[section]
        if not groups or groups[-1][0] != path:
            groups.append((path, []))
        groups[-1][1].append(row)
    return [Group(path, tuple(members)) for path, members in groups]
