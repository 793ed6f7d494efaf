"""What the whole table is read as: its header, its columns' roles, the plan it is compared with, last time's answers."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import plans_for
from projects.choices import BatchState
from projects.import_views.reaching import get_batch
from projects.import_views.saying import keep, said_in
from projects.import_views.showing import Notice, here_url, number_of, show_check, wish_of
from projects.importing.batches import NotApplicable, choose_header, choose_plan, choose_roles, same_as_last_time
from projects.importing.decisions import UnknownDecisionError
from projects.importing.page.laying import Wish
from projects.importing.refusals import lacks_header
from projects.importing.shelf import overview_of
from projects.models import ImportBatch
from projects.reading.child import ReadingRefused


@page
@require_POST
def import_roles(request: PageRequest, batch_id: int) -> HttpResponse:
    """Read the table again with other roles for its columns; every decision stays."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED:
        return redirect("projects:import", batch.pk)
    view = overview_of(batch, by=request.actor)
    columns = {column.name: column.role for head in view.heads.all for column in (*head.columns, *head.hidden)}
    roles = {
        label: request.POST[f"role:{label}"]
        for label, role in columns.items()
        if f"role:{label}" in request.POST and request.POST[f"role:{label}"] != role
    }

    def choose(batch: ImportBatch, version: int) -> ImportBatch:
        return choose_roles(batch=batch, roles=roles, by=request.actor, now=request.now, version=version)

    return _choose(request, batch, choose)


@page
@require_POST
def import_header(request: PageRequest, batch_id: int) -> HttpResponse:
    """Read the table again with a row as its header, or without one; a file that had none is taken up again."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.PREVIEWED and not lacks_header(batch):
        return redirect("projects:import", batch.pk)
    words, _, header = request.POST.get("header", "").rpartition("=")

    def choose(batch: ImportBatch, version: int) -> ImportBatch:
        return choose_header(
            batch=batch, words=words, header=header, by=request.actor, now=request.now, version=version
        )

    return _choose(request, batch, choose, wish=Wish())


@page
@require_POST
def import_plan(request: PageRequest, batch_id: int) -> HttpResponse:
    """Compare the table with another plan of its year, or with none."""
    batch = get_batch(request, batch_id)
    chosen = 0 if "new" in request.POST else number_of(request.POST.get("plan"), 0)
    plan = get_object_or_404(plans_for(request.reach, today=request.today), pk=chosen) if chosen else None

    def choose(batch: ImportBatch, version: int) -> ImportBatch:
        return choose_plan(batch=batch, plan=plan, by=request.actor, now=request.now, version=version)

    return _choose(request, batch, choose)


@page
@require_POST
def import_as_before(request: PageRequest, batch_id: int) -> HttpResponse:
    """Answer what is open as in the last table of this layout."""
    batch = get_batch(request, batch_id)

    def choose(batch: ImportBatch, version: int) -> ImportBatch:
        return same_as_last_time(batch=batch, by=request.actor, now=request.now, version=version)

    return _choose(request, batch, choose)


def _choose(
    request: PageRequest,
    batch: ImportBatch,
    choose: Callable[[ImportBatch, int], ImportBatch],
    *,
    wish: Wish | None = None,
) -> HttpResponse:
    """Make a choice about the whole table; without script the answers that came with it are kept first.

    The page stays where it was, unless a `wish` says where the choice is seen.
    """
    seen = number_of(request.POST.get("version"), batch.version)
    try:
        if not request.htmx and batch.state == BatchState.PREVIEWED:
            kept = keep(request, batch, said_in(request, overview_of(batch, by=request.actor)).answers)
            if kept.moved:
                return show_check(request, kept.batch, notice=kept.notice, status=409, refused=kept.clash)
            seen = kept.batch.version
        choose(batch, seen)
    except Conflict:
        text = gettext("这份表刚被另一位同事改过，您的选择没有保存；下面已是最新，要改请再选一次。")
        return show_check(request, get_batch(request, batch.pk), notice=Notice(text), status=409)
    except ReadingRefused as refused:
        return show_check(request, get_batch(request, batch.pk), notice=Notice(refused.message), status=422)
    except (NotApplicable, UnknownDecisionError):
        return redirect("projects:import", batch.pk)
    batch = get_batch(request, batch.pk)
    wish = wish or wish_of(request.POST)
    if request.htmx:
        return show_check(request, batch, wish=wish)
    return redirect(here_url(batch, {"show": wish.show, "page": wish.page}))
