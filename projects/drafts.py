"""What a promise is made of before it is written: the data that planning takes from imports, pages and the API."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from projects.choices import Comparison, DateKind, InvolvementRole


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """Exactly one of department, post, person; a group stands in `group_id` and is expanded by planning."""

    role: InvolvementRole
    as_written: str = ""
    department_id: int | None = None
    post_id: int | None = None
    person_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class MilestoneDraft:
    text: str
    phrase: str = ""
    due_on: date | None = None
    start_on: date | None = None


Curve = tuple[tuple[date, Decimal], ...]
"""How much of the way (0 to 1) is due by which day."""
_DIGITS = Decimal(1).scaleb(-18)


def rounded_share(share: Decimal) -> Decimal:
    """Return a share of the way as it is kept, so that the same amounts always make the same curve."""
    return share.quantize(_DIGITS).normalize() + 0


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """`milestone` is the position (from 0) of the step it belongs to, if any.

    Without `start_on` and `due_on` its days are those of its step or item; without `curve` the way is a straight line.
    """

    name: str
    value: Decimal
    unit: str = ""
    comparison: Comparison = Comparison.AT_LEAST
    baseline: Decimal | None = None
    cumulative: bool = True
    milestone: int | None = None
    items: tuple[str, ...] = ()
    start_on: date | None = None
    due_on: date | None = None
    curve: Curve = ()
    horizon_year: int | None = None


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """One promise; `category` is its headings from the outermost in, `carried_from_id` the item it goes on with."""

    title: str
    number: str = ""
    category: tuple[str, ...] = ()
    content: str = ""
    target_text: str = ""
    measures: str = ""
    deadline_text: str = ""
    deadline_kind: str = ""
    contacts: str = ""
    note: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    parties: tuple[PartyDraft, ...] = ()
    milestones: tuple[MilestoneDraft, ...] = ()
    targets: tuple[TargetDraft, ...] = ()
    carried_from_id: int | None = None


HEADLINE_LENGTH = 60


def headline(content: str) -> str:
    """Return the first clause of a long text: the title of an item whose table has none."""
    text = " ".join(content.split())
    clause = re.split(r"[。；;，,：:（(]", text, maxsplit=1)[0] if len(text) > HEADLINE_LENGTH else text
    return clause[:HEADLINE_LENGTH]


@dataclass(frozen=True, slots=True)
class MilestoneChange:
    """What becomes of one step: without `id` a new one, without `draft` it is dropped.

    `date_kind` says why the date changed, when it did; `place` is its place in the table (from 0, None: as before).
    """

    id: int | None = None
    draft: MilestoneDraft | None = None
    date_kind: DateKind | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class TargetChange:
    """What becomes of one amount or list: without `id` a new one, without `draft` it is dropped."""

    id: int | None = None
    draft: TargetDraft | None = None


@dataclass(frozen=True, slots=True)
class TaskChange:
    """What becomes of one item; `version` is what the editor saw.

    `fields` holds new values of TASK_FIELDS by name. None leaves headings or parties untouched, a tuple is the whole
    new list. Steps and targets that are not named stay as they are.
    """

    task_id: int
    version: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    category: tuple[str, ...] | None = None
    parties: tuple[PartyDraft, ...] | None = None
    milestones: tuple[MilestoneChange, ...] = ()
    targets: tuple[TargetChange, ...] = ()


TASK_FIELDS = (
    "number",
    "title",
    "content",
    "target_text",
    "measures",
    "deadline_text",
    "deadline_kind",
    "contacts",
    "note",
    "extra",
)
"""The item's own words, by the names that drafts and rows share."""
