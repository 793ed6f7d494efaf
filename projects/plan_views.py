"""The pages of plans: which there are, one as issued, and issuing a draft."""

import secrets
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Organization
from projects.access import get_plan
from projects.approving import approver_name, approvers
from projects.choices import PlanState
from projects.issue_checks import doubts_of, shape_of
from projects.making import AlreadyMadeError, make_plan
from projects.models import Plan
from projects.planning import EmptyPlanError, WrongStateError, change_plan, issue_plan
from projects.tables import issuable, plan_lines, plan_table


class IssueForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("下达日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """What a plan is called and who sees it; `year` is asked once, when it is made, and `token` is said only then."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=1990, max_value=2100)
    title = forms.CharField(label=gettext_lazy("名称"), max_length=300)
    document = forms.CharField(label=gettext_lazy("依据文号"), max_length=200, required=False)
    restricted = forms.BooleanField(
        label=gettext_lazy("只让有关单位看到各自的事项"),
        required=False,
        help_text=gettext_lazy("不勾选时，参与这张表的单位都看得到全部事项"),
    )


class FilterForm(forms.Form):
    """What the address asks for; nonsense asks for nothing."""

    q = forms.CharField(required=False, max_length=100)
    unit = forms.IntegerField(required=False)
    page = forms.IntegerField(required=False, min_value=1)


@dataclass(frozen=True, slots=True)
class Typed:
    """What is to become of ticked items, as it was typed below the plan; `items` holds their numbers in the database."""

    items: frozenset[int] = frozenset()
    reason: str = ""
    approver: str = ""

    @classmethod
    def of(cls, said: QueryDict) -> "Typed":
        items = frozenset(int(value) for value in said.getlist("item") if value.isdecimal())
        return cls(items, said.get("reason", "").strip(), said.get("approver", ""))


@page
@require_safe
def plans(request: PageRequest) -> HttpResponse:
    lines = plan_lines(request.reach, today=request.today)
    return render(request, "projects/plans.html", {"lines": lines, "may_import": request.reach.office})


@page
@require_safe
def plan(request: PageRequest, plan_id: int) -> HttpResponse:
    return plan_page(request, get_plan(request.reach, plan_id, today=request.today))


@page
@require_http_methods(["GET", "POST"])
def plan_add(request: PageRequest) -> HttpResponse:
    """Make an empty plan, to be filled by hand or from a table; a second press leads to the first one's plan."""
    require_office(request.reach)
    form = PlanForm(request.POST or None, initial={"year": request.today.year, "token": secrets.token_urlsafe(24)})
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("year", "title", "document", "restricted")}
        token = form.cleaned_data["token"] or secrets.token_urlsafe(24)
        organization = Organization.objects.get(users=request.user)
        try:
            made = make_plan(organization=organization, token=token, by=request.actor, now=request.now, **said)
        except AlreadyMadeError as before:
            made = before.plan
            messages.info(request, gettext("“%(title)s”已经建好，没有再建一次。") % {"title": made.title})
        return redirect("projects:plan", made.pk)
    return render(request, "projects/plan_form.html", {"form": form}, status=422 if form.is_bound else 200)


@page
@require_http_methods(["GET", "POST"])
def plan_edit(request: PageRequest, plan_id: int) -> HttpResponse:
    shown = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    names = ("version", "title", "document", "restricted", "year")
    form = PlanForm(request.POST or None, initial={name: getattr(shown, name) for name in names})
    form.fields["year"].disabled = True
    standing: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("version", "title", "document", "restricted")}
        try:
            change_plan(plan=shown, by=request.actor, **said)
        except Conflict as conflict:
            standing = [
                {"label": str(form.fields[name].label), "now": getattr(conflict.current, name), "typed": said[name]}
                for name in ("title", "document")
            ] + _restricted_beside(now=conflict.current.restricted, typed=said["restricted"])
            form.data = {**request.POST.dict(), "version": conflict.current.version}
        else:
            messages.success(request, gettext("已保存。"))
            return redirect("projects:plan", shown.pk)
    status = 409 if standing else 422 if form.is_bound else 200
    context = {"form": form, "plan": shown, "standing": standing}
    return render(request, "projects/plan_form.html", context, status=status)


def _restricted_beside(*, now: bool, typed: bool) -> list[dict[str, str]]:
    words = {True: gettext("各单位只看得到自己有份的"), False: gettext("参与的单位都看得到全表")}
    return [{"label": gettext("谁看得到"), "now": words[now], "typed": words[typed]}] if now != typed else []


@page
@require_http_methods(["GET", "POST"])
def plan_issue(request: PageRequest, plan_id: int) -> HttpResponse:
    """Show what would be issued with what is doubtful in it, and issue it when that was confirmed."""
    shown = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    if request.method == "GET" and not issuable(shown, request.reach):
        return redirect("projects:plan", shown.pk)
    form = IssueForm(request.POST or None, initial={"on": request.today, "version": shown.version})
    if not form.is_valid():
        context = {
            "plan": shown,
            "form": form,
            "shape": shape_of(shown, today=request.today),
            "doubts": doubts_of(shown, today=request.today),
        }
        return render(request, "projects/plan_issue.html", context, status=422 if request.method == "POST" else 200)
    try:
        issue_plan(plan=shown, by=request.actor, now=request.now, **form.cleaned_data)
    except (Conflict, WrongStateError):
        messages.error(request, gettext("没有下达：这张表刚被改动过，请看过现在的内容再下达。"))
    except EmptyPlanError:
        messages.error(request, gettext("没有下达：表里还没有事项。"))
    else:
        return redirect(f"{resolve_url('projects:plan', shown.pk)}?issued=1")
    return redirect("projects:plan", shown.pk)


def _acts(shown: Plan) -> tuple[tuple[str, str], ...]:
    """Return what the office can do with ticked items, by the word in the address."""
    if shown.state == PlanState.DRAFT:
        return (("withdraw", gettext("撤掉")), ("reinstate", gettext("恢复")))
    return (
        ("suspend", gettext("中止")),
        ("resume", gettext("继续")),
        ("cancel", gettext("取消事项")),
        ("reinstate", gettext("恢复")),
    )


def _approvers(request: PageRequest, shown: Plan) -> list[tuple[int, str]]:
    """Return the leaders who may approve that items of an issued plan stand still or are struck."""
    if not request.reach.office or shown.state == PlanState.DRAFT:
        return []
    return [(row.pk, approver_name(row)) for row in approvers(shown.organization_id, today=request.today)]


def plan_page(request: PageRequest, shown: Plan, *, typed: Typed | None = None, status: int = 200) -> HttpResponse:
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
        "may_issue": issuable(shown, request.reach) and table.drafts,
        "just_issued": "issued" in request.GET and shown.state == PlanState.ISSUED,
        "doubts": doubts_of(shown, today=request.today) if issuable(shown, request.reach) else (),
        "may_import": request.reach.office,
        "acts": _acts(shown) if request.reach.office else (),
        "approvers": _approvers(request, shown),
        "typed": typed or Typed(),
        "filters": request.GET.urlencode(),
    }
    return render(request, "projects/plan.html", context, status=status)
