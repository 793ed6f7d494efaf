"""Looking for items: one box, every table the reader sees."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from projects.access import plans_for
from projects.choices import PlanState
from projects.models import Plan
from tracker.boards.search import Found, search
from tracker.forms import FilterForm
from tracker.views.menus import Menu, light_menu, menus, month_menu, plans_menu


@page
@require_safe
def search_page(request: PageRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    filters = form.filters()
    plans = list(plans_for(request.reach, today=request.today).exclude(state=PlanState.DRAFT).order_by("-year", "-pk"))
    chosen = next((plan for plan in plans if plan.pk == filters.plan), None)
    found = search(filters, request.reach, chosen, number=form.number(), today=request.today)
    context = {
        "found": found,
        "outcome": _outcome(found),
        "menus": _menus(found, plans, year=chosen.year if chosen else request.today.year),
        "query": filters.but(),
        "search_text": filters.q,
    }
    return render(request, "tracker/search.html", context)


def _menus(found: Found, plans: list[Plan], *, year: int) -> list[Menu]:
    url, filters = reverse("tracker:search"), found.filters
    parts = menus(url, filters, found.choices) if found.choices else []
    return [plans_menu(url, filters, plans), light_menu(url, filters), *parts, month_menu(url, filters, year)]


def _outcome(found: Found) -> str:
    """Say how many items were found, and what to do when there are too many."""
    if found.more:
        return gettext("找到 %(total)d 项以上，只列最接近的；请再加一个词。") % {"total": found.total}
    return ngettext("找到 %(total)d 项。", "找到 %(total)d 项。", found.total) % {"total": found.total}
