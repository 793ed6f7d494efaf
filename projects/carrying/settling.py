"""From the office's answers to the drafts and links that will be written; what is missing is named, never guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from projects.carrying.parties import Roll, key_of
from projects.carrying.proposing import Amount, CarryOver, Fate, OpenStep, Proposal
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.importing.drafting import KEPT_LABELS
from projects.reading.deadlines import read_deadline

Answers = Mapping[str, str]
LAST_YEARS = 30
"""How far after the plan's year a new date may lie."""
MOST_DIGITS, MOST_PLACES = 16, 4


@dataclass(frozen=True, slots=True)
class Settled:
    """What would be written; `problems` says by answer what is wrong with it, as a code."""

    new: tuple[tuple[Proposal, TaskDraft], ...]
    links: tuple[Proposal, ...]
    left: int
    problems: Mapping[str, str]

    @property
    def empty(self) -> bool:
        return not self.new and not self.links


def settle(carry_over: CarryOver, answers: Answers) -> Settled:
    """Take the answers; where one is missing, what was proposed holds if the words say it."""
    problems: dict[str, str] = {}
    number = _first_number(carry_over, answers, problems)
    successors = dict(_successors(carry_over, answers, problems))
    new: list[tuple[Proposal, TaskDraft]] = []
    links = []
    for proposal in carry_over.proposals:
        fate = fate_of(proposal, answers)
        if fate is Fate.LINK:
            links.append(proposal)
        elif fate is Fate.CARRY:
            settling = _Settling(answers, problems, carry_over.plan.year, carry_over.roll, successors)
            draft = settling.draft(proposal, "" if number is None else str(number + len(new)))
            new.append((proposal, draft))
    return Settled(tuple(new), tuple(links), len(carry_over.proposals) - len(new) - len(links), problems)


def fate_of(proposal: Proposal, answers: Answers) -> Fate:
    said = answers.get(f"do:{proposal.task.task_id}", proposal.likely)
    return Fate(said) if said in proposal.fates else proposal.likely


def day_of(step: OpenStep, answers: Answers) -> str:
    """Return the day as it stands in the form: typed, else what the words mean in the new year."""
    return answers.get(f"due:{step.id}", str(step.again_on or ""))


def value_of(amount: Amount, answers: Answers) -> str:
    return answers.get(f"value:{amount.id}", format(amount.draft.value.normalize(), "f"))


def _first_number(carry_over: CarryOver, answers: Answers, problems: dict[str, str]) -> int | None:
    """Return the number of the first new item; an empty answer numbers nothing."""
    said = answers.get("number_from", str(carry_over.next_number)).strip()
    if said and not (said.isdecimal() and len(said) <= 6):
        problems["number_from"] = "not_a_number"
    return int(said) if said and "number_from" not in problems else None


def _successors(
    carry_over: CarryOver, answers: Answers, problems: dict[str, str]
) -> Iterator[tuple[tuple[str, int], PartyDraft]]:
    for named in carry_over.ended:
        said = answers.get(named.field, "")
        if not said:
            continue
        options = {f"{row.key[0]}:{row.key[1]}": row for row in carry_over.roll.successors(named.key[0])}
        if said not in options:
            problems[named.field] = "nobody"
            continue
        kind, number = options[said].key
        yield (
            named.key,
            PartyDraft(
                role=InvolvementRole.LEAD,
                as_written=options[said].name,
                department_id=number if kind == "department" else None,
                group_id=number if kind == "group" else None,
                person_id=number if kind == "person" else None,
            ),
        )


