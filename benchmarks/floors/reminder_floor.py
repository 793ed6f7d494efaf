"""The least a pass of the clock can cost: one INSERT … SELECT of the rows it raised, lying ready beside their table."""

from pathlib import Path

from django.db import connection

from benchmarks.printing import timed
from tracker.models import Reminder

TABLE = Reminder._meta.db_table
COLUMNS = ", ".join(f'"{field.column}"' for field in Reminder._meta.concrete_fields if not field.primary_key)


def last_id() -> int:
    return Reminder.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def keep(path: Path, *, after: int) -> int:
    """Write down the rows raised after an id, in their order; return how many."""
    with connection.cursor() as cursor, path.open("wb") as file:
        query = f'SELECT {COLUMNS} FROM "{TABLE}" WHERE id > {after:d} ORDER BY id'
        with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
            for block in copy:
                file.write(block)
    return Reminder.objects.filter(pk__gt=after).count()


def insert(path: Path) -> float:
    """Return the milliseconds of inserting the kept rows with one statement, its commit included."""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE raised AS SELECT {COLUMNS} FROM "{TABLE}" LIMIT 0')
        with cursor.copy("COPY raised FROM STDIN") as copy:
            copy.write(path.read_bytes())
        cursor.execute("ANALYZE raised")
        return timed(lambda: cursor.execute(f'INSERT INTO "{TABLE}" ({COLUMNS}) SELECT {COLUMNS} FROM raised'))
