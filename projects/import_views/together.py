"""Deciding many like questions at once: the list is shown first, and nobody is made who isn't on it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.entry import PageRequest, page
from projects.import_views.reaching import get_batch
from projects.import_views.showing import here_url, view_of
from projects.importing.batches import NotApplicable, decide
from projects.importing.page.asking import Numbered, asked_of, shared_choices
from projects.importing.page.laying import Overview
from projects.importing.wording import choice_label, group_label
from projects.models import ImportBatch

MOST_ROWS_NAMED = 8
MOST_AT_ONCE = 500
"""A form holds so many boxes; the rest are offered when these are decided."""


@page
@require_http_methods(["GET", "POST"])
def import_together(request: PageRequest, batch_id: int, kind: str) -> HttpResponse:
    """List the open questions of one kind, and give the chosen ones one answer."""
    batch = get_batch(request, batch_id)
    if batch.reading is None:
        return redirect("projects:import", batch.pk)
    view = view_of(request, batch)
    group = [one for one in view.queue.undecided if one.alike == kind][:MOST_AT_ONCE]
    answers = shared_choices([one.question for one in group])
    if request.method == "GET":
        if not answers:
            return redirect("projects:import", batch.pk)
        return _show(request, batch, view, group, answers)
    chosen, taken = request.POST.get("choice", ""), set(request.POST.getlist("take"))
    keys = [one.question.key for one in group if one.question.key in taken and one.question.admits(chosen)]
    if not keys or chosen not in answers:
        notice = gettext("请选怎么处理，并至少勾选一处。")
        return _show(request, batch, view, group, answers, notice=notice, taken=taken, status=422)
    try:
        decide(batch=batch, decisions=dict.fromkeys(keys, chosen), by=request.actor)
    except NotApplicable:
        return redirect("projects:import", batch.pk)
    messages.success(request, gettext("已一起决定 %(count)s 处。") % {"count": len(keys)})
    after = view_of(request, batch)
    left = after.queue.undecided
    at = left[0].number if left else 0
    return redirect(f"{here_url(batch, {'at': at})}#question-{at}" if at else here_url(batch, {}))


def _show(
    request: PageRequest,
    batch: ImportBatch,
    view: Overview,
    group: Sequence[Numbered],
    answers: Sequence[str],
    *,
    notice: str = "",
    taken: set[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """List what the answer would touch; the choice that fits most (the first offered) isn't ticked for the reader."""
    first = group[0].question if group else None
    labels = {choice.value: choice_label(first, choice) for choice in first.choices} if first else {}
    context = {
        "batch": batch,
        "label": group_label(first) if first else "",
        "answers": [
            {
                "value": value,
                "label": labels[value],
                "checked": value == request.POST.get("choice") or len(answers) == 1,
            }
            for value in answers
        ],
        "lines": [_line(one, view, answers, taken=taken is None or one.question.key in taken) for one in group],
        "notice": notice,
    }
    return render(request, "projects/import_together.html", context, status=status)


def _line(one: Numbered, view: Overview, answers: Sequence[str], *, taken: bool) -> dict[str, Any]:
    """Return one question of the list: where it stands, and the answers only it has."""
    asked = asked_of(one, view.prepared, more=0)
    rows = [view.prepared.rows[place].task.row for place in one.question.rows if place < len(view.prepared.rows)]
    return {
        "key": one.question.key,
        "number": one.number,
        "text": asked.text,
        "rows": rows[:MOST_ROWS_NAMED],
        "times": len(one.question.rows),
        "likely": [option.label for option in asked.options if option.value not in answers],
        "taken": taken,
    }
