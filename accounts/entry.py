"""The way into every page: a sign-in, what it may reach, and the business clock, read once a request."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from accounts.access import Reach, reach_of
from accounts.choices import Door
from accounts.clock import business_now
from accounts.forms import SignInForm
from accounts.history import Actor
from accounts.models import User
from accounts.unsent import FIELD, packed


class PageRequest(HttpRequest):
    """What a view under `@page` is given."""

    user: User
    reach: Reach
    now: datetime
    today: date
    actor: Actor
    htmx: HtmxDetails


CHOOSING = "accounts:password_choose"
MUST_CHOOSE_PASSWORD = "must_choose_password"  # noqa: S105 - the name of a flag
"""Set in the session of someone who came in with a one-time code, until a password is chosen."""

type View[**P] = Callable[Concatenate[PageRequest, P], HttpResponseBase]


def page[**P](view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only the signed-in through, and tell the view who they are and what day it is."""

    @wraps(view)
    def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if MUST_CHOOSE_PASSWORD in request.session and request.path != resolve_url(CHOOSING):
            return redirect(CHOOSING)
        paged = cast(PageRequest, request)
        paged.now = business_now()
        paged.today = paged.now.date()
        paged.reach = reach_of(paged.user, today=paged.today)
        paged.actor = Actor(paged.user, Door.PAGE, paged.today)
        return view(paged, *args, **kwargs)

    return entered


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who is there. What was typed into a form goes along and comes back after it.

    By htmx the whole window is meant: swapped into a page, the sign-in would stand in a table row.
    """
    by_htmx = request.headers.get("HX-Request") == "true"
    if unsent := packed(request):
        context = {"form": SignInForm(request), "next": "/", FIELD: unsent}
        # htmx swaps no 401; to a browser both are a page.
        answer = render(request, "accounts/login.html", context, status=200 if by_htmx else 401)
        return retarget(reswap(answer, "innerHTML"), "body") if by_htmx else answer
    if by_htmx:
        return HttpResponseClientRedirect(resolve_url("accounts:login"))
    return redirect_to_login(request.get_full_path())
