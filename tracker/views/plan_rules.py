"""A plan's rules: what holds, what it means for one of its own items, what held before, and who sees the plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_plan, plans_for
from projects.models import Plan
from projects.planning import change_plan
from tracker.boards.rule_examples import example_of, openness_of
from tracker.models import PlanRules
from tracker.rule_setting import TooEarlyError, set_rules, settings_of, withdraw_rules
from tracker.rules import rules_for
from tracker.views.rule_differences import chapters, typed_beside
from tracker.views.rule_form import CHAIN, RulesForm, initial_of


class OpennessForm(forms.Form):
    """`seen` is the plan's version as its editor saw it."""

    seen = forms.IntegerField()
    restricted = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda said: said == "1")


class TakeOverForm(forms.Form):
    """Which rules fill the form, another plan's or those of a later day; nonsense fills nothing in."""

    rules_of = forms.IntegerField(required=False)
    of_day = forms.DateField(required=False)


class WithdrawForm(forms.Form):
    rules = forms.IntegerField()
    seen = forms.IntegerField()


@page
@require_http_methods(["GET", "POST"])
def plan_rules(request: PageRequest, plan_id: int) -> HttpResponse:
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    if request.method == "GET":
        return _fresh(request, plan)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, form, rules_for(plan, on=request.today), status=422)
    if "preview" in request.POST:
        return _page(request, plan, form, _as_said(plan, form))
    said = {name: form.cleaned_data[name] for name in ("valid_from", "version", "shown")}
    try:
        set_rules(plan=plan, settings=form.settings(), by=request.actor, now=request.now, **said)
    except TooEarlyError:
        form.add_error("valid_from", gettext("已经过去的日子不能再改规则，请填今天或以后。"))
        return _page(request, plan, form, rules_for(plan, on=request.today), status=422)
    except Conflict as conflict:
        standing = typed_beside(form, conflict.current)
        seen = {"version": conflict.current.version if conflict.current.pk else 0, "shown": conflict.current.pk or 0}
        form.data = {**request.POST.dict(), **seen}
        return _page(request, plan, form, _as_said(plan, form), status=409, standing=standing)
    messages.success(request, gettext("规则已定，从所填的那天起照此办理。"))
    return redirect("tracker:plan_rules", plan.pk)


@page
@require_POST
def plan_rules_withdraw(request: PageRequest, plan_id: int) -> HttpResponse:
    """Take back rules of a day that hasn't come; asked twice it is done once."""
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    form = WithdrawForm(request.POST)
    rules = PlanRules.objects.filter(plan=plan, pk=form.cleaned_data["rules"]).first() if form.is_valid() else None
    if rules is not None:
        try:
            withdraw_rules(rules=rules, version=form.cleaned_data["seen"], by=request.actor, now=request.now)
        except (Conflict, TooEarlyError):
            messages.error(request, gettext("没有撤回：这条规则刚被改过或已经开始，请看过现在的情况再定。"))
            return _fresh(request, plan, status=409)
        messages.success(request, gettext("已撤回，原来的规则继续有效。"))
    return redirect("tracker:plan_rules", plan.pk)


@page
@require_POST
def plan_openness(request: PageRequest, plan_id: int) -> HttpResponse:
    """Let every unit of a plan see all of it, or each its own items; it holds at once, for there is no past to explain."""
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    form = OpennessForm(request.POST)
    if form.is_valid():
        try:
            change_plan(
                plan=plan,
                version=form.cleaned_data["seen"],
                title=plan.title,
                document=plan.document,
                restricted=form.cleaned_data["restricted"],
                by=request.actor,
            )
        except Conflict:
            messages.error(request, gettext("没有改：这张表刚被别人改过，请看过现在的情况再定。"))
            return _fresh(request, get_plan(request.reach, plan_id, today=request.today), status=409)
        messages.success(request, gettext("已定下谁看得到，马上起作用。"))
    return redirect("tracker:plan_rules", plan.pk)


def _fresh(request: PageRequest, plan: Plan, *, status: int = 200) -> HttpResponse:
    """Show the rules that hold, or those of another plan for this one; nothing is set before the form comes back."""
    asked = TakeOverForm(request.GET)
    day = max(request.today, (asked.is_valid() and asked.cleaned_data["of_day"]) or request.today)
    own = rules_for(plan, on=day)
    initial = initial_of(own, valid_from=day)
    if not (asked.is_valid() and asked.cleaned_data["rules_of"]):
        return _page(request, plan, RulesForm(initial=initial), own, status=status)
    other = get_plan(request.reach, asked.cleaned_data["rules_of"], today=request.today)
    theirs = rules_for(other, on=request.today)
    seen = {name: initial[name] for name in ("version", "shown")}
    form = RulesForm(initial={**initial_of(theirs, valid_from=request.today), **seen})
    return _page(request, plan, form, _row(plan, request.today, settings_of(theirs)), taken_from=other)


def _as_said(plan: Plan, form: RulesForm) -> PlanRules:
    return _row(plan, form.cleaned_data["valid_from"], form.settings())


def _row(plan: Plan, valid_from: date, settings: Mapping[str, Any]) -> PlanRules:
    """Return a row that is never saved, for the example of what was typed or taken over."""
    return PlanRules(organization_id=plan.organization_id, plan=plan, valid_from=valid_from, **settings)


def _page(
    request: PageRequest,
    plan: Plan,
    form: RulesForm,
    rules: PlanRules,
    *,
    status: int = 200,
    standing: Sequence[Mapping[str, str]] = (),
    taken_from: Plan | None = None,
) -> HttpResponse:
    others = plans_for(request.reach, today=request.today).exclude(pk=plan.pk)
    told = chapters(list(PlanRules.objects.filter(plan=plan)))
    context = {
        "plan": plan,
        "form": form,
        "rules": rules,
        "coming": [each for each in reversed(told) if each.row.valid_from > request.today],
        "example": example_of(plan, rules, now=request.now),
        "openness": openness_of(plan, today=request.today),
        "chapters": told,
        "others": others.order_by("-year", "-pk"),
        "taken_from": taken_from,
        "standing": standing,
        "groups": _groups(form),
        "today": request.today,
    }
    return render(request, "tracker/plan_rules.html", context, status=status)


def _groups(form: RulesForm) -> list[dict[str, Any]]:
    named = {
        gettext("报送"): ("rhythm", "cutoff_day", "cutoff_at", "grace_days", "receipt_days", "sign_off"),
        gettext("亮灯"): ("due_soon_days", "behind_points", "late_from"),
        gettext("延期"): CHAIN,
        gettext("办结"): ("look_back_days", "closing_evidence"),
        gettext("提醒"): (
            "before_days",
            "owner_after",
            "head_after",
            "leader_after",
            "top_after",
            "obliged_channels",
        ),
        gettext("单位对比"): ("compare_units",),
        gettext("时刻"): ("digest_at", "quiet_to", "quiet_from"),
    }
    return [{"title": title, "fields": [form[name] for name in names]} for title, names in named.items()]
