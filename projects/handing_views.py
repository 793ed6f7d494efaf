"""Handing an item down to the offices below, and answering what the office above handed down."""

from collections.abc import Collection
from dataclasses import dataclass
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
from accounts.models import Department, Organization
from projects.access import (
    children_of,
    get_handed_by,
    get_handed_to,
    get_offered_to,
    get_task,
    handed_by,
    handed_to,
    plans_for,
)
from projects.choices import HandDownState, PlanState
from projects.handing_down import (
    GOING,
    HandedAlreadyError,
    NotHandableError,
    NotOwnError,
    decline,
    hand_down,
    leading_units,
    promised_amounts,
    promised_steps,
    promised_words,
    take,
    withdraw,
)
from projects.models import HandDown, Plan, Task
from projects.planning import WrongStateError

if TYPE_CHECKING:
    OfficesChoice = forms.ModelMultipleChoiceField[Organization]
    PlanChoice = forms.ModelChoiceField[Plan]
    UnitChoice = forms.ModelChoiceField[Department]
else:
    OfficesChoice = forms.ModelMultipleChoiceField
    PlanChoice = UnitChoice = forms.ModelChoiceField

LINE = 500
ENDED = gettext_lazy("这一件刚被答复过或收回，请看现在的情况。")


class HandDownForm(forms.Form):
    """To whom, and what is said with it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    to = OfficesChoice(
        label=gettext_lazy("交给哪些机构"),
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请勾选至少一个机构。")},
    )
    word = forms.CharField(
        label=gettext_lazy("附言"), max_length=LINE, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, offices: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(offices)

    def offer(self, offices: Collection[int]) -> None:
        cast(OfficesChoice, self.fields["to"]).queryset = Organization.objects.filter(pk__in=offices).order_by("code")


class TakeForm(forms.Form):
    """Into which plan, under which heading, led by whom."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    plan = PlanChoice(label=gettext_lazy("放进哪张表"), queryset=Plan.objects.none(), empty_label=None)
    heading = forms.CharField(
        label=gettext_lazy("板块"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("表里已有的板块写同样的字；空着就不归板块"),
    )
    number = forms.CharField(
        label=gettext_lazy("序号"), max_length=32, required=False, help_text=gettext_lazy("空着就接着往下编")
    )
    lead = UnitChoice(
        label=gettext_lazy("牵头单位"), queryset=Department.objects.none(), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, *args: Any, request: PageRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = plans_for(request.reach, today=request.today).exclude(state=PlanState.ARCHIVED)
        cast(PlanChoice, self.fields["plan"]).queryset = plans.order_by("-year", "pk")
        units = leading_units(request.reach.organization_id, today=request.today)
        cast(UnitChoice, self.fields["lead"]).queryset = units.order_by("position", "pk")

    def clean_heading(self) -> str:
        return str(self.cleaned_data["heading"]).strip()


class ReasonForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=LINE, error_messages={"required": gettext_lazy("请写原因。")}
    )


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Why nothing was written, since somebody was first, and what was typed, by its labels."""

    why: str
    typed: list[tuple[str, str]]


@page
@require_http_methods(["GET", "POST"])
def item_hand_down(request: PageRequest, task_id: int) -> HttpResponse:
    """Offer an item to offices below, and show to whom it went already."""
    task = get_task(request.reach, task_id, today=request.today)
    require_office(request.reach)
    if request.method == "GET":
        return _handing(request, task)
    # Whoever got it meanwhile is still a choice here, so that the refusal can name them.
    offices = list(children_of(request.reach).values_list("pk", flat=True))
    form = HandDownForm(request.POST, offices=offices)
    status = _offered(request, task, form) if form.is_valid() else 422
    if status == 200:
        return redirect("projects:item_hand_down", task.pk)
    return _handing(request, task, form, status=status)


def _offered(request: PageRequest, task: Task, form: HandDownForm) -> int:
    """Hand it down and return 200, or say in the form why not and return with which status."""
    said = form.cleaned_data
    offices = list(said["to"])
    names = "、".join(office.name for office in offices)
    try:
        hand_down(task=task, version=said["version"], to=offices, word=said["word"], by=request.actor, now=request.now)
    except Conflict:
        # Whoever has looked presses once more: what was typed needn't be typed again.
        typed = request.POST.copy()
        typed["version"] = str(task.version)
        form.data = typed
        form.add_error(None, gettext("这一项刚被改动过，请看过现在的内容再交办。"))
        return 409
    except NotHandableError:
        form.add_error(None, gettext("只有已下达、正在办理的事项才能交办。"))
        return 422
    except HandedAlreadyError as error:
        names = "、".join(office.name for office in error.offices)
        form.add_error(None, gettext("已经交给：%(names)s") % {"names": names})
        return 409
    messages.success(request, gettext("已交给%(names)s，等对方接收。") % {"names": names})
    return 200


def _handing(
    request: PageRequest,
    task: Task,
    form: HandDownForm | None = None,
    *,
    overtaken: Overtaken | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show to whom the item went as it stands now, and offer it to the others; what was typed stays."""
    rows = list(handed_by(request.reach).filter(task=task).select_related("to").order_by("pk"))
    having = {row.to_id for row in rows if row.state in GOING}
    children = set(children_of(request.reach).values_list("pk", flat=True))
    typed = _typed(form) if form else []
    form = form or HandDownForm(offices=[], initial={"version": task.version})
    form.offer(children - having)
    context = {
        "task": task,
        "rows": rows,
        "form": form,
        "typed": typed,
        "overtaken": overtaken,
        "left": len(children - having),
        "children": len(children),
    }
    return render(request, "projects/item_hand_down.html", context, status=status)


@page
@require_POST
def handed_withdraw(request: PageRequest, handed_id: int) -> HttpResponse:
    row = get_handed_by(request.reach, handed_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("请写原因。"))
        return redirect("projects:item_hand_down", row.task_id)
    try:
        withdraw(handed=row, by=request.actor, **form.cleaned_data)
    except Conflict as conflict:
        answered = conflict.current.state != HandDownState.WITHDRAWN
        why = gettext("对方刚刚答复过，请看现在的情况。") if answered else str(ENDED)
        return _handing(request, row.task, overtaken=Overtaken(why, _typed(form)), status=409)
    messages.success(request, gettext("已收回。"))
    return redirect("projects:item_hand_down", row.task_id)


@page
@require_safe
def from_above(request: PageRequest) -> HttpResponse:
    """List what the office above handed down, what waits first."""
    rows = sorted(handed_to(request.reach).order_by("-pk"), key=lambda row: row.state != HandDownState.OFFERED)
    waiting = sum(row.state == HandDownState.OFFERED for row in rows)
    lines = [{"row": row, "words": promised_words(row)} for row in rows]
    return render(request, "projects/from_above.html", {"lines": lines, "waiting": waiting})


@page
@require_http_methods(["GET", "POST"])
def handed(request: PageRequest, handed_id: int) -> HttpResponse:
    """Show what was handed down as it was offered, and take it into a plan."""
    if request.method == "GET":
        return _shown(request, get_handed_to(request.reach, handed_id))
    row = get_offered_to(request.reach, handed_id)
    form = TakeForm(request.POST, request=request)
    if row.state != HandDownState.OFFERED:
        return _overtaken(request, row, form)
    try:
        made = _taken(request, row, form) if form.is_valid() else None
    except Conflict:
        return _overtaken(request, row, form)
    if made is None:
        return _shown(request, row, taking=form, status=422)
    messages.success(request, gettext("已接收，“%(title)s”写进了本机构的表。") % {"title": made.title})
    return redirect(made)


@page
@require_POST
def handed_decline(request: PageRequest, handed_id: int) -> HttpResponse:
    row = get_offered_to(request.reach, handed_id)
    form = ReasonForm(request.POST)
    if row.state != HandDownState.OFFERED:
        return _overtaken(request, row, form)
    if not form.is_valid():
        return _shown(request, row, declining=form, status=422)
    try:
        decline(handed=row, by=request.actor, **form.cleaned_data)
    except Conflict:
        return _overtaken(request, row, form)
    messages.success(request, gettext("已退回上级。"))
    return redirect("projects:from_above")


def _taken(request: PageRequest, row: HandDown, form: TakeForm) -> Task | None:
    """Return the new item, or say in the form why there is none; raise Conflict when somebody answered first."""
    said = form.cleaned_data
    try:
        return take(
            handed=row,
            version=said["version"],
            plan=said["plan"],
            lead=said["lead"],
            category=(said["heading"],) if said["heading"] else (),
            number=said["number"],
            by=request.actor,
            now=request.now,
        )
    except WrongStateError:
        form.add_error("plan", gettext("这张表已经归档。"))
    except NotOwnError:
        form.add_error("lead", gettext("没有这个单位，或者已经撤销。"))
    return None


def _overtaken(request: PageRequest, row: HandDown, form: forms.Form) -> HttpResponse:
    """Show how it stands now beside what was typed; of what the office above took back nothing but that."""
    row.refresh_from_db()
    overtaken = Overtaken(str(ENDED), _typed(form))
    if row.state == HandDownState.WITHDRAWN:
        return render(request, "projects/handed_withdrawn.html", {"row": row, "overtaken": overtaken}, status=409)
    return _shown(request, row, overtaken=overtaken, status=409)


def _shown(
    request: PageRequest,
    row: HandDown,
    *,
    taking: TakeForm | None = None,
    declining: ReasonForm | None = None,
    overtaken: Overtaken | None = None,
    status: int = 200,
) -> HttpResponse:
    seen = {"version": row.version}
    taking = taking or TakeForm(request=request, initial=seen)
    context = {
        "row": row,
        "title": row.promise["title"],
        "words": promised_words(row),
        "steps": promised_steps(row),
        "amounts": promised_amounts(row),
        "taking": taking,
        "declining": declining or ReasonForm(initial=seen),
        "overtaken": overtaken,
        "plans": cast(PlanChoice, taking.fields["plan"]).queryset.exists(),  # type: ignore[union-attr]
    }
    return render(request, "projects/handed.html", context, status=status)


def _typed(form: forms.Form) -> list[tuple[str, str]]:
    """Return what was said in a form, by its labels: the names of what was picked, the words that were typed."""
    said = ((str(field.label), _said_in(field)) for field in form.visible_fields())
    return [(label, words) for label, words in said if words]


def _said_in(field: forms.BoundField) -> str:
    if isinstance(field.field, forms.ModelChoiceField):
        picked = (choice.data for choice in field.subwidgets if choice.data["selected"] and choice.data["value"])
        return "、".join(str(choice["label"]) for choice in picked)
    return str(field.value() or "").strip()
