"""One's own days in one's own calendar: the link, made and withdrawn on a page, and the file it gives."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import reach_of
from accounts.clock import business_now
from accounts.entry import PageRequest, page
from tracker.boards.calendar import days_of
from tracker.calendar_links import link_in_use, make_calendar_link, user_of, withdraw_calendar_link
from tracker.publishing.calendar_file import calendar_file


@page
@require_http_methods(["GET", "POST"])
@sensitive_variables("token")
def my_calendar(request: PageRequest) -> HttpResponse:
    """Show whether there is a link; a new one's address is shown once, and the one before ends."""
    address = ""
    if request.method == "POST" and request.reach.organization_id is not None:
        token = make_calendar_link(user=request.user, by=request.actor, now=request.now)
        address = f"{settings.BASE_URL}{reverse('tracker:calendar_file', args=[token])}"
    context = {"address": address, "link": link_in_use(request.user.pk)}
    return render(request, "tracker/my_calendar.html", context)


@require_POST
@page
def my_calendar_withdraw(request: PageRequest) -> HttpResponse:
    if withdraw_calendar_link(user=request.user, by=request.actor):
        messages.success(request, gettext("已停用日历链接，日历里不再更新。"))
    return redirect("tracker:my_calendar")


@never_cache
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001 - Django calls a view with it
    """Give who holds the link the days of its person, as that person's reach is today."""
    user = user_of(secret)
    if user is None:
        raise Http404
    now = business_now()
    made = calendar_file(days_of(reach_of(user, today=now.date()), today=now.date()), now=now)
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="duban.ics"'
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
