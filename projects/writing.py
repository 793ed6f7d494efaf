"""The rows one operation writes, kept by table so that any number of items costs the same few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.bulk import draw_ids, insert_values, upsert_values
from projects.fitting import check_fits
from projects.promise import Promise
from projects.rows import TABLES, UNWRITTEN, AimRow, DateRow, ItemRow, PartyRow, Row, StepRow

UNNAMED = (PartyRow, DateRow, ItemRow)
"""Rows to which none of the others point: the database may count them by itself."""


@dataclass(slots=True)
class Writing:
    """What to insert, rewrite and remove; `count` grows with every word of it."""

    count: int = 0
    inserts: dict[type[Row], list[Row]] = field(default_factory=lambda: {record: [] for record in TABLES})
    rewrites: dict[type[Row], dict[int, Row]] = field(default_factory=lambda: {record: {} for record in TABLES})
    removals: dict[type[Row], list[int]] = field(default_factory=lambda: {PartyRow: [], ItemRow: []})

    def insert(self, *rows: Row) -> None:
        for row in rows:
            self.inserts[type(row)].append(row)
            self.count += 1

    def insert_step(self, step: StepRow) -> None:
        self.insert(step, *step.dates)

    def insert_aim(self, aim: AimRow) -> None:
        self.insert(aim, *aim.items)

    def insert_promise(self, promise: Promise) -> None:
        self.insert(promise.task, *promise.parties)
        for step in promise.steps:
            self.insert_step(step)
        for aim in promise.aims:
            self.insert_aim(aim)

    def rewrite(self, row: Row) -> None:
        if row.pk != UNWRITTEN:  # else it is among the inserts, and written as it then is
            self.rewrites[type(row)][row.pk] = row
        self.count += 1

    def remove(self, row: PartyRow | ItemRow) -> None:
        self.removals[type(row)].append(row.pk)
        self.count += 1

    def save(self) -> None:
        """Write it all, and give new rows that others name their ids; raise DoesNotFitError before the first row."""
        for record, table in TABLES.items():
            check_fits(table.model, self.inserts[record])
            check_fits(table.model, self.rewrites[record].values())
        for record, removed in self.removals.items():
            if removed:
                TABLES[record].model._default_manager.filter(pk__in=removed).delete()
        for record, table in TABLES.items():
            if new := self.inserts[record]:
                _insert(record, new)
            upsert_values(table.model, table.names, map(table.values, self.rewrites[record].values()))


def _insert(record: type[Row], new: Sequence[Row]) -> None:
    table = TABLES[record]
    if record in UNNAMED:  # the id stands last
        insert_values(table.model, table.names[:-1], (table.values(row)[:-1] for row in new))
        return
    for row, pk in zip(new, draw_ids(table.model, len(new)), strict=True):
        row.pk = pk
    insert_values(table.model, table.names, map(table.values, new))
