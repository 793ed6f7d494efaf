"""The unit's head signs reports off, several at once, or gives one back to its clerk with a reason."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from accounts.history import Actor
from projects.choices import TaskState
from projects.models import Task
from tracker.choices import Decision, OwedState, ReviewState
from tracker.models import Owed, ProgressReport, ReportingRound
from tracker.reminding.noticing import report_returned
from tracker.report_rows import (
    NotReportable,
    answer_owed,
    lock_reports,
    note,
    note_completions,
    owe_again,
    replace_earlier,
    write_reviews,
)
from tracker.reporting import cutoffs_of
from tracker.standing import rewrite


@transaction.atomic
def sign_reports(
    *, reports: Sequence[ProgressReport], versions: Mapping[int, int] | None = None, by: Actor, now: datetime
) -> Sequence[ProgressReport]:
    """Let reports go up to the office, all or none; whether they are late is decided now: that is when the unit reports.

    Raise Conflict when someone answered first, NotReportable where the item ended or the round was answered meanwhile.
    """
    current = lock_reports(reports, ReviewState.UNSIGNED, versions=versions)
    _refuse_ended(current.values())
    rounds = ReportingRound.objects.filter(pk__in={row.round_id for row in current.values()}).select_related("plan")
    cutoffs = cutoffs_of(list(rounds), today=by.today)
    owed = Owed.objects.in_bulk({row.owed_id for row in current.values() if row.owed_id})
    for report in reports:
        row = current[report.pk]
        report.version, report.review_state = row.version + 1, ReviewState.SUBMITTED
        report.late = now > cutoffs[row.round_id]
        report.signed_by, report.signer_name, report.signed_at = by.user, by.name, now
        report.owed = owed.get(row.owed_id) if row.owed_id else None
    written = ["review_state", "version", "late", "signed_by", "signer_name", "signed_at"]
    ProgressReport.objects.bulk_update(reports, written)
    answer_owed(reports, now)
    note(reports, "report.signed", by=by, was=current)
    replace_earlier(reports, by=by)
    note_completions(reports)
    return reports


@transaction.atomic
def give_back(
    *, report: ProgressReport, version: int | None = None, reason: str, by: Actor, now: datetime
) -> ProgressReport:
    """Give the report back to its clerk: it is owed again, and the office hasn't seen it."""
    versions = None if version is None else {report.pk: version}
    current = lock_reports([report], ReviewState.UNSIGNED, versions=versions)
    report.version, report.review_state = current[report.pk].version + 1, ReviewState.RETURNED
    report.save(update_fields=["version", "review_state"])
    write_reviews([report], Decision.RETURNED, reason, by=by, now=now)
    owe_again([report], now)
    note([report], "report.given_back", by=by, reason=reason, was=current)
    report_returned(report=report, reason=reason, by=by, now=now)
    rewrite([report.task_id], now=now)
    return report


def _refuse_ended(rows: Collection[ProgressReport]) -> None:
    """Refuse where the item isn't open any more, or another report of the row was accepted meanwhile."""
    if Task.objects.filter(pk__in={row.task_id for row in rows}).exclude(state=TaskState.ISSUED).exists():
        raise NotReportable("not_issued")
    if Owed.objects.filter(pk__in=[row.owed_id for row in rows], state=OwedState.ACCEPTED).exists():
        raise NotReportable("already_accepted")
