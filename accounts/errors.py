"""The failures that need more than Django's own handlers give; bound in config."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts.unsent import told

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Name the failure by a number that stands in the log too."""
    number = secrets.token_hex(4)
    logger.error("failure %s at %s %s", number, request.method, request.path)
    # Without the request: its context asks the database, which may be what failed.
    text = loader.render_to_string("500.html", {"number": number, "at": timezone.localtime()})
    return HttpResponseServerError(text)


@sensitive_variables("typed")
def csrf_failure(request: HttpRequest, **_: str) -> HttpResponse:
    """Show what was typed, to be copied; a button that sends it again would do a stranger's page's bidding."""
    typed = list(told(request.POST.lists()))
    return render(request, "403_csrf.html", {"typed": typed}, status=403)
