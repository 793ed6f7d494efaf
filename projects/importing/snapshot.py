"""A plan as it stands, in the shape of a table's rows, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from accounts.models import HistoryEntry
from projects.choices import Comparison, InvolvementRole, TaskState
from projects.drafts import TASK_FIELDS, MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.importing.diff import StepSnapshot, TargetSnapshot, TaskSnapshot
from projects.models import Plan, Task
from projects.promise import Promise, promises_as_they_stand
from projects.rows import AimRow, PartyRow
from projects.steps import curve_of

GONE = (TaskState.WITHDRAWN, TaskState.CANCELLED)


def plan_snapshot(plan: Plan) -> list[TaskSnapshot]:
    return task_snapshots(Task.objects.filter(plan=plan).exclude(state__in=GONE))


def task_snapshots(tasks: QuerySet[Task]) -> list[TaskSnapshot]:
    return [snapshot_of(promise) for promise in promises_as_they_stand(tasks)]


def task_snapshot(task: Task) -> TaskSnapshot:
    """Return one item as it stands."""
    (snapshot,) = task_snapshots(Task.objects.filter(pk=task.pk))
    return snapshot


def figures_on_record(task_ids: Collection[int]) -> frozenset[int]:
    """Return the targets of these items for which history tells of accepted figures."""
    told = HistoryEntry.objects.filter(task_id__in=task_ids, object_type="report", action="report.accepted")
    return frozenset(
        int(target) for after in told.values_list("after", flat=True) for target in after.get("values", ())
    )


def snapshot_of(promise: Promise) -> TaskSnapshot:
    task, standing = promise.task, [step for step in promise.steps if step.dropped_on is None]
    milestones = tuple(
        StepSnapshot(
            step.pk,
            MilestoneDraft(step.text, step.phrase, step.issued_due_on, step.start_on),
            settled=step.done_on is not None,
            current_on=step.current_due_on,
        )
        for step in standing
    )
    places = {step.pk: place for place, step in enumerate(standing)}
    targets = tuple(_target(aim, places) for aim in promise.aims if aim.dropped_on is None)
    draft = TaskDraft(
        category=promise.category,
        parties=tuple(_parties(sorted(promise.parties, key=lambda party: party.role))),
        milestones=tuple(step.draft for step in milestones),
        targets=tuple(target.draft for target in targets),
        **{name: getattr(task, name) for name in TASK_FIELDS},
    )
    closed = task.state == TaskState.CLOSED
    return TaskSnapshot(task.pk, task.version, draft, milestones, targets, closed)


def _parties(rows: Iterable[PartyRow]) -> Iterable[PartyDraft]:
    """Yield one party a written name, of those who have a part still: the member rows of a group are one again."""
    seen: set[tuple[str, int]] = set()
    for row in rows:
        if row.to_on is not None:
            continue
        if row.group_id is None:
            yield PartyDraft(InvolvementRole(row.role), row.as_written, row.department_id, row.post_id, row.person_id)
        elif (row.role, row.group_id) not in seen:
            seen.add((row.role, row.group_id))
            yield PartyDraft(InvolvementRole(row.role), row.as_written, group_id=row.group_id)


def _target(aim: AimRow, places: Mapping[int, int]) -> TargetSnapshot:
    return TargetSnapshot(
        aim.pk,
        TargetDraft(
            name=aim.name,
            value=aim.value,
            unit=aim.unit,
            comparison=Comparison(aim.comparison),
            baseline=aim.baseline,
            cumulative=aim.cumulative,
            milestone=None if aim.milestone is None else places.get(aim.milestone.pk),
            items=tuple(item.name for item in aim.items),
            start_on=aim.start_on,
            due_on=aim.due_on,
            curve=curve_of(aim.curve),
            horizon_year=aim.horizon_year,
        ),
    )
