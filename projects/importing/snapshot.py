"""A plan as it stands, in the shape of a table's rows, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from accounts.models import HistoryEntry
from projects.choices import Comparison, InvolvementRole, TaskState
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.importing.diff import StepSnapshot, TargetSnapshot, TaskSnapshot
from projects.models import Involvement, Milestone, Plan, Target, TargetItem, Task
from projects.promise import section_paths

GONE = (TaskState.WITHDRAWN, TaskState.CANCELLED)


def plan_snapshot(plan: Plan) -> list[TaskSnapshot]:
    tasks = list(Task.objects.filter(plan=plan).exclude(state__in=GONE).order_by("position", "id"))
    of_plan = {"task__plan": plan}
    parties = _by_task(Involvement.objects.filter(**of_plan, to_on__isnull=True).order_by("role", "position", "id"))
    steps = _by_task(Milestone.objects.filter(**of_plan, dropped_on__isnull=True).order_by("position", "id"))
    targets = _by_task(Target.objects.filter(**of_plan, dropped_on__isnull=True).order_by("position", "id"))
    items: dict[int, list[str]] = defaultdict(list)
    for item in TargetItem.objects.filter(target__task__plan=plan).order_by("target", "position"):
        items[item.target_id].append(item.name)
    headings = section_paths({plan.pk})
    return [
        _snapshot(
            task,
            headings.get(task.section_id or 0, ()),
            parties[task.pk],
            steps[task.pk],
            [_target(one, items[one.pk], steps[task.pk]) for one in targets[task.pk]],
        )
        for task in tasks
    ]


def figures_on_record(task_ids: Collection[int]) -> frozenset[int]:
    """Return the targets of these items for which history tells of accepted figures."""
    told = HistoryEntry.objects.filter(task_id__in=task_ids, object_type="report", action="report.accepted")
    return frozenset(
        int(target) for after in told.values_list("after", flat=True) for target in after.get("values", ())
    )


def _by_task[Row: (Involvement, Milestone, Target)](rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.task_id].append(row)
    return found


def _snapshot(
    task: Task,
    category: tuple[str, ...],
    parties: list[Involvement],
    steps: list[Milestone],
    targets: list[TargetSnapshot],
) -> TaskSnapshot:
    milestones = tuple(
        StepSnapshot(
            step.pk,
            MilestoneDraft(step.text, step.phrase, step.issued_due_on, step.start_on),
            settled=step.done_on is not None,
            current_on=step.current_due_on,
        )
        for step in steps
    )
    draft = TaskDraft(
        title=task.title,
        number=task.number,
        category=category,
        content=task.content,
        target_text=task.target_text,
        measures=task.measures,
        deadline_text=task.deadline_text,
        deadline_kind=task.deadline_kind,
        contacts=task.contacts,
        note=task.note,
        extra=task.extra,
        parties=tuple(_parties(parties)),
        milestones=tuple(step.draft for step in milestones),
        targets=tuple(target.draft for target in targets),
    )
    closed = task.state == TaskState.CLOSED
    return TaskSnapshot(task.pk, task.version, draft, milestones, tuple(targets), closed)


def _parties(rows: list[Involvement]) -> Iterable[PartyDraft]:
    """Yield one party a written name: the member rows of a group are one again."""
    seen: set[tuple[str, int]] = set()
    for row in rows:
        if row.group_id:
            if (row.role, row.group_id) not in seen:
                seen.add((row.role, row.group_id))
                yield PartyDraft(InvolvementRole(row.role), row.as_written, group_id=row.group_id)
            continue
        yield PartyDraft(
            InvolvementRole(row.role),
            row.as_written,
            department_id=row.department_id,
            post_id=row.post_id,
            person_id=row.person_id,
        )


def _target(target: Target, items: list[str], steps: list[Milestone]) -> TargetSnapshot:
    places = {step.pk: index for index, step in enumerate(steps)}
    return TargetSnapshot(
        target.pk,
        TargetDraft(
            name=target.name,
            value=target.value,
            unit=target.unit,
            comparison=Comparison(target.comparison),
            baseline=target.baseline,
            cumulative=target.cumulative,
            milestone=places.get(target.milestone_id) if target.milestone_id else None,
            items=tuple(items),
        ),
    )
