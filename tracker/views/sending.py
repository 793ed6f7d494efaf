"""Sending stands still or goes on: why, by whose word, and what to do with what was laid aside."""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from tracker.boards.sending import sending as sending_now
from tracker.restoring import answer, go_on


class GoOnForm(forms.Form):
    """Why sending may go on."""

    word = forms.CharField(label=gettext_lazy("说明"), max_length=200, help_text=gettext_lazy("核对了什么，会记入历史"))


class LaidAsideForm(forms.Form):
    """What to do with what may have been sent before the database was restored."""

    word = forms.CharField(label=gettext_lazy("说明"), max_length=200, help_text=gettext_lazy("怎么知道发过或没有发过"))
    act = forms.ChoiceField(choices=[(act, act) for act in ("send", "drop", "send_all", "drop_all")])


@never_cache
@page
@require_safe
def sending(request: PageRequest) -> HttpResponse:
    return _page(request)


@require_POST
@page
def sending_go_on(request: PageRequest) -> HttpResponse:
    """Let sending go on with a word; whoever comes second reads that it goes on already."""
    shown = sending_now(request.reach)
    form = GoOnForm(request.POST, auto_id="go_on_%s")
    if shown.pause is None:
        messages.warning(request, gettext("发送已经由别人恢复。"))
        return redirect("tracker:sending")
    if not form.is_valid():
        return _page(request, go_on_form=form, status=422)
    try:
        go_on(pause=shown.pause, word=form.cleaned_data["word"], by=request.actor, now=request.now)
    except Conflict:
        messages.warning(request, gettext("发送已经由别人恢复。"))
    else:
        messages.success(request, gettext("已恢复发送。"))
    return redirect("tracker:sending")


@require_POST
@page
def sending_answer(request: PageRequest) -> HttpResponse:
    """Send or drop what is ticked, or all of it."""
    require_office(request.reach)
    form = LaidAsideForm(request.POST, auto_id="answer_%s")
    picked = request.POST.getlist("pick")
    if form.is_valid() and form.cleaned_data["act"].endswith("_all"):
        picked = [line.key for line in sending_now(request.reach).lines]
    if not form.is_valid() or not picked:
        if not picked:
            form.add_error(None, gettext("还没有勾选。"))
        return _page(request, answer_form=form, picked=frozenset(picked), status=422)
    send = form.cleaned_data["act"].startswith("send")
    number = answer(
        organization_id=request.reach.organization_id or 0,
        reminders=_ids(picked, "reminder"),
        messages=_ids(picked, "message"),
        send=send,
        word=form.cleaned_data["word"],
        by=request.actor,
        now=request.now,
    )
    if send:
        said = ngettext("%(n)d 件照发，工作时间内发出。", "%(n)d 件照发，工作时间内发出。", number)
    else:
        said = ngettext("%(n)d 件不再发，已记录。", "%(n)d 件不再发，已记录。", number)
    messages.success(request, said % {"n": number})
    return redirect("tracker:sending")


def _ids(picked: Iterable[str], kind: str) -> list[int]:
    pairs = (each.partition(":") for each in picked)
    return [int(number) for name, _, number in pairs if name == kind and number.isascii() and number.isdecimal()]


def _page(
    request: PageRequest,
    *,
    go_on_form: GoOnForm | None = None,
    answer_form: LaidAsideForm | None = None,
    picked: frozenset[str] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    context = {
        "shown": sending_now(request.reach),
        "go_on_form": go_on_form or GoOnForm(auto_id="go_on_%s"),
        "answer_form": answer_form or LaidAsideForm(auto_id="answer_%s"),
        "picked": picked,
    }
    return render(request, "tracker/sending.html", context, status=status)
