"""What a person types becomes a draft: phrases are read as in a table, names are looked up, nothing is guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.directory import Directory
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft
from projects.importing.drafting import COMPARISONS
from projects.importing.naming import EXPECTED
from projects.reading.deadlines.reading import read_deadline
from projects.reading.model import Question
from projects.reading.people import read_people
from projects.reading.targets.reading import read_targets
from projects.reading.units import read_supporters

KIND_FIELDS: Mapping[str, str] = {
    "department": "department_id",
    "group": "group_id",
    "post": "post_id",
    "person": "person_id",
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """A deadline phrase and an amount as read: `questions` say where the reader is in doubt."""

    kind: str
    milestones: tuple[MilestoneDraft, ...]
    targets: tuple[TargetDraft, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A typed name that is nobody's, or several's; `likely` are the names it may mean."""

    role: InvolvementRole
    name: str
    likely: tuple[str, ...]


def read_phrases(deadline: str, amounts: str, *, year: int) -> Phrases:
    """Read what was typed under deadline and target; an amount of the deadline's sentence belongs to its step."""
    dated = read_deadline(deadline, year=year)
    own = read_targets(amounts, year=year)
    beside = read_targets(deadline, spans=dated.spans, year=year)
    targets = [*own.targets, *(target for target in beside.targets if target.milestone is not None)]
    return Phrases(
        kind=dated.kind,
        milestones=tuple(
            MilestoneDraft(text=step.text, phrase=step.phrase, due_on=step.due, start_on=step.start)
            for step in dated.milestones
        ),
        targets=tuple(
            TargetDraft(
                name=target.name,
                value=Decimal(str(target.value)),
                unit=target.unit,
                comparison=COMPARISONS[target.comparison],
                milestone=target.milestone,
                items=target.items,
            )
            for target in targets
            if target.value is not None
        ),
        questions=(*dated.questions, *own.questions),
    )


def name_parties(
    typed: Mapping[InvolvementRole, str], directory: Directory
) -> tuple[tuple[PartyDraft, ...], tuple[Unknown, ...]]:
    """Return who was named, in the order of the roles, and the names that are nobody's."""
    parties: list[PartyDraft] = []
    unknown: list[Unknown] = []
    for role, text in typed.items():
        for name in names_in(text, role):
            found = directory.find(name, expect=EXPECTED[role])
            if found.kind and found.id:
                parties.append(PartyDraft(role, name, **{KIND_FIELDS[found.kind]: found.id}))
            else:
                likely = tuple(dict.fromkeys(candidate.name for candidate in found.candidates))
                unknown.append(Unknown(role, name, likely))
    return tuple(parties), tuple(unknown)


def names_in(text: str, role: InvolvementRole) -> Sequence[str]:
    if role in {InvolvementRole.LEAD, InvolvementRole.SUPPORT}:
        found = read_supporters(text)
        return tuple(dict.fromkeys((*found.lead, *found.support)))
    return read_people(text)
