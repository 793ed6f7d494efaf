"""The page on which the office splits an item in two, or makes several one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_task
from projects.choices import PlanState, TaskState
from projects.editing.dividing import Part, SettledPartError, merge_tasks, split_task
from projects.importing.diff import TaskSnapshot
from projects.importing.snapshot import task_snapshot
from projects.models import Task
from projects.numbering import next_number
from projects.planning import WrongStateError


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class SplitForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(label=gettext_lazy("序号"), max_length=32, required=False)
    title = forms.CharField(label=gettext_lazy("事项"), max_length=500, widget=_long(2))
    content = forms.CharField(label=gettext_lazy("内容"), required=False, widget=_long(5))
    deadline_text = forms.CharField(label=gettext_lazy("完成时限"), required=False, widget=_long(2))
    kept_title = forms.CharField(label=gettext_lazy("事项"), max_length=500, widget=_long(2))
    kept_content = forms.CharField(label=gettext_lazy("内容"), required=False, widget=_long(5))
    kept_deadline_text = forms.CharField(label=gettext_lazy("完成时限"), required=False, widget=_long(2))
    reason = forms.CharField(label=gettext_lazy("依据或原因"), max_length=300)

    def part(self, which: str = "") -> Part:
        said = {name: self.cleaned_data[which + name] for name in ("title", "content", "deadline_text")}
        return Part(**{name: text.replace("\r\n", "\n") for name, text in said.items()})


class MergeForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    others = forms.CharField(label=gettext_lazy("并入哪些序号"), help_text=gettext_lazy("几项用顿号分开"))
    reason = forms.CharField(label=gettext_lazy("依据或原因"), max_length=300)


@page
@require_http_methods(["GET", "POST"])
def item_split(request: PageRequest, task_id: int) -> HttpResponse:
    """Split an item in two, or make several one."""
    task = get_task(request.reach, task_id, today=request.today)
    require_office(request.reach)
    if task.plan.state == PlanState.ARCHIVED:
        raise Http404
    seen = task_snapshot(task)
    merging = "others" in request.POST
    split = SplitForm(None if merging else request.POST or None, initial=_proposed(task, seen))
    merge = MergeForm(request.POST if merging else None, initial={"version": seen.version})
    status = 200
    if request.method == "POST":
        done = _merge(request, task, merge) if merging else _split(request, task, split)
        if done:
            said = gettext("已并入“%(title)s”，原事项记为取消。") if merging else gettext("已拆出“%(title)s”。")
            messages.success(request, said % {"title": done.title})
            return redirect(done)
        status = 422
    context = {"task": task, "plan": task.plan, "seen": seen, "split": split, "merge": merge, **_ticked(request)}
    return render(request, "projects/item_split.html", context, status=status)


def _proposed(task: Task, seen: TaskSnapshot) -> dict[str, Any]:
    """Return the old words on both sides: what belongs to the other one is cut by hand."""
    words = {name: getattr(seen.draft, name) for name in ("title", "content", "deadline_text")}
    kept = {f"kept_{name}": text for name, text in words.items()}
    return {"version": seen.version, "number": next_number(task.plan), **words, **kept}


def _ticked(request: PageRequest) -> dict[str, Any]:
    """Return the steps and amounts that are ticked to go over."""
    return {
        f"{name}_ids": {int(number) for number in request.POST.getlist(name) if number.isdecimal()}
        for name in ("step", "target")
    }


def _split(request: PageRequest, task: Task, form: SplitForm) -> Task | None:
    if not form.is_valid():
        return None
    said = {name: form.cleaned_data[name] for name in ("version", "number", "reason")}
    try:
        return split_task(
            task=task,
            **_ticked(request),
            new=form.part(),
            kept=form.part("kept_"),
            by=request.actor,
            now=request.now,
            **said,
        )
    except SettledPartError:
        form.add_error(None, gettext("请勾选要拆出去的节点或指标；已经完成的节点留在原事项。"))
    except (Conflict, WrongStateError):
        form.add_error(None, gettext("这一项刚被改动过，请看过现在的内容再拆。"))
    return None


def _merge(request: PageRequest, task: Task, form: MergeForm) -> Task | None:
    if not form.is_valid():
        return None
    parts = form.cleaned_data["others"].replace(",", "、").replace("，", "、").split("、")
    wanted = {part.strip() for part in parts if part.strip()}
    open_ones = Task.objects.filter(plan=task.plan, number__in=wanted).exclude(pk=task.pk)
    others = list(open_ones.filter(state__in=(TaskState.DRAFT, TaskState.ISSUED, TaskState.SUSPENDED)))
    missing = wanted - {one.number for one in others}
    if missing or not others:
        form.add_error("others", gettext("没有这些序号的事项：%(numbers)s") % {"numbers": "、".join(sorted(missing))})
        return None
    if len(others) != len(wanted):
        form.add_error("others", gettext("有几项用同一个序号，分不清是哪一项。"))
        return None
    said = {name: form.cleaned_data[name] for name in ("version", "reason")}
    try:
        return merge_tasks(into=task, others=others, by=request.actor, now=request.now, **said)
    except (Conflict, WrongStateError):
        form.add_error(None, gettext("这一项刚被改动过，请看过现在的内容再并。"))
    return None
