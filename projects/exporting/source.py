"""The table a plan came from: the stored file, its header rows and columns, and the row in which each item stands."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from projects.choices import BatchState, RowOutcome, TaskState
from projects.importing.decisions import REFUSED
from projects.models import ImportBatch, ImportRow, Plan

_GOES_ON = re.compile(r"与第(\d+)行为同一事项")
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file: its header rows from first to last, the role and name of each column."""

    header: tuple[int, int]
    roles: tuple[str, ...]
    labels: tuple[str, ...]
    last: int

    def columns(self, role: str) -> list[int]:
        """Return the columns of a role, from 1."""
        return [place for place, own in enumerate(self.roles, start=1) if own == role]


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's table; `rows` has each item's first row, `last` the last row of what begins in a row, from 1."""

    batch: ImportBatch
    kind: str
    tables: Mapping[str, tuple[Table, ...]]
    rows: Mapping[int, Place]
    last: Mapping[Place, int]
    left_out: tuple[Place, ...]

    def table(self, place: Place) -> Table | None:
        """Return the table in which a row stands."""
        above = [table for table in self.tables.get(place[0], ()) if table.header[1] < place[1]]
        return above[-1] if above else None


def has_own_book(plan: Plan) -> bool:
    """Say whether a table was brought into the plan that may be written in."""
    applied = ImportBatch.objects.filter(plan=plan, state=BatchState.APPLIED).exclude(file="")
    return ImportRow.objects.filter(batch__in=applied, row__gt=0, task__plan=plan).exists()


def source_of(plan: Plan) -> Source | None:
    """Return the table that most of the plan's items came from, the latest of equals; None where there is none to write in."""
    applied = ImportBatch.objects.filter(plan=plan, state=BatchState.APPLIED).exclude(file="")
    found = (
        ImportRow.objects.filter(batch__in=applied, row__gt=0, task__plan=plan)
        .exclude(task__state=TaskState.WITHDRAWN)
        .values("batch")
        .annotate(items=Count("task", distinct=True))
    )
    best = max(found, key=lambda one: (one["items"], one["batch"]), default=None)
    if best is None:
        return None
    batch = ImportBatch.objects.defer("decisions").get(pk=best["batch"])
    reading = batch.reading or {}
    if not batch.file.storage.exists(str(batch.file.name)):
        return None
    tables = {sheet["name"]: tuple(_tables(sheet)) for sheet in reading.get("sheets", ())}
    tables = {name: found for name, found in tables.items() if found}
    return _source(batch, reading.get("source", ""), tables) if tables else None


def _tables(sheet: Mapping[str, list[Mapping[str, list[Mapping[str, str]]]]]) -> list[Table]:
    found = []
    for table in sheet["tables"]:
        rows = [int(str(row)) for row in table["header_rows"]]
        if rows:
            columns = table["columns"]
            last = max((int(task["row"]) for task in table["tasks"]), default=max(rows))
            roles = tuple(column["role"] for column in columns)
            found.append(Table((min(rows), _end(rows)), roles, tuple(column["name"] for column in columns), last))
    return sorted(found, key=lambda table: table.header)


def _end(rows: list[int]) -> int:
    """Return the last row of the first header; the same header may stand again further below."""
    end = min(rows)
    while end + 1 in rows:
        end += 1
    return end


def _source(batch: ImportBatch, kind: str, tables: Mapping[str, tuple[Table, ...]]) -> Source:
    rows: dict[int, Place] = {}
    last: defaultdict[Place, int] = defaultdict(int)
    left_out: list[Place] = []
    listed = ImportRow.objects.filter(batch=batch, row__gt=0, sheet__in=tables).order_by("pk")
    told: Iterable[tuple[str, int, int | None, str, str]] = listed.values_list(
        "sheet", "row", "task", "outcome", "reason"
    )
    for sheet, row, task, outcome, reason in told:
        place = (sheet, row)
        if task is not None:
            rows[task] = place
            last[place] = max(last[place], row)
        elif outcome == RowOutcome.SKIPPED and reason == REFUSED:
            left_out.append(place)
        elif same := _GOES_ON.fullmatch(reason):
            last[sheet, int(same[1])] = row
    return Source(batch, kind, tables, rows, dict(last), tuple(left_out))
