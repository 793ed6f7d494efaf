"""The facts of items as a day began: what history, reports and reviews of the days before it say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import HistoryEntry
from accounts.models.among import among
from projects.choices import Comparison, DateKind, TaskState
from projects.models import Task
from tracker.choices import Decision, ObstacleState, ReportState
from tracker.facts import Accepted, target_facts
from tracker.models import ProgressReport, Review, TargetValue
from tracker.turning import MilestoneFacts, TaskFacts

PROMISE, OBSTACLE = "task", "obstacle"

Content = Mapping[str, Any]


def facts_as_of(task_ids: Collection[int], day: date) -> dict[int, TaskFacts]:
    """Return the facts of those items that were promised before the day; what happened on the day itself is left out."""
    told = _told(task_ids, day)
    years = dict(Task.objects.filter(among("pk", task_ids)).values_list("pk", "plan__year"))
    accepted, pending = _accepted(task_ids, day), _pending_completions(task_ids, day)
    found = {}
    for task, year in years.items():
        for content in told[PROMISE][task]:
            steps = tuple(_steps(content.get("milestones", ())))
            targets = target_facts(year, steps, [*_targets(content.get("targets", ()))], accepted)
            blocking = (each for each in told[OBSTACLE][task] if each["state"] == ObstacleState.OPEN)
            answer_days = tuple(sorted(date.fromisoformat(each["due_on"]) for each in blocking))
            found[task] = TaskFacts(TaskState(content["state"]), year, steps, targets, answer_days, task in pending)
    return found


def _told(task_ids: Collection[int], day: date) -> dict[str, defaultdict[int, list[Content]]]:
    """Return what the last entry before the day says of each item, and of each of its obstacles."""
    entries = HistoryEntry.objects.filter(
        among("task_id", task_ids), object_type__in=(PROMISE, OBSTACLE), business_on__lt=day
    ).order_by("object_version")
    last: dict[tuple[str, int], tuple[int, Content]] = {}
    for kind, number, task, after in entries.values_list("object_type", "object_id", "task_id", "after"):
        if task is not None:
            last[kind, number] = task, after
    told: dict[str, defaultdict[int, list[Content]]] = {PROMISE: defaultdict(list), OBSTACLE: defaultdict(list)}
    for (kind, _), (task, after) in last.items():
        told[kind][task].append(after)
    return told


def _steps(told: Iterable[Content]) -> Iterator[MilestoneFacts]:
    for step in told:
        if "dropped_on" in step:
            continue
        dates = [each for each in step.get("dates", ()) if "withdrawn_on" not in each]
        yield MilestoneFacts(
            id=step["id"],
            position=step["position"],
            text=step.get("text", ""),
            phrase=step.get("phrase", ""),
            start=_day(step.get("start_on")),
            issued_due=_day(step.get("issued_due_on")),
            current_due=_day(step.get("due_on")),
            done_on=_day(step.get("done_on")),
            moves=sum(each["kind"] == DateKind.EXTENDED for each in dates),
        )


def _targets(told: Iterable[Content]) -> Iterator[tuple[Any, ...]]:
    """Yield the targets that weren't dropped, as `target_facts` takes them."""
    for target in told:
        if "dropped_on" in target:
            continue
        baseline = target.get("baseline")
        yield (
            target["id"],
            target.get("milestone"),
            target.get("name", ""),
            target.get("unit", ""),
            Comparison(target["comparison"]),
            Decimal(target["value"]),
            None if baseline is None else Decimal(baseline),
            target.get("cumulative", False),
            _day(target.get("start_on")),
            _day(target.get("due_on")),
            target.get("curve", ()),
        )


def _accepted(task_ids: Collection[int], day: date) -> dict[int, Accepted]:
    """Return by target the last figure of a report that had been accepted."""
    accepted = Review.objects.filter(
        among("report__task", task_ids), decision=Decision.ACCEPTED, decided_on__lt=day
    ).values("report")
    values = TargetValue.objects.filter(report__in=accepted).order_by("report_id")
    return {
        target: Accepted(value, on)
        for target, value, on in values.values_list("target_id", "value", "report__submitted_on")
    }


def _pending_completions(task_ids: Collection[int], day: date) -> frozenset[int]:
    """Return the items whose latest report said 已完成 and had not been answered."""
    reports = ProgressReport.objects.filter(among("task", task_ids), submitted_on__lt=day).order_by("pk")
    latest = {task: (pk, state) for pk, task, state in reports.values_list("pk", "task_id", "state")}
    answered = Review.objects.filter(among("report__task", task_ids), decided_on__lt=day)
    done = {*answered.values_list("report_id", flat=True)}
    return frozenset(task for task, (pk, state) in latest.items() if state == ReportState.DONE and pk not in done)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
