"""The manual's examples of handing down: the office hands an item to one below, and answers what came from above."""

from collections.abc import Callable
from typing import Any

from projects.models import Plan
from tests.cast import Cast, task_of
from tests.family import from_above, make_above, make_child, offer

Sent = tuple[str, str, Any, dict[str, str]]
Requests = dict[str, Callable[[], Sent]]
OVER = {"If-Match": "{etag}", "Idempotency-Key": "a17c"}


def handing_requests(cast: Cast, plan: Plan) -> Requests:
    """Return the requests by operation; whoever calls one finds what it is about in the database."""
    return _down(cast, plan) | _from_above(cast, plan)


def _down(cast: Cast, plan: Plan) -> Requests:
    told = "/api/v1/hand-downs/"

    def path(rest: str = "") -> str:
        (row,) = offer(cast, task_of(plan, "1"), make_child(cast.organization, "bei"), word="请抓紧。")
        return f"/hand-downs/{row.pk}/{rest}"

    def offered() -> Sent:
        child = make_child(cast.organization, "bei")
        said = {"to": [child.organization.pk], "word": "请抓紧。"}
        return "office", f"/tasks/{task_of(plan, '1').pk}/hand-downs/", said, OVER

    def listed() -> Sent:
        path()
        return "office", f"/hand-downs/?state=offered&plan={plan.pk}", None, {}

    def children() -> Sent:
        make_child(cast.organization, "bei")
        return "office", "/child-organizations/", None, {}

    return {
        "GET /api/v1/child-organizations/": children,
        "POST /api/v1/tasks/{task_id}/hand-downs/": offered,
        f"GET {told}": listed,
        f"GET {told}{{hand_down_id}}/": lambda: ("office", path(), None, {}),
        f"POST {told}{{hand_down_id}}/withdrawal/": lambda: (
            "office",
            path("withdrawal/"),
            {"reason": "交办重复，收回。"},
            OVER,
        ),
    }


def _from_above(cast: Cast, plan: Plan) -> Requests:
    told = "/api/v1/from-above/"

    def path(rest: str = "") -> str:
        return f"/from-above/{from_above(cast, make_above(cast)).pk}/{rest}"

    def listed() -> Sent:
        path()
        return "office", "/from-above/?state=offered", None, {}

    taking = {"plan": plan.pk, "department": cast.building.pk, "category": ["一、基础设施", "（二）公园"]}
    return {
        f"GET {told}": listed,
        f"GET {told}{{from_above_id}}/": lambda: ("office", path(), None, {}),
        f"POST {told}{{from_above_id}}/taking/": lambda: ("office", path("taking/"), taking, OVER),
        f"POST {told}{{from_above_id}}/declining/": lambda: (
            "office",
            path("declining/"),
            {"reason": "不属本区，请交给市园林局。"},
            OVER,
        ),
    }
