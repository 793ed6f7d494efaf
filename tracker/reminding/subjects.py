"""What may have to be told of now: open dated steps and owed reports, with everything the rules ask for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, reduce
from itertools import starmap
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from accounts.models.among import among
from projects.calendars import workdays_of
from projects.choices import PlanState, TaskState
from projects.models import Plan, Task
from projects.workdays import ONE_DAY
from tracker.choices import STILL_OWED, Decision, OwedState, ReminderState, SubjectKind
from tracker.models import Owed, Reminder, Review
from tracker.owed_rows import ASKED_FOR
from tracker.reminding.due import Audience, Event, Recipient, ReminderRules, Subject, Timetable
from tracker.reminding.ladder import reminder_rules
from tracker.reminding.lastlook import unanswered_steps
from tracker.reminding.notices import opening
from tracker.reminding.recipients import Recipients, recipients_of
from tracker.rules import rules_of

Raised = Collection[tuple[str, Recipient]]
Values = tuple[Any, ...]
PERSON, DEPARTMENT = "person:", "department:"
"""How the record writes a recipient: a person by number, a unit's group as the rules name it already."""
COLUMNS = (
    "organization_id",
    "subject_kind",
    "subject_id",
    "cycle",
    "step",
    "recipient",
    "person_id",
    "department_id",
    "task_id",
    "audience",
    "state",
    "reason",
    "merged_into_id",
    "params",
    "tell_at",
    "raised_at",
)
"""The record's columns as `values_of` gives them."""
ITEM_COLUMNS = "pk", "number", "title", "issued_on", "plan_id", "organization_id"
STEP_COLUMNS = "pk", "cycle", "current_due_on", "text", "task_id"
"""As `_Item` and `_Step` take them."""


class Case(NamedTuple):
    """One subject, when its plan tells, and what was raised for it in this cycle.

    `spared_for` is why steps before the subject's first day are only recorded.
    """

    subject: Subject
    organization_id: int
    task_id: int
    timetable: Timetable
    params: Mapping[str, Any]
    raised: Raised = ()
    spared_for: str = "before_issue"


class Looked(NamedTuple):
    """What may have to be told of one item or owed row. Nothing is told of its other dates before `later`.

    `answered`: somebody who can sign in answers for it.
    """

    cases: Sequence[Case]
    later: datetime | None
    answered: bool


def milestone_cases(task_ids: Collection[int], *, now: datetime, until: datetime) -> dict[int, Looked]:
    """Return the dated steps of issued items that have begun by `until`, by item, and when the first begins that hasn't.

    Of what hasn't begun the record isn't asked: what the office may have held of it comes later.
    """
    issued = Task.objects.filter(among("pk", task_ids), state=TaskState.ISSUED, plan__state=PlanState.ISSUED)
    items = {row.pk: row for row in starmap(_Item, issued.values_list(*ITEM_COLUMNS))}
    setting = _setting({item.plan_id for item in items.values()}, items, now)
    whom = {item.pk: setting.recipients.of_milestone(item.pk, item.organization_id) for item in items.values()}
    begun, later = _sorted_out(items, setting, now, until)
    raised = in_record(
        SubjectKind.MILESTONE, ((items[step.task_id].organization_id, step.pk, step.cycle) for step in begun)
    )
    cases: defaultdict[int, list[Case]] = defaultdict(list)
    for step in begun:
        item = items[step.task_id]
        cases[item.pk].append(_milestone_case(step, item, setting, whom[item.pk], raised.get(step.pk, ())))
    return {
        item: Looked(cases.get(item, ()), later.get(item), bool(whom[item][Audience.OWNER]))
        for item in {**cases, **later}
    }


def owed_cases(owed_ids: Collection[int], *, now: datetime) -> dict[int, Looked]:
    """Return what is still owed, by row."""
    rows = list(
        Owed.objects.filter(
            ASKED_FOR,
            among("pk", owed_ids),
            state__in=STILL_OWED,
            task__state=TaskState.ISSUED,
            round__plan__state=PlanState.ISSUED,
        ).select_related("task", "round", "department")
    )
    setting = _setting({row.task.plan_id for row in rows}, {row.task_id for row in rows}, now)
    returned = _returned_at(row.pk for row in rows if row.state == OwedState.RETURNED)
    raised = in_record(SubjectKind.OWED, ((row.task.organization_id, row.pk, row.cycle) for row in rows))
    cases = [_owed_case(row, setting, returned.get(row.pk), raised.get(row.pk, ())) for row in rows]
    return {case.subject.id: Looked((case,), None, bool(case.subject.recipients[Audience.OWNER])) for case in cases}


def in_record(
    kind: SubjectKind, subjects: Iterable[tuple[int, int, int]], *columns: str
) -> Mapping[int, Mapping[tuple[str, Recipient], Values]]:
    """Return these columns of what the record has of each subject in its present cycle, by step and recipient.

    A subject is given by its organization, its id and its cycle.
    """
    cycles: dict[int, int] = {}
    by_organization: defaultdict[int, list[int]] = defaultdict(list)
    for organization, subject, cycle in subjects:
        cycles[subject] = cycle
        by_organization[organization].append(subject)
    if not cycles:
        return {}
    # With its organization a subject is found by the record's key.
    asked = reduce(or_, (Q(among("subject_id", ids), organization=own) for own, ids in by_organization.items()))
    rows = Reminder.objects.filter(asked, subject_kind=kind)
    found: defaultdict[int, dict[tuple[str, Recipient], Values]] = defaultdict(dict)
    for subject, cycle, step, who, *values in rows.values_list("subject_id", "cycle", "step", "recipient", *columns):
        if cycle == cycles[subject]:
            found[subject][step, _recipient(who)] = tuple(values)
    return found


