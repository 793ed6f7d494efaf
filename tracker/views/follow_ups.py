"""What the pages of obstacles and directives share: their small forms, and the way back when someone was faster."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from accounts.conflicts import Conflict
from accounts.entry import PageRequest
from tracker.follow_ups import NotOpenError

LINE = 500
"""Characters of what somebody writes here; a page of text belongs into a document."""
_write_something = gettext_lazy("请写一句话。")
_not_past = gettext_lazy("期限不能早于今天。")


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LineForm(forms.Form):
    """A line over the version that was seen."""

    version = forms.IntegerField(min_value=1)
    text = forms.CharField(max_length=LINE, error_messages={"required": _write_something})


class ClosingLineForm(forms.Form):
    """A line that may be left out."""

    version = forms.IntegerField(min_value=1)
    text = forms.CharField(max_length=LINE, required=False)


class DatedForm(forms.Form):
    """A form with a day that hasn't passed."""

    due_on = forms.DateField(label=gettext_lazy("答复期限"), widget=day_input())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise forms.ValidationError(_not_past)
        return due_on


class AskAgainForm(DatedForm):
    """A line with a new day, over the version that was seen."""

    version = forms.IntegerField(min_value=1)
    text = forms.CharField(max_length=LINE, error_messages={"required": _write_something})


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and not written: why, and the words, which stay on the page. `act` names the form."""

    act: str
    text: str
    due_on: str
    errors: tuple[str, ...] = ()
    overtaken: bool = False


def typed_in(request: PageRequest, act: str, *, errors: Iterable[str] = (), overtaken: bool = False) -> Typed:
    return Typed(act, request.POST.get("text", ""), request.POST.get("due_on", ""), tuple(errors), overtaken)


def carried_out(
    request: PageRequest,
    form: forms.Form,
    act: str,
    write: Callable[[dict[str, Any]], object],
    *,
    said: str,
    show: Callable[[Typed, int], HttpResponse],
    home: str,
) -> HttpResponse:
    """Write what a valid form says and go back; else show it again with what was typed (422, or 409 when overtaken)."""
    if not form.is_valid():
        errors = [str(error) for several in form.errors.values() for error in several]
        return show(typed_in(request, act, errors=errors), 422)
    try:
        write(form.cleaned_data)
    except (Conflict, NotOpenError):
        return show(typed_in(request, act, overtaken=True), 409)
    messages.success(request, said)
    return redirect(way_back(request, home))


def way_back(request: PageRequest, home: str) -> str:
    """Return the page the form stood on, if it is one of ours."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else home


def not_in_work(request: PageRequest, home: str) -> HttpResponse:
    """Lead back from an item on which nothing is asked now."""
    messages.warning(request, gettext("这个事项现在不在办理中，不能再提。"))
    return redirect(home)
