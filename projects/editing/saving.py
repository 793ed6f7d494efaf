"""From the item's form to the plan: what was typed beside what stands, written through planning."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from accounts.directory import Directory
from accounts.history import Actor
from projects.choices import DateKind, InvolvementRole
from projects.drafts import MilestoneChange, MilestoneDraft, PartyDraft, TargetChange, TaskChange, TaskDraft
from projects.editing.forms import ROLE_FIELDS, WORDS, ItemForm, kept, words_of
from projects.editing.typed import Unknown, name_parties, names_in, read_phrases
from projects.importing.diff import TaskSnapshot
from projects.models import Plan, Task
from projects.planning import add_tasks, change_tasks


class UnknownNamesError(ValueError):
    """Names nobody goes by; nothing was written."""

    def __init__(self, unknown: Sequence[Unknown]) -> None:
        super().__init__("、".join(one.name for one in unknown))
        self.unknown = unknown


class DoneStepError(ValueError):
    """A step that is done can't be removed."""


@dataclass(frozen=True, slots=True)
class Said:
    """A valid form: its words and the rows of steps and amounts that stay, each with the number it had."""

    form: ItemForm
    steps: tuple[Any, ...]
    aims: tuple[Any, ...]

    @classmethod
    def of(cls, form: ItemForm, steps: Any, aims: Any) -> "Said":
        return cls(form, tuple(kept(steps)), tuple(kept(aims)))


def add_item(*, plan: Plan, said: Said, by: Actor, now: datetime) -> Task:
    """Add one item at the end of the plan; raise UnknownNamesError, and what planning raises."""
    parties = _parties(said, (), plan.organization_id, today=by.today)
    words = said.form.cleaned_data
    draft = TaskDraft(
        category=said.form.path(),
        deadline_kind=read_phrases(words["deadline_text"], "", year=plan.year).kind if words["deadline_text"] else "",
        parties=parties,
        milestones=tuple(row.draft() for row in said.steps),
        targets=tuple(row.draft(len(said.steps)) for row in said.aims),
        **{name: words[name] for name in WORDS},
    )
    (task,) = add_tasks(plan=plan, drafts=[draft], by=by, now=now)
    return task


def change_item(*, plan: Plan, seen: TaskSnapshot, said: Said, by: Actor, now: datetime) -> bool:
    """Change one item to what the form says; `seen` is the item as it stands, the form's version what its editor saw.

    Return whether anything really changed. Raise UnknownNamesError, DoneStepError, Conflict.
    """
    words = said.form.cleaned_data
    old = words_of(seen.draft)
    fields: dict[str, Any] = {name: words[name] for name in WORDS if words[name] != old[name]}
    if "deadline_text" in fields:
        fields["deadline_kind"] = read_phrases(words["deadline_text"], "", year=plan.year).kind
    names_differ = any(words[name] != old[name] for name in ROLE_FIELDS.values())
    change = TaskChange(
        task_id=seen.task_id,
        version=words["version"],
        fields=fields,
        category=said.form.path() if words["category"] != old["category"] else None,
        parties=_parties(said, seen.draft.parties, plan.organization_id, today=by.today) if names_differ else None,
        milestones=tuple(_steps(seen, said.steps)),
        targets=tuple(_aims(seen, said.aims, len(said.steps))),
    )
    return bool(change_tasks(plan=plan, changes=[change], by=by, now=now, reason=words["reason"]))


def differing(form: ItemForm, seen: TaskSnapshot) -> list[dict[str, str]]:
    """Return what stands in the item now beside what was typed, where they differ."""
    now = words_of(seen.draft)
    return [
        {"label": str(form.fields[name].label), "now": str(now[name]), "typed": str(form.data.get(name, ""))}
        for name in now
        if str(now[name]).split() != str(form.data.get(name, "")).split()
    ]


def _parties(said: Said, before: Iterable[PartyDraft], organization_id: int, *, today: date) -> tuple[PartyDraft, ...]:
    """Return who has a part; a name that stood there before means who it meant, new ones are looked up."""
    known = {(party.role, party.as_written): party for party in before}
    typed = said.form.typed_names()
    fresh: dict[InvolvementRole, str] = {}
    found: dict[tuple[InvolvementRole, str], PartyDraft] = {}
    for role, text in typed.items():
        written = _as_before(text, role, known)
        found |= {(role, name): known[role, name] for name in written}
        rest = [name for name in names_in(text, role) if name not in written and (role, name) not in known]
        if rest:
            fresh[role] = "、".join(rest)
    named, unknown = name_parties(fresh, Directory.load(organization_id, today=today)) if fresh else ((), ())
    if unknown:
        raise UnknownNamesError(unknown)
    found |= {(party.role, party.as_written): party for party in named}
    others = [party for party in before if party.role not in ROLE_FIELDS]
    ordered = sorted(found.values(), key=lambda party: _place(party, typed))
    return (*ordered, *others)


def _as_before(text: str, role: InvolvementRole, known: Mapping[tuple[InvolvementRole, str], PartyDraft]) -> list[str]:
    """Return the names as written before that still stand in the text, cut as the form joined them."""
    parts = {part.strip() for part in text.split("、")}
    return [name for one, name in known if one == role and name in parts]


def _place(party: PartyDraft, typed: Mapping[InvolvementRole, str]) -> tuple[int, int]:
    return list(ROLE_FIELDS).index(party.role), typed[party.role].find(party.as_written)


def _steps(seen: TaskSnapshot, rows: Sequence[Any]) -> Iterable[MilestoneChange]:
    standing = {step.id: step for step in seen.milestones}
    for place, row in enumerate(rows):
        draft: MilestoneDraft = row.draft()
        step = standing.pop(row.cleaned_data["id"], None)
        if step is None:
            yield MilestoneChange(None, draft, None, place)
            continue
        moved = draft.due_on is not None and draft.due_on != step.current_on
        kind = DateKind(row.cleaned_data["kind"] or DateKind.REISSUED) if moved else None
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
