"""Every quantified target against schedule (序时), with the way it went."""

from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from projects.access import plans_for
from projects.choices import PlanState
from tracker.boards.targets import TargetLine, Trail, comparing
from tracker.forms import FilterForm
from tracker.views.board import chosen_plan
from tracker.views.menus import menus

WIDTH, HEIGHT = 120, 28


@dataclass(frozen=True, slots=True)
class Spark:
    """Two lines over the time a target has, as an SVG takes them: what is due, and what was accepted until today."""

    due: str
    done: str
    now: float


@page
@require_safe
def targets(request: PageRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    filters = form.filters()
    plan = chosen_plan(request, filters.plan)
    if plan is None:
        return render(request, "tracker/no_plan.html", {"may_import": request.reach.office})
    asked = replace(filters, plan=plan.pk, light="")
    view = comparing(plan, request.reach, asked, number=form.number(), today=request.today)
    plans = plans_for(request.reach, today=request.today).exclude(state=PlanState.DRAFT).order_by("-year", "-pk")
    context = {
        "view": view,
        "rows": [(line.figure, spark(line, today=request.today)) for line in view.lines],
        "menus": menus(reverse("tracker:targets"), asked, view.choices, plans),
        "query": asked.but(),
        "now": request.now,
    }
    return render(request, "tracker/targets.html", context)


def spark(line: TargetLine, *, today: date) -> Spark | None:
    """Draw the way of a target whose share is due by and by; the accepted figure holds until the next one."""
    if not line.schedule:
        return None
    first, last = line.schedule[0][0], line.schedule[-1][0]
    until = min(max(today, first), last)
    known = [(min(max(day, first), last), percent) for day, percent in line.accepted]
    done = [(first, line.schedule[0][1]), *known, *((until, known[-1][1]) for _ in known[:1])]
    return Spark(_points(line.schedule, first, last), _points(tuple(done), first, last), _x(until, first, last))


def _points(trail: Trail, first: date, last: date) -> str:
    return " ".join(f"{_x(day, first, last)},{_y(float(percent))}" for day, percent in trail)


def _x(day: date, first: date, last: date) -> float:
    return round((day - first).days / (last - first).days * WIDTH, 1)


def _y(percent: float) -> float:
    return round(HEIGHT * (1 - min(max(percent, 0.0), 100.0) / 100), 1)
