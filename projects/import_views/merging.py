"""Proposals from prose that are one promise are merged on the check page, and taken apart again."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.entry import PageRequest, page
from projects.choices import BatchState
from projects.import_views.reaching import get_batch
from projects.import_views.saying import keep
from projects.import_views.showing import here_url, number_of, show_check, wish_of
from projects.importing.batches import NotApplicable
from projects.importing.decisions import merge_key
from projects.importing.shelf import overview_of


@page
@require_POST
def import_merge(request: PageRequest, batch_id: int) -> HttpResponse:
    """Merge the row whose button was pressed into the one chosen beside it, or take it apart."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED:
        return redirect("projects:import", batch.pk)
    rows = overview_of(batch, by=request.actor).prepared.rows
    apart = "apart" in request.POST
    place = number_of(request.POST.get("apart" if apart else "merge"), len(rows))
    into = number_of(request.POST.get(f"into:{place}"), place)
    said = {}
    if place < len(rows) and (apart or (into < len(rows) and into != place)):
        said = {merge_key(place): "" if apart else str(into)}
    try:
        kept = keep(request, batch, said)
    except NotApplicable:
        return redirect("projects:import", batch.pk)
    if request.htmx or kept.moved:
        return show_check(request, kept.batch, notice=kept.notice, status=kept.status, refused=kept.clash)
    wish = wish_of(request.POST)
    return redirect(f"{here_url(batch, {'show': wish.show, 'page': wish.page})}#row-{place}")
