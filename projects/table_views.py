"""The plan as a table that is written in place: a cell, a column of many rows, the last step taken back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_plan, get_task
from projects.choices import PlanState, TaskState
from projects.editing.cells import FIELDS, DoubtfulError, Seen, change_column
from projects.editing.dividing import SettledPartError, merge_tasks, split_task
from projects.editing.forms import words_of
from projects.editing.saving import UnknownNamesError
from projects.editing.undoing import last_step, undo_last
from projects.importing.diff import TaskSnapshot
from projects.importing.snapshot import task_snapshot, task_snapshots
from projects.models import Plan, Task

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


class SplitForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(label=gettext_lazy("新事项的序号"), max_length=32, required=False)
    title = forms.CharField(label=gettext_lazy("新事项"), max_length=500)
    reason = forms.CharField(label=gettext_lazy("依据或原因"), max_length=300)


class MergeForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    others = forms.CharField(label=gettext_lazy("并入哪些序号"), help_text=gettext_lazy("几项用顿号分开"))
    reason = forms.CharField(label=gettext_lazy("依据或原因"), max_length=300)


@page
@require_safe
def plan_table(request: PageRequest, plan_id: int) -> HttpResponse:
    plan = _plan(request, plan_id)
    tasks = Task.objects.filter(plan=plan).exclude(state__in=(TaskState.WITHDRAWN, TaskState.CANCELLED))
    shown = Paginator(tasks.order_by("position", "pk"), ROWS).get_page(request.GET.get("page"))
    rows = [_row(one) for one in task_snapshots(Task.objects.filter(pk__in=[task.pk for task in shown]))]
    context = {
        "plan": plan,
        "rows": rows,
        "page": shown,
        "columns": COLUMNS.items(),
        "settable": SETTABLE,
        "last": last_step(plan, by=request.actor),
    }
    return render(request, "projects/plan_table.html", context)


@page
@require_POST
def plan_cell(request: PageRequest, plan_id: int, task_id: int) -> HttpResponse:
    """Write one cell and return its row; what can't be written stands in the row with what was typed."""
    plan = _plan(request, plan_id)
    if not Task.objects.filter(plan=plan, pk=task_id).exists():
        raise Http404
    field, text, version = _said(request)
    error = ""
    try:
        change_column(
            plan=plan, seen=[Seen(task_id, version)], field=field, text=text, by=request.actor, now=request.now
        )
    except (UnknownNamesError, DoubtfulError, Conflict) as refused:
        error = _refusal(refused, field)
    (snapshot,) = task_snapshots(Task.objects.filter(pk=task_id))
    row = _row(snapshot, field=field if error else "", typed=text, error=error)
    if not request.htmx:
        if error:
            messages.error(request, f"{error} {gettext('您填的是：')}{text}")
        return redirect("projects:plan_table", plan.pk)
    context = {"plan": plan, "row": row, "last": last_step(plan, by=request.actor), "swapped": True}
    return render(request, "projects/plan_table_row.html", context, status=422 if error else 200)


@page
@require_POST
def plan_column(request: PageRequest, plan_id: int) -> HttpResponse:
    """Write one column of all ticked rows at once, or of none."""
    plan = _plan(request, plan_id)
    field, text, _ = _said(request)
    seen = list(_ticked(request.POST.getlist("row")))
    if not seen:
        messages.warning(request, gettext("还没有勾选事项。"))
        return redirect("projects:plan_table", plan.pk)
    try:
        changed = change_column(plan=plan, seen=seen, field=field, text=text, by=request.actor, now=request.now)
    except (UnknownNamesError, DoubtfulError, Conflict) as refused:
        messages.error(request, f"{_refusal(refused, field)} {gettext('一行也没有改。您填的是：')}{text}")
    except Task.DoesNotExist as gone:
        raise Http404 from gone
    else:
        messages.success(request, gettext("已改 %(n)d 行。") % {"n": len(changed)})
    return redirect("projects:plan_table", plan.pk)


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


