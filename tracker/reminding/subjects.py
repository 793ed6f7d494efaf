"""What may have to be told of now: open dated steps and owed reports, with everything the rules ask for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from projects.calendars import workdays_for
from projects.choices import PlanState, TaskState
from projects.models import Milestone, Plan
from projects.workdays import ONE_DAY, Workdays
from tracker.choices import STILL_OWED, Decision, OwedState, ReminderState, SubjectKind
from tracker.models import Owed, Reminder, Review
from tracker.owed_rows import ASKED_FOR
from tracker.reminding.due import Event, ReminderRules, Subject
from tracker.reminding.ladder import reminder_rules
from tracker.reminding.lastlook import open_steps
from tracker.reminding.notices import opening
from tracker.reminding.recipients import Recipients, recipients_of
from tracker.rules import rules_of

Raised = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Case:
    """One subject, its rules and calendar, and what was raised for it in this cycle.

    `spared_for` is why steps before the subject's first day are only recorded.
    """

    subject: Subject
    organization_id: int
    task_id: int
    rules: ReminderRules
    workdays: Workdays
    raised: Raised
    params: Mapping[str, Any]
    spared_for: str = "before_issue"


def milestone_cases(task_ids: Collection[int], *, now: datetime) -> dict[int, list[Case]]:
    """Return the open dated steps of issued items by item."""
    steps = list(
        open_steps()
        .filter(task__in=task_ids, task__plan__state=PlanState.ISSUED, current_due_on__isnull=False)
        .select_related("task__plan")
        .order_by("task", "position", "pk")
    )
    setting = _setting([step.task.plan for step in steps], {step.task_id for step in steps}, now)
    raised = _raised(SubjectKind.MILESTONE, {step.pk: step.cycle for step in steps})
    found: defaultdict[int, list[Case]] = defaultdict(list)
    for step in steps:
        found[step.task_id].append(_milestone_case(step, setting, raised[step.pk]))
    return found


def owed_cases(owed_ids: Collection[int], *, now: datetime) -> dict[int, Case]:
    """Return what is still owed, by row."""
    rows = list(
        Owed.objects.filter(
            ASKED_FOR,
            state__in=STILL_OWED,
            pk__in=owed_ids,
            task__state=TaskState.ISSUED,
            round__plan__state=PlanState.ISSUED,
        ).select_related("task__plan", "round", "department")
    )
    setting = _setting([row.task.plan for row in rows], {row.task_id for row in rows}, now)
    raised = _raised(SubjectKind.OWED, {row.pk: row.cycle for row in rows})
    returned = _returned_at(row.pk for row in rows if row.state == OwedState.RETURNED)
    return {row.pk: _owed_case(row, setting, raised[row.pk], returned.get(row.pk)) for row in rows}


def reminder_of(case: Case, event: Event) -> Reminder:
    """Return the row, not yet written, that an event of a case becomes."""
    spared = event.state == ReminderState.MERGED and event.merged_into is None
    return Reminder(
        organization_id=case.organization_id,
        subject_kind=case.subject.kind,
        subject_id=case.subject.id,
        cycle=case.subject.cycle,
        step=event.step,
        recipient=f"person:{event.recipient}",
        person_id=int(event.recipient),
        task_id=case.task_id,
        audience=event.audience,
        state=event.state,
        reason=case.spared_for if spared else "",
        params=dict(case.params),
        tell_at=event.tell_at,
        raised_at=timezone.now(),
    )


@dataclass(frozen=True, slots=True)
class _Setting:
    rules: Mapping[int, ReminderRules]
    workdays: Mapping[int, Workdays]
    recipients: Recipients


def _setting(plans: Sequence[Plan], task_ids: Collection[int], now: datetime) -> _Setting:
    today = now.date()
    by_id = {plan.pk: plan for plan in plans}
    organizations = {plan.organization_id for plan in plans}
    return _Setting(
        rules={plan: reminder_rules(row) for plan, row in rules_of(list(by_id.values()), on=today).items()},
        workdays={organization: workdays_for(organization) for organization in organizations},
        recipients=recipients_of(task_ids, organizations, today=today),
    )


def _raised(kind: SubjectKind, cycles: Mapping[int, int]) -> Mapping[int, Raised]:
    found: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
    rows = Reminder.objects.filter(subject_kind=kind, subject_id__in=list(cycles), person__isnull=False)
    for subject, cycle, step, person in rows.values_list("subject_id", "cycle", "step", "person_id"):
        if person and cycle == cycles[subject]:
            found[subject].add((step, person))
    return {subject: frozenset(found[subject]) for subject in cycles}


def _milestone_case(step: Milestone, setting: _Setting, raised: Raised) -> Case:
    task, due_on = step.task, step.current_due_on
    if due_on is None:
        raise ValueError("a step without a date is never due")
    return Case(
        subject=Subject(
            kind=SubjectKind.MILESTONE,
            id=step.pk,
            cycle=step.cycle,
            due_on=due_on,
            issued_on=_told_from(task.plan, task.issued_on),
            recipients=setting.recipients.of_milestone(task.pk, task.organization_id),
        ),
        organization_id=task.organization_id,
        task_id=task.pk,
        rules=setting.rules[task.plan_id],
        workdays=setting.workdays[task.organization_id],
        raised=raised,
        params={"number": task.number, "title": task.title, "step": step.text, "due_on": due_on.isoformat()},
    )


def _returned_at(owed: Iterable[int]) -> Mapping[int, datetime]:
    """Return when what is owed again was last sent back; none is asked for no rows."""
    rows = Review.objects.filter(decision=Decision.RETURNED, report__owed__in=list(owed)).order_by("at")
    return {row: at for row, at in rows.values_list("report__owed", "at") if row}


def _owed_case(row: Owed, setting: _Setting, raised: Raised, returned_at: datetime | None) -> Case:
    """Return the case of a row; whoever was told of the return that day needs no reminder of the same on it."""
    task = row.task
    rules, workdays = setting.rules[task.plan_id], setting.workdays[task.organization_id]
    told_from = max(_told_from(task.plan, task.issued_on), row.round.opened_on)
    if returned_at:
        told_from = max(told_from, opening(timezone.localtime(returned_at), rules, workdays).date() + ONE_DAY)
    return Case(
        subject=Subject(
            kind=SubjectKind.OWED,
            id=row.pk,
            cycle=row.cycle,
            due_on=row.round.cutoff_on,
            issued_on=told_from,
            recipients=setting.recipients.of_owed(task.pk, row.department_id),
        ),
        organization_id=task.organization_id,
        task_id=task.pk,
        rules=rules,
        workdays=workdays,
        raised=raised,
        params={
            "number": task.number,
            "title": task.title,
            "round": row.round.key,
            "department": row.department.name,
            "due_on": row.round.cutoff_on.isoformat(),
        },
        spared_for="told_on_return" if returned_at else "before_issue",
    )


def _told_from(plan: Plan, issued_on: date | None) -> date:
    """Return the first day on which steps are told: what was due before the issue is recorded, never sent."""
    days = [day for day in (plan.issued_on, issued_on) if day]
    if not days:
        raise ValueError("an issued plan has its day")
    return max(days)
