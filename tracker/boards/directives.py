"""Directives as pages show them: what a unit must answer, what became of a leader's lines, what waits to be settled."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, QuerySet, Value, When

from accounts.access import Reach
from accounts.choices import PostRank
from accounts.days import day_words
from accounts.models import Department, Person, PostHolding
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Task
from tracker.access import asked_directives, directives_for, may_direct
from tracker.boards.exchanges import exchanges
from tracker.boards.obstacles import Tab
from tracker.boards.timeline import Event
from tracker.choices import DirectiveState
from tracker.directives import UNSETTLED
from tracker.models import Directive

ROWS = 50
LEADING = (PostRank.MAIN_LEADER, PostRank.LEADER)
_UNSETTLED = Q(state__in=UNSETTLED, task__state=TaskState.ISSUED)
_TO_ANSWER = Q(state=DirectiveState.OPEN, task__state=TaskState.ISSUED)


@dataclass(frozen=True, slots=True)
class DirectiveLine:
    """One directive for one reader; `may_settle` says whether they may settle it, ask again or take it back."""

    directive: Directive
    exchange: tuple[Event, ...]
    may_answer: bool
    may_settle: bool
    today: date

    @property
    def state(self) -> str:
        return self.directive.state

    @property
    def unsettled(self) -> bool:
        return self.directive.state in UNSETTLED

    @property
    def open(self) -> bool:
        return self.directive.state == DirectiveState.OPEN

    @property
    def silent_days(self) -> int:
        """Count the days since the answer was due."""
        waits = self.open and self.directive.task.state == TaskState.ISSUED
        return max((self.today - self.directive.due_on).days, 0) if waits else 0

    @property
    def days_left(self) -> int:
        return (self.directive.due_on - self.today).days

    @property
    def due_words(self) -> str:
        return day_words(self.directive.due_on, year=self.today.year)

    @property
    def given_words(self) -> str:
        return day_words(self.directive.given_on, year=self.today.year)

    @property
    def meeting_words(self) -> str:
        return day_words(self.directive.meeting_on, year=self.today.year) if self.directive.meeting_on else ""

    @property
    def answered_words(self) -> str:
        return day_words(self.directive.answered_on, year=self.today.year) if self.directive.answered_on else ""

    @property
    def settled_words(self) -> str:
        return day_words(self.directive.settled_on, year=self.today.year) if self.directive.settled_on else ""


@dataclass(frozen=True, slots=True)
class Directives:
    tab: str
    tabs: tuple[Tab, ...]
    lines: tuple[DirectiveLine, ...]
    page: Page[Directive]
    unanswered: int
    silent: int
    answered: int


def directives(reach: Reach, *, tab: str = "", number: int = 1, today: date) -> Directives:
    """Return one page of one list in a fixed number of queries; the tab by default is the first with something open."""
    lists = _lists(reach, today=today)
    counted = tuple(Tab(key, rows.filter(_UNSETTLED).count()) for key, rows in lists.items())
    at_rest = counted[0].key if reach.departments else counted[-1].key
    chosen = tab if tab in lists else next((each.key for each in counted if each.number), at_rest)
    rows = lists[chosen]
    page = Paginator(_most_urgent_first(rows), ROWS).get_page(number)
    return Directives(
        tab=chosen,
        tabs=counted,
        lines=directive_lines(list(page.object_list), reach, today=today),
        page=page,
        unanswered=rows.filter(_TO_ANSWER).count(),
        silent=rows.filter(_TO_ANSWER, due_on__lt=today).count(),
        answered=rows.filter(_UNSETTLED, state=DirectiveState.ANSWERED).count(),
    )


def _lists(reach: Reach, *, today: date) -> dict[str, QuerySet[Directive]]:
    """Return what the reader's units answer, what the reader gave, and for those who oversee, all they see."""
    rows = directives_for(reach, today=today)
    oversees = reach.office or reach.main_leader or bool(reach.below or reach.posts)
    lists: dict[str, QuerySet[Directive]] = {}
    if reach.departments or not oversees:
        lists["answer"] = rows.filter(asked_directives(reach))
    if reach.posts and reach.person_id is not None:
        lists["given"] = rows.filter(leader=reach.person_id)
    if oversees:
        lists["all"] = rows
    return lists


def directives_of(task: Task, reach: Reach, *, today: date) -> tuple[DirectiveLine, ...]:
    """Return an item's directives, the unsettled ones first."""
    rows = Directive.objects.filter(task=task).select_related("task", "department")
    return directive_lines(list(_most_urgent_first(rows)), reach, today=today)


def directives_to_answer(reach: Reach) -> QuerySet[Directive]:
    """Return what waits for the answer of this reader's units."""
    rows = Directive.objects.filter(asked_directives(reach), _TO_ANSWER)
    return rows.select_related("task", "department").order_by("due_on", "pk")


