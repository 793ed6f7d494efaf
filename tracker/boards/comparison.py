"""Units compared by results alone: which of their steps that fell due were done in time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Department
from accounts.models.dated import in_force
from projects.choices import InvolvementRole
from projects.models import Milestone, Plan
from tracker.models import PlanRules

UNIT = "task__involvements__department"


@dataclass(frozen=True, slots=True)
class Result:
    """A unit's steps that fell due: done by their day, done later, and still open."""

    name: str
    in_time: int
    late: int
    open: int

    @property
    def due(self) -> int:
        return self.in_time + self.late + self.open

    @property
    def share(self) -> str:
        return f"{self.in_time / self.due:.1%}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The results with the days between which steps fell due, and whether their day is the one first issued."""

    from_on: date
    to_on: date
    by_issued_day: bool
    results: tuple[Result, ...]

    @property
    def scale(self) -> int:
        return max((result.due for result in self.results), default=0)


def comparison(
    tasks: QuerySet[Any], plan: Plan, rules: PlanRules, units: tuple[Department, ...], *, today: date
) -> Comparison | None:
    """Compare the units in their own order, from the issue until yesterday; None where the plan doesn't want it."""
    if not rules.compare_units:
        return None
    first, last = plan.issued_on or date(plan.year, 1, 1), today - timedelta(days=1)
    by_issued_day = rules.late_from == "issued"
    day = Coalesce("issued_due_on", "current_due_on") if by_issued_day else F("current_due_on")
    leads = in_force(today, prefix="task__involvements__") & Q(task__involvements__role=InvolvementRole.LEAD)
    steps = Milestone.objects.filter(leads, task__in=tasks.values("pk"), dropped_on__isnull=True)
    rows = steps.annotate(day=day).filter(day__gte=first, day__lte=last).order_by().values(UNIT)
    counts = rows.annotate(
        in_time=Count("pk", filter=Q(done_on__lte=F("day")), distinct=True),
        late=Count("pk", filter=Q(done_on__gt=F("day")), distinct=True),
        left=Count("pk", filter=Q(done_on__isnull=True), distinct=True),
    )
    found = {unit: numbers for unit, *numbers in counts.values_list(UNIT, "in_time", "late", "left")}
    results = tuple(Result(unit.name, *found[unit.pk]) for unit in units if unit.pk in found)
    return Comparison(first, last, by_issued_day, results)
