"""Two addresses for those who watch the installation; they need no sign-in and tell no business."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker.health import readiness


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django calls a view with it
    """Say that the process answers; asks nothing else, so that a slow database restarts no web process."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django calls a view with it
    found = readiness()
    state = {"status": "ok" if found.ready else "unready", **asdict(found)}
    return JsonResponse(state, status=200 if found.ready else 503)
