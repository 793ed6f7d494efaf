"""What rules mean for a plan: the next cut-offs, and one of its own steps told day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.utils import timezone

from accounts.models import Person
from projects.calendars import workdays_for
from projects.choices import TaskState
from projects.models import Milestone, Plan
from projects.workdays import Workdays
from tracker.choices import SubjectKind
from tracker.models import PlanRules
from tracker.reminding import due
from tracker.reminding.ladder import reminder_rules
from tracker.reminding.naming import audience_name, step_name
from tracker.reminding.recipients import recipients_of
from tracker.rules import rhythm

ROUNDS, MOST_RUNGS, MOST_NAMES = 3, 9, 3
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Rung:
    """A day on which someone is told; `names` are those of the plan's own people, as far as they can be told."""

    at: datetime
    step: str
    whom: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """The plan's next step to fall due, and what the rules make of it; `cutoffs` are the next days to report by."""

    cutoffs: tuple[date, ...]
    step: Milestone | None
    due_on: date | None
    soon_from: date | None
    overdue_from: date | None
    rungs: tuple[Rung, ...]


def example_of(plan: Plan, rules: PlanRules, *, now: datetime) -> Example:
    """Return the example in a fixed number of queries; `rules` may be a row that nobody has saved yet."""
    workdays = workdays_for(plan.organization_id)
    today = now.date()
    steps = Milestone.objects.filter(
        task__plan=plan,
        task__state__in=(TaskState.DRAFT, TaskState.ISSUED),
        done_on__isnull=True,
        dropped_on__isnull=True,
        current_due_on__gte=today,
    )
    step = steps.select_related("task").order_by("current_due_on", "pk").first()
    due_on = step.current_due_on if step else None
    if step is None or due_on is None:
        return Example(_cutoffs(rules, workdays, today), None, None, None, None, ())
    return Example(
        cutoffs=_cutoffs(rules, workdays, today),
        step=step,
        due_on=due_on,
        soon_from=due_on - timedelta(days=rules.due_soon_days),
        overdue_from=due_on + timedelta(days=1),
        rungs=tuple(_rungs(plan, step, due_on, rules, workdays, now)),
    )


def _cutoffs(rules: PlanRules, workdays: Workdays, today: date) -> tuple[date, ...]:
    shape = rhythm(rules)
    period = shape.period_containing(today, workdays)
    found: list[date] = []
    while len(found) < ROUNDS:
        if period.cutoff_on >= today:
            found.append(period.cutoff_on)
        period = shape.next_period(period, workdays)
    return tuple(found)


def _rungs(
    plan: Plan, step: Milestone, due_on: date, rules: PlanRules, workdays: Workdays, now: datetime
) -> Sequence[Rung]:
    told = recipients_of({step.task_id}, {plan.organization_id}, today=now.date()).of_milestone(
        step.task_id, plan.organization_id
    )
    # Whoever can't sign in yet still has a rung: the example shows the rule, with the names there are.
    subject = due.Subject(
        SubjectKind.MILESTONE,
        step.pk,
        step.cycle,
        due_on,
        now.date(),
        {audience: told[audience] or (NOBODY,) for audience in due.Audience},
    )
    names = dict(
        Person.objects.filter(pk__in={who for group in told.values() for who in group}).values_list("pk", "name")
    )
    steps = islice(due.steps(subject, reminder_rules(rules), workdays, timezone.localtime(now)), MOST_RUNGS)
    return [
        Rung(
            at=one.tell_at,
            step=step_name(one.code, subject_kind=SubjectKind.MILESTONE),
            whom="、".join(audience_name(audience) for audience in one.audience),
            names=tuple(dict.fromkeys(names[who] for audience in one.audience for who in told[audience]))[:MOST_NAMES],
        )
        for one in steps
    ]
