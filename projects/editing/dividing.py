"""One item split in two, and several made one: nothing that was reported or done moves."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.conflicts import Conflict
from accounts.history import Actor
from projects.drafts import MilestoneChange, PartyDraft, TargetChange, TargetDraft, TaskChange
from projects.editing.typed import read_phrases
from projects.importing.diff import TaskSnapshot
from projects.importing.snapshot import task_snapshot, task_snapshots
from projects.models import Task
from projects.planning import add_tasks, cancel_tasks, change_tasks, place_task

SPLIT_FROM = "拆自"
"""The column under which the new item says where it comes from."""


class SettledPartError(ValueError):
    """A step that is done, or the last of what an item promises, stays where it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """The words of one of the two items of a split."""

    title: str
    content: str = ""
    deadline_text: str = ""

    def fields(self, year: int) -> dict[str, Any]:
        kind = read_phrases(self.deadline_text, "", year=year).kind if self.deadline_text else ""
        return {
            "title": self.title,
            "content": self.content,
            "deadline_text": self.deadline_text,
            "deadline_kind": kind,
        }


@transaction.atomic
def split_task(
    *,
    task: Task,
    version: int,
    step_ids: Collection[int],
    target_ids: Collection[int],
    new: Part,
    kept: Part,
    number: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Task:
    """Move these open steps and amounts to a new item behind this one, with the same parties; return the new item.

    `new` and `kept` say what either promises in words: what stood in both would be promised twice. Reports, done steps and history stay with the old one. Raise SettledPartError or Conflict.
    """
    seen = task_snapshot(task)
    if seen.version != version:
        raise Conflict(seen)
    moving = [step for step in seen.milestones if step.id in step_ids]
    # An amount goes with its step.
    places = {place for place, step in enumerate(seen.milestones) if step.id in step_ids}
    amounts = [one for one in seen.targets if one.id in target_ids or one.draft.milestone in places]
    if any(step.settled for step in moving) or not (moving or amounts):
        raise SettledPartError(task.title)
    order = [place for place, step in enumerate(seen.milestones) if step.id in step_ids]
    draft = replace(
        seen.draft,
        number=number,
        target_text="",
        milestones=tuple(replace(step.draft, due_on=step.current_on) for step in moving),
        targets=tuple(_replaced(one.draft, order) for one in amounts),
        extra={**seen.draft.extra, SPLIT_FROM: f"{task.number} {task.title}".strip()},
        carried_from_id=None,
        **new.fields(task.plan.year),
    )
    (made,) = add_tasks(plan=task.plan, drafts=[draft], by=by, now=now, reason=reason)
    change = TaskChange(
        task_id=task.pk,
        version=version,
        fields=_differing(seen, kept, task.plan.year),
        milestones=tuple(MilestoneChange(step.id, None) for step in moving),
        targets=tuple(TargetChange(one.id, None) for one in amounts),
    )
    change_tasks(plan=task.plan, changes=[change], by=by, now=now, reason=reason)
    return place_task(task=made, position=task.position, by=by, now=now)


@transaction.atomic
def merge_tasks(*, into: Task, version: int, others: Collection[Task], reason: str, by: Actor, now: datetime) -> Task:
    """Take over the open steps, amounts and parties of other items of the plan, which are then cancelled.

    Their reports, done steps and history stay with them, readable. Raise Conflict.
    """
    seen = task_snapshot(into)
    if seen.version != version:
        raise Conflict(seen)
    merged = task_snapshots(Task.objects.filter(plan=into.plan, pk__in=[task.pk for task in others]))
    steps = [MilestoneChange(step.id, replace(step.draft, due_on=step.current_on)) for step in seen.milestones]
    targets = [TargetChange(one.id, one.draft) for one in seen.targets]
    for other in merged:
        open_steps = [place for place, step in enumerate(other.milestones) if not step.settled]
        base = len(steps)
        for place in open_steps:
            step = other.milestones[place]
            steps.append(MilestoneChange(None, replace(step.draft, due_on=step.current_on), None, len(steps)))
        targets += [TargetChange(None, _replaced(one.draft, open_steps, base)) for one in other.targets]
    change = TaskChange(
        task_id=into.pk,
        version=version,
        parties=_united([seen, *merged]),
        milestones=tuple(steps),
        targets=tuple(targets),
    )
    change_tasks(plan=into.plan, changes=[change], by=by, now=now, reason=reason)
    cancel_tasks(task_ids=[one.task_id for one in merged], reason=reason, by=by, now=now)
    into.refresh_from_db()
    return into


def _replaced(draft: TargetDraft, order: list[int], base: int = 0) -> TargetDraft:
    """Return the amount with its step counted among those that moved, or none."""
    if draft.milestone is None or draft.milestone not in order:
        return replace(draft, milestone=None)
    return replace(draft, milestone=base + order.index(draft.milestone))


def _differing(seen: TaskSnapshot, kept: Part, year: int) -> dict[str, Any]:
    """Return the words that were really changed; a phrase that stays is not read anew."""
    fields = kept.fields(year)
    if kept.deadline_text == seen.draft.deadline_text:
        del fields["deadline_kind"]
    return {name: words for name, words in fields.items() if words != getattr(seen.draft, name)}


def _united(snapshots: Collection[TaskSnapshot]) -> tuple[PartyDraft, ...]:
    """Return the parties of all once each; who leads one and supports another leads."""
    found: dict[tuple[object, ...], PartyDraft] = {}
    for snapshot in snapshots:
        for party in snapshot.draft.parties:
            who = (party.role, party.department_id, party.post_id, party.person_id, party.group_id)
            found.setdefault(who, party)
    leading = {party.department_id for party in found.values() if party.role == "lead" and party.department_id}
    return tuple(party for party in found.values() if not (party.role == "support" and party.department_id in leading))
