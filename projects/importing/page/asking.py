"""The questions of a table in the order of its rows: numbered, put into words, grouped where one answer fits many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from projects.importing.naming import UNKNOWN
from projects.importing.page.parts import Asked, Elsewhere, Group, Option
from projects.importing.preparing import Prepared
from projects.importing.questions import SEVERAL, Question
from projects.importing.wording import choice_label, group_label, question_text

NAMES = "names"
"""Unknown units, posts and people go together: each is shown, and what it becomes."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A question with its number; `alike` names those that one answer could settle with it."""

    number: int
    question: Question
    alike: str
    remembered: bool

    @property
    def place(self) -> int:
        return self.question.rows[0]


@dataclass(frozen=True, slots=True)
class Queue:
    """Every question of a table, by the row it is asked at."""

    all: tuple[Numbered, ...]
    at: Mapping[int, tuple[Numbered, ...]]
    also: Mapping[int, tuple[Numbered, ...]]
    waiting: Mapping[str, int]

    @property
    def undecided(self) -> tuple[Numbered, ...]:
        return tuple(one for one in self.all if not one.question.decided)


def queue_of(prepared: Prepared, remembered: Mapping[str, str]) -> Queue:
    ordered = sorted(prepared.questions, key=lambda question: question.rows[0])
    numbered = tuple(
        Numbered(
            number,
            question,
            alike_key(question),
            question.remembered or (question.decided and remembered.get(question.key) == question.chosen),
        )
        for number, question in enumerate(ordered, start=1)
    )
    at: dict[int, list[Numbered]] = defaultdict(list)
    also: dict[int, list[Numbered]] = defaultdict(list)
    waiting: dict[str, int] = defaultdict(int)
    for one in numbered:
        at[one.place].append(one)
        for place in one.question.rows[1:]:
            also[place].append(one)
        waiting[one.alike] += not one.question.decided
    return Queue(numbered, _tuples(at), _tuples(also), waiting)


def _tuples(lists: Mapping[int, list[Numbered]]) -> dict[int, tuple[Numbered, ...]]:
    return {place: tuple(ones) for place, ones in lists.items()}


def alike_key(question: Question) -> str:
    return NAMES if question.code == UNKNOWN else f"{question.code}.{question.field}"


def shared_choices(questions: Iterable[Question]) -> tuple[str, ...]:
    """Return the answers that every one of the questions admits, in the order the first offers them."""
    left = [[choice.value for choice in question.choices] for question in questions]
    if not left:
        return ()
    return tuple(value for value in left[0] if all(value in values for values in left[1:]))


def groups_of(queue: Queue) -> tuple[Group, ...]:
    """Return the kinds of open questions that more than one waits of and one answer may settle."""
    open_ones: dict[str, list[Question]] = defaultdict(list)
    for one in queue.undecided:
        open_ones[one.alike].append(one.question)
    return tuple(
        Group(key, gettext("名录里没有的名称") if key == NAMES else group_label(questions[0]), len(questions))
        for key, questions in open_ones.items()
        if len(questions) > 1 and (key == NAMES or shared_choices(questions))
    )


def asked_of(one: Numbered, prepared: Prepared, *, more: int) -> Asked:
    question = one.question
    options = tuple(
        Option(choice.value, choice_label(question, choice), choice.value == question.chosen)
        for choice in question.choices
    )
    beside = _beside(question, prepared) if question.decided and not any(option.checked for option in options) else ""
    chosen = next((option.label for option in options if option.checked), beside)
    said = gettext("沿用上次：%(choice)s") if one.remembered else gettext("已选 %(choice)s")
    state = said % {"choice": chosen} if question.decided else gettext("待决定")
    return Asked(
        number=one.number,
        name=question.key,
        field=question.field,
        text=question_text(question),
        summary=f"{_row_label(prepared, one.place)} {state}",
        options=options,
        decided=question.decided,
        impossible=question.code.startswith("impossible"),
        other_day=question.other_day,
        anyone=bool(question.others),
        several=question.several,
        chosen=beside,
        remembered=one.remembered,
        alike=one.alike,
        more=more,
    )


def _beside(question: Question, prepared: Prepared) -> str:
    """Return a decision that is none of the choices: a typed day, or the name of someone in the directory."""
    said = question.chosen or ""
    values = said.split(SEVERAL) if question.several else [said]
    return "、".join(prepared.names.label(value) or value for value in values)


def elsewhere(one: Numbered) -> Elsewhere:
    return Elsewhere(one.number, question_text(one.question), one.question.decided)


def _row_label(prepared: Prepared, place: int) -> str:
    if place >= len(prepared.rows):
        return "—"
    return gettext("%(row)s 行") % {"row": prepared.rows[place].task.row}
