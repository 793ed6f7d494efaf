"""How lights are lit, in plain words, and what people say of the pages."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entry import PageRequest, page
from tracker.feedback import give_feedback
from tracker.forms import FeedbackForm, FilterForm
from tracker.models import Feedback, PlanRules
from tracker.rules import rules_for
from tracker.sentences import rhythm_text
from tracker.views.board import chosen_plan
from tracker.views.rule_differences import chapters

ROWS = 50


class DayForm(forms.Form):
    """Of which day the rules are asked for; nonsense asks for today's."""

    on = forms.DateField(required=False)


@page
@require_safe
def light_rules(request: PageRequest) -> HttpResponse:
    plan = chosen_plan(request, FilterForm(request.GET).filters().plan)
    if plan is None:
        return render(request, "tracker/no_plan.html", {"may_import": request.reach.office})
    asked = DayForm(request.GET)
    on = (asked.is_valid() and asked.cleaned_data["on"]) or request.today
    rules = rules_for(plan, on=on)
    context = {
        "plan": plan,
        "rules": rules,
        "rhythm": rhythm_text(rules.rhythm),
        "on": on,
        "today": request.today,
        "coming": [
            each
            for each in reversed(chapters(list(PlanRules.objects.filter(plan=plan))))
            if each.row.valid_from > request.today
        ],
    }
    return render(request, "tracker/light_rules.html", context)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: PageRequest) -> HttpResponse:
    organization = request.user.organization
    if organization is None:
        raise PermissionDenied
    form = FeedbackForm(request.POST or None, initial={"page": request.headers.get("Referer", "")[:500]})
    if request.method == "POST" and form.is_valid():
        give_feedback(organization=organization, by=request.actor, now=request.now, **form.cleaned_data)
        messages.success(request, gettext("收到了，督查办会看到。"))
        return redirect("tracker:feedback")
    said = Feedback.objects.filter(organization=organization)
    if not request.reach.office:
        said = said.filter(user=request.user)
    rows = Paginator(said.order_by("-pk"), ROWS).get_page(FilterForm(request.GET).number())
    context = {"form": form, "rows": rows, "office": request.reach.office}
    return render(request, "tracker/feedback.html", context, status=422 if form.is_bound else 200)
