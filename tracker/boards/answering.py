"""What a report form is made of: the item, who answers for it in which round, and what was said last."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import Http404

from accounts.access import Reach
from accounts.days import day_words
from accounts.models import Department
from projects.access import get_task, require_lead
from projects.choices import TaskState
from projects.models import TargetItem, Task
from tracker.boards.lines import Line, lines_of
from tracker.boards.mine import OwedLine
from tracker.boards.owing import rows_of_current_rounds
from tracker.choices import STILL_OWED, OwedState, ReviewState
from tracker.models import Owed, ProgressReport, ReportingRound, Review
from tracker.reporting import NotReportable
from tracker.rounds import current_round
from tracker.turning import MilestoneFacts, TargetFacts


@dataclass(frozen=True, slots=True)
class Answering:
    """One unit about to report on one item.

    `own` is what it reported of this row and the office hasn't looked at: it is corrected. `last` is its latest report
    but for that. `values`, `ticks` and `marks` are to start from, `before` is what the round before was told.
    """

    line: Line
    department: Department
    round: ReportingRound
    owed: Owed | None
    own: ProgressReport | None
    last: ProgressReport | None
    review: Review | None
    values: Mapping[int, Decimal]
    before: Mapping[int, Decimal]
    ticks: frozenset[int]
    marks: Mapping[int, date]
    lists: Mapping[int, tuple[TargetItem, ...]]

    @property
    def row(self) -> OwedLine:
        return OwedLine(self.line, self.owed, self.review)

    @property
    def figures(self) -> tuple[TargetFacts, ...]:
        """Return the amounts still to be reported as numbers."""
        return tuple(target for target in self._targets if target.id not in self.lists)

    @property
    def checklists(self) -> tuple[TargetFacts, ...]:
        return tuple(target for target in self._targets if target.id in self.lists)

    @property
    def steps(self) -> tuple[MilestoneFacts, ...]:
        return tuple(step for step in self.line.facts.milestones if step.done_on is None)

    @property
    def newest(self) -> ProgressReport | None:
        return self.own or self.last

    @property
    def seen(self) -> int:
        """Return the number of the report the form was made over; 0 for none."""
        return self.newest.pk if self.newest else 0

    @property
    def last_on(self) -> str:
        return day_words(self.last.submitted_on, year=self.line.today.year) if self.last else ""

    @property
    def review_on(self) -> str:
        return day_words(self.review.decided_on, year=self.line.today.year) if self.review else ""

    @property
    def _targets(self) -> tuple[TargetFacts, ...]:
        open_steps = {step.id for step in self.steps}
        targets = self.line.facts.targets
        return tuple(target for target in targets if target.milestone_id is None or target.milestone_id in open_steps)


def answering(reach: Reach, task_id: int, *, owed_id: int | None = None, today: date) -> Answering:
    """Return what this reach may report on the item.

    Raise Http404 where it isn't theirs to see, PermissionDenied where it isn't theirs to answer for, and
    NotReportable where nothing is asked (`not_issued`, `no_round`, `already_accepted`).
    """
    task = get_task(reach, task_id, today=today)
    units = {unit.pk: unit for unit in require_lead(reach, task, today=today)}
    if task.state != TaskState.ISSUED:
        raise NotReportable("not_issued")
    owed = _owed(task, units, owed_id, today=today)
    asked = owed.round if owed else current_round(task.plan_id, today=today)
    if asked is None:
        raise NotReportable("no_round")
    unit = units[owed.department_id] if owed else next(iter(units.values()))
    return _answering(task, unit, asked, owed, today=today)


def _owed(task: Task, units: Mapping[int, Department], owed_id: int | None, *, today: date) -> Owed | None:
    """Return the row asked for, else the one still open; a row that the office accepted asks for nothing more."""
    rows = Owed.objects.filter(task=task, department__in=units).select_related("round", "department")
    if owed_id is not None:
        found = rows.filter(pk=owed_id).first()
        if found is None:
            raise Http404
        if found.state == OwedState.ACCEPTED:
            raise NotReportable("already_accepted")
        return found
    current = list(rows.filter(pk__in=rows_of_current_rounds(today=today).values("pk")).order_by("pk"))
    open_rows = [row for row in current if row.state in STILL_OWED]
    waiting = [row for row in current if row.state == OwedState.SUBMITTED]
    if current and not open_rows and not waiting:
        raise NotReportable("already_accepted")
    return next(iter((*open_rows, *waiting)), None)


def _answering(task: Task, unit: Department, asked: ReportingRound, owed: Owed | None, *, today: date) -> Answering:
    lists: defaultdict[int, tuple[TargetItem, ...]] = defaultdict(tuple)
    for item in TargetItem.objects.filter(target__task=task).order_by("target", "position"):
        lists[item.target_id] = (*lists[item.target_id], item)
    rows = ProgressReport.objects.filter(task=task, department=unit).exclude(review_state=ReviewState.REPLACED)
    reports = list(rows.select_related("round").order_by("-pk"))
    own = next((row for row in reports if owed and row.owed_id == owed.pk and _waits(row)), None)
    last = next((row for row in reports if row != own), None)
    said = next((row for row in reports if not row.no_change), None)
    before = _of_round_before(reports, asked)
    return Answering(
        line=lines_of([task], today=today)[0],
        department=unit,
        round=asked,
        owed=owed,
        own=own,
        last=last,
        review=last.reviews.order_by("-pk").first() if last else None,
        values=_figures(said),
        before=_figures(before),
        ticks=frozenset(said.ticks.values_list("item_id", flat=True)) if said else frozenset(),
        marks=dict(own.marks.values_list("milestone_id", "done_on")) if own else {},
        lists=dict(lists),
    )


def _waits(report: ProgressReport) -> bool:
    return report.review_state == ReviewState.SUBMITTED


def _of_round_before(reports: Iterable[ProgressReport], asked: ReportingRound) -> ProgressReport | None:
    """Return the latest report of an earlier round that said something new and wasn't sent back."""
    earlier = (row for row in reports if row.round.starts_on < asked.starts_on and not row.no_change)
    return next((row for row in earlier if row.review_state != ReviewState.RETURNED), None)


def _figures(report: ProgressReport | None) -> dict[int, Decimal]:
    return dict(report.values.values_list("target_id", "value")) if report else {}
