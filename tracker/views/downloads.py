"""Lists to be taken along: asked for on a plan, and fetched by the one who asked."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entry import PageRequest, page
from projects.access import get_plan
from projects.tables import count_of
from tracker.choices import DownloadState
from tracker.downloads import KEPT, ask_list, downloads_of, is_short, list_file, list_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page
@require_http_methods(["GET", "POST"])
def plan_list(request: PageRequest, plan_id: int) -> HttpResponseBase:
    """Offer the plan's list, and give it at once where it is short."""
    plan = get_plan(request.reach, plan_id, today=request.today)
    short = is_short(plan, request.reach, today=request.today)
    if request.method != "POST":
        context = {"plan": plan, "short": short, "items": count_of(plan, request.reach, today=request.today)}
        return render(request, "tracker/plan_list.html", context)
    if short:
        file = list_file(plan, request.reach, today=request.today)
        return FileResponse(file, as_attachment=True, filename=list_name(plan, today=request.today), content_type=XLSX)
    ask_list(plan=plan, user=request.user, by=request.actor, now=request.now)
    messages.success(request, gettext("清单正在生成，好了会列在这一页。"))
    return redirect("tracker:downloads")


@page
@require_safe
def downloads(request: PageRequest) -> HttpResponse:
    rows = list(downloads_of(request.reach, today=request.today)[:100])
    waiting = any(row.state != DownloadState.MADE for row in rows)
    context = {"rows": rows, "waiting": waiting, "days": KEPT.days}
    return render(request, "tracker/downloads.html", context)


@page
@require_safe
def download(request: PageRequest, download_id: int) -> HttpResponseBase:
    """Give a list to the one who asked, while it is kept and the plan is still theirs to see."""
    found = downloads_of(request.reach, today=request.today).filter(pk=download_id, state=DownloadState.MADE).first()
    if found is None:
        raise Http404
    get_plan(request.reach, found.plan_id, today=request.today)
    return FileResponse(default_storage.open(found.stored), as_attachment=True, filename=found.name, content_type=XLSX)
