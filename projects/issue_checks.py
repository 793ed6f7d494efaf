"""What is doubtful in a draft, to be looked at before it is issued; nothing of it forbids issuing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import Department, Membership, Post, PostHolding
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Milestone, Plan, Target, Task

SHOWN = 12
STANDING_KINDS = ("ongoing", "recurring")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One kind of doubt: how many, and the first few of what it concerns."""

    said: str
    count: int
    tasks: tuple[Task, ...] = ()
    units: tuple[Department, ...] = ()


def doubts_of(plan: Plan, *, today: date) -> list[Doubt]:
    """Return the doubts in a fixed number of queries, those without any left out."""
    drafts = Task.objects.filter(plan=plan, state=TaskState.DRAFT).order_by("position", "pk")
    parts = Involvement.objects.on(today).filter(task=OuterRef("pk"))
    steps = Milestone.objects.filter(task=OuterRef("pk"), dropped_on__isnull=True, current_due_on__isnull=False)
    amounts = Target.objects.filter(task=OuterRef("pk"), dropped_on__isnull=True, unit="", items__isnull=True)
    found = [
        _of_tasks(gettext("没有牵头单位"), drafts.exclude(Exists(parts.filter(role=InvolvementRole.LEAD)))),
        _of_tasks(
            gettext("没有时限，也不是长期工作"), drafts.exclude(Exists(steps)).exclude(deadline_kind__in=STANDING_KINDS)
        ),
        _of_tasks(gettext("指标没有单位"), drafts.filter(Exists(amounts))),
        _of_units(gettext("单位里没有能登录的人"), _units_without_people(plan, today)),
        _of_tasks(
            gettext("责任领导的岗位空缺"), drafts.filter(Exists(parts.filter(post__in=_vacant_posts(plan, today))))
        ),
    ]
    return [doubt for doubt in found if doubt.count]


def _of_tasks(said: str, tasks: QuerySet[Task]) -> Doubt:
    found = list(tasks)
    return Doubt(said, len(found), tasks=tuple(found[:SHOWN]))


def _of_units(said: str, units: Iterable[Department]) -> Doubt:
    found = list(units)
    return Doubt(said, len(found), units=tuple(found[:SHOWN]))


def _vacant_posts(plan: Plan, today: date) -> QuerySet[Post]:
    held = PostHolding.objects.on(today).filter(post=OuterRef("pk"))
    return Post.objects.filter(organization=plan.organization_id).exclude(Exists(held))


def _units_without_people(plan: Plan, today: date) -> QuerySet[Department]:
    involved = Involvement.objects.on(today).filter(
        task__plan=plan, task__state=TaskState.DRAFT, department__isnull=False
    )
    signed_in = Membership.objects.on(today).filter(
        Q(person__left_on__isnull=True) | Q(person__left_on__gt=today),
        department=OuterRef("pk"),
        person__user__is_active=True,
    )
    units = Department.objects.filter(pk__in=involved.values("department"))
    return units.exclude(Exists(signed_in)).order_by("position", "pk")
