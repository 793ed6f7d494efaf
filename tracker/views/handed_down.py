"""How the offices below stand with what was handed down to them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from tracker.boards.handed_down import roll_up


@page
@require_safe
def handed_down(request: PageRequest) -> HttpResponse:
    view = roll_up(request.reach, today=request.today)
    return render(request, "tracker/handed_down.html", {"view": view})
