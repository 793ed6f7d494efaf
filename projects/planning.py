"""The only writer of the promise: every operation leaves one history entry an item and tells whoever stands above."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from django.db.models import Max

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record, record_all
from accounts.models import Organization
from accounts.versions import raise_version
from projects.choices import DateKind, PlanState, TaskState
from projects.drafts import TASK_FIELDS, TaskChange, TaskDraft
from projects.lineage import check_carried
from projects.models import Milestone, Plan, Task
from projects.parties import PartyBook
from projects.ports import promise_changed
from projects.promise import Promise, content
from projects.restoring import Content, category_of, restore
from projects.revising import mark_step, move_step, revise, set_heading
from projects.rewriting import AT_ONCE, Edit, as_model, edit_all, edit_one, entry
from projects.rows import TaskRow
from projects.sections import Path, ensure_sections
from projects.steps import PLAIN, Grounds, Setting, new_aim, new_step
from projects.writing import Writing


class WrongStateError(ValueError):
    """The plan or item isn't in a state that allows this; `state` is the one it is in."""

    def __init__(self, what: Plan | TaskRow) -> None:
        super().__init__(f"{what} is {what.state}")
        self.state = what.state


class EmptyPlanError(ValueError):
    """A plan without items can't be issued: there is nothing to promise."""


@transaction.atomic
def create_plan(
    *,
    organization: Organization,
    year: int,
    title: str,
    document: str = "",
    restricted: bool = False,
    token: str | None = None,
    by: Actor,
    now: datetime,  # noqa: ARG001 - every operation here is told the time, though a plan keeps only days
) -> Plan:
    plan = Plan.objects.create(
        organization=organization, year=year, title=title, document=document, restricted=restricted, token=token
    )
    record(Change(organization.pk, "plan", plan.pk, 1, "plan.created", _plan_content(plan)), by=by)
    return plan


def _plan_content(plan: Plan) -> dict[str, object]:
    names = ("year", "title", "document", "state", "issued_on", "restricted")
    return {name: getattr(plan, name) for name in names}


@transaction.atomic
def change_plan(*, plan: Plan, version: int, title: str, document: str, restricted: bool, by: Actor) -> Plan:
    """Change what the plan is called and who sees it; raise Conflict when it moved on since it was seen."""
    plan = _locked(plan)
    before = _plan_content(plan)
    if version != plan.version:
        raise Conflict(plan)
    plan.title, plan.document, plan.restricted = title, document, restricted
    plan.save(update_fields=["title", "document", "restricted"])
    raise_version(plan)
    after = _plan_content(plan)
    record(Change(plan.organization_id, "plan", plan.pk, plan.version, "plan.changed", after, before=before), by=by)
    return plan


@transaction.atomic
def archive_plan(*, plan: Plan, by: Actor, reason: str = "") -> Plan:
    """Put a plan away: nothing is written into it any more, and everything of it stays readable."""
    plan = _locked(plan)
    before = _plan_content(plan)
    plan.state = PlanState.ARCHIVED
    plan.save(update_fields=["state"])
    raise_version(plan)
    named = (plan.organization_id, "plan", plan.pk, plan.version, "plan.archived")
    record(Change(*named, _plan_content(plan), before=before, reason=reason), by=by)
    return plan


@transaction.atomic
def issue_plan(*, plan: Plan, on: date, by: Actor, now: datetime, version: int | None = None) -> Plan:
    """Issue a draft plan and its items as of `on`; raise WrongStateError when it isn't a draft, Conflict, EmptyPlanError."""
    plan = _locked(plan)
    if plan.state != PlanState.DRAFT:
        raise WrongStateError(plan)
    in_order = Task.objects.filter(plan=plan, state=TaskState.DRAFT).order_by("position")
    drafts = list(in_order.values_list("pk", flat=True))
    if not drafts:
        raise EmptyPlanError(plan.title)
    before = _plan_content(plan)
    raise_version(plan, expected=version)
    plan.state, plan.issued_on = PlanState.ISSUED, on
    plan.save(update_fields=["state", "issued_on"])
    after = _plan_content(plan)
    record(Change(plan.organization_id, "plan", plan.pk, plan.version, "plan.issued", after, before=before), by=by)

    def issue(promise: Promise, writing: Writing) -> None:
        promise.task.state, promise.task.issued_on = TaskState.ISSUED, on
        writing.rewrite(promise.task)

    edit_all(drafts, issue, action="task.issued", by=by, now=now)
    return plan


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update().get(pk=plan.pk)


