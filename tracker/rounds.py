"""Reporting rounds: opened by the clock, with a row for everything that is owed, fixed on that day."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from accounts.choices import Door
from accounts.history import Actor, Change, record
from accounts.models.dated import in_force
from projects.calendars import workdays_for
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.models import Involvement, Plan
from tracker.models import Owed, ReportingRound
from tracker.rhythm import Period
from tracker.rules import rhythm, rules_of

BATCH = 1000


def open_rounds(*, today: date) -> list[ReportingRound]:
    """Open the current round of every issued plan that has none yet; a second call opens nothing."""
    plans = list(Plan.objects.filter(state=PlanState.ISSUED, issued_on__lte=today).order_by("pk"))
    rules = rules_of(plans, on=today)
    opened = []
    for plan in plans:
        days = workdays_for(plan.organization_id)
        period = rhythm(rules[plan.pk]).period_containing(today, days)
        if plan.year in {period.starts_on.year, period.ends_on.year}:
            opened += _open(plan, period, today=today)
    return opened


@transaction.atomic
def _open(plan: Plan, period: Period, *, today: date) -> list[ReportingRound]:
    row, made = ReportingRound.objects.get_or_create(
        plan=plan,
        key=period.key,
        defaults={
            "organization_id": plan.organization_id,
            "starts_on": period.starts_on,
            "ends_on": period.ends_on,
            "cutoff_on": period.cutoff_on,
            "opened_on": today,
        },
    )
    if not made:
        return []
    Owed.objects.bulk_create(_owed(row, today), batch_size=BATCH)
    record(
        Change(
            organization_id=plan.organization_id,
            object_type="round",
            object_id=row.pk,
            version=1,
            action="round.opened",
            after={"plan": plan.pk, "key": row.key, "cutoff_on": row.cutoff_on},
        ),
        by=Actor(None, Door.JOB, today),
    )
    return [row]


def _owed(row: ReportingRound, today: date) -> Iterable[Owed]:
    """Yield one row for each open item and leading unit of that day."""
    leads = (
        Involvement.objects.filter(
            in_force(today),
            task__state=TaskState.ISSUED,
            task__plan=row.plan_id,
            role=InvolvementRole.LEAD,
            department__isnull=False,
        )
        .order_by("task", "department")
        .values_list("task_id", "department_id")
        .distinct()
    )
    first_look = timezone.make_aware(datetime.combine(row.opened_on, time.min))
    for task, department in leads:
        yield Owed(
            organization_id=row.organization_id,
            task_id=task,
            round=row,
            department_id=department,
            next_step_at=first_look,
        )


def current_round(plan_id: int, *, today: date) -> ReportingRound | None:
    """Return the round that `today` lies in, or the latest one before."""
    return ReportingRound.objects.filter(plan=plan_id, starts_on__lte=today).order_by("-starts_on").first()
