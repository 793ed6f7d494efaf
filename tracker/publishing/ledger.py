"""The ledger's columns (台账): the last word on each item, its light, what hinders it, and the days that were put off."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from itertools import batched
from typing import IO

from django.db.models import Max
from django.utils.translation import override

from accounts.access import Reach
from projects.access import tasks_for
from projects.choices import TaskState
from projects.exporting.ledger import Progress, ledger_file
from projects.models import Plan, Task
from tracker.boards.lines import Line, lines_of
from tracker.choices import ReviewState
from tracker.models import ProgressReport

AT_ONCE = 500
"""Items that are held with their facts at a time."""
COUNTED = (ReviewState.SUBMITTED, ReviewState.ACCEPTED)
STATES = {TaskState.DRAFT: "起草中", TaskState.SUSPENDED: "已中止"}


def plan_ledger(plan: Plan, reach: Reach, *, today: date) -> AbstractContextManager[IO[bytes]]:
    """Lend the plan's ledger: the office's own workbook for the office, for others a table of what they may see."""
    only = None if reach.office else list(tasks_for(reach, today=today).filter(plan=plan).values_list("pk", flat=True))
    return ledger_file(plan, lambda ids: happened(ids, today=today), only=only, today=today)


def happened(task_ids: Sequence[int], *, today: date) -> Mapping[int, Progress]:
    """Return what happened to the items, in Chinese as their table is, some hundred at a time."""
    found: dict[int, Progress] = {}
    with override("zh-hans"):
        for some in batched(task_ids, AT_ONCE):
            tasks = list(Task.objects.filter(pk__in=some).select_related("plan"))
            reports = _counted_reports(some)
            for line in lines_of(tasks, today=today, with_parties=False):
                found[line.task.pk] = _progress(line, reports.get(line.task.pk))
    return found


def _counted_reports(task_ids: Sequence[int]) -> dict[int, ProgressReport]:
    """Return each item's latest report that went up and wasn't sent back."""
    rows = ProgressReport.objects.filter(task__in=task_ids, review_state__in=COUNTED)
    latest = rows.order_by().values("task").annotate(last=Max("pk")).values("last")
    return {row.task_id: row for row in ProgressReport.objects.filter(pk__in=latest)}


def _progress(line: Line, report: ProgressReport | None) -> Progress:
    status = line.light_word if line.light else STATES.get(TaskState(line.task.state), "")
    return Progress(
        said=_said(report) if report else "",
        status="\n".join((status, *line.tags)) if line.tags else status,
        problems=report.problems if report else "",
        next_step=report.next_step if report else "",
        due=_moved(line),
        reported=_day(report.submitted_on) if report else "",
    )


def _said(report: ProgressReport) -> str:
    waiting = "（待审）" if report.review_state == ReviewState.SUBMITTED else ""
    return f"{'本期无变化：' if report.no_change else ''}{report.sentence}{waiting}"


def _moved(line: Line) -> str:
    """Write the dates in force of the steps that were put off; the others stand in the table."""
    steps = line.facts.milestones
    moved = [step for step in steps if step.current_due and step.current_due != step.issued_due]
    several = len(steps) > 1
    return "\n".join(
        f"{step.text or step.phrase}：{_day(step.current_due)}"
        if several and step.current_due
        else _day(step.current_due)
        for step in moved
    )


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
