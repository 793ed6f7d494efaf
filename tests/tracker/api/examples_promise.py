"""What the manual's examples ask of items, their steps and their amounts."""

from typing import Any

from projects.models import Plan
from tests.cast import task_of

ROOT = "/api/v1"


def promise_requests(plan: Plan) -> dict[str, Any]:
    """Return the requests by operation."""
    road, firms = task_of(plan, "1"), task_of(plan, "2")
    step, aim = road.milestones.get(text="开工"), firms.targets.get()
    over = {"If-Match": "{etag}"}
    item = {
        "plan": plan.pk,
        "title": "新建停车场",
        "category": ["一、基础设施"],
        "deadline_text": "9月底前选址，年底前开工",
        "lead": ["规划建设科"],
        "leaders": ["主任"],
    }
    return {
        f"POST {ROOT}/tasks/": lambda: ("office", "/tasks/", item, {"Idempotency-Key": "2f70"}),
        f"PATCH {ROOT}/tasks/{{task_id}}/": lambda: (
            "office",
            f"/tasks/{road.pk}/",
            {"note": "由市里督办。", "support": ["经济发展科", "招商服务科"]},
            over,
        ),
        f"POST {ROOT}/tasks/{{task_id}}/milestones/": lambda: (
            "office",
            f"/tasks/{road.pk}/milestones/",
            {"text": "通车", "due_on": "2027-06-30"},
            over | {"Idempotency-Key": "2f71"},
        ),
        f"GET {ROOT}/milestones/{{milestone_id}}/": lambda: ("clerk", f"/milestones/{step.pk}/", None, {}),
        f"PATCH {ROOT}/milestones/{{milestone_id}}/": lambda: (
            "office",
            f"/milestones/{step.pk}/",
            {"due_on": "2027-03-31", "kind": "extended", "document": "示例发〔2026〕9号", "reason": "用地未批"},
            over,
        ),
        f"POST {ROOT}/tasks/{{task_id}}/targets/": lambda: (
            "office",
            f"/tasks/{road.pk}/targets/",
            {"name": "道路长度", "value": "3.5", "unit": "公里", "milestone": step.pk},
            over | {"Idempotency-Key": "2f72"},
        ),
        f"GET {ROOT}/targets/{{target_id}}/": lambda: ("clerk", f"/targets/{aim.pk}/", None, {}),
        f"PATCH {ROOT}/targets/{{target_id}}/": lambda: (
            "office",
            f"/targets/{aim.pk}/",
            {"value": "9", "months": [{"month": 6, "by": "4"}], "reason": "追加任务"},
            over,
        ),
    }
