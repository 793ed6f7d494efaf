"""A plan's rules: what holds, what it means for one of its own items, and what held before."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_plan
from projects.models import Plan
from tracker.boards.rule_examples import example_of
from tracker.models import PlanRules
from tracker.rule_setting import TooEarlyError, set_rules
from tracker.rules import rules_for
from tracker.views.rule_form import RHYTHMS, RulesForm, initial_of


@page
@require_http_methods(["GET", "POST"])
def plan_rules(request: PageRequest, plan_id: int) -> HttpResponse:
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    if request.method == "GET":
        rules = rules_for(plan, on=request.today)
        return _page(request, plan, RulesForm(initial=initial_of(rules, valid_from=request.today)), rules)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, form, rules_for(plan, on=request.today), status=422)
    if "preview" in request.POST:
        return _page(request, plan, form, _as_said(plan, form))
    said = {"valid_from": form.cleaned_data["valid_from"], "version": form.cleaned_data["version"]}
    try:
        set_rules(plan=plan, settings=form.settings(), by=request.actor, now=request.now, **said)
    except TooEarlyError:
        form.add_error("valid_from", gettext("已经过去的日子不能再改规则，请填今天或以后。"))
        return _page(request, plan, form, rules_for(plan, on=request.today), status=422)
    except Conflict as conflict:
        standing = _differing(form, conflict.current)
        form.data = {**request.POST.dict(), "version": conflict.current.version}
        return _page(request, plan, form, _as_said(plan, form), status=409, standing=standing)
    messages.success(request, gettext("规则已定，从所填的那天起照此办理。"))
    return redirect("tracker:plan_rules", plan.pk)


def _as_said(plan: Plan, form: RulesForm) -> PlanRules:
    """Return a row that is never saved, for the example of what was typed."""
    said = form.settings()
    return PlanRules(
        organization_id=plan.organization_id, plan=plan, valid_from=form.cleaned_data["valid_from"], **said
    )


def _differing(form: RulesForm, current: PlanRules) -> list[dict[str, str]]:
    """Return what stands now beside what was typed, where they differ."""
    now = initial_of(current, valid_from=current.valid_from)
    shown = [
        {"label": str(field.label), "now": _word(name, now[name]), "typed": _word(name, form.data.get(name, ""))}
        for name, field in form.fields.items()
        if name not in {"version", "valid_from"}
    ]
    return [line for line in shown if line["now"] != line["typed"]]


def _word(name: str, value: Any) -> str:
    if name == "rhythm":
        return str(RHYTHMS.get(value, value))
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)


def _page(
    request: PageRequest, plan: Plan, form: RulesForm, rules: PlanRules, *, status: int = 200, standing: Any = ()
) -> HttpResponse:
    rows = PlanRules.objects.filter(plan=plan).order_by("-valid_from")
    context = {
        "plan": plan,
        "form": form,
        "rules": rules,
        "example": example_of(plan, rules, now=request.now),
        "rows": [{"row": row, "rhythm": RHYTHMS[row.rhythm]} for row in rows],  # type: ignore[index]
        "standing": standing,
        "groups": _groups(form),
        "today": request.today,
    }
    return render(request, "tracker/plan_rules.html", context, status=status)


def _groups(form: RulesForm) -> list[dict[str, Any]]:
    named = {
        gettext("报送"): ("rhythm", "cutoff_day", "cutoff_at", "receipt_days"),
        gettext("亮灯"): ("due_soon_days", "behind_points", "late_from"),
        gettext("提醒"): ("before_days", "owner_after", "head_after", "leader_after", "top_after"),
        gettext("时刻"): ("digest_at", "quiet_to", "quiet_from"),
    }
    return [{"title": title, "fields": [form[name] for name in names]} for title, names in named.items()]
