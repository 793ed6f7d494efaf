"""The facts lights are made of, read for many items in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any

from accounts.models.among import among
from accounts.prepared import Prepared
from projects.choices import TaskState
from projects.models import Milestone, Target, Task
from tracker.choices import ObstacleState, ReportState, ReviewState
from tracker.models import Obstacle, ProgressReport, TargetValue
from tracker.turning import MilestoneFacts, TargetFacts, TaskFacts, milestone_starts

PER_STATEMENT = 5000
"""How many ids one statement names: well under what any of the databases takes."""


Values = Sequence[Any]

# As MilestoneFacts and `_target` take them.
STEP_COLUMNS = (
    "pk",
    "position",
    "text",
    "phrase",
    "start_on",
    "issued_due_on",
    "current_due_on",
    "done_on",
    "moves",
)
TARGET_COLUMNS = (
    "pk",
    "milestone_id",
    "name",
    "unit",
    "comparison",
    "value",
    "baseline",
    "cumulative",
    "start_on",
    "due_on",
    "curve",
)


# Asked with every item that is shown and with every report.
TASKS = Prepared(
    lambda tasks: Task.objects.filter(among("pk", tasks)).values_list(
        "pk", "organization_id", "plan_id", "state", "plan__year"
    ),
    lists=["tasks"],
)


def of_items(model: type[Milestone | Target], columns: Sequence[str]) -> Prepared:
    """Ask for the steps or amounts that stand in items, in order: the item's id, then these columns."""
    return Prepared(
        lambda tasks: (
            model._default_manager.filter(among("task", tasks), dropped_on__isnull=True)
            .order_by("position", "pk")
            .values_list("task_id", *columns)
        ),
        lists=["tasks"],
    )


STEPS, TARGETS = of_items(Milestone, STEP_COLUMNS), of_items(Target, TARGET_COLUMNS)
REPORTS = Prepared(
    lambda tasks: (
        ProgressReport.objects.filter(among("task", tasks))
        .order_by("pk")
        .values_list("task_id", "state", "review_state")
    ),
    lists=["tasks"],
)
ACCEPTED = Prepared(
    lambda tasks: (
        TargetValue.objects.filter(among("report__task", tasks), report__review_state=ReviewState.ACCEPTED)
        .order_by("report_id")
        .values_list("target_id", "value", "report__submitted_on")
    ),
    lists=["tasks"],
)
OBSTACLES = Prepared(
    lambda tasks: (
        Obstacle.objects.filter(among("task", tasks), state=ObstacleState.OPEN)
        .order_by("due_on", "pk")
        .values_list("task_id", "due_on")
    ),
    lists=["tasks"],
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The last figure the office accepted, and the day it was reported."""

    value: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some items: whose they are (organization and plan), their facts, and by target what was accepted."""

    owners: dict[int, tuple[int, int]]
    facts: dict[int, TaskFacts]
    accepted: dict[int, Accepted]


def task_facts(task_ids: Collection[int]) -> dict[int, TaskFacts]:
    facts: dict[int, TaskFacts] = {}
    for ids in batched(task_ids, PER_STATEMENT):
        facts |= known_of(ids).facts
    return facts


def accepted_values(task_ids: Collection[int]) -> dict[int, Accepted]:
    """Return the last accepted figure by target id; later reports replace earlier ones, nothing else does."""
    return {target: Accepted(value, on) for target, value, on in ACCEPTED.rows(tasks=list(task_ids))}


def known_of(ids: Collection[int]) -> Known:
    """Return what is known of at most PER_STATEMENT items."""
    tasks = TASKS.rows(tasks=ids)
    steps, targets = _standing(STEPS.rows(tasks=ids)), _standing(TARGETS.rows(tasks=ids))
    known = Known({}, {}, accepted_values(ids) if targets else {})
    pending, answer_days = _pending_completions(ids), _answer_days(ids)
    for task, organization, plan, state, year in tasks:
        milestones = tuple(MilestoneFacts(*step) for step in steps.get(task, ()))
        found = target_facts(year, milestones, targets.get(task, ()), known.accepted)
        known.owners[task] = organization, plan
        known.facts[task] = TaskFacts(
            TaskState(state), year, milestones, found, tuple(answer_days.get(task, ())), task in pending
        )
    return known


def _standing(rows: Iterable[Values]) -> defaultdict[int, list[Values]]:
    """Return by item what wasn't dropped of it, in order."""
    found: defaultdict[int, list[Values]] = defaultdict(list)
    for task, *values in rows:
        found[task].append(values)
    return found


def _pending_completions(ids: Collection[int]) -> frozenset[int]:
    """Return the items whose latest report says 已完成 and waits for review."""
    latest: dict[int, tuple[str, str]] = {}
    for task, state, review_state in REPORTS.rows(tasks=ids):
        latest[task] = state, review_state
    waiting = (ReportState.DONE, ReviewState.SUBMITTED)
    return frozenset(task for task, found in latest.items() if found == waiting)


def _answer_days(ids: Collection[int]) -> defaultdict[int, list[date]]:
    """Return the answer days of what blocks each item and hasn't been answered."""
    found: defaultdict[int, list[date]] = defaultdict(list)
    for task, due_on in OBSTACLES.rows(tasks=ids):
        found[task].append(due_on)
    return found


def target_facts(
    year: int, milestones: tuple[MilestoneFacts, ...], targets: Sequence[Values], accepted: Mapping[int, Accepted]
) -> tuple[TargetFacts, ...]:
    """Return targets (as TARGET_COLUMNS) with the spans their steps give them, and what was accepted."""
    if not targets:
        return ()
    starts, by_id = milestone_starts(milestones, year), {step.id: step for step in milestones}
    return tuple(_target(target, year, by_id, starts, accepted) for target in targets)


def _target(
    values: Values,
    year: int,
    steps: dict[int, MilestoneFacts],
    starts: dict[int, date],
    accepted: Mapping[int, Accepted],
) -> TargetFacts:
    """Give a target its span: its own days, else its step's, else the whole item's, else the year."""
    pk, milestone, name, unit, comparison, value, baseline, cumulative, start_on, due_on, curve = values
    step = steps.get(milestone)
    last = max((one.current_due for one in steps.values() if one.current_due), default=date(year, 12, 31))
    due = due_on or (step.current_due if step and step.current_due else last)
    start = start_on or (starts[step.id] if step else min(starts.values(), default=date(year, 1, 1)))
    figure = accepted.get(pk)
    return TargetFacts(
        id=pk,
        milestone_id=milestone,
        name=name,
        unit=unit,
        comparison=comparison,
        value=value,
        baseline=baseline,
        cumulative=cumulative,
        start=min(start, due),
        due=due,
        curve=tuple((date.fromisoformat(day), Decimal(str(share))) for day, share in curve),
        accepted=figure.value if figure else None,
    )
