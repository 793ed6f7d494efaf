"""Several rows that are one promise become one draft: nothing that either said is lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft

SEVERAL = "multi"
"""The kind of deadline of an item with several dated steps."""


def standing_merges(said: Mapping[int, int], count: int, left: Collection[int]) -> dict[int, int]:
    """Return by place into which row each is merged in the end; rows that were left out neither give nor take.

    What was merged into a merged row goes where that one went; rows merged in a circle stand each for itself.
    """
    found = {}
    for place in said:
        seen, at = {place}, place
        while at not in left and (into := said.get(at, at)) != at and into not in left and into < count:
            at = into
            if at in seen:
                at = place
                break
            seen.add(at)
        if at != place:
            found[place] = at
    return found


def joined(drafts: Sequence[TaskDraft], merges: Mapping[int, int]) -> tuple[TaskDraft, ...]:
    """Return the drafts with each merged one's words, steps, amounts and parties in the one it was merged into."""
    found = list(drafts)
    for place in sorted(merges):
        found[merges[place]] = join(found[merges[place]], drafts[place])
    return tuple(found)


def join(first: TaskDraft, other: TaskDraft) -> TaskDraft:
    """Return `first` with what `other` adds; the lead of the first is kept, the other's lead supports it."""
    milestones = (*first.milestones, *(step for step in other.milestones if step not in first.milestones))
    return replace(
        first,
        number=first.number or other.number,
        content=_texts("\n", first.content, _sentence(other, beside=first)),
        target_text=_texts("\n", first.target_text, other.target_text),
        measures=_texts("\n", first.measures, other.measures),
        deadline_text=_texts("；", first.deadline_text, other.deadline_text),
        deadline_kind=_kind(first, other, milestones),
        contacts=_texts("；", first.contacts, other.contacts),
        note=_texts("\n", first.note, other.note),
        extra={
            label: _texts("；", str(first.extra.get(label, "")), str(other.extra.get(label, "")))
            for label in (*first.extra, *(label for label in other.extra if label not in first.extra))
        },
        parties=_parties(first.parties, other.parties),
        milestones=milestones,
        targets=_targets(first.targets, other, milestones),
    )


def _sentence(draft: TaskDraft, *, beside: TaskDraft) -> str:
    """Return an item's own words; a title that neither its content nor the other item repeats stands before them."""
    if not draft.content:
        return draft.title
    said = draft.title in draft.content or draft.title == beside.title
    return draft.content if said else f"{draft.title}。{draft.content}"


def _texts(between: str, one: str, other: str) -> str:
    if other and other in one:
        return one
    return between.join(text for text in (one, other) if text)


def _kind(first: TaskDraft, other: TaskDraft, milestones: Sequence[MilestoneDraft]) -> str:
    if sum(step.due_on is not None for step in milestones) > 1:
        return SEVERAL
    dated = next((draft for draft in (first, other) if any(step.due_on for step in draft.milestones)), None)
    return dated.deadline_kind if dated else first.deadline_kind or other.deadline_kind


def _parties(first: tuple[PartyDraft, ...], other: tuple[PartyDraft, ...]) -> tuple[PartyDraft, ...]:
    led = any(party.role == InvolvementRole.LEAD for party in first)
    found = list(first)
    for party in other:
        role = InvolvementRole.SUPPORT if led and party.role == InvolvementRole.LEAD else party.role
        one = replace(party, role=role)
        of_unit = {InvolvementRole.LEAD, InvolvementRole.SUPPORT}
        roles = of_unit if role in of_unit else {role}
        if not any(known.role in roles and _same(known, one) for known in found):
            found.append(one)
    return tuple(found)


def _same(one: PartyDraft, other: PartyDraft) -> bool:
    return replace(one, role=other.role, as_written="") == replace(other, as_written="")


def _targets(
    first: tuple[TargetDraft, ...], other: TaskDraft, milestones: Sequence[MilestoneDraft]
) -> tuple[TargetDraft, ...]:
    """Unite amounts; those of the other's steps point at the steps' new places."""
    found = list(first)
    for target in other.targets:
        at = None if target.milestone is None else milestones.index(other.milestones[target.milestone])
        moved = replace(target, milestone=at)
        if moved not in found:
            found.append(moved)
    return tuple(found)


def joined_reason(row: int) -> str:
    """Return why a merged row has no item of its own, as the reader says it of rows it put together itself."""
    return f"与第{row}行为同一事项"
