"""The check page: the sheet beside its reading, every decision kept as it is made, and the act of writing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.import_views.reaching import get_batch
from projects.import_views.showing import here_url, page_context, show_batch, view_of, wish_of
from projects.importing.batches import NotApplicable, apply_batch, decide
from projects.importing.page.laying import Overview, Wish, blocks_at, lay_out
from projects.importing.page.parts import Block, PageRow
from projects.importing.preparing import Prepared


@page
@require_GET
def import_check(request: PageRequest, batch_id: int) -> HttpResponse:
    """Show the sheet as issued beside its reading."""
    return show_batch(request, get_batch(request, batch_id))


@page
@require_POST
def import_decide(request: PageRequest, batch_id: int) -> HttpResponse:
    """Keep the decisions on the page; htmx gets the rows they touch, the queue and the foot."""
    batch = get_batch(request, batch_id)
    before = view_of(request, batch)
    try:
        batch = decide(batch=batch, decisions=_decisions(request, before.prepared), by=request.actor)
    except NotApplicable:
        return redirect("projects:import", batch.pk)
    wish = wish_of(request.POST)
    if not request.htmx:
        return redirect(here_url(batch, {"show": wish.show, "page": wish.page}))
    after = view_of(request, batch)
    context = page_context(batch, lay_out(after, wish))
    context["touched"] = _touched(before, after, wish)
    return render(request, "projects/import_decided.html", context)


@page
@require_POST
def import_apply(request: PageRequest, batch_id: int) -> HttpResponse:
    batch = get_batch(request, batch_id)
    try:
        batch = decide(batch=batch, decisions=_decisions(request, view_of(request, batch).prepared), by=request.actor)
        applied = apply_batch(
            batch=batch, by=request.actor, now=request.now, fingerprint=request.POST.get("fingerprint", "")
        )
    except Conflict:
        notice = gettext("原计划在您核对期间有了变动，下面已按最新情况重新比对，请再看一遍后确认。")
        return show_batch(request, batch, notice=notice, status=409)
    except NotApplicable as refused:
        batch.refresh_from_db()
        return show_batch(request, batch, notice=_refusal(refused), status=422)
    counts = applied.counts
    messages.success(
        request,
        gettext("已写入：新增 %(new)s 项，修改 %(changed)s 项，未变 %(unchanged)s 项。")
        % {key: counts[key] for key in ("new", "changed", "unchanged")},
    )
    return redirect("projects:plan", applied.plan.pk)


def _decisions(request: PageRequest, prepared: Prepared) -> dict[str, str]:
    """Return what the form says of each question; a typed day beats a chosen answer, what isn't admitted is left out."""
    found = {}
    for question in prepared.questions:
        value = request.POST.get(f"day:{question.key}") or request.POST.get(question.key)
        if value is not None and question.admits(value):
            found[question.key] = value
    return found


def _touched(before: Overview, after: Overview, wish: Wish) -> list[tuple[PageRow, Block]]:
    """Return the rows on the page that a decision changed, each with the block whose columns it has."""
    shown = lay_out(before, wish)
    old = {row.anchor: row for row in shown.rows}
    places = [row.place for row in shown.rows if row.place < len(after.prepared.diff)]
    return [(row, block) for block in blocks_at(after, places) for row in block.rows if row != old.get(row.anchor, row)]


def _refusal(refused: NotApplicable) -> str:
    return {
        "undecided": gettext("还有 %(count)s 处待决定，没有写入任何数据。") % {"count": refused.count},
        "already_applied": gettext("这份表已经写入过。"),
        "empty": gettext("没有读到任何事项，没有写入任何数据。"),
        "refused": gettext("这份文件没有读成，没有写入任何数据。"),
    }[refused.reason]
