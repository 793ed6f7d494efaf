"""Who sees which plans and items, and for whom they may report: one rule, over Involvement (DESIGN §3, Access)."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import Reach, require_office
from accounts.models import Department, Organization
from accounts.models.dated import in_force
from projects.choices import HandDownState, InvolvementRole, PlanState, TaskState
from projects.models import HandDown, ImportBatch, Involvement, Plan, Task

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
    return issued.filter(pk__in=_seen(_parts(_named(reach), today=today)).values("task__plan"))


def tasks_for(reach: Reach, *, today: date) -> QuerySet[Task]:
    if reach.organization_id is None:
        return Task.objects.none()
    shown = _shown(reach)
    if reach.office or reach.main_leader:
        return shown
    own, units = (_parts(named, today=today) for named in (_named(reach), Q(department__in=reach.departments)))
    # A unit's part opens the whole plan to its people; a leader's post opens only what it answers for.
    opening = _seen(units).filter(task__plan__restricted=False)
    return shown.filter(Q(pk__in=own.values("task")) | Q(plan__in=opening.values("task__plan")))


def tasks_of_units(reach: Reach, *, today: date) -> QuerySet[Task]:
    """Return those of `tasks_for` in which the reach's own units have a part."""
    if reach.organization_id is None:
        return Task.objects.none()
    parts = _parts(Q(department__in=reach.departments), today=today)
    return _shown(reach).filter(pk__in=parts.values("task"))


def _shown(reach: Reach) -> QuerySet[Task]:
    """Return what anyone of the organization may see who sees its plan."""
    own = Task.objects.filter(organization=reach.organization_id)
    return own if reach.office else own.exclude(state__in=HIDDEN_STATES).exclude(plan__state=PlanState.DRAFT)


def _named(reach: Reach) -> Q:
    """Return the condition that a part is that of the reach's units, posts, person, or the units below its posts."""
    named = Q(department__in=reach.departments | reach.below)
    if reach.posts:
        named |= Q(post__in=reach.posts)
    if reach.person_id is not None:
        named |= Q(person=reach.person_id)
    return named


def _parts(named: Q, *, today: date) -> QuerySet[Involvement]:
    return Involvement.objects.filter(named, in_force(today))


def _seen(parts: QuerySet[Involvement]) -> QuerySet[Involvement]:
    """Leave out the parts in items of which only the office knows."""
    return parts.exclude(task__state__in=HIDDEN_STATES)


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


def batches_for(reach: Reach) -> QuerySet[ImportBatch]:
    """Return the organization's uploads, without their readings: a long one is megabytes; PermissionDenied to all but the office."""
    require_office(reach)
    return ImportBatch.objects.filter(organization=reach.organization_id).defer("reading")


def handed_to(reach: Reach) -> QuerySet[HandDown]:
    """Return what the office above handed to this one and didn't take back; PermissionDenied to all but the office."""
    return _offered_to(reach).exclude(state=HandDownState.WITHDRAWN)


def _offered_to(reach: Reach) -> QuerySet[HandDown]:
    require_office(reach)
    return HandDown.objects.filter(to=reach.organization_id, to__isnull=False).select_related("organization")


def get_offered_to(reach: Reach, handed_id: int) -> HandDown:
    """Return one that is being answered, taken back or not: whoever answers is told what became of it. Raise Http404."""
    return get_object_or_404(_offered_to(reach), pk=handed_id)


def get_handed_to(reach: Reach, handed_id: int) -> HandDown:
    """Raise Http404 for one that isn't there, isn't theirs or was withdrawn."""
    return get_object_or_404(handed_to(reach), pk=handed_id)


def children_of(reach: Reach) -> QuerySet[Organization]:
    """Return the organizations directly below, for its office and main leader; PermissionDenied to all others."""
    _require_above(reach)
    return Organization.objects.filter(parent=reach.organization_id, parent__isnull=False)


def handed_by(reach: Reach) -> QuerySet[HandDown]:
    """Return what this organization handed down, for its office and main leader; PermissionDenied to all others."""
    _require_above(reach)
    return HandDown.objects.filter(organization=reach.organization_id, organization__isnull=False)


def _require_above(reach: Reach) -> None:
    if not (reach.office or reach.main_leader):
        raise PermissionDenied


def get_handed_by(reach: Reach, handed_id: int) -> HandDown:
    """Raise Http404 for one that isn't there or isn't the office's own."""
    require_office(reach)
    return get_object_or_404(handed_by(reach), pk=handed_id)
