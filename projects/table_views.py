"""The plan as a table that is written in place: a cell, a column of many rows, the last step taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_plan
from projects.choices import DateKind, PlanState
from projects.editing.cells import FIELDS, DoubtfulError, Seen, change_column
from projects.editing.forms import DATE_KINDS, PEOPLE, POSTS, UNITS, words_of
from projects.editing.moving import Move, UnsaidMoveError
from projects.editing.naming import UnknownNamesError
from projects.editing.offering import offered_names
from projects.editing.ordering import (
    HIDDEN,
    NoSuchPlaceError,
    move_behind,
    move_by_one,
    move_under,
    out_of_order,
    renumber,
)
from projects.editing.undoing import last_step, undo_last
from projects.importing.diff import TaskSnapshot
from projects.importing.snapshot import task_snapshots
from projects.models import Plan, Task
from projects.sections import standing_paths
from projects.steps import PLAIN, Grounds

ROWS = 100
COLUMNS = {
    "number": gettext_lazy("序号"),
    "category": gettext_lazy("板块"),
    "title": gettext_lazy("事项"),
    "deadline_text": gettext_lazy("完成时限"),
    "lead": gettext_lazy("牵头单位"),
    "support": gettext_lazy("配合单位"),
    "leaders": gettext_lazy("责任领导"),
    "owners": gettext_lazy("责任人"),
}
SETTABLE = [(name, label) for name, label in COLUMNS.items() if name not in {"number", "title"}]


STEPS = {
    **{name: COLUMNS[name] for name in ("number", "category", "title", "deadline_text")},
    "content": gettext_lazy("内容"),
    "parties": gettext_lazy("责任单位与人员"),
}
"""What of an item history says was changed, in the words of the table."""

OFFERED = {"lead": UNITS, "support": UNITS, "leaders": POSTS, "owners": PEOPLE}
REFUSALS = (UnknownNamesError, DoubtfulError, UnsaidMoveError, Conflict)


class MoveForm(forms.Form):
    """What kind of change a new date is, and on what it rests."""

    kind = forms.ChoiceField(
        label=gettext_lazy("改期性质"), choices=[("", gettext_lazy("请选择")), *DATE_KINDS.items()], required=False
    )
    document = forms.CharField(label=gettext_lazy("依据的文件"), max_length=200, required=False)
    reason = forms.CharField(label=gettext_lazy("改期原因"), max_length=300, required=False)

    def move(self) -> Move | None:
        """Return what was said; a new date, unlike a correction, rests on a document or a reason."""
        if not self.is_valid() or not self.cleaned_data["kind"]:
            return None
        said = self.cleaned_data
        grounds = Grounds(said["document"], said["reason"])
        if grounds == PLAIN and said["kind"] != DateKind.CORRECTED:
            return None
        return Move(DateKind(said["kind"]), grounds)


@page
@require_safe
def plan_table(request: PageRequest, plan_id: int) -> HttpResponse:
    return _table(request, _plan(request, plan_id))


@page
@require_POST
def plan_cell(request: PageRequest, plan_id: int, task_id: int) -> HttpResponse:
    """Write one cell and return its row; what can't be written stands in the row with what was typed."""
    plan = _plan(request, plan_id)
    field, text, version = _said(request)
    grounds = MoveForm(request.POST)
    refusal: Refusal | None = None
    written: list[TaskSnapshot] = []
    try:
        written = change_column(
            plan=plan,
            seen=[Seen(task_id, version)],
            field=field,
            text=text,
            by=request.actor,
            now=request.now,
            move=grounds.move(),
        )
    except REFUSALS as refused:
        refusal = Refusal(field, text, _words_of_refusal(refused, field), asks=isinstance(refused, UnsaidMoveError))
    except Task.DoesNotExist as gone:
        raise Http404 from gone
    if not request.htmx and not refusal:
        return redirect(_row_url(plan, task_id))
    if not request.htmx:
        return _table(request, plan, at=task_id, refusal=refusal, move=grounds, status=422)
    (snapshot,) = written or task_snapshots(Task.objects.filter(pk=task_id))
    context = {
        "plan": plan,
        "row": _row(snapshot, refusal),
        **_last(request, plan),
        "move": grounds,
        "swapped": True,
    }
    return render(request, "projects/plan_table_row.html", context, status=422 if refusal else 200)


