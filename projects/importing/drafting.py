"""A row as read becomes a draft of an item, with what a person decided put in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from projects.choices import Comparison, InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft, headline, rounded_share
from projects.importing.amending import AS_READ, amended, ask_who_leads
from projects.importing.diff import ROLE_FIELDS
from projects.importing.naming import Naming, name_party
from projects.importing.questions import Choice, Question, Questions, is_day, spelled
from projects.importing.table_names import Expected, TableNames
from projects.reading.model import Question as ReadQuestion
from projects.reading.model import ReadColumn, ReadMilestone, ReadTarget, ReadTask
from projects.reading.targets import is_level

UNIT_OF_PERSON = "unit_of_person"

# A plain amount is a promise to reach it: thirteen firms keep a promise of twelve.
COMPARISONS: Mapping[str, Comparison] = {
    ">=": Comparison.AT_LEAST,
    ">": Comparison.AT_LEAST,
    "=": Comparison.AT_LEAST,
    "<=": Comparison.AT_MOST,
    "<": Comparison.AT_MOST,
}
# What the reader is in doubt about, by our names of columns.
FIELDS: Mapping[str, str] = {"due": "deadline", "targets": "target"}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, and who must be made before it can name everyone, each with the column that needs them."""

    task: TaskDraft
    make: tuple[tuple[str, Expected, str], ...]


def draft_task(
    task: ReadTask, columns: tuple[ReadColumn, ...], *, index: int, names: TableNames, questions: Questions
) -> Drafted:
    lead, support = _leading(task, index, questions)
    cells = (
        (InvolvementRole.LEADER, task.leaders),
        (InvolvementRole.LEAD, lead),
        (InvolvementRole.SUPPORT, support),
        (InvolvementRole.OWNER, task.owners),
    )
    named, kept = _named(cells, index, names, questions)
    milestones = _settle(task, index, questions)
    draft, amending = amended(
        TaskDraft(
            title=task.title or headline(task.content),
            number=task.number,
            category=task.category,
            content=task.content,
            target_text=_column_text(task, columns, "target"),
            measures=task.measures,
            deadline_text=task.deadline_text,
            deadline_kind=task.kind,
            contacts=task.contacts,
            note=task.note,
            extra={**task.extra, **kept},
            parties=tuple(one.party for one in named if one.party),
            milestones=milestones,
            targets=tuple(_target(target) for target in task.targets if target.value is not None),
        ),
        index=index,
        names=names,
        questions=questions,
    )
    leading: tuple[Naming, ...] = ()
    if not task.lead and any(column.role == "lead_department" for column in columns):
        draft, leading = ask_who_leads(draft, task, index=index, names=names, questions=questions)
    return Drafted(draft, tuple(_makes((*named, *amending, *leading), draft.parties)))


def _named(
    cells: Iterable[tuple[InvolvementRole, Iterable[str]]], index: int, names: TableNames, questions: Questions
) -> tuple[list[Naming], dict[str, str]]:
    """Return what the names of a row became, and those of which only the words are kept, by label."""
    found: list[Naming] = []
    kept: dict[str, list[str]] = {}
    for role, cell in cells:
        for written in cell:
            found.append(name_party(written, role, row=index, names=names, questions=questions))
            if found[-1].party is None:
                kept.setdefault(KEPT_LABELS[role], []).append(written)
    return found, {label: "、".join(written) for label, written in kept.items()}


def _makes(named: Iterable[Naming], parties: Collection[PartyDraft]) -> Iterable[tuple[str, Expected, str]]:
    """Yield who must be made for the parties there are: whom a person put another in the place of is not needed."""
    for one in named:
        if one.make and one.party and one.party in parties:
            yield FIELD_OF[one.party.role], *one.make


FIELD_OF = {role: field for field, role in ROLE_FIELDS.items()}
KEPT_LABELS = {
    InvolvementRole.LEADER: "责任领导（照录）",
    InvolvementRole.LEAD: "牵头单位（照录）",
    InvolvementRole.SUPPORT: "配合单位（照录）",
    InvolvementRole.OWNER: "责任人（照录）",
}


