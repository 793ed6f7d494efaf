"""The language of a page: what the person chose, else Chinese, whatever the browser says of itself.

An intranet browser set to English by its image says nothing about its user (docs/decisions/0010).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def chosen_language(get_response: GetResponse) -> GetResponse:
    """Take LocaleMiddleware's place, without its look at Accept-Language."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        language = _chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return respond


def _chosen(request: HttpRequest) -> str:
    try:
        return translation.get_supported_language_variant(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    except LookupError:
        return settings.LANGUAGE_CODE