def directives_given(reach: Reach) -> QuerySet[Directive]:
    """Return what the reader wrote and hasn't settled, the answered ones first."""
    rows = Directive.objects.filter(_UNSETTLED, leader=reach.person_id, leader__isnull=False)
    return _most_urgent_first(rows.select_related("task", "department"))


def directives_waiting(reach: Reach) -> QuerySet[Directive]:
    """Return what waits for this reader: to be answered, or answered and to be settled."""
    to_settle = (
        Q(organization=reach.organization_id) if reach.office else Q(leader=reach.person_id, leader__isnull=False)
    )
    mine = (asked_directives(reach) & _TO_ANSWER) | (to_settle & _UNSETTLED & Q(state=DirectiveState.ANSWERED))
    return Directive.objects.filter(mine)


def unsettled_of(task_ids: Collection[int]) -> dict[int, tuple[Directive, ...]]:
    """Return what is unsettled by item: the next review of it begins with them."""
    found: defaultdict[int, tuple[Directive, ...]] = defaultdict(tuple)
    rows = Directive.objects.filter(task__in=task_ids, state__in=UNSETTLED).select_related("department")
    for row in rows.order_by("pk"):
        found[row.task_id] += (row,)
    return found


def directive_lines(rows: Collection[Directive], reach: Reach, *, today: date) -> tuple[DirectiveLine, ...]:
    told = exchanges("directive", [row.pk for row in rows], today=today)
    return tuple(
        DirectiveLine(
            directive=row,
            exchange=told[row.pk],
            may_answer=answers(reach, row) and row.state == DirectiveState.OPEN and row.task.state == TaskState.ISSUED,
            may_settle=settles(reach, row) and row.state in UNSETTLED,
            today=today,
        )
        for row in rows
    )


def answers(reach: Reach, row: Directive) -> bool:
    """Say whether the answer is that of one of the reader's units."""
    return row.department_id in reach.departments


def settles(reach: Reach, row: Directive) -> bool:
    """Say whether the reader gave it, or is of the office."""
    own = row.leader_id is not None and row.leader_id == reach.person_id
    return own or (reach.office and row.organization_id == reach.organization_id)


def leaders_of(task: Task, *, today: date) -> tuple[PostHolding, ...]:
    """Return the leaders on whose behalf a line can be recorded, those who answer for the item first."""
    named = Involvement.objects.on(today).filter(task=task, role=InvolvementRole.LEADER, post__isnull=False)
    own = Case(When(post__in=named.values("post"), then=Value(0)), default=Value(1))
    rows = PostHolding.objects.on(today).filter(organization=task.organization_id, post__rank__in=LEADING)
    found: dict[int, PostHolding] = {}
    for holding in rows.select_related("post", "person").order_by(own, "post__position", "pk"):
        found.setdefault(holding.person_id, holding)
    return tuple(found.values())


def possible_leaders(reach: Reach, task: Task, *, today: date) -> dict[int, tuple[Person, str]]:
    """Return whose line it can be, by person: the reader's own, and for the office those of all leaders."""
    found: dict[int, tuple[Person, str]] = {}
    if may_direct(reach, task, today=today):
        own = reader_as_leader(reach)
        found |= {own.pk: (own, own.name)} if own is not None else {}
    if reach.office:
        for row in leaders_of(task, today=today):
            found.setdefault(row.person_id, (row.person, f"{row.post.name} {row.person.name}"))
    return found


def answering_units(task: Task, *, today: date) -> tuple[Department, ...]:
    """Return the units that can be asked, those that lead the item first, then those that support it."""
    parts = Involvement.objects.on(today).filter(task=task, department__isnull=False)
    leads, supports = parts.filter(role=InvolvementRole.LEAD), parts.filter(role=InvolvementRole.SUPPORT)
    nearness = Case(
        When(pk__in=leads.values("department"), then=Value(0)),
        When(pk__in=supports.values("department"), then=Value(1)),
        default=Value(2),
    )
    units = Department.objects.filter(organization=task.organization_id, dissolved_on__isnull=True)
    return tuple(units.order_by(nearness, "position", "pk"))


def reader_as_leader(reach: Reach) -> Person | None:
    return Person.objects.filter(pk=reach.person_id).first() if reach.person_id is not None else None


def _most_urgent_first(rows: QuerySet[Directive]) -> QuerySet[Directive]:
    """Order by what was answered and waits, then what is unanswered, the nearest day first, then what is settled."""
    state = Case(
        When(state=DirectiveState.ANSWERED, then=Value(0)),
        When(state=DirectiveState.OPEN, then=Value(1)),
        default=Value(2),
    )
    return rows.order_by(state, "due_on", "-pk")
