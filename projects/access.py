"""Who sees which plans and items, and for whom they may report: one rule, over Involvement (DESIGN §3, Access)."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.access import Reach
from accounts.models import Department
from accounts.models.dated import in_force
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.models import Involvement, Plan, Task

HIDDEN_STATES = (TaskState.DRAFT, TaskState.WITHDRAWN)
"""Items of which only the office knows: not yet promised, or taken back with their import."""


def plans_for(reach: Reach, *, today: date) -> QuerySet[Plan]:
    """Return the plans in which this reach sees at least something."""
    if reach.organization_id is None:
        return Plan.objects.none()
    own = Plan.objects.filter(organization_id=reach.organization_id)
    if reach.office:
        return own
    issued = own.exclude(state=PlanState.DRAFT)
    if reach.main_leader:
        return issued
    return issued.filter(pk__in=_own_part(reach, today=today).values("plan_id"))


def tasks_for(reach: Reach, *, today: date) -> QuerySet[Task]:
    if reach.organization_id is None:
        return Task.objects.none()
    own = Task.objects.filter(organization_id=reach.organization_id)
    if reach.office:
        return own
    shown = own.exclude(state__in=HIDDEN_STATES).exclude(plan__state=PlanState.DRAFT)
    if reach.main_leader:
        return shown
    part = _parts(_named(reach), today=today)
    open_plans = _part_of_units(reach, today=today).filter(plan__restricted=False).values("plan_id")
    return shown.filter(Q(pk__in=part.values("task_id")) | Q(plan_id__in=open_plans))


def _own_part(reach: Reach, *, today: date) -> QuerySet[Task]:
    """Return the items in which the reach's units, posts, person, or the units below its posts have a part."""
    return _involved(reach, _named(reach), today=today)


def _named(reach: Reach) -> Q:
    """Return the condition that a part is the reach's own; what it hasn't is not asked for."""
    named = Q(department__in=reach.departments | reach.below)
    if reach.posts:
        named |= Q(post__in=reach.posts)
    if reach.person_id is not None:
        named |= Q(person=reach.person_id)
    return named


def _part_of_units(reach: Reach, *, today: date) -> QuerySet[Task]:
    """Return the items that open a whole plan to a unit's people; a leader's post opens only what it answers for."""
    return _involved(reach, Q(department__in=reach.departments), today=today)


def _involved(reach: Reach, named: Q, *, today: date) -> QuerySet[Task]:
    shown = Task.objects.filter(organization=reach.organization_id).exclude(state__in=HIDDEN_STATES)
    return shown.filter(pk__in=_parts(named, today=today).values("task_id"))


def _parts(named: Q, *, today: date) -> QuerySet[Involvement]:
    return Involvement.objects.filter(named, in_force(today))


def get_plan(reach: Reach, plan_id: int, *, today: date) -> Plan:
    """Raise Http404 for a plan that isn't there or isn't theirs to see."""
    plan = plans_for(reach, today=today).filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    return plan


def get_task(reach: Reach, task_id: int, *, today: date) -> Task:
    """Raise Http404 for an item that isn't there or isn't theirs to see."""
    task = tasks_for(reach, today=today).select_related("plan", "section").filter(pk=task_id).first()
    if task is None:
        raise Http404
    return task


def departments_writable(reach: Reach, task: Task, *, today: date) -> tuple[Department, ...]:
    """Return the units that lead the item now and for which this reach may report, in the table's order."""
    leads = Involvement.objects.on(today).filter(task=task, role=InvolvementRole.LEAD, department__in=reach.departments)
    units = {row.department_id: row.department for row in leads.select_related("department").order_by("position", "pk")}
    return tuple(unit for unit in units.values() if unit is not None)


def require_lead(reach: Reach, task: Task, *, today: date) -> tuple[Department, ...]:
    """Return the units for which this reach may report; raise PermissionDenied when there is none."""
    units = departments_writable(reach, task, today=today)
    if not units:
        raise PermissionDenied
    return units
