"""The working calendar: the year as it is worked here, and the office's own exceptions."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.days import day_words
from accounts.entry import PageRequest, page
from accounts.models import HistoryEntry
from accounts.people_forms import DayInput
from accounts.views.editing import get_own, own_organization
from projects.calendars import KIND, CalendarYear, NothingToChangeError, calendar_year, remove_own_day, set_own_days
from projects.models import CalendarDay

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST = timedelta(days=31)
MOST_EVENTS = 50
ACTS = {
    f"{KIND}.created": gettext_lazy("添加"),
    f"{KIND}.changed": gettext_lazy("修改"),
    f"{KIND}.removed": gettext_lazy("删去"),
}


class OwnDayForm(forms.Form):
    first = forms.DateField(label=gettext_lazy("哪天"), widget=DayInput())
    last = forms.DateField(
        label=gettext_lazy("到哪天"), widget=DayInput(), required=False, help_text=gettext_lazy("只有一天就不填")
    )
    working = forms.ChoiceField(
        label=gettext_lazy("上不上班"), choices=[("no", gettext_lazy("放假")), ("yes", gettext_lazy("上班"))]
    )
    name = forms.CharField(label=gettext_lazy("事由"), max_length=100, help_text=gettext_lazy("如“本地节日”“调休”"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first = cleaned.get("first")
        if first is None:
            return cleaned
        last = cleaned["last"] = cleaned.get("last") or first
        if not FIRST_YEAR <= first.year <= LAST_YEAR:
            self.add_error("first", gettext("请填 2000 年到 2100 年之间的日子。"))
        elif not first <= last <= first + LONGEST:
            self.add_error("last", gettext("最后一天要在第一天之后，一次最多一个月。"))
        return cleaned


@page
@require_http_methods(["GET", "POST"])
def calendar(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    form = OwnDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        days = {name: said[name] for name in ("first", "last", "name")}
        try:
            works = said["working"] == "yes"
            set_own_days(organization=organization, working=works, by=request.actor, now=request.now, **days)
        except NothingToChangeError:
            form.add_error(None, gettext("这些日子本来就是这样，不用再记。"))
        else:
            messages.success(request, gettext("已记入工作日历。"))
            return redirect(_address(said["first"].year))
    shown = calendar_year(organization.pk, year=_year(request), today=request.today)
    context = {
        "form": form,
        "calendar": shown,
        "banner": _banner(shown, request),
        "events": _events(organization.pk),
        "today": request.today,
        "before": shown.year - 1,
        "after": shown.year + 1,
    }
    return render(request, "projects/calendar.html", context, status=422 if form.is_bound else 200)


@page
@require_POST
def calendar_remove(request: PageRequest, day_id: int) -> HttpResponse:
    row = get_own(CalendarDay, request, day_id)
    year = row.day.year
    remove_own_day(organization=own_organization(request), row=row, by=request.actor, now=request.now)
    messages.success(request, gettext("已删去，这一天按国务院安排和星期算。"))
    return redirect(_address(year))


def _address(year: int) -> str:
    return f"{reverse('projects:calendar')}?year={year}"


def _year(request: PageRequest) -> int:
    said = request.GET.get("year", "")
    return int(said) if said.isdecimal() and FIRST_YEAR <= int(said) <= LAST_YEAR else request.today.year


def _banner(shown: CalendarYear, request: PageRequest) -> str:
    year = shown.missing or (None if shown.known or shown.year < request.today.year else shown.year)
    if year is None:
        return ""
    return gettext("%(year)d年的放假安排还没有载入：先按周一到周五算工作日，提醒照发。") % {"year": year}


def _events(organization_id: int) -> list[dict[str, Any]]:
    entries = HistoryEntry.objects.filter(organization=organization_id, object_type=KIND).order_by("-pk")
    return [{"entry": entry, "said": _said(entry)} for entry in entries[:MOST_EVENTS]]


def _said(entry: HistoryEntry) -> str:
    content = {**entry.before, **entry.after}
    work = gettext("上班") if content["working"] else gettext("放假")
    day = day_words(date.fromisoformat(content["day"]))
    return gettext("%(act)s：%(day)s %(work)s（%(name)s）") % {
        "act": ACTS[entry.action],
        "day": day,
        "work": work,
        "name": content["name"],
    }