@transaction.atomic
def add_tasks(*, plan: Plan, drafts: Sequence[TaskDraft], by: Actor, now: datetime, reason: str = "") -> list[Task]:
    """Write new items at the end of the plan, in order; into an issued plan they come issued.

    Raise UnknownPartyError, DoesNotFitError, NotCarriableError or WrongStateError with nothing written.
    """
    plan = _locked(plan)
    if plan.state == PlanState.ARCHIVED:
        raise WrongStateError(plan)
    check_carried(plan, (draft.carried_from_id for draft in drafts))
    book = PartyBook.load(plan.organization_id, (party for draft in drafts for party in draft.parties), today=by.today)
    sections = ensure_sections(plan, (draft.category for draft in drafts))
    last = Task.objects.filter(plan=plan).aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    setting = Setting(by.user, by.today, now, plan.document)
    tasks: list[Task] = []
    for chunk in batched(enumerate(drafts, start=first), AT_ONCE):
        promises = [_compose(plan, position, draft, book, sections, setting) for position, draft in chunk]
        writing = Writing()
        for promise in promises:
            writing.insert_promise(promise)
        writing.save()
        record_all((entry(promise, "task.added", content(promise), None, reason) for promise in promises), by=by)
        tasks += [as_model(promise.task) for promise in promises]
    promise_changed([task.pk for task in tasks], now=now)
    return tasks


def _compose(
    plan: Plan,
    position: int,
    draft: TaskDraft,
    book: PartyBook,
    sections: Mapping[Path, int],
    setting: Setting,
) -> Promise:
    issued = plan.state == PlanState.ISSUED
    task = TaskRow(
        organization_id=plan.organization_id,
        plan_id=plan.pk,
        section_id=sections[draft.category] if draft.category else None,
        state=TaskState.ISSUED if issued else TaskState.DRAFT,
        issued_on=setting.on if issued else None,
        position=position,
        carried_from_id=draft.carried_from_id,
        **{name: getattr(draft, name) for name in TASK_FIELDS},
    )
    steps = [new_step(task, place, step, setting) for place, step in enumerate(draft.milestones)]
    aims = [new_aim(task, place, aim, steps) for place, aim in enumerate(draft.targets)]
    return Promise(task, draft.category, book.rows(task, draft.parties), steps, aims)


@transaction.atomic
def change_tasks(
    *, plan: Plan, changes: Sequence[TaskChange], by: Actor, now: datetime, reason: str = "", grounds: Grounds = PLAIN
) -> list[Task]:
    """Apply edits and return those that really changed; new dates rest on `grounds`. Conflict when one moved on."""
    return change_held(plan=_locked(plan), held=None, changes=changes, by=by, now=now, reason=reason, grounds=grounds)


def change_held(
    *,
    plan: Plan,
    held: Mapping[int, Promise] | None,
    changes: Sequence[TaskChange],
    by: Actor,
    now: datetime,
    reason: str = "",
    grounds: Grounds = PLAIN,
) -> list[Task]:
    """Do so in a transaction that has locked the plan and, unless it is None, loaded the promises `held`."""
    by_task = {change.task_id: change for change in changes}
    parties = (party for change in changes for party in change.parties or ())
    book = PartyBook.load(plan.organization_id, parties, today=by.today)
    sections = ensure_sections(plan, (change.category for change in changes if change.category))
    setting = Setting(by.user, by.today, now, grounds.document or plan.document, grounds.reason or reason)

    def edit(promise: Promise, writing: Writing) -> None:
        if promise.task.plan_id != plan.pk:
            raise ValueError(f"item {promise.task.pk} is not of plan {plan.pk}")
        change = by_task[promise.task.pk]
        revise(promise, change, book=book, sections=sections, setting=setting, writing=writing)

    versions = {change.task_id: change.version for change in changes}
    return edit_all(by_task, edit, action="task.changed", by=by, now=now, reason=reason, versions=versions, held=held)


