"""Passing on what a unit has: merged into another, or split with some of its items and people going elsewhere."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Department
from accounts.views.editing import get_own
from projects.choices import InvolvementRole
from projects.reorganizing import Estate, estate_of, pass_on

ROLES = {
    InvolvementRole.LEAD: gettext_lazy("牵头"),
    InvolvementRole.SUPPORT: gettext_lazy("配合"),
    InvolvementRole.LEADER: gettext_lazy("责任领导"),
    InvolvementRole.OWNER: gettext_lazy("责任人"),
    InvolvementRole.ANSWERER: gettext_lazy("答复单位"),
    InvolvementRole.DELEGATE: gettext_lazy("代办"),
}


class PassOnForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    target = forms.ModelChoiceField(
        label=gettext_lazy("交给"), queryset=Department.objects.none(), empty_label=gettext_lazy("请选择")
    )
    dissolve = forms.BooleanField(
        label=gettext_lazy("整个并过去，原单位撤销"),
        required=False,
        help_text=gettext_lazy("事项、人员、分组、下级单位和岗位全部转过去"),
    )
    reason = forms.CharField(label=gettext_lazy("依据或原因"), max_length=300)

    def __init__(self, *args: Any, source: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.filter(organization=source.organization_id, dissolved_on__isnull=True)
        self.fields["target"].queryset = others.exclude(pk=source.pk).order_by("position", "pk")  # type: ignore[attr-defined]


@page
@require_http_methods(["GET", "POST"])
def unit_pass_on(request: PageRequest, unit_id: int) -> HttpResponse:
    source = get_own(Department, request, unit_id)
    estate = estate_of(source, today=request.today)
    form = PassOnForm(request.POST or None, initial={"version": source.version}, source=source)
    if request.method != "POST":
        return _page(request, source, estate, form)
    tasks, members = _ticked(request, "task"), _ticked(request, "member")
    if form.is_valid() and not (form.cleaned_data["dissolve"] or tasks or members):
        form.add_error(None, gettext("请勾选要转出的事项或人员，或选择整个并过去。"))
    if not form.is_valid():
        return _page(request, source, estate, form, status=422)
    said = form.cleaned_data
    try:
        moved = pass_on(
            source=source,
            target=said["target"],
            task_ids=tasks,
            membership_ids=members,
            dissolve=said["dissolve"],
            version=said["version"],
            reason=said["reason"],
            by=request.actor,
            now=request.now,
        )
    except Conflict:
        messages.error(request, gettext("没有办成：这个单位刚被改动过，请看过现在的情况再定。"))
        return _page(request, get_own(Department, request, unit_id), estate, form, status=409)
    done = gettext("已把 %(n)d 项交给%(unit)s，从今天起算。") % {"n": len(moved), "unit": said["target"]}
    messages.success(request, done)
    return redirect("people:unit", said["target"].pk)


def _ticked(request: PageRequest, name: str) -> set[int]:
    return {int(value) for value in request.POST.getlist(name) if value.isdecimal()}


def _page(
    request: PageRequest, source: Department, estate: Estate, form: PassOnForm, *, status: int = 200
) -> HttpResponse:
    ticked = _ticked(request, "task") if request.method == "POST" else {share.task.pk for share in estate.shares}
    shown = [
        {"task": share.task, "roles": [ROLES[role] for role in share.roles], "ticked": share.task.pk in ticked}
        for share in estate.shares
    ]
    context = {"unit": source, "estate": estate, "shares": shown, "form": form}
    return render(request, "projects/unit_pass_on.html", context, status=status)
