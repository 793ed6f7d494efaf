"""Signing for items, objecting to one, and the office's decision on an objection."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Department
from tracker.boards.signing import signable, signing
from tracker.models import Receipt
from tracker.receipts import NotAnswerable, Seen, object_to, redirect_to, sign, uphold


class ObjectionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=1000)


class DecisionForm(forms.Form):
    """`department` empty: the item stays where it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    department = forms.ModelChoiceField(queryset=Department.objects.none(), required=False)
    reason = forms.CharField(label=gettext_lazy("答复"), max_length=1000)

    def __init__(self, *args: object, organization_id: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        units = Department.objects.filter(organization=organization_id, dissolved_on__isnull=True)
        self.fields["department"].queryset = units.order_by("position", "pk")  # type: ignore[attr-defined]


@page
@require_safe
def receipts(request: PageRequest) -> HttpResponse:
    return _page(request)


@page
@require_POST
def receipts_sign(request: PageRequest) -> HttpResponse:
    """Sign for what is ticked, each as it was seen; other units' receipts aren't there."""
    seen = []
    for ticked in request.POST.getlist("receipt"):
        number, _, version = ticked.partition(":")
        if number.isdecimal() and version.isdecimal():
            seen.append(Seen(int(number), int(version)))
    if {one.id for one in seen} - signable(request.reach, [one.id for one in seen], today=request.today):
        raise Http404
    if not seen:
        messages.warning(request, gettext("还没有勾选事项。"))
        return redirect("tracker:receipts")
    try:
        signed = sign(seen=seen, by=request.actor, now=request.now)
    except (Conflict, NotAnswerable):
        messages.error(request, gettext("没有签收：其中有的刚被同事签收或提了异议，请看过现在的情况再签。"))
        return redirect("tracker:receipts")
    said = ngettext("已签收 %(n)d 项。", "已签收 %(n)d 项。", len(signed))
    messages.success(request, said % {"n": len(signed)})
    return redirect("tracker:receipts")


@page
@require_POST
def receipt_object(request: PageRequest, receipt_id: int) -> HttpResponse:
    if receipt_id not in signable(request.reach, [receipt_id], today=request.today):
        raise Http404
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _page(request, typed=(receipt_id, request.POST.get("reason", "")), status=422)
    said = Seen(receipt_id, form.cleaned_data["version"]), form.cleaned_data["reason"]
    return _done(
        request,
        lambda: object_to(seen=said[0], reason=said[1], by=request.actor, now=request.now),
        gettext("已提出异议，督查办答复以前，事项仍列在本单位。"),
        typed=(receipt_id, said[1]),
    )


@page
@require_POST
def receipt_decide(request: PageRequest, receipt_id: int) -> HttpResponse:
    require_office(request.reach)
    organization_id = request.reach.organization_id or 0
    if not Receipt.objects.filter(pk=receipt_id, organization=organization_id).exists():
        raise Http404
    form = DecisionForm(request.POST, organization_id=organization_id)
    if not form.is_valid():
        return _page(request, typed=(receipt_id, request.POST.get("reason", "")), status=422)
    seen, reason = Seen(receipt_id, form.cleaned_data["version"]), form.cleaned_data["reason"]
    unit: Department | None = form.cleaned_data["department"]

    def decide() -> Receipt:
        if unit is None:
            return uphold(seen=seen, reason=reason, by=request.actor, now=request.now)
        return redirect_to(seen=seen, department=unit, reason=reason, by=request.actor, now=request.now)

    said = gettext("已改派给%(unit)s，由其签收。") % {"unit": unit} if unit else gettext("已答复：事项仍由原单位办理。")
    return _done(request, decide, said, typed=(receipt_id, reason))


def _done(request: PageRequest, act: Callable[[], Receipt], said: str, *, typed: tuple[int, str]) -> HttpResponse:
    try:
        act()
    except (Conflict, NotAnswerable):
        messages.error(request, gettext("没有办成：这一项刚被别人答复过。您写的内容还在，请看过现在的情况再定。"))
        return _page(request, typed=typed, status=409)
    messages.success(request, said)
    return redirect("tracker:receipts")


def _page(request: PageRequest, *, typed: tuple[int, str] = (0, ""), status: int = 200) -> HttpResponse:
    view = signing(request.reach, today=request.today)
    units = Department.objects.filter(organization=request.reach.organization_id, dissolved_on__isnull=True)
    context = {
        "view": view,
        "office": request.reach.office,
        "own": bool(request.reach.departments),
        "departments": units.order_by("position", "pk") if view.objected else (),
        "typed_for": typed[0],
        "typed": typed[1],
        "late": sum(unit.late for unit in view.units),
        "unsigned": sum(unit.waiting for unit in view.units),
    }
    return render(request, "tracker/receipts.html", context, status=status)
