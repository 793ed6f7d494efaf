"""Obstacles as pages show them: what a unit must answer, what it raised, and what stays unanswered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, QuerySet, Value, When

from accounts.access import Reach
from accounts.days import day_words
from accounts.models import Department, Membership, Person, PostHolding
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Task
from tracker.access import asked_obstacles, obstacles_for
from tracker.boards.exchanges import exchanges
from tracker.boards.timeline import Event
from tracker.choices import ObstacleState
from tracker.models import Obstacle, ProgressReport

ROWS = 50
_IN_WORK = Q(state=ObstacleState.OPEN, task__state=TaskState.ISSUED)


@dataclass(frozen=True, slots=True)
class ObstacleLine:
    """One obstacle for one reader; `may_follow` says whether they may ask again or take it back."""

    obstacle: Obstacle
    exchange: tuple[Event, ...]
    may_answer: bool
    may_follow: bool
    today: date

    @property
    def answerer(self) -> str:
        return str(self.obstacle.answering_department or self.obstacle.answering_person)

    @property
    def open(self) -> bool:
        return self.obstacle.state == ObstacleState.OPEN

    @property
    def withdrawn(self) -> bool:
        return self.obstacle.state == ObstacleState.WITHDRAWN

    @property
    def paused(self) -> bool:
        """Say whether nobody waits for the answer now: the item is suspended, closed or cancelled."""
        return self.open and self.obstacle.task.state != TaskState.ISSUED

    @property
    def silent_days(self) -> int:
        """Count the days since the answer was due."""
        return max((self.today - self.obstacle.due_on).days, 0) if self.open and not self.paused else 0

    @property
    def days_left(self) -> int:
        return (self.obstacle.due_on - self.today).days

    @property
    def due_words(self) -> str:
        return day_words(self.obstacle.due_on, year=self.today.year)

    @property
    def raised_words(self) -> str:
        return day_words(self.obstacle.raised_on, year=self.today.year)

    @property
    def answered_words(self) -> str:
        return day_words(self.obstacle.answered_on, year=self.today.year) if self.obstacle.answered_on else ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A list with its length; `key` is what the address calls it."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class Obstacles:
    tab: str
    tabs: tuple[Tab, ...]
    lines: tuple[ObstacleLine, ...]
    page: Page[Obstacle]
    open: int
    silent: int


def obstacles(reach: Reach, *, tab: str = "", number: int = 1, today: date) -> Obstacles:
    """Return one page of one list in a fixed number of queries; the tab by default is the first with something open."""
    lists = _lists(reach, today=today)
    counted = tuple(Tab(key, rows.filter(_IN_WORK).count()) for key, rows in lists.items())
    at_rest = counted[0].key if reach.departments else counted[-1].key
    chosen = tab if tab in lists else next((each.key for each in counted if each.number), at_rest)
    rows = lists[chosen]
    page = Paginator(_most_urgent_first(rows), ROWS).get_page(number)
    return Obstacles(
        tab=chosen,
        tabs=counted,
        lines=obstacle_lines(list(page.object_list), reach, today=today),
        page=page,
        open=rows.filter(_IN_WORK).count(),
        silent=rows.filter(_IN_WORK, due_on__lt=today).count(),
    )


def _lists(reach: Reach, *, today: date) -> dict[str, QuerySet[Obstacle]]:
    """Return what is the reader's to answer, what their units raised, and for those who oversee, all they see."""
    rows = obstacles_for(reach, today=today)
    lists = {"answer": rows.filter(asked_obstacles(reach))}
    if reach.departments:
        lists["raised"] = rows.filter(department__in=reach.departments)
    if reach.office or reach.main_leader or reach.below or reach.posts:
        lists["all"] = rows
    return lists


def obstacles_of(task: Task, reach: Reach, *, today: date) -> tuple[ObstacleLine, ...]:
    """Return an item's obstacles, the open ones first."""
    rows = Obstacle.objects.filter(task=task).select_related(
        "task", "department", "answering_department", "answering_person"
    )
    return obstacle_lines(list(_most_urgent_first(rows)), reach, today=today)


