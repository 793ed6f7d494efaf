"""Items about which units can be urged by hand, each with the units that lead it and what was urged before."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.http import Http404

from accounts.access import Reach, require_office
from accounts.models import Department
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.models import Involvement, Task
from tracker.models import Urging

MOST = 200
"""Items that are urged about at once."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One unit on one item; `last` is the last word it was sent about it, and `times` how many there were."""

    task: Task
    department: Department
    last: Urging | None
    times: int

    @property
    def key(self) -> str:
        return f"{self.task.pk}:{self.department.pk}"


@dataclass(frozen=True, slots=True)
class ToUrge:
    """`idle` are the items of which nothing can be urged: not in work, or led by no unit."""

    pairs: tuple[Pair, ...]
    idle: tuple[Task, ...]


def to_urge(reach: Reach, task_ids: Collection[int], *, unit: int | None = None, today: date) -> ToUrge:
    """Return the office's own items among these, in a fixed number of queries; Http404 where there are none of them.

    With a unit, only its part. Raise PermissionDenied for all but the office.
    """
    require_office(reach)
    own = Task.objects.filter(pk__in=task_ids, organization=reach.organization_id)
    tasks = list(own.select_related("plan").order_by("plan", "position", "pk")[:MOST])
    if task_ids and not tasks:
        raise Http404
    leads = Involvement.objects.on(today).filter(
        task__in=[task.pk for task in tasks if _in_work(task)], role=InvolvementRole.LEAD, department__isnull=False
    )
    leading: defaultdict[int, dict[int, Department]] = defaultdict(dict)
    for row in leads.select_related("department").order_by("position", "pk"):
        if row.department is not None and unit in (None, row.department_id):
            leading[row.task_id][row.department.pk] = row.department
    past: defaultdict[tuple[int, int | None], list[Urging]] = defaultdict(list)
    for urging in Urging.objects.filter(task__in=tasks).order_by("pk"):
        past[urging.task_id, urging.department_id].append(urging)
    pairs = [
        Pair(task, department, last=before[-1] if before else None, times=len(before))
        for task in tasks
        for department in leading[task.pk].values()
        for before in (past[task.pk, department.pk],)
    ]
    return ToUrge(tuple(pairs), tuple(task for task in tasks if not leading[task.pk]))


def _in_work(task: Task) -> bool:
    return (task.state, task.plan.state) == (TaskState.ISSUED, PlanState.ISSUED)
