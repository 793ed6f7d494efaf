"""Lists to be taken along: asked for on a plan, and fetched by the one who asked."""

from dataclasses import replace

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entry import PageRequest, page
from projects.access import get_plan
from projects.exporting.source import has_own_book
from projects.models import Plan
from projects.tables import count_of
from tracker.boards.ledger import found
from tracker.choices import DownloadKind, DownloadState
from tracker.downloads import AT_ONCE, KEPT, ask_list, downloads_of, is_short, list_file, list_name
from tracker.forms import FilterForm
from tracker.views.board import chosen_plan

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page
@require_http_methods(["GET", "POST"])
def plan_list(request: PageRequest, plan_id: int) -> HttpResponseBase:
    """Offer the plan's ledger and its list, and give them at once where they are short."""
    plan = get_plan(request.reach, plan_id, today=request.today)
    short = is_short(plan, request.reach, today=request.today)
    if request.method != "POST":
        context = {
            "plan": plan,
            "short": short,
            "items": count_of(plan, request.reach, today=request.today),
            "own_book": request.reach.office and has_own_book(plan),
        }
        return render(request, "tracker/plan_list.html", context)
    ledger = request.POST.get("kind") == DownloadKind.LEDGER
    return _given(request, plan, DownloadKind.LEDGER if ledger else DownloadKind.LIST, at_once=short)


@page
@require_POST
def items_file(request: PageRequest) -> HttpResponseBase:
    """Give the items of a list by its filters, as a workbook or as text."""
    filters = FilterForm(request.GET).filters()
    plan = chosen_plan(request, filters.plan)
    if plan is None:
        raise Http404
    asked = replace(filters, plan=plan.pk)
    text = request.POST.get("kind") == DownloadKind.ITEMS_CSV
    at_once = found(plan, request.reach, asked, today=request.today).count() <= AT_ONCE
    kind = DownloadKind.ITEMS_CSV if text else DownloadKind.ITEMS
    return _given(request, plan, kind, asked.but(), at_once=at_once)


def _given(request: PageRequest, plan: Plan, kind: DownloadKind, query: str = "", *, at_once: bool) -> HttpResponseBase:
    """Give a list now, or ask for it and show where it will lie."""
    if not at_once:
        ask_list(plan=plan, user=request.user, kind=kind, query=query, by=request.actor, now=request.now)
        messages.success(request, gettext("清单正在生成，好了会列在这一页。"))
        return redirect("tracker:downloads")
    name = list_name(plan, kind, today=request.today)
    with list_file(plan, request.reach, kind, query, today=request.today) as file:
        content = file.read()
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
    return HttpResponse(content, content_type=content_type(name), headers=headers)


def content_type(name: str) -> str:
    return CSV if name.endswith(".csv") else XLSX


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
    row = downloads_of(request.reach, today=request.today).filter(pk=download_id, state=DownloadState.MADE).first()
    if row is None:
        raise Http404
    get_plan(request.reach, row.plan_id, today=request.today)
    file = default_storage.open(row.stored)
    return FileResponse(file, as_attachment=True, filename=row.name, content_type=content_type(row.name))
