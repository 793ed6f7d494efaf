"""Goals of several years, made as an office makes them: promised in one plan, gone on with in the next, handed down."""

from datetime import date
from decimal import Decimal

from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TargetDraft, TaskDraft
from projects.models import Plan, Task
from projects.planning import add_tasks, create_plan, issue_plan
from tests.cast import TODAY, Cast, at
from tests.family import Child, offer, taken
from tracker.choices import ReportState
from tracker.reporting import Account, accept_report, submit_report
from tracker.rounds import current_round, open_rounds

PARKING = "新建停车位"
LAST_MAY = date(2025, 5, 20)


def issued(cast: Cast, year: int, *, restricted: bool = False, issue: bool = True) -> Plan:
    on = date(year, 1, 20)
    by, title = cast.actor(today=on), f"{year}年重点工作"
    made = create_plan(organization=cast.organization, year=year, title=title, restricted=restricted, by=by, now=at(on))
    add_tasks(plan=made, drafts=[TaskDraft("一年做完的事", number="1")], by=by, now=at(on))
    return issue_plan(plan=made, on=on, by=by, now=at(on)) if issue else made


def parking(value: int = 3000, horizon: int | None = 2028) -> TargetDraft:
    due_on = date(horizon, 12, 31) if horizon else None
    return TargetDraft(PARKING, Decimal(value), "个", horizon_year=horizon, due_on=due_on)


def promised(
    cast: Cast, plan: Plan, title: str, *targets: TargetDraft, after: Task | None = None, number: str = "90"
) -> Task:
    """Promise it for the investment unit, as the one that goes on with `after`."""
    lead = PartyDraft(InvolvementRole.LEAD, cast.investment.name, department_id=cast.investment.pk)
    draft = TaskDraft(
        title=title, number=number, parties=(lead,), targets=targets, carried_from_id=after.pk if after else None
    )
    return add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=at(TODAY))[0]


def accepted(task: Task, value: int, cast: Cast, *, on: date = TODAY, child: Child | None = None) -> None:
    """Have a figure of the item's first amount accepted by its own office."""
    open_rounds(today=on)
    current = current_round(task.plan_id, today=on)
    assert current is not None
    by = child.actor(today=on) if child else cast.actor(today=on)
    target = task.targets.order_by("position").first()
    assert target is not None
    made = submit_report(
        task=task,
        department=child.unit if child else cast.investment,
        reporting_round=current,
        account=Account(ReportState.ON_PLAN, "进行中。", values={target.pk: Decimal(value)}),
        person=None,
        token=f"{task.pk}-{value}",
        by=by,
        now=at(on),
    )
    accept_report(report=made, by=by, now=at(on))


def in_two_years(cast: Cast, plan: Plan, *, restricted: bool = False) -> tuple[Task, Task]:
    """Promise parking by 2028 in 2025, of which 800 came, and go on with it this year, of which 300 came."""
    before = promised(cast, issued(cast, 2025, restricted=restricted), "停车难治理", parking())
    accepted(before, 800, cast, on=LAST_MAY)
    now = promised(cast, plan, "停车难治理", parking(), after=before)
    accepted(now, 300, cast)
    return before, now


def handed_in_two_years(cast: Cast, plan: Plan, child: Child) -> tuple[Task, Task]:
    """Hand down the item of 2025, which the child goes on with in its own plan of this year."""
    before, now = in_two_years(cast, plan)
    (handed,) = offer(cast, before, child)
    by, then = child.actor(), date(2025, 1, 20)
    old = create_plan(organization=child.organization, year=2025, title="镇里上年", by=by, now=at(then))
    first = taken(Child(child.organization, child.unit, child.office, old), handed, issue=False)
    issue_plan(plan=old, on=then, by=by, now=at(then))
    accepted(first, 80, cast, on=LAST_MAY, child=child)
    lead = PartyDraft(InvolvementRole.LEAD, child.unit.name, department_id=child.unit.pk)
    draft = TaskDraft("镇里的题目", parties=(lead,), targets=(parking(),), carried_from_id=first.pk)
    (second,) = add_tasks(plan=child.plan, drafts=[draft], by=by, now=at(TODAY))
    issue_plan(plan=child.plan, on=TODAY, by=by, now=at(TODAY))
    accepted(second, 40, cast, child=child)
    return before, now
