"""What stays on record of an import: who decided what and when, and what others decided while a page stood open."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from accounts.days import day_words
from accounts.directory import Directory
from accounts.models import HistoryEntry
from projects.importing import decisions as said
from projects.importing.page.labels import role_labels
from projects.importing.preparing import sheet_rows
from projects.importing.questions import Choice, Question, is_day
from projects.importing.wording import choice_label, field_label
from projects.models import ImportBatch, Milestone, Target, Task
from projects.reading.model import Reading

DECIDING = ("import.decided", "import.decided_as_before", "import.roles_chosen", "import.plan_chosen")


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision in words; the last one about a thing holds."""

    about: str
    answer: str
    who: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What became of the decisions since a version of the batch: by key who decided last, and what stood there before."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    who: str
    when: datetime | None

    def untouched(self, key: str, value: str) -> bool:
        """Tell whether an answer is only what stood on the page before others decided."""
        return key in self.after and self.before.get(key, "") == value


def decided_since(batch: ImportBatch, version: int) -> Meanwhile:
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    last = None
    for entry in _entries(batch).filter(object_version__gt=version):
        for key in {*entry.before, *entry.after}:
            before.setdefault(key, entry.before.get(key, ""))
            after[key] = entry.after.get(key, "")
        last = entry
    return Meanwhile(before, after, last.actor_name if last else "", last.at if last else None)


def decisions_of(batch: ImportBatch) -> tuple[Decided, ...]:
    """Return every decision that holds, in words, with who made it; those taken over from an earlier table have nobody."""
    by_whom: dict[str, HistoryEntry] = {}
    for entry in _entries(batch):
        by_whom |= dict.fromkeys(entry.after, entry)
    words = _Words.load(batch)
    return tuple(
        Decided(words.about(key), words.answer(key, value), entry.actor_name if entry else "", entry and entry.at)
        for key, value in sorted(batch.decisions.items(), key=lambda one: _order(one[0]))
        for entry in [by_whom.get(key)]
    )


def in_words(batch: ImportBatch, answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return decisions as pairs of what they are about and what was answered."""
    words = _Words.load(batch)
    return tuple((words.about(key), words.answer(key, value)) for key, value in answers.items())


def _entries(batch: ImportBatch) -> "Iterable[HistoryEntry]":
    ...
