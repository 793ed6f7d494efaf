"""The record of what was told: looked through, taken away as a table, and one message as it was sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from tracker.boards.deliveries import Asked, Row, all_deliveries, deliveries, is_long, letter, units
from tracker.choices import Channel, DeliveryState
from tracker.models import Reminder
from tracker.publishing.text_table import write_text_table
from tracker.reminding.naming import channel_name, step_name
from tracker.views.files import csv_file

WIDTHS = (18, 14, 28, 10, 50, 40, 10, 20, 8, 40, 40)


class RecordForm(forms.Form):
    """What the address asks for; nonsense asks for nothing."""

    day = forms.DateField(required=False)
    state = forms.CharField(required=False, max_length=16)
    q = forms.CharField(required=False, max_length=100)
    unit = forms.IntegerField(required=False, min_value=1)
    channel = forms.ChoiceField(required=False, choices=[(each.value, each.value) for each in Channel])
    begin = forms.DateField(required=False)
    end = forms.DateField(required=False)
    before = forms.IntegerField(required=False, min_value=1)
    after = forms.IntegerField(required=False, min_value=1)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    number: int | None
    current: bool


def asked_of(request: PageRequest) -> Mapping[str, Any]:
    form = RecordForm(request.GET)
    form.is_valid()
    return form.cleaned_data


def record_context(request: PageRequest, asked: Mapping[str, Any]) -> dict[str, Any]:
    wanted = _asked(asked)
    found = deliveries(request.reach, wanted, today=request.today)
    said = {name: value for name, value in _said(wanted).items() if name != "state"}
    query = urlencode(_said(wanted))
    return {
        "record": found,
        "asked": wanted,
        "units": units(request.reach),
        "channels": [(each.value, channel_name(each)) for each in Channel],
        "tabs": _state_tabs(found.counts, wanted.state, said),
        "query": query,
        "narrowed": bool(said),
        "older": _beyond(query, "before", found.older),
        "newer": _beyond(query, "after", found.newer),
    }


@page
@require_safe
def record_file(request: PageRequest) -> StreamingHttpResponse:
    """Send the record as the tabs and the search show it, as plain text for a spreadsheet, however long."""
    rows = all_deliveries(request.reach, _asked(asked_of(request)), today=request.today)
    return csv_file(gettext("送达记录-%(day)s.csv") % {"day": request.today.isoformat()}, record_lines(rows))


@page
@require_safe
def record_book(request: PageRequest) -> HttpResponseBase:
    """Send the same as a workbook, unless it is too long for one to be waited for."""
    asked = _asked(asked_of(request))
    if is_long(request.reach, asked, today=request.today):
        messages.warning(request, gettext("超过 20000 行，请先按日期或单位缩小范围，或者导出 .csv。"))
        return redirect(f"{reverse('tracker:reminders')}?{urlencode(_said(asked))}#record")
    lines = record_lines(all_deliveries(request.reach, asked, today=request.today))
    name = gettext("送达记录-%(day)s.xlsx") % {"day": request.today.isoformat()}
    return FileResponse(write_text_table(gettext("送达记录"), WIDTHS, lines), as_attachment=True, filename=name)


@page
@require_safe
def delivery(request: PageRequest, delivery_id: int) -> HttpResponse:
    found = letter(request.reach, delivery_id, today=request.today)
    return render(request, "tracker/delivery.html", {"letter": found, "office": request.reach.office})


def record_lines(rows: Iterable[Row]) -> Iterator[Sequence[str]]:
    """Yield a heading and a line for each message."""
    yield (
        gettext("时间"),
        gettext("收件人"),
        gettext("地址"),
        gettext("渠道"),
        gettext("事项"),
        gettext("内容"),
        gettext("结果"),
        gettext("送达时间"),
        gettext("次数"),
        gettext("对方答复"),
        gettext("编号"),
    )
    for row in rows:
        sent = row.delivery
        yield (
            f"{row.planned_at:%Y-%m-%d %H:%M}",
            row.who,
            sent.address if sent.person_id and sent.channel != Channel.INBOX else "",
            row.channel,
            "\n".join(_item(reminder) for reminder in row.reminders),
            sent.subject,
            row.state,
            f"{row.sent_at:%Y-%m-%d %H:%M:%S}" if row.sent_at else "",
            str(sent.attempts_made) if sent.channel != Channel.INBOX else "",
            sent.provider_ref if sent.state == DeliveryState.SENT else row.why,
            sent.message_id,
        )


def _item(reminder: Reminder) -> str:
    """Name the item and the step of it that is told, on a line of its own."""
    said = reminder.params
    named = gettext("第%(number)s项 %(title)s") if said.get("number") else "%(title)s"
    step = step_name(reminder.step, subject_kind=reminder.subject_kind)
    return f"{named % {'number': said.get('number', ''), 'title': said.get('title', '')}}・{step}"


def _asked(said: Mapping[str, Any]) -> Asked:
    named = {
        "words": said.get("q", ""),
        **{name: said.get(name) for name in ("unit", "begin", "end", "before", "after")},
    }
    return Asked(state=said.get("state", ""), channel=said.get("channel", ""), **named)


def _said(asked: Asked) -> dict[str, str]:
    """Return what the address says of a search, without the page."""
    names = {field.name: field.name for field in fields(Asked) if field.name not in ("before", "after")} | {
        "words": "q"
    }
    return {key: str(value) for name, key in names.items() if (value := getattr(asked, name))}


def _beyond(query: str, name: str, number: int | None) -> str:
    return f"?{query}{'&' if query else ''}{name}={number}#record" if number else ""


def _state_tabs(counts: Mapping[str, int], state: str, said: Mapping[str, str]) -> list[Tab]:
    words = {
        "today": gettext("今天"),
        "sent": gettext("送达"),
        "waiting": gettext("待发"),
        "retry": gettext("重试中"),
        "failed": gettext("失败"),
        "cancelled": gettext("未发"),
        "all": gettext("全部日期"),
    }
    chosen = state if state in words else "all"
    return [
        Tab(label, f"?{urlencode({'state': key, **said})}#record", counts.get(key), key == chosen)
        for key, label in words.items()
    ]
