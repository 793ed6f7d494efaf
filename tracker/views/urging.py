"""Urging by hand (催办): a word from the office about one item or many, to the units that lead them."""

from secrets import token_hex

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.entry import PageRequest, page
from tracker.boards.urging import MOST, Pair, to_urge
from tracker.urging import urge_units
from tracker.views.follow_ups import way_back


class AskedForm(forms.Form):
    unit = forms.IntegerField(required=False, min_value=1)


class WordForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    text = forms.CharField(
        label=gettext_lazy("催办的话"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "class": "wide"}),
        error_messages={"required": gettext_lazy("请写一句话。")},
    )


@page
@require_safe
def urging(request: PageRequest) -> HttpResponse:
    """Show the items that were picked, each unit ticked; without any, say where to pick them."""
    form = AskedForm(request.GET)
    form.is_valid()
    ids = _numbers(request.GET.getlist("item"))
    view = to_urge(request.reach, ids, unit=form.cleaned_data.get("unit"), today=request.today)
    word = WordForm(initial={"token": token_hex(16), "text": gettext("请尽快办理，并报送进展。")})
    ticked = {pair.key for pair in view.pairs}
    context = {
        "view": view,
        "form": word,
        "ticked": ticked,
        "next": request.GET.get("next", ""),
        "cut": len(ids) > MOST,
    }
    return render(request, "tracker/urging.html", context)


@page
@require_POST
def urging_send(request: PageRequest) -> HttpResponse:
    """Urge the ticked units; what is no longer in work, or theirs, is left out."""
    require_office(request.reach)
    listed, ticked = _numbers(request.POST.getlist("item")), set(request.POST.getlist("pair"))
    view = to_urge(request.reach, listed, today=request.today)
    form = WordForm(request.POST)
    wanted = [pair for pair in view.pairs if pair.key in ticked]
    if not form.is_valid() or not wanted:
        wrong = "" if form.errors else gettext("没有催办：还没有勾选，或者勾选的已经办结、中止。")
        context = {"view": view, "form": form, "ticked": ticked, "next": request.POST.get("next", ""), "wrong": wrong}
        return render(request, "tracker/urging.html", context, status=422)
    urge_units(
        pairs=[(pair.task, pair.department) for pair in wanted], by=request.actor, now=request.now, **form.cleaned_data
    )
    messages.success(request, _said(wanted))
    home = reverse("tracker:item", args=[wanted[0].task.pk]) if len(listed) == 1 else reverse("tracker:board")
    return redirect(way_back(request, home))


def _said(pairs: list[Pair]) -> str:
    n = len({pair.task.pk for pair in pairs})
    units = gettext("、").join(dict.fromkeys(pair.department.name for pair in pairs))
    words = ngettext("已就 %(n)d 项催办%(units)s。", "已就 %(n)d 项催办%(units)s。", n)
    return words % {"n": n, "units": units}


def _numbers(said: list[str]) -> list[int]:
    return [int(each) for each in dict.fromkeys(said) if each.isdecimal() and len(each) < 19]
