"""What rules mean for a plan: the next cut-offs, one of its own steps told day by day, and who sees how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Department, Person
from projects.calendars import workdays_for
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Milestone, Plan, Task
from projects.workdays import Workdays
from tracker.boards.rule_sayings import Case, sayings
from tracker.choices import SubjectKind
from tracker.models import PlanRules
from tracker.reminding import due
from tracker.reminding.ladder import reminder_rules
from tracker.reminding.naming import audience_name, step_name
from tracker.reminding.recipients import recipients_of
from tracker.rules import rhythm

ROUNDS, MOST_RUNGS, MOST_NAMES = 3, 9, 3
PEOPLE = tuple(audience for audience in due.Audience if audience not in due.GROUPS)
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
    sayings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Openness:
    """What one leading unit would see of a plan: `own` items where it is restricted, all where it is open."""

    unit: Department | None
    own: int
    all: int


def openness_of(plan: Plan, *, today: date) -> Openness:
    """Return it for the unit that leads first in the plan, in three queries."""
    tasks = Task.objects.filter(plan=plan).exclude(state=TaskState.WITHDRAWN)
    parts = Involvement.objects.on(today).filter(task__in=tasks, department__isnull=False)
    first = parts.filter(role=InvolvementRole.LEAD).select_related("department")
    lead = first.order_by("task__position", "task", "position", "pk").first()
    unit = lead.department if lead else None
    own = parts.filter(department=unit).values("task").distinct().count() if unit else 0
    return Openness(unit, own, tasks.count())


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
    from_on = max(rules.valid_from, today)
    cutoffs = _cutoffs(rules, workdays, from_on)
    told = _told(plan, step.task_id if step else None, today)
    case = Case(
        from_on=from_on,
        cutoff_on=cutoffs[0],
        unit=_unit(step, today),
        number=step.task.number if step else "",
        due_on=due_on,
        names={audience: _named(told[audience]) for audience in PEOPLE},
        workdays=workdays,
    )
    said = sayings(rules, case)
    if step is None or due_on is None:
        return Example(cutoffs, None, None, None, None, (), said)
    return Example(
        cutoffs=cutoffs,
        step=step,
        due_on=due_on,
        soon_from=due_on - timedelta(days=rules.due_soon_days),
        overdue_from=due_on + timedelta(days=1),
        rungs=tuple(_rungs(told, step, due_on, rules, workdays, now)),
        sayings=said,
    )


def _told(plan: Plan, task_id: int | None, today: date) -> dict[due.Audience, dict[int, str]]:
    """Return who of the plan's people has which part in an item, by person and name."""
    ids = {task_id} if task_id else set()
    told = recipients_of(ids, {plan.organization_id}, today=today).of_milestone(task_id or NOBODY, plan.organization_id)
    people = {who for found in told.values() for who in found if isinstance(who, int)}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    return {audience: {who: names[who] for who in told[audience] if isinstance(who, int)} for audience in PEOPLE}


def _named(people: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people.values()))[:MOST_NAMES]


def _unit(step: Milestone | None, today: date) -> str:
    """Name the unit that leads the step's item; where there is none the sentences speak of every unit."""
    leads = Involvement.objects.on(today).filter(
        task=step.task_id if step else None, role=InvolvementRole.LEAD, department__isnull=False
    )
    lead = leads.select_related("department").order_by("position", "pk").first()
    return str(lead.department) if lead else gettext("各单位")


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
    told: Mapping[due.Audience, Mapping[int, str]],
    step: Milestone,
    due_on: date,
    rules: PlanRules,
    workdays: Workdays,
    now: datetime,
) -> Sequence[Rung]:
    # Whoever can't sign in yet still has a rung: the example shows the rule, with the names there are.
    subject = due.Subject(
        SubjectKind.MILESTONE,
        step.pk,
        step.cycle,
        due_on,
        now.date(),
        {audience: tuple(told[audience]) or (NOBODY,) for audience in PEOPLE},
    )
    steps = islice(due.Timetable(reminder_rules(rules), workdays).steps(subject, timezone.localtime(now)), MOST_RUNGS)
    return [
        Rung(
            at=one.tell_at,
            step=step_name(one.code, subject_kind=SubjectKind.MILESTONE),
            whom="、".join(audience_name(audience) for audience in PEOPLE if audience in one.audience),
            names=_named(
                {who: name for audience in PEOPLE if audience in one.audience for who, name in told[audience].items()}
            ),
        )
        for one in steps
    ]
