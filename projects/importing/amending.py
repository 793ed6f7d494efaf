"""What a person puts in that the table doesn't say: who leads, and a deadline or a lead read otherwise than meant."""

from dataclasses import replace
from datetime import date

from accounts.directory import Directory
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft
from projects.importing.decisions import own_keys
from projects.importing.questions import Choice, Question, Questions, is_day, spelled
from projects.reading.model import ReadTask

AS_READ = "as_read"
LEAVE_OPEN = "leave_open"
"""Write the item without a lead: it is named before the plan is issued."""
MISSING_LEAD, OWN_DEADLINE, OWN_LEAD_UNIT = "missing_lead", "own_deadline", "own_lead"
LONGEST_WORDS = 120


def ask_who_leads(
    draft: TaskDraft, task: ReadTask, *, index: int, directory: Directory, questions: Questions
) -> TaskDraft:
    """Ask about a row that names nobody in the lead, its supporting units first; one that is asked already is not."""
    if any(doubt.field == "lead" for doubt in task.questions) or _units(draft, InvolvementRole.LEAD):
        return draft
    support = _units(draft, InvolvementRole.SUPPORT)
    question = Question(
        key=f"lead:{MISSING_LEAD}:{spelled(task.content or task.title, LONGEST_WORDS)}",
        code=MISSING_LEAD,
        field="lead",
        choices=(*(Choice(value, directory.label(value)) for value in support), Choice(LEAVE_OPEN, LEAVE_OPEN)),
        fallback=LEAVE_OPEN,
        others=directory.values,
        proposal=LEAVE_OPEN,
    )
    return led_by(draft, questions.ask(question, row=index), directory)


def amended(draft: TaskDraft, *, index: int, directory: Directory, questions: Questions) -> TaskDraft:
    """Return the draft with the deadline and the lead a person asked to change."""
    due_key, lead_key = own_keys(index)
    as_read = Choice(AS_READ, AS_READ)
    if questions.wanted(due_key):
        last = draft.milestones[-1] if draft.milestones else MilestoneDraft(text="", phrase=draft.deadline_text)
        words = {"words": last.text or last.phrase or draft.deadline_text}
        ask = Question(due_key, OWN_DEADLINE, "deadline", (as_read,), AS_READ, params=words, other_day=True)
        day = questions.ask(ask, row=index)
        if is_day(day):
            moved = replace(last, due_on=date.fromisoformat(day))
            draft = replace(draft, milestones=(*draft.milestones[:-1], moved))
    if questions.wanted(lead_key):
        ask = Question(lead_key, OWN_LEAD_UNIT, "lead", (as_read,), AS_READ, others=directory.values)
        draft = led_by(draft, questions.ask(ask, row=index), directory)
    return draft


def led_by(draft: TaskDraft, value: str, directory: Directory) -> TaskDraft:
    """Return the draft with the lead that `value` names; who leads doesn't also support."""
    name = directory.label(value)
    if not name:
        return draft
    kind, _, number = value.partition(":")
    lead = PartyDraft(role=InvolvementRole.LEAD, as_written=name, **{f"{kind}_id": int(number)})
    others = tuple(
        party
        for party in draft.parties
        if party.role != InvolvementRole.LEAD and not (party.role == InvolvementRole.SUPPORT and _value(party) == value)
    )
    return replace(draft, parties=(lead, *others))


def _units(draft: TaskDraft, role: InvolvementRole) -> list[str]:
    return [_value(party) for party in draft.parties if party.role == role and _value(party)]


def _value(party: PartyDraft) -> str:
    """Return who a party is as the directory names values; empty for one that is yet to be made."""
    return f"department:{party.department_id}" if party.department_id else ""
