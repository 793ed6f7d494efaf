"""The page on which the office takes over what an earlier plan left unfinished."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_plan
from projects.carrying.page import carry_page, preview_rows
from projects.carrying.proposing import CarryOver, earlier_plans, propose
from projects.carrying.settling import settle
from projects.carrying.writing import NotCarriedError
from projects.carrying.writing import carry_over as write
from projects.choices import PlanState
from projects.models import Plan

ANSWERS = ("do:", "due:", "drop:", "value:", "without:", "instead:", "number_from")


@page
@require_http_methods(["GET", "POST"])
def carry_over(request: PageRequest, plan_id: int) -> HttpResponse:
    """Propose, show what would be written, write: three steps of one form, nothing kept in between."""
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    if plan.state == PlanState.ARCHIVED:
        messages.error(request, gettext("这张表已归档，不能再写入事项。"))
        return redirect("projects:plan", plan.pk)
    sources = earlier_plans(request.reach, plan, today=request.today)
    source = _chosen(request, sources)
    if source is None:
        return render(request, "projects/carry_over.html", {"plan": plan, "sources": sources})
    if request.method == "POST" and request.POST.get("act") == "apply":
        return _apply(request, source, plan, sources)
    proposed = propose(source, plan, today=request.today)
    if request.method == "POST" and request.POST.get("act") == "preview":
        return _preview(request, proposed, sources)
    return _choose(request, proposed, sources)


def _chosen(request: PageRequest, sources: list[Plan]) -> Plan | None:
    """Return the earlier plan asked for, by default the latest; Http404 for another."""
    asked = request.POST.get("from") or request.GET.get("from")
    if not asked:
        return sources[0] if sources else None
    for source in sources:
        if str(source.pk) == asked:
            return source
    raise Http404


def _answers(request: PageRequest) -> dict[str, str]:
    return {name: value for name, value in request.POST.items() if name.startswith(ANSWERS) and isinstance(value, str)}


def _choose(
    request: PageRequest, proposed: CarryOver, sources: list[Plan], *, notice: str = "", status: int = 200
) -> HttpResponse:
    answers = _answers(request)
    context = _context(proposed, sources)
    context["page"] = carry_page(proposed, settle(proposed, answers), answers, tried=status != 200)
    context["notice"] = notice
    return render(request, "projects/carry_over.html", context, status=status)


def _preview(request: PageRequest, proposed: CarryOver, sources: list[Plan]) -> HttpResponse:
    answers = _answers(request)
    settled = settle(proposed, answers)
    if settled.problems:
        notice = gettext("还有 %(count)s 处要填写或改正，没有写入任何数据。") % {"count": len(settled.problems)}
        return _choose(request, proposed, sources, notice=notice, status=422)
    if settled.empty:
        return _choose(request, proposed, sources, notice=gettext("没有选任何事项。"), status=422)
    context = _context(proposed, sources)
    context |= {
        "answers": sorted(answers.items()),
        "rows": preview_rows(settled, proposed.plan.year),
        "links": settled.links,
        "counts": [
            {"label": gettext("新增"), "number": len(settled.new)},
            {"label": gettext("关联"), "number": len(settled.links)},
            {"label": gettext("不结转"), "number": settled.left},
        ],
        "label": gettext("确认写入 %(count)s 项") % {"count": len(settled.new) + len(settled.links)},
    }
    return render(request, "projects/carry_preview.html", context)


def _apply(request: PageRequest, source: Plan, plan: Plan, sources: list[Plan]) -> HttpResponse:
    fingerprint = request.POST.get("fingerprint", "")
    try:
        carried = write(
            source=source,
            plan=plan,
            answers=_answers(request),
            fingerprint=fingerprint,
            by=request.actor,
            now=request.now,
        )
    except Conflict:
        notice = gettext("两张表在您核对期间有了变动，下面是最新情况，请再看一遍后确认。没有写入任何数据。")
    except NotCarriedError as refused:
        notice = gettext("还有 %(count)s 处要填写或改正，没有写入任何数据。") % {"count": refused.count}
    else:
        said = {"made": len(carried.made), "linked": len(carried.linked)}
        messages.success(request, gettext("已结转：新增 %(made)s 项，关联 %(linked)s 项。") % said)
        return redirect("projects:plan", plan.pk)
    proposed = propose(source, plan, today=request.today)
    return _choose(request, proposed, sources, notice=notice, status=409)


def _context(proposed: CarryOver, sources: list[Plan]) -> dict[str, Any]:
    return {"plan": proposed.plan, "source": proposed.source, "sources": sources, "proposed": proposed}
