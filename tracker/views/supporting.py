"""Supporting units' parts of an item: asked for, added, answered, objected to, taken back."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Department
from tracker.access import get_task
from tracker.boards.item import item as read_item
from tracker.boards.supporting import item_parts, may_withdraw, supporting_units
from tracker.models import SupportPart
from tracker.supporting import NotPossibleError, add_part, answer_part, ask_for_parts, withdraw_part

LONGEST = 500
OBJECT = "object"


class AskForm(forms.Form):
    """A lead's question to some supporting units."""

    token = forms.CharField(max_length=40)
    lead = forms.ModelChoiceField(queryset=Department.objects.none(), required=False)
    departments = forms.ModelMultipleChoiceField(
        queryset=Department.objects.none(), error_messages={"required": gettext_lazy("请选要请的单位。")}
    )
    question = forms.CharField(max_length=LONGEST, error_messages={"required": gettext_lazy("请写要对方提供什么。")})
    due_on = forms.DateField(error_messages={"required": gettext_lazy("请填答复的最后一天。")})

    def __init__(self, *args: Any, leads: list[int], supporting: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = Department.objects.filter(pk__in=leads)  # type: ignore[attr-defined]
        self.fields["departments"].queryset = Department.objects.filter(pk__in=supporting)  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """What a unit adds or answers; `act` says whether it objects."""

    text = forms.CharField(max_length=LONGEST, error_messages={"required": gettext_lazy("请写一句话。")})
    act = forms.CharField(required=False, max_length=16)
    token = forms.CharField(required=False, max_length=40)
    version = forms.IntegerField(required=False, min_value=1)
    department = forms.IntegerField(required=False)


class WithdrawalForm(forms.Form):
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=LONGEST, error_messages={"required": gettext_lazy("请写撤回的原因。")})


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that came back: which (`ask`, `add`, `answer`, `withdraw`), of which part, with its words and why."""

    form: str
    error: str
    said: Any
    part_id: int = 0
    now: SupportPart | None = None


@page
@require_safe
def parts(request: PageRequest, task_id: int) -> HttpResponse:
    return _page(request, task_id)


@page
@require_POST
def part_ask(request: PageRequest, task_id: int) -> HttpResponse:
    view = read_item(request.reach, task_id, today=request.today)
    if not view.reporting:
        raise PermissionDenied
    leads, supporting = [unit.pk for unit in view.reporting], [unit.pk for unit in supporting_units(view)]
    form = AskForm(request.POST, leads=leads, supporting=supporting)
    if not form.is_valid():
        return _again(request, task_id, "ask", _first_error(form))
    said = form.cleaned_data
    asked: list[SupportPart] = []

    def ask() -> None:
        asked.extend(
            ask_for_parts(
                task=view.task,
                lead=said["lead"] or view.reporting[0],
                departments=list(said["departments"]),
                question=said["question"],
                due_on=said["due_on"],
                token=said["token"],
                by=request.actor,
                now=request.now,
            )
        )

    return _done(request, task_id, "ask", ask, lambda: _asked_words(len(asked)))


def _asked_words(number: int) -> str:
    return ngettext("已请 %(n)d 个单位配合。", "已请 %(n)d 个单位配合。", number) % {"n": number}


@page
@require_POST
def part_add(request: PageRequest, task_id: int) -> HttpResponse:
    view = read_item(request.reach, task_id, today=request.today)
    own = [unit for unit in supporting_units(view) if unit.pk in request.reach.departments]
    if not own:
        raise PermissionDenied
    form = PartForm(request.POST)
    if not form.is_valid():
        return _again(request, task_id, "add", _first_error(form))
    said = form.cleaned_data
    unit = next((unit for unit in own if unit.pk == said["department"]), own[0])
    objects = said["act"] == OBJECT
    return _done(
        request,
        task_id,
        "add",
        lambda: add_part(
            task=view.task,
            department=unit,
            text=said["text"],
            objects=objects,
            token=said["token"] or secrets.token_urlsafe(24),
            by=request.actor,
            now=request.now,
        ),
        lambda: (
            gettext("已提出：不是本单位的。牵头单位和督查办看得到。") if objects else gettext("已补充本单位的部分。")
        ),
    )


@page
@require_POST
def part_answer(request: PageRequest, part_id: int) -> HttpResponse:
    part = _part(request, part_id)
    if part.department_id not in request.reach.departments:
        raise PermissionDenied
    form = PartForm(request.POST)
    if not form.is_valid():
        return _again(request, part.task_id, "answer", _first_error(form), part_id=part_id)
    said = form.cleaned_data
    objects = said["act"] == OBJECT
    return _done(
        request,
        part.task_id,
        "answer",
        lambda: answer_part(
            part=part,
            version=said["version"] or 0,
            text=said["text"],
            objects=objects,
            by=request.actor,
            now=request.now,
        ),
        lambda: gettext("已提出：不是本单位的。牵头单位和督查办看得到。") if objects else gettext("已答复。"),
        part_id=part_id,
    )


@page
@require_POST
def part_withdraw(request: PageRequest, part_id: int) -> HttpResponse:
    part = _part(request, part_id)
    units = request.reach.departments
    if (part.asking_department_id if part.question else part.department_id) not in units:
        raise PermissionDenied
    if not may_withdraw(part, own=part.department_id in units, asked=part.asking_department_id in units):
        return _again(request, part.task_id, "withdraw", _refusals()["answered"], part_id=part_id, status=409)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _again(request, part.task_id, "withdraw", _first_error(form), part_id=part_id)
    said = form.cleaned_data
    return _done(
        request,
        part.task_id,
        "withdraw",
        lambda: withdraw_part(part=part, version=said["version"], reason=said["reason"], by=request.actor),
        lambda: gettext("已撤回。"),
        part_id=part_id,
    )


def _part(request: PageRequest, part_id: int) -> SupportPart:
    """Return a part of a visible item; raise Http404 for any other."""
    rows = SupportPart.objects.select_related("task", "department", "asking_department")
    part = rows.filter(pk=part_id, organization=request.reach.organization_id).first()
    if part is None:
        raise Http404
    get_task(request.reach, part.task_id, today=request.today)
    return part


def _done(
    request: PageRequest,
    task_id: int,
    form: str,
    act: Callable[[], object],
    said: Callable[[], str],
    *,
    part_id: int = 0,
) -> HttpResponse:
    try:
        act()
    except Conflict as conflict:
        error = gettext("没有写入：这一条刚有变动，现在的在下面，您写的还在。要用您写的，请再提交一次。")
        return _again(request, task_id, form, error, part_id=part_id, now=conflict.current, status=409)
    except NotPossibleError as refusal:
        return _again(request, task_id, form, _refusals()[refusal.reason], part_id=part_id)
    messages.success(request, said())
    return redirect(f"{reverse('tracker:item', args=[task_id])}#parts")


def _again(
    request: PageRequest,
    task_id: int,
    form: str,
    error: str,
    *,
    part_id: int = 0,
    now: SupportPart | None = None,
    status: int = 422,
) -> HttpResponse:
    """Show the form as it was sent, with what is wrong."""
    said = {**request.POST.dict(), "chosen": request.POST.getlist("departments")}
    return _page(request, task_id, Returned(form, error, said, part_id, now), status=status)


def _page(request: PageRequest, task_id: int, back: Returned | None = None, *, status: int = 200) -> HttpResponse:
    view = read_item(request.reach, task_id, today=request.today)
    context = {
        "item": view,
        "parts": item_parts(request.reach, view, today=request.today),
        "part_token": (back and back.said.get("token")) or new_token(),
        "back": back,
    }
    return render(request, "tracker/parts.html", context, status=status)


def new_token() -> str:
    return secrets.token_urlsafe(24)


def _first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _refusals() -> dict[str, str]:
    return {
        "not_issued": gettext("这一项已不在办理中。"),
        "not_supporting": gettext("选的单位现在不是这一项的配合单位。"),
        "already_asked": gettext("已经请过这个单位，还在等它答复。"),
        "past": gettext("最后一天不能早于今天。"),
        "withdrawn": gettext("这一条已经撤回。"),
        "answered": gettext("对方已经答复，不能再撤回。"),
    }
