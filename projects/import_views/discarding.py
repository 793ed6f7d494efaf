"""Putting a table aside that was read and shall not be written, and taking it up again."""

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.choices import BatchState
from projects.import_views.reaching import get_batch
from projects.import_views.saying import keep, said_in
from projects.import_views.showing import Notice, number_of, show_check
from projects.importing.batches import NotApplicable, discard_batch, resume_batch
from projects.importing.shelf import overview_of

LONGEST_REASON = 500


@page
@require_POST
def import_discard(request: PageRequest, batch_id: int) -> HttpResponse:
    """Put the table aside; what stood on the page is kept first, for whoever takes it up again."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED:
        return redirect("projects:import", batch.pk)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    try:
        kept = keep(request, batch, said_in(request, overview_of(batch, by=request.actor)).answers)
        if kept.moved:
            return show_check(request, kept.batch, notice=kept.notice, status=409, refused=kept.clash)
        discard_batch(batch=kept.batch, by=request.actor, now=request.now, reason=reason, version=kept.batch.version)
    except Conflict:
        text = gettext("这份表刚被另一位同事改过，没有放弃；请再看一遍。")
        return show_check(request, get_batch(request, batch_id), notice=Notice(text), status=409)
    except NotApplicable:
        return redirect("projects:import", batch.pk)
    return redirect("projects:imports")


@page
@require_POST
def import_resume(request: PageRequest, batch_id: int) -> HttpResponse:
    """Take the table up again where it was left."""
    batch = get_batch(request, batch_id)
    if batch.discarded:
        seen = number_of(request.POST.get("version"), batch.version)
        with suppress(Conflict, NotApplicable):  # where a colleague was faster, its page says how it stands now
            resume_batch(batch=batch, by=request.actor, now=request.now, version=seen)
    return redirect("projects:import", batch.pk)
