"""The office's answers to reports: one by one, or several accepted at once."""

from collections.abc import Callable, Collection

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from tracker.boards.reviewing import get_report
from tracker.boards.reviewing import reviews as read_reviews
from tracker.forms import AnswerForm, FilterForm, ReturnForm
from tracker.models import ProgressReport
from tracker.reporting import NotReportable, accept_report, return_report
from tracker.views.answered import Left, chosen_reports, say_left


@page
@require_safe
def reviews(request: PageRequest) -> HttpResponse:
    return _reviews_page(request)


@require_POST
@page
def review_accept(request: PageRequest, report_id: int) -> HttpResponse:
    report = get_report(request.reach, report_id, today=request.today)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _reviews_page(request, errors={report.pk: gettext("这张表单已过期，请再点一次。")}, status=422)
    said = form.cleaned_data

    def accept() -> ProgressReport:
        return accept_report(report=report, by=request.actor, now=request.now, **said)

    return _answered(request, report, accept, gettext("已通过。"), typed=said["comment"])


@require_POST
@page
def review_return(request: PageRequest, report_id: int) -> HttpResponse:
    report = get_report(request.reach, report_id, today=request.today)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        wrong = str(next(iter(form.errors.get("reason", ())), gettext("这张表单已过期，请再点一次。")))
        return _reviews_page(request, errors={report.pk: wrong}, status=422)
    said = form.cleaned_data

    def send_back() -> ProgressReport:
        return return_report(report=report, by=request.actor, now=request.now, **said)

    return _answered(request, report, send_back, gettext("已退回，单位会收到提醒。"), typed=said["reason"])


@require_POST
@page
def review_accept_many(request: PageRequest) -> HttpResponse:
    """Accept the ticked reports, each over the version that was seen; those that moved on stay, and are named."""
    require_office(request.reach)
    accepted, left = 0, list[ProgressReport]()
    for number, version in chosen_reports(request.POST):
        report = get_report(request.reach, number, today=request.today)
        try:
            accept_report(report=report, version=version, by=request.actor, now=request.now)
        except (Conflict, NotReportable):
            left.append(report)
        else:
            accepted += 1
    if accepted:
        said = ngettext("已通过 %(n)d 份报送。", "已通过 %(n)d 份报送。", accepted)
        messages.success(request, said % {"n": accepted})
    if left:
        return _reviews_page(request, left=say_left(left), status=409)
    if not accepted:
        messages.warning(request, gettext("还没有勾选报送。"))
    return redirect("tracker:reviews")


def _answered(
    request: PageRequest, report: ProgressReport, answer: Callable[[], ProgressReport], said: str, *, typed: str
) -> HttpResponse:
    try:
        answer()
    except (Conflict, NotReportable):
        now = get_report(request.reach, report.pk, today=request.today)
        last = now.reviews.order_by("-pk").first()
        context = {"report": now, "review": last, "typed": typed}
        return render(request, "tracker/review_conflict.html", context, status=409)
    messages.success(request, said)
    return redirect(_next(request))


def _next(request: PageRequest) -> str:
    """Return to the page the answer was given on, if it is one of ours."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else reverse("tracker:reviews")


def _reviews_page(
    request: PageRequest, *, errors: dict[int, str] | None = None, left: Collection[Left] = (), status: int = 200
) -> HttpResponse:
    view = read_reviews(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    rows = [
        {"waiting": waiting, "error": (errors or {}).get(waiting.report.pk, ""), "typed": _typed(request, errors)}
        for waiting in view.rows
    ]
    context = {"rows": rows, "page": view.page, "left": left}
    return render(request, "tracker/reviews.html", context, status=status)


def _typed(request: PageRequest, errors: dict[int, str] | None) -> str:
    return request.POST.get("reason", "") if errors else ""
