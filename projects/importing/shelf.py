"""Prepared tables kept at hand between one click and the next: a long one takes seconds to prepare.

What is shown comes from here, what is written never does: applying prepares afresh under lock.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from accounts.history import Actor
from accounts.models import HistoryEntry
from projects.importing.batches import preview
from projects.importing.page.laying import Overview, overview
from projects.importing.receiving import told_of
from projects.models import ImportBatch

MOST_ROWS = 20_000
"""The longest table there may be; each row takes some six kilobytes."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The office's latest history entry; its time tells it from one of that number before a database was put back."""

    entry: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Source:
    """All a reading depends on."""

    sha256: str
    year: int
    roles: frozenset[tuple[str, str]]
    headers: frozenset[tuple[str, bool]]

    @classmethod
    def of(cls, batch: ImportBatch) -> "Source":
        told = told_of(batch, batch.decisions)
        return cls(batch.sha256, batch.year, frozenset(told.roles.items()), frozenset(told.headers.items()))


@dataclass(frozen=True, slots=True)
class State:
    """All a prepared table depends on: every write to batch, plan or directory leaves a history entry."""

    source: Source
    version: int
    mark: Mark
    today: date


@dataclass(slots=True)
class Shelf:
    """The latest overview of each batch, the longest unused going first. Threads share it; what it holds never changes."""

    _kept: OrderedDict[int, tuple[State, Overview]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, batch_id: int) -> tuple[State, Overview] | None:
        with self._lock:
            if batch_id in self._kept:
                self._kept.move_to_end(batch_id)
            return self._kept.get(batch_id)

    def put(self, batch_id: int, state: State, view: Overview) -> None:
        with self._lock:
            self._kept[batch_id] = (state, view)
            self._kept.move_to_end(batch_id)
            while len(self._kept) > 1 and sum(_size(kept) for _, kept in self._kept.values()) > MOST_ROWS:
                self._kept.popitem(last=False)


_shelf = Shelf()


def overview_of(batch: ImportBatch, *, by: Actor) -> Overview:
    """Return what the batch would do now: from the shelf where nothing moved since, else from its reading."""
    state = State(Source.of(batch), batch.version, history_mark(batch.organization_id), by.today)
    kept = _shelf.take(batch.pk)
    if kept and kept[0] == state:
        return kept[1]
    reading = kept[1].prepared.reading if kept and kept[0].source == state.source else None
    view = overview(preview(batch, by=by, reading=reading), batch.decisions)
    _shelf.put(batch.pk, state, view)
    return view


def history_mark(organization_id: int) -> Mark:
    entries = HistoryEntry.objects.filter(organization=organization_id).order_by("-pk")
    latest = entries.values_list("pk", "at").first()
    return Mark(*latest) if latest else Mark(0, None)


def _size(view: Overview) -> int:
    return len(view.prepared.diff)