def obstacles_to_answer(reach: Reach) -> QuerySet[Obstacle]:
    """Return what waits for this reader's answer."""
    rows = Obstacle.objects.filter(asked_obstacles(reach), _IN_WORK)
    return rows.select_related("task", "department", "answering_department", "answering_person").order_by(
        "due_on", "pk"
    )


def obstacle_lines(rows: Collection[Obstacle], reach: Reach, *, today: date) -> tuple[ObstacleLine, ...]:
    told = exchanges("obstacle", [row.pk for row in rows], today=today)
    return tuple(
        ObstacleLine(
            obstacle=row,
            exchange=told[row.pk],
            may_answer=answers(reach, row) and row.state == ObstacleState.OPEN and row.task.state == TaskState.ISSUED,
            may_follow=follows(reach, row) and row.state != ObstacleState.WITHDRAWN,
            today=today,
        )
        for row in rows
    )


def answers(reach: Reach, row: Obstacle) -> bool:
    """Say whether the answer is this reader's."""
    person = row.answering_person_id
    return row.answering_department_id in reach.departments or (person is not None and person == reach.person_id)


def follows(reach: Reach, row: Obstacle) -> bool:
    """Say whether the reader belongs to the unit that raised it, or to the office."""
    own = row.department_id in reach.departments and row.organization_id == reach.organization_id
    return own or (reach.office and row.organization_id == reach.organization_id)


def raising_units(reach: Reach, task: Task, *, today: date) -> tuple[Department, ...]:
    """Return the leading units for which the reader may raise one: their own, for the office each of them."""
    leads = Involvement.objects.on(today).filter(task=task, role=InvolvementRole.LEAD, department__isnull=False)
    if not reach.office:
        leads = leads.filter(department__in=reach.departments)
    rows = leads.select_related("department").order_by("position", "pk")
    units = {row.department_id: row.department for row in rows if row.department is not None}
    return tuple(units.values())


@dataclass(frozen=True, slots=True)
class Answerers:
    """Who can be asked: units, holders of posts, and people with a sign-in."""

    units: tuple[Department, ...]
    holders: tuple[PostHolding, ...]
    members: tuple[Membership, ...]

    @property
    def people(self) -> dict[int, Person]:
        holders = {row.person_id: row.person for row in self.holders}
        return holders | {row.person_id: row.person for row in self.members}


def answerers(organization_id: int, *, today: date) -> Answerers:
    units = Department.objects.filter(organization=organization_id, dissolved_on__isnull=True)
    holders = PostHolding.objects.on(today).filter(organization=organization_id, person__user__isnull=False)
    members = Membership.objects.on(today).filter(organization=organization_id, person__user__isnull=False)
    held: dict[int, PostHolding] = {}
    for holding in holders.select_related("post", "person").order_by("post__position", "pk"):
        held.setdefault(holding.person_id, holding)
    people: dict[int, Membership] = {}
    for member in members.select_related("department", "person").order_by("department__position", "pk"):
        if member.person_id not in held:
            people.setdefault(member.person_id, member)
    return Answerers(tuple(units.order_by("position", "pk")), tuple(held.values()), tuple(people.values()))


def help_asked_for(task: Task, units: Collection[Department]) -> str:
    """Return what these units' last report said they need, to begin with."""
    reports = ProgressReport.objects.filter(task=task, department__in=units).order_by("-pk")
    return reports.values_list("help_needed", flat=True).first() or ""


def _most_urgent_first(rows: QuerySet[Obstacle]) -> QuerySet[Obstacle]:
    """Order by what waits for an answer, the nearest day first, then what was answered and taken back."""
    state = Case(When(_IN_WORK, then=Value(0)), When(state=ObstacleState.ANSWERED, then=Value(1)), default=Value(2))
    return rows.order_by(state, "due_on", "-pk")
