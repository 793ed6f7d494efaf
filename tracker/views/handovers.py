"""Handing a person's duties to another, or for a time; the record and the sheet to sign."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Person
from accounts.people_forms import DayInput
from accounts.views.editing import get_own
from tracker.boards.handovers import get_handover, handover_sheet
from tracker.boards.handovers import handovers as read_handovers
from tracker.choices import HandoverKind
from tracker.forms import FilterForm
from tracker.handover import Duties, NotHandedOver, delegate, duties_of, end_early, hand_over
from tracker.models import Handover
from tracker.publishing.handover_sheet import handover_document

if TYPE_CHECKING:
    PersonChoice = forms.ModelChoiceField[Person]
else:
    PersonChoice = forms.ModelChoiceField

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {
    HandoverKind.HANDOVER: gettext_lazy("交接：从这一天起归接收人"),
    HandoverKind.DELEGATION: gettext_lazy("委托代办：到期自动收回"),
}
REFUSALS = {
    "same_person": gettext_lazy("不能交给本人。"),
    "taker_left": gettext_lazy("接收人那时已经离职。"),
    "past": gettext_lazy("日期不能早于今天。"),
    "nothing": gettext_lazy("还没有勾选要移交的内容。"),
    "ends_before": gettext_lazy("代办的最后一天不能早于开始的一天。"),
}


class GiverForm(forms.Form):
    """Who hands over, for the first step."""

    giver = PersonChoice(
        queryset=Person.objects.none(), label=gettext_lazy("移交人"), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, *args: Any, organization_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonChoice, self.fields["giver"]).queryset = _people(organization_id)


class HandoverForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    kind = forms.ChoiceField(label=gettext_lazy("方式"), choices=list(KINDS.items()), widget=forms.RadioSelect)
    taker = PersonChoice(
        queryset=Person.objects.none(), label=gettext_lazy("接收人"), empty_label=gettext_lazy("请选择")
    )
    on = forms.DateField(label=gettext_lazy("从哪一天起"), widget=DayInput)
    until = forms.DateField(
        label=gettext_lazy("代办的最后一天"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("只有委托代办才填"),
    )
    reason = forms.CharField(label=gettext_lazy("原因或依据"), max_length=300)
    leaves = forms.BooleanField(
        label=gettext_lazy("移交人离开本机构"),
        required=False,
        help_text=gettext_lazy("从这一天起不属于任何单位和岗位，登录停用"),
    )

    def __init__(self, *args: Any, giver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        takers = _people(giver.organization_id).exclude(pk=giver.pk)
        cast(PersonChoice, self.fields["taker"]).queryset = takers

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("kind") == HandoverKind.DELEGATION and not said.get("until") and "until" not in self.errors:
            self.add_error("until", gettext("委托代办要写明最后一天。"))
        return said


@page
@require_safe
def handovers(request: PageRequest) -> HttpResponse:
    page, lines = read_handovers(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    form = GiverForm(organization_id=request.reach.organization_id or 0)
    return render(request, "tracker/handovers.html", {"page": page, "lines": lines, "form": form})


@page
@require_safe
def handover_of(request: PageRequest) -> HttpResponse:
    """Go on with the person chosen on the list."""
    require_office(request.reach)
    form = GiverForm(request.GET, organization_id=request.reach.organization_id or 0)
    if not form.is_valid():
        messages.warning(request, gettext("请先选择移交人。"))
        return redirect("tracker:handovers")
    return redirect("tracker:handover_add", form.cleaned_data["giver"].pk)


@page
@require_http_methods(["GET", "POST"])
def handover_add(request: PageRequest, person_id: int) -> HttpResponse:
    giver = get_own(Person, request, person_id)
    initial = {"token": secrets.token_urlsafe(24), "on": request.today, "kind": HandoverKind.HANDOVER}
    form = HandoverForm(request.POST or None, initial=initial, giver=giver)
    if request.method == "POST" and form.is_valid():
        try:
            made = _hand_over(request, giver, form.cleaned_data)
        except NotHandedOver as refused:
            form.add_error(None, REFUSALS[refused.reason])
        else:
            messages.success(request, _done(made, today=request.today))
            return redirect("tracker:handover", made.pk)
    return _page(request, giver, form, status=422 if form.is_bound else 200)


@page
@require_safe
def handover(request: PageRequest, handover_id: int) -> HttpResponse:
    sheet = handover_sheet(request.reach, handover_id, today=request.today)
    return render(request, "tracker/handover.html", {"sheet": sheet, "row": sheet.line.row})


@page
@require_safe
def handover_file(request: PageRequest, handover_id: int) -> HttpResponse:
    """Give the handover sheet as a Word document."""
    sheet = handover_sheet(request.reach, handover_id, today=request.today)
    answer = HttpResponse(handover_document(sheet), content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="handover-{handover_id}.docx"'
    return answer


@page
@require_POST
def handover_end(request: PageRequest, handover_id: int) -> HttpResponse:
    row = get_handover(request.reach, handover_id)
    version = request.POST.get("version", "")
    try:
        end_early(handover=row, version=int(version) if version.isdecimal() else 0, by=request.actor)
    except (Conflict, NotHandedOver):
        messages.error(request, gettext("没有办成：这次交接刚被改动过，请看过现在的情况再定。"))
    else:
        done = gettext("已提前收回。") if row.kind == HandoverKind.DELEGATION else gettext("已取消，什么都没有移交。")
        messages.success(request, done)
    return redirect("tracker:handover", row.pk)


def _people(organization_id: int) -> Any:
    return Person.objects.filter(organization=organization_id, left_on__isnull=True).order_by("name", "pk")


def _hand_over(request: PageRequest, giver: Person, said: Mapping[str, Any]) -> Handover:
    shared = {name: said[name] for name in ("taker", "on", "reason", "token")}
    if said["kind"] == HandoverKind.DELEGATION:
        return delegate(giver=giver, until=said["until"], by=request.actor, now=request.now, **shared)
    return hand_over(
        giver=giver, wanted=_ticked(request), leaves=said["leaves"], by=request.actor, now=request.now, **shared
    )


def _done(made: Handover, *, today: date) -> str:
    words = {"giver": made.giver_name, "taker": made.taker_name, "on": made.on, "until": made.until}
    if made.kind == HandoverKind.DELEGATION:
        return gettext("%(giver)s的工作由%(taker)s代办，%(until)s以后自动收回。") % words
    if made.on > today:
        return gettext("已定下：%(on)s由%(giver)s移交给%(taker)s，到时自动办理。") % words
    return gettext("%(giver)s已移交给%(taker)s。") % words


def _ticked(request: PageRequest) -> dict[str, set[int]]:
    return {
        name: {int(value) for value in request.POST.getlist(name) if value.isdecimal()} for name in Duties.__slots__
    }


def _page(request: PageRequest, giver: Person, form: HandoverForm, *, status: int = 200) -> HttpResponse:
    duties = duties_of(giver, today=request.today)
    ticked = _ticked(request) if form.is_bound else None
    chosen = duties if ticked is None else duties.chosen(ticked)
    context = {"giver": giver, "form": form, "duties": duties, "chosen": chosen}
    return render(request, "tracker/handover_form.html", context, status=status)
