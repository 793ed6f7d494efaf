"""What I owe: one list with its tabs, and a row closed again."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from projects.access import get_task
from tracker.boards.answering import answering
from tracker.boards.follow_ups import awaited
from tracker.boards.mine import TABS, Mine, OwedLine, owed_lines, owed_rows
from tracker.boards.mine import mine as read_mine
from tracker.boards.supporting import parts_open
from tracker.boards.unsigned import unsigned
from tracker.forms import FilterForm
from tracker.models import Owed
from tracker.navigation import waiting_of
from tracker.reporting import NotReportable
from tracker.views.answered import Left
from tracker.views.report_form import fresh_form


@page
@require_safe
def mine(request: PageRequest) -> HttpResponse:
    tab = request.GET.get("tab", "")
    if tab == "sign" and request.reach.headed:
        return sign_page(request)
    number = FilterForm(request.GET).number()
    chosen, waiting = tab if tab in TABS else TABS[0], waiting_of(request)
    view = read_mine(request.reach, tab=chosen, number=number, owed=waiting.owed, today=request.today)
    context = {
        "mine": view,
        "tabs": tabs(view),
        "parts": parts_open(request.reach, today=request.today),
        "awaited": awaited(request.reach, waiting, today=request.today),
        "query": urlencode({"tab": view.tab}),
        "reported_url": f"{reverse('tracker:mine')}?tab=reported",
        **_opened(request, view),
    }
    return render(request, "tracker/mine.html", context)


@page
@require_safe
def mine_row(request: PageRequest, owed_id: int) -> HttpResponse:
    """Show one row closed again."""
    owed = owed_rows(Owed.objects.filter(pk=owed_id, department__in=request.reach.departments)).first()
    if owed is None:
        raise Http404
    get_task(request.reach, owed.task_id, today=request.today)
    return render(request, "tracker/mine_row.html", {"row": owed_lines([owed], today=request.today)[0]})


def sign_page(
    request: PageRequest,
    *,
    left: Collection[Left] = (),
    errors: Mapping[int, str] | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show what waits for this head's signature, with what was wrong with an answer or came in before it."""
    view = read_mine(request.reach, tab="sign", owed=waiting_of(request).owed, today=request.today)
    waiting = unsigned(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    wrong = errors or {}
    context = {
        "rows": [
            {
                "waiting": row,
                "error": wrong.get(row.report.pk, ""),
                "typed": typed if row.report.pk in wrong else "",
            }
            for row in waiting.rows
        ],
        "page": waiting.page,
        "tabs": tabs(view),
        "left": left,
        "typed_left": typed if left else "",
    }
    return render(request, "tracker/mine_sign.html", context, status=status)


def _opened(request: PageRequest, view: Mine) -> dict[str, Any]:
    """Open the form that the address asks for (`?open=` the item's number in the address), as reminders do."""
    asked = request.GET.get("open", "")
    row = next((row for row in view.rows if asked.isdecimal() and _opens(row, int(asked))), None)
    if row is None or row.owed is None:
        return {}
    try:
        found = answering(request.reach, row.line.task.pk, owed_id=row.owed.pk, today=request.today)
    except NotReportable:
        return {}
    url = f"{reverse('tracker:report', args=[row.line.task.pk])}?owed={row.owed.pk}"
    return {"opened": row, "form": fresh_form(found, user_id=request.user.pk, post_url=url)}


def _opens(row: OwedLine, task_id: int) -> bool:
    return row.line.task.pk == task_id and (row.open or row.changeable)


def tabs(view: Mine) -> list[dict[str, Any]]:
    counts = view.counts
    named: tuple[tuple[str, str, int], ...] = (
        ("owed", gettext("本期待报"), counts.owed),
        ("reported", gettext("本期已报"), counts.reported),
        ("next", gettext("下期到期"), counts.next),
        ("support", gettext("配合事项"), counts.support),
        ("all", gettext("全部"), counts.all),
    )
    if view.heads:
        named = (("sign", gettext("待签发"), counts.sign), *named)
    url = reverse("tracker:mine")
    return [
        {"label": label, "url": f"{url}?tab={key}", "number": number, "current": key == view.tab}
        for key, label, number in named
    ]
