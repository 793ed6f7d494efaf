"""Rewriting Standing: the days on which lights turn, whenever facts or rules change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from projects.choices import TaskState
from projects.models import Milestone, Task
from tracker.choices import ReminderState, SubjectKind
from tracker.facts import PER_STATEMENT, Accepted, accepted_values, facts_with
from tracker.models import Reminder, Standing, TargetStanding
from tracker.owed_rows import follow_leads, waive_owed
from tracker.receipts import ask
from tracker.rules import light_rules, rules_of
from tracker.turning import LightRules, TaskFacts, target_behind_from, turning_days

STANDING_FIELDS = [field.name for field in Standing._meta.concrete_fields if not field.primary_key]
TARGET_FIELDS = [field.name for field in TargetStanding._meta.concrete_fields if not field.primary_key]
COMPARED = [field.attname for field in Standing._meta.concrete_fields if field.attname != "next_step_at"]
COMPARED_TARGET = [field.attname for field in TargetStanding._meta.concrete_fields]
BATCH = 500


@transaction.atomic
def promise_changed(task_ids: Collection[int], *, now: datetime) -> None:
    """Bring what hangs on these promises up to date: standings, receipts, what is owed, reminders of older dates."""
    rewrite(task_ids, now=now)
    ask(task_ids, today=timezone.localtime(now).date())
    waive_owed(task_ids)
    follow_leads(task_ids, now=now)
    supersede_reminders(task_ids)


@transaction.atomic
def rewrite(task_ids: Collection[int], *, now: datetime) -> None:
    """Write the standings afresh; the reminder pass looks at each item once more and sets its next step."""
    for ids in batched(task_ids, PER_STATEMENT):
        _rewrite(ids, now)


def supersede_reminders(task_ids: Collection[int]) -> None:
    """Void what was raised for a date that no longer holds and hasn't been told yet."""
    for ids in batched(task_ids, PER_STATEMENT):
        current = Milestone.objects.filter(pk=OuterRef("subject_id")).values("cycle")[:1]
        Reminder.objects.filter(
            task__in=ids,
            subject_kind=SubjectKind.MILESTONE,
            state__in=(ReminderState.DUE, ReminderState.HELD),
            cycle__lt=Subquery(current),
        ).update(state=ReminderState.SUPERSEDED)


def reconcile(*, now: datetime) -> list[int]:
    """Recompute every standing, mend those that differ from what they are derived from, and return their items."""
    mended: list[int] = []
    ids = Task.objects.exclude(state=TaskState.DRAFT).order_by("pk").values_list("pk", flat=True)
    for chunk in batched(ids.iterator(), PER_STATEMENT):
        wrong = differing(chunk, now=now)
        rewrite(wrong, now=now)
        mended += wrong
    return mended


def differing(task_ids: Collection[int], *, now: datetime) -> list[int]:
    """Return those of at most PER_STATEMENT items whose stored days aren't what their facts and rules say."""
    expected = _expected(task_ids, now)
    stored = {row.pk: row for row in Standing.objects.filter(task__in=task_ids)}
    targets = {row.pk: row for row in TargetStanding.objects.filter(task__in=task_ids)}
    wrong = {row.pk for row in expected.items if not _same(row, stored.get(row.pk), COMPARED)}
    wrong |= {row.task_id for row in expected.targets if not _same(row, targets.get(row.pk), COMPARED_TARGET)}
    return sorted(wrong)


def _same(expected: Model, stored: Model | None, fields: Sequence[str]) -> bool:
    return stored is not None and all(getattr(expected, name) == getattr(stored, name) for name in fields)


@dataclass(frozen=True, slots=True)
class _Rows:
    items: list[Standing]
    targets: list[TargetStanding]


def _rewrite(ids: Collection[int], now: datetime) -> None:
    rows = _expected(ids, now)
    Standing.objects.bulk_create(
        rows.items,
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=STANDING_FIELDS,
        batch_size=BATCH,
    )
    TargetStanding.objects.bulk_create(
        rows.targets,
        update_conflicts=True,
        unique_fields=["target"],
        update_fields=TARGET_FIELDS,
        batch_size=BATCH,
    )


def _expected(ids: Collection[int], now: datetime) -> _Rows:
    accepted = accepted_values(ids)
    facts = facts_with(ids, accepted)
    tasks = list(Task.objects.filter(pk__in=ids).select_related("plan"))
    plans = {task.plan_id: task.plan for task in tasks}
    today = timezone.localtime(now).date()
    rules = {plan: light_rules(row) for plan, row in rules_of(list(plans.values()), on=today).items()}
    return _Rows(
        [_standing(task, facts[task.pk], rules[task.plan_id], now) for task in tasks],
        [row for task in tasks for row in _target_standings(task, facts[task.pk], rules[task.plan_id], accepted)],
    )


def _standing(task: Task, facts: TaskFacts, rules: LightRules, now: datetime) -> Standing:
    days = turning_days(facts, rules)
    return Standing(
        task=task,
        organization_id=task.organization_id,
        plan_id=task.plan_id,
        state=task.state,
        starts_on=days.starts_on,
        soon_from=days.soon_from,
        behind_from=days.behind_from,
        overdue_from=days.overdue_from,
        late_since=days.late_since,
        ongoing=days.ongoing,
        complete=days.complete,
        completion_pending=facts.completion_pending,
        next_due_on=days.next_due,
        last_due_on=days.last_due,
        moves=sum(step.moves for step in facts.milestones),
        next_step_at=now if task.state == TaskState.ISSUED and days.next_due else None,
    )


def _target_standings(
    task: Task, facts: TaskFacts, rules: LightRules, accepted: Mapping[int, Accepted]
) -> Iterator[TargetStanding]:
    for target in facts.targets:
        figure = accepted.get(target.id)
        yield TargetStanding(
            target_id=target.id,
            organization_id=task.organization_id,
            task=task,
            accepted=figure.value if figure else None,
            accepted_on=figure.on if figure else None,
            start_on=target.start,
            due_on=target.due,
            behind_from=target_behind_from(facts, target, rules),
        )
