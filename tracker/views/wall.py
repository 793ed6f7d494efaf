"""The wall chart (挂图作战): a plan's items over its months."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from projects.access import plans_for
from projects.choices import PlanState
from tracker.boards.wall import wall as read_wall
from tracker.forms import FilterForm
from tracker.publishing.wall import wall_sheets
from tracker.publishing.wall_geometry import month_lines, month_middles, position
from tracker.views.board import chosen_plan
from tracker.views.menus import Entry, Menu, light_menu, menus


@page
@require_safe
def wall(request: PageRequest) -> HttpResponse:
    return _wall(request, by_unit=False)


@page
@require_safe
def wall_units(request: PageRequest) -> HttpResponse:
    return _wall(request, by_unit=True)


def _wall(request: PageRequest, *, by_unit: bool) -> HttpResponse:
    form = FilterForm(request.GET)
    filters = form.filters()
    plan = chosen_plan(request, filters.plan)
    if plan is None:
        return render(request, "tracker/no_plan.html", {"may_import": request.reach.office})
    asked = replace(filters, plan=plan.pk)
    view = read_wall(plan, request.reach, asked, by_unit=by_unit, number=form.number(), today=request.today)
    plans = plans_for(request.reach, today=request.today).exclude(state=PlanState.DRAFT).order_by("-year", "-pk")
    url = reverse("tracker:wall_units") if by_unit else reverse("tracker:wall")
    sheets = wall_sheets(view)
    context = {
        "wall": view,
        "sheets": sheets,
        "menus": [
            _grouping(asked.but(), by_unit=by_unit),
            light_menu(url, asked),
            *menus(url, asked, view.choices, plans),
        ],
        "query": asked.but(),
        "months": [
            (gettext("%(number)d月") % {"number": number}, middle)
            for number, middle in enumerate(month_middles(plan.year), start=1)
        ],
        "month_lines": month_lines(plan.year),
        "today_x": position(request.today, plan.year) if request.today.year == plan.year else None,
        "today": request.today,
        "now": request.now,
        "may_hang": request.reach.office,
    }
    return render(request, "tracker/wall.html", context)


def _grouping(query: str, *, by_unit: bool) -> Menu:
    """Offer both ways to group the rows, each with its own address and the same filters."""
    entries = (
        Entry(gettext("按板块"), f"{reverse('tracker:wall')}?{query}", not by_unit),
        Entry(gettext("按单位"), f"{reverse('tracker:wall_units')}?{query}", by_unit),
    )
    return Menu(entries[by_unit].label, narrowed=False, entries=entries)
