"""What the tables hold, held against the history: every change has its entry, and the entries tell what stands there."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import F, Model

from accounts.history import canonical
from accounts.models import HistoryEntry
from projects.choices import TaskState as Of
from projects.models import Involvement, Milestone, MilestoneDate, Target, TargetItem, Task
from projects.promise import canonical_task
from tracker.choices import ClosureState as Close
from tracker.choices import DirectiveState as Line
from tracker.choices import ExtensionState as Ask
from tracker.choices import ObstacleState as Block
from tracker.choices import OwedState as Owes
from tracker.choices import PartState as Part
from tracker.choices import ReceiptState
from tracker.choices import ReviewState as Look
from tracker.choices import RoundState as Time
from tracker.derived import TOLD
from tracker.models import (
    Closure,
    Directive,
    EvidenceFile,
    Extension,
    ExtensionDecision,
    ItemTick,
    MilestoneMark,
    Obstacle,
    Owed,
    ProgressReport,
    Receipt,
    ReportingRound,
    Review,
    SupportPart,
    TargetValue,
)

Row = dict[str, Any]
Rows = dict[int, Row]

OF_ITEMS: Mapping[type[Model], str] = {
    Milestone: "task_id",
    MilestoneDate: "milestone__task_id",
    Target: "task_id",
    TargetItem: "target__task_id",
    Involvement: "task_id",
    Owed: "task_id",
    Review: "report__task_id",
    TargetValue: "report__task_id",
    ItemTick: "report__task_id",
    MilestoneMark: "report__task_id",
    ExtensionDecision: "extension__task_id",
    EvidenceFile: "task_id",
}
"""What belongs to an item and has its changes told among the item's, by the way to it."""

STATES: Mapping[type[Model], tuple[str, Mapping[str, frozenset[str]]]] = {
    Task: (
        "state",
        {
            Of.ISSUED: frozenset({Of.SUSPENDED, Of.CANCELLED, Of.CLOSED, Of.WITHDRAWN}),
            Of.SUSPENDED: frozenset({Of.ISSUED, Of.CANCELLED, Of.WITHDRAWN}),
            Of.CLOSED: frozenset({Of.ISSUED}),
            Of.CANCELLED: frozenset({Of.ISSUED}),
        },
    ),
    ProgressReport: (
        "review_state",
        {
            Look.UNSIGNED: frozenset({Look.SUBMITTED, Look.RETURNED, Look.REPLACED}),
            Look.SUBMITTED: frozenset({Look.ACCEPTED, Look.RETURNED, Look.REPLACED}),
        },
    ),
    Owed: (
        "state",
        {
            Owes.OWED: frozenset({Owes.UNSIGNED, Owes.SUBMITTED, Owes.WAIVED}),
            Owes.UNSIGNED: frozenset({Owes.SUBMITTED, Owes.RETURNED, Owes.WAIVED}),
            Owes.SUBMITTED: frozenset({Owes.ACCEPTED, Owes.RETURNED, Owes.WAIVED}),
            Owes.RETURNED: frozenset({Owes.UNSIGNED, Owes.SUBMITTED, Owes.WAIVED}),
            # Work goes on again: nothing is owed for the round, and what is reported all the same is taken.
            Owes.WAIVED: frozenset({Owes.UNSIGNED, Owes.SUBMITTED}),
        },
    ),
    Extension: ("state", {Ask.PENDING: frozenset({Ask.GRANTED, Ask.REFUSED, Ask.WITHDRAWN})}),
    Obstacle: (
        "state",
        {
            Block.OPEN: frozenset({Block.ANSWERED, Block.WITHDRAWN}),
            Block.ANSWERED: frozenset({Block.OPEN, Block.WITHDRAWN}),
        },
    ),
    Directive: (
        "state",
        {
            Line.OPEN: frozenset({Line.ANSWERED, Line.SETTLED, Line.WITHDRAWN}),
            Line.ANSWERED: frozenset({Line.OPEN, Line.SETTLED, Line.WITHDRAWN}),
        },
    ),
    Closure: ("state", {Close.ASKED: frozenset({Close.CLOSED, Close.RETURNED, Close.WITHDRAWN})}),
    # A part given unasked can be taken back; an answer can be said in other words.
    SupportPart: (
        "state",
        {
            Part.ASKED: frozenset({Part.ANSWERED, Part.OBJECTED, Part.WITHDRAWN}),
            Part.ANSWERED: frozenset({Part.OBJECTED, Part.WITHDRAWN}),
            Part.OBJECTED: frozenset({Part.ANSWERED, Part.WITHDRAWN}),
        },
    ),
    ReportingRound: ("state", {Time.OPEN: frozenset({Time.CLOSED}), Time.CLOSED: frozenset({Time.OPEN})}),
}
"""Which state may follow which; one that isn't named is the last."""


