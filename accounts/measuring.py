"""What a request took, for the log and for a monitor: seconds and statements by route, and not by address."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Counter, Histogram

from accounts.tracing import Trace, new_id, tracing

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
NO_ROUTE = "none"
"""What is no address of ours, whatever it is: a stranger's guesses make no series."""

REQUESTS = Counter("duban_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "duban_request_seconds",
    "Seconds until a request was answered.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 15),
)
QUERIES = Histogram(
    "duban_request_queries", "Statements a request asked the database.", ["route"], buckets=(5, 10, 20, 40, 80, 160)
)


def measured(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Stand outermost: what the others take is a request's time too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
        began = time.perf_counter()
        with tracing(new_id(given)) as trace:
            response = get_response(request)
            response.headers[HEADER] = trace.id
            _note(request, response, trace, time.perf_counter() - began)
        return response

    return respond


def _note(request: HttpRequest, response: HttpResponseBase, trace: Trace, seconds: float) -> None:
    match = request.resolver_match
    route = match.route if match is not None else NO_ROUTE
    method = request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
    REQUESTS.labels(method, route, str(response.status_code)).inc()
    SECONDS.labels(method, route).observe(seconds)
    QUERIES.labels(route).observe(trace.queries)
    told = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "seconds": round(seconds, 4),
        "queries": trace.queries,
        # Only if somebody asked already: a line of the log is no reason to read a session.
        "user": getattr(getattr(request, "_cached_user", None), "pk", None),
    }
    logger.info("%s %s %s", method, route, response.status_code, extra=told)
