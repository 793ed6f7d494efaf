"""Every example of the manual is a request that is really sent, and its answer looks as it is shown there."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from projects.models import Milestone, Plan
from tests.cast import TODAY, Cast, task_of
from tests.family import make_child
from tests.tracker.api.calling import Program, program
from tests.tracker.api.examples_asked import asked_requests
from tests.tracker.api.examples_handing import handing_requests
from tests.tracker.api.examples_imports import NAME, UPLOAD, brought, import_requests, upload
from tests.tracker.api.examples_promise import promise_requests
from tests.tracker.api.examples_webhooks import webhook_requests
from tests.tracker.goals import handed_in_two_years
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send
from tests.tracker.visits import owed_of, report
from tracker.api.documents import document
from tracker.api.manual import EXAMPLES, examples
from tracker.models import Delivery
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db

Sent = tuple[str, str, Any, dict[str, str]]
"""Who sends it, the address, the body and the headers."""


@pytest.fixture(name="place")
def place_fixture(cast: Cast, plan: Plan) -> dict[str, Any]:
    """Return the ids that addresses name, on an installation where one report waits."""
    open_rounds(today=TODAY)
    said = report(cast, plan, "2")
    return {
        "plan_id": plan.pk,
        "task_id": task_of(plan, "1").pk,
        "report_id": said.pk,
        "unit_id": cast.building.pk,
        "person_id": cast.clerk.person_id,
        "owed_id": owed_of(plan, "1").pk,
    }


def told(cast: Cast) -> dict[str, int]:
    """Have the morning's messages sent, and return the clerk's."""
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    mail = Delivery.objects.filter(person=cast.clerk.person, channel="mail").earliest("pk")
    return {"delivery_id": mail.pk, "reminder_id": mail.items.earliest("pk").reminder_id}


def sent(operation: str, place: dict[str, Any]) -> Sent:
    """Return the request of an operation; a new address gets its own here."""
    known: dict[str, Callable[[], Sent]] = {
        "GET /api/v1/plans/": lambda: ("clerk", "/plans/?year=2026", None, {}),
        "POST /api/v1/plans/": lambda: (
            "office",
            "/plans/",
            {"year": 2027, "title": "2027年重点工作责任分解表"},
            {"Idempotency-Key": "9b2f"},
        ),
        "GET /api/v1/plans/{plan_id}/": lambda: ("clerk", "/plans/{plan_id}/", None, {}),
        "PATCH /api/v1/plans/{plan_id}/": lambda: (
            "office",
            "/plans/{plan_id}/",
            {"document": "示例发〔2026〕2号"},
            {"If-Match": "{etag}"},
        ),
        "GET /api/v1/tasks/": lambda: (
            "clerk",
            "/tasks/?light=overdue&limit=2&expand=departments,milestones",
            None,
            {},
        ),
        "GET /api/v1/tasks/{task_id}/": lambda: ("clerk", "/tasks/{task_id}/", None, {}),
        "POST /api/v1/tasks/{task_id}/reports/": lambda: (
            "clerk",
            "/tasks/{task_id}/reports/",
            {
                "state": "on_plan",
                "sentence": "选址已完成，正在报批。",
                "next_step": "七月底前取得批复。",
                "marks": [{"milestone": place["step"], "done_on": "2026-03-28"}],
            },
            {"Idempotency-Key": "4c1d"},
        ),
        "GET /api/v1/reports/": lambda: ("clerk", "/reports/?review_state=submitted&limit=2", None, {}),
        "GET /api/v1/reports/{report_id}/": lambda: ("clerk", "/reports/{report_id}/", None, {}),
        "GET /api/v1/owed/": lambda: ("clerk", "/owed/?unit={unit_id}&asked=now&limit=2", None, {}),
        "GET /api/v1/owed/{owed_id}/": lambda: ("clerk", "/owed/{owed_id}/", None, {}),
        "GET /api/v1/me/": lambda: ("clerk", "/me/", None, {}),
        "GET /api/v1/departments/": lambda: ("office", "/departments/?limit=2", None, {}),
        "GET /api/v1/departments/{unit_id}/": lambda: ("office", "/departments/{unit_id}/", None, {}),
        "GET /api/v1/people/": lambda: ("office", "/people/?unit={unit_id}", None, {}),
        "GET /api/v1/people/{person_id}/": lambda: ("office", "/people/{person_id}/", None, {}),
        "GET /api/v1/reminders/": lambda: ("office", "/reminders/?task={task_id}&limit=2", None, {}),
        "GET /api/v1/reminders/{reminder_id}/": lambda: ("office", "/reminders/{reminder_id}/", None, {}),
        "GET /api/v1/deliveries/": lambda: ("office", "/deliveries/?state=sent&channel=mail&limit=1", None, {}),
        "GET /api/v1/deliveries/{delivery_id}/": lambda: ("clerk", "/deliveries/{delivery_id}/", None, {}),
        "GET /api/v1/boards/overview/": lambda: ("clerk", "/boards/overview/?unit={unit_id}", None, {}),
        "GET /api/v1/multi-year-goals/": lambda: ("office", "/multi-year-goals/?limit=1", None, {}),
        "GET /api/v1/search/": lambda: ("clerk", "/search/?q=选址", None, {}),
    }
    return known[operation]()


def play(cast: Cast, operation: str, place: dict[str, Any]) -> dict[str, Any]:
    """Send it and return what was sent and answered."""
    place = {**place, "step": Milestone.objects.get(text="选址").pk}
    if "/reminders/" in operation or " /api/v1/deliveries/" in operation:
        place |= told(cast)
    if "/multi-year-goals/" in operation:
        handed_in_two_years(cast, Plan.objects.get(pk=place["plan_id"]), make_child(cast.organization, "xiaji"))
    if "/imports/" in operation:
        place |= brought(cast, operation)
    plan = Plan.objects.get(pk=place["plan_id"])
    asked = asked_requests(cast, plan) | import_requests(place) | promise_requests(plan) | webhook_requests(cast)
    asked |= handing_requests(cast, plan)
    role, path, body, headers = asked[operation]() if operation in asked else sent(operation, place)
    caller: Program = program(cast, getattr(cast, role))
    path = path.format(**place)
    headers = {
        name: value.format(etag=caller.get(one_of(path)).headers["ETag"]) if "{etag}" in value else value
        for name, value in headers.items()
    }
    uploads = operation == UPLOAD
    answer = upload(caller, **headers) if uploads else caller.send(operation.partition(" ")[0], path, body, **headers)
    said = orjson.loads(answer.content) if answer.content else None
    assert ("ETag" in answer.headers) == tagged(operation), operation
    return {
        "method": operation.partition(" ")[0],
        "path": f"/api/v1{path}",
        "body": body,
        **({"form": {"file": f"@{NAME}", "year": "2027"}} if uploads else {}),
        "headers": headers,
        "status": answer.status_code,
        "answer": said,
    }


def one_of(path: str) -> str:
    """Return the address of the one that a change or a step is of: what is read before it."""
    return "/".join(path.split("/")[:3]) + "/"


def operations() -> list[str]:
    described = document("zh-hans")["paths"]
    return [f"{method.upper()} {path}" for path, methods in described.items() for method in methods]


def tagged(operation: str) -> bool:
    """Say whether the schema promises an ETag with the answer."""
    method, path = operation.split(" ")
    answers = document("zh-hans")["paths"][path][method.lower()]["responses"]
    return any("ETag" in answers[status].get("headers", {}) for status in ("200", "201") if status in answers)


def shape(value: Any) -> Any:
    """Return what values look like, without the values: names and types."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_every_operation_has_its_example_and_every_example_its_operation() -> None:
    assert examples().keys() == set(operations())


@pytest.mark.parametrize("operation", operations())
def test_an_example_is_answered_as_the_manual_shows(
    cast: Cast, plan: Plan, place: dict[str, Any], operation: str, request: pytest.FixtureRequest
) -> None:
    now = play(cast, operation, place)
    assert now["status"] < 300
    if request.config.getoption("--update-api-examples"):
        known = {**orjson.loads(EXAMPLES.read_bytes()), operation: now}
        EXAMPLES.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
        return
    shown = examples()[operation]
    assert {**shape(now), "status": now["status"]} == {**shape(shown), "status": shown["status"]}
