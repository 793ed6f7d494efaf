"""The pages of plans: which there are, one as issued, and issuing a draft."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_plan
from projects.models import Plan
from projects.planning import EmptyPlanError, WrongStateError, issue_plan
from projects.tables import issuable, plan_lines, plan_table


class IssueForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("下达日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class FilterForm(forms.Form):
    """What the address asks for; nonsense asks for nothing."""

    q = forms.CharField(required=False, max_length=100)
    unit = forms.IntegerField(required=False)
    page = forms.IntegerField(required=False, min_value=1)


@page
@require_safe
def plans(request: PageRequest) -> HttpResponse:
    lines = plan_lines(request.reach, today=request.today)
    return render(request, "projects/plans.html", {"lines": lines, "may_import": request.reach.office})


@page
@require_safe
def plan(request: PageRequest, plan_id: int) -> HttpResponse:
    shown = get_plan(request.reach, plan_id, today=request.today)
    form = IssueForm(initial={"on": request.today, "version": shown.version})
    return _plan_page(request, shown, form)


@require_POST
@page
def plan_issue(request: PageRequest, plan_id: int) -> HttpResponse:
    shown = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, shown, form, status=422)
    try:
        issue_plan(plan=shown, by=request.actor, now=request.now, **form.cleaned_data)
    except (Conflict, WrongStateError):
        messages.error(request, gettext("没有下达：这张表刚被改动过，请看过现在的内容再下达。"))
    except EmptyPlanError:
        messages.error(request, gettext("没有下达：表里还没有事项。"))
    else:
        messages.success(request, gettext("已下达，各单位现在可以看到。"))
    return redirect("projects:plan", shown.pk)


def _plan_page(request: PageRequest, shown: Plan, form: IssueForm, *, status: int = 200) -> HttpResponse:
    asked = FilterForm(request.GET)
    asked.is_valid()
    search, unit = asked.cleaned_data.get("q", ""), asked.cleaned_data.get("unit")
    table = plan_table(
        shown,
        request.reach,
        today=request.today,
        search=search,
        unit=unit,
        page=asked.cleaned_data.get("page") or 1,
    )
    context = {
        "table": table,
        "plan": shown,
        "search": search,
        "unit": unit,
        "form": form if issuable(shown, request.reach) else None,
        "may_import": request.reach.office,
    }
    return render(request, "projects/plan.html", context, status=status)