@dataclass(frozen=True, slots=True)
class _Settling:
    answers: Answers
    problems: dict[str, str]
    year: int
    roll: Roll
    successors: Mapping[tuple[str, int], PartyDraft]

    def draft(self, proposal: Proposal, number: str) -> TaskDraft:
        steps = [step for step in proposal.steps if not self.answers.get(f"drop:{step.id}")]
        milestones = tuple(self._milestone(step) for step in steps)
        places = {step.place: at for at, step in enumerate(steps)}
        text = self._deadline_text(proposal, steps, milestones)
        parties, kept = self._parties(proposal)
        return replace(
            proposal.draft,
            number=number,
            deadline_text=text,
            deadline_kind=read_deadline(text, year=self.year).kind if text else "",
            extra={**proposal.draft.extra, **kept},
            parties=parties,
            milestones=milestones,
            targets=tuple(self._targets(proposal, places)),
            carried_from_id=proposal.task.task_id,
        )

    def _milestone(self, step: OpenStep) -> MilestoneDraft:
        day = self._day(step)
        phrase = step.phrase if day == step.again_on else _written(day, self.year)
        return MilestoneDraft(text=step.text, phrase=phrase, due_on=day)

    def _day(self, step: OpenStep) -> date | None:
        said = day_of(step, self.answers)
        if not said:
            if step.due_on is not None:
                self.problems[f"due:{step.id}"] = "no_day"
            return None
        try:
            day = date.fromisoformat(said)
        except ValueError:
            self.problems[f"due:{step.id}"] = "not_a_day"
            return None
        if not self.year <= day.year <= self.year + LAST_YEARS:
            self.problems[f"due:{step.id}"] = "other_year"
        return day

    def _deadline_text(self, proposal: Proposal, steps: list[OpenStep], milestones: tuple[MilestoneDraft, ...]) -> str:
        """Keep the table's words where they still say the same; else write the steps that go on."""
        whole = len(steps) == len(proposal.task.milestones)
        same = all(new.phrase == old.phrase for new, old in zip(milestones, steps, strict=True))
        if whole and same:
            return proposal.draft.deadline_text
        return "；".join(f"{step.phrase}{step.text}" if len(milestones) > 1 else step.phrase for step in milestones)

    def _targets(self, proposal: Proposal, places: Mapping[int, int]) -> Iterator[TargetDraft]:
        for amount in proposal.amounts:
            if self.answers.get(f"without:{amount.id}"):
                continue
            at = amount.draft.milestone
            step = None if at is None else places.get(at)
            # The days of last year's way are over; only a far year to reach something by is still ahead.
            far = amount.draft.horizon_year is not None and amount.draft.horizon_year > self.year
            due_on = amount.draft.due_on if far else None
            yield replace(
                amount.draft, value=self._value(amount), milestone=step, start_on=None, due_on=due_on, curve=()
            )

    def _value(self, amount: Amount) -> Decimal:
        if amount.draft.items:
            return amount.draft.value
        try:
            value = Decimal(value_of(amount, self.answers).strip())
            digits = value.as_tuple()
        except InvalidOperation:
            value, digits = Decimal("NaN"), Decimal(0).as_tuple()
        if not value.is_finite() or value.adjusted() >= MOST_DIGITS or -int(digits.exponent) > MOST_PLACES:
            self.problems[f"value:{amount.id}"] = "not_an_amount"
            return amount.draft.value
        return value

    def _parties(self, proposal: Proposal) -> tuple[tuple[PartyDraft, ...], dict[str, str]]:
        """Return who takes part; of those who are gone without a successor the words are kept."""
        found: dict[tuple[str, tuple[str, int]], PartyDraft] = {}
        kept: dict[str, list[str]] = {}
        for party, named in proposal.parties:
            if named.ended and named.key not in self.successors:
                kept.setdefault(KEPT_LABELS.get(party.role, party.role), []).append(party.as_written or named.name)
                continue
            one = replace(self.successors[named.key], role=party.role) if named.ended else party
            found.setdefault((one.role, key_of(one)), one)
        return tuple(found.values()), {label: "、".join(names) for label, names in kept.items()}


def _written(day: date | None, year: int) -> str:
    """Write a day as the table would: the new words of a promise, whatever language the page is read in."""
    if day is None:
        return ""
    return f"{day.month}月{day.day}日前" if day.year == year else f"{day.year}年{day.month}月{day.day}日前"
