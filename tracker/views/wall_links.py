"""The office's page of screens on walls: which there are, a new one's address shown once, and withdrawing."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Reach, require_office
from accounts.entry import PageRequest, page
from projects.access import plans_for
from projects.choices import PlanState
from tracker.models import WallLink
from tracker.wall_links import make_wall_link, withdraw_wall_link

SHOWN = 100


class WallLinkForm(forms.Form):
    """Which plan hangs where and how long; `plan` is one of those the office has issued."""

    place = forms.CharField(max_length=100)
    days = forms.TypedChoiceField(
        choices=[(30, gettext_lazy("30 天")), (90, gettext_lazy("90 天")), (365, gettext_lazy("一年"))],
        coerce=int,
        initial=90,
    )
    restricted_said = forms.BooleanField(required=False)

    def __init__(self, reach: Reach, request: PageRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = plans_for(reach, today=request.today).filter(organization=reach.organization_id, state=PlanState.ISSUED)
        self.fields["plan"] = forms.ModelChoiceField(plans.order_by("-year", "-pk"), empty_label=None)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        plan = said.get("plan")
        if plan is not None and plan.restricted and not said.get("restricted_said"):
            self.add_error("restricted_said", gettext("这张表限定了可见范围。确实要在大屏上公开，请勾选。"))
        return said


@page
@require_http_methods(["GET", "POST"])
@sensitive_variables("token")
def wall_links(request: PageRequest) -> HttpResponse:
    require_office(request.reach)
    form = WallLinkForm(request.reach, request, request.POST or None)
    address = ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        _, token = make_wall_link(
            plan=asked["plan"],
            place=asked["place"],
            expires_on=request.today + timedelta(days=asked["days"]),
            restricted_said=asked["restricted_said"],
            by=request.actor,
            now=request.now,
        )
        address = f"{settings.BASE_URL}{reverse('tracker:wall_screen', args=[token])}"
        form = WallLinkForm(request.reach, request)
    rows = WallLink.objects.filter(organization=request.reach.organization_id).select_related("plan")
    context = {
        "rows": [(row, row.is_good(today=request.today)) for row in rows.order_by("-pk")[:SHOWN]],
        "form": form,
        "address": address,
    }
    return render(request, "tracker/wall_links.html", context, status=422 if form.is_bound else 200)


@page
@require_POST
def wall_link_withdraw(request: PageRequest, link_id: int) -> HttpResponse:
    require_office(request.reach)
    row = get_object_or_404(WallLink, pk=link_id, organization=request.reach.organization_id)
    if withdraw_wall_link(link=row, by=request.actor):
        messages.success(request, gettext("已撤回“%(place)s”的链接，那块屏幕半分钟内不再显示。") % {"place": row.place})
    return redirect("tracker:wall_links")
