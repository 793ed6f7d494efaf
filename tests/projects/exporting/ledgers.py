"""Tables brought in, their ledgers written, and these brought in again."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from openpyxl import Workbook, load_workbook

from projects.choices import RowOutcome
from projects.exporting.ledger import Progress, ledger_file
from projects.exporting.orders import Order, SheetOrder
from projects.importing.batches import apply_batch, open_batch, preview, same_as_last_time
from projects.importing.preparing import Prepared
from projects.models import ImportBatch, Plan
from projects.reading.ledger import NAMES, head
from projects.reading.model import Reading
from projects.reading.shown import Shown
from tests.cast import TODAY, Cast, at

NOW = at(TODAY)
SAID = Progress("=1+1 路基完成60%", "按序时推进", "@资金未到位", "尽快拨付", "2026年9月30日", "6月20日")


def bring_in(cast: Cast, content: bytes, name: str, *, year: int = 2026, plan: Plan | None = None) -> Plan:
    """Import a table as it is, with each question's fallback."""
    batch = opened(cast, content, name, year=year, plan=plan)
    return apply_batch(batch=batch, by=cast.actor(), now=NOW, unattended=True).plan


def opened(cast: Cast, content: bytes, name: str, *, year: int = 2026, plan: Plan | None = None) -> ImportBatch:
    return open_batch(
        organization=cast.organization,
        year=year,
        plan=plan,
        file=ContentFile(content),
        file_name=name,
        by=cast.actor(),
        now=NOW,
    )


def happened(task_ids: Sequence[int]) -> Mapping[int, Progress]:
    return dict.fromkeys(task_ids, SAID)


def ledger_of(plan: Plan, *, own_book: bool = True) -> bytes:
    only = None if own_book else list(plan.tasks.values_list("pk", flat=True))
    with ledger_file(plan, happened, only=only, today=TODAY) as file:
        return file.read()


def book_of(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def read_again(cast: Cast, plan: Plan, content: bytes) -> Prepared:
    """Return what the ledger would change if it were imported."""
    batch = opened(cast, content, "台账.xlsx", year=plan.year, plan=plan)
    batch = same_as_last_time(batch=batch, by=cast.actor(), now=NOW)
    return preview(batch, by=cast.actor())


def differences(prepared: Prepared) -> list[str]:
    """Return what a person would be shown as changed."""
    return [
        f"{row.outcome} {row.task_id} {[(one.field, one.old, one.new) for one in row.changes]}"
        for row in prepared.diff
        if row.outcome != RowOutcome.UNCHANGED
    ]


def ledger_order(reading: Reading, path: Path, out: Path, laid: tuple[Shown, ...]) -> Order:
    """Return the order for a ledger that says something of every item of a reading."""
    sheets = []
    for sheet in reading.sheets:
        tables = [table for table in sheet.tables if table.header_rows]
        if tables:
            headers = tuple((min(table.header_rows), max(table.header_rows)) for table in tables)
            rows = {task.row: SAID.cells for table in tables for task in table.tasks}
            sheets.append(SheetOrder(sheet.name, headers, rows))
    return Order(str(path), str(out), (head(TODAY), *NAMES), tuple(sheets), laid)


def saved(book: Workbook, path: Path) -> bytes:
    book.save(path)
    return path.read_bytes()
