"""Which item of the plan a row is, decided by hand: the likely ones first, any other by a search."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.entry import PageRequest, page
from projects.choices import BatchState, RowOutcome
from projects.import_views.reaching import get_batch
from projects.import_views.showing import here_url
from projects.importing.batches import NotApplicable, decide
from projects.importing.decisions import NEW_ITEM, match_key
from projects.importing.diff import TaskSnapshot
from projects.importing.page.laying import Overview, blocks_at
from projects.importing.shelf import overview_of

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item a row may be; `row_label` is the row it is matched to now, `current` when that is this one."""

    value: str
    number: str
    title: str
    content: str
    deadline: str
    row_label: str
    current: bool


@page
@require_http_methods(["GET", "POST"])
def import_match(request: PageRequest, batch_id: int, place: int) -> HttpResponse:
    """Show whom a row may be, and keep what the reader says."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED or batch.plan is None:
        return redirect("projects:import", batch.pk)
    view = overview_of(batch, by=request.actor)
    if place >= len(view.prepared.rows):
        raise Http404
    if request.method == "POST":
        value = request.POST.get("match", "")
        if value == NEW_ITEM or (value.isdecimal() and int(value) in view.prepared.tasks):
            try:
                decide(batch=batch, decisions={match_key(place): value}, by=request.actor)
            except NotApplicable:
                return redirect("projects:import", batch.pk)
            return redirect(f"{here_url(batch, {'place': place})}#row-{place}")
    search = request.GET.get("q", "").strip()
    (block,) = blocks_at(view, [place])
    context = {
        "batch": batch,
        "row": block.rows[0],
        "cells": [
            (column.label or column.letter, text)
            for column, cell in zip(block.columns, block.rows[0].cells, strict=True)
            if (text := "".join(segment.text for segment in cell).strip())
        ],
        "search": search,
        "candidates": list(_candidates(view, place, search)),
        "is_new": view.prepared.diff[place].outcome == RowOutcome.NEW,
    }
    return render(request, "projects/import_match.html", context)


def _candidates(view: Overview, place: int, search: str) -> Iterable[Candidate]:
    """Yield the item the row is matched to, then those found by the search, else the likely ones."""
    prepared = view.prepared
    rows = {row.task_id: at for at, row in enumerate(prepared.diff) if row.row is not None and row.task_id}
    current = prepared.diff[place].task_id
    found = _found(prepared.tasks.values(), search) if search else prepared.likely_items(place)
    shown = {task.task_id: task for task in ([prepared.tasks[current]] if current else []) + list(found)}
    for task_id, task in shown.items():
        at = rows.get(task_id)
        yield Candidate(
            value=str(task_id),
            number=task.draft.number,
            title=task.draft.title,
            content=task.draft.content if task.draft.content != task.draft.title else "",
            deadline=task.draft.deadline_text,
            row_label=gettext("%(row)s 行") % {"row": prepared.rows[at].task.row} if at is not None else "",
            current=task_id == current,
        )


def _found(tasks: Collection[TaskSnapshot], search: str) -> list[TaskSnapshot]:
    """Return the items of that number, else those with the words."""
    words = search.casefold()
    numbered = [task for task in tasks if task.draft.number == search]
    worded = (task for task in tasks if words in f"{task.draft.title}\n{task.draft.content}".casefold())
    return numbered or list(islice(worded, MOST_FOUND))
