"""Directives: the lists, giving one or recording one for a leader, and what becomes of it."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entry import PageRequest, page
from accounts.models import Department, Person
from projects.calendars import workdays_for
from projects.choices import TaskState
from projects.models import Task
from tracker.access import get_directive, get_task
from tracker.boards.directives import (
    Directives,
    answering_units,
    answers,
    directive_lines,
    possible_leaders,
    settles,
)
from tracker.boards.directives import directives as read_directives
from tracker.directives import (
    answer_directive,
    ask_again,
    give_directive,
    settle_directive,
    withdraw_directive,
)
from tracker.follow_ups import PROPOSED_WORKDAYS, NotOpenError
from tracker.forms import FilterForm
from tracker.models import Directive
from tracker.views.follow_ups import (
    LINE,
    AskAgainForm,
    ClosingLineForm,
    DatedForm,
    LineForm,
    Typed,
    carried_out,
    day_input,
    not_in_work,
)


class DirectiveForm(DatedForm):
    """One line, who answers it and by when; the office says whose line it is."""

    field_order = ("token", "leader", "text", "department", "due_on", "meeting_on")
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    leader = forms.ChoiceField(label=gettext_lazy("哪位领导的批示"))
    text = forms.CharField(
        label=gettext_lazy("批示内容"),
        max_length=LINE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写批示内容。")},
    )
    department = forms.ChoiceField(label=gettext_lazy("由哪个单位答复"))
    meeting_on = forms.DateField(
        label=gettext_lazy("会议日期"),
        help_text=gettext_lazy("会上定的才填"),
        required=False,
        widget=day_input(),
    )

    def __init__(
        self, *args: Any, leaders: dict[int, tuple[Person, str]], units: tuple[Department, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.leaders = {str(pk): person for pk, (person, _) in leaders.items()}
        self.units = {str(unit.pk): unit for unit in units}
        asked = self.fields["leader"]
        asked.choices = [(str(pk), name) for pk, (_, name) in leaders.items()]  # type: ignore[attr-defined]
        if len(leaders) == 1:
            asked.initial, asked.widget = next(iter(self.leaders)), forms.HiddenInput()
        self.fields["department"].choices = [(pk, unit.name) for pk, unit in self.units.items()]  # type: ignore[attr-defined]

    def leader_chosen(self) -> Person:
        return self.leaders[self.cleaned_data["leader"]]

    def unit_chosen(self) -> Department:
        return self.units[self.cleaned_data["department"]]


@page
@require_safe
def directives(request: PageRequest) -> HttpResponse:
    number = FilterForm(request.GET).number()
    view = read_directives(request.reach, tab=request.GET.get("tab", ""), number=number, today=request.today)
    context = {"view": view, "tabs": _tabs(view), "query": f"tab={view.tab}", "here": request.get_full_path()}
    return render(request, "tracker/directives.html", context)


def _tabs(view: Directives) -> list[dict[str, Any]]:
    words = {"answer": gettext("待我们答复的"), "given": gettext("我的批示"), "all": gettext("全部")}
    url = reverse("tracker:directives")
    return [
        {"label": words[tab.key], "url": f"{url}?tab={tab.key}", "number": tab.number, "current": tab.key == view.tab}
        for tab in view.tabs
    ]


@page
@require_http_methods(["GET", "POST"])
def directive_add(request: PageRequest, task_id: int) -> HttpResponse:
    task = get_task(request.reach, task_id, today=request.today)
    leaders = possible_leaders(request.reach, task, today=request.today)
    if not leaders:
        raise PermissionDenied
    if task.state != TaskState.ISSUED:
        return not_in_work(request, reverse("tracker:item", args=[task.pk]))
    form = _form(request, task, leaders)
    if request.method == "GET":
        return _add_page(request, task, form)
    if not form.is_valid():
        return _add_page(request, task, form, status=422)
    return _give(request, task, form)


def _form(request: PageRequest, task: Task, leaders: dict[int, tuple[Person, str]]) -> DirectiveForm:
    due_on = workdays_for(task.organization_id).add(request.today, PROPOSED_WORKDAYS)
    return DirectiveForm(
        request.POST if request.method == "POST" else None,
        initial={"token": secrets.token_urlsafe(24), "due_on": due_on},
        leaders=leaders,
        units=answering_units(task, today=request.today),
        today=request.today,
    )


def _add_page(request: PageRequest, task: Task, form: DirectiveForm, *, status: int = 200) -> HttpResponse:
    own = len(form.leaders) == 1 and str(request.reach.person_id) in form.leaders
    context = {"task": task, "form": form, "own": own}
    return render(request, "tracker/directive_add.html", context, status=status)


def _give(request: PageRequest, task: Task, form: DirectiveForm) -> HttpResponse:
    home, unit, said = reverse("tracker:item", args=[task.pk]), form.unit_chosen(), form.cleaned_data
    try:
        give_directive(
            task=task,
            leader=form.leader_chosen(),
            department=unit,
            text=said["text"],
            due_on=said["due_on"],
            meeting_on=said["meeting_on"],
            token=said["token"],
            by=request.actor,
            now=request.now,
        )
    except NotOpenError:
        return not_in_work(request, home)
    messages.success(request, gettext("批示已记下，%(unit)s的清单里会列出。") % {"unit": unit})
    return redirect(home)


@page
@require_safe
def directive(request: PageRequest, directive_id: int) -> HttpResponse:
    return _shown(request, get_directive(request.reach, directive_id, today=request.today))


def _shown(request: PageRequest, row: Directive, *, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    line = directive_lines([row], request.reach, today=request.today)[0]
    context = {"line": line, "typed": typed, "here": reverse("tracker:directive", args=[row.pk])}
    return render(request, "tracker/directive.html", context, status=status)


@page
@require_POST
def directive_answer(request: PageRequest, directive_id: int) -> HttpResponse:
    row = get_directive(request.reach, directive_id, today=request.today)
    if not answers(request.reach, row):
        raise PermissionDenied

    def write(said: dict[str, Any]) -> Directive:
        return answer_directive(
            directive=row, version=said["version"], answer=said["text"], by=request.actor, now=request.now
        )

    return _carry_out(
        request, row, LineForm(request.POST), "answer", write, said=gettext("已答复，等领导或督查办过目。")
    )


@page
@require_POST
def directive_settle(request: PageRequest, directive_id: int) -> HttpResponse:
    row = _settled(request, directive_id)

    def write(said: dict[str, Any]) -> Directive:
        return settle_directive(directive=row, version=said["version"], settlement=said["text"], by=request.actor)

    return _carry_out(request, row, ClosingLineForm(request.POST), "settle", write, said=gettext("这条批示已办完。"))


@page
@require_POST
def directive_ask_again(request: PageRequest, directive_id: int) -> HttpResponse:
    row = _settled(request, directive_id)
    form = AskAgainForm(request.POST, today=request.today)

    def write(said: dict[str, Any]) -> Directive:
        return ask_again(
            directive=row,
            version=said["version"],
            due_on=said["due_on"],
            reason=said["text"],
            by=request.actor,
            now=request.now,
        )

    return _carry_out(request, row, form, "ask_again", write, said=gettext("已再请单位答复。"))


@page
@require_POST
def directive_withdraw(request: PageRequest, directive_id: int) -> HttpResponse:
    row = _settled(request, directive_id)

    def write(said: dict[str, Any]) -> Directive:
        return withdraw_directive(directive=row, version=said["version"], reason=said["text"], by=request.actor)

    return _carry_out(request, row, LineForm(request.POST), "withdraw", write, said=gettext("已撤回。"))


def _settled(request: PageRequest, directive_id: int) -> Directive:
    row = get_directive(request.reach, directive_id, today=request.today)
    if not settles(request.reach, row):
        raise PermissionDenied
    return row


def _carry_out(
    request: PageRequest,
    row: Directive,
    form: forms.Form,
    act: str,
    write: Callable[[dict[str, Any]], Directive],
    *,
    said: str,
) -> HttpResponse:
    def show(typed: Typed, status: int) -> HttpResponse:
        now = get_directive(request.reach, row.pk, today=request.today)
        return _shown(request, now, typed=typed, status=status)

    home = reverse("tracker:directive", args=[row.pk])
    return carried_out(request, form, act, write, said=said, show=show, home=home)
