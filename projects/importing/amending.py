"""What a person puts in that the table doesn't say: who leads; a deadline or a unit read otherwise than meant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft
from projects.importing.decisions import own_keys
from projects.importing.naming import Naming, whom
from projects.importing.questions import SEVERAL, Choice, Question, Questions, is_day, spelled
from projects.importing.table_names import SAME, TableNames, name_key
from projects.reading.model import ReadTask

AS_READ = "as_read"
LEAVE_OPEN = "leave_open"
"""Write the item without a lead: it is named before the plan is issued."""
NOBODY = "nobody"
"""No unit supports, whatever the cell says."""
MISSING_LEAD, OWN_DEADLINE, OWN_LEAD_UNIT = "missing_lead", "own_deadline", "own_lead"
OWN_SUPPORT_UNITS = "own_support"
LONGEST_WORDS = 120


def ask_who_leads(
    draft: TaskDraft, task: ReadTask, *, index: int, names: TableNames, questions: Questions
) -> tuple[TaskDraft, tuple[Naming, ...]]:
    """Ask about a row that names nobody in the lead, its supporting units first; one that is asked already is not."""
    if any(doubt.field == "lead" for doubt in task.questions) or _units(draft, InvolvementRole.LEAD):
        return draft, ()
    support = [value for value in _units(draft, InvolvementRole.SUPPORT) if value in names.values]
    question = Question(
        key=f"lead:{MISSING_LEAD}:{spelled(task.content or task.title, LONGEST_WORDS)}",
        code=MISSING_LEAD,
        field="lead",
        choices=(*(Choice(value, names.label(value)) for value in support), Choice(LEAVE_OPEN, LEAVE_OPEN)),
        fallback=LEAVE_OPEN,
        others=names.values,
        proposal=LEAVE_OPEN,
    )
    return _led_by(draft, questions.ask(question, row=index), index=index, names=names, questions=questions)


def amended(
    draft: TaskDraft, *, index: int, names: TableNames, questions: Questions
) -> tuple[TaskDraft, tuple[Naming, ...]]:
    """Return the draft with the deadline and the units a person asked to change, and whom those answers name."""
    due_key, lead_key, support_key = own_keys(index)
    as_read = Choice(AS_READ, AS_READ)
    named: tuple[Naming, ...] = ()
    if questions.wanted(due_key):
        last = draft.milestones[-1] if draft.milestones else MilestoneDraft(text="", phrase=draft.deadline_text)
        words = {"words": last.text or last.phrase or draft.deadline_text}
        ask = Question(due_key, OWN_DEADLINE, "deadline", (as_read,), AS_READ, params=words, other_day=True)
        day = questions.ask(ask, row=index)
        if is_day(day):
            moved = replace(last, due_on=date.fromisoformat(day))
            draft = replace(draft, milestones=(*draft.milestones[:-1], moved))
    if questions.wanted(lead_key):
        ask = Question(lead_key, OWN_LEAD_UNIT, "lead", (as_read,), AS_READ, others=names.values)
        draft, named = _led_by(draft, questions.ask(ask, row=index), index=index, names=names, questions=questions)
    if questions.wanted(support_key):
        choices = (as_read, Choice(NOBODY, NOBODY))
        ask = Question(support_key, OWN_SUPPORT_UNITS, "support", choices, AS_READ, others=names.values, several=True)
        said = questions.ask(ask, row=index)
        if said != AS_READ:
            values = [] if said == NOBODY else said.split(SEVERAL)
            whole = [_whom(one, InvolvementRole.SUPPORT, index, names, questions) for one in values]
            draft, named = _supported_by(draft, whole), (*named, *whole)
    return draft, named


def _led_by(
    draft: TaskDraft, value: str, *, index: int, names: TableNames, questions: Questions
) -> tuple[TaskDraft, tuple[Naming, ...]]:
    """Return the draft with the lead that `value` names; who leads doesn't also support.

    One picked from several leads: the others were in the cell for a part, and support.
    """
    if not names.label(value):
        return draft, ()
    lead = _whom(value, InvolvementRole.LEAD, index, names, questions)
    if lead.party is None:
        return draft, ()
    led = [party for party in draft.parties if party.role == InvolvementRole.LEAD]
    picked = any(_value(party) == _value(lead.party) for party in led)
    helping = [replace(party, role=InvolvementRole.SUPPORT) for party in led] if picked else []
    others = [*helping, *(party for party in draft.parties if party.role != InvolvementRole.LEAD)]
    kept = (party for party in others if party.role != InvolvementRole.SUPPORT or _value(party) != _value(lead.party))
    return replace(draft, parties=(lead.party, *kept)), (lead,)


def _supported_by(draft: TaskDraft, named: Sequence[Naming]) -> TaskDraft:
    """Return the draft with these supporting units alone; who leads doesn't also support."""
    leads = _units(draft, InvolvementRole.LEAD)
    units = tuple(one.party for one in named if one.party and _value(one.party) not in leads)
    others = tuple(party for party in draft.parties if party.role != InvolvementRole.SUPPORT)
    return replace(draft, parties=(*others, *units))


def _whom(value: str, role: InvolvementRole, index: int, names: TableNames, questions: Questions) -> Naming:
    return whom(value, role, names.label(value), row=index, names=names, questions=questions)


def _units(draft: TaskDraft, role: InvolvementRole) -> list[str]:
    return [_value(party) for party in draft.parties if party.role == role and _value(party)]


def _value(party: PartyDraft) -> str:
    """Return the answer that means a unit: one that is yet to be made is meant by its name."""
    if party.department_id is None:
        return ""
    return (
        f"department:{party.department_id}"
        if party.department_id
        else f"{SAME}{name_key(party.as_written, 'department')}"
    )
