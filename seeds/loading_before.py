"""The year before the sample's: what some items go on with, promised, reported and closed; and how they take it up."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.choices import Door
from accounts.history import Actor
from accounts.models import Department, User
from projects import planning
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TargetChange, TargetDraft, TaskChange, TaskDraft
from projects.models import Plan, Task
from seeds.loading_year import YEAR_OVER
from seeds.moments import at_work
from seeds.story import GoesOn
from tracker.choices import ReportState
from tracker.reporting import Account, Submission, accept_reports, submit_reports
from tracker.rounds import open_rounds

BEFORE = "%(organization)s%(year)s年重点工作（跨年事项）"
WENT_ON = "当年任务已完成，下一年度接着推进。"


def promise_before(
    *, goals: Sequence[GoesOn], year: int, units: Mapping[str, Department], office: User, now: datetime
) -> Plan:
    """Make the plan before this `year`'s of what goes on: promised, reported on, and closed as the year ended."""
    issued, told, over = (date(year - 1, *day) for day in ((1, 15), (12, 20), (12, 31)))

    def by(day: date) -> dict[str, Any]:
        return {"by": Actor(office, Door.COMMAND, day), "now": at_work(day, now=now)}

    organization = units[goals[0].lead].organization
    title = BEFORE % {"organization": organization.name, "year": year - 1}
    plan = planning.create_plan(organization=organization, year=year - 1, title=title, **by(issued))
    drafts = [
        TaskDraft(title=each.title, number=each.earlier, parties=(_lead(each, units),), targets=_aims(each, year))
        for each in goals
    ]
    tasks = planning.add_tasks(plan=plan, drafts=drafts, **by(issued))
    plan = planning.issue_plan(plan=plan, on=issued, **by(issued))
    made = next(each for each in open_rounds(today=told) if each.plan_id == plan.pk)
    submissions = [
        Submission(
            task=task,
            department=units[each.lead],
            reporting_round=made,
            account=Account(state=ReportState.ON_PLAN, sentence=WENT_ON, values=_brought(each, task)),
            person=None,
            token=f"sample-before-{task.pk}",
        )
        for each, task in zip(goals, tasks, strict=True)
    ]
    accept_reports(reports=submit_reports(submissions=submissions, **by(told)), **by(told))
    for task in tasks:
        planning.close_task(task=task, on=over, reason=YEAR_OVER, **by(over))
    return planning.archive_plan(plan=plan, by=Actor(office, Door.COMMAND, over))


def go_on(*, plan: Plan, before: Plan, goals: Collection[GoesOn], by: Actor, now: datetime) -> None:
    """Let items of the draft go on with those of the year before, by the same amounts."""
    tasks = {task.number: task for task in Task.objects.filter(plan=plan)}
    earlier = dict(Task.objects.filter(plan=before).values_list("number", "pk"))
    changes = [
        TaskChange(
            tasks[each.number].pk,
            tasks[each.number].version,
            targets=tuple(TargetChange(draft=draft) for draft in _aims(each, plan.year)),
        )
        for each in goals
        if each.goal
    ]
    planning.change_tasks(plan=plan, changes=changes, by=by, now=now)
    sources = {tasks[each.number].pk: earlier[each.earlier] for each in goals}
    planning.link_carried(plan=plan, sources=sources, by=by, now=now)


def _lead(each: GoesOn, units: Mapping[str, Department]) -> PartyDraft:
    return PartyDraft(InvolvementRole.LEAD, each.lead, department_id=units[each.lead].pk)


def _aims(each: GoesOn, year: int) -> tuple[TargetDraft, ...]:
    """Return the item's goal as both years promise it, to the end of its horizon."""
    if each.goal is None:
        return ()
    horizon, goal = year + each.goal.ahead, each.goal
    return (TargetDraft(goal.name, goal.value, goal.unit, horizon_year=horizon, due_on=date(horizon, 12, 31)),)


def _brought(each: GoesOn, task: Task) -> dict[int, Decimal]:
    return {target.pk: each.goal.before for target in task.targets.all()} if each.goal else {}
