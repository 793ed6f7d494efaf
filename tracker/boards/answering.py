"""What a report form is made of: the item, who answers for it in which round, and what was said last."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
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
from tracker.choices import STILL_OWED, OwedState, ReviewState, RoundState
from tracker.doubts import Claim, Doubt, doubts
from tracker.models import (
    EvidenceFile,
    ItemTick,
    MilestoneMark,
    Owed,
    ProgressReport,
    ReportDraft,
    ReportingRound,
    Review,
    TargetValue,
)
from tracker.report_rows import VOID
from tracker.reporting import Account, NotReportable
from tracker.rounds import current_round
from tracker.told import Asked, Told, told_of
from tracker.turning import MilestoneFacts, TargetFacts


@dataclass(frozen=True, slots=True)
class Answering:
    """One unit about to report on one item.

    `own` is what it reported of this row and the office hasn't looked at: it is corrected. `last` is its latest report
    but for that. `values`, `ticks` and `marks` are to start from, `before` is what the round before was told. `draft` is
    what the reader typed and didn't hand in, `kept` the files they handed in with a form that came back.
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
    draft: ReportDraft | None = None
    kept: tuple[EvidenceFile, ...] = field(default=())

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
    def returned(self) -> ProgressReport | None:
        """Return what the office sent back of this very row, while nothing new was said."""
        return _returned(self.last, self.owed) if self.own is None else None

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
    def overtaken(self) -> bool:
        """Say whether something was reported since the draft was begun."""
        return self.draft is not None and self.draft.seen != self.seen

    def doubts(self, account: Account) -> tuple[Doubt, ...]:
        """Return what in the account contradicts what is known of the item."""
        if account.no_change:
            return ()
        ticked = {
            target: Decimal(sum(item.pk in account.ticks for item in self.lists[target]))
            for target in account.ticked_targets
        }
        claim = Claim(account.state, {**account.values, **ticked}, account.marks)
        return doubts(claim, self.line.facts, year=self.line.task.plan.year, today=self.line.today)

    @property
    def _targets(self) -> tuple[TargetFacts, ...]:
        open_steps = {step.id for step in self.steps}
        targets = self.line.facts.targets
        return tuple(target for target in targets if target.milestone_id is None or target.milestone_id in open_steps)


def answering(
    reach: Reach, task_id: int, *, owed_id: int | None = None, today: date, closed_too: bool = False
) -> Answering:
    """Return what this reach may report on the item.

    Raise Http404 where it isn't theirs to see, PermissionDenied where it isn't theirs to answer for, and
    NotReportable where nothing is asked (`not_issued`, `no_round`, `already_accepted`, `round_closed`); with
    `closed_too` a closed round is returned as well, for what is typed to be kept.
    """
    task = get_task(reach, task_id, today=today)
    units = {unit.pk: unit for unit in require_lead(reach, task, today=today)}
    if task.state != TaskState.ISSUED:
        raise NotReportable("not_issued")
    owed = _owed(task, units, owed_id, today=today)
    asked = owed.round if owed else current_round(task.plan_id, today=today)
    if asked is None:
        raise NotReportable("no_round")
    if not closed_too and asked.state == RoundState.CLOSED and (owed is None or owed.state != OwedState.RETURNED):
        raise NotReportable("round_closed")
    unit = units[owed.department_id] if owed else next(iter(units.values()))
    return replace(
        answerings([Asked(task, unit, asked, owed)], today=today)[0],
        draft=ReportDraft.objects.filter(task=task, round=asked, department=unit, user=reach.user_id).first(),
        kept=tuple(_kept(task, unit, reach)),
    )


def standing_report(task: Task, *, owed_id: int | None, today: date) -> ProgressReport | None:
    """Return what stands reported of the item for the row named, else for the current round; nothing older."""
    named = Owed.objects.filter(pk=owed_id, task=task).values_list("round", flat=True).first() if owed_id else None
    current = None if named else current_round(task.plan_id, today=today)
    of_round = ProgressReport.objects.filter(task=task, round=named or (current.pk if current else None))
    return of_round.exclude(review_state__in=VOID).order_by("-pk").first()


