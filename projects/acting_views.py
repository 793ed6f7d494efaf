"""What becomes of many items of a plan at once: the ticked ones stop, go on, are cancelled or stand again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.access import require_office
from accounts.entry import PageRequest, page
from accounts.models import PostHolding
from projects.access import get_plan
from projects.approving import approved, approvers
from projects.choices import PlanState, TaskState
from projects.models import Plan, Task
from projects.plan_views import Typed, plan_page
from projects.planning import (
    WrongStateError,
    cancel_tasks,
    reinstate_tasks,
    resume_tasks,
    suspend_tasks,
    withdraw_tasks,
)

Act = Callable[..., list[Task]]
ACTS: dict[str, tuple[Act, frozenset[TaskState]]] = {
    "suspend": (suspend_tasks, frozenset({TaskState.ISSUED})),
    "resume": (resume_tasks, frozenset({TaskState.SUSPENDED})),
    "cancel": (cancel_tasks, frozenset({TaskState.DRAFT, TaskState.ISSUED, TaskState.SUSPENDED})),
    "withdraw": (withdraw_tasks, frozenset({TaskState.DRAFT})),
    "reinstate": (reinstate_tasks, frozenset({TaskState.CANCELLED, TaskState.WITHDRAWN})),
}


APPROVED = frozenset({"suspend", "cancel"})
"""What of these a leader has to approve."""


@page
@require_POST
def items_act(request: PageRequest, plan_id: int, act: str) -> HttpResponse:
    """Suspend, resume, cancel, withdraw or reinstate the ticked items, all of them or none, with a reason.

    What is refused stays typed and ticked.
    """
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    if plan.state == PlanState.ARCHIVED or act not in ACTS:
        raise Http404
    typed = Typed.of(request.POST)
    refusal = _acted(request, plan, act, typed)
    if refusal:
        messages.error(request, refusal)
        return plan_page(request, plan, typed=typed, status=422)
    filters = request.GET.urlencode()
    return redirect(reverse("projects:plan", args=[plan.pk]) + (f"?{filters}" if filters else ""))


def _acted(request: PageRequest, plan: Plan, act: str, typed: Typed) -> str:
    """Do it, or return why not."""
    operation, allowed = ACTS[act]
    if not typed.items or not typed.reason:
        return gettext("请勾选事项，并写明原因。")
    approver = _approver(request, plan, typed.approver) if act in APPROVED else None
    if act in APPROVED and approver is None:
        return gettext("没有办成：中止、取消事项要选批准的领导。")
    if Task.objects.filter(plan=plan, pk__in=typed.items, state__in=allowed).count() != len(typed.items):
        return gettext("没有办成：勾选的事项里有的现在不能这样办，请看过现在的状态再试。")
    said = approved(typed.reason, approver) if approver else typed.reason
    try:
        done = operation(task_ids=sorted(typed.items), reason=said, by=request.actor, now=request.now)
    except WrongStateError:
        return gettext("没有办成：勾选的事项里有的刚被改动过。")
    messages.success(request, gettext("已办理 %(n)d 项。") % {"n": len(done)})
    return ""


def _approver(request: PageRequest, plan: Plan, asked: str) -> PostHolding | None:
    return next((row for row in approvers(plan.organization_id, today=request.today) if str(row.pk) == asked), None)