def reminder_of(case: Case, event: Event) -> Reminder:
    """Return the row, not yet written, that an event of a case becomes."""
    return Reminder(**dict(zip(COLUMNS, values_of(case, event, at=timezone.now()), strict=True)))


def values_of(case: Case, event: Event, *, at: datetime) -> Values:
    """Return the row that an event of a case becomes, raised `at` real time."""
    subject, who = case.subject, event.recipient
    spared = event.state == ReminderState.MERGED and event.merged_into is None
    return (
        case.organization_id,
        subject.kind,
        subject.id,
        subject.cycle,
        event.step,
        f"{PERSON}{who}" if isinstance(who, int) else who,
        who if isinstance(who, int) else None,
        None if isinstance(who, int) else int(who.removeprefix(DEPARTMENT)),
        case.task_id,
        event.audience,
        event.state,
        case.spared_for if spared else "",
        None,
        case.params,
        event.tell_at,
        at,
    )


@lru_cache(10_000)
def _recipient(word: str) -> Recipient:
    return int(word.removeprefix(PERSON)) if word.startswith(PERSON) else word


class _Item(NamedTuple):
    pk: int
    number: str
    title: str
    issued_on: date | None
    plan_id: int
    organization_id: int


class _Step(NamedTuple):
    pk: int
    cycle: int
    due_on: date
    text: str
    task_id: int


@dataclass(frozen=True, slots=True)
class _Setting:
    """What holds of the plans of a batch; those with the same rules and calendar go by one timetable."""

    plans: Mapping[int, Plan]
    timetables: Mapping[int, Timetable]
    recipients: Recipients


def _setting(plan_ids: Collection[int], task_ids: Collection[int], now: datetime) -> _Setting:
    today = now.date()
    plans = Plan.objects.in_bulk(plan_ids)
    organizations = {plan.organization_id for plan in plans.values()}
    rules = {plan: reminder_rules(row) for plan, row in rules_of(plans.values(), on=today).items()}
    workdays = workdays_of(organizations)
    shared: dict[tuple[ReminderRules, int], Timetable] = {}
    timetables = {}
    for plan in plans.values():
        calendar = workdays[plan.organization_id]
        fresh = Timetable(rules[plan.pk], calendar)
        timetables[plan.pk] = shared.setdefault((rules[plan.pk], id(calendar)), fresh)
    return _Setting(plans, timetables, recipients_of(task_ids, organizations, today=today))


def _sorted_out(
    items: Mapping[int, _Item], setting: _Setting, now: datetime, until: datetime
) -> tuple[list[_Step], Mapping[int, datetime]]:
    """Return the open steps that have begun by `until`, and by item when the first begins of those that haven't."""
    steps = unanswered_steps().filter(among("task", items), current_due_on__isnull=False)
    begins: dict[tuple[int, date], datetime] = {}
    begun: list[_Step] = []
    later: dict[int, datetime] = {}
    for step in starmap(_Step, steps.order_by("task", "position", "pk").values_list(*STEP_COLUMNS)):
        task, date_of = step.task_id, (items[step.task_id].plan_id, step.due_on)
        if date_of not in begins:
            begins[date_of] = setting.timetables[date_of[0]].begins(SubjectKind.MILESTONE, step.due_on, now)
        at = begins[date_of]
        if at <= until:
            begun.append(step)
        elif task not in later or at < later[task]:
            later[task] = at
    return begun, later


def _milestone_case(
    step: _Step, item: _Item, setting: _Setting, whom: Mapping[Audience, tuple[Recipient, ...]], raised: Raised
) -> Case:
    return Case(
        subject=Subject(
            kind=SubjectKind.MILESTONE,
            id=step.pk,
            cycle=step.cycle,
            due_on=step.due_on,
            issued_on=_told_from(setting.plans[item.plan_id], item.issued_on),
            recipients=whom,
        ),
        organization_id=item.organization_id,
        task_id=item.pk,
        timetable=setting.timetables[item.plan_id],
        params={"number": item.number, "title": item.title, "step": step.text, "due_on": step.due_on.isoformat()},
        raised=raised,
    )


def _returned_at(owed: Iterable[int]) -> Mapping[int, datetime]:
    """Return when what is owed again was last sent back; none is asked for no rows."""
    rows = Review.objects.filter(decision=Decision.RETURNED, report__owed__in=list(owed)).order_by("at")
    return {row: at for row, at in rows.values_list("report__owed", "at") if row}


def _owed_case(row: Owed, setting: _Setting, returned_at: datetime | None, raised: Raised) -> Case:
    """Return the case of a row; whoever was told of the return that day needs no reminder of the same on it."""
    task, timetable = row.task, setting.timetables[row.task.plan_id]
    told_from = max(_told_from(setting.plans[task.plan_id], task.issued_on), row.round.opened_on)
    if returned_at:
        told_on = opening(timezone.localtime(returned_at), timetable.rules, timetable.workdays).date()
        told_from = max(told_from, told_on + ONE_DAY)
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
        timetable=timetable,
        params={
            "number": task.number,
            "title": task.title,
            "round": row.round.key,
            "department": row.department.name,
            "due_on": row.round.cutoff_on.isoformat(),
        },
        raised=raised,
        spared_for="told_on_return" if returned_at else "before_issue",
    )


def _told_from(plan: Plan, issued_on: date | None) -> date:
    """Return the first day on which steps are told: what was due before the issue is recorded, never sent."""
    days = [day for day in (plan.issued_on, issued_on) if day]
    if not days:
        raise ValueError("an issued plan has its day")
    return max(days)
