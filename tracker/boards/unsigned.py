"""What waits for a head's signature: the reports of the units somebody heads, the oldest first."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404

from accounts.access import Reach
from projects.access import tasks_for
from tracker.boards.owing import unsigned_reports
from tracker.boards.reviewing import Waiting, waiting_lines
from tracker.models import ProgressReport

ROWS = 50


@dataclass(frozen=True, slots=True)
class Unsigned:
    rows: tuple[Waiting, ...]
    page: Page[ProgressReport]


def unsigned(reach: Reach, *, number: int = 1, today: date) -> Unsigned:
    """Return one page in a fixed number of queries."""
    rows = unsigned_reports(reach).select_related("task__plan", "task__section", "round", "department")
    page = Paginator(rows.order_by("submitted_at", "pk"), ROWS).get_page(number)
    return Unsigned(tuple(waiting_lines(reach, list(page.object_list), today=today)), page)


def get_report_to_sign(reach: Reach, report_id: int, *, today: date) -> ProgressReport:
    """Return a report of a unit this reach heads; raise Http404 where it isn't theirs to see, else PermissionDenied."""
    visible = tasks_for(reach, today=today).values("pk")
    rows = ProgressReport.objects.filter(pk=report_id, task__in=visible)
    found = rows.select_related("task", "round", "department", "owed").first()
    if found is None:
        raise Http404
    if found.department_id not in reach.headed:
        raise PermissionDenied
    return found
