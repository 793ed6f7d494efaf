"""What came of an import: its figures, its decisions in words, the fate of every row of the file."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from accounts.clock import business_time
from accounts.entry import PageRequest
from projects.choices import BatchState, RowOutcome
from projects.importing.record import decisions_of
from projects.importing.wording import skipped_reason
from projects.models import ImportBatch, ImportRow

ROWS = 100
MOST_DECISIONS = 200

SHOWN = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.DROPPED, RowOutcome.UNCHANGED, RowOutcome.SKIPPED)


def show_record(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    if batch.discarded:
        return render(request, "projects/import_discarded.html", {"batch": batch})
    asked = request.GET.get("show", "")
    show = asked if asked in {outcome.value for outcome in SHOWN} else ""
    rows = ImportRow.objects.filter(batch=batch).select_related("task").order_by("pk")
    counts = {outcome: rows.filter(outcome=outcome).count() for outcome in SHOWN}
    listed = rows.filter(outcome=show) if show else rows
    lines = Paginator(listed, ROWS).get_page(request.GET.get("page"))
    decisions = [
        replace(one, when=one.when and business_time(one.when)) for one in decisions_of(batch, today=request.today)
    ]
    every = "decisions" in request.GET
    context = {
        "batch": batch,
        "undone": batch.state == BatchState.UNDONE,
        "tabs": [_tab("", sum(counts.values()), show), *(_tab(each.value, counts[each], show) for each in SHOWN)],
        "show": show,
        "page": lines,
        "lines": [{"row": row, "reason": skipped_reason(row.reason) if row.reason else ""} for row in lines],
        "decisions": decisions if every else decisions[:MOST_DECISIONS],
        "decided": len(decisions),
        "figures": _figures(batch),
    }
    return render(request, "projects/import_applied.html", context)


def _tab(outcome: str, number: int, show: str) -> dict[str, Any]:
    labels = {
        "": gettext("全部"),
        "new": gettext("＋ 新增"),
        "changed": gettext("△ 修改"),
        "dropped": gettext("－ 取消"),
        "unchanged": gettext("＝ 未变"),
        "skipped": gettext("○ 略去"),
    }
    return {"label": labels[outcome], "url": f"?show={outcome}", "number": number, "current": outcome == show}


def _figures(batch: ImportBatch) -> list[dict[str, Any]]:
    labels = {
        "new": gettext("新增"),
        "changed": gettext("修改"),
        "cancelled": gettext("取消"),
        "unchanged": gettext("未变"),
        "fields": gettext("改动字段"),
        "milestones": gettext("节点"),
        "targets": gettext("指标"),
        "refused": gettext("决定不采用"),
        "skipped": gettext("略去的行"),
    }
    known = batch.summary
    return [{"label": label, "number": known[key]} for key, label in labels.items() if key in known]