@dataclass
class Record:
    """What stood in the tables when it was looked at last."""

    rows: dict[type[Model], Rows] = field(default_factory=dict)
    entry: int = 0

    @classmethod
    def now(cls) -> "Record":
        last = HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        return cls({model: _rows(model) for model in (*TOLD, *OF_ITEMS)}, last or 0)

    def hold_against(self, before: "Record") -> None:
        """Fail where something changed in a way that isn't allowed, or that the history doesn't tell."""
        entries = list(HistoryEntry.objects.filter(pk__gt=before.entry).order_by("pk"))
        told = defaultdict[tuple[str, int], list[int]](list)
        for entry in entries:
            told[entry.object_type, entry.object_id].append(entry.object_version)
        items = {entry.task_id for entry in entries if entry.task_id}
        for model, rows in self.rows.items():
            for number, row in rows.items():
                was = before.rows[model].get(number)
                if was == row:
                    continue
                _check_step(model, was, row)
                if model is Receipt and was and was["version"] == row["version"]:
                    # Asked again or let go with its item, whose entry tells it.
                    assert row["task_id"] in items, f"receipt {number}: {was} → {row}"
                elif model in TOLD:
                    _check_versions(model, number, was, row, told[TOLD[model], number])
                elif model is not Owed or was is not None:
                    assert row["of_item"] in items, (
                        f"{model.__name__} {number} changed and no entry says so: {was} → {row}"
                    )
            gone = before.rows[model].keys() - rows.keys()
            assert all(before.rows[model][number].get("of_item") in items for number in gone), (
                f"{model.__name__} lost {gone}"
            )

    @staticmethod
    def replay() -> None:
        """Fail where the entries of an object, one over the other, don't give what stands in its row."""
        known = defaultdict[tuple[str, int], Row](dict)
        for kind, number, after in HistoryEntry.objects.order_by("pk").values_list("object_type", "object_id", "after"):
            known[kind, number].update(after)
        for model, kind in TOLD.items():
            for number, row in _stands(model).items():
                found = known[kind, number]
                assert found or row["version"] == 0, f"the history knows nothing of {kind} {number}"
                if model is Task:
                    stands = canonical(canonical_task(Task.objects.get(pk=number)))
                    assert {name: found[name] for name in stands} == stands, f"item {number}"
                    continue
                stands = {name.removesuffix("_id"): value for name, value in row.items()}
                wrong = {
                    name: (found[name], stands[name]) for name in found.keys() & stands.keys() if name != "version"
                }
                wrong = {name: pair for name, pair in wrong.items() if not _same(*pair)}
                if ReceiptState.RELEASED in {row.get("state"), found.get("state")}:
                    wrong.pop("state", None)  # let go, or asked again, with its item
                assert wrong == {}, f"{kind} {number}: the history says otherwise: {wrong}"


def _same(told: object, stands: object) -> bool:
    """Compare; where the row keeps a number and the history a name, the name is what is meant to last."""
    return told == canonical(stands) or (isinstance(stands, int) and isinstance(told, str) and not told.isdecimal())


@cache
def _question(model: type[Model]) -> tuple[str, tuple[str, ...]]:
    """Return the statement that reads a table, and the names of what it returns; it is asked after every step."""
    found = model._default_manager.order_by()
    if model in OF_ITEMS:
        found = found.annotate(of_item=F(OF_ITEMS[model].removesuffix("_id")))
    names = [field.attname for field in model._meta.concrete_fields if field.attname != "next_step_at"]
    names += ["of_item"] if model in OF_ITEMS else []
    statement, parameters = found.values_list(*names).query.sql_with_params()
    assert not parameters
    return statement, tuple(names)


def _rows(model: type[Model]) -> Rows:
    """Return the rows as the database gives them, without the objects: only those that changed are looked at."""
    statement, names = _question(model)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def _stands(model: type[Model]) -> Rows:
    return {row["id"]: row for row in model._default_manager.values()}


def _check_step(model: type[Model], was: Row | None, row: Row) -> None:
    if model not in STATES or was is None:
        return
    name, allowed = STATES[model]
    old, new = was[name], row[name]
    assert old == new or new in allowed.get(old, frozenset()), f"{model.__name__} {row['id']}: {old} → {new}"


def _check_versions(model: type[Model], number: int, was: Row | None, row: Row, versions: list[int]) -> None:
    """See that entries count the versions without a gap; a receipt begins at 0, when nobody has answered yet."""
    before = was["version"] if was else 0
    if was is None and row["version"] == 0:
        return
    assert versions, f"{model.__name__} {number} changed and no entry says so: {was} → {row}"
    assert versions == list(range(before + 1, row["version"] + 1)), (
        f"{model.__name__} {number}: from version {before} to {row['version']} the history has {versions}: {was} → {row}"
    )