def _leading(task: ReadTask, index: int, questions: Questions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who leads and who supports, with the unit in the lead that was decided on."""
    lead, support = task.lead, task.support
    for doubt in task.questions:
        if doubt.field == "lead":
            chosen = questions.ask(_question(doubt, task), row=index)
            if chosen in (*lead, *support):
                lead, support = (chosen,), tuple(name for name in (*lead, *support) if name != chosen)
    return lead, support


def _settle(task: ReadTask, index: int, questions: Questions) -> tuple[MilestoneDraft, ...]:
    """Return the steps with each doubtful date as decided; undecided, it stays as read."""
    milestones = [_milestone(milestone) for milestone in task.milestones]
    for doubt in task.questions:
        if doubt.field == "lead":
            continue
        value = questions.ask(_question(doubt, task), row=index)
        if doubt.field == "due" and is_day(value):
            milestones = _with_day(milestones, doubt, date.fromisoformat(value), task.deadline_text)
    return tuple(milestones)


def _question(doubt: ReadQuestion, task: ReadTask) -> Question:
    dated = doubt.field == "due"
    written = task.deadline_text if dated else _in_doubt(doubt, task)
    choices = tuple(Choice(choice.value, choice.label) for choice in doubt.choices)
    return Question(
        key=f"{doubt.field}:{doubt.code}:{spelled(written, 120)}:{spelled(doubt.message, 60)}",
        code=doubt.code,
        field=FIELDS.get(doubt.field, doubt.field),
        message=doubt.message,
        params={"words": _cell_words(doubt, task)},
        choices=(*choices, Choice(AS_READ, AS_READ)),
        fallback=AS_READ,
        proposal=choices[0].value if choices else AS_READ,
        other_day=dated,
    )


def _in_doubt(doubt: ReadQuestion, task: ReadTask) -> str:
    """Return the words a question is about: who leads is asked of the units, whatever their task is."""
    return "、".join((*task.lead, *task.support)) if doubt.code == UNIT_OF_PERSON else task.content


def _cell_words(doubt: ReadQuestion, task: ReadTask) -> str:
    """Return what the cell says that is asked about."""
    of_field = {"due": task.deadline_text, "lead": "、".join((*task.lead, *task.support))}
    return of_field.get(doubt.field, "")


def _with_day(milestones: list[MilestoneDraft], doubt: ReadQuestion, day: date, phrase: str) -> list[MilestoneDraft]:
    """Put `day` on the step in doubt: the one that carries one of the offered days, else the last, else a new one."""
    if not milestones:
        return [MilestoneDraft(text="", phrase=phrase, due_on=day)]
    offered = {choice.value for choice in doubt.choices}
    at = next((i for i, step in enumerate(milestones) if str(step.due_on) in offered), len(milestones) - 1)
    return [*milestones[:at], replace(milestones[at], due_on=day), *milestones[at + 1 :]]


def _milestone(milestone: ReadMilestone) -> MilestoneDraft:
    return MilestoneDraft(text=milestone.text, phrase=milestone.phrase, due_on=milestone.due, start_on=milestone.start)


def _target(target: ReadTarget) -> TargetDraft:
    value = Decimal(str(target.value))
    return TargetDraft(
        name=target.name,
        value=value,
        unit=target.unit,
        comparison=COMPARISONS[target.comparison],
        cumulative=not is_level(target),
        milestone=target.milestone,
        items=target.items,
        curve=tuple((point.due, rounded_share(Decimal(str(point.value)) / value)) for point in target.course),
    )


def _column_text(task: ReadTask, columns: tuple[ReadColumn, ...], role: str) -> str:
    return "\n".join(
        task.cells[at]
        for at, column in enumerate(columns)
        if column.role == role and at < len(task.cells) and task.cells[at]
    )
