"""The pages of reminding: what will be told, what was, one message as sent, and one's own inbox."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.days import day_words
from accounts.entry import PageRequest, page
from tracker.boards.deliveries import Row, all_deliveries, deliveries, letter
from tracker.boards.inbox import get_entry
from tracker.boards.inbox import inbox as read_inbox
from tracker.boards.upcoming import Day, get_reminder, last_moment, upcoming
from tracker.choices import ReminderState
from tracker.reminding.holding import hold, release
from tracker.reminding.reading import mark_read
from tracker.views.files import csv_file


class RecordForm(forms.Form):
    """What the address asks for; nonsense asks for nothing."""

    day = forms.DateField(required=False)
    state = forms.CharField(required=False, max_length=16)
    q = forms.CharField(required=False, max_length=100)
    page = forms.IntegerField(required=False, min_value=1)


class HoldForm(forms.Form):
    reason = forms.CharField(max_length=500, error_messages={"required": gettext_lazy("请写暂缓的原因。")})
    day = forms.DateField(required=False)


class ReleaseForm(forms.Form):
    version = forms.IntegerField(min_value=1)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    number: int | None
    current: bool


@page
@require_safe
def reminders(request: PageRequest) -> HttpResponse:
    form = RecordForm(request.GET)
    form.is_valid()
    return _reminders_page(request, form.cleaned_data)


@require_POST
@page
def reminders_hold(request: PageRequest) -> HttpResponse:
    """Hold the ticked reminders for one reason, all or none; where some moved on, the page says how things stand now."""
    require_office(request.reach)
    form = HoldForm(request.POST)
    picked = frozenset(request.POST.getlist("pick"))
    if not form.is_valid() or not picked:
        wrong = str(next(iter(form.errors.get("reason", ())), gettext("还没有勾选提醒。")))
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


def _reminders_page(
    request: PageRequest,
    asked: Mapping[str, Any],
    *,
    wrong: str = "",
    picked: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    state, search = asked.get("state", ""), asked.get("q", "")
    coming = upcoming(request.reach, chosen=asked.get("day"), now=request.now)
    record = deliveries(request.reach, state=state, search=search, number=asked.get("page") or 1, today=request.today)
    context = {
        "upcoming": coming,
        "days": [_day_tab(day, coming.chosen, today=request.today) for day in coming.days],
        "record": record,
        "tabs": _state_tabs(record.counts, state, search),
        "search": search,
        "query": urlencode({name: value for name, value in (("state", state), ("q", search)) if value}),
        "wrong": wrong,
        "picked": picked,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "tracker/reminders.html", context, status=status)


@page
@require_safe
def record_file(request: PageRequest) -> StreamingHttpResponse:
    """Send the record as the tabs and the search show it, as a table for a spreadsheet."""
    form = RecordForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = all_deliveries(request.reach, state=asked.get("state", ""), search=asked.get("q", ""), today=request.today)
    return csv_file(gettext("送达记录-%(day)s.csv") % {"day": request.today.isoformat()}, record_lines(rows))


@page
@require_safe
def delivery(request: PageRequest, delivery_id: int) -> HttpResponse:
    return render(request, "tracker/delivery.html", {"letter": letter(request.reach, delivery_id)})


@page
@require_safe
def inbox(request: PageRequest) -> HttpResponse:
    form = RecordForm(request.GET)
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


def record_lines(rows: Iterable[Row]) -> Iterator[Sequence[str]]:
    """Yield a heading and a line for each message."""
    yield (
        gettext("时间"),
        gettext("收件人"),
        gettext("渠道"),
        gettext("事项"),
        gettext("内容"),
        gettext("结果"),
        gettext("送达时间"),
        gettext("次数"),
        gettext("原因"),
    )
    for row in rows:
        sent = row.delivery
        yield (
            f"{row.planned_at:%Y-%m-%d %H:%M}",
            sent.person.name if sent.person else sent.recipient,
            row.channel,
            gettext("、").join(str(reminder.params["number"]) for reminder in row.reminders),
            sent.subject,
            row.state,
            f"{timezone.localtime(sent.sent_at):%Y-%m-%d %H:%M:%S}" if sent.sent_at else "",
            str(sent.attempts_made),
            sent.last_error,
        )


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


def _state_tabs(counts: dict[str, int], state: str, search: str) -> list[Tab]:
    words = {
        "today": gettext("今天"),
        "sent": gettext("送达"),
        "waiting": gettext("待发"),
        "retry": gettext("重试中"),
        "failed": gettext("失败"),
        "cancelled": gettext("未发"),
        "all": gettext("全部"),
    }
    chosen = state if state in words else "all"
    return [
        Tab(
            label,
            f"?{urlencode({'state': key} | ({'q': search} if search else {}))}#record",
            counts[key],
            key == chosen,
        )
        for key, label in words.items()
    ]
