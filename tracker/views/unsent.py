"""A report that was sent after the session ended waits in the new session until its author has signed in again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.entry import PageRequest
from tracker.boards.answering import Answering
from tracker.drafting import keep_draft
from tracker.models import ReportDraft
from tracker.views.report_form import AUTHOR, content_of

UNSENT = "unsent_report"
FORMS_DAYS = 7
MOST_CHARACTERS = 20_000


def kept_through_sign_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Keep what was typed where nobody is signed in any more, and lead back to the same form after the sign-in.

    Only a form that was made for someone signed in is kept, and only that person gets it back.
    """

    @wraps(view)
    def entered(request: HttpRequest, task_id: int) -> HttpResponseBase:
        if request.user.is_authenticated or request.method != "POST":
            return view(request, task_id)
        _lay_by(request, task_id)
        if request.path.endswith("/draft/"):
            return JsonResponse({}, status=401)
        return _to_sign_in(request, task_id)

    return entered


def taken_up(request: PageRequest, asked: Answering) -> ReportDraft | None:
    """Return the draft made of what this person sent for this row before signing in again, if they did."""
    laid_by: dict[str, Any] | None = request.session.get(UNSENT)
    if laid_by is None or laid_by["author"] != request.user.pk or laid_by["task"] != asked.line.task.pk:
        return None
    del request.session[UNSENT]
    return keep_draft(
        task=asked.line.task,
        reporting_round=asked.round,
        department=asked.department,
        content=laid_by["content"],
        seen=laid_by["seen"],
        token=laid_by["token"],
        by=request.actor,
        now=request.now,
    )


def _lay_by(request: HttpRequest, task_id: int) -> None:
    author = _author(request.POST.get("author", ""))
    content = content_of(request.POST)
    if author is None or sum(len(str(value)) for value in content.values()) > MOST_CHARACTERS:
        return
    seen = request.POST.get("seen", "")
    request.session[UNSENT] = {
        "author": author,
        "task": task_id,
        "content": content,
        "seen": int(seen) if seen.isdecimal() else 0,
        "token": request.POST.get("token", "")[:64],
    }


def _author(mark: str) -> int | None:
    try:
        return cast(int, signing.loads(mark, salt=AUTHOR, max_age=FORMS_DAYS * 24 * 3600))
    except signing.BadSignature:
        return None


def _to_sign_in(request: HttpRequest, task_id: int) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    path = reverse("tracker:report", args=[task_id])
    back = urlencode({"next": f"{path}?{query}" if query else path})
    url = f"{resolve_url('accounts:login')}?{back}"
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") == "true" else redirect(url)
