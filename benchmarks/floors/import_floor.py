"""The least an import can cost: calamine reads the file, one statement a table takes the rows, one transaction.

The rows are those that our own import of the same file left, taken from the database before the clock starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from python_calamine import CalamineWorkbook


@dataclass(frozen=True)
class Table:
    """What an import added to one table: rows for executemany, or the bytes of a COPY."""

    name: str
    columns: str
    rows: Sequence[Any]


def counted() -> dict[str, int]:
    """Return the number of rows of every table."""
    with connection.cursor() as cursor:
        return {name: _count(cursor, name) for name in connection.introspection.table_names(cursor)}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
    return int(cursor.fetchone()[0])


def added(tables: Sequence[str], before: dict[str, int]) -> list[Table]:
    """Return what came since `before`, in the order of `tables`; rows are only ever added, so the last ones are new."""
    return [_added(name, before[name]) for name in tables]


def _added(table: str, before: int) -> Table:
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, table)
        columns = ", ".join(f'"{column.name}"' for column in description)
        key = connection.introspection.get_primary_key_column(cursor, table)
        query = f'SELECT {columns} FROM "{table}" ORDER BY "{key}" LIMIT 1000000000 OFFSET {before}'
        if connection.vendor == "sqlite":
            return Table(table, columns, connection.connection.execute(query).fetchall())
        with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
            return Table(table, columns, [bytes(block) for block in copy])


def import_file(path: Path, tables: Sequence[Table]) -> None:
    """Read the file and write the rows: what the clock sees."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "sqlite":
                marks = ", ".join("?" * len(table.rows[0]))
                connection.connection.executemany(
                    f'INSERT INTO "{table.name}" ({table.columns}) VALUES ({marks})', table.rows
                )
            else:
                with cursor.copy(f'COPY "{table.name}" ({table.columns}) FROM STDIN') as copy:
                    for block in table.rows:
                        copy.write(block)
