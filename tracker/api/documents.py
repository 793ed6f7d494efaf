"""The description of the API: for programs in OpenAPI, for people as a page of the same, with an example each."""

from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from accounts.clock import business_now
from tracker.api.first_steps import PLACE, first_steps, receiver, sample
from tracker.api.gate import asked_language
from tracker.api.manual import chapters, inner_objects, kinds


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    language = asked_language(request)
    answer = HttpResponse(orjson.dumps(document(language)), content_type="application/vnd.oai.openapi+json")
    answer["Vary"] = "Accept-Language"
    answer["Content-Language"] = language
    return answer


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the same to people; it tells nothing of anybody, so no sign-in is asked for."""
    described = document(get_language() or "")
    told = chapters(described)
    context = {
        "chapters": told,
        "inner": inner_objects(described, told),
        "kinds": kinds(),
        "steps": first_steps(business_now().year),
        "receiver": receiver(),
        "sample": sample(),
        "place": PLACE,
        "shifted": settings.BUSINESS_DAY_SHIFT != 0,
        "host": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "tracker/api_docs.html", context)


@cache
def document(language: str) -> dict[str, Any]:
    """Return OpenAPI 3.1 as plain data in this language, made once a process."""
    with translation.override(language):
        made = SchemaGenerator().get_schema(public=True)
        return dict(orjson.loads(orjson.dumps(made, default=str)))
