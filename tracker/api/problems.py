"""Every refusal in one form, RFC 9457: what went wrong, of which field, and why, in the caller's language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext
from rest_framework import exceptions

from projects.handing_down import AnsweredError
from tracker.follow_ups import NotOpenError

MEDIA_TYPE = "application/problem+json"
KINDS = "/api/v1/docs/#problem-"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: its path with dots, a sentence for people and a word for programs."""

    field: str
    reason: str
    code: str


class Problem(Exception):
    """A refusal on its way out. `beside` are further members of the answer, such as the value that stands there."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **beside: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers, self.beside = errors, headers or {}, beside

    def answer(self) -> HttpResponse:
        content = {
            "type": f"{KINDS}{self.code}",
            "title": title_of(self.status),
            "status": self.status,
            "detail": self.detail,
            "errors": [asdict(fault) for fault in self.errors],
            **self.beside,
        }
        language = get_language() or ""
        answer = HttpResponse(dumps(content), status=self.status, content_type=MEDIA_TYPE)
        for name, value in {"Content-Language": language, "Vary": "Accept-Language", **self.headers}.items():
            answer[name] = value
        return answer


def invalid(*faults: Fault) -> Problem:
    """Return the refusal of what can't be read as it was asked for."""
    return Problem(400, "invalid", gettext("请求里有的内容不对，逐条写在 errors 里。"), errors=faults)


def missing() -> Problem:
    return Problem(404, "not_found", gettext("没有这一项，或者您看不到。"))


def refused() -> Problem:
    return Problem(
        403, "not_allowed", gettext("您不能这样做：报送由牵头单位的人员提交，审核、名册、推送由督办办公室办理。")
    )


def not_open(state: str) -> Problem:
    """Return the refusal of a step that the item, or what was asked on it, doesn't take in its state."""
    said = gettext("事项不在办理中，或这件事已经有了结果，不能再这样做。")
    return Problem(409, "not_open", said, errors=[Fault("state", said, state)])


def dumps(content: object) -> bytes:
    return orjson.dumps(content, default=_plain)


def _plain(value: object) -> str:
    """Write an exact figure as text without needless noughts, and a lazy text as it reads now."""
    return (format(value.normalize(), "f") if value else "0") if isinstance(value, Decimal) else str(value)


def title_of(status: int) -> str:
    words = {
        400: gettext("请求有误"),
        401: gettext("没有登录"),
        403: gettext("不允许"),
        404: gettext("没有找到"),
        405: gettext("不支持这个方法"),
        406: gettext("给不了要求的格式"),
        409: gettext("与现状冲突"),
        412: gettext("已被别人改过"),
        413: gettext("内容太大"),
        415: gettext("读不了这种格式"),
        422: gettext("内容不成立"),
        428: gettext("需要 If-Match"),
        429: gettext("请求太频繁"),
        500: gettext("系统出错"),
        503: gettext("暂时不可用"),
    }
    return words.get(status) or HTTPStatus(status).phrase


def problem_of(error: Exception) -> Problem | None:
    """Return the refusal that an exception stands for; none for a fault of ours."""
    match error:
        case Problem():
            return error
        case Http404() | exceptions.NotFound():
            return missing()
        case PermissionDenied():
            return refused()
        case NotOpenError():
            return not_open(error.state)
        case AnsweredError():
            return not_open(error.current.state)
        case exceptions.ValidationError():
            return invalid(*faults_of(error.get_full_details()))
        case exceptions.APIException():
            return _of_framework(error)
    return None


def answer_to(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Take the place of the framework's handler of exceptions."""
    del context
    problem = problem_of(error)
    return problem.answer() if problem else None


def _of_framework(error: exceptions.APIException) -> Problem:
    headers = {}
    if scheme := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = scheme
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(wait))
    code = error.get_codes()
    return Problem(
        error.status_code, code if isinstance(code, str) else error.default_code, str(error.detail), headers=headers
    )


def faults_of(details: Any, path: str = "") -> Iterator[Fault]:
    """Flatten the framework's tree of errors: a mapping by field, a list by place, leaves of message and code."""
    if isinstance(details, dict) and {"message", "code"} == details.keys():
        yield Fault(path, str(details["message"]), str(details["code"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from faults_of(inner, _below(path, "" if name == "non_field_errors" else str(name)))
    else:
        for place, inner in enumerate(details):
            leaf = isinstance(inner, dict) and {"message", "code"} == inner.keys()
            yield from faults_of(inner, path if leaf else _below(path, str(place)))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name