@transaction.atomic
def link_carried(*, plan: Plan, sources: Mapping[int, int], by: Actor, now: datetime) -> list[Task]:
    """Say of items of this plan which items of earlier ones they go on with, `sources` by item; NotCarriableError."""
    plan = _locked(plan)
    check_carried(plan, sources.values())

    def link(promise: Promise, writing: Writing) -> None:
        if promise.task.plan_id != plan.pk:
            raise ValueError(f"item {promise.task.pk} is not of plan {plan.pk}")
        promise.task.carried_from_id = sources[promise.task.pk]
        writing.rewrite(promise.task)

    return edit_all(list(sources), link, action="task.carried", by=by, now=now)


@transaction.atomic
def mark_milestones(
    *, task: Task, done: Mapping[int, date | None], by: Actor, now: datetime, version: int | None = None
) -> Task:
    """Set the days on which steps were done; None opens a step again. NoSuchPartError for another item's step."""
    return edit_one(task, _marking({task.pk: done}), action="task.steps_marked", by=by, now=now, version=version)


@transaction.atomic
def mark_milestones_of(*, done: Mapping[int, Mapping[int, date | None]], by: Actor, now: datetime) -> list[Task]:
    """Do the same for several items at once, `done` by item; return those that really changed."""
    return edit_all(list(done), _marking(done), action="task.steps_marked", by=by, now=now)


def _marking(done: Mapping[int, Mapping[int, date | None]]) -> Edit:
    def mark(promise: Promise, writing: Writing) -> None:
        for milestone_id, on in done[promise.task.pk].items():
            mark_step(promise, milestone_id, on, writing)

    return mark


