"""What the web server of one process says to a request larger than any page takes: a page, before it is read."""

import time
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.template.loader import render_to_string
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask, WSGITask

from accounts.language import chosen_language
from tracker.evidence import MOST_BYTES, MOST_FILES

MIB = 1024 * 1024
LINGER_SECONDS = 20
"""How long a browser that is still sending is listened to, so that it comes to read the answer."""


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """A request; one that is too large isn't asked to go on."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.content_length >= self.adj.max_request_body_size:
            self.expect_continue = False


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to a request that can't be taken; of one too large, a page in the language of who sent it."""

    def execute(self) -> None:
        if self.request.error.code != 413:
            super().execute()
            return
        environ = WSGITask(self.channel, self.request).get_environment()
        answer = chosen_language(_too_large)(WSGIRequest(environ))
        body = answer.getvalue()
        self.status = f"{answer.status_code} {answer.reason_phrase}"
        self.response_headers.extend(answer.items())
        self.content_length = len(body)
        self.channel.lingers = True
        self.set_close_on_finish()
        self.write(body)


def _too_large(_request: object) -> HttpResponse:
    page = render_to_string("413.html", {"limit": MOST_BYTES // MIB, "files": MOST_FILES})
    return HttpResponse(page, status=413)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection. After a refusal it takes what still comes and drops it: closed at once, it would take the answer along."""

    parser_class = Parser
    error_task_class = Refusal
    lingers = False
    until: float | None = None

    def handle_close(self) -> None:
        if self.lingers and self.until is None and self.connected:
            self.until = time.monotonic() + LINGER_SECONDS
            self.will_close = False
            return
        super().handle_close()

    def received(self, data: bytes) -> Any:
        if self.until is None:
            return super().received(data)
        if time.monotonic() > self.until:
            super().handle_close()
        return False
