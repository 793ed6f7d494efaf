"""Requests to close an item, and second looks at closed ones, as the office and the item's page show them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

from accounts.access import Reach, require_office
from accounts.days import day_words
from accounts.models import Department
from projects.access import get_task, require_lead, tasks_for
from projects.choices import TaskState
from projects.models import Task
from tracker.asking import Refusal, closing_refusal, left_open
from tracker.boards.lines import Line, lines_of
from tracker.choices import ClosureState
from tracker.models import Closure, EvidenceFile, LookBack
from tracker.rules import rules_for

ROWS = 30


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """A request with its item; `left` counts what isn't done of it today."""

    row: Closure
    line: Line | None
    files: tuple[EvidenceFile, ...]
    own: bool
    today: date

    @property
    def waiting(self) -> bool:
        return self.row.state == ClosureState.ASKED

    @property
    def left(self) -> int:
        return left_open(self.line.facts) if self.line else 0

    @property
    def asked_words(self) -> str:
        return day_words(self.row.asked_on, year=self.today.year)

    @property
    def decided_words(self) -> str:
        return day_words(self.row.decided_on, year=self.today.year) if self.row.decided_on else ""


@dataclass(frozen=True, slots=True)
class Closings:
    """`waiting` is what the office has to verify, the oldest first; `ended` one page of what it answered."""

    waiting: tuple[ClosureLine, ...]
    ended: tuple[ClosureLine, ...]
    page: Page[Closure]


def closings(reach: Reach, *, number: int = 1, today: date) -> Closings:
    """Return the page in a fixed number of queries; raise PermissionDenied for all but the office."""
    require_office(reach)
    rows = _closures().filter(organization=reach.organization_id)
    waits = list(_still_asked(rows).order_by("asked_at", "pk"))
    ended = rows.exclude(state=ClosureState.ASKED).order_by("-decided_at", "-pk")
    page = Paginator(ended, ROWS).get_page(number)
    found = [*waits, *page.object_list]
    tasks = {row.task_id: row.task for row in waits}
    lines = {line.task.pk: line for line in lines_of(list(tasks.values()), today=today, with_parties=False)}
    files = _files(found)
    made = tuple(_line(reach, row, lines.get(row.task_id), files, today) for row in found)
    return Closings(made[: len(waits)], made[len(waits) :], page)


def get_closure(reach: Reach, closure_id: int, *, today: date) -> ClosureLine:
    """Raise Http404 for a request whose item isn't theirs to see."""
    visible = tasks_for(reach, today=today).values("pk")
    row = _closures().filter(pk=closure_id, task__in=visible).first()
    if row is None:
        raise Http404
    (line,) = lines_of([row.task], today=today, with_parties=False)
    return _line(reach, row, line, _files([row]), today)


def closures_of(reach: Reach, task: Task, *, today: date) -> tuple[ClosureLine, ...]:
    """Return the requests of one visible item, the newest first."""
    rows = list(_closures().filter(task=task).order_by("-pk"))
    files = _files(rows)
    return tuple(_line(reach, row, None, files, today) for row in rows)


def closings_to_answer(reach: Reach) -> QuerySet[Closure]:
    """Return the requests that the office has to answer."""
    return _still_asked(Closure.objects.filter(organization=reach.organization_id))


@dataclass(frozen=True, slots=True)
class AskingToClose:
    """What stands in the way of asking, if anything, and what the plan asks for."""

    line: Line
    units: tuple[Department, ...]
    refusal: Refusal | None
    left: int
    evidence_needed: bool

    @property
    def task(self) -> Task:
        return self.line.task


def asking_to_close(reach: Reach, task_id: int, *, today: date) -> AskingToClose:
    """Raise Http404 where the item isn't theirs to see, PermissionDenied where their unit doesn't lead it."""
    task = get_task(reach, task_id, today=today)
    units = require_lead(reach, task, today=today)
    (line,) = lines_of([task], today=today, with_parties=False)
    waits = Closure.objects.filter(task=task, state=ClosureState.ASKED).exists()
    return AskingToClose(
        line=line,
        units=units,
        refusal=closing_refusal(line.facts, waiting=waits),
        left=left_open(line.facts),
        evidence_needed=rules_for(task.plan, on=today).closing_evidence,
    )


