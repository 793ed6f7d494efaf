"""Taking an import back: what stands in the way first, then one confirmation with a reason."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.choices import BatchState
from projects.import_views.reaching import get_batch
from projects.import_views.showing import Notice, number_of
from projects.importing.keeping import NotApplicable
from projects.importing.undo import Obstacle, Obstacles, obstacles_to_undo, undo_batch
from projects.importing.wording import happening
from projects.models import ImportBatch, Task

LONGEST_REASON = 500


@page
@require_http_methods(["GET", "POST"])
def import_undo(request: PageRequest, batch_id: int) -> HttpResponse:
    """Show what taking the import back would do and what stands in the way; take it back when that is confirmed."""
    batch = get_batch(request, batch_id)
    if batch.state != BatchState.APPLIED:
        return redirect("projects:import", batch.pk)
    if request.method == "GET":
        return _show(request, batch, obstacles_to_undo(batch))
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _show(request, batch, obstacles_to_undo(batch), notice=Notice(gettext("请写明撤回的原因。")), status=422)
    try:
        undo_batch(
            batch=batch,
            by=request.actor,
            now=request.now,
            reason=reason[:LONGEST_REASON],
            version=number_of(request.POST.get("version"), batch.version),
        )
    except Obstacles as found:
        return _show(request, batch, found.obstacles, status=409)
    except (Conflict, NotApplicable):
        batch = get_batch(request, batch_id)
        text = gettext("这次导入现在不能撤回：责任分解表已经归档，或者刚被另一位同事撤回。")
        return _show(request, batch, obstacles_to_undo(batch), notice=Notice(text), status=409)
    return redirect("projects:import", batch.pk)


def _show(
    request: PageRequest,
    batch: ImportBatch,
    obstacles: tuple[Obstacle, ...],
    *,
    notice: Notice | None = None,
    status: int = 200,
) -> HttpResponse:
    tasks = Task.objects.in_bulk({one.task_id for one in obstacles})
    context: dict[str, Any] = {
        "batch": batch,
        "obstacles": [
            {"obstacle": one, "task": tasks.get(one.task_id), "happened": happening(one.happened)} for one in obstacles
        ],
        "items": len({one.task_id for one in obstacles}),
        "notice": notice,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "projects/import_undo.html", context, status=status)
