"""What a new table changes in the plan, row by row and column by column: old beside new, nothing written."""

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

from projects.choices import InvolvementRole, RowOutcome
from projects.drafts import MilestoneDraft, TargetDraft, TaskDraft, headline
from projects.importing.matching import Ground, Words, match, normal
from projects.importing.pairing import alike, pair_up


@dataclass(frozen=True, slots=True)
class StepSnapshot:
    """A step as it stands, with the date as issued; `settled`: it has a done day, so a table never drops it silently.

    `current_on` is the date in force: an extension moves it, and a table that repeats the issued date changes nothing.
    """

    id: int
    draft: MilestoneDraft
    settled: bool
    current_on: date | None = None


@dataclass(frozen=True, slots=True)
class TargetSnapshot:
    """An amount as it stands."""

    id: int
    draft: TargetDraft


@dataclass(frozen=True, slots=True)
class TaskSnapshot:
    """An item as it stands, in the same shape as a row of the new table; a `closed` one can't be cancelled any more."""

    task_id: int
    version: int
    draft: TaskDraft
    milestones: tuple[StepSnapshot, ...] = ()
    targets: tuple[TargetSnapshot, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of one row that differs; `old` and `new` as a reader would write them, `refused` when the old stays."""

    field: str
    old: str
    new: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class DateMove:
    """A step whose date differs: reissued, extended, or a corrected reading — only a person knows."""

    milestone_id: int
    old: date | None
    new: date | None
    current: date | None = None


@dataclass(frozen=True, slots=True)
class RowDiff:
    """One row of the new table against the plan; `row` indexes the drafts, None for a dropped item.

    Steps with a done day and targets with figures on record stand in `settled_…` where the table has them no more:
    whether they go is asked. `refused`: the row is left out, a new one is not written and a changed one stays.
    `merged_into`: the row by whose item this one's words are written.
    """

    outcome: RowOutcome
    row: int | None = None
    task_id: int | None = None
    version: int = 0
    ground: Ground | None = None
    changes: tuple[FieldChange, ...] = ()
    moves: tuple[DateMove, ...] = ()
    milestone_ids: tuple[int | None, ...] = ()
    target_ids: tuple[int | None, ...] = ()
    dropped_milestones: tuple[int, ...] = ()
    settled_milestones: tuple[int, ...] = ()
    dropped_targets: tuple[int, ...] = ()
    settled_targets: tuple[int, ...] = ()
    refused: bool = False
    merged_into: int | None = None

    @property
    def makes(self) -> bool:
        """Say whether the row becomes an item of its own."""
        return self.outcome == RowOutcome.NEW and not self.refused and self.merged_into is None

    @property
    def taken(self) -> frozenset[str]:
        """Return the columns that are written."""
        return frozenset(() if self.refused else (change.field for change in self.changes if not change.refused))

    @property
    def left(self) -> frozenset[str]:
        """Return the columns that differ and stay as they are in the plan."""
        return frozenset(change.field for change in self.changes) - self.taken


Differs = Callable[[TaskDraft, TaskDraft], bool]
Shown = Callable[[TaskDraft], str]

TEXT_FIELDS = ("number", "title", "content", "measures", "contacts", "note")
ROLE_FIELDS = {
    "leaders": InvolvementRole.LEADER,
    "lead": InvolvementRole.LEAD,
    "support": InvolvementRole.SUPPORT,
    "owners": InvolvementRole.OWNER,
}


def plan_diff(
    drafts: Sequence[TaskDraft], tasks: Sequence[TaskSnapshot], said: Mapping[int, int | None] | None = None
) -> list[RowDiff]:
    """Return one RowDiff a draft, in their order, then one for each item the table no longer has.

    `said` is what a person decided of a row's match: an item's id, or None for a new one.
    """
    places = {task.task_id: at for at, task in enumerate(tasks)}
    chosen = {
        row: None if task_id is None else places[task_id]
        for row, task_id in (said or {}).items()
        if task_id is None or task_id in places
    }
    known = [words(task.draft) for task in tasks]
    found = {one.new: one for one in (match([words(draft) for draft in drafts], known, chosen) if known else ())}
    rows = [
        row_diff(index, draft, tasks[found[index].old], found[index].ground)
        if index in found
        else RowDiff(
            RowOutcome.NEW,
            row=index,
            milestone_ids=(None,) * len(draft.milestones),
            target_ids=(None,) * len(draft.targets),
        )
        for index, draft in enumerate(drafts)
    ]
    kept = {one.old for one in found.values()}
    rows += [
        RowDiff(RowOutcome.DROPPED, task_id=task.task_id, version=task.version)
        for index, task in enumerate(tasks)
        if index not in kept
    ]
    return rows


def words(draft: TaskDraft) -> Words:
    """Return what an item is recognised by; a title that only begins the content is no title of its own."""
    derived = draft.title == headline(draft.content)
    return Words(
        number=same_text(draft.number),
        text=normal(draft.content if derived else draft.title + draft.content),
        title="" if derived else normal(draft.title),
        section=_section(draft.category),
        rest=f"{draft.deadline_text}{draft.target_text}{draft.measures}{draft.note}",
    )


@lru_cache(maxsize=4096)
def _section(category: tuple[str, ...]) -> str:
    return normal("".join(category))


def field_changes(old: TaskDraft, new: TaskDraft) -> tuple[FieldChange, ...]:
    """Return the columns that differ; widths, white space and line breaks never count.

    A title that is only the beginning of the content isn't a column of its own.
    """
    changed = [field for field, (differs, _) in COLUMNS.items() if differs(old, new)]
    if "title" in changed and all(draft.title == headline(draft.content) for draft in (old, new)):
        changed.remove("title")
    return tuple(FieldChange(field, COLUMNS[field][1](old), COLUMNS[field][1](new)) for field in changed)


def same_text(text: str) -> str:
    """Return what counts of a text: NFKC, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _texts_differ(one: str, other: str) -> bool:
    return one != other and same_text(one) != same_text(other)


def row_diff(
    row: int, draft: TaskDraft, task: TaskSnapshot, ground: Ground, figured: Collection[int] = frozenset()
) -> RowDiff:
    """Compare one row with its item; `figured` are targets with figures on record."""
    steps = _paired_steps(task, draft)
    targets = _paired_targets(task, draft)
    gone = [step for index, step in enumerate(task.milestones) if index not in steps]
    gone_targets = [one.id for index, one in enumerate(task.targets) if index not in targets]
    settled = frozenset(step.id for step in gone if step.settled)
    settled_targets = frozenset(gone_targets) & frozenset(figured)
    changes = field_changes(_without(task, settled, settled_targets), draft)
    return RowDiff(
        RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED,
        row=row,
        task_id=task.task_id,
        version=task.version,
        ground=ground,
        changes=changes,
        moves=tuple(_moves(task, draft, steps)) if changes else (),
        milestone_ids=_ids(len(draft.milestones), steps, [step.id for step in task.milestones]),
        target_ids=_ids(len(draft.targets), targets, [one.id for one in task.targets]),
        dropped_milestones=tuple(step.id for step in gone if not step.settled),
        settled_milestones=tuple(step.id for step in gone if step.settled),
        dropped_targets=tuple(one for one in gone_targets if one not in settled_targets),
        settled_targets=tuple(one for one in gone_targets if one in settled_targets),
    )


def _paired_steps(task: TaskSnapshot, draft: TaskDraft) -> dict[int, int]:
    """Pair steps by words, phrase or place; one that lost its date is another step: dates are moved, never wiped out.

    A step that is done goes on only in one with words like its own: nothing else was done.
    """
    old = tuple(step.draft for step in task.milestones)
    if old == draft.milestones:
        return {at: at for at in range(len(old))}
    settled = {step.id for step in task.milestones if step.settled}

    def may(at: int, to: int) -> bool:
        return task.milestones[at].id not in settled or alike(old[at].text, draft.milestones[to].text)

    paired = pair_up(old, draft.milestones, lambda step: (normal(step.text), step.phrase), may)
    return {at: to for at, to in paired.items() if draft.milestones[to].due_on or not old[at].due_on}


def _paired_targets(task: TaskSnapshot, draft: TaskDraft) -> dict[int, int]:
    """Pair targets by name and unit: what was reported of one is never taken for another's.

    A list that lost a name is another list: what was ticked on the old one stays true of it.
    """
    old = tuple(one.draft for one in task.targets)
    if old == draft.targets:
        return {at: at for at in range(len(old))}

    def may(at: int, to: int) -> bool:
        return old[at].unit == draft.targets[to].unit and alike(old[at].name, draft.targets[to].name)

    paired = pair_up(old, draft.targets, lambda one: (normal(one.name), one.unit), may)
    return {at: to for at, to in paired.items() if set(old[at].items) <= set(draft.targets[to].items)}


def _without(task: TaskSnapshot, steps: Collection[int], targets: Collection[int]) -> TaskDraft:
    """Return the item as a table would repeat it that has what is settled no more."""
    if not steps and not targets:
        return task.draft
    kept = [at for at, step in enumerate(task.milestones) if step.id not in steps]
    place_of = {old: place for place, old in enumerate(kept)}
    return replace(
        task.draft,
        milestones=tuple(task.milestones[at].draft for at in kept),
        targets=tuple(
            replace(one.draft, milestone=place_of.get(one.draft.milestone) if one.draft.milestone is not None else None)
            for one in task.targets
            if one.id not in targets
        ),
    )


def _moves(task: TaskSnapshot, draft: TaskDraft, steps: Mapping[int, int]) -> Iterator[DateMove]:
    for at, to in sorted(steps.items()):
        step, due_on = task.milestones[at], draft.milestones[to].due_on
        if step.draft.due_on != due_on:
            yield DateMove(step.id, step.draft.due_on, due_on, step.current_on)


def _ids(count: int, paired: Mapping[int, int], ids: Sequence[int]) -> tuple[int | None, ...]:
    by_new = {new: ids[old] for old, new in paired.items()}
    return tuple(by_new.get(index) for index in range(count))


def shown_milestone(step: MilestoneDraft) -> str:
    """Return `start—due words`, days as ISO; what is missing is left out."""
    days = "—".join(str(day) for day in (step.start_on, step.due_on) if day)
    return " ".join(part for part in (days, step.text or step.phrase) if part)


def shown_number(value: Decimal) -> str:
    """Return the number without the noughts a spreadsheet or a database adds behind it."""
    return f"{value.normalize():f}"


def shown_target(target: TargetDraft) -> str:
    items = f"（{'、'.join(target.items)}）" if target.items else ""
    return f"{target.name}{items} {shown_number(target.value)}{target.unit}".strip()


def _shown_deadline(draft: TaskDraft) -> str:
    steps = "；".join(shown_milestone(step) for step in draft.milestones)
    return f"{draft.deadline_text}（{steps}）" if steps else draft.deadline_text


def _deadlines_differ(old: TaskDraft, new: TaskDraft) -> bool:
    if _texts_differ(old.deadline_text, new.deadline_text):
        return True
    return old.milestones != new.milestones and _steps(old) != _steps(new)


def _steps(draft: TaskDraft) -> list[tuple[object, ...]]:
    return [(step.due_on, step.start_on, same_text(step.text)) for step in draft.milestones]


def _targets_differ(old: TaskDraft, new: TaskDraft) -> bool:
    if _texts_differ(old.target_text, new.target_text):
        return True
    return old.targets != new.targets and _amounts(old) != _amounts(new)


def _amounts(draft: TaskDraft) -> list[tuple[object, ...]]:
    """Return what a table says of targets; it knows no baseline, and the order of a list's names says nothing."""
    return [
        (same_text(one.name), Decimal(one.value).normalize(), one.unit, one.comparison, one.milestone, {*one.items})
        for one in draft.targets
    ]


def _shown_targets(draft: TaskDraft) -> str:
    return draft.target_text or "；".join(shown_target(one) for one in draft.targets)


def _parties_differ(role: InvolvementRole) -> Differs:
    return lambda old, new: old.parties != new.parties and _named(old, role) != _named(new, role)


def _named(draft: TaskDraft, role: InvolvementRole) -> list[tuple[int | None, ...]]:
    return [
        (party.department_id, party.group_id, party.post_id, party.person_id)
        for party in draft.parties
        if party.role == role
    ]


def _shown_parties(role: InvolvementRole) -> Shown:
    return lambda draft: "、".join(party.as_written for party in draft.parties if party.role == role)


def _text(field: str) -> tuple[Differs, Shown]:
    of = attrgetter(field)
    return lambda old, new: _texts_differ(of(old), of(new)), of


def _categories_differ(old: TaskDraft, new: TaskDraft) -> bool:
    return old.category != new.category and [*map(same_text, old.category)] != [*map(same_text, new.category)]


def _extras_differ(old: TaskDraft, new: TaskDraft) -> bool:
    return old.extra != new.extra and _extra(old) != _extra(new)


def _extra(draft: TaskDraft) -> dict[str, str]:
    return {same_text(key): same_text(str(value)) for key, value in draft.extra.items()}


COLUMNS: dict[str, tuple[Differs, Shown]] = {
    **{field: _text(field) for field in TEXT_FIELDS},
    "category": (_categories_differ, lambda draft: " › ".join(draft.category)),
    "target": (_targets_differ, _shown_targets),
    "deadline": (_deadlines_differ, _shown_deadline),
    **{field: (_parties_differ(role), _shown_parties(role)) for field, role in ROLE_FIELDS.items()},
    "extra": (_extras_differ, lambda draft: "；".join(f"{key}：{value}" for key, value in draft.extra.items())),
}