def _kept(task: Task, unit: Department, reach: Reach) -> QuerySet[EvidenceFile]:
    rows = EvidenceFile.objects.filter(task=task, department=unit, user=reach.user_id, withdrawn_at__isnull=True)
    return rows.filter(report=None, closure=None, extension=None).order_by("pk")


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
    waiting = [row for row in current if row.state in {OwedState.SUBMITTED, OwedState.UNSIGNED}]
    if current and not open_rows and not waiting:
        raise NotReportable("already_accepted")
    return next(iter((*open_rows, *waiting)), None)


def answerings(rows: Sequence[Asked], *, today: date) -> list[Answering]:
    """Return what the form of each row is made of, in a fixed number of queries."""
    tasks = {row.task.pk: row.task for row in rows}
    lines = {line.task.pk: line for line in lines_of(list(tasks.values()), today=today, with_parties=False)}
    told = told_of(rows)
    parts = _parts([report for one in told for report in (one.own, one.last, one.said, one.before) if report])
    lists = _lists(tasks)
    return [
        _answering(row, lines[row.task.pk], one, parts, lists.get(row.task.pk, {}))
        for row, one in zip(rows, told, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Figures, ticks, done steps and the last answer, by report."""

    values: Mapping[int, Mapping[int, Decimal]]
    ticks: Mapping[int, frozenset[int]]
    marks: Mapping[int, Mapping[int, date]]
    reviews: Mapping[int, Review]


def _parts(reports: Collection[ProgressReport]) -> _Parts:
    ids = {report.pk for report in reports}
    values: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    for report, target, value in TargetValue.objects.filter(report__in=ids).values_list(
        "report_id", "target_id", "value"
    ):
        values[report][target] = value
    ticks: defaultdict[int, set[int]] = defaultdict(set)
    for report, item in ItemTick.objects.filter(report__in=ids).values_list("report_id", "item_id"):
        ticks[report].add(item)
    marks: defaultdict[int, dict[int, date]] = defaultdict(dict)
    for report, step, on in MilestoneMark.objects.filter(report__in=ids).values_list(
        "report_id", "milestone_id", "done_on"
    ):
        marks[report][step] = on
    reviews = {review.report_id: review for review in Review.objects.filter(report__in=ids).order_by("pk")}
    return _Parts(values, {pk: frozenset(items) for pk, items in ticks.items()}, marks, reviews)


def _lists(task_ids: Collection[int]) -> dict[int, dict[int, tuple[TargetItem, ...]]]:
    """Return the lists to tick by item and target."""
    found: defaultdict[int, dict[int, tuple[TargetItem, ...]]] = defaultdict(dict)
    items = TargetItem.objects.filter(target__task__in=task_ids).select_related("target")
    for item in items.order_by("target", "position"):
        lists = found[item.target.task_id]
        lists[item.target_id] = (*lists.get(item.target_id, ()), item)
    return found


def _answering(
    row: Asked, line: Line, told: Told, parts: _Parts, lists: Mapping[int, tuple[TargetItem, ...]]
) -> Answering:
    said, begun = told.said.pk if told.said else 0, told.own or _returned(told.last, row.owed)
    return Answering(
        line=line,
        department=row.department,
        round=row.round,
        owed=row.owed,
        own=told.own,
        last=told.last,
        review=parts.reviews.get(told.last.pk) if told.last else None,
        values=parts.values.get(said, {}),
        before=parts.values.get(told.before.pk, {}) if told.before else {},
        ticks=parts.ticks.get(said, frozenset()),
        marks=parts.marks.get(begun.pk, {}) if begun else {},
        lists=lists,
    )


def _returned(last: ProgressReport | None, owed: Owed | None) -> ProgressReport | None:
    of_row = last is not None and owed is not None and last.owed_id == owed.pk
    return last if last and of_row and last.review_state == ReviewState.RETURNED else None