@page
@require_http_methods(["GET", "POST"])
def item_split(request: PageRequest, task_id: int) -> HttpResponse:
    """Split an item in two, or make several one."""
    task = get_task(request.reach, task_id, today=request.today)
    require_office(request.reach)
    seen = task_snapshot(task)
    merging = "others" in request.POST
    split = SplitForm(None if merging else request.POST or None, initial={"version": seen.version})
    merge = MergeForm(request.POST if merging else None, initial={"version": seen.version})
    status = 200
    if request.method == "POST":
        done = _merge(request, task, merge) if merging else _split(request, task, split)
        if done:
            return redirect(done)
        status = 422
    context = {"task": task, "plan": task.plan, "seen": seen, "split": split, "merge": merge}
    return render(request, "projects/item_split.html", context, status=status)


def _split(request: PageRequest, task: Task, form: SplitForm) -> Task | None:
    if not form.is_valid():
        return None
    ticked = {name: {int(v) for v in request.POST.getlist(name) if v.isdecimal()} for name in ("step", "target")}
    said = {name: form.cleaned_data[name] for name in ("version", "title", "number", "reason")}
    try:
        return split_task(
            task=task, step_ids=ticked["step"], target_ids=ticked["target"], by=request.actor, now=request.now, **said
        )
    except SettledPartError:
        form.add_error(None, gettext("请勾选要拆出去的节点或指标；已经完成的节点留在原事项。"))
    except Conflict:
        form.add_error(None, gettext("这一项刚被改动过，请看过现在的内容再拆。"))
    return None


def _merge(request: PageRequest, task: Task, form: MergeForm) -> Task | None:
    if not form.is_valid():
        return None
    wanted = {part.strip() for part in form.cleaned_data["others"].replace(",", "、").replace("，", "、").split("、")}
    open_ones = Task.objects.filter(plan=task.plan, number__in=wanted).exclude(pk=task.pk)
    others = list(open_ones.filter(state__in=(TaskState.DRAFT, TaskState.ISSUED, TaskState.SUSPENDED)))
    missing = wanted - {one.number for one in others}
    if missing or not others:
        form.add_error("others", gettext("没有这些序号的事项：%(numbers)s") % {"numbers": "、".join(sorted(missing))})
        return None
    said = {name: form.cleaned_data[name] for name in ("version", "reason")}
    try:
        return merge_tasks(into=task, others=others, by=request.actor, now=request.now, **said)
    except Conflict:
        form.add_error(None, gettext("这一项刚被改动过，请看过现在的内容再并。"))
    return None


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


def _refusal(refused: Exception, field: str) -> str:
    if isinstance(refused, UnknownNamesError):
        one = refused.unknown[0]
        said = gettext("没有“%(name)s”。") % {"name": one.name}
        return said + (gettext("是不是：%(names)s？") % {"names": "、".join(one.likely)} if one.likely else "")
    if isinstance(refused, DoubtfulError):
        return gettext("这个时限有疑问，请到“改”里看读法再定。")
    if isinstance(refused, Conflict) and isinstance(refused.current, TaskSnapshot):
        now = words_of(refused.current.draft).get(field, "")
        return gettext("刚有人改过这一行，现在是“%(now)s”。") % {"now": now}
    return gettext("刚有人改过，请看过现在的内容再定。")


def _row(snapshot: TaskSnapshot, *, field: str = "", typed: str = "", error: str = "") -> dict[str, Any]:
    words = words_of(snapshot.draft)
    return {
        "id": snapshot.task_id,
        "version": snapshot.version,
        "title": words["title"],
        "number": words["number"],
        "cells": [
            {"field": name, "label": label, "text": typed if name == field else words[name], "wrong": name == field}
            for name, label in COLUMNS.items()
        ],
        "error": error,
        "steps": [step.current_on for step in snapshot.milestones],
    }
