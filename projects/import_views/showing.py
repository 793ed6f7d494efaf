"""What the check page is given: one page of the sheet, its tabs, and what will be written."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from accounts.entry import PageRequest
from projects.choices import BatchState
from projects.importing.batches import applied_before, preview
from projects.importing.page.laying import Overview, Wish, lay_out, overview
from projects.importing.page.parts import ImportPage
from projects.models import ImportBatch

TABS = ("all", "asked", "changed", "new", "dropped", "unchanged", "skipped")

# A broader sheet has the questions above it.
MOST_COLUMNS_BESIDE = 6


def view_of(request: PageRequest, batch: ImportBatch) -> Overview:
    return overview(preview(batch, by=request.actor), remembered=batch.summary.get("remembered"))


def wish_of(asked: QueryDict) -> Wish:
    """Return which part of the sheet an address or a form asks for."""
    show = asked.get("show", "all")
    return Wish(show if show in TABS else "all", _number(asked.get("page"), 1), _number(asked.get("at"), 0))


def show_batch(request: PageRequest, batch: ImportBatch, *, notice: str = "", status: int = 200) -> HttpResponse:
    """Return the page of a batch, whatever its state."""
    if batch.state == BatchState.REFUSED:
        return render(request, "projects/import_refused.html", {"batch": batch})
    if batch.state != BatchState.PREVIEWED:
        return render(request, "projects/import_applied.html", {"batch": batch})
    shown = lay_out(view_of(request, batch), wish_of(request.POST or request.GET))
    context = {**page_context(batch, shown), "notice": notice, "before": applied_before(batch)}
    template = "projects/import_page.html" if request.htmx else "projects/import_check.html"
    return render(request, template, context, status=status)


def page_context(batch: ImportBatch, shown: ImportPage) -> dict[str, Any]:
    return {
        "batch": batch,
        "page": shown,
        "tabs": [_tab(tab, shown) for tab in TABS if tab != "skipped" or shown.counts["skipped"]],
        "broad": any(len(block.columns) > MOST_COLUMNS_BESIDE for block in shown.blocks),
        "days": (date(batch.year - 5, 1, 1), date(batch.year + 30, 12, 31)),
        "here_url": here_url(batch, {"show": shown.show, "page": shown.number}),
        "decide_url": reverse("projects:import_decide", args=[batch.pk]),
        **_foot(batch, shown),
    }


def here_url(batch: ImportBatch, query: Mapping[str, object]) -> str:
    return f"{reverse('projects:import', args=[batch.pk])}?{urlencode(query)}"


def question_url(batch: ImportBatch, number: int) -> str:
    return f"{here_url(batch, {'show': 'all', 'at': number})}#question-{number}" if number else ""


def _foot(batch: ImportBatch, shown: ImportPage) -> dict[str, Any]:
    """Return what the confirm bar says will be written."""
    labels = {
        "new": gettext("新增"),
        "changed": gettext("修改"),
        "dropped": gettext("取消"),
        "unchanged": gettext("未变"),
    }
    first = f"#question-{shown.first_undecided}" if shown.first_undecided else ""
    return {
        "counts": [{"label": label, "number": shown.counts[key]} for key, label in labels.items()],
        "rest": gettext("节点 %(milestones)s 个　指标 %(targets)s 个　原文逐格保存，可整批撤回") % shown.counts,
        "label": gettext("确认写入 %(rows)s 项") % shown.counts,
        "first_url": first or question_url(batch, shown.next_undecided),
        "next_url": question_url(batch, shown.next_undecided),
    }


def _tab(tab: str, shown: ImportPage) -> dict[str, Any]:
    labels = {
        "all": gettext("全部"),
        "asked": gettext("需决定"),
        "changed": gettext("△ 修改"),
        "new": gettext("＋ 新增"),
        "dropped": gettext("－ 取消"),
        "unchanged": gettext("＝ 未变"),
        "skipped": gettext("○ 略去"),
    }
    number = sum(shown.counts[each] for each in ("rows", "dropped")) if tab == "all" else shown.counts[tab]
    return {"label": labels[tab], "url": f"?show={tab}", "number": number, "current": tab == shown.show}


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else otherwise
