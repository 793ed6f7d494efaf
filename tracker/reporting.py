"""The account a department gives, and the office's answer: report, history and figures in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record_all
from accounts.models import Department, Person
from projects import planning
from projects.choices import TaskState
from projects.models import Milestone, Target, TargetItem, Task
from tracker.choices import Decision, OwedState, ReportState, ReviewState
from tracker.models import (
    ItemTick,
    MilestoneMark,
    Owed,
    ProgressReport,
    ReportingRound,
    Review,
    Standing,
    TargetValue,
)
from tracker.owed_rows import waive_owed
from tracker.rules import rules_of
from tracker.standing import rewrite

Part = TargetValue | ItemTick | MilestoneMark


class NotReportable(Exception):
    """The report can't be taken: `reason` is a code (`not_issued`, `already_accepted`, `not_waiting`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Account:
    """What the department says. `ticks` are all items of a list that are done; a list given by ticks needs no value."""

    state: ReportState
    sentence: str
    no_change: bool = False
    problems: str = ""
    next_step: str = ""
    help_needed: str = ""
    values: Mapping[int, Decimal] = field(default_factory=dict)
    ticks: Collection[int] = ()
    ticked_targets: Collection[int] = ()
    marks: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """One account on its way in; `token` is the form's one-time number."""

    task: Task
    department: Department
    reporting_round: ReportingRound
    account: Account
    person: Person | None
    token: str


def submit_report(
    *,
    task: Task,
    department: Department,
    reporting_round: ReportingRound,
    account: Account,
    person: Person | None,
    token: str,
    by: Actor,
    now: datetime,
) -> ProgressReport:
    """Take the account; the same token again returns the first report and changes nothing."""
    submission = Submission(task, department, reporting_round, account, person, token)
    return submit_reports(submissions=[submission], by=by, now=now)[0]


@transaction.atomic
def submit_reports(*, submissions: Sequence[Submission], by: Actor, now: datetime) -> list[ProgressReport]:
    """Take several accounts, all or none, in a fixed number of statements; return a report for each."""
    locked = _lock_items(each.task.pk for each in submissions)
    found = ProgressReport.objects.filter(token__in=[each.token for each in submissions])
    reports = {report.token: report for report in found}
    fresh = {each.token: each for each in submissions if each.token not in reports}
    owed = _owed_for(fresh.values())
    cutoffs = _cutoffs(fresh.values(), today=by.today)
    made = {}
    for token, each in fresh.items():
        late = now > cutoffs[each.reporting_round.pk]
        made[token] = _compose(each, locked[each.task.pk], owed.get(_key(each)), late=late, by=by, now=now)
    ProgressReport.objects.bulk_create(made.values())
    _write_parts([(report, fresh[token].account) for token, report in made.items()])
    _answer(made.values(), now)
    _note(made.values(), "report.submitted", by=by)
    _replace_earlier(made.values(), by=by)
    _note_completions(made.values())
    return [(reports | made)[each.token] for each in submissions]


def accept_report(
    *, report: ProgressReport, version: int | None = None, comment: str = "", by: Actor, now: datetime
) -> ProgressReport:
    """Let the figures count and the steps be done; raise Conflict when someone answered first."""
    versions = None if version is None else {report.pk: version}
    return accept_reports(reports=[report], versions=versions, comment=comment, by=by, now=now)[0]


@transaction.atomic
def accept_reports(
    *,
    reports: Sequence[ProgressReport],
    versions: Mapping[int, int] | None = None,
    comment: str = "",
    by: Actor,
    now: datetime,
) -> Sequence[ProgressReport]:
    """Accept several reports, all or none, in a fixed number of statements; `versions` is what the office saw."""
    _decide(reports, Decision.ACCEPTED, comment, versions=versions, by=by, now=now)
    done: defaultdict[int, dict[int, date | None]] = defaultdict(dict)
    for mark in MilestoneMark.objects.filter(report__in=reports).order_by("report", "pk").select_related("report"):
        done[mark.report.task_id][mark.milestone_id] = mark.done_on
    changed = {task.pk for task in planning.mark_milestones_of(done=done, by=by, now=now)} if done else set()
    # What planning changed has been rewritten with it.
    rewrite([report.task_id for report in reports if report.task_id not in changed], now=now)
    return reports


@transaction.atomic
def return_report(
    *, report: ProgressReport, version: int | None = None, reason: str, by: Actor, now: datetime
) -> ProgressReport:
    """Send the report back with a reason: it is owed again, in a new cycle."""
    versions = None if version is None else {report.pk: version}
    _decide([report], Decision.RETURNED, reason, versions=versions, by=by, now=now)
    rewrite([report.task_id], now=now)
    return report


