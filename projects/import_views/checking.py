"""The check page: the sheet beside its reading, every decision kept as it is made, and the act of writing."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.choices import BatchState
from projects.import_views.reaching import get_batch
from projects.import_views.reading import show_progress, show_refusal
from projects.import_views.recording import show_record
from projects.import_views.saying import keep, said_in, since
from projects.import_views.showing import Notice, here_url, page_context, show_check, wish_of
from projects.importing.batches import NotApplicable, apply_batch
from projects.importing.page.laying import Overview, Wish, blocks_at, changed_at, shown_places
from projects.importing.page.parts import Block, PageRow, Refused
from projects.importing.shelf import overview_of
from projects.models import ImportBatch


@page
@require_GET
def import_check(request: PageRequest, batch_id: int) -> HttpResponse:
    """Show a batch as far as it is: how its reading goes, the sheet beside its reading, or what came of it."""
    batch = get_batch(request, batch_id)
    match batch.state:
        case BatchState.OPENED:
            return show_progress(request, batch)
        case BatchState.REFUSED:
            return show_refusal(request, batch)
        case BatchState.PREVIEWED:
            return show_check(request, batch)
        case _:
            return show_record(request, batch)


@page
@require_POST
def import_decide(request: PageRequest, batch_id: int) -> HttpResponse:
    """Keep the decisions on the page; htmx gets the rows they touch, the queue and the foot."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED:
        return redirect("projects:import", batch.pk)
    before, wish = overview_of(batch, by=request.actor), wish_of(request.POST)
    said = said_in(request, before)
    try:
        kept = keep(request, batch, said.answers)
    except NotApplicable:
        return redirect("projects:import", batch.pk)
    refused = {**said.refused, **kept.clash}
    if kept.moved:
        return show_check(request, kept.batch, notice=kept.notice, status=kept.status, refused=refused)
    if refused and not request.htmx:
        return show_check(request, kept.batch, status=422, refused=refused)
    if not request.htmx:
        return redirect(f"{here_url(batch, {'show': wish.show, 'page': wish.page})}{_anchor(request)}")
    after = overview_of(kept.batch, by=request.actor)
    context = page_context(request, kept.batch, after, wish)
    context |= {"touched": _touched(before, after, wish, refused)}
    return render(request, "projects/import_decided.html", context)


@page
@require_POST
def import_apply(request: PageRequest, batch_id: int) -> HttpResponse:
    """Write what the reader saw, or say what stands in the way."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED:
        return redirect("projects:import", batch.pk)
    try:
        said = said_in(request, overview_of(batch, by=request.actor))
        kept = keep(request, batch, said.answers)
        if refused := {**said.refused, **kept.clash}:
            status = 409 if kept.clash else 422
            return show_check(request, kept.batch, notice=kept.notice, status=status, refused=refused)
        if kept.notice:
            return show_check(request, kept.batch, notice=kept.notice, status=409)
        apply_batch(
            batch=kept.batch,
            by=request.actor,
            now=request.now,
            fingerprint=request.POST.get("fingerprint", ""),
            version=kept.batch.version,
        )
    except Conflict:
        batch = get_batch(request, batch_id)
        return show_check(request, batch, notice=_moved(request, batch), status=409)
    except NotApplicable as refused:
        batch = get_batch(request, batch_id)
        return show_check(request, batch, notice=Notice(_refusal(refused)), status=422)
    return redirect("projects:import", batch.pk)


def _anchor(request: PageRequest) -> str:
    """Return the row whose button was pressed, so that the page opens there again."""
    kind, _, rest = request.POST.get("decide", "").partition(":")
    return f"#row-{rest.partition('=')[0]}" if kind == "row" else ""


def _touched(
    before: Overview, after: Overview, wish: Wish, refused: Mapping[str, Refused]
) -> list[tuple[PageRow, Block]]:
    """Return the rows on the page that an answer changed or was refused at, with the block whose columns each has."""
    places = [place for place in shown_places(before, wish) if place < len(after.prepared.diff)]
    moved = {place for place in places if changed_at(before, after, place)}
    moved |= {one.place for one in after.queue.all if one.question.key in refused}
    rows = ((row, block) for block in blocks_at(after, places) for row in block.rows)
    return [(row.told(refused), block) for row, block in rows if row.place in moved]


def _moved(request: PageRequest, batch: ImportBatch) -> Notice:
    """Say that the plan is another than the one compared with, and what was done to it meanwhile."""
    text = gettext("原计划在您核对期间有了变动，下面已按最新情况重新比对，请再看一遍后确认。")
    return Notice(text, since(request, batch))


def _refusal(refused: NotApplicable) -> str:
    return {
        "undecided": gettext("还有 %(count)s 处待决定，没有写入任何数据。") % {"count": refused.count},
        "already_applied": gettext("这份表已经写入过。"),
        "empty": gettext("没有读到任何事项，没有写入任何数据。"),
        "refused": gettext("这份文件没有读成，没有写入任何数据。"),
    }.get(refused.reason, gettext("这份表现在不能写入，没有写入任何数据。"))
