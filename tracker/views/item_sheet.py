"""One item on one sheet of paper (一项一表), to be printed, signed and taken along."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from tracker.boards.item import item as read_item
from tracker.boards.item import promise_text
from tracker.choices import ReviewState

REPORTS = 4
"""The latest that fit on the sheet; all of them stand on the item's page."""


@page
@require_safe
def item_sheet(request: PageRequest, task_id: int) -> HttpResponse:
    view = read_item(request.reach, task_id, today=request.today)
    counted = (ReviewState.SUBMITTED, ReviewState.ACCEPTED)
    reports = [line for line in view.reports if line.report.review_state in counted]
    context = {
        "item": view,
        "promise": promise_text(view.task),
        "reports": reports[:REPORTS],
        "last": reports[0].report if reports else None,
        "older": max(len(reports) - REPORTS, 0),
    }
    return render(request, "tracker/item_sheet.html", context)
