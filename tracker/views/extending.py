"""Asking for a later date, deciding on it, and the list of what waits."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.conflicts import Conflict
from accounts.days import day_words
from accounts.entry import PageRequest, page
from projects.models import Milestone
from tracker.asking import Refusal
from tracker.boards.extending import Asking, ExtensionLine, asking, extension_line, extensions
from tracker.choices import ExtensionState
from tracker.evidence import EvidenceRefused
from tracker.extending import (
    NotDecidable,
    NotExtendable,
    Request,
    ask_extension,
    decide_extension,
    withdraw_extension,
)
from tracker.forms import FilterForm
from tracker.models import Extension
from tracker.navigation import waiting_of
from tracker.refusal_words import extension_refused, word_refused
from tracker.views.evidence import looked_through, refusal_texts, takes_files
from tracker.views.requests import request_tabs

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AskForm(forms.Form):
    """A later date for one of the steps for which it can be asked; the unit is asked where several lead."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    milestone = forms.TypedChoiceField(label=gettext_lazy("哪个节点"), coerce=int)
    department = forms.TypedChoiceField(label=gettext_lazy("以哪个单位的名义"), coerce=int)
    to_on = forms.DateField(
        label=gettext_lazy("申请改到"), widget=DAY, help_text=gettext_lazy("要在原时限以后，且是工作日")
    )
    reason = forms.CharField(
        label=gettext_lazy("为什么要延期"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    progress = forms.CharField(
        label=gettext_lazy("做到哪一步了"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, asked: Asking, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = asked.task.plan.year
        steps = [(step.pk, _step_label(step, year)) for step in asked.free]
        self.fields["milestone"].choices = steps  # type: ignore[attr-defined]
        units = [(unit.pk, unit.name) for unit in asked.units]
        self.fields["department"].choices = units  # type: ignore[attr-defined]
        for name, choices in (("milestone", steps), ("department", units)):
            if len(choices) == 1:
                self.fields[name].initial = choices[0][0]
        if len(units) == 1:
            self.fields["department"].widget = forms.HiddenInput()


class DecideForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("决定"),
        choices=(("yes", gettext_lazy("同意延期")), ("no", gettext_lazy("不同意，时限不变"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选同意或不同意。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写理由，它会留在办理记录里。")},
    )


class WithdrawForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


@page
@require_safe
def extension_list(request: PageRequest) -> HttpResponse:
    view = extensions(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    tabs = request_tabs(
        request.reach, waiting_of(request), current="extensions", extensions=len(view.mine), today=request.today
    )
    context = {"view": view, "tabs": tabs, "office": request.reach.office}
    return render(request, "tracker/extensions.html", context)


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@page
def extension_ask(request: PageRequest, task_id: int) -> HttpResponse:
    asked = asking(request.reach, task_id, today=request.today)
    if request.method != "POST":
        return _ask_page(request, asked, AskForm(asked, initial={"token": secrets.token_urlsafe(24)}))
    first = Extension.objects.filter(token=request.POST.get("token", ""), task=task_id).first()
    if first is not None:
        return redirect("tracker:extension", first.pk)
    form = AskForm(asked, request.POST)
    files, refused = looked_through(request)
    for sentence in refusal_texts(refused):
        form.add_error(None, sentence)
    if not form.is_valid():
        return _ask_page(request, asked, form, status=422)
    try:
        made = _ask(request, asked, form, files)
    except NotExtendable as error:
        field = "to_on" if error.refusal in {Refusal.NOT_LATER, Refusal.NOT_A_WORKDAY} else None
        form.add_error(field, extension_refused(error.refusal, error.milestone, year=asked.task.plan.year))
        return _ask_page(request, asked, form, status=422)
    except EvidenceRefused as error:
        for sentence in refusal_texts(error.refusals):
            form.add_error(None, sentence)
        return _ask_page(request, asked, form, status=422)
    messages.success(request, _after_asking(made))
    return redirect("tracker:extension", made.pk)


def _ask(request: PageRequest, asked: Asking, form: AskForm, files: list[Any]) -> Extension:
    said = form.cleaned_data
    step = next(step for step in asked.free if step.pk == said["milestone"])
    unit = next(unit for unit in asked.units if unit.pk == said["department"])
    wanted = Request(said["to_on"], said["reason"], said["progress"], said["token"], files)
    return ask_extension(milestone=step, department=unit, request=wanted, by=request.actor, now=request.now)


@page
@require_safe
def extension(request: PageRequest, extension_id: int) -> HttpResponse:
    return _page(request, extension_line(request.reach, extension_id, today=request.today), None)


@page
@require_POST
def extension_decide(request: PageRequest, extension_id: int) -> HttpResponse:
    line = extension_line(request.reach, extension_id, today=request.today)
    form = DecideForm(request.POST)
    valid = form.is_valid()
    stale = valid and form.cleaned_data["version"] != line.row.version
    if not line.waiting.roles or (line.pending and not line.waiting.may_decide and not stale):
        raise PermissionDenied
    if not valid:
        return _page(request, line, form, status=422)
    said = form.cleaned_data
    agrees = said["agrees"] == "yes"

    def decide() -> Extension:
        return decide_extension(
            extension=line.row,
            version=said["version"],
            agrees=agrees,
            reason=said["reason"],
            by=request.actor,
            now=request.now,
        )

    return _done(request, line, decide, typed=_typed(form))


@page
@require_POST
def extension_withdraw(request: PageRequest, extension_id: int) -> HttpResponse:
    line = extension_line(request.reach, extension_id, today=request.today)
    if not line.own:
        raise PermissionDenied
    form = WithdrawForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0

    def withdraw() -> Extension:
        return withdraw_extension(extension=line.row, version=version, by=request.actor, now=request.now)

    return _done(request, line, withdraw, typed=gettext("撤回申请"))


def _done(request: PageRequest, line: ExtensionLine, act: Callable[[], Extension], *, typed: str) -> HttpResponse:
    try:
        made = act()
    except (Conflict, NotDecidable) as error:
        now = extension_line(request.reach, line.row.pk, today=request.today)
        if isinstance(error, NotDecidable) and error.reason != "ended":
            messages.error(request, word_refused(error.reason))
            return _page(request, now, DecideForm(request.POST), status=409)
        context = {"line": now, "typed": typed}
        return render(request, "tracker/extension_conflict.html", context, status=409)
    now = extension_line(request.reach, made.pk, today=request.today)
    messages.success(request, _after_word(now))
    return redirect("tracker:extensions")


def _typed(form: DecideForm) -> str:
    words = dict(form.fields["agrees"].choices)  # type: ignore[attr-defined]
    return f"{words[form.cleaned_data['agrees']]}：{form.cleaned_data['reason']}"


def _page(request: PageRequest, line: ExtensionLine, form: DecideForm | None, *, status: int = 200) -> HttpResponse:
    context = {
        "line": line,
        "form": (form or DecideForm(initial={"version": line.row.version})) if line.waiting.may_decide else None,
    }
    return render(request, "tracker/extension.html", context, status=status)


def _ask_page(request: PageRequest, asked: Asking, form: AskForm, *, status: int = 200) -> HttpResponse:
    context = {"asked": asked, "form": form, "barred": list(barred(asked))}
    return render(request, "tracker/extension_ask.html", context, status=status)


def barred(asked: Asking) -> list[str]:
    """Write for each open step for which no later date can be asked why that is, and what remains."""
    year = asked.task.plan.year
    return [extension_refused(each.refusal, each.milestone, year=year) for each in asked.choices if each.refusal]


def _step_label(step: Milestone, year: int) -> str:
    due = day_words(step.current_due_on, year=year) if step.current_due_on else ""
    return gettext("%(step)s（时限 %(due)s）") % {"step": str(step)[:40], "due": due}


def _after_asking(made: Extension) -> str:
    if made.state == ExtensionState.GRANTED:
        return gettext("已提出申请，并已同意。")
    return gettext("已提出延期申请。有结果以前，这个节点不再提醒；时限还没有变。")


def _after_word(line: ExtensionLine) -> str:
    if line.row.state == ExtensionState.GRANTED:
        return gettext("已同意，时限改为 %(due)s。") % {"due": line.to_words}
    if line.row.state == ExtensionState.REFUSED:
        return gettext("已答复：不同意，时限仍是 %(due)s。") % {"due": line.from_words}
    if line.row.state == ExtensionState.WITHDRAWN:
        return gettext("申请已撤回，时限仍是 %(due)s。") % {"due": line.from_words}
    return gettext("已同意，下一步由%(who)s决定。") % {"who": line.waits_for}
