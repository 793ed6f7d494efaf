"""Reporting rounds for the office: who hasn't reported, closing with figures stored, reopening with a reason."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from tracker.boards.rounds import get_round, round_view
from tracker.boards.rounds import rounds as read_rounds
from tracker.forms import FilterForm
from tracker.models import ReportingRound
from tracker.rounds import WrongRoundState, close_round, reopen_round


class RoundForm(forms.Form):
    """The round as its reader saw it."""

    version = forms.IntegerField(min_value=1)


class RoundClosingForm(RoundForm):
    """Closing before the cut-off takes a second yes."""

    early = forms.BooleanField(required=False)


class RoundReopeningForm(RoundForm):
    reason = forms.CharField(max_length=500, error_messages={"required": gettext_lazy("请写重新打开的原因。")})


@page
@require_safe
def rounds(request: PageRequest) -> HttpResponse:
    lines, shown = read_rounds(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    return render(request, "tracker/rounds.html", {"lines": lines, "page": shown})


@page
@require_safe
def round_page(request: PageRequest, round_id: int) -> HttpResponse:
    return _shown(request, round_id)


@require_POST
@page
def round_close(request: PageRequest, round_id: int) -> HttpResponse:
    row = get_round(request.reach, round_id, today=request.today)
    form = RoundClosingForm(request.POST)
    if not form.is_valid():
        return _shown(request, round_id, error=gettext("这张表单已过期，请再点一次。"), status=422)
    version = form.cleaned_data["version"]
    view = round_view(request.reach, round_id, today=request.today)
    if view.is_early(request.now) and not view.line.closed and not form.cleaned_data["early"]:
        wrong = gettext("还没到截止时间，本期没有结束。要现在结束，请先勾选下面的确认。")
        return _shown(request, round_id, error=wrong, status=422)

    def close() -> ReportingRound:
        return close_round(reporting_round=row, version=version, by=request.actor, now=request.now)

    return _changed(request, round_id, close, gettext("本期已结束，数字已存下。"))


@require_POST
@page
def round_reopen(request: PageRequest, round_id: int) -> HttpResponse:
    row = get_round(request.reach, round_id, today=request.today)
    form = RoundReopeningForm(request.POST)
    if not form.is_valid():
        wrong = str(next(iter(form.errors.get("reason", ())), gettext("这张表单已过期，请再点一次。")))
        return _shown(request, round_id, error=wrong, typed=request.POST.get("reason", ""), status=422)
    said = form.cleaned_data

    def reopen() -> ReportingRound:
        return reopen_round(reporting_round=row, by=request.actor, now=request.now, **said)

    return _changed(request, round_id, reopen, gettext("本期已重新打开，可以补报。"), typed=said["reason"])


def _changed(
    request: PageRequest, round_id: int, change: Callable[[], ReportingRound], said: str, *, typed: str = ""
) -> HttpResponse:
    try:
        change()
    except (Conflict, WrongRoundState):
        wrong = gettext("您看的时候，别人已经改过这一期，下面是现在的样子。您的操作没有写入。")
        return _shown(request, round_id, error=wrong, typed=typed, status=409)
    messages.success(request, said)
    return redirect("tracker:round", round_id)


def _shown(request: PageRequest, round_id: int, *, error: str = "", typed: str = "", status: int = 200) -> HttpResponse:
    view = round_view(request.reach, round_id, today=request.today)
    context = {"view": view, "early": view.is_early(request.now), "error": error, "typed": typed}
    return render(request, "tracker/round.html", context, status=status)
