"""From the item's form to the plan: what was typed beside what stands, written through planning."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.history import Actor
from projects.choices import DateKind, PlanState, TaskState
from projects.drafts import MilestoneChange, MilestoneDraft, TargetChange, TaskChange, TaskDraft
from projects.editing.forms import ROLE_FIELDS, WORDS, ItemForm, kept, words_of
from projects.editing.moving import UnsaidMoveError
from projects.editing.naming import Meant, Names
from projects.editing.typed import read_phrases
from projects.importing.diff import TaskSnapshot
from projects.models import Plan, Task
from projects.planning import add_tasks, change_tasks
from projects.steps import Grounds


class AlreadyThereError(ValueError):
    """The plan has an open item of that number, title and content: the form was sent twice."""


class DoneStepError(ValueError):
    """A step that is done can't be removed."""


@dataclass(frozen=True, slots=True)
class Said:
    """A valid form: its words and the rows of steps and amounts that stay, each with the number it had."""

    form: ItemForm
    steps: tuple[Any, ...]
    aims: tuple[Any, ...]
    answers: Mapping[str, str]

    @classmethod
    def of(cls, form: ItemForm, steps: Any, aims: Any) -> "Said":
        answers = {name: str(form.data[name]) for name in form.data if name.startswith("as:")}
        return cls(form, tuple(kept(steps)), tuple(kept(aims)), answers)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it; `changed` is False where nothing really differs."""

    task_id: int
    changed: bool
    meant: Meant


@transaction.atomic
def add_item(*, plan: Plan, said: Said, by: Actor, now: datetime) -> Saved:
    """Add one item at the end of the plan.

    Raise AlreadyThereError, UnknownNamesError, NameTakenError, and what planning raises.
    """
    _refuse_again(plan, said.form.cleaned_data)
    typed = said.form.typed_names()
    meant = Names(plan.organization_id, by, said.answers).meant(typed)
    words = said.form.cleaned_data
    draft = TaskDraft(
        category=said.form.path(),
        deadline_kind=read_phrases(words["deadline_text"], "", year=plan.year).kind if words["deadline_text"] else "",
        parties=tuple(meant.parties),
        milestones=tuple(row.draft() for row in said.steps),
        targets=tuple(row.draft(len(said.steps)) for row in said.aims),
        extra=meant.beside({}),
        **{name: words[name] for name in WORDS},
    )
    (task,) = add_tasks(plan=plan, drafts=[draft], by=by, now=now)
    return Saved(task.pk, True, meant)


def _refuse_again(plan: Plan, words: Mapping[str, Any]) -> None:
    Plan.objects.select_for_update().get(pk=plan.pk)
    same = {name: words[name] for name in ("number", "title", "content", "deadline_text")}
    if Task.objects.filter(plan=plan, **same).exclude(state__in=(TaskState.WITHDRAWN, TaskState.CANCELLED)).exists():
        raise AlreadyThereError(words["title"])


@transaction.atomic
def change_item(*, plan: Plan, seen: TaskSnapshot, said: Said, by: Actor, now: datetime) -> Saved:
    """Change one item to what the form says; `seen` is the item as it stands, the form's version what its editor saw.

    Raise UnknownNamesError, NameTakenError, DoneStepError, UnsaidMoveError, Conflict.
    """
    words = said.form.cleaned_data
    old = words_of(seen.draft)
    fields: dict[str, Any] = {name: words[name] for name in WORDS if words[name] != old[name]}
    if "deadline_text" in fields:
        fields["deadline_kind"] = read_phrases(words["deadline_text"], "", year=plan.year).kind
    meant = Meant()
    parties = None
    if any(words[name] != old[name] for name in ROLE_FIELDS.values()):
        typed = said.form.typed_names()
        meant = Names(plan.organization_id, by, said.answers).meant(typed, before=seen.draft)
        others = (party for party in seen.draft.parties if party.role not in ROLE_FIELDS)
        parties = (*meant.parties, *others)
        fields["extra"] = meant.beside(seen.draft.extra)
    change = TaskChange(
        task_id=seen.task_id,
        version=words["version"],
        fields=fields,
        category=said.form.path() if words["category"] != old["category"] else None,
        parties=parties,
        milestones=tuple(_steps(seen, said.steps, drafted=plan.state == PlanState.DRAFT)),
        targets=tuple(_aims(seen, said.aims, len(said.steps))),
    )
    grounds = Grounds(words["document"])
    changed = change_tasks(plan=plan, changes=[change], by=by, now=now, reason=words["reason"], grounds=grounds)
    return Saved(seen.task_id, bool(changed), meant)


def differing(form: ItemForm, seen: TaskSnapshot) -> list[dict[str, str]]:
    """Return what stands in the item now beside what was typed, where they differ."""
    now = words_of(seen.draft)
    return [
        {"label": str(form.fields[name].label), "now": str(now[name]), "typed": str(form.data.get(name, ""))}
        for name in now
        if str(now[name]).split() != str(form.data.get(name, "")).split()
    ]


def _steps(seen: TaskSnapshot, rows: Sequence[Any], *, drafted: bool) -> Iterable[MilestoneChange]:
    standing = {step.id: step for step in seen.milestones}
    for place, row in enumerate(rows):
        draft: MilestoneDraft = row.draft()
        step = standing.pop(row.cleaned_data["id"], None)
        if step is None:
            yield MilestoneChange(None, draft, None, place)
            continue
        moved = step.current_on is not None and draft.due_on not in {None, step.current_on}
        said = row.cleaned_data["kind"] or (DateKind.CORRECTED if drafted else "")
        if moved and not said:
            raise UnsaidMoveError(place)
        kind = DateKind(said) if moved else None
        yield MilestoneChange(step.id, replace(draft, due_on=draft.due_on or step.current_on), kind, place)
    for step in standing.values():
        if step.settled:
            raise DoneStepError(step.draft.text or step.draft.phrase)
        yield MilestoneChange(step.id, None)


def _aims(seen: TaskSnapshot, rows: Sequence[Any], steps: int) -> Iterable[TargetChange]:
    standing = {target.id for target in seen.targets}
    for row in rows:
        number = row.cleaned_data["id"] if row.cleaned_data["id"] in standing else None
        standing.discard(number or 0)
        yield TargetChange(number, row.draft(steps))
    for number in standing:
        yield TargetChange(number, None)
