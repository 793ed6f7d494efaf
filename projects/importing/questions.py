"""What a person must decide before a table is written, and what was decided."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One decision. `key` names the words in doubt, not the row: the same words are decided once, for every file.

    `code` chooses the sentence on pages where `message` is empty; `fallback` is what an unattended import takes;
    with `other_day` any ISO day may be typed instead of a choice.
    """

    key: str
    code: str
    field: str
    choices: tuple[Choice, ...]
    fallback: str
    message: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    rows: tuple[int, ...] = ()
    chosen: str | None = None
    other_day: bool = False

    @property
    def decided(self) -> bool:
        return self.chosen is not None

    @property
    def value(self) -> str:
        return self.chosen if self.chosen is not None else self.fallback

    def admits(self, value: str) -> bool:
        if any(choice.value == value for choice in self.choices):
            return True
        return self.other_day and is_day(value)


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class Questions:
    """The questions of one file in the order of their rows, each asked once."""

    def __init__(self, decisions: Mapping[str, str]) -> None:
        self._decisions = decisions
        self._asked: dict[str, Question] = {}

    def ask(self, question: Question, *, row: int) -> str:
        """Note the question for `row` and return what holds: the decision if there is a valid one, else the fallback."""
        known = self._asked.get(question.key, question)
        chosen = self._decisions.get(question.key)
        if chosen is not None and not known.admits(chosen):
            chosen = None
        rows = known.rows if row in known.rows else (*known.rows, row)
        self._asked[question.key] = replace(known, rows=rows, chosen=chosen)
        return self._asked[question.key].value

    def all(self) -> tuple[Question, ...]:
        return tuple(self._asked.values())
