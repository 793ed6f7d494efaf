"""The manual's examples of what is asked on items and answered: each makes what it needs, and sends its request."""

from collections.abc import Callable
from typing import Any

from projects.models import Milestone, Plan
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.api.acts import closing, directive, extension, obstacle
from tests.tracker.visits import report
from tracker.models import Closure
from tracker.reporting import return_report

Sent = tuple[str, str, Any, dict[str, str]]
Requests = dict[str, Callable[[], Sent]]
OVER = {"If-Match": "{etag}", "Idempotency-Key": "71e0"}
ONCE = {"Idempotency-Key": "71e0"}
AGAIN = {"due_on": "2026-07-10", "reason": "还没有结果，请再答复一次。"}
BACK = {"reason": "已经解决。"}


def asked_requests(cast: Cast, plan: Plan) -> Requests:
    """Return the requests by operation; whoever calls one finds what it is about in the database."""
    return (
        _reviews(cast, plan)
        | _extensions(cast, plan)
        | _obstacles(cast, plan)
        | _directives(cast, plan)
        | _closings(cast, plan)
        | {
            "GET /api/v1/tasks/{task_id}/history/": lambda: (
                "clerk",
                f"/tasks/{obstacle(cast, plan).task_id}/history/?kind=obstacle",
                None,
                {},
            )
        }
    )


def _reviews(cast: Cast, plan: Plan) -> Requests:
    def returned() -> int:
        said = return_report(report=report(cast, plan, "1"), reason="请写数字", by=cast.actor(), now=at(TODAY))
        return said.reviews.get().pk

    def listed() -> Sent:
        returned()
        return "clerk", "/reviews/?decision=returned&limit=2", None, {}

    return {
        "POST /api/v1/reports/{report_id}/reviews/": lambda: (
            "office",
            f"/reports/{report(cast, plan, '1').pk}/reviews/",
            {"decision": "returned", "reason": "请写明完成了多少。"},
            OVER,
        ),
        "GET /api/v1/reviews/": listed,
        "GET /api/v1/reviews/{review_id}/": lambda: ("clerk", f"/reviews/{returned()}/", None, {}),
    }


def _extensions(cast: Cast, plan: Plan) -> Requests:
    def path(rest: str = "") -> str:
        return f"/extensions/{extension(cast, plan).pk}/{rest}"

    def wish() -> dict[str, Any]:
        step = Milestone.objects.get(task=task_of(plan, "1"), text="开工")
        return {"milestone": step.pk, "to_on": "2027-01-29", "reason": "用地没有批下。", "progress": "施工图已经审定。"}

    return {
        "POST /api/v1/tasks/{task_id}/extensions/": lambda: (
            "clerk",
            f"/tasks/{task_of(plan, '1').pk}/extensions/",
            wish(),
            ONCE,
        ),
        "GET /api/v1/extensions/": lambda: (
            "office",
            f"/extensions/?state=pending&task={extension(cast, plan).task_id}",
            None,
            {},
        ),
        "GET /api/v1/extensions/{extension_id}/": lambda: ("clerk", path(), None, {}),
        "POST /api/v1/extensions/{extension_id}/decisions/": lambda: (
            "office",
            path("decisions/"),
            {"agrees": True, "reason": "情况属实，同意延期。"},
            OVER,
        ),
        "POST /api/v1/extensions/{extension_id}/withdrawal/": lambda: ("clerk", path("withdrawal/"), BACK, OVER),
    }


def _obstacles(cast: Cast, plan: Plan) -> Requests:
    def path(rest: str = "") -> str:
        return f"/obstacles/{obstacle(cast, plan).pk}/{rest}"

    said = {"text": "土地没有批下来。", "answering_department": cast.economy.pk, "due_on": "2026-06-30"}
    return {
        "POST /api/v1/tasks/{task_id}/obstacles/": lambda: (
            "clerk",
            f"/tasks/{task_of(plan, '1').pk}/obstacles/",
            said,
            ONCE,
        ),
        "GET /api/v1/obstacles/": lambda: ("clerk", f"/obstacles/?task={obstacle(cast, plan).task_id}", None, {}),
        "GET /api/v1/obstacles/{obstacle_id}/": lambda: ("clerk", path(), None, {}),
        "POST /api/v1/obstacles/{obstacle_id}/answers/": lambda: (
            "economy_clerk",
            path("answers/"),
            {"answer": "用地月底前批下。"},
            OVER,
        ),
        "POST /api/v1/obstacles/{obstacle_id}/askings/": lambda: ("clerk", path("askings/"), AGAIN, OVER),
        "POST /api/v1/obstacles/{obstacle_id}/withdrawal/": lambda: ("clerk", path("withdrawal/"), BACK, OVER),
    }


def _directives(cast: Cast, plan: Plan) -> Requests:
    def path(rest: str = "") -> str:
        return f"/directives/{directive(cast, plan).pk}/{rest}"

    said = {"text": "月底前拿出方案。", "department": cast.building.pk, "due_on": "2026-06-30"}
    return {
        "POST /api/v1/tasks/{task_id}/directives/": lambda: (
            "leader",
            f"/tasks/{task_of(plan, '1').pk}/directives/",
            said,
            ONCE,
        ),
        "GET /api/v1/directives/": lambda: ("leader", f"/directives/?task={directive(cast, plan).task_id}", None, {}),
        "GET /api/v1/directives/{directive_id}/": lambda: ("clerk", path(), None, {}),
        "POST /api/v1/directives/{directive_id}/answers/": lambda: (
            "clerk",
            path("answers/"),
            {"answer": "方案已报。"},
            OVER,
        ),
        "POST /api/v1/directives/{directive_id}/askings/": lambda: ("leader", path("askings/"), AGAIN, OVER),
        "POST /api/v1/directives/{directive_id}/settlement/": lambda: (
            "leader",
            path("settlement/"),
            {"settlement": "照办。"},
            OVER,
        ),
        "POST /api/v1/directives/{directive_id}/withdrawal/": lambda: ("leader", path("withdrawal/"), BACK, OVER),
    }


def _closings(cast: Cast, plan: Plan) -> Requests:
    def asked() -> Closure:
        return closing(cast, plan)

    return {
        "POST /api/v1/tasks/{task_id}/closings/": lambda: (
            "clerk",
            f"/tasks/{task_of(plan, '3').pk}/closings/",
            {"statement": "全年检查 12 次，没有事故。"},
            ONCE,
        ),
        "GET /api/v1/closings/": lambda: ("office", f"/closings/?state=asked&plan={asked().task.plan_id}", None, {}),
        "GET /api/v1/closings/{closure_id}/": lambda: ("clerk", f"/closings/{asked().pk}/", None, {}),
        "POST /api/v1/closings/{closure_id}/verification/": lambda: (
            "office",
            f"/closings/{asked().pk}/verification/",
            {"how": "现场核实", "on": "2026-06-24"},
            OVER,
        ),
        "POST /api/v1/closings/{closure_id}/return/": lambda: (
            "office",
            f"/closings/{asked().pk}/return/",
            {"reason": "请补上检查记录。"},
            OVER,
        ),
        "POST /api/v1/closings/{closure_id}/withdrawal/": lambda: (
            "clerk",
            f"/closings/{asked().pk}/withdrawal/",
            {},
            OVER,
        ),
    }
