"""The files of an item as its page lists them, and one of them for who may have it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from accounts.access import Reach
from accounts.days import day_words
from projects.models import Task
from tracker.access import get_task
from tracker.choices import ClosureState, ExtensionState, ReviewState
from tracker.models import EvidenceFile


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A file that may be downloaded; `withdrawable` says that the reader may take it back."""

    row: EvidenceFile
    withdrawable: bool
    today: date

    @property
    def size(self) -> str:
        return filesizeformat(self.row.size)

    @property
    def on(self) -> str:
        return day_words(timezone.localtime(self.row.at).date(), year=self.today.year)

    @property
    def unit(self) -> str:
        return self.row.department.name if self.row.department else ""


def evidence_of(reach: Reach, tasks: Collection[Task], *, today: date) -> list[EvidenceLine]:
    """Return the files of these items that stand, the newest first, in one query."""
    rows = EvidenceFile.objects.filter(task__in=tasks, withdrawn_at__isnull=True)
    related = rows.select_related("department", "report", "closure", "extension").order_by("-pk")
    return evidence_lines(reach, related, today=today)


def evidence_lines(reach: Reach, rows: Iterable[EvidenceFile], *, today: date) -> list[EvidenceLine]:
    return [EvidenceLine(row, may_withdraw(reach, row), today) for row in rows]


def may_withdraw(reach: Reach, row: EvidenceFile) -> bool:
    """Say whether the file may be taken back: by its unit until it has borne something out, by the office always."""
    if reach.office:
        return True
    accepted = row.report is not None and row.report.review_state == ReviewState.ACCEPTED
    closed = row.closure is not None and row.closure.state == ClosureState.CLOSED
    granted = row.extension is not None and row.extension.state == ExtensionState.GRANTED
    return row.department_id in reach.departments and not (accepted or closed or granted)


def get_evidence(reach: Reach, evidence_id: int, *, today: date) -> EvidenceFile:
    """Return a file that stands, of an item this reach sees; raise Http404 for any other."""
    rows = EvidenceFile.objects.filter(pk=evidence_id, withdrawn_at__isnull=True)
    row = rows.select_related("department", "report", "closure", "extension").first()
    if row is None:
        raise Http404
    get_task(reach, row.task_id, today=today)
    return row


def get_own_evidence(reach: Reach, evidence_id: int, *, today: date) -> EvidenceFile:
    """Return a file that this reach may take back; raise Http404 or PermissionDenied."""
    row = get_evidence(reach, evidence_id, today=today)
    if not may_withdraw(reach, row):
        raise PermissionDenied
    return row