@page
@require_POST
def plan_column(request: PageRequest, plan_id: int) -> HttpResponse:
    """Write one column of all ticked rows at once, or of none; what is refused stays typed, with its ticks."""
    plan = _plan(request, plan_id)
    field, text, _ = _said(request)
    seen = list(_ticked(request.POST.getlist("row")))
    grounds = MoveForm(request.POST)
    said = {"field": field, "text": text, "ticked": {one.id for one in seen}}
    if "enter" in request.POST and not text:  # the Enter key in any of the form's fields ends here
        if request.POST.get("behind", "").strip():
            return _move(request, plan, "behind")
        messages.warning(request, gettext("请填要改成什么。"))
        return _table(request, plan, column=said, move=grounds, status=422)
    if not seen:
        messages.warning(request, gettext("还没有勾选事项。"))
        return _table(request, plan, column=said, move=grounds, status=422)
    try:
        changed = change_column(
            plan=plan,
            seen=seen,
            field=field,
            text=text,
            by=request.actor,
            now=request.now,
            move=grounds.move(),
        )
    except REFUSALS as refused:
        messages.error(request, f"{_words_of_refusal(refused, field)} {gettext('一行也没有改。')}")
        return _table(request, plan, at=seen[0].id, column=said, move=grounds, status=422)
    except Task.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, gettext("已改 %(n)d 行。") % {"n": len(changed)})
    return redirect(_row_url(plan, seen[0].id))


@page
@require_POST
def plan_move(request: PageRequest, plan_id: int) -> HttpResponse:
    """Put one item a place up or down, or the ticked ones behind a number or under a heading."""
    return _move(request, _plan(request, plan_id), request.POST.get("move", ""))


def _move(request: PageRequest, plan: Plan, move: str) -> HttpResponse:
    ticked = {one.id: one.version for one in _ticked(request.POST.getlist("row"))}
    said, _, number = move.partition(":")
    by: dict[str, Any] = {"plan": plan, "by": request.actor, "now": request.now}
    first = int(number) if said in {"up", "down"} and number.isdecimal() else next(iter(ticked), 0)
    try:
        if said in {"up", "down"}:
            moved = move_by_one(task_id=first, up=said == "up", **by)
        elif said == "renumber":
            moved = renumber(**by)
        elif not ticked:
            messages.warning(request, gettext("还没有勾选事项。"))
            return redirect("projects:plan_table", plan.pk)
        elif said == "under":
            path = _headings(plan).get(request.POST.get("section", ""), ())
            moved = move_under(versions=ticked, category=path, **by)
        else:
            moved = move_behind(task_ids=ticked, number=request.POST.get("behind", "").strip(), **by)
    except NoSuchPlaceError as nowhere:
        messages.error(request, gettext("表里没有序号“%(number)s”，没有移动。") % {"number": nowhere})
    except Conflict:
        messages.error(request, gettext("刚有人改过，请看过现在的内容再定。"))
    else:
        done = gettext("已重新编号。") if said == "renumber" else gettext("已移动。")
        messages.success(request, done if moved else gettext("已经在那里了。"))
    return redirect(_row_url(plan, first))


@page
@require_POST
def plan_undo(request: PageRequest, plan_id: int) -> HttpResponse:
    plan = _plan(request, plan_id)
    at: datetime | None = parse_datetime(request.POST.get("at", ""))
    try:
        undone = undo_last(
            plan=plan, at=at or request.now, reason=gettext("撤销上一步"), by=request.actor, now=request.now
        )
    except Conflict:
        messages.error(request, gettext("没有撤销：之后又有改动，请在各项里修改。"))
    else:
        messages.success(request, gettext("已撤销，%(n)d 项恢复原样。") % {"n": len(undone)})
    return redirect("projects:plan_table", plan.pk)


def _plan(request: PageRequest, plan_id: int) -> Plan:
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    if plan.state == PlanState.ARCHIVED:
        raise Http404
    return plan


def _said(request: PageRequest) -> tuple[str, str, int]:
    field, version = request.POST.get("field", ""), request.POST.get("version", "0")
    if field not in FIELDS:
        raise Http404
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    return field, text, int(version) if version.isdecimal() else 0


