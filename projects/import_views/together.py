"""Deciding many like questions at once: the list is shown first, and nobody is made who isn't on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.entry import PageRequest, page
from projects.choices import BatchState
from projects.import_views.reaching import get_batch
from projects.import_views.showing import Notice, here_url
from projects.importing.batches import NotApplicable, decide
from projects.importing.naming import propose_all
from projects.importing.page.asking import NAMES, Numbered, asked_of, shared_choices
from projects.importing.page.labels import kind_label
from projects.importing.page.laying import Overview
from projects.importing.shelf import overview_of
from projects.importing.wording import choice_label, group_label
from projects.models import ImportBatch

MOST_ROWS_NAMED = 8
MOST_AT_ONCE = 400
"""A form holds so many fields; the rest are offered when these are decided."""


@page
@require_http_methods(["GET", "POST"])
def import_together(request: PageRequest, batch_id: int, kind: str) -> HttpResponse:
    """List the open questions of one kind, and keep what the reader says of all of them."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED:
        return redirect("projects:import", batch.pk)
    view = overview_of(batch, by=request.actor)
    group = [one for one in view.queue.undecided if one.alike == kind][:MOST_AT_ONCE]
    if not group or not (kind == NAMES or _answers(group)):
        return redirect("projects:import", batch.pk)
    if request.method == "GET":
        return _show(request, batch, view, group)
    said = _said_of_names(request, group) if kind == NAMES else _said_of_all(request, group)
    if not said:
        notice = Notice(gettext("请选怎么处理，并至少选定一处。"))
        return _show(request, batch, view, group, notice=notice, status=422)
    try:
        batch = decide(batch=batch, decisions=said, by=request.actor)
    except NotApplicable:
        return redirect("projects:import", batch.pk)
    messages.success(request, gettext("已一起决定 %(count)s 处。") % {"count": len(said)})
    left = overview_of(batch, by=request.actor).queue.undecided
    if not left:
        return redirect("projects:import", batch.pk)
    return redirect(f"{here_url(batch, {'at': left[0].number})}#question-{left[0].number}")


def _answers(group: Sequence[Numbered]) -> tuple[str, ...]:
    return shared_choices([one.question for one in group])


def _said_of_names(request: PageRequest, group: Sequence[Numbered]) -> dict[str, str]:
    """Return what each name becomes; what was left open stays open."""
    said = ((one.question, request.POST.get(one.question.key, "")) for one in group)
    return {question.key: value for question, value in said if value and question.admits(value)}


def _said_of_all(request: PageRequest, group: Sequence[Numbered]) -> dict[str, str]:
    """Return the one answer for all that are ticked."""
    chosen, taken = request.POST.get("choice", ""), set(request.POST.getlist("take"))
    if chosen not in _answers(group):
        return {}
    return {one.question.key: chosen for one in group if one.question.key in taken}


def _show(
    request: PageRequest,
    batch: ImportBatch,
    view: Overview,
    group: Sequence[Numbered],
    *,
    notice: Notice | None = None,
    status: int = 200,
) -> HttpResponse:
    first = group[0].question
    named = group[0].alike == NAMES
    answers = _answers(group)
    labels = {choice.value: choice_label(first, choice) for choice in first.choices}
    chosen = request.POST.get("choice", answers[0] if len(answers) == 1 else "")
    proposed = propose_all([one.question for one in group]) if named else {}
    context = {
        "batch": batch,
        "named": named,
        "label": gettext("名录里没有的名称") if named else group_label(first),
        "answers": [{"value": each, "label": labels[each], "checked": each == chosen} for each in answers],
        "lines": [_line(request, one, view, answers, proposed) for one in group],
        "new": len(proposed),
        "notice": notice,
    }
    return render(request, "projects/import_together.html", context, status=status)


def _line(
    request: PageRequest, one: Numbered, view: Overview, answers: Sequence[str], proposed: Mapping[str, str]
) -> dict[str, Any]:
    """Return one question of the list: where it stands, what it may become, and the answers only it has."""
    asked, rows = asked_of(one, view.prepared, more=0), view.prepared.rows
    key = one.question.key
    value = request.POST.get(key, proposed.get(key, ""))
    return {
        "key": key,
        "number": one.number,
        "text": one.question.params.get("name") or asked.text,
        "kind": kind_label(one.question.field),
        "rows": [rows[place].task.row for place in one.question.rows[:MOST_ROWS_NAMED] if place < len(rows)],
        "times": len(one.question.rows),
        "options": [
            {"value": each.value, "label": each.label, "chosen": each.value == value} for each in asked.options
        ],
        "likely": [option.label for option in asked.options if option.value not in answers],
        "taken": request.method == "GET" or key in request.POST.getlist("take"),
    }