@transaction.atomic
def move_milestone(
    *,
    milestone: Milestone,
    kind: DateKind,
    due_on: date,
    reason: str,
    document: str = "",
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Milestone:
    """Give a step another date; `version` is the item's. Only kind EXTENDED counts as a move."""
    setting = Setting(by.user, by.today, now, document, reason)

    def move(promise: Promise, writing: Writing) -> None:
        move_step(promise, milestone.pk, kind, due_on, setting, writing)

    edit_one(milestone.task, move, action=f"task.step_{kind}", by=by, now=now, reason=reason, version=version)
    return Milestone.objects.get(pk=milestone.pk)


@transaction.atomic
def close_task(*, task: Task, on: date, reason: str = "", by: Actor, now: datetime, version: int | None = None) -> Task:
    def close(promise: Promise, writing: Writing) -> None:
        _move_state(promise, writing, TaskState.CLOSED, {TaskState.ISSUED})
        promise.task.closed_on = on

    return edit_one(task, close, action="task.closed", by=by, now=now, reason=reason, version=version)


@transaction.atomic
def reopen_task(*, task: Task, reason: str, by: Actor, now: datetime, version: int | None = None) -> Task:
    """Take back a closing; reminders of before are void."""

    def reopen(promise: Promise, writing: Writing) -> None:
        _move_state(promise, writing, TaskState.ISSUED, {TaskState.CLOSED})
        promise.task.closed_on = None
        _begin_cycles(promise, writing)

    return edit_one(task, reopen, action="task.reopened", by=by, now=now, reason=reason, version=version)


@transaction.atomic
def suspend_tasks(*, task_ids: Collection[int], reason: str, by: Actor, now: datetime) -> list[Task]:
    """Stop items for a time: they stand apart on boards, and nobody is asked or reminded."""

    def suspend(promise: Promise, writing: Writing) -> None:
        _move_state(promise, writing, TaskState.SUSPENDED, {TaskState.ISSUED})

    return edit_all(task_ids, suspend, action="task.suspended", by=by, now=now, reason=reason)


@transaction.atomic
def resume_tasks(*, task_ids: Collection[int], reason: str, by: Actor, now: datetime) -> list[Task]:
    """Let suspended items go on; reminders of before are void."""

    def resume(promise: Promise, writing: Writing) -> None:
        _move_state(promise, writing, TaskState.ISSUED, {TaskState.SUSPENDED})
        _begin_cycles(promise, writing)

    return edit_all(task_ids, resume, action="task.resumed", by=by, now=now, reason=reason)


@transaction.atomic
def reorder_tasks(
    *, plan: Plan, order: Sequence[int], under: Mapping[int, Path] | None = None, by: Actor, now: datetime
) -> list[Task]:
    """Put the plan's items in this order, all of them named, some under other headings; return those that moved."""
    plan, under = _locked(plan), under or {}
    standing = dict(Task.objects.filter(plan=plan).values_list("pk", "position"))
    if set(order) != standing.keys() or len(order) != len(standing):
        raise ValueError("an order names every item of the plan once")
    places = {task: place for place, task in enumerate(order)}
    sections = ensure_sections(plan, (path for path in under.values() if path))

    def move(promise: Promise, writing: Writing) -> None:
        path = under.get(promise.task.pk, promise.category)
        if (promise.task.position, promise.category) != (places[promise.task.pk], path):
            promise.task.position = places[promise.task.pk]
            set_heading(promise, path, sections, writing)

    moved = [pk for pk in order if places[pk] != standing[pk] or pk in under]
    return edit_all(moved, move, action="task.moved", by=by, now=now)


@transaction.atomic
def place_task(*, task: Task, position: int, by: Actor, now: datetime) -> Task:
    """Let an item stand at a position; of several at one position the older stands first."""

    def place(promise: Promise, writing: Writing) -> None:
        promise.task.position = position
        writing.rewrite(promise.task)

    return edit_one(task, place, action="task.moved", by=by, now=now)


@transaction.atomic
def withdraw_tasks(*, task_ids: Collection[int], reason: str, by: Actor, now: datetime) -> list[Task]:
    """Take items out of the plan, as when their import is undone; closed ones refuse with WrongStateError."""

    def withdraw(promise: Promise, writing: Writing) -> None:
        _move_state(promise, writing, TaskState.WITHDRAWN, {TaskState.DRAFT, TaskState.ISSUED, TaskState.SUSPENDED})

    return edit_all(task_ids, withdraw, action="task.withdrawn", by=by, now=now, reason=reason)


@transaction.atomic
def cancel_tasks(*, task_ids: Collection[int], reason: str, by: Actor, now: datetime) -> list[Task]:
    """Strike items that a later table no longer has; they stay readable."""

    def cancel(promise: Promise, writing: Writing) -> None:
        _move_state(promise, writing, TaskState.CANCELLED, {TaskState.DRAFT, TaskState.ISSUED, TaskState.SUSPENDED})

    return edit_all(task_ids, cancel, action="task.cancelled", by=by, now=now, reason=reason)


@transaction.atomic
def reinstate_tasks(*, task_ids: Collection[int], reason: str, by: Actor, now: datetime) -> list[Task]:
    """Take back a withdrawal or a cancellation: the items are again what they were, a draft or issued."""

    def reinstate(promise: Promise, writing: Writing) -> None:
        before = TaskState.DRAFT if promise.task.issued_on is None else TaskState.ISSUED
        _move_state(promise, writing, before, {TaskState.WITHDRAWN, TaskState.CANCELLED})
        _begin_cycles(promise, writing)

    return edit_all(task_ids, reinstate, action="task.reinstated", by=by, now=now, reason=reason)


@transaction.atomic
def restore_tasks(*, plan: Plan, before: Mapping[int, Content], reason: str, by: Actor, now: datetime) -> list[Task]:
    """Bring items back to what `before` says of them by id, as history spells it; what came since is withdrawn."""
    plan = _locked(plan)
    sections = ensure_sections(plan, (category_of(was) for was in before.values()))
    setting = Setting(by.user, by.today, now, plan.document, reason)

    def take_back(promise: Promise, writing: Writing) -> None:
        restore(promise, before[promise.task.pk], sections=sections, setting=setting, writing=writing)

    return edit_all(list(before), take_back, action="task.restored", by=by, now=now, reason=reason)


def _move_state(promise: Promise, writing: Writing, to: TaskState, allowed: Collection[TaskState]) -> None:
    if promise.task.state not in allowed:
        raise WrongStateError(promise.task)
    promise.task.state = to
    writing.rewrite(promise.task)


def _begin_cycles(promise: Promise, writing: Writing) -> None:
    for step in promise.steps:
        if step.done_on is None:
            step.cycle += 1
            writing.rewrite(step)
