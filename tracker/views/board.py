"""The way in by role, and a plan's board."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from projects.access import get_plan, plans_for
from projects.choices import PlanState, TaskState
from projects.models import Plan
from tracker.access import directable
from tracker.boards.filters import COMING, NOT_REPORTED, Filters
from tracker.boards.follow_ups import awaited
from tracker.boards.overview import Overview, default_plan, overview
from tracker.boards.overview_then import noted_from, overview_then
from tracker.forms import FilterForm
from tracker.lights import Counter, Light
from tracker.navigation import waiting_of
from tracker.views.changes import changes_strip
from tracker.views.menus import matrix, menus


@page
@require_safe
def home(request: PageRequest) -> HttpResponse:
    """Lead those who answer for the whole or a part to the board, those who report to what they owe."""
    reach = request.reach
    leads = reach.office or reach.main_leader or bool(reach.below) or (bool(reach.posts) and not reach.departments)
    return redirect("tracker:board" if leads else "tracker:mine")


@page
@require_safe
def board(request: PageRequest) -> HttpResponse:
    """Show how a plan stands, or with `on` how it stood when a past day began."""
    filters = FilterForm(request.GET).filters()
    plan = chosen_plan(request, filters.plan)
    if plan is None:
        return render(request, "tracker/no_plan.html", {"may_import": request.reach.office})
    shown = replace(filters, plan=plan.pk, light=filters.light or Counter.OVERDUE.value, changed="")
    known_from = noted_from() if filters.on and filters.on < request.today else None
    if filters.on and known_from and known_from <= filters.on:
        view = overview_then(plan, request.reach, shown, filters.on, today=request.today)
        return render(request, "tracker/board.html", _shared(request, view, lists=reverse("tracker:board")))
    view = overview(plan, request.reach, replace(shown, on=None), today=request.today)
    context = _shared(request, view, lists=reverse("tracker:items")) | {
        "changes": changes_strip(view.changes, view.filters, today=request.today) if view.changes else None,
        "list_query": view.filters.but(),
        "awaited": awaited(request.reach, waiting_of(request), today=request.today),
        "directable": _directable(request, view),
        "urgeable": _urgeable(request, view),
        "unknown_day": filters.on if filters.on and filters.on < request.today else None,
        "known_from": known_from,
    }
    return render(request, "tracker/board.html", context)


def _shared(request: PageRequest, view: Overview, *, lists: str) -> dict[str, Any]:
    """Return what every board shows; its figures lead to `lists`."""
    plans = plans_for(request.reach, today=request.today).exclude(state=PlanState.DRAFT).order_by("-year", "-pk")
    shown = view.filters
    return {
        "board": view,
        "counters": list(counter_strip(view)),
        "menus": menus(reverse("tracker:board"), shown, view.choices, plans),
        "units": list(matrix(view.units, shown, by="unit", url=lists)),
        "leaders": list(matrix(view.leaders, shown, by="leader", url=lists)),
        "sections": list(matrix(view.sections, shown, by="section", url=lists)),
        "targets_query": shown.but(light="", since=None, on=None),
        "today_query": shown.but(on=None),
        "heading": heading(shown.light, view.listed),
        "kept": [(name, value) for name in Filters.__slots__ if name != "on" and (value := getattr(shown, name))],
        "yesterday": request.today - timedelta(days=1),
        "now": request.now,
    }


def _directable(request: PageRequest, view: Overview) -> set[int]:
    """Return the listed items on which the reader may write a directive, or record one."""
    tasks = [line.task for line in view.lines if line.task.state == TaskState.ISSUED]
    return (
        {task.pk for task in tasks} if request.reach.office else directable(request.reach, tasks, today=request.today)
    )


def _urgeable(request: PageRequest, view: Overview) -> list[int]:
    """Return the listed items that are overdue or not reported, which the office may urge about."""
    if not request.reach.office or view.plan.state != PlanState.ISSUED:
        return []
    return [
        line.task.pk
        for line in view.lines
        if line.task.state == TaskState.ISSUED and (line.light == Light.OVERDUE or line.task.pk in view.unreported)
    ]


def chosen_plan(request: PageRequest, asked: int | None) -> Plan | None:
    if asked is None:
        return default_plan(request.reach, today=request.today)
    return get_plan(request.reach, asked, today=request.today)


def counter_strip(view: Overview) -> Iterator[dict[str, Any]]:
    """Yield the figures as the strip shows them, each a link to its list."""
    tallies = view.tallies
    notes = {
        Counter.ATTENTION: _note_attention(view),
        Counter.ON_SCHEDULE: _note_not_started(view),
        Counter.CLOSED: gettext("本月办结 %(n)d") % {"n": tallies.closed_this_month},
    }
    words = {
        Counter.OVERDUE: gettext("逾期"),
        Counter.ATTENTION: gettext("临期 / 滞后"),
        Counter.ON_SCHEDULE: gettext("正常"),
        Counter.CLOSED: gettext("已办结"),
    }
    for counter, number in tallies.counters.items():
        share = f"{number / tallies.total:.1%}" if tallies.total else ""
        figure = {"number": number, "unit": gettext("项"), "share": share, "note": notes.get(counter, "")}
        yield _counter(view, counter.value, words[counter]) | figure
    yield _counter(view, NOT_REPORTED, gettext("本期未报送")) | {
        "number": tallies.not_reported,
        "unit": gettext("项 / 应报 %(n)d 项") % {"n": tallies.owed},
        "note": gettext("另计；本期开始时在办的要报"),
    }


def _counter(view: Overview, key: str, label: str) -> dict[str, Any]:
    url = f"{reverse('tracker:board')}?{view.filters.but(light=key)}#list"
    return {"key": key, "label": label, "url": url, "current": view.filters.light == key}


def _note_attention(view: Overview) -> str:
    lights = view.tallies.lights
    words = {"soon": lights.get(Light.DUE_SOON, 0), "behind": lights.get(Light.BEHIND, 0)}
    return gettext("快到期限 %(soon)d　进度落后 %(behind)d") % words


def _note_not_started(view: Overview) -> str:
    return gettext("含未启动 %(n)d") % {"n": view.tallies.lights.get(Light.NOT_STARTED, 0)}


def heading(light: str, listed: int) -> str:
    """Name a list by the figure it belongs to and its length."""
    words = {
        Counter.OVERDUE.value: ngettext("逾期 %(n)d 项", "逾期 %(n)d 项", listed),
        Counter.ATTENTION.value: ngettext("临期、滞后 %(n)d 项", "临期、滞后 %(n)d 项", listed),
        Counter.ON_SCHEDULE.value: ngettext("正常 %(n)d 项", "正常 %(n)d 项", listed),
        Counter.CLOSED.value: ngettext("已办结 %(n)d 项", "已办结 %(n)d 项", listed),
        COMING: ngettext("如无进展，月底前将逾期 %(n)d 项", "如无进展，月底前将逾期 %(n)d 项", listed),
        NOT_REPORTED: ngettext("本期未报送 %(n)d 项", "本期未报送 %(n)d 项", listed),
    }
    return words.get(light, ngettext("全部 %(n)d 项", "全部 %(n)d 项", listed)) % {"n": listed}
