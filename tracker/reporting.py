"""The account a department gives, and the office's answer: report, history and figures in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.models import Department, Person
from accounts.versions import raise_version
from projects import planning
from projects.choices import TaskState
from projects.models import TargetItem, Task
from tracker.choices import Decision, OwedState, ReportState, ReviewState
from tracker.models import (
    ItemTick,
    MilestoneMark,
    Owed,
    ProgressReport,
    ReportingRound,
    Review,
    TargetValue,
)
from tracker.standing import rewrite


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


@transaction.atomic
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
    locked = Task.objects.select_for_update().get(pk=task.pk)
    first = ProgressReport.objects.filter(token=token).first()
    if first is not None:
        return first
    if locked.state != TaskState.ISSUED:
        raise NotReportable("not_issued")
    owed = Owed.objects.filter(task=task, round=reporting_round, department=department).first()
    if owed is not None and owed.state == OwedState.ACCEPTED:
        raise NotReportable("already_accepted")
    report = ProgressReport.objects.create(
        organization_id=locked.organization_id,
        task=locked,
        round=reporting_round,
        owed=owed,
        department=department,
        person=person,
        author_name=person.name if person else by.name,
        user=by.user,
        state=account.state,
        no_change=account.no_change,
        sentence=account.sentence,
        problems=account.problems,
        next_step=account.next_step,
        help_needed=account.help_needed,
        late=by.today > reporting_round.cutoff_on,
        submitted_at=now,
        submitted_on=by.today,
        token=token,
    )
    _write_parts(report, account)
    if owed is not None:
        _answer(owed, report, now)
    _note(report, "report.submitted", by=by)
    rewrite([locked.pk], now=now)
    return report


@transaction.atomic
def accept_report(
    *, report: ProgressReport, version: int | None = None, comment: str = "", by: Actor, now: datetime
) -> ProgressReport:
    """Let the figures count and the steps be done; raise Conflict when someone answered first."""
    _decide(report, Decision.ACCEPTED, comment, version=version, by=by, now=now)
    marks = dict(report.marks.values_list("milestone_id", "done_on"))
    if marks:
        planning.mark_milestones(task=report.task, done=marks, by=by, now=now)
    rewrite([report.task_id], now=now)
    return report


@transaction.atomic
def return_report(
    *, report: ProgressReport, version: int | None = None, reason: str, by: Actor, now: datetime
) -> ProgressReport:
    """Send the report back with a reason: it is owed again, in a new cycle."""
    _decide(report, Decision.RETURNED, reason, version=version, by=by, now=now)
    rewrite([report.task_id], now=now)
    return report


def _write_parts(report: ProgressReport, account: Account) -> None:
    """Keep figures, ticks and steps of this very item; what belongs to another is a fault of the caller."""
    organization = report.organization_id
    items = _items(report, account)
    ticked = {target: Decimal(list(items.values()).count(target)) for target in account.ticked_targets}
    values = {**account.values, **ticked}
    _refuse_foreign(set(values) - set(report.task.targets.values_list("pk", flat=True)))
    _refuse_foreign(set(account.marks) - set(report.task.milestones.values_list("pk", flat=True)))
    TargetValue.objects.bulk_create(
        TargetValue(organization_id=organization, report=report, target_id=target, value=value)
        for target, value in values.items()
    )
    ItemTick.objects.bulk_create(ItemTick(organization_id=organization, report=report, item_id=item) for item in items)
    MilestoneMark.objects.bulk_create(
        MilestoneMark(organization_id=organization, report=report, milestone_id=milestone, done_on=on)
        for milestone, on in account.marks.items()
    )


def _refuse_foreign(ids: Collection[int]) -> None:
    if ids:
        raise ValueError(f"not of this item: {sorted(ids)}")


def _items(report: ProgressReport, account: Account) -> dict[int, int]:
    """Return the ticked items that are the item's own, each with its target."""
    if not account.ticks:
        return {}
    rows = TargetItem.objects.filter(pk__in=account.ticks, target__task=report.task_id)
    return dict(rows.values_list("pk", "target_id"))


def _answer(owed: Owed, report: ProgressReport, now: datetime) -> None:
    owed.state = OwedState.SUBMITTED
    owed.late = report.late
    owed.answered_at = now
    owed.save(update_fields=["state", "late", "answered_at"])


def _decide(
    report: ProgressReport, decision: Decision, reason: str, *, version: int | None, by: Actor, now: datetime
) -> None:
    raise_version(report, expected=version)
    if report.review_state != ReviewState.SUBMITTED:
        raise NotReportable("not_waiting")
    accepted = decision == Decision.ACCEPTED
    report.review_state = ReviewState.ACCEPTED if accepted else ReviewState.RETURNED
    report.save(update_fields=["review_state"])
    Review.objects.create(
        organization_id=report.organization_id,
        report=report,
        decision=decision,
        reason=reason,
        user=by.user,
        actor_name=by.name,
        at=now,
        decided_on=by.today,
    )
    if report.owed is not None:
        report.owed.state = OwedState.ACCEPTED if accepted else OwedState.RETURNED
        report.owed.cycle += not accepted
        report.owed.next_step_at = None if accepted else now
        report.owed.save(update_fields=["state", "cycle", "next_step_at"])
    _note(report, f"report.{decision}", by=by, reason=reason)


def _note(report: ProgressReport, action: str, *, by: Actor, reason: str = "") -> None:
    record(
        Change(
            organization_id=report.organization_id,
            object_type="report",
            object_id=report.pk,
            version=report.version,
            action=action,
            after=_content(report),
            task_id=report.task_id,
            reason=reason,
        ),
        by=by,
    )


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
        "values": dict(report.values.values_list("target_id", "value")),
        "marks": dict(report.marks.values_list("milestone_id", "done_on")),
    }
