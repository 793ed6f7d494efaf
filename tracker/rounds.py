"""Reporting rounds: opened by the clock with a row for everything owed, closed with their figures, reopened with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.choices import Door
from accounts.history import Actor, Change, record
from accounts.models import HistoryEntry
from accounts.models.dated import in_force
from accounts.prepared import Prepared, attributes, instance
from accounts.versions import raise_version
from projects.calendars import workdays_for
from projects.choices import InvolvementRole, PlanState, TaskState
from projects.models import Involvement, Plan, Task
from tracker.choices import OwedState, RoundState
from tracker.lights import Light
from tracker.lights_sql import light_expression
from tracker.models import Owed, ReportingRound, RoundLists
from tracker.owed_rows import look_anew
from tracker.rhythm import Period
from tracker.rules import rhythm, rules_of

BATCH = 1000
KIND = "round"
CLOSED_AFTER = 5
"""Working days after cut-off and grace until the clock closes a round: the office answers, the late ones come in."""


class WrongRoundState(Exception):
    """The round is closed, or open, already; `row` is what stands there."""

    def __init__(self, row: ReportingRound) -> None:
        super().__init__(f"round {row.pk} is {row.state}")
        self.row = row


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
    _note(row, "round.opened", after={}, by=Actor(None, Door.JOB, today))
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
    found = _BEGUN.rows(plan=plan_id, today=today)
    return instance(ReportingRound, found[0]) if found else None


_BEGUN = Prepared(
    lambda plan, today: (
        ReportingRound.objects.filter(plan=plan, starts_on__lte=today)
        .order_by("-starts_on")
        .values_list(*attributes(ReportingRound))[:1]
    ),
    ids=["plan"],
    days=["today"],
)


def close_rounds(*, today: date, now: datetime) -> list[ReportingRound]:
    """Close the rounds whose span, cut-off, grace and some days more are over.

    One that was reopened stays open until somebody closes it: the clock doesn't undo what a person decided.
    """
    reopened = HistoryEntry.objects.filter(object_type=KIND, action="round.reopened").values("object_id")
    rows = ReportingRound.objects.filter(state=RoundState.OPEN, ends_on__lt=today, cutoff_on__lt=today)
    candidates = list(rows.exclude(pk__in=reopened).select_related("plan").order_by("pk"))
    rules = rules_of([row.plan for row in candidates], on=today)
    closed = []
    for row in candidates:
        days = workdays_for(row.organization_id)
        if today > days.add(row.cutoff_on, rules[row.plan_id].grace_days + CLOSED_AFTER):
            closed.append(close_round(reporting_round=row, by=Actor(None, Door.JOB, today), now=now))
    return closed


@transaction.atomic
def close_round(
    *,
    reporting_round: ReportingRound,
    version: int | None = None,
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time
) -> ReportingRound:
    """Store the round's figures; it takes no report any more, but for what was returned.

    Raise Conflict when it moved on since `version`, WrongRoundState where it is closed already.
    """
    row = _in_state(reporting_round, RoundState.OPEN, version)
    row.state, row.figures = RoundState.CLOSED, figures_of(row, today=by.today)
    row.save(update_fields=["state", "figures"])
    _keep_lists(row, today=by.today)
    _note(row, "round.closed", after={"figures": row.figures}, by=by)
    return row


@transaction.atomic
def reopen_round(
    *,
    reporting_round: ReportingRound,
    reason: str,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> ReportingRound:
    """Let the round take reports again, and reminders look at them; its figures stay in history until it closes anew."""
    if not reason.strip():
        raise ValueError("a round is reopened with a reason")
    row = _in_state(reporting_round, RoundState.CLOSED, version)
    before = row.figures
    row.state, row.figures = RoundState.OPEN, None
    row.save(update_fields=["state", "figures"])
    RoundLists.objects.filter(round=row).delete()
    look_anew(Q(round=row), now=now)
    _note(row, "round.reopened", before={"figures": before}, after={"figures": None}, reason=reason, by=by)
    return row


def figures_of(row: ReportingRound, *, today: date) -> dict[str, Any]:
    """Return how a round stands: what was owed and came in, by unit, and the lights of the plan's items on the day."""
    owed = Owed.objects.filter(round=row).exclude(state=OwedState.WAIVED)
    by_unit = owed.values("department", name=F("department__name")).annotate(**WITH_COUNTS)
    lights = Task.objects.filter(plan=row.plan_id).annotate(light=light_expression(today)).exclude(light=None)
    counted = lights.values_list("light").annotate(n=Count("pk")).order_by("light")
    return {
        "on": today.isoformat(),
        **owed.aggregate(**WITH_COUNTS),
        "units": list(by_unit.order_by("department__position", "department")),
        "lights": dict(counted),
    }


