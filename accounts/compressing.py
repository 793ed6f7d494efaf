"""Text goes over the wire compressed, whatever file or view it comes from (docs/decisions/0049)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)


class CompressingMiddleware(GZipMiddleware):
    """Leave alone what is compressed by nature: a workbook or picture would lose its length and gain nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").partition(";")[0] not in TEXT or response.status_code == 206:
            return response
        tag = response.headers.get("ETag")
        response = super().process_response(request, response)
        if tag is not None:
            # It names a version of a row or file, not its bytes on the wire, and is compared as it was given.
            response.headers["ETag"] = tag
        return response
