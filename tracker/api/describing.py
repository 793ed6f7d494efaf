"""How the addresses are described to programs: OpenAPI 3.1, with nothing left open that a body or an answer doesn't have."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema

from tracker.api.event_shapes import webhooks
from tracker.api.problems import MEDIA_TYPE

Document = dict[str, Any]

UNDER_A_NAME = re.compile(r"/([a-z-]+)/\{(\w+)\}/")
ALWAYS = (400, 401, 403, 406, 429, 500)
OF_ONE = (404,)
OF_LISTS = (404, 422)
OF_WRITES = (409, 412, 413, 415, 422, 428)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason", "code"],
                "properties": {name: {"type": "string"} for name in ("field", "reason", "code")},
                "additionalProperties": False,
            },
        },
        "current": {"description": "What stands there now, where a write was lost."},
        "yours": {"description": "What was to be written."},
    },
}
ETAG: Document = {"type": "string", "pattern": '^"[0-9]{1,9}-[0-9a-f]{16}"$'}
IF_MATCH: Document = {"name": "If-Match", "in": "header", "required": True, "schema": ETAG}
IF_NONE_MATCH: Document = {"name": "If-None-Match", "in": "header", "required": False, "schema": ETAG}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,200}$"},
}


class Description(AutoSchema):
    """Names operations by their addresses and groups them by what they are about."""

    def get_operation_id(self) -> str:
        return f"{self.view.__class__.__name__}_{self.method.lower()}"

    def get_description(self) -> str:  # type: ignore[override]  # the library itself takes no more
        """Say nothing that was written for whoever reads the code."""
        return ""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Say beside a token which scope it needs."""
        scope = getattr(self.view, "reads" if self.method == "GET" else "writes")
        return [{name: [scope.value] if name == "token" else [] for name in each} for each in super().get_auth()]

    def get_tags(self) -> list[str]:
        own = self.view.__class__.__module__.rpartition(".")[2]
        return [getattr(self.view, "chapter", own)]


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "tracker.api.signing_in.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> Document:
        del auto_schema
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "tracker.api.signing_in.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> Document:
        del auto_schema
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class _Closed(OpenApiSerializerExtension):
    """Objects have the members that are described and no others."""

    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> Document:
        schema: Document = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001 - as the library's own extensions do
        schema.pop("description", None)
        return {**schema, "additionalProperties": False}


class ClosedBody(_Closed):
    target_class = "tracker.api.fields.Body"


class ClosedShape(_Closed):
    target_class = "tracker.api.fields.Shape"


class SparseShape(_Closed):
    target_class = "tracker.api.fields.Sparse"
    priority = 1

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> Document:
        return {**super().map_serializer(auto_schema, direction), "required": ["id"]}


class NamesField(OpenApiSerializerFieldExtension):
    target_class = "tracker.api.listing.Names"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> Document:
        del auto_schema, direction
        known = {"type": "string", "enum": [*self.target.known]}
        return {"type": "array", "items": known, "minItems": 1, "uniqueItems": True}


class TextField(OpenApiSerializerFieldExtension):
    """A text that may not be blank holds a sign that is none."""

    target_class = "tracker.api.fields.Text"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> Document:
        schema: Document = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)  # noqa: SLF001 - as the library's own extensions do
        return schema if self.target.allow_blank else {**schema, "pattern": "\\S"}


def finished(result: Document, **_: Any) -> Document:
    """Add to every operation the refusals it may answer with, and say how lists are written in an address."""
    _forget(result, "x-spec-enum-id")
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status in _refusals(path, method, operation):
                operation["responses"].setdefault(str(status), _problem(status))
            if header := {"post": IDEMPOTENCY, "patch": IF_MATCH, "put": IF_MATCH, "delete": IF_MATCH}.get(method):
                operation.setdefault("parameters", []).append(header)
            for parameter in operation.get("parameters", ()):
                if parameter["schema"].get("type") == "array":
                    parameter |= {"style": "form", "explode": False}
    _link(result)
    _tag(result)
    result["info"]["description"] = gettext(
        "别的系统经过 /api/v1/ 查看和办理，规则与页面完全相同：看不到的查不到，办不了的写不了。"
    )
    result["externalDocs"] = {
        "url": "/api/v1/docs/",
        "description": gettext("接口说明：怎样开始，怎样收推送，每个接口的例子"),
    }
    result["webhooks"] = webhooks()
    return result


def _refusals(path: str, method: str, operation: Document) -> Iterator[int]:
    yield from ALWAYS
    if "{" in path:
        yield from OF_ONE
    if {"cursor", "plan"} & {parameter["name"] for parameter in operation.get("parameters", ())}:
        yield from OF_LISTS
    if method != "get":
        yield from OF_WRITES


def _link(result: Document) -> None:
    """Say which answers hold the id that another address names: what is listed or made under a name is found under it."""
    paths = result["paths"]
    wanting = [
        (*named.groups(), operation["operationId"])
        for path, operations in paths.items()
        if (named := UNDER_A_NAME.search(path))
        for operation in operations.values()
    ]
    for path, operations in paths.items():
        name = path.rstrip("/").rpartition("/")[2]
        for method, status in (("get", "200"), ("post", "201")):
            answer = operations.get(method, {}).get("responses", {}).get(status)
            where = "/items/0/id" if answer and _lists(result, answer) else "/id"
            own = [(parameter, operation) for known, parameter, operation in wanting if known == name]
            if answer and own:
                answer["links"] = {
                    operation: {"operationId": operation, "parameters": {parameter: f"$response.body#{where}"}}
                    for parameter, operation in own
                }


def _tag(result: Document) -> None:
    """Say which answers carry the ETag of the one thing they show, and that who has it already is told so."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            answers = operation["responses"]
            for status in {"200", "201"} & answers.keys():
                if method == "get" and _lists(result, answers[status]):
                    continue
                answers[status]["headers"] = {"ETag": {"required": True, "schema": ETAG}}
                if method == "get":
                    operation.setdefault("parameters", []).append(IF_NONE_MATCH)
                    answers["304"] = {"description": "Not Modified"}


def _lists(result: Document, answer: Document) -> bool:
    """Say whether an answer holds several: a page, or what was made at once."""
    schema: Document = answer["content"]["application/json"]["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    return "items" in result["components"]["schemas"].get(name, schema).get("properties", {})


def _forget(node: Any, name: str) -> None:
    """Take a mark of the library's own out of the whole document."""
    if isinstance(node, dict):
        node.pop(name, None)
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _forget(inner, name)


def _problem(status: int) -> Document:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    later = {"Retry-After": {"required": True, "schema": {"type": "integer"}}}
    return {"description": f"Problem {status}", "content": content, **({"headers": later} if status == 429 else {})}
