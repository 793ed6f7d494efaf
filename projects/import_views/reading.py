"""While a file is read: how far it is, and what was wrong with one that could not be."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.clock import business_now
from accounts.entry import PageRequest, page
from projects.choices import BatchState
from projects.import_views.reaching import get_batch
from projects.importing.batches import read_batch
from projects.importing.page.laying import skipped_line
from projects.importing.preparing import skipped_rows
from projects.importing.refusals import lacks_header
from projects.models import ImportBatch
from projects.reading.model import Reading

MOST_LINES = 60
"""A header stands at the top of a sheet."""
LONG_SECONDS = 90
"""Past this the clock reads what was left, and how long it takes is anyone's guess."""
TELLING_PART = 20
"""Before a twentieth is read, nobody knows how long the rest takes."""


@page
@require_POST
def import_read(request: PageRequest, batch_id: int) -> HttpResponse:
    """Read the file now; the page that asks shows meanwhile how far it is, and may be left."""
    batch = get_batch(request, batch_id)
    read_batch(batch=batch, by=request.actor, now=request.now)
    return _onward(request, batch)


@page
@require_GET
def import_progress(request: PageRequest, batch_id: int) -> HttpResponse:
    """Return the bar, asked for again and again while the file is read."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.OPENED:
        return _onward(request, batch)
    return render(request, "projects/import_progress.html", _progress(batch))


def show_progress(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    return render(request, "projects/import_reading.html", _progress(batch))


def show_refusal(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Show why a file was not read; where only a header was missing, its rows, one of which may be it."""
    lines = []
    if lacks_header(batch) and batch.reading:
        lines = [skipped_line(one) for one in skipped_rows(Reading.from_dict(batch.reading))]
    offered = [line for line in lines if line.words]
    context = {"batch": batch, "lines": lines[:MOST_LINES] if offered else []}
    return render(request, "projects/import_refused.html", context)


def _onward(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    if request.htmx:
        return HttpResponseClientRedirect(reverse("projects:import", args=[batch.pk]))
    return redirect("projects:import", batch.pk)


def _progress(batch: ImportBatch) -> dict[str, object]:
    done, total = (int(batch.progress.get(name, 0)) for name in ("done", "total"))
    stages = {
        "reading": gettext("正在读表"),
        "remembered": gettext("正在按上次定的列重读"),
    }
    return {
        "batch": batch,
        "title": stages.get(str(batch.progress.get("stage", "")), gettext("正在打开文件")),
        "done": done,
        "total": total,
        "percent": round(100 * done / total) if total else 0,
        "left": _left(batch, done, total),
    }


def _left(batch: ImportBatch, done: int, total: int) -> str:
    """Return about how long it still takes, by how long it took so far."""
    passed = (business_now() - batch.uploaded_at).total_seconds()
    if done * TELLING_PART < max(total, 1) or not 0 < passed < LONG_SECONDS:
        return ""
    seconds = max(1, round(passed * (total - done) / done))
    return ngettext("约剩 %(seconds)s 秒。", "约剩 %(seconds)s 秒。", seconds) % {"seconds": seconds}
