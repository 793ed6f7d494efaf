"""One item: its page, its row in the table it came from, its history, and its closing."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.days import day_words
from accounts.entry import PageRequest, page
from projects.models import Task
from projects.planning import WrongStateError
from tracker.access import get_task
from tracker.asking import left_open
from tracker.boards.evidence import evidence_of
from tracker.boards.follow_ups import follow_ups
from tracker.boards.item import Item, source_row
from tracker.boards.item import item as read_item
from tracker.boards.reminded import reminded
from tracker.boards.supporting import item_parts
from tracker.boards.timeline import History, events, history
from tracker.closing import LeftOpen, close_directly, reopen
from tracker.facts import task_facts
from tracker.forms import ClosingForm, FilterForm, ReopeningForm
from tracker.lights import Light
from tracker.sentences import rhythm_text
from tracker.views.supporting import new_token


@page
@require_safe
def item(request: PageRequest, task_id: int) -> HttpResponse:
    return _item_page(request, task_id)


def _item_page(
    request: PageRequest,
    task_id: int,
    *,
    closing: Form | None = None,
    reopening: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    view = read_item(request.reach, task_id, today=request.today)
    version = view.task.version
    context = {
        "item": view,
        "events": events(view.entries, today=request.today),
        "files": evidence_of(request.reach, [view.task], today=request.today) if view.hanging.files else [],
        "parts": item_parts(request.reach, view, today=request.today),
        "reminded": reminded(view.task),
        "part_token": new_token(),
        "phone_steps": list(_phone_steps(view)),
        "rhythm": rhythm_text(view.rules.rhythm),
        "closing": closing
        or ClosingForm(
            initial={"version": version, "on": request.today}, today=request.today, left=left_open(view.line.facts)
        ),
        "follow_ups": follow_ups(request.reach, view, today=request.today),
        "reopening": reopening or ReopeningForm(initial={"version": version}),
    }
    return render(request, "tracker/item.html", context, status=status)


def _phone_steps(view: Item) -> Iterator[dict[str, Any]]:
    """Yield the steps for the phone's line, with today among them where it falls."""
    today = {"today": True, "due_on": day_words(view.line.today, year=view.line.today.year)}
    passed = False
    for step in view.steps:
        if not passed and step.due_on and step.due_on >= view.line.today:
            yield today
            passed = True
        yield {
            "key": step.key,
            "due_on": step.due_words,
            "issued": step.facts.phrase,
            "name": step.facts.text,
            "note": step.left_words,
            "done": bool(step.done_on),
            "late": step.light is Light.OVERDUE,
        }


@page
@require_safe
def item_row(request: PageRequest, task_id: int) -> HttpResponse:
    """Show the item's row as it was uploaded."""
    task = get_task(request.reach, task_id, today=request.today)
    row = source_row(task)
    if row is None:
        raise Http404
    return render(request, "tracker/item_row.html", {"task": task, "row": row})


@page
@require_safe
def item_history(request: PageRequest, task_id: int) -> HttpResponse:
    task = get_task(request.reach, task_id, today=request.today)
    asked = request.GET.get("kind", "")
    view = history(task, kind=asked, number=FilterForm(request.GET).number(), today=request.today)
    context = {
        "task": task,
        "history": view,
        "query": f"kind={view.kind}" if view.kind else "",
        "kinds": list(_history_tabs(task, view)),
    }
    return render(request, "tracker/item_history.html", context)


def _history_tabs(task: Task, view: History) -> Iterator[dict[str, Any]]:
    url = reverse("tracker:item_history", args=[task.pk])
    for kind in view.kinds:
        address = f"{url}?kind={kind.key}" if kind.key else url
        yield {"label": kind.label, "url": address, "number": kind.number, "current": kind.key == view.kind}


@require_POST
@page
def item_close(request: PageRequest, task_id: int) -> HttpResponse:
    task = get_task(request.reach, task_id, today=request.today)
    require_office(request.reach)
    left = left_open(task_facts([task_id])[task_id])
    form = ClosingForm(request.POST, today=request.today, left=left)
    if not form.is_valid():
        return _item_page(request, task_id, closing=form, status=422)
    try:
        close_directly(task=task, by=request.actor, now=request.now, **form.cleaned_data)
    except LeftOpen:
        form.add_error("despite", gettext("还有没完成的节点或指标，请写为什么仍办结。"))
        return _item_page(request, task_id, closing=form, status=422)
    except (Conflict, WrongStateError):
        return _moved_on(request, task_id, form)
    messages.success(request, gettext("已办结。"))
    return redirect("tracker:item", task_id)


@require_POST
@page
def item_reopen(request: PageRequest, task_id: int) -> HttpResponse:
    task = get_task(request.reach, task_id, today=request.today)
    require_office(request.reach)
    form = ReopeningForm(request.POST)
    if not form.is_valid():
        return _item_page(request, task_id, reopening=form, status=422)
    try:
        reopen(task=task, by=request.actor, now=request.now, **form.cleaned_data)
    except (Conflict, WrongStateError):
        return _moved_on(request, task_id, form)
    messages.success(request, gettext("已重新打开。"))
    return redirect("tracker:item", task_id)


def _moved_on(request: PageRequest, task_id: int, form: Form) -> HttpResponse:
    """Show what the item is now beside what was typed over an older version."""
    view = read_item(request.reach, task_id, today=request.today)
    newest = events(view.entries[:1], today=request.today)
    context = {"item": view, "newest": newest, "typed": form.cleaned_data}
    return render(request, "tracker/item_conflict.html", context, status=409)
