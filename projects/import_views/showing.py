"""What the check page is given: one page of the sheet, its tabs, what waits, and what will be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from accounts.directory import normalise
from accounts.entry import PageRequest
from projects.access import plans_for
from projects.choices import BatchState, PlanState
from projects.importing.batches import applied_before, table_title
from projects.importing.page.labels import names_of, role_labels
from projects.importing.page.laying import Overview, Wish, lay_out
from projects.importing.page.parts import ImportPage, Refused
from projects.importing.remembering import last_of_layout
from projects.importing.shelf import history_mark, overview_of
from projects.models import ImportBatch

NOTHING: Mapping[str, Refused] = MappingProxyType({})
TABS = ("all", "asked", "changed", "new", "dropped", "unchanged", "skipped")

FEW_IN_COMMON = 0.1
"""Up to this share of its rows a table may be like items of a plan by chance."""

# A broader sheet has the questions above it.
MOST_COLUMNS_BESIDE = 6


@dataclass(frozen=True, slots=True)
class Notice:
    """What the reader must know before going on, with the things it is about one a line."""

    text: str
    lines: Sequence[str] = ()


def wish_of(asked: QueryDict) -> Wish:
    """Return which part of the sheet an address or a form asks for."""
    show = asked.get("show", "all")
    place = number_of(asked.get("place"), 0) if "place" in asked else None
    return Wish(show if show in TABS else "all", number_of(asked.get("page"), 1), number_of(asked.get("at"), 0), place)


def number_of(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else otherwise


def show_check(
    request: PageRequest,
    batch: ImportBatch,
    *,
    notice: Notice | None = None,
    status: int = 200,
    wish: Wish | None = None,
    refused: Mapping[str, Refused] = NOTHING,
) -> HttpResponse:
    """Return the check page; htmx gets the part that changes. A batch that isn't checked has another page.

    `refused` are answers just given that were not kept: each is told at its question.
    """
    if batch.state != BatchState.PREVIEWED:
        return redirect("projects:import", batch.pk)
    view = overview_of(batch, by=request.actor)
    context = page_context(request, batch, view, wish or wish_of(request.POST or request.GET), refused)
    context |= {"notice": notice, "twin": applied_before(batch) if view.prepared.twin else None}
    return render(
        request, "projects/import_page.html" if request.htmx else "projects/import_check.html", context, status=status
    )


def page_context(
    request: PageRequest, batch: ImportBatch, view: Overview, wish: Wish, refused: Mapping[str, Refused] = NOTHING
) -> dict[str, Any]:
    shown = lay_out(view, wish, refused)
    return {
        "batch": batch,
        "page": shown,
        "tabs": [_tab(tab, shown) for tab in TABS if tab != "skipped" or shown.counts["skipped"]],
        "roles": role_labels(),
        "broad": any(len(block.columns) > MOST_COLUMNS_BESIDE for block in shown.blocks),
        "days": days_of(batch),
        "mark": history_mark(batch.organization_id).entry,
        "last": last_of_layout(batch) if shown.undecided else None,
        "plans": _plans(request, batch),
        "stranger": _stranger(batch, view),
        "directory": names_of(view.prepared.names) if any(asked.anyone for asked in shown.questions) else (),
        "decide_url": reverse("projects:import_decide", args=[batch.pk]),
        **_foot(batch, shown),
    }


def days_of(batch: ImportBatch) -> tuple[date, date]:
    """Return between which days another one may be typed."""
    return date(batch.year - 5, 1, 1), date(batch.year + 30, 12, 31)


def here_url(batch: ImportBatch, query: Mapping[str, object]) -> str:
    return f"{reverse('projects:import', args=[batch.pk])}?{urlencode(query)}"


def question_url(batch: ImportBatch, number: int) -> str:
    return f"{here_url(batch, {'show': 'all', 'at': number})}#question-{number}" if number else ""


def _plans(request: PageRequest, batch: ImportBatch) -> list[dict[str, Any]]:
    """Return the tables of the batch's year that it may be compared with, the chosen one marked."""
    plans = plans_for(request.reach, today=request.today).filter(year=batch.year).exclude(state=PlanState.ARCHIVED)
    return [{"id": plan.pk, "title": plan.title, "chosen": plan.pk == batch.plan_id} for plan in plans.order_by("pk")]


def _stranger(batch: ImportBatch, view: Overview) -> str:
    """Return the title of a table that has another name than the plan it is compared with, and few of its items."""
    title, prepared = table_title(view.prepared.reading), view.prepared
    if batch.plan is None or not title or normalise(title) == normalise(batch.plan.title) or not prepared.tasks:
        return ""
    kept = sum(row.row is not None and row.task_id is not None for row in prepared.diff)
    return title if kept <= FEW_IN_COMMON * len(prepared.rows) else ""


def _foot(batch: ImportBatch, shown: ImportPage) -> dict[str, Any]:
    """Return what the confirm bar says will be written."""
    written = shown.to_write
    labels = {
        "new": gettext("新增"),
        "changed": gettext("修改"),
        "cancelled": gettext("取消"),
        "unchanged": gettext("未变"),
    }
    next_url = question_url(batch, shown.next_undecided)
    return {
        "counts": [{"label": label, "number": written[key]} for key, label in labels.items()],
        "rest": gettext("节点 %(milestones)s 个　指标 %(targets)s 个　原文逐格保存，可整批撤回") % written,
        "label": _confirming(written["new"] + written["changed"] + written["cancelled"]),
        "first_url": f"#question-{shown.first_undecided}" if shown.first_undecided else next_url,
        "next_url": next_url,
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


def _confirming(rows: int) -> str:
    return gettext("确认写入 %(rows)s 项") % {"rows": rows} if rows else gettext("没有改动，结束核对")