def _ticked(values: Iterable[str]) -> Iterable[Seen]:
    for value in values:
        number, _, version = value.partition(":")
        if number.isdecimal() and version.isdecimal():
            yield Seen(int(number), int(version))


def _words_of_refusal(refused: Exception, field: str) -> str:
    if isinstance(refused, UnknownNamesError):
        one = refused.unknown[0]
        said = gettext("没有“%(name)s”。") % {"name": one.name}
        likely = "、".join(candidate.name for candidate in one.likely)
        return said + (gettext("是不是：%(names)s？") % {"names": likely} if likely else "")
    if isinstance(refused, UnsaidMoveError):
        return gettext("时限改了，请选是重新下达、延期还是更正，并写明文件或原因。")
    if isinstance(refused, DoubtfulError):
        return gettext("这个时限有疑问，请到“改”里看读法再定。")
    if isinstance(refused, Conflict) and isinstance(refused.current, TaskSnapshot):
        now = words_of(refused.current.draft).get(field, "")
        return gettext("刚有人改过这一行，现在是“%(now)s”。") % {"now": now}
    return gettext("刚有人改过，请看过现在的内容再定。")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was typed into a cell and why it isn't written; `asks`: it is once the kind of the change is said."""

    field: str
    typed: str
    words: str
    asks: bool = False


def _table(
    request: PageRequest,
    plan: Plan,
    *,
    at: int | None = None,
    refusal: Refusal | None = None,
    column: dict[str, Any] | None = None,
    move: MoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a page of the table: the one asked for, or the one on which the item `at` stands."""
    numbers = dict(_shown(plan).values_list("pk", "number"))
    order = list(numbers)
    pages = Paginator(order, ROWS)
    shown = pages.get_page(order.index(at) // ROWS + 1 if at in order else request.GET.get("page"))
    snapshots = task_snapshots(Task.objects.filter(pk__in=list(shown)))
    context = {
        "plan": plan,
        "rows": [_row(one, refusal if one.task_id == at else None) for one in snapshots],
        "page": shown,
        "columns": COLUMNS.items(),
        "settable": SETTABLE,
        **_last(request, plan),
        "column": column or {},
        "move": move or MoveForm(),
        "headings": list(_headings(plan)),
        "out_of_order": out_of_order(numbers.values()),
        "offered": offered_names(plan.organization_id, today=request.today),
    }
    return render(request, "projects/plan_table.html", context, status=status)


def _last(request: PageRequest, plan: Plan) -> dict[str, Any]:
    """Return the reader's last step and what it was."""
    last = last_step(plan, by=request.actor)
    if last is None:
        return {"last": None}
    if last.action == "task.moved":
        return {"last": last, "step": gettext("移动")}
    labels = [str(label) for name, label in STEPS.items() if name in last.fields]
    return {"last": last, "step": "、".join(labels) or gettext("修改")}


def _shown(plan: Plan) -> QuerySet[Task]:
    return Task.objects.filter(plan=plan).exclude(state__in=HIDDEN).order_by("position", "pk")


def _headings(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {" ／ ".join(path): path for path in standing_paths(plan)}


def _row_url(plan: Plan, task_id: int) -> str:
    """Return the address of an item's row, on the page of the table on which it stands."""
    order = list(_shown(plan).values_list("pk", flat=True))
    url = reverse("projects:plan_table", args=[plan.pk])
    if task_id not in order:
        return url
    page = order.index(task_id) // ROWS + 1
    return f"{url}?page={page}#row-{task_id}" if page > 1 else f"{url}#row-{task_id}"


def _row(snapshot: TaskSnapshot, refusal: Refusal | None = None) -> dict[str, Any]:
    words = words_of(snapshot.draft)
    field = refusal.field if refusal else ""
    return {
        "id": snapshot.task_id,
        "version": snapshot.version,
        "title": words["title"],
        "number": words["number"],
        "cells": [
            {
                "field": name,
                "label": label,
                "text": refusal.typed if refusal and name == field else words[name],
                "wrong": name == field,
                "names": OFFERED.get(name, ""),
            }
            for name, label in COLUMNS.items()
        ],
        "error": refusal.words if refusal else "",
        "asks": refusal is not None and refusal.asks,
        "steps": [step.current_on for step in snapshot.milestones],
    }
