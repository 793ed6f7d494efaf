"""One column changed in place, for one item or many at once: the same words, read the same way as in the item's form."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.conflicts import Conflict
from accounts.history import Actor
from projects.choices import DateKind, InvolvementRole, PlanState
from projects.drafts import MilestoneChange, TargetChange, TargetDraft, TaskChange
from projects.editing.forms import ROLE_FIELDS, words_of
from projects.editing.moving import Move, UnsaidMoveError
from projects.editing.naming import Names
from projects.editing.typed import read_phrases
from projects.importing.diff import StepSnapshot, TaskSnapshot
from projects.importing.snapshot import snapshot_of
from projects.models import Plan, Task
from projects.planning import change_held
from projects.promise import load_promises
from projects.steps import PLAIN

PARTY_FIELDS: Mapping[str, InvolvementRole] = {name: role for role, name in ROLE_FIELDS.items()}
WORD_FIELDS = ("number", "title", "content", "measures", "contacts", "note")
FIELDS = (*WORD_FIELDS, "category", "deadline_text", *PARTY_FIELDS)


class DoubtfulError(ValueError):
    """The phrase has no sure reading: it is settled in the item's form, where the reading can be seen."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as its editor saw it."""

    id: int
    version: int


@transaction.atomic
def change_column(
    *, plan: Plan, seen: Collection[Seen], field: str, text: str, by: Actor, now: datetime, move: Move | None = None
) -> list[TaskSnapshot]:
    """Write `text` into one of FIELDS of these items, all or none; return those that really changed, as they are now.

    `move` says what it is where a date in force changes; a draft's dates are simply put right. Raise UnknownNamesError,
    DoubtfulError, UnsaidMoveError, or Conflict where an item moved on.
    """
    # Who comes second waits here, and reads what the first one wrote.
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    versions = {one.id: one.version for one in seen}
    held = {pk: promise for pk, promise in load_promises(list(versions)).items() if promise.task.plan_id == plan.pk}
    if len(held) != len(versions):
        raise Task.DoesNotExist
    in_order = sorted(held.values(), key=lambda promise: (promise.task.position, promise.task.pk))
    found = [snapshot_of(promise) for promise in in_order]
    for snapshot in found:
        if snapshot.version != versions[snapshot.task_id]:
            raise Conflict(snapshot)
    if plan.state == PlanState.DRAFT:
        move = Move(DateKind.CORRECTED)
    changes = list(_changes(plan, found, field, text, by, move))
    if not changes:
        return []
    grounds = move.grounds if move else PLAIN
    changed = change_held(plan=plan, held=held, changes=changes, by=by, now=now, grounds=grounds)
    return [snapshot_of(held[task.pk]) for task in changed]


def _changes(
    plan: Plan, snapshots: Iterable[TaskSnapshot], field: str, text: str, by: Actor, move: Move | None
) -> Iterable[TaskChange]:
    role = PARTY_FIELDS.get(field)
    names = Names(plan.organization_id, by) if role else None
    for snapshot in snapshots:
        if str(words_of(snapshot.draft)[field]) == text:
            continue
        change = TaskChange(task_id=snapshot.task_id, version=snapshot.version)
        if role and names:
            meant = names.meant({role: text}, before=snapshot.draft)
            others = tuple(party for party in snapshot.draft.parties if party.role != role)
            extra = meant.beside(snapshot.draft.extra)
            yield replace(change, parties=(*others, *meant.parties), fields={"extra": extra})
        elif field == "category":
            path = tuple(line.strip() for line in text.splitlines() if line.strip())
            yield replace(change, category=path)
        elif field == "deadline_text":
            yield _dated(change, snapshot, text, plan.year, move)
        else:
            yield replace(change, fields={field: text})


def _dated(change: TaskChange, snapshot: TaskSnapshot, text: str, year: int, move: Move | None) -> TaskChange:
    """Read the new phrase over the old steps in their order; a step that is done keeps its day."""
    read = read_phrases(text, "", year=year)
    if read.questions:
        raise DoubtfulError(text)
    steps: list[MilestoneChange] = []
    places: dict[int, int] = {}
    for place, draft in enumerate(read.milestones):
        step = snapshot.milestones[place] if place < len(snapshot.milestones) else None
        if step and not step.settled and step.current_on and draft.due_on is None:
            # A step can't lose its date: the dated one goes, one without comes.
            steps += [MilestoneChange(step.id, None), MilestoneChange(None, draft, None, place)]
            places[step.id] = place
        elif step:
            moved = draft.due_on != step.current_on and not step.settled
            kept = draft if moved else replace(draft, due_on=step.current_on)
            if moved and step.current_on and move is None:
                raise UnsaidMoveError(place)
            steps.append(MilestoneChange(step.id, kept, move.kind if move and moved and kept.due_on else None, place))
        else:
            steps.append(MilestoneChange(None, draft, None, place))
    gone = snapshot.milestones[len(read.milestones) :]
    steps += [MilestoneChange(step.id, None) for step in gone if not step.settled]
    steps += _settled(gone, len(read.milestones))
    places |= {step.id: step.place for step in steps if step.id is not None and step.draft and step.place is not None}
    fields = {"deadline_text": text, "deadline_kind": read.kind}
    return replace(change, fields=fields, milestones=tuple(steps), targets=_targets(snapshot, places))


def _settled(gone: Iterable[StepSnapshot], first: int) -> Iterable[MilestoneChange]:
    """Yield the steps that are done as they are, behind those the phrase names now."""
    for place, step in enumerate((one for one in gone if one.settled), start=first):
        yield MilestoneChange(step.id, replace(step.draft, due_on=step.current_on), None, place)


def _targets(snapshot: TaskSnapshot, places: Mapping[int, int]) -> tuple[TargetChange, ...]:
    """Return the amounts with their steps, wherever these stand now; one whose step went belongs to the item."""

    def placed(draft: TargetDraft) -> TargetDraft:
        if draft.milestone is None:
            return draft
        return replace(draft, milestone=places.get(snapshot.milestones[draft.milestone].id))

    return tuple(TargetChange(target.id, placed(target.draft)) for target in snapshot.targets)
