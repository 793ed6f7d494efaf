"""The way into every address of the API: who calls, in which language, what is asked, and one form of answers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.access import Reach, reach_of
from accounts.choices import Door, Scope
from accounts.clock import business_now
from accounts.history import Actor
from accounts.models import User
from tracker.api.etags import etag_of, unchanged
from tracker.api.fields import Body, Query
from tracker.api.gate import asked_language
from tracker.api.limiting import PerMinute
from tracker.api.listing import cut
from tracker.api.once import acting_once
from tracker.api.paging import USUAL, Paging, read_cursor
from tracker.api.problems import Fault, Problem, dumps, invalid, missing
from tracker.api.signing_in import Session, TokenAuthentication, require_scope

SAFE = ("GET", "HEAD", "OPTIONS")


class Json(BaseParser):
    """JSON as the standard has it: no NaN, no lone surrogates, no second reading."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        del media_type, parser_context
        raw = stream.read(settings.API_BODY_BYTES + 1)
        if len(raw) > settings.API_BODY_BYTES:
            raise Problem(413, "too_large", gettext("内容太大。"))
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(gettext("不是正确的 JSON。")) from error


class Endpoint(APIView):
    """A view of the API. `writes` says which scope a token needs for what isn't reading.

    A handler parses with `asked` and `said`, makes one call, and answers with `one`, `page` or `done`.
    """

    authentication_classes = (TokenAuthentication, Session)
    permission_classes: Sequence[type[BasePermission]] = (IsAuthenticated,)
    throttle_classes = (PerMinute,)
    renderer_classes = (JSONRenderer,)
    parser_classes: Sequence[type[BaseParser]] = (Json,)
    metadata_class = None

    writes: ClassVar[Scope] = Scope.REPORT
    reads: ClassVar[Scope] = Scope.READ

    user: User
    reach: Reach
    now: datetime
    today: date
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # One level above the framework's own: the answer is written in the language it was asked in.
        language = asked_language(request)
        with translation.override(language):
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        response.headers.setdefault("Content-Language", language)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.now = business_now()
        self.today = self.now.date()
        if not request.user.is_authenticated:
            return
        require_scope(request.auth, self.reads if request.method in SAFE else self.writes)
        self.user = request.user
        self.reach = reach_of(self.user, today=self.today)
        self.actor = Actor(self.user, Door.API, self.today)

    def asked(self, query: type[Query] = Query) -> dict[str, Any]:
        """Return what the address asks, or refuse names and values it doesn't know."""
        given = self.request.query_params
        repeated = [name for name in given if len(given.getlist(name)) > 1]
        if repeated:
            raise invalid(*(Fault(name, gettext("只能写一次。"), "repeated") for name in repeated))
        reader = query(data=given.dict())
        reader.is_valid(raise_exception=True)
        return dict(reader.validated_data)

    def said(self, body: type[Body], **context: Any) -> dict[str, Any]:
        """Return what the body says, or refuse it with every field that is wrong."""
        self.asked()
        reader = body(data=self.request.data, context=context)
        reader.is_valid(raise_exception=True)
        return dict(reader.validated_data)

    def paging(self, asked: Mapping[str, Any], *, newest_first: bool = False) -> Paging:
        query = self.request.query_params
        after = read_cursor(asked["cursor"], query) if asked.get("cursor") else None
        return Paging(self.request.path, query, asked.get("limit") or USUAL, after, newest_first)

    def one(
        self,
        content: Mapping[str, Any],
        *,
        version: int,
        status: int = 200,
        location: str = "",
        beside: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer with one object and its ETag, or that the caller has it already.

        `beside` is told this once and is no part of the object: what is read later has the same ETag without it.
        """
        body = dumps(content)
        etag = etag_of(version, body)
        body = dumps({**content, **beside}) if beside else body
        fresh = self.request.method in {"GET", "HEAD"} and unchanged(self.request, etag)
        answer = HttpResponse(status=304) if fresh else _json(body, status)
        answer["ETag"] = etag
        if location:
            answer["Location"] = location
        return _private(answer)

    def only(self, rows: Sequence[dict[str, Any]], query: type[Query]) -> HttpResponse:
        """Answer with the one row that was found, cut to what `query` asks for; what nobody edits has version 0."""
        asked = self.asked(query)
        if not rows:
            raise missing()
        return self.one(cut(rows[0], asked.get("fields")), version=rows[0].get("version", 0))

    def listed[R: Mapping[str, Any]](
        self,
        asked: Mapping[str, Any],
        rows: QuerySet[Any, Any],
        tell: Callable[[QuerySet[Any, Any]], Sequence[R]],
        *,
        newest_first: bool = True,
    ) -> HttpResponse:
        """Answer with a page of what is found, told by `tell` and cut to what was asked for."""
        paging = self.paging(asked, newest_first=newest_first)
        page, following = paging.fit(tell(paging.slice_of(rows)))
        return self.page([cut(row, asked.get("fields")) for row in page], following)

    def page(self, items: Sequence[Mapping[str, Any]], following: str | None) -> HttpResponse:
        """Answer with a page of a list and the address of the next."""
        return _private(_json(dumps({"items": items, "next": following}), 200))

    def once(self, effect: Callable[[], HttpResponse], *, unkept: Collection[str] = ()) -> HttpResponse:
        """Act once a key; the members in `unkept` are answered the first time and null after."""
        return acting_once(self.request, self.user, effect, now=self.now, unkept=unkept)


def _json(body: bytes, status: int) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json")


def _private(answer: HttpResponse) -> HttpResponse:
    """Keep answers out of shared caches; what they say depends on who asks and in which language."""
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Accept-Language, Authorization, Cookie"
    return answer
