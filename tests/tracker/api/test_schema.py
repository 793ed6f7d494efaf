"""The description of the API: valid OpenAPI 3.1, closed where bodies are strict, and the same addresses as there are."""

import ast
import re
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from tests import source
from tests.cast import Cast
from tracker.api.documents import document
from tracker.api.first_steps import sample
from tracker.api.manual import chapters, inner_objects, kinds
from tracker.api.urls import urlpatterns
from tracker.choices import SystemEvent
from tracker.reminding.events import PING

pytestmark = pytest.mark.django_db
OPEN = {"schema", "docs"}


def test_the_schema_is_openapi_3_1_and_asks_for_no_sign_in(client: Client) -> None:
    answer = client.get("/api/v1/schema/", headers={"Accept-Language": "en"})
    described = orjson.loads(answer.content)
    assert (described["openapi"], answer.headers["Content-Language"]) == ("3.1.0", "en")
    assert described["paths"]["/api/v1/plans/"]["get"]["summary"] == "List plans"


def test_every_address_is_described_with_all_its_methods() -> None:
    offered = {
        (f"/api/v1/{pattern.pattern}".replace("<int:", "{").replace(">", "}"), method)
        for pattern in urlpatterns
        if pattern.name not in OPEN
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(getattr(pattern.callback, "view_class", None), method)
    }
    described = document("zh-hans")["paths"]
    assert {(path, method) for path, methods in described.items() for method in methods} == offered


def test_every_operation_says_what_it_does_and_every_schema_in_it_is_one() -> None:
    described = document("zh-hans")
    assert [
        path for path, methods in described["paths"].items() for each in methods.values() if not each.get("summary")
    ] == []
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_bodies_and_answers_are_closed() -> None:
    schemas = document("zh-hans")["components"]["schemas"]
    named = {name: schema for name, schema in schemas.items() if name.endswith(("Body", "Change", "Shape"))}
    assert len(named) > 8
    assert [name for name, schema in named.items() if schema["additionalProperties"] is not False] == []


def test_every_text_list_and_number_of_a_body_has_its_limit() -> None:
    schemas = document("zh-hans")["components"]["schemas"]
    unlimited = []
    for name, schema in schemas.items():
        for member, told in schema.get("properties", {}).items() if name.endswith(("Body", "Change")) else ():
            kinds = told.get("type", "")
            kind = next(kind for kind in kinds if kind != "null") if isinstance(kinds, list) else kinds
            needed = {"string": "maxLength", "array": "maxItems", "integer": "maximum"}.get(kind)
            if needed and not {needed, "enum", "format", "pattern"} & told.keys():
                unlimited.append(f"{name}.{member}")
    assert unlimited == []


def test_every_refusal_is_told_about_in_the_manual() -> None:
    told = {code for code, _ in kinds()}
    raised = {
        call.args[1].value
        for path in source.python_files("tracker")
        if path.parts[1] == "api"
        for call in ast.walk(source.tree(path))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Problem"
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }
    assert len(raised) > 8
    assert raised - told == set()


def test_the_manual_shows_every_address_with_an_example_and_needs_no_sign_in(cast: Cast, client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    for path, methods in document("zh-hans")["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page
    operations = sum(len(methods) for methods in document("zh-hans")["paths"].values())
    assert page.count('<details class="operation"') == page.count("<h3>例子</h3>") == operations
    assert "<script>" not in page
    assert " style=" not in page


def test_no_two_shapes_or_bodies_share_a_name() -> None:
    """In the document they would be one, and the other's answers would break it."""
    names = [
        node.name
        for path in source.python_files("tracker")
        if path.parts[1] == "api"
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Body", "Change", "Shape"))
    ]
    assert len(names) > 20
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_document_leads_to_the_manual_and_names_every_event() -> None:
    described = document("zh-hans")
    assert described["externalDocs"]["url"] == reverse("tracker:api:docs")
    assert described["info"]["description"]
    assert described["webhooks"].keys() == {*SystemEvent, PING}
    for told in described["webhooks"].values():
        Draft202012Validator.check_schema(event_schema(told))


def test_the_sample_in_the_manual_is_a_message_that_the_schema_describes() -> None:
    shown = orjson.loads(sample())
    described = Draft202012Validator(event_schema(document("zh-hans")["webhooks"][shown["type"]]))
    assert [fault.message for fault in described.iter_errors(shown)] == []


def event_schema(told: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = told["post"]["requestBody"]["content"]["application/json"]["schema"]
    return schema


def test_what_stands_inside_a_body_or_an_answer_has_its_own_table(cast: Cast, client: Client) -> None:
    described = document("zh-hans")
    page = client.get("/api/v1/docs/").content.decode()
    named = {shape.name: shape for shape in inner_objects(described, chapters(described))}
    assert {"ValueBody", "MilestoneShape", "MarkBody"} <= named.keys()
    assert [member.name for member in named["MarkBody"].members] == ["milestone", "done_on"]
    links = set(re.findall(r'href="#([A-Z]\w+)"', page))
    assert links == named.keys() == set(re.findall(r'<div id="(\w+)">', page))
