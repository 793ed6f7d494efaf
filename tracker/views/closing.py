"""Asking for an item to be closed, verifying that, closing it outright, and looking at it again later."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.planning import WrongStateError
from tracker.asking import Refusal
from tracker.boards.closing import (
    AskingToClose,
    ClosureLine,
    asking_to_close,
    closings,
    get_closure,
    get_look_back,
    look_backs,
    require_own,
)
from tracker.closing import (
    Ended,
    LeftOpen,
    NotClosable,
    Statement,
    ask_closing,
    close_asked,
    look_back,
    return_closing,
    withdraw_closing,
)
from tracker.evidence import EvidenceRefused
from tracker.forms import FilterForm, ReturnForm
from tracker.models import Closure, LookBack
from tracker.navigation import waiting_of
from tracker.refusal_words import closing_refused
from tracker.views.evidence import looked_through, refusal_texts, takes_files
from tracker.views.requests import request_tabs

LOST = (Conflict, Ended, WrongStateError)
WAYS = (gettext_lazy("查阅材料"), gettext_lazy("现场核实"), gettext_lazy("向有关单位核对"), gettext_lazy("会议研究"))


class StatementForm(forms.Form):
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    department = forms.TypedChoiceField(label=gettext_lazy("以哪个单位的名义"), coerce=int)
    statement = forms.CharField(
        label=gettext_lazy("完成情况"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, asked: AskingToClose, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(unit.pk, unit.name) for unit in asked.units]
        self.fields["department"].choices = units  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["department"].initial = units[0][0]
            self.fields["department"].widget = forms.HiddenInput()


class VerifyForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    how = forms.CharField(
        label=gettext_lazy("怎样核实的"),
        max_length=500,
        widget=forms.TextInput(attrs={"list": "ways"}),
        error_messages={"required": gettext_lazy("请写怎样核实的。")},
    )
    on = forms.DateField(
        label=gettext_lazy("办结日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    despite = forms.CharField(label=gettext_lazy("为什么没有全部完成也办结"), max_length=500, required=False)

    def __init__(self, *args: Any, today: date, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].validators.append(MaxValueValidator(today, gettext_lazy("办结日期不能晚于今天。")))
        if not left:
            self.fields["despite"].widget = forms.HiddenInput()


class LookForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    holds = forms.ChoiceField(choices=(("yes", "yes"), ("no", "no")))
    finding = forms.CharField(max_length=1000, error_messages={"required": gettext_lazy("请写看到的情况。")})


@page
@require_safe
def closing_list(request: PageRequest) -> HttpResponse:
    view = closings(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    context = {
        "view": view,
        "tabs": request_tabs(request.reach, waiting_of(request), current="closings", today=request.today),
    }
    return render(request, "tracker/closings.html", context)


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@page
def closing_ask(request: PageRequest, task_id: int) -> HttpResponse:
    asked = asking_to_close(request.reach, task_id, today=request.today)
    if request.method != "POST":
        return _ask_page(request, asked, StatementForm(asked, initial={"token": secrets.token_urlsafe(24)}))
    if Closure.objects.filter(token=request.POST.get("token", ""), task=task_id).exists():
        return redirect("tracker:item", task_id)
    form = StatementForm(asked, request.POST)
    files, refused = looked_through(request)
    for sentence in refusal_texts(refused):
        form.add_error(None, sentence)
    if not form.is_valid():
        return _ask_page(request, asked, form, status=422)
    try:
        _ask(request, asked, form, files)
    except NotClosable as error:
        form.add_error(None, closing_refused(error.refusal, error.left))
        return _ask_page(request, asked, form, status=422)
    except EvidenceRefused as error:
        for sentence in refusal_texts(error.refusals):
            form.add_error(None, sentence)
        return _ask_page(request, asked, form, status=422)
    messages.success(request, gettext("已申请办结，等督查办核实。"))
    return redirect("tracker:item", task_id)


def _ask(request: PageRequest, asked: AskingToClose, form: StatementForm, files: list[Any]) -> Closure:
    said = form.cleaned_data
    unit = next(unit for unit in asked.units if unit.pk == said["department"])
    statement = Statement(said["statement"], said["token"], files)
    return ask_closing(task=asked.task, department=unit, statement=statement, by=request.actor, now=request.now)


@page
@require_safe
def closing(request: PageRequest, closure_id: int) -> HttpResponse:
    return _page(request, get_closure(request.reach, closure_id, today=request.today))


@page
@require_POST
def closing_verify(request: PageRequest, closure_id: int) -> HttpResponse:
    line = get_closure(request.reach, closure_id, today=request.today)
    require_office(request.reach)
    form = VerifyForm(request.POST, today=request.today, left=line.left)
    if not form.is_valid():
        return _page(request, line, verifying=form, status=422)
    said = form.cleaned_data

    def close() -> Closure:
        return close_asked(closure=line.row, by=request.actor, now=request.now, **said)

    try:
        return _answered(request, line, close, gettext("已核实，办结销号。"), typed=said["how"])
    except LeftOpen as error:
        form.add_error("despite", closing_refused(Refusal.LEFT_OPEN, error.left))
        return _page(request, line, verifying=form, status=422)


@page
@require_POST
def closing_return(request: PageRequest, closure_id: int) -> HttpResponse:
    line = get_closure(request.reach, closure_id, today=request.today)
    require_office(request.reach)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, line, returning=form, status=422)
    said = form.cleaned_data

    def send_back() -> Closure:
        return return_closing(closure=line.row, by=request.actor, now=request.now, **said)

    return _answered(request, line, send_back, gettext("已退回，事项仍在办理。"), typed=said["reason"])


@page
@require_POST
def closing_withdraw(request: PageRequest, closure_id: int) -> HttpResponse:
    line = get_closure(request.reach, closure_id, today=request.today)
    require_own(line)
    asked = request.POST.get("version", "")
    version = int(asked) if asked.isdecimal() else 0

    def withdraw() -> Closure:
        return withdraw_closing(closure=line.row, version=version, by=request.actor, now=request.now)

    return _answered(request, line, withdraw, gettext("办结申请已撤回。"), typed=gettext("撤回申请"))


def _answered(
    request: PageRequest, line: ClosureLine, answer: Callable[[], Closure], said: str, *, typed: str
) -> HttpResponse:
    try:
        answer()
    except LOST:
        now = get_closure(request.reach, line.row.pk, today=request.today)
        return render(request, "tracker/closing_conflict.html", {"line": now, "typed": typed}, status=409)
    messages.success(request, said)
    if request.reach.office:
        return redirect("tracker:closings")
    return redirect("tracker:item", line.row.task_id)


@page
@require_safe
def look_back_list(request: PageRequest) -> HttpResponse:
    return _look_page(request)


@page
@require_POST
def look_back_note(request: PageRequest, look_id: int) -> HttpResponse:
    look = get_look_back(request.reach, look_id)
    form = LookForm(request.POST)
    typed = (look_id, request.POST.get("holds", ""), request.POST.get("finding", ""))
    if not form.is_valid():
        messages.error(request, gettext("没有写入：请选是否稳住，并写看到的情况。"))
        return _look_page(request, typed=typed, status=422)
    holds = form.cleaned_data["holds"] == "yes"
    try:
        _note(request, look, form, holds=holds)
    except LOST:
        messages.error(request, gettext("没有写入：这一项刚被别人看过或重新打开。您写的内容还在下面。"))
        return _look_page(request, typed=typed, lost=look, status=409)
    done = gettext("已记下，成效保持住了。") if holds else gettext("已记下，事项重新打开，照原时限继续办。")
    messages.success(request, done)
    return redirect("tracker:look_backs")


def _note(request: PageRequest, look: LookBack, form: LookForm, *, holds: bool) -> None:
    said = form.cleaned_data
    look_back(
        look=look,
        version=said["version"],
        holds=holds,
        finding=said["finding"],
        by=request.actor,
        now=request.now,
    )


def _look_page(
    request: PageRequest,
    *,
    typed: tuple[int, str, str] = (0, "", ""),
    lost: LookBack | None = None,
    status: int = 200,
) -> HttpResponse:
    view = look_backs(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    if lost is not None:
        lost.refresh_from_db()
    context = {
        "view": view,
        "tabs": request_tabs(request.reach, waiting_of(request), current="look_backs", today=request.today),
        "typed_for": typed[0],
        "typed_holds": typed[1],
        "typed": typed[2],
        "lost": lost,
    }
    return render(request, "tracker/look_backs.html", context, status=status)


def _page(
    request: PageRequest,
    line: ClosureLine,
    *,
    verifying: VerifyForm | None = None,
    returning: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    blank = {"version": line.row.version, "on": request.today}
    context = {
        "line": line,
        "office": request.reach.office,
        "verifying": verifying or VerifyForm(initial=blank, today=request.today, left=line.left),
        "returning": returning,
        "ways": WAYS,
    }
    return render(request, "tracker/closing.html", context, status=status)


def _ask_page(request: PageRequest, asked: AskingToClose, form: StatementForm, *, status: int = 200) -> HttpResponse:
    barred = closing_refused(asked.refusal, asked.left) if asked.refusal else ""
    return render(request, "tracker/closing_ask.html", {"asked": asked, "form": form, "barred": barred}, status=status)
