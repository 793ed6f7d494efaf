"""The ledger of a plan: what happened since, put beside the office's own table."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO

from projects.exporting.changing import changes_of, contents_then
from projects.exporting.child import BookFailed, written
from projects.exporting.marking import texts_of
from projects.exporting.missing import added_rows
from projects.exporting.orders import Change, Order, SheetOrder
from projects.exporting.plain import write_plain
from projects.exporting.promised import Progress, Promised, promised
from projects.exporting.source import Place, Source, source_of
from projects.models import Plan
from projects.reading.ledger import CANCELLED, LEFT_OUT, NAMES, head
from projects.reading.refusals import ReadingRefused

__all__ = ["Progress", "Promised", "ledger_file", "promised"]

Happened = Callable[[Sequence[int]], Mapping[int, Progress]]
"""Tell what happened to these items; one of which nothing is told has empty cells."""
STRUCK = Progress(status=CANCELLED).cells
UNTAKEN = Progress(status=LEFT_OUT).cells


@contextmanager
def ledger_file(
    plan: Plan, happened: Happened, *, today: date, only: Collection[int] | None = None
) -> Iterator[IO[bytes]]:
    """Lend the ledger of the day: in the office's own workbook, or a plain one where there is none or of `only` these."""
    items = promised(plan.pk, only)
    told = happened([item.pk for item in items if not item.cancelled])
    texts = {item.pk: STRUCK if item.cancelled else told.get(item.pk, Progress()).cells for item in items}
    names = (head(today), *NAMES)
    source = source_of(plan) if only is None else None
    if source is not None:
        try:
            with written(_order(source, items, texts, names), kind=source.kind, name=source.batch.file_name) as path:
                with path.open("rb") as file:
                    yield file
                return
        except (BookFailed, ReadingRefused):
            pass
    with write_plain(plan.title, [item for item in items if not item.cancelled], names, texts) as file:
        yield file


def _order(
    source: Source, items: Sequence[Promised], texts: Mapping[int, tuple[str, ...]], names: tuple[str, ...]
) -> Order:
    placed = [item for item in items if item.pk in source.rows]
    by_row: defaultdict[Place, list[Promised]] = defaultdict(list)
    for item in placed:
        by_row[source.rows[item.pk]].append(item)
    rows: defaultdict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
    struck: defaultdict[str, list[int]] = defaultdict(list)
    for place, here in by_row.items():
        if all(item.cancelled for item in here):
            _strike(place, source, rows, struck, STRUCK)
        else:
            rows[place[0]][place[1]] = texts_of(texts[item.pk] for item in here)
    gone = [place for task, place in source.rows.items() if task not in texts]
    for place in (*source.left_out, *gone):
        if place not in by_row:
            _strike(place, source, rows, struck, UNTAKEN)
    changes = _changes(source, [here[0] for here in by_row.values() if len(here) == 1])
    added = added_rows(items, source, texts)
    return Order(
        path=str(Path(source.batch.file.path)),
        out="",
        names=names,
        sheets=tuple(
            SheetOrder(
                name=name,
                headers=tuple(table.header for table in tables),
                rows=rows[name],
                struck=tuple(struck[name]),
                changes=tuple(changes.get(name, ())),
                added=tuple(added.get(name, ())),
            )
            for name, tables in source.tables.items()
        ),
    )


def _strike(
    place: Place,
    source: Source,
    rows: Mapping[str, dict[int, tuple[str, ...]]],
    struck: Mapping[str, list[int]],
    texts: tuple[str, ...],
) -> None:
    """Mark every row of what stands there no more."""
    sheet, row = place
    for each in range(row, max(row, source.last.get(place, row)) + 1):
        rows[sheet][each] = texts
        struck[sheet].append(each)


def _changes(source: Source, items: Sequence[Promised]) -> dict[str, list[Change]]:
    then = contents_then(source.batch, [item.pk for item in items])
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for item in items:
        place = source.rows[item.pk]
        table = source.table(place)
        if item.pk in then and table is not None and not item.cancelled:
            found[place[0]].extend(changes_of(item, then[item.pk], source, table))
    return dict(found)
