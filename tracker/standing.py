"""Rewriting Standing: the days on which lights turn, whenever facts or rules change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from accounts.bulk import upsert_values
from accounts.models.among import among
from projects.choices import TaskState
from projects.models import Milestone, Plan, Task
from tracker.choices import ReminderState, SubjectKind
from tracker.facts import PER_STATEMENT, Accepted, known_of
from tracker.models import Reminder, Standing, TargetStanding
from tracker.owed_rows import settle_owed
from tracker.receipts import ask
from tracker.rules import light_rules, rules_of
from tracker.searching import item_words_changed
from tracker.turning import LightRules, TaskFacts, target_behind_from, turning_days

Values = tuple[Any, ...]

ITEM_COLUMNS = (
    "task_id",
    "organization_id",
    "plan_id",
    "state",
    "starts_on",
    "soon_from",
    "behind_from",
    "overdue_from",
    "late_since",
    "ongoing",
    "complete",
    "completion_pending",
    "next_due_on",
    "last_due_on",
    "moves",
    "next_step_at",
)
TARGET_COLUMNS = (
    "target_id",
    "task_id",
    "organization_id",
    "accepted",
    "accepted_on",
    "start_on",
    "due_on",
    "behind_from",
)


@transaction.atomic(savepoint=False)  # part of the change that calls it: neither stands without the other
def promise_changed(task_ids: Collection[int], *, now: datetime) -> None:
    """Bring what hangs on these promises up to date: standings, words, receipts, what is owed, reminders of old dates."""
    rewrite(task_ids, now=now)
    item_words_changed(task_ids)
    ask(task_ids, today=timezone.localtime(now).date())
    settle_owed(task_ids, now=now)
    supersede_reminders(task_ids)


@transaction.atomic(savepoint=False)
def rewrite(task_ids: Collection[int], *, now: datetime) -> None:
    """Write the standings afresh; the reminder pass looks at each item once more and sets its next step."""
    for ids in batched(task_ids, PER_STATEMENT):
        _rewrite(ids, now)


def supersede_reminders(task_ids: Collection[int]) -> None:
    """Void what was raised for a date that no longer holds and hasn't been told yet."""
    for ids in batched(task_ids, PER_STATEMENT):
        current = Milestone.objects.filter(pk=OuterRef("subject_id")).values("cycle")[:1]
        Reminder.objects.filter(
            among("task", ids),
            subject_kind=SubjectKind.MILESTONE,
            state__in=(ReminderState.DUE, ReminderState.HELD),
            cycle__lt=Subquery(current),
        ).update(state=ReminderState.SUPERSEDED)


def reconcile(*, now: datetime) -> list[int]:
    """Recompute every standing, mend those that differ from what they are derived from, and return their items."""
    mended: list[int] = []
    for chunk in _in_chunks():
        if wrong := differing(chunk, now=now):
            rewrite(wrong, now=now)
            mended += wrong
    return mended


def _in_chunks() -> Iterator[list[int]]:
    """Yield the ids of all items, each chunk by a question of its own.

    What goes on reading sees what was there when it began, and SQLite lets nobody write who sees less than is there now.
    """
    ids = Task.objects.exclude(state=TaskState.DRAFT).order_by("pk").values_list("pk", flat=True)
    last = 0
    while chunk := list(ids.filter(pk__gt=last)[:PER_STATEMENT]):
        yield chunk
        last = chunk[-1]


def differing(task_ids: Collection[int], *, now: datetime) -> list[int]:
    """Return those of at most PER_STATEMENT items whose stored days aren't what their facts and rules say."""
    expected = _expected(task_ids, now)
    items = _stored(Standing, ITEM_COLUMNS, task_ids)
    targets = _stored(TargetStanding, TARGET_COLUMNS, task_ids)
    # When the reminder pass looks next is its own business; the column stands last.
    wrong = {row[0] for row in expected.items if row[:-1] != items.get(row[0], ())[:-1]}
    wrong |= {row[1] for row in expected.targets if row != targets.get(row[0])}
    return sorted(wrong)


def _stored(model: type[Model], names: Sequence[str], task_ids: Collection[int]) -> dict[int, Values]:
    rows = model._default_manager.filter(among("task", task_ids)).values_list(*names)
    return {row[0]: row for row in rows}


@dataclass(frozen=True, slots=True)
class _Rows:
    items: list[Values]
    targets: list[Values]


def _rewrite(ids: Collection[int], now: datetime) -> None:
    rows = _expected(ids, now)
    upsert_values(Standing, ITEM_COLUMNS, rows.items)
    upsert_values(TargetStanding, TARGET_COLUMNS, rows.targets)


def _expected(ids: Collection[int], now: datetime) -> _Rows:
    known = known_of(ids)
    plans = list(Plan.objects.filter(pk__in={plan for _, plan in known.owners.values()}))
    today = timezone.localtime(now).date()
    rules = {plan: light_rules(row) for plan, row in rules_of(plans, on=today).items()}
    rows = _Rows([], [])
    for task, (organization, plan) in known.owners.items():
        facts = known.facts[task]
        rows.items.append(_standing(task, organization, plan, facts, rules[plan], now))
        rows.targets.extend(_target_standings(task, organization, facts, rules[plan], known.accepted))
    return rows


def _standing(
    task: int, organization: int, plan: int, facts: TaskFacts, rules: LightRules, now: datetime
) -> tuple[Any, ...]:
    days = turning_days(facts, rules)
    return (
        task,
        organization,
        plan,
        facts.state,
        days.starts_on,
        days.soon_from,
        days.behind_from,
        days.overdue_from,
        days.late_since,
        days.ongoing,
        days.complete,
        facts.completion_pending,
        days.next_due,
        days.last_due,
        sum(step.moves for step in facts.milestones),
        now if facts.state == TaskState.ISSUED and days.next_due else None,
    )


def _target_standings(
    task: int, organization: int, facts: TaskFacts, rules: LightRules, accepted: Mapping[int, Accepted]
) -> Iterator[Values]:
    for target in facts.targets:
        figure = accepted.get(target.id)
        yield (
            target.id,
            task,
            organization,
            figure.value if figure else None,
            figure.on if figure else None,
            target.start,
            target.due,
            target_behind_from(facts, target, rules),
        )
