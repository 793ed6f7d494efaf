"""The pages of reminding: what will be told, with its holds, and one's own inbox."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.days import day_words
from accounts.entry import PageRequest, page
from tracker.boards.inbox import get_entry
from tracker.boards.inbox import inbox as read_inbox
from tracker.boards.upcoming import Day, Scope, get_reminder, keys_of, last_moment, upcoming
from tracker.choices import ReminderState
from tracker.reminding.holding import hold, release
from tracker.reminding.reading import mark_read
from tracker.views.record import Tab, asked_of, record_context


class InboxForm(forms.Form):
    """What the address asks for; nonsense asks for nothing."""

    state = forms.CharField(required=False, max_length=16)
    page = forms.IntegerField(required=False, min_value=1)


class HoldForm(forms.Form):
    """`scope` is what is held: what is ticked (nothing said), the whole day, one recipient's of it, or one item."""

    reason = forms.CharField(max_length=500, error_messages={"required": gettext_lazy("请写暂缓的原因。")})
    day = forms.DateField(required=False)
    scope = forms.RegexField(r"^(day|item|(person|department):\d{1,18})?$", required=False)
    item = forms.IntegerField(required=False, min_value=1)


class ReleaseForm(forms.Form):
    version = forms.IntegerField(min_value=1)


@page
@require_safe
def reminders(request: PageRequest) -> HttpResponse:
    return _reminders_page(request, asked_of(request))


@require_POST
@page
def reminders_hold(request: PageRequest) -> HttpResponse:
    """Hold what is meant for one reason, all or none; where some moved on, the page says how things stand now."""
    require_office(request.reach)
    form = HoldForm(request.POST)
    form.is_valid()
    picked = _meant(request, form.cleaned_data)
    if form.errors or not picked:
        wrong = str(next(iter(form.errors.get("reason", ())), gettext("还没有勾选提醒。")))
        if form.cleaned_data.get("scope") and not picked and not form.errors:
            wrong = gettext("这里已经没有要发的提醒，请看现在的情况。")
        return _reminders_page(request, form.cleaned_data, wrong=wrong, picked=picked, status=422)
    said = form.cleaned_data
    try:
        held = hold(
            keys=picked,
            until=last_moment(request.now),
            reason=said["reason"],
            organization_id=request.reach.organization_id or 0,
            by=request.actor,
            now=request.now,
        )
    except Conflict:
        wrong = gettext("勾选的提醒里，有的已被别人暂缓，或已经发出、取消。这次一件也没有暂缓，请看现在的情况再办。")
        return _reminders_page(request, said, wrong=wrong, picked=picked, status=409)
    words = ngettext("已暂缓 %(n)d 件提醒，放行之前不发。", "已暂缓 %(n)d 件提醒，放行之前不发。", len(held))
    messages.success(request, words % {"n": len(held)})
    url = reverse("tracker:reminders")
    return redirect(f"{url}?day={said['day'].isoformat()}" if said["day"] else url)


@require_POST
@page
def reminder_release(request: PageRequest, reminder_id: int) -> HttpResponse:
    reminder = get_reminder(request.reach, reminder_id)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _reminders_page(request, {}, wrong=gettext("这张表单已过期，请再点一次。"), status=422)
    try:
        released = release(reminder=reminder, by=request.actor, now=request.now, **form.cleaned_data)
    except Conflict:
        wrong = gettext("这件提醒已被别人放行，或已经取消，请看现在的情况。")
        return _reminders_page(request, {}, wrong=wrong, status=409)
    if released.state == ReminderState.DUE:
        messages.success(request, gettext("已放行，到时候就发；过了原定时间的，工作时间内随下一次发出。"))
    else:
        messages.warning(request, gettext("收件人已收到更高一级的提醒，这一件不再发。"))
    return redirect("tracker:reminders")


def _meant(request: PageRequest, said: Mapping[str, Any]) -> frozenset[str]:
    scope, day = said.get("scope", ""), said.get("day")
    if scope == "item":
        task = said.get("item")
        return keys_of(request.reach, Scope(task_id=task), now=request.now) if task else frozenset()
    if scope:
        return keys_of(request.reach, Scope(day, scope if scope != "day" else ""), now=request.now)
    return frozenset(request.POST.getlist("pick"))


def _reminders_page(
    request: PageRequest,
    asked: Mapping[str, Any],
    *,
    wrong: str = "",
    picked: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    coming = upcoming(request.reach, chosen=asked.get("day"), now=request.now)
    context = {
        "upcoming": coming,
        "tomorrow": coming.chosen.on == request.today + timedelta(days=1),
        "days": [_day_tab(day, coming.chosen, today=request.today) for day in coming.days],
        "wrong": wrong,
        "picked": picked,
        "typed": request.POST.get("reason", ""),
        **record_context(request, asked),
    }
    return render(request, "tracker/reminders.html", context, status=status)


@page
@require_safe
def inbox(request: PageRequest) -> HttpResponse:
    form = InboxForm(request.GET)
    form.is_valid()
    everything = form.cleaned_data.get("state") == "all"
    view = read_inbox(request.reach, unread_only=not everything, number=form.cleaned_data.get("page") or 1)
    url = reverse("tracker:inbox")
    tabs = [
        Tab(gettext("未读"), url, view.unread, not everything),
        Tab(gettext("全部"), f"{url}?state=all", view.total, everything),
    ]
    query = "state=all" if everything else ""
    return render(request, "tracker/inbox.html", {"inbox": view, "tabs": tabs, "query": query})


@require_POST
@page
def inbox_read(request: PageRequest, delivery_id: int) -> HttpResponse:
    entry = get_entry(request.reach, delivery_id)
    mark_read(person_id=entry.person_id or 0, at=timezone.now(), delivery_id=entry.pk)
    return redirect("tracker:inbox")


@require_POST
@page
def inbox_read_all(request: PageRequest) -> HttpResponse:
    if request.reach.person_id:
        mark_read(person_id=request.reach.person_id, at=timezone.now())
    return redirect("tracker:inbox")


def _day_tab(day: Day, chosen: Day, *, today: date) -> Tab:
    words = [day_words(day.on, year=today.year), _weekday(day.on)]
    if day.on == today:
        words.insert(0, gettext("今天"))
    if not day.working:
        words.append(gettext("不发"))
    url = f"{reverse('tracker:reminders')}?day={day.on.isoformat()}"
    return Tab(" ".join(words), url, day.count if day.working else None, day == chosen)


def _weekday(day: date) -> str:
    names = (
        gettext("周一"),
        gettext("周二"),
        gettext("周三"),
        gettext("周四"),
        gettext("周五"),
        gettext("周六"),
        gettext("周日"),
    )
    return names[day.weekday()]
