"""A screen on a wall: no sign-in, one plan, read only, by a link that the office made."""

from datetime import date
from time import time

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.clock import business_now
from tracker.boards.wall_screen import screen
from tracker.forms import FilterForm
from tracker.models import WallLink
from tracker.views.board import counter_strip
from tracker.wall_links import link_of

SECONDS = 30
"""How long a page stands before the next."""
A_MINUTE = 120
"""Pages a minute that one link gives, to all its screens together, and wrong addresses one caller may try."""


@never_cache
@require_safe
def wall_screen(request: HttpRequest, token: str) -> HttpResponse:
    now = business_now()
    link = link_of(token, today=now.date())
    if _too_often(f"link {link.pk}" if link else f"from {request.META.get('REMOTE_ADDR', '')}"):
        return HttpResponse(gettext("请求太频繁，请稍候。"), status=429, headers={"Retry-After": "60"})
    if link is None:
        # A part asked for by a screen that hangs is refused by the whole page: else the last figures would stay.
        if request.headers.get("HX-Request") == "true":
            return HttpResponseClientRefresh()
        raise Http404
    answer = render(request, "tracker/wall_screen.html", _context(request, link, now.date()) | {"now": now})
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _context(request: HttpRequest, link: WallLink, today: date) -> dict[str, object]:
    view = screen(link.plan, number=FilterForm(request.GET).number(), today=today)
    stays = request.GET.get("stay") == "1"
    this = f"?page={view.number}"
    return {
        "link": link,
        "screen": view,
        "board": view.board,
        "counters": [counter | {"url": ""} for counter in counter_strip(view.board)],
        "next": f"{this}&stay=1" if stays else f"?page={view.number % view.pages + 1}",
        "stays": stays,
        "turn": this if stays else f"{this}&stay=1",
        "seconds": SECONDS,
    }


def _too_often(who: str) -> bool:
    """Count a minute's requests in this process; a secret of 256 bits is not guessed at any pace, it only costs less."""
    slot = f"wall-screen {who} {int(time() // 60)}".replace(" ", ":")
    if cache.add(slot, 1, timeout=120):
        return False
    try:
        return cache.incr(slot) > A_MINUTE
    except ValueError:
        return False
