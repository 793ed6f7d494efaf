"""What was looked for and found: items of every table the reader sees, the closest first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.core.paginator import Page, Paginator

from accounts.access import Reach
from projects.access import tasks_for
from projects.choices import PlanState
from projects.models import Plan, Task
from tracker.boards.filters import Choices, Filters, choices_of, lit, narrowed
from tracker.boards.finding import by_closeness, grades_of, reports_with, sought_in
from tracker.boards.lines import Line, lines_of
from tracker.models import ProgressReport
from tracker.search_words import around, marked, normal, words

ROWS = 20
MOST = 500
"""Whoever finds more needs another word and not another page."""
EXCERPT = 90

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An item with the words that were sought marked; `excerpt` is of its content, or of the report `said`."""

    line: Line
    title: Pieces
    excerpt: Pieces
    said: ProgressReport | None


@dataclass(frozen=True, slots=True)
class Found:
    """`more` tells that beyond MOST items nothing was counted."""

    filters: Filters
    choices: Choices | None
    hits: tuple[Hit, ...]
    page: Page[int]
    more: bool

    @property
    def total(self) -> int:
        return self.page.paginator.count


def search(filters: Filters, reach: Reach, plan: Plan | None, *, number: int = 1, today: date) -> Found:
    """Return one page of what holds all the words; `plan` is the table whose units and headings can be chosen from."""
    ids = closest(filters, reach, today=today) if words(filters.q) else []
    page = Paginator(ids[:MOST], ROWS).get_page(number)
    return Found(
        filters=filters,
        choices=choices_of(plan) if plan else None,
        hits=hits_of(list(page.object_list), words(filters.q), today=today),
        page=page,
        more=len(ids) > MOST,
    )


def closest(filters: Filters, reach: Reach, *, today: date) -> list[int]:
    """Return the items that hold all the words, the closest first: MOST of them, and one where there are more."""
    # Whose plans they are is told twice: a database that guesses few items would hold each against all offices' plans.
    tasks = tasks_for(reach, today=today).filter(plan__organization=reach.organization_id)
    tasks = tasks.exclude(plan__state=PlanState.DRAFT)
    if filters.plan is not None:
        tasks = tasks.filter(plan=filters.plan)
    tasks = lit(narrowed(tasks, replace(filters, q=""), reach, today=today), filters, today=today)
    grades = grades_of(sought_in(filters.q, reach.organization_id), reach.organization_id, today=today)
    ordered = by_closeness(tasks, filters.q, grades)
    return list(ordered.values_list("pk", flat=True)[: MOST + 1])


def hits_of(ids: Collection[int], sought: tuple[str, ...], *, today: date) -> tuple[Hit, ...]:
    """Return these items as they are shown, in a fixed number of queries."""
    tasks = Task.objects.select_related("plan", "section").in_bulk(ids)
    reports = ProgressReport.objects.select_related("department").in_bulk(reports_with(ids, sought).values())
    said = {report.task_id: report for report in reports.values()}
    lines = lines_of([tasks[pk] for pk in ids], today=today)
    return tuple(_hit(line, said.get(line.task.pk), sought) for line in lines)


def _hit(line: Line, report: ProgressReport | None, sought: tuple[str, ...]) -> Hit:
    """Quote what the title doesn't say: the item's own words where they hold one that was sought, else a report's."""
    task = line.task
    own = _first([task.content, task.target_text, task.measures, task.note], sought)
    spoken = [report.sentence, report.problems, report.next_step, report.help_needed] if report else []
    heard = "" if own else _first(spoken, sought)
    return Hit(
        line=line,
        title=tuple(marked(task.title, sought)),
        excerpt=tuple(marked(around(own or heard, sought, most=EXCERPT), sought)),
        said=report if heard else None,
    )


def _first(texts: Iterable[str], sought: tuple[str, ...]) -> str:
    return next((text for text in texts if any(word in normal(text) for word in sought)), "")
