"""The account a department gives, and the office's answer: report, history and figures in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.history import Actor
from accounts.models import Department, Person
from projects import planning
from projects.calendars import workdays_for
from projects.choices import TaskState
from projects.models import Task
from tracker.choices import Decision, OwedState, ReviewState, RoundState
from tracker.drafting import drop_handed_in
from tracker.evidence import Inspected, attach, attach_kept
from tracker.models import MilestoneMark, Owed, PlanRules, ProgressReport, ReportingRound
from tracker.reminding.noticing import report_returned
from tracker.report_rows import (
    Account,
    NotReportable,
    answer_owed,
    lock_items,
    lock_reports,
    note,
    note_completions,
    owe_again,
    replace_earlier,
    write_parts,
    write_reviews,
)
from tracker.rhythm import late_after
from tracker.rules import rules_of
from tracker.searching import write_reports
from tracker.signers import Signers, signers_of
from tracker.standing import rewrite

__all__ = [
    "Account",
    "NotReportable",
    "Submission",
    "accept_report",
    "accept_reports",
    "cutoffs_of",
    "return_report",
    "submit_report",
    "submit_reports",
]


@dataclass(frozen=True, slots=True)
class Submission:
    """One account on its way in; `token` is the form's one-time number.

    `confirmed` names the contradictions its author was asked about and confirmed. `files` come with it, `kept` are ids
    of files that were kept with the item when the form came back.
    """

    task: Task
    department: Department
    reporting_round: ReportingRound
    account: Account
    person: Person | None
    token: str
    confirmed: Sequence[str] = ()
    files: Sequence[Inspected] = ()
    kept: Collection[int] = ()


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
    """Take several accounts, all or none, in a fixed number of statements; return a report for each.

    What was typed for them and not handed in is forgotten with it. Raise EvidenceRefused where files find no room.
    """
    locked = lock_items(each.task.pk for each in submissions)
    found = ProgressReport.objects.filter(token__in=[each.token for each in submissions])
    reports = {report.token: report for report in found}
    fresh = {each.token: each for each in submissions if each.token not in reports}
    owed = _owed_for(fresh.values())
    terms = _terms(fresh.values(), today=by.today)
    made = {}
    for token, each in fresh.items():
        made[token] = _compose(each, locked[each.task.pk], owed.get(_key(each)), terms, by=by, now=now)
    ProgressReport.objects.bulk_create(made.values())
    write_reports(made.values())
    write_parts([(report, fresh[token].account) for token, report in made.items()])
    answer_owed(made.values(), now)
    note(
        made.values(), "report.submitted", by=by, asked={made[token].pk: one.confirmed for token, one in fresh.items()}
    )
    _attach(fresh, made, by=by, now=now)
    replace_earlier(made.values(), by=by)
    note_completions(made.values())
    drop_handed_in(rows=[_key(each) for each in submissions], by=by)
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
    report_returned(report=report, reason=reason, by=by, now=now)
    rewrite([report.task_id], now=now)
    return report


def cutoffs_of(rounds: Collection[ReportingRound], *, today: date) -> dict[int, datetime]:
    """Return the moment from which a report is late, by round id: the cut-off and the days of grace after it."""
    return _cutoffs(rounds, rules_of([row.plan for row in rounds], on=today))


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the rules of the plans ask of reports on their way in."""

    cutoffs: Mapping[int, datetime]
    signers: Signers
    closed: Collection[int]

    def late(self, submission: Submission, now: datetime) -> bool:
        return now > self.cutoffs[submission.reporting_round.pk]


def _key(submission: Submission) -> tuple[int, int, int]:
    return submission.task.pk, submission.reporting_round.pk, submission.department.pk


def _owed_for(submissions: Collection[Submission]) -> dict[tuple[int, int, int], Owed]:
    rows = Owed.objects.filter(
        task__in=[each.task.pk for each in submissions],
        round__in={each.reporting_round.pk for each in submissions},
        department__in={each.department.pk for each in submissions},
    )
    return {(row.task_id, row.round_id, row.department_id): row for row in rows}


def _terms(submissions: Collection[Submission], *, today: date) -> _Terms:
    ids = {each.reporting_round.pk for each in submissions}
    rounds = list(ReportingRound.objects.filter(pk__in=ids).select_related("plan"))
    rules = rules_of([row.plan for row in rounds], on=today)
    asked = {plan for plan, row in rules.items() if row.sign_off}
    units = {each.department.pk for each in submissions if each.reporting_round.plan_id in asked}
    closed = [row.pk for row in rounds if row.state == RoundState.CLOSED]
    return _Terms(_cutoffs(rounds, rules), signers_of(units, today=today), closed)


def _cutoffs(rounds: Iterable[ReportingRound], rules: Mapping[int, PlanRules]) -> dict[int, datetime]:
    listed = list(rounds)
    days = {row.organization_id: row for row in listed}
    workdays = {organization: workdays_for(organization) for organization in days}
    return {
        row.pk: timezone.make_aware(
            datetime.combine(
                late_after(row.cutoff_on, rules[row.plan_id].grace_days, workdays[row.organization_id]),
                rules[row.plan_id].cutoff_at,
            )
        )
        for row in listed
    }


def _compose(
    submission: Submission, task: Task, owed: Owed | None, terms: _Terms, *, by: Actor, now: datetime
) -> ProgressReport:
    """Return the unsaved report of a locked item, or refuse it."""
    if task.state != TaskState.ISSUED:
        raise NotReportable("not_issued")
    if owed is not None and owed.state == OwedState.ACCEPTED:
        raise NotReportable("already_accepted")
    if submission.reporting_round.pk in terms.closed and (owed is None or owed.state != OwedState.RETURNED):
        raise NotReportable("round_closed")
    account = submission.account
    signed = terms.signers.signs(submission.department.pk, by.user)
    waits = not signed and terms.signers.needed(submission.department.pk)
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
        review_state=ReviewState.UNSIGNED if waits else ReviewState.SUBMITTED,
        late=terms.late(submission, now),
        signed_by=by.user if signed else None,
        signer_name=by.name if signed else "",
        signed_at=now if signed else None,
        submitted_at=now,
        submitted_on=by.today,
        token=submission.token,
    )


def _attach(
    submissions: Mapping[str, Submission], made: Mapping[str, ProgressReport], *, by: Actor, now: datetime
) -> None:
    for token, each in submissions.items():
        report = made[token]
        if each.kept:
            attach_kept(task=each.task, ids=each.kept, report=report, by=by)
        attach(task=each.task, files=each.files, report=report, department=each.department, by=by, now=now)


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
    current = lock_reports(reports, ReviewState.SUBMITTED, versions=versions)
    accepted = decision == Decision.ACCEPTED
    state = ReviewState.ACCEPTED if accepted else ReviewState.RETURNED
    ProgressReport.objects.filter(pk__in=current).update(review_state=state, version=F("version") + 1)
    for report in reports:
        report.review_state, report.version = state, current[report.pk].version + 1
    write_reviews(reports, decision, reason, by=by, now=now)
    if accepted:
        owed = Owed.objects.filter(pk__in=[report.owed_id for report in reports])
        owed.update(state=OwedState.ACCEPTED, next_step_at=None)
    else:
        owe_again(reports, now)
    note(reports, f"report.{decision}", by=by, reason=reason, was=current)