def _lock_items(ids: Iterable[int]) -> dict[int, Task]:
    """Lock the items first and in one order: a correction and an answer to what it corrects follow each other."""
    return {task.pk: task for task in Task.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")}


def _key(submission: Submission) -> tuple[int, int, int]:
    return submission.task.pk, submission.reporting_round.pk, submission.department.pk


def _owed_for(submissions: Collection[Submission]) -> dict[tuple[int, int, int], Owed]:
    rows = Owed.objects.filter(
        task__in=[each.task.pk for each in submissions],
        round__in={each.reporting_round.pk for each in submissions},
        department__in={each.department.pk for each in submissions},
    )
    return {(row.task_id, row.round_id, row.department_id): row for row in rows}


def _cutoffs(submissions: Collection[Submission], *, today: date) -> dict[int, datetime]:
    """Return the moment from which a report is late, by round id."""
    ids = {each.reporting_round.pk for each in submissions}
    rounds = list(ReportingRound.objects.filter(pk__in=ids).select_related("plan"))
    rules = rules_of([row.plan for row in rounds], on=today)
    return {
        row.pk: timezone.make_aware(datetime.combine(row.cutoff_on, rules[row.plan_id].cutoff_at)) for row in rounds
    }


def _compose(
    submission: Submission, task: Task, owed: Owed | None, *, late: bool, by: Actor, now: datetime
) -> ProgressReport:
    """Return the unsaved report of a locked item, or refuse it."""
    if task.state != TaskState.ISSUED:
        raise NotReportable("not_issued")
    if owed is not None and owed.state == OwedState.ACCEPTED:
        raise NotReportable("already_accepted")
    account = submission.account
    return ProgressReport(
        organization_id=task.organization_id,
        task=task,
        round=submission.reporting_round,
        owed=owed,
        department=submission.department,
        person=submission.person,
        author_name=submission.person.name if submission.person else by.name,
        user=by.user,
        state=account.state,
        no_change=account.no_change,
        sentence=account.sentence,
        problems=account.problems,
        next_step=account.next_step,
        help_needed=account.help_needed,
        late=late,
        submitted_at=now,
        submitted_on=by.today,
        token=submission.token,
    )


def _write_parts(parts: Sequence[tuple[ProgressReport, Account]]) -> None:
    """Keep figures, ticks and steps of these very items; what belongs to another is a fault of the caller."""
    tasks = [report.task_id for report, _ in parts]
    targets = dict(Target.objects.filter(task__in=tasks).values_list("pk", "task_id"))
    steps = dict(Milestone.objects.filter(task__in=tasks).values_list("pk", "task_id"))
    lists = _lists_of([item for _, account in parts for item in account.ticks])
    rows: list[Part] = []
    for report, account in parts:
        ticks = {item: lists[item] for item in account.ticks if targets.get(lists.get(item, 0)) == report.task_id}
        counts = {target: Decimal(list(ticks.values()).count(target)) for target in account.ticked_targets}
        figures = {**account.values, **counts}
        _refuse_foreign(target for target in figures if targets.get(target) != report.task_id)
        _refuse_foreign(step for step in account.marks if steps.get(step) != report.task_id)
        rows += _part_rows(report, figures, ticks, account.marks)
    TargetValue.objects.bulk_create(row for row in rows if isinstance(row, TargetValue))
    ItemTick.objects.bulk_create(row for row in rows if isinstance(row, ItemTick))
    MilestoneMark.objects.bulk_create(row for row in rows if isinstance(row, MilestoneMark))


def _part_rows(
    report: ProgressReport, figures: Mapping[int, Decimal], ticks: Collection[int], marks: Mapping[int, date]
) -> Iterator[Part]:
    organization = report.organization_id
    for target, value in figures.items():
        yield TargetValue(organization_id=organization, report=report, target_id=target, value=value)
    for item in ticks:
        yield ItemTick(organization_id=organization, report=report, item_id=item)
    for step, on in marks.items():
        yield MilestoneMark(organization_id=organization, report=report, milestone_id=step, done_on=on)


def _refuse_foreign(ids: Iterable[int]) -> None:
    if foreign := sorted(ids):
        raise ValueError(f"not of this item: {foreign}")


def _lists_of(items: Collection[int]) -> dict[int, int]:
    """Return the target of each list item."""
    return dict(TargetItem.objects.filter(pk__in=items).values_list("pk", "target_id")) if items else {}


def _answer(reports: Collection[ProgressReport], now: datetime) -> None:
    """Note on what was owed that it is answered; those in time and those late are one statement each."""
    for late in (False, True):
        owed = [report.owed for report in reports if report.owed is not None and report.late == late]
        for row in owed:
            row.state, row.late, row.answered_at = OwedState.SUBMITTED, late, now
        if owed:
            rows = Owed.objects.filter(pk__in=[row.pk for row in owed])
            rows.update(state=OwedState.SUBMITTED, late=late, answered_at=now)


def _replace_earlier(reports: Collection[ProgressReport], *, by: Actor) -> None:
    """Take what each unit said before of the same row out of the office's way; its items are locked."""
    newest = {report.owed_id: report.pk for report in reports if report.owed_id is not None}
    waiting = ProgressReport.objects.filter(owed__in=newest, review_state=ReviewState.SUBMITTED)
    others = waiting.exclude(pk__in=newest.values()).select_related("round", "department")
    earlier = list(others.order_by("pk"))
    if not earlier:
        return
    given = {report.pk: report for report in reports}
    replaced = [given.get(row.pk, row) for row in earlier]
    for report in replaced:
        report.review_state, report.version = ReviewState.REPLACED, report.version + 1
    ProgressReport.objects.bulk_update(replaced, ["review_state", "version"])
    _note(replaced, "report.replaced", by=by)


def _note_completions(reports: Collection[ProgressReport]) -> None:
    """Keep which items are said to be done: a report that waits changes nothing else about a light."""
    done = {report.task_id for report in reports if report.state == ReportState.DONE}
    Standing.objects.filter(task__in=done, completion_pending=False).update(completion_pending=True)
    others = {report.task_id for report in reports} - done
    Standing.objects.filter(task__in=others, completion_pending=True).update(completion_pending=False)


def _decide(
    reports: Sequence[ProgressReport],
    decision: Decision,
    reason: str,
    *,
    versions: Mapping[int, int] | None,
    by: Actor,
    now: datetime,
) -> None:
    """Answer reports that wait; raise Conflict or NotReportable with nothing written."""
    same = ProgressReport.objects.filter(pk__in=[report.pk for report in reports])
    _lock_items(report.task_id for report in reports)
    current = {row.pk: row for row in same.select_for_update()}
    for row in current.values():
        if versions is not None and versions[row.pk] != row.version:
            raise Conflict(row)
        if row.review_state != ReviewState.SUBMITTED:
            raise NotReportable("not_waiting")
    accepted = decision == Decision.ACCEPTED
    state = ReviewState.ACCEPTED if accepted else ReviewState.RETURNED
    same.update(review_state=state, version=F("version") + 1)
    for report in reports:
        report.review_state, report.version = state, current[report.pk].version + 1
    Review.objects.bulk_create(
        Review(
            organization_id=report.organization_id,
            report=report,
            decision=decision,
            reason=reason,
            user=by.user,
            actor_name=by.name,
            at=now,
            decided_on=by.today,
        )
        for report in reports
    )
    owed = Owed.objects.filter(pk__in=[report.owed_id for report in reports])
    if accepted:
        owed.update(state=OwedState.ACCEPTED, next_step_at=None)
    else:
        _owe_again(reports, now)
    _note(reports, f"report.{decision}", by=by, reason=reason)


def _owe_again(reports: Collection[ProgressReport], now: datetime) -> None:
    """Ask once more, unless another report answers the same or the item ended meanwhile."""
    void = (ReviewState.RETURNED, ReviewState.REPLACED)
    standing = ProgressReport.objects.filter(owed=OuterRef("pk")).exclude(review_state__in=void)
    owed = Owed.objects.filter(~Exists(standing), pk__in=[report.owed_id for report in reports])
    owed.update(state=OwedState.RETURNED, cycle=F("cycle") + 1, next_step_at=now)
    waive_owed([report.task_id for report in reports])


def _note(reports: Collection[ProgressReport], action: str, *, by: Actor, reason: str = "") -> None:
    values: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    for report, target, value in _parts(TargetValue, reports, "target_id", "value"):
        values[report][target] = value
    marks: defaultdict[int, dict[int, date]] = defaultdict(dict)
    for report, step, on in _parts(MilestoneMark, reports, "milestone_id", "done_on"):
        marks[report][step] = on
    record_all(
        [
            Change(
                organization_id=report.organization_id,
                object_type="report",
                object_id=report.pk,
                version=report.version,
                action=action,
                after=_content(report) | {"values": values[report.pk], "marks": marks[report.pk]},
                task_id=report.task_id,
                reason=reason,
            )
            for report in reports
        ],
        by=by,
    )


def _parts(
    model: type[TargetValue] | type[MilestoneMark], reports: Collection[ProgressReport], *fields: str
) -> Iterable[tuple[int, int, Any]]:
    rows = model._default_manager.filter(report__in=[report.pk for report in reports]).order_by("pk")
    return rows.values_list("report_id", *fields)


def _content(report: ProgressReport) -> dict[str, Any]:
    return {
        "round": report.round.key,
        "department": report.department.name,
        "state": report.state,
        "no_change": report.no_change,
        "sentence": report.sentence,
        "problems": report.problems,
        "next_step": report.next_step,
        "help_needed": report.help_needed,
        "review_state": report.review_state,
        "late": report.late,
    }
