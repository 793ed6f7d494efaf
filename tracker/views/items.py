"""The ledger: a plan's items as a list."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from projects.access import plans_for
from projects.choices import PlanState
from tracker.boards.ledger import ledger
from tracker.forms import FilterForm
from tracker.views.board import chosen_plan, heading
from tracker.views.changes import change_menu, changed_heading
from tracker.views.menus import light_menu, menus, month_menu


@page
@require_safe
def items(request: PageRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    filters = form.filters()
    plan = chosen_plan(request, filters.plan)
    if plan is None:
        return render(request, "tracker/no_plan.html", {"may_import": request.reach.office})
    asked = replace(filters, plan=plan.pk)
    view = ledger(plan, request.reach, asked, number=form.number(), today=request.today)
    plans = plans_for(request.reach, today=request.today).exclude(state=PlanState.DRAFT).order_by("-year", "-pk")
    url = reverse("tracker:items")
    light, listed = light_menu(url, asked), view.page.paginator.count
    narrower = [change_menu(url, asked, asked.since), light] if asked.since else [light]
    context = {
        "ledger": view,
        "heading": changed_heading(asked, listed) or heading(asked.light, listed),
        "menus": [*narrower, *menus(url, asked, view.choices, plans), month_menu(url, asked, plan.year)],
        "query": asked.but(),
        "search_text": asked.q,
    }
    return render(request, "tracker/items.html", context)
