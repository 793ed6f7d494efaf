"""What waits for the office's answer: the reports of its organization, the oldest first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.http import Http404

from accounts.access import Reach, require_office
from projects.access import tasks_for
from tracker.boards.confirmed import confirmed_of, confirmed_words
from tracker.boards.directives import unsettled_of
from tracker.boards.evidence import EvidenceLine, evidence_lines
from tracker.boards.lines import Line, lines_of
from tracker.choices import ReportState, ReviewState
from tracker.models import Directive, EvidenceFile, ItemTick, MilestoneMark, ProgressReport, TargetValue
from tracker.sentences import amount_text, round_text, state_text

ROWS = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report with its item; `figures`, `ticks` and `marks` are what would count once it is accepted."""

    report: ProgressReport
    line: Line
    figures: tuple[str, ...]
    ticks: tuple[str, ...]
    marks: tuple[MilestoneMark, ...]
    files: tuple[EvidenceLine, ...]
    directives: tuple[Directive, ...]
    confirmed: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return state_text(ReportState(self.report.state))

    @property
    def round_name(self) -> str:
        return round_text(self.report.round.key)


@dataclass(frozen=True, slots=True)
class Reviews:
    rows: tuple[Waiting, ...]
    page: Page[ProgressReport]


def reviews(reach: Reach, *, number: int = 1, today: date) -> Reviews:
    """Return one page in a fixed number of queries; raise PermissionDenied for all but the office."""
    require_office(reach)
    rows = ProgressReport.objects.filter(organization=reach.organization_id, review_state=ReviewState.SUBMITTED)
    related = rows.select_related("task__plan", "task__section", "round", "department")
    page = Paginator(related.order_by("submitted_at", "pk"), ROWS).get_page(number)
    return Reviews(tuple(waiting_lines(reach, list(page.object_list), today=today)), page)


def get_report(reach: Reach, report_id: int, *, today: date) -> ProgressReport:
    """Return a report that the office may answer; raise Http404 where it isn't its organization's."""
    require_office(reach)
    visible = tasks_for(reach, today=today).values("pk")
    found = ProgressReport.objects.filter(pk=report_id, task__in=visible).select_related("task", "round").first()
    if found is None:
        raise Http404
    return found


def waiting_lines(reach: Reach, reports: list[ProgressReport], *, today: date) -> list[Waiting]:
    """Return reports with what would count once they are accepted, in a fixed number of queries."""
    tasks = {report.task_id: report.task for report in reports}
    lines = {line.task.pk: line for line in lines_of(list(tasks.values()), today=today, with_parties=False)}
    figures: defaultdict[int, list[str]] = defaultdict(list)
    for value in TargetValue.objects.filter(report__in=reports).select_related("target").order_by("target__position"):
        figures[value.report_id].append(f"{value.target.name} {amount_text(value.value, value.target.unit)}".strip())
    ticks: defaultdict[int, list[str]] = defaultdict(list)
    for tick in ItemTick.objects.filter(report__in=reports).select_related("item").order_by("item__position"):
        ticks[tick.report_id].append(tick.item.name)
    marks: defaultdict[int, list[MilestoneMark]] = defaultdict(list)
    for mark in MilestoneMark.objects.filter(report__in=reports).select_related("milestone").order_by("done_on"):
        marks[mark.report_id].append(mark)
    files: defaultdict[int, list[EvidenceLine]] = defaultdict(list)
    evidence = EvidenceFile.objects.filter(report__in=reports, withdrawn_at__isnull=True)
    for file in evidence_lines(reach, evidence.select_related("department", "report", "closure"), today=today):
        files[file.row.report_id or 0].append(file)
    directives = unsettled_of(set(tasks))
    confirmed = confirmed_of([report.pk for report in reports])
    return [
        Waiting(
            report=report,
            line=lines[report.task_id],
            figures=tuple(figures[report.pk]),
            ticks=tuple(ticks[report.pk]),
            marks=tuple(marks[report.pk]),
            files=tuple(files[report.pk]),
            directives=directives[report.task_id],
            confirmed=confirmed_words(confirmed.get(report.pk, ()), _accepted(lines[report.task_id])),
        )
        for report in reports
    ]


def _accepted(line: Line) -> dict[int, str]:
    return {target.id: str(target.accepted) for target in line.facts.targets if target.accepted is not None}
