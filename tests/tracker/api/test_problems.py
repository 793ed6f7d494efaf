"""Every refusal has one form, names the field with the reason, and speaks the caller's language."""

import logging
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from projects.models import Plan
from tests.cast import task_of
from tests.tracker.api.calling import ROOT, Program, codes, content, problem

pytestmark = pytest.mark.django_db
REPORT = {"state": "on_plan", "sentence": "进行中。"}


@pytest.mark.parametrize("address", ["/api/", "/api/v1/nothing/", "/api/v2/tasks/", "/api/v1/tasks/x/", "/api/v1/../"])
def test_an_address_that_is_not_there_is_a_problem(client: Client, address: str) -> None:
    assert problem(client.get(address))["status"] == 404


def test_a_write_to_an_address_without_its_slash_is_not_turned_into_reading(office: Program) -> None:
    assert problem(office.post("/plans", {}))["status"] == 404


def test_a_method_that_is_not_offered_is_named_with_those_that_are(office: Program) -> None:
    answer = office.send("DELETE", "/plans/")
    assert problem(answer)["status"] == 405
    assert "GET" in answer.headers["Allow"]


def test_another_format_is_neither_read_nor_written(office: Program, client: Client) -> None:
    assert problem(office.get("/plans/", Accept="text/csv"))["status"] == 406
    answer = client.post(
        f"{ROOT}/plans/", "a=1", "application/xml", headers={"Authorization": f"Bearer {office.secret}"}
    )
    assert problem(answer)["status"] == 415


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"[]",
        b'"text"',
        b"NaN",
        b'{"state": NaN}',
        b'{"state": "\\ud800", "sentence": "a"}',
        b'{"state": "on_plan", "sentence": "\\u0000"}',
        b'{"state": "on_plan", "sentence": "\xff"}',
        b'{"state": "on_plan", "sentence": "a", "owed": 123456789012345678901234567890}',
        b'{"state": "on_plan", "sentence": "a", "owed": 1e400}',
        b'{"state": "on_plan", "sentence": "a", "owed": -1}',
        b'{"state": "on_plan", "sentence": "a", "owed": true}',
        b'{"state": "on_plan", "sentence": "a", "owed": "1"}',
        b'{"state": ["on_plan"], "sentence": "a"}',
        b'{"state": {"on_plan": 1}, "sentence": "a"}',
        b'{"state": "on_plan", "sentence": 5}',
        b'{"state": "on_plan", "sentence": null}',
        b'{"state": "on_plan", "sentence": "   "}',
        b'{"state": "on_plan", "sentence": "a", "no_change": "yes"}',
        b'{"state": "on_plan", "sentence": "a", "no_change": []}',
        b'{"state": "on_plan", "sentence": "a", "values": [{"target": 1, "value": 1.5}]}',
        b'{"state": "on_plan", "sentence": "a", "values": [{"target": 1, "value": "1e5"}]}',
        b'{"state": "on_plan", "sentence": "a", "values": {}}',
        b'{"state": "on_plan", "sentence": "a", "marks": [{"milestone": 1, "done_on": "2026-02-30"}]}',
        b'{"state": "on_plan", "sentence": "a", "marks": [{"milestone": 1, "done_on": 20260101}]}',
        b"[" * 5000,
    ],
)
def test_what_cannot_be_read_is_the_callers_fault_and_never_ours(clerk: Program, plan: Plan, body: bytes) -> None:
    assert problem(clerk.post(f"/tasks/{task_of(plan, '1').pk}/reports/", body))["status"] == 400


def test_every_fault_names_its_field_with_reason_and_code(clerk: Program, plan: Plan) -> None:
    said = {
        "state": "fine",
        "id": 5,
        "values": [{"target": 1, "value": "2", "unit": "家"}],
        "marks": [{"milestone": 1}],
    }
    answer = clerk.post(f"/tasks/{task_of(plan, '1').pk}/reports/", said)
    assert codes(answer) == {
        "state": "invalid_choice",
        "sentence": "required",
        "id": "unknown",
        "values.0.unit": "unknown",
        "marks.0.done_on": "required",
    }
    assert all(fault["reason"] for fault in problem(answer)["errors"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("plam=1", "plam"),
        ("plan=x", "plan"),
        ("plan=-1", "plan"),
        ("plan=99999999999999999999", "plan"),
        ("plan=1&plan=2", "plan"),
        ("plan=%00", "plan"),
        ("q=%00", "q"),
        ("light=blue", "light"),
        ("month=2026-13", "month"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("fields=titel", "fields"),
        ("fields=title,title", "fields"),
        ("expand=", "expand"),
    ],
)
def test_a_query_that_asks_for_what_there_is_not_is_refused(clerk: Program, query: str, field: str) -> None:
    answer = clerk.get(f"/tasks/?{query}")
    assert problem(answer)["status"] == 400
    assert field in codes(answer)


@pytest.mark.parametrize(("query", "status"), [("cursor=made-up", 404), ("changed=green", 422)])
def test_a_query_as_it_should_be_that_leads_nowhere_is_told_so(clerk: Program, query: str, status: int) -> None:
    assert problem(clerk.get(f"/tasks/?{query}"))["status"] == status


def test_a_write_takes_no_query(office: Program) -> None:
    assert codes(office.post("/plans/?dry=1", {"year": 2026, "title": "表"})) == {"dry": "unknown"}


def test_a_body_past_the_limit_is_refused_before_it_is_read(office: Program, settings: Settings) -> None:
    settings.API_BODY_BYTES = 100
    assert problem(office.post("/plans/", {"year": 2026, "title": "长" * 200}))["status"] == 413


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        ("en", "en", "Not found"),
        ("de, en;q=0.5", "en", "Not found"),
        ("zh-CN", "zh-hans", "没有找到"),
        ("", "zh-hans", "没有找到"),
        ("*", "zh-hans", "没有找到"),
        ("\xff;;q=x", "zh-hans", "没有找到"),
    ],
)
def test_a_refusal_speaks_the_language_that_is_asked_for(
    office: Program, asked: str, language: str, title: str
) -> None:
    for address in ("/plans/0/", "/nothing/"):
        answer = office.get(address, Accept_Language=asked)
        assert (problem(answer)["title"], answer.headers["Content-Language"]) == (title, language)


def test_a_fault_of_ours_is_a_problem_too_and_tells_nothing_of_itself(plan: Plan, office: Program) -> None:
    office.client.raise_request_exception = False
    logging.disable(logging.ERROR)
    with patch.object(connection, "cursor", side_effect=RuntimeError("secret")):
        answer = office.get("/plans/")
    logging.disable(logging.NOTSET)
    assert problem(answer)["status"] == 500
    assert b"secret" not in answer.content


def test_too_many_requests_are_told_when_to_come_back(office: Program, clerk: Program, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    assert [office.get("/plans/").status_code for _ in range(3)] == [200, 200, 429]
    answer = office.get("/plans/")
    assert problem(answer)["status"] == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert content(clerk.get("/plans/")) == {"items": [], "next": None}
