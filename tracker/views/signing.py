"""Signing for items, objecting to one, the office's decision on an objection, and urging those who haven't signed."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

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
from tracker.boards.signing import signable, signing, unit_signing, waiting_tasks
from tracker.models import Receipt
from tracker.receipts import NotAnswerable, Seen, object_to, redirect_to, sign, uphold
from tracker.urging import urge_all


class ObjectionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=1000)


class DecisionForm(forms.Form):
    """`department` empty: the item stays where it is. `supporting`: who objected stays with a supporting part."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    department = forms.ModelChoiceField(queryset=Department.objects.none(), required=False)
    supporting = forms.BooleanField(required=False)
    reason = forms.CharField(label=gettext_lazy("答复"), max_length=1000)

    def __init__(self, *args: object, organization_id: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        units = Department.objects.filter(organization=organization_id, dissolved_on__isnull=True)
        self.fields["department"].queryset = units.order_by("position", "pk")  # type: ignore[attr-defined]


class UrgingForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    item = forms.TypedMultipleChoiceField(coerce=int)
    text = forms.CharField(
        label=gettext_lazy("催办的话"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "class": "wide"})
    )


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
        return _page(request, typed=_typed(request, receipt_id), status=422)
    said = Seen(receipt_id, form.cleaned_data["version"]), form.cleaned_data["reason"]
    return _done(
        request,
        lambda: object_to(seen=said[0], reason=said[1], by=request.actor, now=request.now),
        gettext("已提出异议，督查办答复以前，事项仍列在本单位。"),
        typed=_typed(request, receipt_id),
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
        return _page(request, typed=_typed(request, receipt_id), status=422)
    seen, reason = Seen(receipt_id, form.cleaned_data["version"]), form.cleaned_data["reason"]
    unit: Department | None = form.cleaned_data["department"]

    def decide() -> Receipt:
        if unit is None:
            return uphold(seen=seen, reason=reason, by=request.actor, now=request.now)
        supporting = form.cleaned_data["supporting"]
        return redirect_to(
            seen=seen, department=unit, supporting=supporting, reason=reason, by=request.actor, now=request.now
        )

    said = gettext("已改派给%(unit)s，由其签收。") % {"unit": unit} if unit else gettext("已答复：事项仍由原单位办理。")
    return _done(request, decide, said, typed=_typed(request, receipt_id))


@page
@require_safe
def receipts_unit(request: PageRequest, unit_id: int) -> HttpResponse:
    require_office(request.reach)
    return _unit_page(request, unit_id, UrgingForm(initial={"token": token_hex(16), "text": gettext("请尽快签收。")}))


@page
@require_POST
def receipts_urge(request: PageRequest, unit_id: int) -> HttpResponse:
    """Urge a unit about the ticked items it hasn't signed for; those signed meanwhile are left out."""
    require_office(request.reach)
    unit = Department.objects.filter(organization=request.reach.organization_id, pk=unit_id).first()
    if unit is None:
        raise Http404
    ticked = [int(item) for item in request.POST.getlist("item") if item.isdecimal()]
    tasks = waiting_tasks(request.reach, unit_id, ticked)
    form = UrgingForm(request.POST)
    form.fields["item"].choices = [(item, item) for item in ticked]  # type: ignore[attr-defined]
    if not form.is_valid():
        return _unit_page(request, unit_id, form, status=422)
    said = {name: form.cleaned_data[name] for name in ("text", "token")}
    urged = urge_all(tasks=tasks, department=unit, by=request.actor, now=request.now, **said)
    if urged:
        n = len(urged)
        messages.success(request, ngettext("已催办 %(n)d 项。", "已催办 %(n)d 项。", n) % {"n": n})
    else:
        messages.warning(request, gettext("没有催办：勾选的刚刚签收或提了异议。"))
    return redirect("tracker:receipts_unit", unit_id)


def _unit_page(request: PageRequest, unit_id: int, form: UrgingForm, *, status: int = 200) -> HttpResponse:
    view = unit_signing(request.reach, unit_id, today=request.today)
    return render(request, "tracker/receipts_unit.html", {"view": view, "form": form}, status=status)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed at a receipt, to be shown again where it was typed."""

    receipt_id: int = 0
    reason: str = ""
    department: str = ""
    supporting: bool = False


def _typed(request: PageRequest, receipt_id: int) -> Typed:
    said = request.POST
    return Typed(receipt_id, said.get("reason", ""), said.get("department", ""), "supporting" in said)


def _done(request: PageRequest, act: Callable[[], Receipt], said: str, *, typed: Typed) -> HttpResponse:
    try:
        act()
    except (Conflict, NotAnswerable):
        messages.error(request, gettext("没有办成：这一项刚被别人答复过。您写的内容还在，请看过现在的情况再定。"))
        return _page(request, typed=typed, status=409)
    messages.success(request, said)
    return redirect("tracker:receipts")


def _page(request: PageRequest, *, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    view = signing(request.reach, today=request.today)
    units = Department.objects.filter(organization=request.reach.organization_id, dissolved_on__isnull=True)
    context = {
        "view": view,
        "office": request.reach.office,
        "own": bool(request.reach.departments),
        "departments": units.order_by("position", "pk") if view.objected else (),
        "typed": typed or Typed(),
        "unreasoned": status == 422,
        "late": sum(unit.late for unit in view.units),
        "own_late": sum(line.late for line in view.waiting),
        "unsigned": sum(unit.waiting for unit in view.units),
    }
    return render(request, "tracker/receipts.html", context, status=status)
