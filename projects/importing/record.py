"""What stays on record of an import: who decided what and when, and what others decided while a page stood open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import QuerySet

from accounts.models import HistoryEntry
from projects.importing.answers import Answers, order
from projects.models import ImportBatch, Task

DECIDING = (
    "import.decided",
    "import.decided_as_before",
    "import.roles_chosen",
    "import.header_chosen",
    "import.plan_chosen",
)

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision in words; what was taken over from an earlier table was decided by nobody here."""

    about: str
    answer: str
    who: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something done to an item; `happened` is the action of its history entry."""

    item: str
    happened: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What was decided since a version of the batch: what stood there by key, what stands there now, who was last."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    who: str
    when: datetime | None

    def said_here(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return those answers of a page that its reader gave: the others are only what stood there before."""
        return {
            key: value for key, value in answers.items() if key not in self.after or self.before.get(key, "") != value
        }

    def clashing(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return what was decided otherwise than a reader says, by key."""
        return {
            key: self.after[key] for key, value in answers.items() if key in self.after and self.after[key] != value
        }


def decided_since(batch: ImportBatch, version: int) -> Meanwhile:
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    last = None
    for entry in _entries(batch).filter(object_version__gt=version):
        for key in {*entry.before, *entry.after}:
            before.setdefault(key, str(entry.before.get(key, "")))
            after[key] = str(entry.after.get(key, ""))
        last = entry
    return Meanwhile(before, after, last.actor_name if last else "", last.at if last else None)


def decisions_of(batch: ImportBatch, *, today: date) -> tuple[Decided, ...]:
    """Return every decision that holds, in words, with who made it."""
    by_whom: dict[str, HistoryEntry] = {}
    for entry in _entries(batch):
        by_whom |= dict.fromkeys(entry.after, entry)
    answers = Answers.load(batch, batch.decisions, today=today)
    return tuple(
        Decided(
            answers.about(key),
            answers.answer(key, value),
            entry.actor_name if entry else "",
            entry.at if entry else None,
        )
        for key, value in sorted(batch.decisions.items(), key=lambda one: order(one[0]))
        for entry in (by_whom.get(key),)
    )


def in_words(batch: ImportBatch, decisions: Mapping[str, str], *, today: date) -> tuple[tuple[str, str], ...]:
    """Return decisions as pairs of what they are about and what was answered."""
    answers = Answers.load(batch, decisions, today=today)
    return tuple((answers.about(key), answers.answer(key, value)) for key, value in decisions.items())


def done_since(batch: ImportBatch, mark: int) -> tuple[Happened, ...]:
    """Return what was done to the items of the batch's plan after the history entry `mark`, oldest first."""
    entries = HistoryEntry.objects.filter(organization=batch.organization_id, object_type="task", pk__gt=mark)
    tasks = dict(Task.objects.filter(plan=batch.plan_id).values_list("pk", "title")) if batch.plan_id else {}
    own = (entry for entry in entries.defer("before", "after").order_by("pk") if entry.object_id in tasks)
    return tuple(
        Happened(tasks[entry.object_id], entry.action, entry.actor_name, entry.at) for entry in islice(own, MOST_TOLD)
    )


def _entries(batch: ImportBatch) -> QuerySet[HistoryEntry]:
    entries = HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk, action__in=DECIDING)
    return entries.order_by("object_version")
