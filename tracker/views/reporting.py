"""Reporting on an item: the form under its row or on its own page, and what comes of it."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.entry import PageRequest, page
from projects.access import get_task
from tracker.boards.answering import Answering, answering
from tracker.boards.mine import mine
from tracker.forms import ReportForm
from tracker.models import ProgressReport
from tracker.reporting import NotReportable, submit_report
from tracker.sentences import round_text
from tracker.views.mine import tabs
from tracker.views.report_form import form_context


@page
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PageRequest, task_id: int) -> HttpResponse:
    owed = request.GET.get("owed", "")
    try:
        asked = answering(request.reach, task_id, owed_id=int(owed) if owed.isdecimal() else None, today=request.today)
    except NotReportable as refusal:
        return _refused(request, task_id, refusal, typed=request.POST.get("sentence") or request.POST.get("reason", ""))
    if request.method != "POST":
        return _page(request, asked, None)
    form = ReportForm(asked, request.POST)
    if not form.is_valid():
        return _page(request, asked, form, status=422)
    first = ProgressReport.objects.filter(token=form.cleaned_data["token"], task=task_id).first()
    if first is None and form.cleaned_data["seen"] != asked.seen:
        return _conflict(request, asked, form)
    try:
        made = first or _submit(request, asked, form)
    except NotReportable as refusal:
        return _refused(request, task_id, refusal, typed=form.account().sentence)
    return _done(request, asked, made)


def _submit(request: PageRequest, asked: Answering, form: ReportForm) -> ProgressReport:
    return submit_report(
        task=asked.line.task,
        department=asked.department,
        reporting_round=asked.round,
        account=form.account(),
        person=request.user.person,
        token=form.cleaned_data["token"],
        by=request.actor,
        now=request.now,
    )


def _done(request: PageRequest, asked: Answering, made: ProgressReport) -> HttpResponse:
    """Show the row in its new state with the page's counts; without script, lead back to the list."""
    messages.success(
        request,
        gettext("第 %(number)s 项已报 %(at)s。")
        % {"number": asked.line.task.number, "at": localtime(made.submitted_at).strftime("%H:%M")},
    )
    if not in_place(request):
        return redirect("tracker:mine")
    now = answering(
        request.reach, asked.line.task.pk, owed_id=asked.owed.pk if asked.owed else None, today=request.today
    )
    view = mine(request.reach, today=request.today)
    context = {
        "row": now.row,
        "mine": view,
        "tabs": tabs(view),
        "reported_at": localtime(made.submitted_at),
    }
    return render(request, "tracker/mine_done.html", context)


def _page(request: PageRequest, asked: Answering, form: ReportForm | None, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "row": asked.row,
        "asked": asked,
        "round_name": round_text(asked.round.key),
        "form": form_context(
            asked, form, token=_token(form), post_url=_address(request), no_change="no_change" in request.GET
        ),
    }
    template = "tracker/mine_row.html" if in_place(request) else "tracker/report.html"
    return render(request, template, context, status=status)


def _conflict(request: PageRequest, asked: Answering, form: ReportForm) -> HttpResponse:
    """Someone reported meanwhile: show both, and let the second decide."""
    if in_place(request) and asked.newest:
        form.add_error(
            None,
            gettext("%(who)s 刚报过：“%(sentence)s”。仍要用您写的，请再提交一次。")
            % {"who": asked.newest.author_name, "sentence": asked.newest.sentence},
        )
        return _page(request, asked, form, status=422)
    context = {
        "row": asked.row,
        "asked": asked,
        "theirs": asked.newest,
        "typed": form.account(),
        "form": form_context(asked, form, token=_token(form), post_url=_address(request), no_change=False),
    }
    return render(request, "tracker/report_conflict.html", context, status=409)


def _refused(request: PageRequest, task_id: int, refusal: NotReportable, *, typed: str = "") -> HttpResponse:
    """Say why nothing is taken, with what was typed, to be copied."""
    task = get_task(request.reach, task_id, today=request.today)
    last = ProgressReport.objects.filter(task=task).select_related("round").order_by("-pk").first()
    context = {"task": task, "reason": refusal.reason, "typed": typed, "theirs": last}
    if not in_place(request):
        status = 409 if request.method == "POST" else 200
        return render(request, "tracker/report_refused.html", context, status=status)
    if request.method == "POST":
        # Of the refusals only 422 is swapped in; what was typed must not be lost with the form.
        context["row_id"] = request.headers.get("HX-Target", "")
        return render(request, "tracker/report_refused_row.html", context, status=422)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("tracker:item", args=[task_id])
    return answer


def in_place(request: HttpRequest) -> bool:
    """Say whether the answer is swapped into a page rather than shown as one."""
    return request.headers.get("HX-Request") == "true"


def _address(request: PageRequest) -> str:
    owed = request.GET.get("owed", "")
    return f"{request.path}?owed={owed}" if owed.isdecimal() else request.path


def _token(form: ReportForm | None) -> str:
    """Keep the token of a form that comes back, so that its second submit is still the first."""
    return (form.data.get("token") if form else "") or secrets.token_urlsafe(24)
