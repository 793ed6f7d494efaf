"""What a person must decide before a table is written, and what was decided."""

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
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
    with `other_day` any ISO day may be typed instead of a choice, and any of `others` may be named, with `several` more
    than one. `proposal` is what a person would most likely answer. A `remembered` answer was given for an earlier table.
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
    others: Collection[str] = ()
    several: bool = False
    proposal: str = ""
    remembered: bool = False

    @property
    def decided(self) -> bool:
        return self.chosen is not None

    @property
    def value(self) -> str:
        return self.chosen if self.chosen is not None else self.fallback

    def at(self, rows: tuple[int, ...]) -> "Question":
        return replace(self, rows=rows)

    def admits(self, value: str) -> bool:
        if any(choice.value == value for choice in self.choices):
            return True
        if self.several and value:
            return all(one in self.others for one in value.split(SEVERAL))
        return (self.other_day and is_day(value)) or value in self.others


SEVERAL = "|"
"""Between the values of an answer that names several."""


def spelled(text: str, longest: int) -> str:
    """Return the words as a key tells them apart, widths and white space aside; of long ones the beginning and a mark."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if len(plain) <= longest:
        return plain
    return f"{plain[: longest - 13]}…{hashlib.sha256(plain.encode()).hexdigest()[:12]}"


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class Questions:
    """The questions of one file in the order of their rows, each asked once."""

    def __init__(self, decisions: Mapping[str, str], remembered: Mapping[str, str] | None = None) -> None:
        self._decisions = decisions
        self._remembered = remembered or {}
        self._asked: dict[str, Question] = {}
        self._rows: dict[str, list[int]] = {}

    def again(self, key: str, *, row: int) -> str | None:
        """Note a question that was asked before for one more row; None when it wasn't."""
        known = self._asked.get(key)
        return None if known is None else self.ask(known, row=row)

    def wanted(self, key: str) -> bool:
        """Say whether a person answered, or asked to be asked."""
        return key in self._decisions

    def ask(self, question: Question, *, row: int) -> str:
        """Note the question for `row` and return what holds.

        That is the decision if there is a valid one, else an earlier table's, else the fallback.
        """
        known = self._asked.get(question.key)
        if known is None:
            known = self._asked[question.key] = self._answered(question)
            self._rows[question.key] = [row]
        elif row not in self._rows[question.key][-1:]:
            self._rows[question.key].append(row)
        return known.value

    def all(self) -> tuple[Question, ...]:
        return tuple(replace(question, rows=tuple(self._rows[key])) for key, question in self._asked.items())

    def _answered(self, question: Question) -> Question:
        for answers in (self._decisions, self._remembered):
            chosen = answers.get(question.key)
            if chosen is not None and question.admits(chosen):
                return replace(question, chosen=chosen, remembered=answers is self._remembered)
        return question
