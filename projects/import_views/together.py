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
from projects.import_views.saying import typed_answer
from projects.import_views.showing import Notice, days_of, here_url
from projects.importing.batches import NotApplicable, decide
from projects.importing.naming import KEEP, NEW, propose_all
from projects.importing.page.asking import NAMES, Numbered, asked_of, shared_choices
from projects.importing.page.labels import kind_label, names_of
from projects.importing.page.laying import Overview
from projects.importing.page.parts import Refused
from projects.importing.questions import Question
from projects.importing.shelf import overview_of
from projects.importing.table_names import is_collective
from projects.importing.wording import choice_label, group_label, short
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
    said, refused = _said(request, group, names_of(view.prepared.names), named=kind == NAMES)
    if refused:
        return _show(request, batch, view, group, refused=refused, status=422)
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


def _said(
    request: PageRequest, group: Sequence[Numbered], names: Mapping[str, str], *, named: bool
) -> tuple[dict[str, str], dict[str, Refused]]:
    """Return the answers, and by question those that can't be kept: what a line says of itself beats what all are told.

    Once it is said what becomes of all the rest, no name that is like another may be left open.
    """
    answers, refused = {}, {}
    rest = _rest_of_names(request, group) if named else _ticked(request, group)
    for question in (one.question for one in group):
        typed, wrong = typed_answer(request, question, names)
        value = typed or (named and request.POST.get(question.key, "")) or rest.get(question.key, "")
        if wrong:
            refused[question.key] = wrong
        elif value and question.admits(value):
            answers[question.key] = value
        elif rest and named and is_like_another(question):
            refused[question.key] = Refused("", gettext("请选定“%(name)s”指谁。") % question.params)
    return answers, refused


def is_like_another(question: Question) -> bool:
    """Tell whether a name may be one of the directory's, or another of its table."""
    return any(choice.value != KEEP and not choice.value.startswith(f"{NEW}:") for choice in question.choices)


def _rest_of_names(request: PageRequest, group: Sequence[Numbered]) -> Mapping[str, str]:
    """Return what becomes of names that were left open: nothing, unless the reader says it of all the rest."""
    match request.POST.get("rest", ""):
        case "new":
            return propose_all(one.question for one in group)
        case "keep":
            return {one.question.key: KEEP for one in group if not is_like_another(one.question)}
        case _:
            return {}


def _ticked(request: PageRequest, group: Sequence[Numbered]) -> Mapping[str, str]:
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
    refused: Mapping[str, Refused] | None = None,
    status: int = 200,
) -> HttpResponse:
    first = group[0].question
    named = group[0].alike == NAMES
    answers = _answers(group)
    labels = {choice.value: choice_label(first, choice) for choice in first.choices}
    own_lines = any(one.question.other_day or one.question.others for one in group)
    chosen = request.POST.get("choice", answers[0] if len(answers) == 1 and not own_lines else "")
    lines = [_line(request, one, view, answers, (refused or {}).get(one.question.key)) for one in group]
    alike = [line for line in lines if named and line["alike"]]
    context = {
        "batch": batch,
        "named": named,
        "label": gettext("名录里没有的名称") if named else group_label(first),
        "answers": [{"value": each, "label": labels[each], "checked": each == chosen} for each in answers],
        "lines": [line for line in lines if line not in alike],
        "alike": alike,
        "total": len(lines),
        "own_lines": own_lines,
        "rest": request.POST.get("rest", ""),
        "days": days_of(batch),
        "directory": names_of(view.prepared.names) if any(one.question.others for one in group) else (),
        "notice": notice,
    }
    return render(request, "projects/import_together.html", context, status=status)


def _line(
    request: PageRequest, one: Numbered, view: Overview, answers: Sequence[str], refused: Refused | None
) -> dict[str, Any]:
    """Return one question of the list: where it stands, what it may become, and the answers only it has."""
    asked, rows = asked_of(one, view.prepared, more=0), view.prepared.rows
    key = one.question.key
    value = request.POST.get(key, _preset(one.question))
    draft = view.prepared.drafts[one.place] if one.place < len(rows) else None
    return {
        "key": key,
        "number": one.number,
        "text": one.question.params.get("name") or asked.text,
        "words": one.question.params.get("words", ""),
        "item": short(draft.title) if draft else "",
        "day_name": asked.day_name,
        "day": request.POST.get(asked.day_name, ""),
        "who_name": asked.who_name,
        "several": asked.several,
        "wrong": refused.why if refused else "",
        "alike": is_like_another(one.question),
        "proposed": next((each.label for each in asked.options if each.value == one.question.proposal), ""),
        "who": request.POST.get(asked.who_name, ""),
        "kind": kind_label(one.question.field),
        "rows": [rows[place].task.row for place in one.question.rows[:MOST_ROWS_NAMED] if place < len(rows)],
        "times": len(one.question.rows),
        "options": [
            {"value": each.value, "label": each.label, "chosen": each.value == value} for each in asked.options
        ],
        "likely": [option.label for option in asked.options if option.value not in answers],
        "taken": request.method == "GET" or key in request.POST.getlist("take"),
    }


def _preset(question: Question) -> str:
    """Return what a name is proposed to be: a collective is kept as written, and nobody is made unsaid."""
    return KEEP if is_collective(question.params.get("name", "")) else ""