@dataclass(frozen=True, slots=True)
class LookLine:
    row: LookBack
    today: date

    @property
    def late(self) -> bool:
        return self.row.looked_on is None and self.row.due_on < self.today

    @property
    def closed_words(self) -> str:
        on = self.row.task.closed_on
        return day_words(on, year=self.today.year) if on else ""

    @property
    def due_words(self) -> str:
        return day_words(self.row.due_on, year=self.today.year)

    @property
    def looked_words(self) -> str:
        return day_words(self.row.looked_on, year=self.today.year) if self.row.looked_on else ""


@dataclass(frozen=True, slots=True)
class LookBacks:
    """`due` are those whose day has come, `later` the next ones, `looked` one page of those that were noted."""

    due: tuple[LookLine, ...]
    later: tuple[LookLine, ...]
    looked: tuple[LookLine, ...]
    page: Page[LookBack]


def look_backs(reach: Reach, *, number: int = 1, today: date) -> LookBacks:
    """Return the page in a fixed number of queries; raise PermissionDenied for all but the office."""
    require_office(reach)
    rows = LookBack.objects.filter(organization=reach.organization_id).select_related("task")
    due = _standing(rows).filter(due_on__lte=today).order_by("due_on", "pk")
    later = _standing(rows).filter(due_on__gt=today).order_by("due_on", "pk")[:ROWS]
    looked = rows.filter(holds__isnull=False).order_by("-looked_on", "-pk")
    page = Paginator(looked, ROWS).get_page(number)
    return LookBacks(_looks(due, today), _looks(later, today), _looks(list(page.object_list), today), page)


def get_look_back(reach: Reach, look_id: int) -> LookBack:
    """Return a second look of the office's own organization; raise PermissionDenied or Http404."""
    require_office(reach)
    row = LookBack.objects.filter(pk=look_id, organization=reach.organization_id).select_related("task").first()
    if row is None:
        raise Http404
    return row


def look_backs_due(reach: Reach, *, today: date) -> QuerySet[LookBack]:
    """Return the second looks that the office has to take by now."""
    return _standing(LookBack.objects.filter(organization=reach.organization_id, due_on__lte=today))


def require_own(line: ClosureLine) -> None:
    """Raise PermissionDenied to all but the unit that asked."""
    if not line.own:
        raise PermissionDenied


def _closures() -> QuerySet[Closure]:
    return Closure.objects.select_related("task__plan", "department")


def _still_asked(rows: QuerySet[Closure]) -> QuerySet[Closure]:
    return rows.filter(state=ClosureState.ASKED, task__state=TaskState.ISSUED)


def _standing(rows: QuerySet[LookBack]) -> QuerySet[LookBack]:
    return rows.filter(looked_on__isnull=True, task__state=TaskState.CLOSED)


def _looks(rows: Collection[LookBack] | QuerySet[LookBack], today: date) -> tuple[LookLine, ...]:
    return tuple(LookLine(row, today) for row in rows)


def _files(rows: Sequence[Closure]) -> Mapping[int, list[EvidenceFile]]:
    files: defaultdict[int, list[EvidenceFile]] = defaultdict(list)
    for file in EvidenceFile.objects.filter(closure__in=rows, withdrawn_at__isnull=True).order_by("pk"):
        files[file.closure_id or 0].append(file)
    return files


def _line(
    reach: Reach, row: Closure, line: Line | None, files: Mapping[int, list[EvidenceFile]], today: date
) -> ClosureLine:
    own = row.department_id in reach.departments
    return ClosureLine(row, line, tuple(files.get(row.pk, ())), own, today)
