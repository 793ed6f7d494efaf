"""An import that a test may kill: the plan and the table that revises it, the applying, and a look at what is there."""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.core.files import File
from django.db import connection, transaction

django.setup()

from accounts.conflicts import Conflict  # noqa: E402  # models exist only after setup
from accounts.models import HistoryEntry, Organization  # noqa: E402
from benchmarks import importing, workbooks  # noqa: E402
from benchmarks.floors.import_floor import counted  # noqa: E402
from projects.choices import BatchState, DateKind, RowOutcome, TaskState  # noqa: E402
from projects.importing.batches import apply_batch, decide, open_batch, preview  # noqa: E402
from projects.importing.doubts import CANCEL  # noqa: E402
from projects.models import ImportBatch, ImportRow, Milestone, Plan, Target, Task  # noqa: E402
from projects.planning import issue_plan  # noqa: E402
from tests.cast import at  # noqa: E402
from tracker.derived import differences  # noqa: E402

BY = importing.BY
NOW = at(BY.today)
SHARE_THERE = 0.6
"""How much of the table the plan holds already, in other words where the table was revised."""
EVERY_CHANGED, EVERY_DROPPED = 10, 50
OTHER_DEADLINE = "8月20日前"

Found = dict[str, Any]


def story(rows: int) -> None:
    """Leave an issued plan and, decided and ready to be applied, a table of `rows` rows that revises it."""
    importing.prepare()
    items = list(workbooks.rows(rows))
    there = round(rows * SHARE_THERE)
    first = _opened(items[:there], None)
    plan = apply_batch(batch=first, by=BY, now=NOW, unattended=True).plan
    issue_plan(plan=plan, on=BY.today, by=BY, now=NOW)
    revised = [_revised(at, row) if at < there else row for at, row in enumerate(items) if at >= there or _stays(at)]
    batch = _opened(revised, plan)
    answers = {one.key: _answer(one.key) for one in preview(batch, by=BY).undecided}
    decide(batch=batch, decisions=answers, by=BY)


def _stays(at: int) -> bool:
    return at % EVERY_DROPPED > 0


def _revised(at: int, row: workbooks.Row) -> workbooks.Row:
    number, title, content, target, deadline, *parties = row.cells
    changed = OTHER_DEADLINE if at % EVERY_CHANGED == 1 else deadline
    return replace(row, cells=(number, title, content, target, changed, *parties))


def _answer(key: str) -> str:
    return CANCEL if key.startswith("drop:") else DateKind.REISSUED


def _opened(rows: list[workbooks.Row], plan: Plan | None) -> ImportBatch:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        workbooks.write_workbook(path, rows)
        office = Organization.objects.get(code="shili")
        with path.open("rb") as file:
            return open_batch(
                organization=office,
                year=importing.YEAR,
                plan=plan,
                file=File(file),
                file_name=path.name,
                by=BY,
                now=NOW,
            )


def waiting() -> ImportBatch:
    return ImportBatch.objects.select_related("organization", "plan").order_by("pk").last() or ImportBatch()


def apply(*, begun: Callable[[], object], die_at: int | None = None) -> Found:
    """Apply the table as its page does; `die_at` numbers the moment at which the process is killed.

    There is one before and one after every statement, the last is after the commit. Return how many there were, and how
    long it took.
    """
    batch = waiting()
    if batch.state == BatchState.APPLIED:
        return {"moments": 0}
    seen = preview(batch, by=BY).fingerprint
    begun()
    began, moments = time.monotonic(), _Moments(die_at)
    try:
        with connection.execute_wrapper(moments):
            apply_batch(batch=batch, by=BY, now=NOW, fingerprint=seen, version=batch.version)
    except Conflict:
        # A server that was told to commit goes on without the killed client; whoever comes next waits and finds it done.
        return {"moments": 0}
    moments.next()
    return {"moments": moments.count, "seconds": time.monotonic() - began}


class _Moments:
    """Counts the moments around statements, and ends the process as power loss would when its number has come."""

    def __init__(self, die_at: int | None) -> None:
        self.die_at = die_at
        self.count = 0

    def __call__(self, execute: Callable[..., object], *statement: object) -> object:
        self.next()
        result = execute(*statement)
        self.next()
        return result

    def next(self) -> None:
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def look(**_: object) -> Found:
    """Return how many rows every table has, all at one moment: a commit under way may end while one looks."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return {"rows": counted()}


def said(**_: object) -> Found:
    """Return what the page says will be written."""
    return preview(waiting(), by=BY).to_write


def there(**_: object) -> Found:
    """Return what was written, in the words in which the page said it, and whether anything differs or is derived wrong."""
    batch = waiting()
    plan, again = batch.plan, preview(batch, by=BY)
    items = Task.objects.filter(plan=plan, state=TaskState.ISSUED)
    of_items = {"task__in": items, "dropped_on__isnull": True}
    fates = Counter(ImportRow.objects.filter(batch=batch).values_list("outcome", flat=True))
    told = Counter(HistoryEntry.objects.filter(at__gte=_applied_since(batch)).values_list("action", flat=True))
    return {
        "summary": {name: batch.summary.get(name) for name in again.to_write},
        "written": {
            "rows": items.count(),
            "new": told["task.added"],
            "changed": told["task.changed"],
            "cancelled": told["task.cancelled"],
            "milestones": Milestone.objects.filter(**of_items).count(),
            "targets": Target.objects.filter(**of_items).count(),
        },
        "on_record": {name: fates[name] for name in (outcome.value for outcome in RowOutcome)},
        "differs": [one.task_id for one in again.diff if one.outcome != RowOutcome.UNCHANGED],
        "derived_wrong": list(differences(now=NOW).items),
    }


def _applied_since(batch: ImportBatch) -> datetime:
    """Return when the batch was decided, the last thing that happened before it was applied."""
    entries = HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk, action="import.decided")
    return entries.latest("pk").at


if __name__ == "__main__":
    story(int(sys.argv[1]))
