"""What stands before every address under /api/: whatever refuses there answers with a problem, even where no view was reached."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header

from tracker.api.problems import MEDIA_TYPE, Problem

GetResponse = Callable[[HttpRequest], HttpResponseBase]
PREFIX = "/api/"


def problems_only(get_response: GetResponse) -> GetResponse:
    """Rewrite what Django itself says of an address, a host, a body or a fault."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path_info.startswith(PREFIX):
            return response
        if response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        with translation.override(asked_language(request)):
            problem = _problem(request, response)
            return problem.answer() if problem else response

    return respond


def asked_language(request: HttpRequest) -> str:
    """Return the language that Accept-Language asks for: programs choose none on a page."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return "zh-hans"


def _problem(request: HttpRequest, response: HttpResponseBase) -> Problem | None:
    status = response.status_code
    if status == 301 and request.method not in {"GET", "HEAD"}:
        return Problem(404, "not_found", gettext("没有这个地址；地址都以斜线结尾。"))
    if status < 400:
        return None
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    words = {
        400: ("bad_request", gettext("请求无法读懂。")),
        403: ("not_allowed", gettext("请求被拒绝：没有通过来源校验（CSRF）。")),
        404: ("not_found", gettext("没有这个地址。")),
        405: ("method_not_allowed", gettext("这个地址不支持这个方法。")),
        413: ("too_large", gettext("内容太大。")),
        500: ("error", gettext("系统出错，已记入日志。请稍后再试。")),
    }
    code, detail = words.get(status, ("error", gettext("请求没有办成。")))
    return Problem(status, code, detail, headers=kept)
