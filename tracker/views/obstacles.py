"""Obstacles: the lists, raising one, and what is done about it."""

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
from tracker.access import get_obstacle, get_task
from tracker.boards.obstacles import (
    Answerers,
    Obstacles,
    answerers,
    answers,
    follows,
    help_asked_for,
    obstacle_lines,
    raising_units,
)
from tracker.boards.obstacles import obstacles as read_obstacles
from tracker.follow_ups import PROPOSED_WORKDAYS, NotOpenError
from tracker.forms import FilterForm
from tracker.models import Obstacle
from tracker.obstacles import (
    answer_obstacle,
    ask_again,
    raise_obstacle,
    withdraw_obstacle,
)
from tracker.views.follow_ups import LINE, AskAgainForm, DatedForm, LineForm, Typed, carried_out, not_in_work


class ObstacleForm(DatedForm):
    """What blocks, for which leading unit, and who answers by when."""

    field_order = ("token", "department", "text", "answerer", "due_on")
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    department = forms.ModelChoiceField(
        label=gettext_lazy("提出单位"), queryset=Department.objects.none(), empty_label=None
    )
    text = forms.CharField(
        label=gettext_lazy("卡在哪里，需要对方做什么"),
        max_length=LINE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写卡在哪里。")},
    )
    answerer = forms.ChoiceField(
        label=gettext_lazy("请谁答复"), error_messages={"required": gettext_lazy("请选由谁答复。")}
    )

    def __init__(self, *args: Any, units: tuple[Department, ...], asked: Answerers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields["department"]
        own.queryset = Department.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]
        if len(units) == 1:
            own.initial, own.widget = units[0].pk, forms.HiddenInput()
        self.people: dict[str, Department | Person] = {f"unit:{unit.pk}": unit for unit in asked.units}
        self.people |= {f"person:{number}": person for number, person in asked.people.items()}
        self.fields["answerer"].choices = _choices(asked)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a unit that would answer itself."""
        said = super().clean() or {}
        unit = said.get("department")
        if unit is not None and said.get("answerer") == f"unit:{unit.pk}":
            self.add_error("answerer", gettext("不能请本单位答复自己提出的困难。"))
        return said

    def answerer_chosen(self) -> Department | Person:
        return self.people[self.cleaned_data["answerer"]]


def _choices(asked: Answerers) -> list[tuple[str, Any]]:
    holders = [(f"person:{row.person_id}", f"{row.post.name} {row.person.name}") for row in asked.holders]
    members = [(f"person:{row.person_id}", f"{row.person.name}（{row.department.name}）") for row in asked.members]
    groups = [
        (gettext("单位"), [(f"unit:{unit.pk}", unit.name) for unit in asked.units]),
        (gettext("领导"), holders),
        (gettext("人员"), members),
    ]
    return [("", gettext("请选择")), *(group for group in groups if group[1])]


@page
@require_safe
def obstacles(request: PageRequest) -> HttpResponse:
    number = FilterForm(request.GET).number()
    view = read_obstacles(request.reach, tab=request.GET.get("tab", ""), number=number, today=request.today)
    context = {"view": view, "tabs": _tabs(view), "query": f"tab={view.tab}", "here": request.get_full_path()}
    return render(request, "tracker/obstacles.html", context)


def _tabs(view: Obstacles) -> list[dict[str, Any]]:
    words = {"answer": gettext("等我们答复的"), "raised": gettext("我们提出的"), "all": gettext("全部")}
    url = reverse("tracker:obstacles")
    return [
        {"label": words[tab.key], "url": f"{url}?tab={tab.key}", "number": tab.number, "current": tab.key == view.tab}
        for tab in view.tabs
    ]


@page
@require_http_methods(["GET", "POST"])
def obstacle_add(request: PageRequest, task_id: int) -> HttpResponse:
    task = get_task(request.reach, task_id, today=request.today)
    units = raising_units(request.reach, task, today=request.today)
    if not units:
        raise PermissionDenied
    home = reverse("tracker:item", args=[task.pk])
    if task.state != TaskState.ISSUED:
        return not_in_work(request, home)
    form = _form(request, task, units)
    if request.method == "GET":
        return _add_page(request, task, form)
    if not form.is_valid():
        return _add_page(request, task, form, status=422)
    return _raise(request, task, form)


def _form(request: PageRequest, task: Task, units: tuple[Department, ...]) -> ObstacleForm:
    due_on = workdays_for(task.organization_id).add(request.today, PROPOSED_WORKDAYS)
    help_needed = help_asked_for(task, units) if request.method == "GET" else ""
    initial = {"token": secrets.token_urlsafe(24), "due_on": due_on, "text": help_needed}
    return ObstacleForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        units=units,
        asked=answerers(task.organization_id, today=request.today),
        today=request.today,
    )


def _add_page(request: PageRequest, task: Task, form: ObstacleForm, *, status: int = 200) -> HttpResponse:
    return render(request, "tracker/obstacle_add.html", {"task": task, "form": form}, status=status)


def _raise(request: PageRequest, task: Task, form: ObstacleForm) -> HttpResponse:
    home, answerer, said = reverse("tracker:item", args=[task.pk]), form.answerer_chosen(), form.cleaned_data
    try:
        raise_obstacle(
            task=task,
            department=said["department"],
            text=said["text"],
            answerer=answerer,
            due_on=said["due_on"],
            token=said["token"],
            by=request.actor,
            now=request.now,
        )
    except NotOpenError:
        return not_in_work(request, home)
    messages.success(request, gettext("已提出，%(answerer)s的清单里会列出这件事。") % {"answerer": answerer})
    return redirect(home)


@page
@require_safe
def obstacle(request: PageRequest, obstacle_id: int) -> HttpResponse:
    return _shown(request, get_obstacle(request.reach, obstacle_id, today=request.today))


def _shown(request: PageRequest, row: Obstacle, *, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    line = obstacle_lines([row], request.reach, today=request.today)[0]
    context = {"line": line, "typed": typed, "here": reverse("tracker:obstacle", args=[row.pk])}
    return render(request, "tracker/obstacle.html", context, status=status)


@page
@require_POST
def obstacle_answer(request: PageRequest, obstacle_id: int) -> HttpResponse:
    row = get_obstacle(request.reach, obstacle_id, today=request.today)
    if not answers(request.reach, row):
        raise PermissionDenied
    form = LineForm(request.POST)

    def write(said: dict[str, Any]) -> Obstacle:
        return answer_obstacle(
            obstacle=row, version=said["version"], answer=said["text"], by=request.actor, now=request.now
        )

    return _carry_out(request, row, form, "answer", write, said=gettext("已答复。"))


@page
@require_POST
def obstacle_ask_again(request: PageRequest, obstacle_id: int) -> HttpResponse:
    row = _followed(request, obstacle_id)
    form = AskAgainForm(request.POST, today=request.today)

    def write(said: dict[str, Any]) -> Obstacle:
        return ask_again(
            obstacle=row,
            version=said["version"],
            due_on=said["due_on"],
            reason=said["text"],
            by=request.actor,
            now=request.now,
        )

    return _carry_out(request, row, form, "ask_again", write, said=gettext("已定新的答复期限。"))


@page
@require_POST
def obstacle_withdraw(request: PageRequest, obstacle_id: int) -> HttpResponse:
    row = _followed(request, obstacle_id)
    form = LineForm(request.POST)

    def write(said: dict[str, Any]) -> Obstacle:
        return withdraw_obstacle(
            obstacle=row, version=said["version"], reason=said["text"], by=request.actor, now=request.now
        )

    return _carry_out(request, row, form, "withdraw", write, said=gettext("已撤回。"))


def _followed(request: PageRequest, obstacle_id: int) -> Obstacle:
    row = get_obstacle(request.reach, obstacle_id, today=request.today)
    if not follows(request.reach, row):
        raise PermissionDenied
    return row


def _carry_out(
    request: PageRequest,
    row: Obstacle,
    form: forms.Form,
    act: str,
    write: Callable[[dict[str, Any]], Obstacle],
    *,
    said: str,
) -> HttpResponse:
    def show(typed: Typed, status: int) -> HttpResponse:
        now = get_obstacle(request.reach, row.pk, today=request.today)
        return _shown(request, now, typed=typed, status=status)

    home = reverse("tracker:obstacle", args=[row.pk])
    return carried_out(request, form, act, write, said=said, show=show, home=home)
