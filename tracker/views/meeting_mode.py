"""One item on the big screen: how it stands, what is decided on it, on to the next."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Person
from projects.calendars import workdays_for
from tracker.access import get_agenda_item, may_direct
from tracker.boards.directives import answering_units, reader_as_leader
from tracker.boards.meetings import chairs, on_screen
from tracker.follow_ups import PROPOSED_WORKDAYS, NotOpenError
from tracker.meetings.running import WrongMeetingState, decide, keep_decision_draft
from tracker.models import AgendaItem
from tracker.views.meeting_forms import DecisionForm

KEPT = ("text", "department", "due_on", "leader")
"""Fields of the form that a draft keeps."""


@page
@require_http_methods(["GET", "POST"])
def meeting_item(request: PageRequest, agenda_id: int) -> HttpResponse:
    item = get_agenda_item(request.reach, agenda_id, today=request.today)
    if request.method == "GET":
        return _shown(request, item)
    leaders = _leaders(request, item)
    if not leaders:
        raise PermissionDenied
    form = _form(request, item, leaders, data=request.POST)
    if not form.is_valid():
        return _shown(request, item, form, status=422)
    return _decided(request, item, form)


def _decided(request: PageRequest, item: AgendaItem, form: DecisionForm) -> HttpResponse:
    said, unit = form.cleaned_data, form.unit_chosen()
    try:
        decide(
            item=item,
            seen=said["seen"],
            leader=form.leader_chosen(),
            department=unit,
            text=said["text"],
            due_on=said["due_on"],
            token=said["token"],
            by=request.actor,
            now=request.now,
        )
    except Conflict:
        item = get_agenda_item(request.reach, item.pk, today=request.today)
        again = request.POST.copy()
        again["seen"] = str(item.version)
        form.data = again
        wrong = gettext("您写的时候，别人在这一项上也定了事，见下。您写的还在，没有记；看过以后再记一次，或改一改。")
        return _shown(request, item, form, wrong=wrong, status=409)
    except (WrongMeetingState, NotOpenError):
        item = get_agenda_item(request.reach, item.pk, today=request.today)
        wrong = gettext("没有记下：会议现在不在进行中，或者这个事项不在办理中。您写的：%(text)s") % {
            "text": said["text"]
        }
        return _shown(request, item, form, wrong=wrong, status=409)
    messages.success(request, gettext("已记下，%(unit)s的清单里会列出。") % {"unit": unit})
    return redirect("tracker:meeting_item", item.pk)


def _leaders(request: PageRequest, item: AgendaItem) -> dict[int, tuple[Person, str]]:
    """Return whose decision it can be: the reader's own, and for the office that of any leader, the chair first."""
    found: dict[int, tuple[Person, str]] = {}
    if may_direct(request.reach, item.task, today=request.today):
        own = reader_as_leader(request.reach)
        found |= {own.pk: (own, own.name)} if own is not None else {}
    if request.reach.office:
        chair = item.meeting.chair
        found.setdefault(chair.pk, (chair, f"{item.meeting.chair_post} {chair.name}"))
        for row in chairs(item.organization_id, today=request.today):
            found.setdefault(row.person_id, (row.person, f"{row.post.name} {row.person.name}"))
    return found


def _form(
    request: PageRequest, item: AgendaItem, leaders: dict[int, tuple[Person, str]], *, data: Any = None
) -> DecisionForm:
    due_on = workdays_for(item.organization_id).add(request.today, PROPOSED_WORKDAYS)
    return DecisionForm(
        data,
        initial={"token": secrets.token_urlsafe(24), "seen": item.version, "due_on": due_on},
        leaders=leaders,
        units=answering_units(item.task, today=request.today),
        today=request.today,
    )


def _shown(
    request: PageRequest, item: AgendaItem, form: DecisionForm | None = None, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    view = on_screen(item, request.reach, today=request.today)
    leaders = _leaders(request, item) if view.open and view.in_work else {}
    if leaders and form is None:
        form = _form(request, item, leaders)
        form.initial = {**form.initial, "leader": item.meeting.chair_id, **(view.draft.content if view.draft else {})}
    context = {
        "view": view,
        "form": form if leaders else None,
        "wrong": wrong,
        "draft_at": localtime(view.draft.saved_at).strftime("%H:%M") if view.draft else "",
    }
    return render(request, "tracker/meeting_item.html", context, status=status)


@page
@require_POST
def meeting_item_draft(request: PageRequest, agenda_id: int) -> HttpResponseBase:
    """Keep what is typed so far; the form stays as it is."""
    item = get_agenda_item(request.reach, agenda_id, today=request.today)
    if not _leaders(request, item):
        raise PermissionDenied
    keep_decision_draft(
        item=item,
        content={name: request.POST.get(name, "") for name in KEPT},
        token=request.POST.get("token", ""),
        by=request.actor,
        now=request.now,
    )
    return JsonResponse({"at": localtime(request.now).strftime("%H:%M")})
