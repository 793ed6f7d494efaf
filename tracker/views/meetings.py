"""Meetings: the list, preparing one, its agenda, closing it, and its minutes."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from tracker.access import agenda_for, get_meeting, reads_minutes
from tracker.boards.meetings import chairs, item_by_number, meeting_view, plans_to_meet_on
from tracker.boards.meetings import meetings as read_meetings
from tracker.choices import MeetingState
from tracker.forms import FilterForm
from tracker.meetings.running import (
    WrongMeetingState,
    add_to_agenda,
    close_meeting,
    leave_out,
    move_item,
    open_meeting,
    prepare_meeting,
    renew_agenda,
)
from tracker.models import AgendaItem, Meeting
from tracker.publishing.minutes import minutes_of, title_of
from tracker.views.meeting_forms import ClosingForm, MeetingForm

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@page
@require_safe
def meetings(request: PageRequest) -> HttpResponse:
    lines, shown = read_meetings(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    return render(request, "tracker/meetings.html", {"lines": lines, "page": shown})


@page
@require_http_methods(["GET", "POST"])
def meeting_add(request: PageRequest) -> HttpResponse:
    plans = list(plans_to_meet_on(request.reach, today=request.today))
    holdings = chairs(request.reach.organization_id, today=request.today)
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        plans=plans,
        holdings=holdings,
        initial={"day": request.today, "title": gettext("重点工作调度会")},
    )
    if plans and holdings and form.is_valid():
        said = form.cleaned_data
        row = prepare_meeting(
            plan=form.plan_chosen(), day=said["day"], title=said["title"], chair=form.chair_chosen(), by=request.actor
        )
        return redirect("tracker:meeting", row.pk)
    context = {"form": form, "plans": plans, "holdings": holdings}
    return render(request, "tracker/meeting_add.html", context, status=422 if form.errors else 200)


@page
@require_safe
def meeting(request: PageRequest, meeting_id: int) -> HttpResponse:
    return _shown(request, get_meeting(request.reach, meeting_id, today=request.today))


def _shown(
    request: PageRequest, row: Meeting, *, wrong: str = "", closing: ClosingForm | None = None, status: int = 200
) -> HttpResponse:
    view = meeting_view(row, request.reach, today=request.today)
    said = {"version": row.version, "attendees": row.attendees, "remarks": row.remarks}
    context = {
        "view": view,
        "row": row,
        "wrong": wrong,
        "closing": closing or ClosingForm(initial=said),
        "minutes_title": title_of(row),
    }
    return render(request, "tracker/meeting.html", context, status=status)


def _overtaken(request: PageRequest, meeting_id: int, closing: ClosingForm | None = None) -> HttpResponse:
    """Show what stands there now; what was typed stays in the form, over the new version."""
    row = get_meeting(request.reach, meeting_id, today=request.today)
    if closing is not None:
        again = request.POST.copy()
        again["version"] = str(row.version)
        closing.data = again
    wrong = gettext("您看的时候，别人已经改过这次会议，下面是现在的样子。您的操作没有写入。")
    return _shown(request, row, wrong=wrong, closing=closing, status=409)


def _run(request: PageRequest, meeting_id: int) -> tuple[Meeting, int]:
    """Return the meeting for the office and the version it saw; raise PermissionDenied to all others."""
    row = get_meeting(request.reach, meeting_id, today=request.today)
    require_office(request.reach)
    seen = request.POST.get("version", "")
    return row, int(seen) if seen.isdecimal() else 0


@page
@require_POST
def meeting_agenda(request: PageRequest, meeting_id: int) -> HttpResponse:
    """Change the agenda by one step: move an item, leave it out, put it back, add one, or draw it up anew."""
    row, version = _run(request, meeting_id)
    act, by = request.POST.get("act", ""), request.actor
    try:
        match act:
            case "renew":
                renew_agenda(meeting=row, version=version, by=by)
            case "add":
                task = item_by_number(row, request.POST.get("number", ""))
                if task is None:
                    return _shown(request, row, wrong=gettext("表里没有这个序号的在办事项。"), status=422)
                add_to_agenda(meeting=row, version=version, task=task, by=by)
            case "up" | "down":
                move_item(item=_item(request, row), version=version, up=act == "up", by=by)
            case "out" | "back":
                leave_out(item=_item(request, row), version=version, out=act == "out", by=by)
            case _:
                return _shown(request, row, wrong=gettext("这张表单已过期，请再点一次。"), status=422)
    except (Conflict, WrongMeetingState):
        return _overtaken(request, meeting_id)
    return redirect("tracker:meeting", row.pk)


def _item(request: PageRequest, row: Meeting) -> AgendaItem:
    asked = request.POST.get("item", "")
    found = agenda_for(request.reach, today=request.today).filter(
        meeting=row, pk=int(asked) if asked.isdecimal() else 0
    )
    item = found.first()
    if item is None:
        raise Http404
    return item


@page
@require_POST
def meeting_open(request: PageRequest, meeting_id: int) -> HttpResponse:
    """Open the meeting and call up its first item."""
    row, version = _run(request, meeting_id)
    try:
        open_meeting(meeting=row, version=version, by=request.actor, now=request.now)
    except (Conflict, WrongMeetingState):
        return _overtaken(request, meeting_id)
    first = row.items.filter(left_out=False).order_by("position", "pk").first()
    return redirect("tracker:meeting_item", first.pk) if first else redirect("tracker:meeting", row.pk)


@page
@require_POST
def meeting_close(request: PageRequest, meeting_id: int) -> HttpResponse:
    """Close the meeting and make its minutes; of a closed one, make them anew."""
    row, _ = _run(request, meeting_id)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, closing=form, status=422)
    said: dict[str, Any] = form.cleaned_data
    try:
        close_meeting(
            meeting=row,
            version=said["version"],
            attendees=said["attendees"],
            remarks=said["remarks"],
            make=minutes_of,
            by=request.actor,
            now=request.now,
        )
    except (Conflict, WrongMeetingState):
        return _overtaken(request, meeting_id, form)
    messages.success(request, gettext("会议已结束，纪要已生成。"))
    return redirect("tracker:meeting", row.pk)


@page
@require_safe
def meeting_minutes(request: PageRequest, meeting_id: int) -> HttpResponseBase:
    """Give the last minutes as they were made."""
    row = get_meeting(request.reach, meeting_id, today=request.today)
    if not reads_minutes(request.reach):
        raise PermissionDenied
    made = row.minutes.order_by("-edition").first()
    if made is None or row.state != MeetingState.CLOSED:
        raise Http404
    name = f"{title_of(row)}（{row.day:%Y-%m-%d}）.docx"
    return FileResponse(BytesIO(bytes(made.content)), as_attachment=True, filename=name, content_type=WORD)