def _keep_lists(row: ReportingRound, *, today: date) -> None:
    """Store what stands behind the figures: each counted item with its light, each row that nothing came for."""
    RoundLists.objects.create(
        round=row,
        organization_id=row.organization_id,
        items=[[item.task_id, item.light, item.days_late] for item in lit_items(row.plan_id, today=today)],
        lacking=[[owed.task_id, owed.department.name] for owed in lacking_rows(row)],
    )


@dataclass(frozen=True, slots=True)
class LitItem:
    task_id: int
    light: str
    days_late: int


def lit_items(plan_id: int, *, today: date) -> list[LitItem]:
    """Return every counted item of a plan with its light on the day, and the days an overdue one is late."""
    lit = Task.objects.filter(plan=plan_id).annotate(light=light_expression(today)).exclude(light=None)
    rows = lit.order_by("position", "pk").values_list("pk", "light", "standing__late_since")
    late = Light.OVERDUE
    return [LitItem(pk, light, (today - since).days if light == late and since else 0) for pk, light, since in rows]


def lacking_rows(row: ReportingRound) -> QuerySet[Owed]:
    """Return the rows of a round for which nothing has come up to the office, in the organization's order of units."""
    states = (OwedState.OWED, OwedState.RETURNED, OwedState.UNSIGNED)
    rows = Owed.objects.filter(round=row, state__in=states).select_related("department")
    return rows.order_by("department__position", "department", "task__position", "pk")


_ANSWERED = (OwedState.SUBMITTED, OwedState.ACCEPTED)
WITH_COUNTS: dict[str, Any] = {
    "owed": Count("pk"),
    "reported": Count("pk", filter=Q(state__in=_ANSWERED)),
    "accepted": Count("pk", filter=Q(state=OwedState.ACCEPTED)),
    "late": Count("pk", filter=Q(state__in=_ANSWERED, late=True)),
    "returned": Count("pk", filter=Q(state=OwedState.RETURNED)),
    "unsigned": Count("pk", filter=Q(state=OwedState.UNSIGNED)),
    "missing": Count("pk", filter=Q(state=OwedState.OWED)),
}
"""How rows of a round are counted; reported, returned, unsigned and missing sum to owed."""


def _in_state(reporting_round: ReportingRound, state: RoundState, version: int | None) -> ReportingRound:
    """Lock the round, count its new version and return it; raise Conflict or WrongRoundState."""
    raise_version(reporting_round, expected=version)
    if reporting_round.state != state:
        raise WrongRoundState(reporting_round)
    return reporting_round


def _note(
    row: ReportingRound,
    action: str,
    *,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str = "",
    by: Actor,
) -> None:
    record(
        Change(
            organization_id=row.organization_id,
            object_type=KIND,
            object_id=row.pk,
            version=row.version,
            action=action,
            before=before or {},
            after={"plan": row.plan_id, "key": row.key, "cutoff_on": row.cutoff_on, **after},
            reason=reason,
        ),
        by=by,
    )
